// The list of functions: this system's, the store's, yours, and Erlang's by module; a click puts the example in the field.

import { byId, button, element } from "./dom.js";
import { say } from "./language.js";

const GROUPS = ["yours", "system", "store", "erlang"];
const FOUND = 60;

export class Functions {
  constructor(catalogue, put) {
    Object.assign(this, { catalogue, put });
    this.search = byId("search");
    this.search.addEventListener("input", () => this.#find());
    this.search.addEventListener("keydown", (event) => this.#enter(event));
    byId("groups").addEventListener("keydown", (event) => this.#walk(event));
  }

  show() {
    if (this.search.value !== "") return this.#find();
    const groups = Object.groupBy(this.catalogue.functions, (entry) => entry.group);
    byId("groups").replaceChildren(...GROUPS.flatMap((name) => this.#group(name, groups[name] ?? [])));
    say(byId("found"), this.catalogue.functions.length > 0 ? "found_hint" : "found_none");
  }

  async #find() {
    const wanted = this.search.value.trim();
    if (wanted === "") return this.show();
    await this.catalogue.loadAll();
    const found = this.catalogue.search(wanted);
    byId("groups").replaceChildren(...found.slice(0, FOUND).map((entry) => this.#row(entry, true)));
    say(byId("found"), "found", { n: found.length });
  }

  #group(name, entries) {
    if (name === "erlang") return [this.#erlang(entries)];
    return entries.length === 0 ? [] : [this.#details(name, entries, true)];
  }

  #erlang(entries) {
    if (!this.catalogue.complete) {
      const details = this.#details("erlang", [], false);
      details.addEventListener("toggle", () => this.catalogue.loadAll(), { once: true });
      return details;
    }
    const modules = Object.entries(Object.groupBy(entries, (entry) => entry.module));
    const details = this.#details("erlang", [], true, entries.length);
    for (const [module, functions] of modules) details.append(this.#module(module, functions));
    return details;
  }

  #module(module, functions) {
    const details = element("details");
    const summary = element("summary", "", module);
    summary.append(" ", element("small", "", String(functions.length)));
    details.append(summary);
    details.addEventListener("toggle", () => details.append(...functions.map((entry) => this.#row(entry))), { once: true });
    return details;
  }

  #details(name, entries, open, count = entries.length) {
    const details = element("details");
    details.open = open;
    const summary = element("summary");
    summary.append(say(element("span"), `group_${name}`), " ", element("small", "", count ? String(count) : ""));
    details.append(summary, ...entries.map((entry) => this.#row(entry, true)));
    return details;
  }

  #row(entry, whole = false) {
    const row = button("fn", () => this.put(entry.example || `${entry.module}:${entry.name}(`));
    const shown = element("code", "", `${whole ? `${entry.module}:` : ""}${entry.name}`);
    shown.append(element("span", "", `(${entry.args.join(", ")})`));
    if (entry.idempotent) row.append(say(element("em"), "idempotent"));
    const help = element("small", "", entry.help);
    help.lang = "en";
    row.append(shown, help);
    return row;
  }

  #enter(event) {
    if (event.key !== "ArrowDown" && event.key !== "Enter") return;
    event.preventDefault();
    const first = byId("groups").querySelector(".fn");
    if (event.key === "Enter") first?.click();
    else first?.focus();
  }

  #walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || !event.target.matches(".fn")) return;
    event.preventDefault();
    const rows = [...byId("groups").querySelectorAll(".fn, summary")].filter((row) => row.checkVisibility());
    (rows[rows.indexOf(event.target) + step] ?? this.search).focus();
  }
}
