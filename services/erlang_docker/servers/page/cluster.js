// The cluster as the node sees it, once a second.

import { kindOf } from "./names.js";

const seconds = (duration) => Number.parseFloat(duration ?? "0");
const whole = (count) => Number(count ?? 0);

export class Cluster {
  nodes = [];
  own = "";

  take(watch) {
    const before = new Map(this.nodes.map((node) => [node.short, node]));
    // A node that was just reached does not know the others yet; what the one before said is a second old.
    this.nodes = (watch.nodes ?? []).map(read).map((node) => (node.state === UNKNOWN && before.get(node.short)) || node);
    this.own = watch.seenBy ?? this.own;
  }

  get kind() {
    return kindOf(this.own || "a-0");
  }

  get peerKind() {
    return this.kind === "a" ? "b" : "a";
  }

  of(kind) {
    return this.nodes.filter((node) => node.kind === kind);
  }

  find(short) {
    return this.nodes.find((node) => node.short === short);
  }

  /** Those of the other kind that can be picked. */
  get ready() {
    return this.of(this.peerKind).filter((node) => node.state === "ready").map((node) => node.short);
  }
}

const UNKNOWN = "unspecified";

function read(status) {
  return {
    name: status.name,
    short: status.shortName,
    kind: kindOf(status.shortName),
    state: (status.state ?? "NODE_STATE_UNSPECIFIED").replace("NODE_STATE_", "").toLowerCase(),
    epoch: whole(status.bootEpoch),
    version: status.version ?? "",
    address: status.address ?? "",
    uptime: seconds(status.uptime),
    made: status.callsMadePerSecond ?? 0,
    served: status.callsServedPerSecond ?? 0,
    picks: whole(status.picksReceived),
    links: status.links ?? 0,
    flight: status.inFlight ?? 0,
    lag: seconds(status.loopLag) * 1000,
    memory: whole(status.memoryBytes) / 1e6,
    silence: seconds(status.silence),
    faults: (status.faults ?? []).map(fault),
  };
}

const fault = ({ name, value, remaining }) => `${name} ${value} (${Math.ceil(seconds(remaining))} s)`;
