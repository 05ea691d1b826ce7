// Spread: many calls, each picked anew, and beside them as many requests on one connection that is kept.

import { byId } from "./dom.js";
import { hush, say } from "./language.js";
import { shortName } from "./names.js";
import { drawChart } from "./picks.js";
import { readCall } from "./calls.js";

const CALL = "rpc erlang:node()";
const AT_ONCE = 8;

export class Spread {
  #running = false;

  constructor(connection, cluster, picks, way) {
    Object.assign(this, { connection, cluster, picks, way });
    byId("spread").addEventListener("submit", (event) => {
      event.preventDefault();
      this.start(byId("count").valueAsNumber);
    });
  }

  async start(count) {
    if (this.#running || !this.connection.live) return;
    byId("count").value = count;
    this.#run(true);
    this.picks.begin(count);
    say(byId("verdict"), "spreading", { n: count });
    drawChart(byId("kept"), new Map());
    hush(byId("lesson"));
    try {
      const lines = Array.from({ length: AT_ONCE }, (_, line) => this.#line(line, count));
      await Promise.all(lines);
      await this.#keep(count);
    } catch (error) {
      say(byId("verdict"), "spread_broke");
    }
    this.#run(false);
  }

  #run(running) {
    this.#running = running;
    byId("spread").querySelector("button").disabled = running;
    byId("progress").value = 0;
  }

  /** Every so many-th call; the node runs one after the other, and always has the next. */
  async #line(first, count) {
    for (let turn = first; turn < count; turn += AT_ONCE) {
      const call = await this.#call(CALL);
      byId("progress").value += 1 / count;
      if (call.picked !== "") this.picks.add(call.picked);
      this.way.tell(call);
    }
  }

  async #keep(count) {
    const call = await this.#call(`mfa erlang_docker:spread_kept(${count})`);
    const counts = new Map(this.cluster.ready.map((short) => [short, 0]));
    for (const [, name, times] of call.reply.matchAll(/\{'?([^',]+)'?,(\d+)\}/g)) counts.set(shortName(name), Number(times));
    drawChart(byId("kept"), new Map([...counts].sort()));
    const used = [...counts].filter(([, times]) => times > 0);
    if (used.length === 1) say(byId("lesson"), "lesson", { node: used[0][0], n: used[0][1] });
  }

  #call(command) {
    return new Promise((answered, lost) => {
      const card = {
        queued: (cancel) => (cancel(), lost(new Error("not connected"))),
        sent() {},
        answered: (response, ms) => answered(readCall(command, response.run, ms)),
        lost: () => lost(new Error("connection lost")),
      };
      this.connection.run(command, card);
    });
  }
}
