// What was typed, as a command; and what was meant where it is none.

const CALL = /^\s*('[^']*'|[a-z][\w@]*):('[^']*'|[a-z][\w@]*)\(/;
const LOCAL = /^([a-z]\w*)\((.*)\)$/s;
const WORDS = { ping: "net_adm:ping", peers: "erlang_docker:peers()", info: "erlang_docker:info()", functions: "erlang_docker:functions()", nodes: "erlang:nodes()", keys: "store:keys()" };
const HELP = new Set(["help", "?", "help()", "h()", "man", "--help"]);

/**
 * `{command}` to send, with `{stripped}` where a full stop was left out; or `{help}`, `{spread}`; or `{guess, offers}`,
 * a sentence and the commands that may have been meant; an echo is `{command, echo}`, perhaps with `offers`.
 */
export function read(typed, verb, catalogue) {
  const bare = typed.trim();
  if (HELP.has(bare.toLowerCase())) return { help: true };
  const spread = /^spread(?:\((\d+)\)|\s+(\d+))?\.?$/.exec(bare);
  if (spread) return { spread: Number(spread[1] ?? spread[2] ?? 300) };
  if (bare === "node") return { command: "node" };
  const [, said, call] = /^(mfa|rpc)\s+([^]*)$/i.exec(bare) ?? [undefined, verb, bare];
  const ended = call.replace(/\)\s*\.$/, ")");
  const stripped = ended !== call;
  if (CALL.test(ended)) return { command: `${said.toLowerCase()} ${ended}`, stripped };
  const local = LOCAL.exec(ended);
  if (local) return { guess: "guess_module", offers: withModule(local, said, catalogue) };
  if (/^(mfa|rpc)\b/i.test(bare)) return { guess: "guess_call", offers: [`${said.toLowerCase()} lists:seq(1,5)`] };
  if (Object.hasOwn(WORDS, bare)) return { guess: "guess_word", offers: [`mfa ${WORDS[bare]}`.replace(/ping$/, "ping(Node)")] };
  return { command: typed, echo: true };
}

function withModule([, name, args], verb, catalogue) {
  const known = catalogue.functions.filter((entry) => entry.name === name).map((entry) => entry.module);
  const modules = new Set(["node", "nodes", "self"].includes(name) ? ["erlang"] : known);
  return [...modules].slice(0, 3).map((module) => `${verb.toLowerCase()} ${module}:${name}(${args})`);
}
