// The page of a node. Replies are shown as text only, never as markup.

import { Login } from "./login.js";

const MIN_DELAY_MS = 500;
const MAX_DELAY_MS = 5000;
const SILENCE_MS = 10000; // a node answers within 5 s; one that vanished never closes the socket
const MAX_ENTRIES = 500;
const MAX_HISTORY = 100;
const NOT_ALLOWED = "{error,eacces}";
const NO_REASON = { 1005: "no code was given", 1006: "the connection was lost", 1009: "the command was too long" };

const byId = (id) => document.getElementById(id);

function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** Entries, newest first; the oldest are dropped when there are too many. */
class Output {
  constructor(list) {
    this.list = list;
  }

  notice(text) {
    this.#add(element("li", "notice", text));
  }

  command(text) {
    const entry = new Entry(text);
    this.#add(entry.item);
    return entry;
  }

  clear() {
    this.list.replaceChildren();
  }

  #add(item) {
    this.list.prepend(item);
    while (this.list.childElementCount > MAX_ENTRIES) this.list.lastElementChild.remove();
  }
}

/** A command and its outcome: one of value, echo, error, exit, throw, badrpc, failed. */
class Entry {
  constructor(text) {
    this.text = text;
    this.start = performance.now();
    this.item = element("li");
    this.outcome = element("span", "outcome", "waiting");
    this.time = element("span", "time");
    const meta = element("span", "meta");
    meta.append(this.outcome, " ", this.time);
    const asked = element("div", "asked");
    asked.append(element("code", "", text), meta);
    this.item.append(asked);
    this.item.dataset.outcome = "waiting";
  }

  answer(reply) {
    this.time.textContent = `${(performance.now() - this.start).toFixed(1)} ms`;
    this.#end(outcomeOf(this.text, reply), reply);
    if (reply === NOT_ALLOWED && document.body.dataset.role === "read") {
      this.item.append(element("p", "why", "This token is for functions that change nothing."));
    }
  }

  fail(why) {
    this.#end("failed", why);
  }

  #end(outcome, text) {
    this.item.dataset.outcome = outcome;
    this.item.classList.toggle("bad", outcome !== "value" && outcome !== "echo");
    this.outcome.textContent = outcome;
    this.item.append(element("pre", "", text));
  }
}

function outcomeOf(command, reply) {
  if (command === "node") return "value";
  if (!/^(mfa|rpc) /.test(command)) return "echo";
  return /^\{(error|exit|throw|badrpc),/.exec(reply)?.[1] ?? "value";
}

/**
 * The socket, opened once the node says that this browser may: reconnects after an unexpected close; one reply for each
 * command, in order.
 */
class Connection {
  #asking = null;
  #socket = null;
  #timer = 0;
  #waiting = [];
  #silence = 0;
  #node = "";

  constructor(output, show) {
    this.output = output;
    this.show = show;
    this.login = new Login(() => {
      this.connect();
      byId("command").focus();
    });
  }

  get wanted() {
    return this.#asking !== null || this.#socket !== null || this.#timer !== 0;
  }

  connect() {
    const asking = new AbortController();
    const last = (then) => (answer) => this.#asking === asking && then(answer);
    this.#timer = 0;
    this.#asking = asking;
    this.show("connecting", "Connecting ...");
    this.login.ask(asking.signal).then(
      last((may) => (may ? this.#open() : this.#stayOut())),
      last(() => this.#lose({ code: 1006 })),
    );
  }

  #open() {
    this.#asking = null;
    const url = new URL("websocket", location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.onopen = () => this.#ask("node", (name) => this.#arrive(name));
    socket.onmessage = (event) => this.#take(event.data);
    socket.onclose = (event) => this.#lose(event);
  }

  #stayOut() {
    this.#asking = null;
    this.show("closed", "Not logged in");
  }

  /** Close on purpose: it does not reconnect. */
  disconnect() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#drop();
    this.#failAll("the page disconnected before the reply came");
    this.output.notice("Disconnected");
    this.show("closed", "Not connected");
  }

  run(text) {
    const entry = this.output.command(text);
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      entry.fail("not sent: not connected");
      return;
    }
    this.#send(text, entry);
  }

  #ask(text, answer) {
    this.#send(text, { answer, fail() {} });
  }

  #send(text, entry) {
    this.#waiting.push(entry);
    this.#socket.send(text);
    if (this.#waiting.length === 1) this.#watch();
  }

  #take(reply) {
    this.#waiting.shift().answer(reply);
    this.#watch();
  }

  #watch() {
    clearTimeout(this.#silence);
    if (this.#waiting.length > 0) this.#silence = setTimeout(() => this.#giveUp(), SILENCE_MS);
  }

  #giveUp() {
    this.#drop();
    this.#lose({ code: 1006, reason: `no answer in ${SILENCE_MS / 1000} s` });
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

  #arrive(name) {
    const before = this.#node;
    this.#node = name;
    if (before === "" || before === name) this.output.notice(`Connected to ${name}`);
    else this.output.notice(`Moved from ${podOf(before)} to ${podOf(name)}`);
    this.show("open", "Connected to", name);
  }

  #lose(event) {
    const before = byId("status").dataset.state;
    const reason = event.reason || (NO_REASON[event.code] ?? "no reason was given");
    this.#asking = null;
    const delay = MIN_DELAY_MS + Math.random() * (MAX_DELAY_MS - MIN_DELAY_MS);
    this.#socket = null;
    this.#failAll("the connection closed before the reply came");
    if (before === "open") this.output.notice(`Connection closed: ${event.code}, ${reason}`);
    this.#timer = setTimeout(() => this.connect(), delay);
    this.show("waiting", `Closed: ${event.code}, ${reason}. Reconnecting in ${(delay / 1000).toFixed(1)} s`);
  }

  #failAll(why) {
    for (const entry of this.#waiting.splice(0)) entry.fail(why);
    this.#watch();
  }
}

