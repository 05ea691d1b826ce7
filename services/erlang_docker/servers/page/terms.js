// An Erlang term in colours. What would change how text is read (bidi and other controls) is shown as its code.

import { element } from "./dom.js";
import { nameChip, shortName } from "./names.js";

const MOST = 20000; // characters in colour; the rest is plain
const TOKEN = /"(?:[^"\\]|\\.)*"|\[\d+(?:,\s*\d+)*\]|'(?:[^'\\]|\\.)*'|[a-z][\w@]*|(?:\d+#|\b)-?\d[\w.]*(?:e[-+]?\d+)?/g;
const NODE = /^erlang-docker-\w+@[\w.-]+$/; // the reply to `node` is a name without quotes
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** The term as nodes of the document; `asText` reads lists of numbers as the strings they may be. */
export function colour(reply, asText = false) {
  const parts = new DocumentFragment();
  if (NODE.test(reply)) return nameChip(reply);
  let from = 0;
  for (const { 0: token, index } of reply.slice(0, MOST).matchAll(TOKEN)) {
    parts.append(visible(reply.slice(from, index)), paint(token, reply.slice(index + token.length), asText));
    from = index + token.length;
  }
  parts.append(visible(reply.slice(from)));
  return parts;
}

/** Text as it is, but for what cannot be seen. */
export function visible(plain) {
  const parts = new DocumentFragment();
  let from = 0;
  for (const { 0: hidden, index } of plain.matchAll(HIDDEN)) {
    const code = hidden.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    parts.append(plain.slice(from, index), element("span", "t-mark", `U+${code}`));
    from = index + 1;
  }
  parts.append(plain.slice(from));
  return parts;
}

/** Whether some list of numbers can be read as text. */
export function hasText(reply) {
  return reply.slice(0, MOST).match(TOKEN)?.some((token) => token[0] === "[" && textOf(token) !== "") ?? false;
}

function paint(token, after, asText) {
  if (token[0] === "[") return list(token, asText);
  if (token[0] === '"') return marked("t-string", token);
  if (/^-?\d/.test(token)) return element("span", "t-number", token);
  const atom = token.replace(/^'|'$/g, "");
  if (shortName(atom) !== atom) return nameChip(atom);
  return marked(/^\s*=>/.test(after) ? "t-key" : "t-atom", token);
}

function list(token, asText) {
  const read = asText ? textOf(token) : "";
  if (read === "") return element("span", "t-number", token);
  const shown = marked("t-text", `"${read}"`);
  shown.title = token;
  return shown;
}

function marked(className, token) {
  const span = element("span", className);
  span.append(visible(token));
  return span;
}

/** `[20013,25991]` is 中文; "" when a number is no character that can be seen. */
function textOf(token) {
  const codes = token.slice(1, -1).split(",").map(Number);
  const seen = (code) => code === 10 || (code >= 32 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) && code !== 127);
  if (codes.length < 2 || !codes.every(seen)) return "";
  const read = String.fromCodePoint(...codes.slice(0, 5000));
  return /\p{L}/u.test(read) ? read : "";
}
