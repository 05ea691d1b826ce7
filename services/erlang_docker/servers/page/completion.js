// The list under the field: functions that begin with what stands before the caret, or commands of the history.

import { byId, element } from "./dom.js";
import { say } from "./language.js";

const BEGUN = /^(?:(?:mfa|rpc)\s+)?([a-z][\w@]*(?::[\w@]*)?)$/;
const MOST = 40;

export class Completion {
  #chosen = -1;
  #turn = 0;

  /** `put(text)` sets the field. */
  constructor(field, catalogue, history, put) {
    Object.assign(this, { field, catalogue, history, put, choices: [] });
    this.list = byId("choices");
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const place = [...this.list.children].indexOf(event.target.closest("li"));
      if (place >= 0) this.accept(place);
    });
    field.addEventListener("blur", () => this.close());
  }

  get open() {
    return !this.list.hidden;
  }

  get chosen() {
    return this.#chosen;
  }

  get #before() {
    return this.field.value.slice(0, this.field.selectionStart);
  }

  /** What fits now. */
  async suggest() {
    const turn = ++this.#turn;
    if (BEGUN.test(this.#before)) await this.catalogue.loadAll();
    if (turn !== this.#turn) return; // another key came meanwhile
    const before = this.#before;
    const begun = BEGUN.exec(before)?.[1];
    if (begun === undefined) return this.close();
    const head = before.slice(0, before.length - begun.length);
    this.#show(this.catalogue.search(begun, MOST).map((entry) => functionChoice(entry, head)));
  }

  /** Of the history, by any part of it. */
  recall() {
    this.#turn++;
    this.#show(this.history.search(this.field.value).slice(0, MOST).map(commandChoice));
    this.move(1);
  }

  move(step) {
    const count = this.choices.length;
    this.#chosen = (this.#chosen + step + count + (this.#chosen < 0 && step < 0 ? 1 : 0)) % count;
    [...this.list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === this.#chosen)));
    this.list.children[this.#chosen].scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", `choice-${this.#chosen}`);
  }

  accept(place = Math.max(0, this.#chosen)) {
    const choice = this.choices[place];
    this.close();
    this.put(choice.text);
  }

  close() {
    this.list.hidden = true;
    this.#chosen = -1;
    this.field.removeAttribute("aria-activedescendant");
  }

  #show(choices) {
    this.close();
    this.choices = choices;
    if (choices.length === 0 || document.activeElement !== this.field) return;
    this.list.replaceChildren(...choices.map(({ parts }, place) => {
      const item = element("li");
      Object.assign(item, { id: `choice-${place}`, role: "option" });
      item.setAttribute("aria-selected", "false");
      item.append(...parts);
      return item;
    }));
    this.list.hidden = false;
    this.list.scrollTop = 0;
  }
}

function functionChoice(entry, head) {
  const help = element("small", "", entry.help);
  help.lang = "en";
  const parts = [element("code", "", `${entry.module}:${entry.name}(${entry.args.join(", ")})`), help];
  parts.push(entry.idempotent ? say(element("em"), "idempotent") : element("em"));
  return { parts, text: `${head}${entry.module}:${entry.name}(${entry.arity === 0 ? ")" : ""}` };
}

const commandChoice = (command) => ({ parts: [element("code", "", command)], text: command });