/** `erlang-docker-a-sfs-1` of `erlang-docker-a@erlang-docker-a-sfs-1.erlang-docker-a-hl...`. */
function podOf(name) {
  return name.slice(name.indexOf("@") + 1).split(".")[0];
}

/** The command field: which command Enter runs, and the history. */
class Prompt {
  #verb = "mfa";
  #history = [];
  #place = 0;

  constructor(field, run) {
    this.field = field;
    this.run = run;
    field.addEventListener("input", () => this.#hint());
    field.addEventListener("keydown", (event) => this.#key(event));
    this.#hint();
  }

  put(text) {
    this.field.value = text;
    this.field.focus();
    this.#hint();
  }

  submit(text) {
    this.#verb = /^(mfa|rpc) /.exec(text)?.[1] ?? this.#verb;
    if (text !== "" && text !== this.#history.at(-1)) this.#history.push(text);
    if (this.#history.length > MAX_HISTORY) this.#history.shift();
    this.#place = this.#history.length;
    this.run(text);
    this.#hint();
  }

  call(verb) {
    this.submit(`${verb} ${this.field.value.replace(/^(mfa|rpc) /, "")}`);
  }

  enter() {
    const text = this.#fitting();
    if (text !== "") this.submit(text);
    this.field.select();
  }

  /** What Enter runs: a command as is, a call with the verb used last, an empty field as the last command. */
  #fitting() {
    const text = this.field.value;
    if (text === "") return this.#history.at(-1) ?? "";
    return /^\s*('[^']*'|[a-z][\w@]*):('[^']*'|[a-z][\w@]*)\(/.test(text) ? `${this.#verb} ${text}` : text;
  }

  #hint() {
    const text = this.#fitting();
    const fits = text === "node" ? "ask-node" : (/^(mfa|rpc) /.exec(text)?.[1] ?? "send");
    for (const id of ["send", "ask-node", "mfa", "rpc"]) byId(id).classList.toggle("fits", id === fits);
    byId("hint").textContent = text === "" ? "Press the up arrow for earlier commands." : `Enter runs: ${text}`;
  }

  #key(event) {
    if (event.isComposing || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    const step = event.key === "ArrowUp" ? -1 : 1;
    let place = this.#place + step;
    if (this.#history[place] === this.field.value) place += step;
    if (place < 0 || place > this.#history.length) return;
    this.#place = place;
    this.put(this.#history[place] ?? "");
  }
}

/** The functions: by module, as function/arity with a line of help; a click inserts the example. */
class Picker {
  #modules = new Map();

  constructor(pick) {
    this.pick = pick;
    byId("module").addEventListener("change", () => this.#list());
  }

  async load() {
    try {
      const answer = await fetch("functions");
      if (!answer.ok) throw new Error(`the node answered ${answer.status}`);
      this.#modules = Map.groupBy((await answer.json()).functions, (entry) => entry.module);
    } catch (error) {
      byId("functions-note").textContent = `Could not load the list: ${error.message}`;
      return;
    }
    byId("functions-note").textContent = "Click a function to insert its example.";
    const before = byId("module").value;
    byId("module").replaceChildren(...[...this.#modules.keys()].map((name) => new Option(name)));
    if (this.#modules.has(before)) byId("module").value = before;
    this.#list();
  }

  #list() {
    const entries = this.#modules.get(byId("module").value) ?? [];
    byId("list").replaceChildren(...entries.map((entry) => this.#row(entry)));
  }

  #row(entry) {
    const button = element("button");
    button.type = "button";
    button.append(element("code", "", `${entry.name}/${entry.arity}`), element("small", "", entry.help));
    button.addEventListener("click", () => this.pick(entry.example || `${entry.module}:${entry.name}()`));
    const row = element("li");
    row.append(button);
    return row;
  }
}

function start() {
  const output = new Output(byId("output"));
  const connection = new Connection(output, show);
  const prompt = new Prompt(byId("command"), (text) => connection.run(text));
  const picker = new Picker((example) => prompt.put(example));

  function show(state, text, node = "") {
    byId("status").dataset.state = state;
    byId("state").textContent = text;
    byId("node").textContent = node;
    byId("connection").textContent = connection.wanted ? "Disconnect" : "Connect";
    document.title = node === "" ? "erlang_docker" : `${podOf(node)} - erlang_docker`;
    if (state === "open") picker.load();
  }

  byId("connection").addEventListener("click", () => (connection.wanted ? connection.disconnect() : connection.connect()));
  byId("form").addEventListener("submit", (event) => {
    event.preventDefault();
    prompt.enter();
  });
  byId("send").addEventListener("click", () => prompt.submit(byId("command").value));
  byId("ask-node").addEventListener("click", () => prompt.submit("node"));
  byId("mfa").addEventListener("click", () => prompt.call("mfa"));
  byId("rpc").addEventListener("click", () => prompt.call("rpc"));
  byId("clear").addEventListener("click", () => output.clear());
  byId("functions").open = matchMedia("(min-width: 64rem)").matches;
  connection.connect();
}

start();
