// A tile for each node: what it is, what it does, and its calls served over the last minute.

import { byId, drawn, element } from "./dom.js";
import { say } from "./language.js";
import { nameChip, showName } from "./names.js";

const SAMPLES = 60;
const FACTS = {
  served: (node) => `${rate(node.served)}/s`,
  made: (node) => `${rate(node.made)}/s`,
  picks: (node) => node.picks.toLocaleString("en"),
  links: (node) => node.links,
  flight: (node) => node.flight,
  lag: (node) => `${node.lag.toFixed(node.lag < 10 ? 1 : 0)} ms`,
  memory: (node) => `${node.memory.toFixed(0)} MB`,
  up: (node) => age(node.uptime),
};

export class Tiles {
  #tiles = new Map();

  constructor() {
    this.list = byId("tiles");
  }

  show(nodes) {
    const shown = new Set(nodes.map((node) => node.short));
    for (const [short, tile] of this.#tiles) {
      if (shown.has(short)) continue;
      tile.item.remove();
      this.#tiles.delete(short);
    }
    nodes.forEach((node, place) => this.#tile(node, place).show(node));
  }

  #tile(node, place) {
    let tile = this.#tiles.get(node.short);
    if (tile === undefined) this.#tiles.set(node.short, (tile = new Tile(node)));
    if (this.list.children[place] !== tile.item) this.list.insertBefore(tile.item, this.list.children[place] ?? null);
    return tile;
  }
}

class Tile {
  #served = [];

  constructor(node) {
    this.item = element("li", "tile");
    this.item.dataset.kind = node.kind;
    this.name = nameChip(node.name, "button");
    this.state = element("span", "state");
    this.epoch = element("span", "epoch");
    const head = element("p");
    head.append(this.name, this.state, this.epoch);
    const chart = drawn("svg", { viewBox: `0 0 ${SAMPLES - 1} 20`, preserveAspectRatio: "none", "aria-hidden": "true" });
    this.line = drawn("polyline", { points: "" });
    chart.append(this.line);
    const facts = element("dl");
    this.facts = Object.keys(FACTS).map((key) => {
      const value = element("dd");
      facts.append(say(element("dt"), key), value);
      return value;
    });
    this.faults = element("p", "faults");
    this.item.append(head, this.faults, chart, facts);
  }

  show(node) {
    showName(this.name, node.name);
    this.item.dataset.state = node.state;
    say(this.state, `state_${node.state}`, { seconds: Math.round(node.silence) });
    this.faults.hidden = node.faults.length === 0;
    say(this.faults, "broken", { what: node.faults.join(", ") });
    say(this.epoch, "epoch", { epoch: node.epoch, version: node.version });
    Object.values(FACTS).forEach((fact, place) => (this.facts[place].textContent = fact(node)));
    this.#served.push(node.served);
    if (this.#served.length > SAMPLES) this.#served.shift();
    const most = Math.max(5, ...this.#served);
    const from = SAMPLES - this.#served.length;
    const points = this.#served.map((value, place) => `${from + place},${(19.5 - (18 * value) / most).toFixed(1)}`);
    this.line.setAttribute("points", points.join(" "));
  }
}

const rate = (perSecond) => perSecond.toFixed(perSecond < 9.95 ? 1 : 0);

function age(seconds) {
  if (seconds < 100) return `${Math.floor(seconds)} s`;
  if (seconds < 6000) return `${Math.floor(seconds / 60)} min`;
  return seconds < 180000 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86400)} d`;
}
