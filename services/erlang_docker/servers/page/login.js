// The login, where nodes want a token: it is sent once, and what stays is a session in a cookie that no script can read.

const ANSWER_MS = 10000;

const byId = (id) => document.getElementById(id);

export class Login {
  /** `enter` is called when a token was right. */
  constructor(enter) {
    byId("login").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#begin(byId("token").value.trim()).then((may) => may && enter());
    });
    byId("logout").addEventListener("click", () => this.#end());
  }

  /** Whether this browser may use the console; if not, the form is there. Rejects when no node answers. */
  async ask(signal) {
    const answer = await fetch("login", { signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]) });
    if (!answer.ok) throw new Error(`the node answered ${answer.status}`);
    return this.#show(await answer.json());
  }

  async #begin(token) {
    byId("login-note").textContent = "Checking ...";
    try {
      const answer = await fetch("login", { method: "POST", headers: { Authorization: `Bearer ${token}` } });
      if (answer.ok) return this.#show(await answer.json());
      byId("login-note").textContent = answer.status === 401 ? "Wrong token." : `The node answered ${answer.status}.`;
    } catch (error) {
      byId("login-note").textContent = `Not logged in: ${error.message}`;
    }
    return false;
  }

  /** A fresh page, without what the last one showed. */
  async #end() {
    await fetch("logout", { method: "POST" });
    location.reload();
  }

  #show({ needed, role }) {
    const may = role !== null;
    document.body.dataset.role = role ?? "";
    byId("logout").hidden = !(needed && may);
    byId("role").hidden = role !== "read";
    byId("connection").hidden = byId("console").hidden = !may;
    byId("login").hidden = may;
    if (may) byId("token").value = byId("login-note").textContent = "";
    else byId("token").focus();
    return may;
  }
}
