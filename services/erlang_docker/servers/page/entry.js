// A command and what became of it: queued, waiting, value, echo, failure, syntax, nodedown, timeout, busy, forbidden,
// unknown.

import { readCall } from "./calls.js";
import { button, element, icon, milliseconds } from "./dom.js";
import { label, say } from "./language.js";
import { nameChip } from "./names.js";
import { colour, hasText, visible } from "./terms.js";

const LONG = 900; // characters or 10 lines are shown at first
const ACTS = { copy: "copy", again: "again", fold: "fold", "more-acts": "more" };
const PLAIN = new Set(["value", "echo", "unknown", "queued", "waiting"]);

export class Entry {
  call = null;
  count = 1;
  nodes = new Map();
  #asText = false;

  /** `told(entry)`: it was answered; `idempotent(command)`: whether it may run twice, undefined if not known. */
  constructor(command, told, idempotent) {
    Object.assign(this, { command, told, idempotent });
    this.item = element("li", "entry");
    this.item.entry = this;
    this.outcome = element("span", "outcome");
    this.who = element("span", "who");
    this.took = element("span", "took");
    this.times = element("span", "count");
    this.times.hidden = true;
    this.at = element("time", "", new Date().toTimeString().slice(0, 8));
    const meta = element("span", "meta");
    meta.append(this.times, this.who, this.took, this.outcome, this.at);
    const asked = element("div", "asked");
    const shown = element("code");
    shown.append(visible(command));
    asked.append(shown, meta, this.#acts());
    this.item.append(asked);
  }

  get waits() {
    return this.item.classList.contains("waiting");
  }

  queued(cancel) {
    this.#state("queued");
    const stop = say(button("cancel", () => (cancel(), this.item.remove())), "cancel");
    this.#note("queued_why", stop);
  }

  sent() {
    this.start = performance.now();
    this.#state("waiting");
    this.#note("");
  }

  /** Its clock runs while it waits. */
  tick() {
    const seconds = (performance.now() - this.start) / 1000;
    if (seconds > 0.3) this.took.textContent = `${seconds.toFixed(1)} s`;
  }

  answered(response, ms) {
    this.call = readCall(this.command, response.run, ms);
    this.took.textContent = milliseconds(this.call.own);
    this.#state(this.call.outcome);
    if (["echo", "forbidden"].includes(this.call.outcome)) this.#note(`${this.call.outcome}_why`);
    this.nodes.set(this.call.answeredName, 1);
    this.#who();
    this.#reply();
    this.told(this);
  }

  lost() {
    this.#state("unknown");
    this.took.textContent = "";
    const safe = this.idempotent(this.command);
    this.#note(safe ? "unknown_safe" : safe === false ? "unknown_unsafe" : "unknown_why", say(button("again"), "again"));
  }

  /** Another one with the same reply, which came before: this one stands for both. */
  absorb(other) {
    this.count += other.count;
    this.times.hidden = false;
    this.times.textContent = `×${this.count}`;
    for (const [name, count] of other.nodes) this.nodes.set(name, (this.nodes.get(name) ?? 0) + count);
    this.#who();
    other.item.remove();
  }

  #acts() {
    const acts = element("span", "acts");
    for (const [className, key] of Object.entries(ACTS)) {
      const act = label(button(className), key);
      act.tabIndex = -1;
      act.append(icon(className));
      acts.append(act);
    }
    return acts;
  }

  #state(outcome) {
    this.item.className = `entry ${outcome}${PLAIN.has(outcome) ? "" : " bad"}`;
    say(this.outcome, outcome);
  }

  #who() {
    const names = [...this.nodes].filter(([name]) => name !== "").sort();
    this.who.replaceChildren();
    for (const [name, count] of names) this.who.append(nameChip(name), names.length > 1 ? ` ${count} ` : "");
  }

  #note(key, ...more) {
    this.item.querySelector(".note")?.remove();
    if (key === "") return;
    const note = element("p", "note");
    note.append(say(element("span"), key), " ", ...more);
    this.item.append(note);
  }

  #reply() {
    const { reply, outcome } = this.call;
    const box = element("pre", "reply");
    const fill = () => box.replaceChildren(outcome === "echo" ? visible(reply) : colour(reply, this.#asText));
    fill();
    this.item.querySelector(".asked").after(box);
    if (outcome !== "echo" && hasText(reply)) {
      const read = say(button("more", () => {
        this.#asText = !this.#asText;
        say(read, this.#asText ? "as_numbers" : "as_text");
        fill();
      }), "as_text");
      this.item.append(read);
    }
    const lines = reply.split("\n", 12).length;
    if (reply.length <= LONG && lines <= 10) return;
    const whole = say(button("more", () => {
      const open = box.classList.toggle("whole");
      say(whole, open ? "less" : "all", { n: reply.length.toLocaleString("en") });
    }), "all", { n: reply.length.toLocaleString("en") });
    this.item.append(whole);
  }
}
