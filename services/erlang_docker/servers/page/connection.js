// The socket: requests and their responses, a heartbeat, and another node when this one is gone.

const PROTOCOL = "erlang-docker.v1+json";
const BEAT_MS = 2000;
const SILENT_MS = 3000; // a node says something every second while it is watched
const LOST_MS = 8000;
const TICK_MS = 500;
const SOON_MS = 300; // another node is ready: that is what this product is about
const FIRST_MS = 500;
const MOST_MS = 15000;
const STOPPING = "the node is stopping"; // such a node has run what it answered, and nothing else

/** Requests are kept by their ids until they are answered; commands that cannot be sent wait in a queue. */
export class Connection {
  #asking = null;
  #socket = null;
  #live = false;
  #number = 0;
  #asked = new Map();
  #queue = [];
  #tries = 0;
  #retry = 0;
  #heard = 0;
  #beaten = 0;
  #ticked = 0;
  #forgiven = false;
  #silent = false;

  /** `mayOpen(signal)`: what the node says of it; `onState(name, facts)`, `onCluster(watch)`, `onOpen()`: a node was reached. */
  constructor({ mayOpen, onState, onCluster, onOpen }) {
    Object.assign(this, { mayOpen, onState, onCluster, onOpen });
    setInterval(() => this.#tick(), TICK_MS);
    document.addEventListener("visibilitychange", () => {
      this.#heard = performance.now();
      this.#look();
    });
  }

  get wanted() {
    return this.#asking !== null || this.#socket !== null || this.#retry !== 0;
  }

  get live() {
    return this.#live;
  }

  /** Asks first: a browser is not told why a handshake was refused. */
  connect() {
    clearTimeout(this.#retry);
    this.#retry = 0;
    const asking = new AbortController();
    const last = (then) => (answer) => {
      if (this.#asking !== asking) return;
      this.#asking = null;
      then(answer);
    };
    this.#asking = asking;
    this.onState("connecting", { again: this.#tries > 0 });
    this.mayOpen(AbortSignal.any([asking.signal, AbortSignal.timeout(SILENT_MS)])).then(
      last((may) => (may ? this.#dial() : this.onState("out", {}))),
      last(({ name }) => this.#lose({ code: 1006, reason: "", seconds: name === "TimeoutError" ? SILENT_MS / 1000 : 0 })),
    );
  }

  #dial() {
    const url = new URL("websocket", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url, PROTOCOL);
    this.#socket = socket;
    this.#heard = this.#ticked = performance.now();
    socket.onopen = () => this.#open();
    socket.onmessage = (event) => this.#take(JSON.parse(event.data));
    socket.onclose = (event) => this.#lose(event);
  }

  /** On purpose: it does not reconnect. */
  disconnect() {
    clearTimeout(this.#retry);
    this.#retry = 0;
    this.#drop();
    this.#forget(false);
    this.onState("off", {});
  }

  /** At once, whatever it waits for. */
  reconnect() {
    this.#drop();
    this.#forget(false);
    this.connect();
  }

  /** `card` is told: `queued(cancel)`, `sent()`, `answered(response, ms)`, `lost()`. */
  run(command, card) {
    if (this.#live) this.#send(command, card);
    else this.#enqueue({ command, card });
  }

  /** Another request; rejects when the connection is lost first. */
  ask(request) {
    return new Promise((answered, lost) => {
      if (!this.#live) lost(new Error("not connected"));
      else this.#write(request, { card: { answered, lost: () => lost(new Error("connection lost")) } });
    });
  }

  #enqueue(waiting) {
    this.#queue.push(waiting);
    waiting.card.queued(() => (this.#queue = this.#queue.filter((other) => other !== waiting)));
  }

  #send(command, card) {
    this.#write({ run: { command } }, { command, card });
    card.sent();
  }

  #write(request, asked) {
    const id = String(++this.#number);
    this.#asked.set(id, { ...asked, start: performance.now() });
    this.#socket.send(JSON.stringify({ id, ...request }));
  }

  #open() {
    this.#live = true;
    this.#tries = 0;
    this.#heard = performance.now();
    this.#look();
    this.onState("live", {});
    this.onOpen();
    for (const { command, card } of this.#queue.splice(0)) this.#send(command, card);
  }

  #take(response) {
    this.#heard = performance.now();
    this.#forgiven = false;
    if (this.#silent) this.onState("live", {});
    this.#silent = false;
    if (response.watch) this.onCluster(response.watch);
    const asked = this.#asked.get(response.id);
    if (asked === undefined) return;
    this.#asked.delete(response.id);
    asked.card.answered(response, this.#heard - asked.start);
  }

  #silence() {
    return performance.now() - this.#heard;
  }

  #tick() {
    const late = performance.now() - this.#ticked > 4 * TICK_MS;
    this.#ticked = performance.now();
    if (this.#socket === null || document.hidden) return;
    if (late && !this.#forgiven) {
      this.#forgiven = true; // this machine slept, and that says nothing about the node
      this.#heard = this.#ticked - BEAT_MS;
    }
    const silence = this.#silence();
    if (silence > (this.#live ? LOST_MS : SILENT_MS)) this.#giveUp(silence);
    else if (this.#live && silence >= SILENT_MS) this.#tell(Math.floor(silence / 1000));
    if (this.#live && silence >= BEAT_MS && this.#ticked - this.#beaten >= BEAT_MS) this.#look();
  }

  #tell(seconds) {
    this.#silent = true;
    this.onState("silent", { seconds });
  }

  /** Watch while somebody looks. A node answers a watch at once, so that this is the heartbeat too. */
  #look() {
    if (!this.#live) return;
    this.#beaten = performance.now();
    this.#socket.send(JSON.stringify(document.hidden ? { id: "look", unwatch: {} } : { id: "look", watch: {} }));
  }

  #giveUp(silence) {
    this.#drop();
    this.#lose({ code: 1006, reason: "", seconds: Math.round(silence / 1000) });
  }

  #drop() {
    this.#asking?.abort();
    this.#asking = null;
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(1000);
  }

  #lose({ code, reason, seconds = 0 }) {
    const was = this.#live;
    this.#socket = null;
    this.#forget(code === 1001 && reason === STOPPING);
    const most = Math.min(MOST_MS, FIRST_MS * 2 ** (this.#tries - 1));
    const delay = this.#tries === 0 ? Math.random() * SOON_MS : most * (0.5 + Math.random() / 2);
    this.#tries += 1;
    this.#retry = setTimeout(() => this.connect(), delay);
    this.onState("waiting", { code, reason, seconds, was, tries: this.#tries, until: performance.now() + delay });
  }

  /** What was sent has run or not, nobody knows, unless the node said that it has not: then it goes to the next. */
  #forget(unsent) {
    this.#live = this.#silent = false;
    const asked = [...this.#asked.values()];
    const queue = this.#queue;
    this.#asked.clear();
    this.#queue = [];
    for (const waiting of asked) {
      if (unsent && waiting.command !== undefined) this.#enqueue(waiting);
      else waiting.card.lost();
    }
    this.#queue.push(...queue);
  }
}
