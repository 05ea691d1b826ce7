// The way of one call: lit on the picture, with its milliseconds, and its steps below it.

import { button, byId, drawn, element, milliseconds, moves, style } from "./dom.js";
import { say, text } from "./language.js";
import { nameChip } from "./names.js";

const STEPS = ["wire", "queue", "parse", "pick", "link", "run", "print", "wait"];
const DRAWN_MS = 260;
const CALM_MS = 300;
const LEAST = 0.04; // of the call; steps that are smaller are one together

export class Way {
  #last = null;
  #frame = 0;
  #shown = 0;

  constructor(picture, cluster) {
    this.picture = picture;
    this.cluster = cluster;
  }

  /** Light what a call did; of many in a row, the last of each frame, and at once. */
  tell(call) {
    this.#last = call;
    this.#frame ||= requestAnimationFrame((now) => {
      this.#frame = 0;
      this.#show(moves() && now - this.#shown > CALM_MS);
      this.#shown = now;
    });
  }

  /** Once more, after the picture was drawn anew. */
  again() {
    this.#show(false);
  }

  /** Before the first call: what to try. */
  invite(run) {
    if (this.#last !== null) return;
    const example = button("offer", () => run("rpc lists:seq(1,5)"));
    example.textContent = "rpc lists:seq(1,5)";
    byId("told").replaceChildren(say(element("span"), "invite"), example);
  }

  #show(moving) {
    const call = this.#last;
    if (call === null) return;
    this.#light(call, moving);
    this.#list(call);
  }

  #light(call, moving) {
    const { picture } = this;
    const { asked, answered } = call;
    const legs = [];
    const leg = (d, kind, ms) => legs.push({ d, kind, ms });
    picture.rays.replaceChildren();
    picture.notes.replaceChildren();
    for (const station of picture.svg.querySelectorAll(".station")) {
      station.classList.toggle("used", station.dataset.node !== "" && [asked, answered].includes(station.dataset.node));
    }
    if (!picture.place(asked)) return;
    leg(picture.toPage(asked), "a", call.us.wire);
    for (const { node, bad } of call.tries) {
      if (!picture.place(node) || node === asked) continue;
      leg(picture.toService(asked), "thin", bad ? 0 : call.us.pick);
      leg(picture.fromService(node), "thin b");
      leg(picture.link(asked, node), bad ? "failed" : "b", bad ? 0 : call.us.link);
    }
    legs.forEach((item, turn) => this.#ray(item, moving ? turn * DRAWN_MS * 0.8 : -1));
    if (picture.place(answered) && answered !== asked) this.#note(picture.place(answered), text("ran", { ms: milliseconds(call.us.run) }));
    else this.#note(picture.place(asked), text("ran", { ms: milliseconds(call.us.run) }));
  }

  #ray({ d, kind, ms }, delay) {
    const ray = drawn("path", { class: `ray ${kind}`, d });
    this.picture.rays.append(ray);
    if (ms) this.#label(ray, kind, ms);
    if (delay < 0) return;
    const length = ray.getTotalLength();
    const timing = { duration: DRAWN_MS, delay, fill: "backwards", easing: "ease-in-out" };
    if (kind.startsWith("thin")) ray.animate([{ opacity: 0 }, { opacity: 1 }], timing);
    else ray.animate([{ strokeDasharray: `0 ${length}` }, { strokeDasharray: `${length} 0` }], timing);
  }

  #label(ray, kind, us) {
    const { picture } = this;
    const middle = ray.getPointAtLength(ray.getTotalLength() * (kind === "a" ? 0.5 : 0.4));
    const service = picture.place("service");
    const small = picture.small;
    const [x, y] = kind === "thin" ? [service.x, service.y + (small ? 23 : 30)] : [middle.x, middle.y + (kind === "b" && middle.y < service.y + 60 ? 17 : -9)];
    const step = { thin: "1 pick", b: "2 link" }[kind];
    const words = small || step === undefined ? "" : `${step[0]} ${text(step.slice(2))} `;
    picture.notes.append(drawn("text", { class: "ms", x, y }, words + milliseconds(us)));
  }

  #note({ x, y }, words) {
    const { small, half, notes } = this.picture;
    if (!small) notes.append(drawn("text", { class: "ms after", x: x + half + 6, y: y + 4 }, words));
  }

  #list(call) {
    const told = byId("told");
    const node = nameChip(call.answeredName || call.askedName);
    const total = element("b", "", milliseconds(call.own));
    told.replaceChildren(element("code", "", call.command), say(element("span", "quiet"), call.outcome), node, total);
    byId("steps").classList.toggle("here", call.answered === call.asked);
    byId("steps").replaceChildren(...stepsOf(call).map(([step, us]) => this.#step(step, us)));
  }

  #step(step, us) {
    const item = element("li", step);
    style(item, "--share", String(Math.sqrt(us)));
    item.append(say(element("span"), `step_${step}`), " ", element("b", "", milliseconds(us)));
    item.title = text(`step_${step}_why`);
    return item;
  }
}

/** The steps that took long enough to be seen, and the rest as one. */
function stepsOf({ us, own }) {
  const all = STEPS.map((step) => [step, us[step]]);
  const seen = all.filter(([step, part]) => part > LEAST * own || (step === "run" && part > 0));
  const rest = all.filter((item) => !seen.includes(item)).reduce((total, [, part]) => total + part, 0);
  return rest > 0 ? [...seen, ["rest", rest]] : seen;
}
