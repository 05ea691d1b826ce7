// The replies, newest first: filtered, grouped where they are equal, and walked through by arrows.

import { byId, element } from "./dom.js";
import { say } from "./language.js";
import { visible } from "./terms.js";

const MOST = 5000;
const CLOCK_MS = 100;
const CLOCKS = 20;

export class Output {
  #waiting = new Set();

  constructor() {
    this.list = byId("output");
    this.field = byId("filter");
    this.field.addEventListener("input", () => this.#filter());
    byId("clear").addEventListener("click", () => this.#clear());
    this.list.addEventListener("keydown", (event) => this.#walk(event));
    this.list.addEventListener("focusin", ({ target }) => this.#reach(target.closest(".entry")));
    setInterval(() => this.#tick(), CLOCK_MS);
  }

  add(entry) {
    this.#waiting.add(entry);
    this.#put(entry.item);
    if (!this.list.contains(document.activeElement)) this.#reach(entry.item);
  }

  notice(key, named) {
    const item = element("li", "notice");
    item.append(element("time", "", new Date().toTimeString().slice(0, 8)), " ", say(element("span"), key, named));
    this.#put(item);
    return item;
  }

  /** A hint instead of a reply; `offers` are buttons. */
  hint(command, key, named, offers) {
    const item = element("li", "entry echo");
    const asked = element("div", "asked");
    const shown = element("code");
    shown.append(visible(command));
    asked.append(shown, say(element("span", "outcome"), "hint"));
    const note = element("p", "note");
    note.append(say(element("span"), key, named), " ", ...offers);
    item.append(asked, note);
    this.#put(item);
  }

  /** The next older one, if it is the same command with the same reply, becomes part of it. */
  group(entry) {
    this.#waiting.delete(entry);
    const older = entry.item.nextElementSibling?.entry;
    if (older?.call && older.command === entry.command && older.call.reply === entry.call.reply) entry.absorb(older);
    this.#sift(entry.item);
  }

  #clear() {
    this.list.replaceChildren();
    byId("empty").hidden = false;
  }

  #put(item) {
    byId("empty").hidden = true;
    this.list.prepend(item);
    this.#sift(item);
    while (this.list.childElementCount > MOST) this.list.lastElementChild.remove();
  }

  /** Of those that wait the longest: the others wait behind them. */
  #tick() {
    let left = CLOCKS;
    for (const entry of this.#waiting) {
      if (entry.waits) entry.tick();
      else if (!entry.item.classList.contains("queued")) this.#waiting.delete(entry);
      if (--left === 0) return;
    }
  }

  #filter() {
    for (const item of this.list.children) this.#sift(item);
  }

  #sift(item) {
    const wanted = this.field.value.toLowerCase();
    item.hidden = false;
    if (wanted === "") return;
    const { entry } = item;
    const whole = entry ? `${entry.command}\n${entry.call?.reply ?? ""}\n${entry.outcome.textContent}` : item.textContent;
    item.hidden = !whole.toLowerCase().includes(wanted);
  }

  /** Only one entry's buttons can be reached by Tab, so that thousands do not stand in its way. */
  #reach(item) {
    if (!item || item === this.reached) return;
    for (const button of this.reached?.querySelectorAll(".acts button") ?? []) button.tabIndex = -1;
    for (const button of item.querySelectorAll(".acts button")) button.tabIndex = 0;
    this.reached = item;
  }

  #walk(event) {
    const next = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    const from = event.target.closest(".acts")?.closest(".entry");
    if (next === undefined || !from) return;
    event.preventDefault();
    let item = from[next];
    while (item && (item.hidden || !item.querySelector(".acts"))) item = item[next];
    item?.querySelector(`.acts .${event.target.className}`)?.focus();
  }
}
