// The field: what Enter runs, its keys, and one line that says what will happen.

import { Completion } from "./completion.js";
import { arity } from "./catalogue.js";
import { button, byId, element } from "./dom.js";
import { read } from "./guesses.js";
import { say } from "./language.js";

const VERB = "erlang_docker.verb";
const ROWS = 8;

export class Prompt {
  #verb = localStorage.getItem(VERB) ?? "rpc";

  /** `acts`: run(command), spread(n), help(), guess(typed, read). */
  constructor(catalogue, history, acts) {
    Object.assign(this, { catalogue, history, acts });
    this.field = byId("command");
    this.completion = new Completion(this.field, catalogue, history, (text) => this.put(text));
    this.field.addEventListener("input", () => (this.#typed(), this.completion.suggest()));
    this.field.addEventListener("keydown", (event) => this.#key(event));
    byId("run").addEventListener("click", () => this.enter());
    byId("form").addEventListener("submit", (event) => event.preventDefault());
    byId("verbs").addEventListener("click", ({ target }) => target.dataset.verb && this.#choose(target.dataset.verb));
    byId("run").type = "button";
    this.#choose(this.#verb);
    this.field.value = history.draft;
    this.show();
  }

  put(text) {
    this.field.value = text;
    this.field.focus();
    this.field.setSelectionRange(text.length, text.length);
    this.#typed();
  }

  /** As if it had been typed and entered. */
  submit(typed) {
    const meant = read(typed, this.#verb, this.catalogue);
    if (typed.trim() !== "") this.history.add(typed);
    if (meant.help) this.acts.help();
    else if (meant.spread !== undefined) this.acts.spread(meant.spread);
    else if (meant.guess) this.acts.guess(typed, meant);
    else this.acts.run(meant.command);
  }

  enter() {
    const typed = this.field.value === "" ? (this.history.commands.at(-1) ?? "") : this.field.value;
    if (typed === "") return;
    this.submit(typed);
    this.put("");
  }

  #choose(verb) {
    this.#verb = verb;
    localStorage.setItem(VERB, verb);
    for (const choice of byId("verbs").children) choice.setAttribute("aria-pressed", String(choice.dataset.verb === verb));
    this.show();
  }

  #typed() {
    this.history.draft = this.field.value;
    this.show();
  }

  /** The line below the field. */
  show() {
    const typed = this.field.value;
    this.field.rows = Math.min(ROWS, typed.split("\n").length);
    const meant = read(typed, this.#verb, this.catalogue);
    byId("hint").replaceChildren(...this.#hints(typed, meant));
  }

  #hints(typed, meant) {
    const hint = (key, className = "", named = {}) => say(element("span", className), key, named);
    if (typed.trim() === "") return [hint("hint_empty")];
    if (meant.help) return [hint("hint_help")];
    if (meant.spread !== undefined) return [hint("hint_spread", "", { n: meant.spread })];
    if (meant.guess) return [hint(meant.guess, "guess"), ...this.offers(meant.offers)];
    if (meant.echo) return [hint("hint_echo", "guess"), ...this.offers(this.#near(typed))];
    const runs = element("code", "", meant.command);
    const about = this.#about(meant.command);
    return [hint(meant.stripped ? "hint_stop" : "hint_runs"), ...(about.length > 0 ? about : [runs])];
  }

  /** The function being called, its argument that is being written in bold, and what it does. */
  #about(command) {
    const [, verb, module, name, args] = /^(\w+) '?(\w+)'?:'?([\w@]+)'?\(([^]*)$/.exec(command) ?? [];
    if (verb === undefined) return [];
    const closed = args.trimEnd().endsWith(")");
    const at = arity(closed ? args.trimEnd().slice(0, -1) : args);
    const found = this.catalogue.find(module, name, at) ?? this.catalogue.find(module, name);
    if (!found) return [];
    const signature = element("code", "", `${verb} ${module}:${name}(`);
    found.args.forEach((arg, place) => signature.append(place ? ", " : "", element(!closed && place === Math.max(0, at - 1) ? "b" : "span", "", arg)));
    signature.append(")");
    const help = element("span", "", found.help);
    help.lang = "en";
    const marks = found.idempotent ? [say(element("em"), "idempotent")] : [];
    return [signature, help, ...marks, element("code", "quiet", found.example)];
  }

  offers(commands) {
    return commands.map((command) => {
      const offer = button("offer", () => (this.acts.run(command), this.put("")));
      offer.textContent = command;
      return offer;
    });
  }

  #near(typed) {
    const word = /[a-z_]{3,}/.exec(typed)?.[0];
    return word ? this.catalogue.search(word, 2).filter((entry) => entry.key.includes(word)).map((entry) => `${this.#verb} ${entry.example}`) : [];
  }

  #key(event) {
    if (event.isComposing) return;
    const { key } = event;
    const { completion } = this;
    const act = () => {
      if (key === "r" && event.ctrlKey) return completion.recall();
      if (key === "Tab" && !event.shiftKey && this.field.value !== "") return completion.open ? completion.accept() : this.#complete();
      if (key === "Escape" && completion.open) return completion.close();
      if (key === "Enter" && !event.shiftKey) return completion.chosen >= 0 ? completion.accept() : (completion.close(), this.enter());
      if (key === "ArrowDown" && completion.open) return completion.move(1);
      if (key === "ArrowUp" && completion.open) return completion.move(-1);
      if ((key === "ArrowUp" || key === "ArrowDown") && this.#atEdge(key)) return this.#walk(key === "ArrowUp" ? -1 : 1);
      return false;
    };
    if (act() !== false) event.preventDefault();
  }

  /** Tab goes on to the next control where there is nothing to complete. */
  #complete() {
    if (!/^(?:(?:mfa|rpc)\s+)?[a-z][\w@]*:?[\w@]*$/.test(this.field.value)) return false;
    return completionThenFirst(this.completion);
  }

  #atEdge(key) {
    const { value, selectionStart } = this.field;
    return !(key === "ArrowUp" ? value.slice(0, selectionStart) : value.slice(selectionStart)).includes("\n");
  }

  #walk(by) {
    const text = this.history.step(by, this.field.value);
    if (text === undefined) return;
    this.field.value = text;
    this.show();
  }
}

async function completionThenFirst(completion) {
  await completion.suggest();
  if (completion.open) completion.move(1);
}
