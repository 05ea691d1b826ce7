// The dialog of keys and commands.

import { byId, element } from "./dom.js";
import { say } from "./language.js";

const ROWS = ["rpc", "mfa", "node", "spread", "enter", "shift_enter", "tab", "arrows", "ctrl_r", "slash"];

export function setUpHelp() {
  for (const row of ROWS) byId("keys-list").append(say(element("dt"), `key_${row}`), say(element("dd"), `about_${row}`));
  byId("help").addEventListener("click", () => byId("keys").showModal());
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") byId("command").focus();
    else if (event.key === "?") byId("keys").showModal();
    else return;
    event.preventDefault();
  });
}

/** On a narrow screen one part is seen at a time. */
export function setUpViews() {
  byId("views").addEventListener("click", ({ target }) => {
    const { view } = target.dataset;
    if (view === undefined) return;
    document.body.dataset.view = view;
    for (const other of byId("views").children) other.setAttribute("aria-pressed", String(other === target));
  });
}
