// Where this page stands with its node: the head of the page, and a sentence when it is not connected.

import { byId } from "./dom.js";
import { hush, say, text } from "./language.js";
import { showName } from "./names.js";

const TICK_MS = 100;

export class Status {
  #state = "connecting";
  #until = 0;
  #before = "";
  #left = false;
  #why = "";
  #facts = {};

  /** `notice(key, named)` is told of what happened. */
  constructor(notice, connection) {
    Object.assign(this, { notice, connection });
    byId("now").addEventListener("click", () => this.connection().reconnect());
    byId("toggle").addEventListener("click", () => (this.connection().wanted ? this.connection().disconnect() : this.connection().connect()));
    setInterval(() => this.#tick(), TICK_MS);
  }

  show(state, facts) {
    const changed = state !== this.#state;
    this.#state = state;
    document.body.dataset.state = state;
    byId("tiles").classList.toggle("stale", state !== "live");
    byId("now").hidden = !["silent", "waiting"].includes(state);
    say(byId("toggle"), this.connection().wanted ? "disconnect" : "connect");
    if (state === "waiting") this.#wait(facts);
    else if (state === "live" || state === "out") hush(byId("state"));
    else if (state !== "connecting" || facts.again) say(byId("state"), `banner_${state}`, { ...facts, node: this.#before });
    if (state === "out") this.#out();
    if (changed && state === "off") this.notice("off", {});
    if (state !== "live") document.title = "erlang_docker";
  }

  /** Which node it is, once it has said so; by name and boot. */
  arrive(node) {
    showName(byId("node"), node.name);
    byId("node").hidden = false;
    say(byId("facts"), "facts", { epoch: node.epoch, state: text(`state_${node.state}`), version: node.version });
    document.title = `${node.short} - erlang_docker`;
    if (this.#before !== "" && this.#before !== node.short) this.notice("moved", { from: this.#before, to: node.short });
    else if (this.#left) this.notice("back", { node: node.short });
    this.#before = node.short;
    this.#left = false;
  }

  #out() {
    byId("node").hidden = true;
    say(byId("facts"), "out");
  }

  #wait({ code, reason, seconds, was, tries, until }) {
    this.#until = until;
    this.#why = tries > 1 ? "why_none" : seconds ? "why_silent" : reason === "" ? "why_lost" : "why_closed";
    this.#facts = { code, reason, seconds, node: this.#before, host: location.host, tries };
    if (was) {
      this.#left = true;
      this.notice(this.#why, this.#facts);
    }
    this.#tick();
  }

  #tick() {
    if (this.#state !== "waiting") return;
    const left = Math.max(0, this.#until - performance.now()) / 1000;
    say(byId("state"), `${this.#why}_wait`, { ...this.#facts, left: left.toFixed(1) });
  }
}
