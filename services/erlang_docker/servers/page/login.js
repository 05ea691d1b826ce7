// The login, where nodes want a token: it is sent once, and what stays is a session in a cookie that no script can read.

import { byId } from "./dom.js";
import { say } from "./language.js";

const ANSWER_MS = 10000;

export class Login {
  needed = false;

  /** `enter()`: a token was right. */
  constructor(enter) {
    this.enter = enter;
    byId("login").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#begin(byId("token").value.trim());
    });
    byId("logout").addEventListener("click", () => this.#end());
  }

  /** Whether this browser may use the console. Rejects when no node answers. */
  async ask(signal) {
    const answer = await fetch("login", { signal });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return this.#take(await answer.json());
  }

  /** The form is seen in the state `out`. */
  show(state) {
    if (state === "out") byId("token").focus();
  }

  async #begin(token) {
    say(byId("login-note"), "login_checks");
    try {
      const headers = { Authorization: `Bearer ${token}` };
      const answer = await fetch("login", { method: "POST", headers, signal: AbortSignal.timeout(ANSWER_MS) });
      if (answer.ok) this.#welcome(await answer.json());
      else if (answer.status === 401) say(byId("login-note"), "login_wrong");
      else say(byId("login-note"), "login_failed", { why: answer.status });
    } catch (error) {
      say(byId("login-note"), "login_failed", { why: error.message });
    }
  }

  #welcome(answer) {
    this.#take(answer);
    byId("token").value = "";
    say(byId("login-note"), "login_idea");
    this.enter();
  }

  /** A fresh page, without what the last one showed. */
  async #end() {
    await fetch("logout", { method: "POST" });
    location.reload();
  }

  #take({ needed, role }) {
    this.needed = needed;
    byId("logout").hidden = !needed || role === null;
    byId("role").hidden = role !== "read";
    return role !== null;
  }
}
