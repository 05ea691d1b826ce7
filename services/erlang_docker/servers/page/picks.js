// Who was picked by this page's last calls, as columns, and whether that is even, in words.

import { byId, element, style } from "./dom.js";
import { verdict } from "./chance.js";
import { say, text } from "./language.js";

const LAST = 300;

export class Picks {
  #picks = [];
  #most = LAST;
  #frame = 0;

  constructor(cluster) {
    this.cluster = cluster;
  }

  add(short) {
    this.#picks.push(short);
    if (this.#picks.length > this.#most) this.#picks.shift();
    this.show();
  }

  /** Forget them, for a spread of so many. */
  begin(most) {
    this.#picks = [];
    this.#most = Math.max(LAST, most);
    this.show();
  }

  show() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      const counts = this.#counts();
      drawChart(byId("fresh"), counts);
      if (this.#picks.length > 0) this.#judge(counts);
    });
  }

  #counts() {
    const counts = new Map(this.cluster.ready.map((short) => [short, 0]));
    for (const short of this.#picks) counts.set(short, (counts.get(short) ?? 0) + 1);
    return new Map([...counts].sort());
  }

  #judge(counts) {
    const { key, named } = verdict([...counts.values()]);
    say(byId("verdict"), key, named);
  }
}

/** Columns of counts by node; what a reader of the screen hears is one sentence. */
export function drawChart(chart, counts) {
  const sum = [...counts.values()].reduce((all, count) => all + count, 0);
  const most = Math.max(1, ...counts.values());
  while (chart.childElementCount > counts.size) chart.lastElementChild.remove();
  [...counts].forEach(([short, count], place) => {
    const column = chart.children[place] ?? chart.appendChild(newColumn());
    const [share, bar, who] = column.children;
    column.dataset.kind = short.split("-")[0];
    share.textContent = sum === 0 ? "" : count;
    style(bar, "--part", String(sum === 0 ? 0 : count / most));
    who.textContent = `${short}\n${sum === 0 ? "" : `${Math.round((100 * count) / sum)}%`}`;
  });
  const said = [...counts].map(([short, count]) => `${short} ${count}`).join(", ");
  delete chart.dataset.l;
  chart.setAttribute("aria-label", sum === 0 ? text("no_picks") : said);
}

function newColumn() {
  const column = element("span", "column");
  column.append(element("span", "share"), element("i"), element("span", "who"));
  return column;
}
