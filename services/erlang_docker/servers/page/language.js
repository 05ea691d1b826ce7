// What the page says, in the reader's language. `say` remembers what it said, so that a switch says all of it anew.

import { byId } from "./dom.js";
import { en } from "./en.js";

const KEPT = "erlang_docker.language";
const ATTRIBUTES = { l: "aria-label", p: "placeholder", h: "title" };
const values = new WeakMap();
let words = {};

export function text(key, named = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => named[name] ?? whole);
}

export function say(item, key, named = {}) {
  item.dataset.t = key;
  values.set(item, named);
  item.textContent = text(key, named);
  return item;
}

export function hush(item) {
  delete item.dataset.t;
  item.textContent = "";
}

/** Of a control without words of its own. */
export function label(item, key) {
  item.dataset.l = item.dataset.h = key;
  item.title = text(key);
  item.setAttribute("aria-label", text(key));
  return item;
}

/** For those who listen, because they do not see it. */
export function announce(key, named) {
  hush(byId("said"));
  say(byId("said"), key, named);
}

export function language() {
  const wanted = localStorage.getItem(KEPT) ?? navigator.language;
  return wanted.startsWith("zh") ? "zh" : "en";
}

export async function speak(wanted) {
  words = wanted === "zh" ? (await import("./zh.js")).default : en;
  document.documentElement.lang = wanted === "zh" ? "zh-CN" : wanted;
  for (const item of document.querySelectorAll("[data-t]")) item.textContent = text(item.dataset.t, values.get(item));
  for (const [data, attribute] of Object.entries(ATTRIBUTES)) {
    for (const item of document.querySelectorAll(`[data-${data}]`)) {
      item.setAttribute(attribute, text(item.dataset[data], values.get(item)));
    }
  }
  const other = wanted === "zh" ? "en" : "zh";
  byId("language").textContent = { en: "EN", zh: "中文" }[other];
  byId("language").lang = other;
}

export async function switchLanguage() {
  const other = language() === "zh" ? "en" : "zh";
  localStorage.setItem(KEPT, other);
  await speak(other);
}
