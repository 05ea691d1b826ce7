// Elements and their texts. What comes from a node is text, never markup.

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

export function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

export function button(className, act) {
  const made = element("button", className);
  made.type = "button";
  if (act) made.addEventListener("click", act);
  return made;
}

export function drawn(tag, attributes, text = "") {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== "") made.textContent = text;
  return made;
}

const ICONS = {
  copy: "M5 5V2h9v9h-3M2 5h9v9H2z",
  again: "M13 3v4H9M13 7A5.5 5.5 0 1 0 13.5 9.5",
  fold: "M3 8h10",
  "more-acts": "M3 8h.01M8 8h.01M13 8h.01",
};

export function icon(name) {
  const svg = drawn("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" });
  svg.append(drawn("path", { d: ICONS[name] }));
  return svg;
}

/** The style of an element from script: the Content-Security-Policy forbids it in markup. */
export function style(item, name, value) {
  item.style.setProperty(name, value);
}

export const moves = () => !matchMedia("(prefers-reduced-motion: reduce)").matches;

export function milliseconds(us) {
  const ms = us / 1000;
  return `${ms.toFixed(ms < 0.1 ? 2 : ms < 100 ? 1 : 0)} ms`;
}
