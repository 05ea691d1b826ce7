// Commands that were run, and the one that is being written: both outlive the page.

const RUN = "erlang_docker.history";
const DRAFT = "erlang_docker.draft";
const MOST = 500;

export class History {
  #place = 0;
  #draft = "";

  constructor() {
    this.commands = JSON.parse(localStorage.getItem(RUN) ?? "[]");
    this.#place = this.commands.length;
  }

  get draft() {
    return localStorage.getItem(DRAFT) ?? "";
  }

  set draft(text) {
    this.#place = this.commands.length;
    localStorage.setItem(DRAFT, text);
  }

  add(command) {
    this.commands = [...this.commands.filter((other) => other !== command), command].slice(-MOST);
    localStorage.setItem(RUN, JSON.stringify(this.commands));
    this.draft = "";
  }

  /** The one before (-1) or after (1) where it stands; past the last one is the draft. */
  step(by, text) {
    if (this.#place === this.commands.length) this.#draft = text;
    const place = this.#place + by;
    if (place < 0 || place > this.commands.length) return undefined;
    this.#place = place;
    return this.commands[place] ?? this.#draft;
  }

  /** Newest first. */
  search(text) {
    const wanted = text.toLowerCase();
    return this.commands.filter((command) => command.toLowerCase().includes(wanted)).reverse();
  }
}
