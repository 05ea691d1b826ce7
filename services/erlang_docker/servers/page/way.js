// The way of one call: lit on the picture, with its milliseconds, and its steps below it.

import { byId, drawn, element, milliseconds, moves, style } from "./dom.js";
import { say, text } from "./language.js";
import { nameChip } from "./names.js";

const STEPS = ["wire", "queue", "parse", "pick", "link", "run", "print", "wait"];
const DRAWN_MS = 260;
const LEAST_US = 1;

export class Way {
  #last = null;
  #frame = 0;

  constructor(picture, cluster) {
    this.picture = picture;
    this.cluster = cluster;
  }

  /** Light what a call did; many in a row are not drawn one by one. */
  tell(call, quick = false) {
    this.#last = call;
    if (quick && this.#frame !== 0) return;
    if (!quick) return this.#show(moves());
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#show(false);
    });
  }

  /** Once more, after the picture was drawn anew. */
  again() {
    this.#show(false);
  }

  /** Before the first call: what to try. */
  invite(run) {
    if (this.#last !== null) return;
    const example = element("button", "plain", "rpc lists:seq(1,5)");
    example.type = "button";
    example.addEventListener("click", () => run("rpc lists:seq(1,5)"));
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
    const middle = ray.getPointAtLength(ray.getTotalLength() * (kind === "a" ? 0.5 : 0.42));
    const service = picture.place("service");
    const small = picture.small;
    const [x, y] = kind === "thin" ? [service.x, service.y + (small ? 22 : 28)] : [middle.x, middle.y + (small ? 1 : 4)];
    const step = { a: "", thin: "1 ", b: "2 " }[kind];
    picture.rays.append(drawn("text", { class: "ms", x, y }, small ? milliseconds(us) : `${step}${step && text(kind === "thin" ? "pick" : "link")} ${milliseconds(us)}`));
  }

  #note({ x, y }, words) {
    this.picture.rays.append(drawn("text", { class: "ms", x, y: y + (this.picture.small ? 22 : 29) }, words));
  }

  #list(call) {
    const told = byId("told");
    const node = nameChip(call.answeredName || call.askedName);
    const total = element("b", "", milliseconds(call.own));
    told.replaceChildren(element("code", "", call.command), say(element("span", "quiet"), call.outcome), node, total);
    const steps = STEPS.filter((step) => call.us[step] > LEAST_US).map((step) => {
      const item = element("li", step);
      style(item, "--share", String(Math.sqrt(call.us[step])));
      item.append(say(element("span"), `step_${step}`), " ", element("b", "", milliseconds(call.us[step])));
      item.title = `${text(`step_${step}`)}: ${text(`step_${step}_why`)}`;
      return item;
    });
    byId("steps").classList.toggle("here", call.answered === call.asked);
    byId("steps").replaceChildren(...steps);
  }
}
