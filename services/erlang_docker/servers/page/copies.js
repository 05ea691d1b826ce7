// What an entry's buttons do: copy it as something, run it again, fold it.

import { byId, button } from "./dom.js";
import { announce, label, say } from "./language.js";

export const quoted = (shell) => `'${shell.replaceAll("'", "'\\''")}'`;

const header = (locked) => (locked ? '-H "authorization: Bearer $TOKEN" ' : "");

/** Each takes a command, its reply, the `host:port` of the gRPC of the node that was asked, and whether it wants a token. */
export const COPIES = {
  copy_value: ({ reply }) => reply,
  copy_command: ({ command }) => command,
  copy_cli: ({ command, target, locked }) => {
    const [, verb, call] = /^(mfa|rpc) ([^]*)$/.exec(command) ?? [];
    return `erlang-docker --target ${target} ${locked ? "--token-file token " : ""}${verb ? `${verb} ${quoted(call)}` : "node"}`;
  },
  copy_grpcurl: ({ command, target, locked }) =>
    `grpcurl -plaintext ${header(locked)}-d ${quoted(JSON.stringify({ command }))} ${target} erlang_docker.v1.ConsoleService/Run`,
  copy_curl: ({ command, target, locked }) =>
    `printf ${quoted(grpcFrame(command))} | curl -s --http2-prior-knowledge -H 'content-type: application/grpc' -H 'te: trailers' ` +
    `${header(locked)}--data-binary @- http://${target}/erlang_docker.v1.ConsoleService/Run | strings`,
};

/** The request as gRPC's frame of one protobuf field, in printf's escapes. */
function grpcFrame(command) {
  const text = [...new TextEncoder().encode(command)];
  const length = [];
  for (let left = text.length; ; left >>= 7) {
    length.push(left > 127 ? (left & 127) | 128 : left);
    if (left <= 127) break;
  }
  const message = [0x0a, ...length, ...text];
  const size = [24, 16, 8, 0].map((shift) => (message.length >> shift) & 255);
  const plain = (byte) => byte > 32 && byte < 127 && !"\\%'".includes(String.fromCharCode(byte));
  const escaped = (byte) => (plain(byte) ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`);
  return [0, ...size, ...message].map(escaped).join("");
}

export class Acts {
  constructor(cluster, login, run) {
    Object.assign(this, { cluster, login, run });
    this.menu = byId("menu");
    byId("output").addEventListener("click", ({ target }) => this.#act(target.closest("button")));
    this.menu.addEventListener("keydown", (event) => this.#walk(event));
    for (const key of Object.keys(COPIES)) {
      const choice = say(button("", () => this.#choose(key)), key);
      choice.setAttribute("role", "menuitem");
      this.menu.append(choice);
    }
  }

  #act(target) {
    const { entry } = target?.closest(".entry") ?? {};
    if (!entry) return;
    if (target.matches(".copy")) this.#copy(entry, "copy_value");
    if (target.matches(".again")) this.run(entry.command);
    if (target.matches(".fold")) label(target, entry.item.classList.toggle("folded") ? "unfold" : "fold");
    if (target.matches(".more-acts")) this.#open(entry, target);
  }

  #open(entry, from) {
    this.entry = entry;
    this.menu.showPopover();
    const at = from.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = this.menu;
    this.menu.style.setProperty("left", `${Math.max(8, at.right - offsetWidth)}px`);
    this.menu.style.setProperty("top", `${Math.max(8, Math.min(at.bottom + 4, innerHeight - offsetHeight - 8))}px`);
    this.menu.firstElementChild.focus();
  }

  #choose(key) {
    this.menu.hidePopover();
    this.#copy(this.entry, key);
  }

  async #copy({ command, call }, key) {
    const target = this.cluster.find(call?.asked)?.address || `${location.hostname}:50051`;
    await navigator.clipboard?.writeText(COPIES[key]({ command, reply: call?.reply ?? "", target, locked: this.login.needed }));
    announce("copied", { what: key === "copy_value" ? "" : command });
  }

  #walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const choices = [...this.menu.children];
    choices.at((choices.indexOf(document.activeElement) + step) % choices.length).focus();
  }
}
