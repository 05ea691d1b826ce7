// The system as a map: this page, the nodes of its kind, the service that picks, the nodes of the other kind.

import { byId, drawn } from "./dom.js";
import { text } from "./language.js";

const ROW = 34;
const curve = (a, b, bend = 0.5) => {
  const dx = (b.x - a.x) * bend;
  return `M${a.x} ${a.y}C${a.x + dx} ${a.y} ${b.x - dx} ${b.y} ${b.x} ${b.y}`;
};

export class Picture {
  #shape = "";
  #places = new Map();

  /** `redrawn()` is told when all of it was drawn anew, and nothing is lit. */
  constructor(cluster, redrawn) {
    this.cluster = cluster;
    this.redrawn = redrawn;
    this.box = byId("picture");
    this.svg = drawn("svg", { role: "img" });
    this.rays = drawn("g", {});
    this.notes = drawn("g", {});
    this.box.append(this.svg);
    new ResizeObserver(() => this.show()).observe(this.box);
  }

  /** Where a node stands, or "page" or "service". */
  place(name) {
    return this.#places.get(name);
  }

  show() {
    const { cluster, box } = this;
    const rows = Math.max(3, cluster.of("a").length, cluster.of("b").length);
    box.style.setProperty("min-height", rows > 4 ? `${rows * ROW + 60}px` : "");
    const states = cluster.nodes.map((node) => [node.short, node.state, Math.floor(node.silence)]);
    const shape = JSON.stringify([box.clientWidth, box.clientHeight, cluster.own, states, text("page")]);
    if (shape === this.#shape || box.clientWidth === 0) return;
    this.#shape = shape;
    this.#lay(box.clientWidth, box.clientHeight);
    this.#draw();
    this.redrawn();
  }

  #lay(width, height) {
    const { cluster } = this;
    const small = width < 480;
    this.small = small;
    this.half = small ? 21 : 30;
    const edge = small ? 24 : 46;
    const [left, right] = [edge + (width - 2 * edge) * (small ? 0.3 : 0.27), width - (small ? 34 : 126)];
    const service = { x: (left + right) / 2, y: small ? 15 : 22 };
    const [top, bottom] = [small ? 38 : 60, height - (small ? 32 : 52)];
    this.#places = new Map([["service", service]]);
    for (const [kind, x] of [[cluster.kind, left], [cluster.peerKind, right]]) {
      const nodes = cluster.of(kind);
      const step = (bottom - top) / Math.max(1, nodes.length - 1);
      nodes.forEach((node, row) => this.#places.set(node.short, { x, y: nodes.length < 2 ? (top + bottom) / 2 : top + row * step }));
    }
    this.#places.set("page", { x: edge, y: (top + bottom) / 2 });
    Object.assign(this, { left, right, top, bottom });
  }

  #draw() {
    const { cluster, svg } = this;
    const { width, height } = this.box.getBoundingClientRect();
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("aria-label", text("picture", { own: cluster.own, kind: cluster.peerKind, ready: cluster.ready.join(", ") }));
    const [page, service] = [this.place("page"), this.place("service")];
    const wires = drawn("g", {});
    const wire = (d, kind = "") => wires.append(drawn("path", { class: `wire ${kind}`, d }));
    for (const node of cluster.of(cluster.kind)) {
      const open = node.short === cluster.own;
      wire(curve(page, this.place(node.short)), open ? "open home" : "");
      if (open) wire(this.toService(node.short), "pick open");
    }
    for (const node of cluster.of(cluster.peerKind)) {
      if (node.state === "ready") wire(this.fromService(node.short), "pick open");
      if (this.place(cluster.own)) wire(this.link(cluster.own, node.short));
    }
    svg.replaceChildren(...this.#districts(), wires, this.rays, ...this.#stations(page, service), this.notes);
  }

  #stations(page, service) {
    const { cluster } = this;
    const stations = cluster.nodes.map((node) => this.#station(this.place(node.short), node.short, node));
    const wide = this.small ? 38 : 62;
    stations.push(this.#station(page, text("page"), { kind: "", state: "ready" }));
    stations.push(this.#station(service, text(this.small ? "service_short" : "service", { kind: cluster.peerKind }), { kind: "", state: "ready" }, wide));
    return stations;
  }

  #station({ x, y }, name, { kind, state, silence, short = "" }, half = this.half) {
    const tall = this.small ? 11 : 14;
    const station = drawn("g", { class: "station", "data-kind": kind, "data-state": state, "data-node": short });
    station.append(drawn("rect", { x: x - half, y: y - tall, width: 2 * half, height: 2 * tall, rx: tall }), drawn("text", { x, y: y + 1 }, name));
    if (state !== "ready") station.append(this.#state(x, y, half, text(`state_${state}`, { seconds: Math.round(silence) })));
    return station;
  }

  #state(x, y, half, words) {
    const at = this.small ? { class: "state", x, y: y + 17 } : { class: "state after", x: x + half + 6, y: y + 1 };
    return drawn("text", at, words);
  }

  /** Where the nodes of a kind are, and what they are for. */
  #districts() {
    const { cluster, small, half, top, bottom } = this;
    const [wide, tall] = [half + (small ? 7 : 18), small ? 17 : 26];
    return [["kind_asks", this.left, cluster.kind], ["kind_runs", this.right, cluster.peerKind]].flatMap(([key, x, kind]) => [
      drawn("rect", { class: "district", "data-kind": kind, x: x - wide, y: top - tall, width: 2 * wide, height: bottom - top + 2 * tall, rx: small ? 14 : 20 }),
      drawn("text", { class: "place", x, y: this.box.clientHeight - (small ? 2 : 6) }, text(small ? "kind" : key, { kind })),
    ]);
  }

  /** The ways between places; those of a pick arch over the direct one. */
  toPage(node) {
    return curve(this.place("page"), this.place(node));
  }

  toService(node) {
    const [from, to] = [this.place(node), this.place("service")];
    return `M${from.x} ${from.y}C${from.x + (to.x - from.x) * 0.35} ${from.y} ${from.x + (to.x - from.x) * 0.3} ${to.y} ${to.x} ${to.y}`;
  }

  fromService(node) {
    const [from, to] = [this.place("service"), this.place(node)];
    return `M${from.x} ${from.y}C${to.x - (to.x - from.x) * 0.3} ${from.y} ${to.x - (to.x - from.x) * 0.35} ${to.y} ${to.x} ${to.y}`;
  }

  link(from, to) {
    return curve(this.place(from), this.place(to), 0.45);
  }
}
