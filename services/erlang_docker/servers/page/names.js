// `erlang-docker-b@erlang-docker-b-sfs-2.erlang-docker-b-hl` is b-2; the whole name is its title, and what is copied.

import { element } from "./dom.js";
import { announce } from "./language.js";

const NAME = /^erlang-docker-(\w+)@([^.]*)/;

export function shortName(name) {
  const [, kind, host] = NAME.exec(name) ?? [];
  if (kind === undefined) return name;
  const number = /(\d+)\D*$/.exec(host)?.[1];
  return number === undefined ? kind : `${kind}-${number}`;
}

export const kindOf = (short) => short.split("-")[0];

export function nameChip(name, tag = "span") {
  const chip = element(tag, tag === "button" ? "name" : "t-node");
  showName(chip, name);
  if (tag === "button") chip.type = "button";
  return chip;
}

export function showName(chip, name) {
  const short = shortName(name);
  if (chip.title === name) return;
  chip.textContent = short;
  chip.title = chip.dataset.whole = name;
  chip.dataset.kind = kindOf(short);
}

/** A click on a name copies the whole name, and so does copying text that has short ones in it. */
export function copyWholeNames() {
  document.addEventListener("click", async ({ target }) => {
    if (!target.matches?.("button.name")) return;
    await navigator.clipboard?.writeText(target.dataset.whole);
    announce("copied", { what: target.dataset.whole });
  });
  document.addEventListener("copy", (event) => {
    const selection = getSelection();
    if (selection.isCollapsed || selection.rangeCount === 0) return;
    const copied = selection.getRangeAt(0).cloneContents();
    const short = copied.querySelectorAll("[data-whole]");
    if (short.length === 0) return;
    for (const chip of short) chip.textContent = chip.dataset.whole;
    event.clipboardData.setData("text/plain", copied.textContent);
    event.preventDefault();
  });
}
