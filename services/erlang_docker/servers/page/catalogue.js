// The functions of the node that this page is connected to: its own and the release's at once, Erlang's when wanted.

const ORIGINS = { FUNCTION_ORIGIN_NODE: "system", FUNCTION_ORIGIN_RELEASE: "yours", FUNCTION_ORIGIN_ERLANG: "erlang" };
const OWN = ["FUNCTION_ORIGIN_NODE", "FUNCTION_ORIGIN_RELEASE"];

export class Catalogue {
  #own = [];
  #erlang = null;
  #loading = null;

  /** `changed()` is told when there are others. */
  constructor(connection, changed) {
    Object.assign(this, { connection, changed });
  }

  get functions() {
    return [...this.#own, ...(this.#erlang ?? [])];
  }

  get complete() {
    return this.#erlang !== null;
  }

  /** After each move: another node may have others. */
  async load() {
    const had = this.complete;
    this.#own = await this.#ask(OWN);
    this.#erlang = this.#loading = null;
    this.changed();
    if (had) await this.loadAll();
  }

  /** Does nothing while there is no node to ask. */
  loadAll() {
    this.#loading ??= this.#loadErlang().catch(() => (this.#loading = null));
    return this.#loading;
  }

  async #loadErlang() {
    this.#erlang = await this.#ask(["FUNCTION_ORIGIN_ERLANG"]);
    this.changed();
  }

  async #ask(origins) {
    const response = await this.connection.ask({ listFunctions: { origins } });
    return (response.listFunctions?.functions ?? []).map(read);
  }

  /** Those that fit, best first: by the start of the name, then by any part of it, then by their help. */
  search(text, most = Infinity) {
    const wanted = text.toLowerCase();
    const rank = (entry) => {
      if (entry.key.startsWith(wanted)) return 0;
      if (entry.name.startsWith(wanted)) return 1;
      if (entry.key.includes(wanted)) return 2;
      return entry.help.toLowerCase().includes(wanted) ? 3 : 4;
    };
    const ranked = this.functions.map((entry) => ({ entry, rank: rank(entry) })).filter((item) => item.rank < 4);
    return ranked.sort((a, b) => a.rank - b.rank).slice(0, most).map((item) => item.entry);
  }

  find(module, name, arity) {
    return this.functions.find((entry) => entry.module === module && entry.name === name && (arity === undefined || entry.arity === arity));
  }

  /** Whether a command may run twice; undefined when its function is not known here. */
  idempotent(command) {
    const [, verb, module, name, args] = /^(?:(mfa|rpc) )\s*'?(\w+)'?:'?([\w@]+)'?\(([^]*)\)\s*$/.exec(command) ?? [];
    if (verb === undefined) return !/^(mfa|rpc) /.test(command) || undefined;
    return this.find(module, name, arity(args))?.idempotent;
  }
}

/** How many arguments: commas outside of brackets and quotes. */
export function arity(args) {
  if (args.trim() === "") return 0;
  let [depth, count] = [0, 1];
  for (const [part] of args.matchAll(/"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|[([{]|<<|[)\]}]|>>|,/g)) {
    if (/^([([{]|<<)$/.test(part)) depth += 1;
    else if (/^([)\]}]|>>)$/.test(part)) depth -= 1;
    else if (part === "," && depth === 0) count += 1;
  }
  return count;
}

function read({ module, name, arity = 0, idempotent = false, help = "", example = "", parameters = [], origin }) {
  const args = parameters.map((parameter) => (parameter.type ? `${parameter.name} :: ${parameter.type}` : parameter.name));
  const group = module === "store" ? "store" : ORIGINS[origin] ?? "erlang";
  return { module, name, arity, idempotent, help, example, args, group, key: `${module}:${name}`.toLowerCase() };
}
