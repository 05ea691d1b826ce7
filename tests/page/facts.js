// What does not hold of the layout: cut texts, things on top of each other, too little contrast.
// Contrast: WCAG 2.2, of what axe does not look at: the text of the picture (1.4.3) and its marks (1.4.11).
() => {
  const found = [];
  const seen = (item) => item.checkVisibility() && item.getBoundingClientRect().width > 1;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);
  const name = (item) => `${item.tagName}.${item.getAttribute("class")}#${item.id} ${item.textContent.slice(0, 30)}`;
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) found.push(`the page is ${scrollWidth} wide`);
  for (const item of all("button, h1, h2, .meta, .who, dt, dd, .outcome, figcaption, .note, .reply, #verdict, .fn")) {
    if (item.scrollWidth > item.clientWidth + 1 && getComputedStyle(item).display !== "inline") found.push(`cut: ${name(item)}`);
  }
  const overlap = (a, b) => {
    const [p, q] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
    return p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 1 && q.top < p.bottom - 1;
  };
  for (const group of ["header > *", "main > *", ".tile", "#output > li", ".station", ".tools > *", "#steps > li"]) {
    const items = all(group).slice(0, 20);
    items.forEach((a, at) => items.slice(at + 1).forEach((b) => overlap(a, b) && found.push(`${name(a)} is on ${name(b)}`)));
  }
  for (const item of all("#picture text")) {
    const [box, frame] = [item.getBoundingClientRect(), document.getElementById("way").getBoundingClientRect()];
    if (box.left < frame.left || box.right > frame.right || box.bottom > frame.bottom) found.push(`outside: ${name(item)}`);
  }
  const rgb = (text) => text.match(/[\d.]+/g).slice(0, 3).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => {
    const pair = [light(rgb(a)), light(rgb(b))];
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  };
  const ground = getComputedStyle(document.getElementById("way")).backgroundColor;
  if (matchMedia("(forced-colors: active)").matches) return found;
  for (const item of all(".place, .ms, .station:not(.used) text")) {
    const ratio = contrast(getComputedStyle(item).fill, ground);
    if (ratio < 4.5) found.push(`contrast ${ratio}: ${name(item)}`);
  }
  for (const item of all(".station rect, .ray")) {
    const ratio = contrast(getComputedStyle(item).stroke, ground);
    if (ratio < 3) found.push(`contrast ${ratio}: ${name(item)}`);
  }
  return found;
}
