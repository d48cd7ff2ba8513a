// Elements from plain values. Text only ever becomes text nodes: nothing of a completion is parsed as markup.

const SVG = "http://www.w3.org/2000/svg";
const MATHML = "http://www.w3.org/1998/Math/MathML";

export const byId = (id) => document.getElementById(id);

/** An element with attributes and children; `on...` attributes are listeners, `null` and `false` are left out. */
export function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

export function replace(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
}

/** A tree of [tag, attributes, children] as MathML; the service sends only what draws, and no more is made here. */
export function mathml(tree) {
  if (typeof tree === "string") return document.createTextNode(visible(tree));
  const [tag, attributes, children] = tree;
  if (!/^m[a-z]+$/.test(tag)) return document.createTextNode("");
  const element = document.createElementNS(MATHML, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (/^(display|mathvariant|stretchy|fence|form|separator|columnalign|accent|linethickness)$/.test(name)) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.map(mathml));
  return element;
}

// What steers the direction of text, or shows nothing at all, and so could make a text look like another.
const ODD = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}/gu;
const named = (character) => `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;

/** The text with what cannot be seen written out, for places that take a string. */
export const visible = (text) => String(text).replace(ODD, (character) => `⟦${named(character)}⟧`);

/** The same as nodes. */
export function visibleNodes(text) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(ODD)) {
    nodes.push(text.slice(end, found.index), el("span", { class: "odd" }, named(found[0])));
    end = found.index + found[0].length;
  }
  return [...nodes, text.slice(end)];
}

export function copyButton(words, text) {
  const button = el("button", { type: "button", class: "small" }, words);
  button.addEventListener("click", async () => {
    const content = await text();
    try {
      await navigator.clipboard.writeText(content);
      button.textContent = "copied";
    } catch {
      button.textContent = "cannot reach the clipboard";
    }
  });
  return button;
}

export const number = (value) => (value === null || value === undefined ? "null" : String(+value.toFixed(4)));
export const count = (value) => value.toLocaleString("en");

/** Which colour a verdict has. */
export function tone(verdict) {
  if (verdict === "correct") return "good";
  if (verdict === "partial") return "some";
  const abstains = ["bad_truth", "unavailable", "deadline", "bad_sample", "not_applicable", "internal_error", "refused"];
  return abstains.includes(verdict) ? "none" : "bad";
}

/** Let files and text be dropped on an element. */
export function onDrop(element, take) {
  const show = (is) => (event) => {
    event.preventDefault();
    element.classList.toggle("dropping", is);
  };
  element.addEventListener("dragover", show(true));
  element.addEventListener("dragleave", show(false));
  element.addEventListener("drop", async (event) => {
    show(false)(event);
    const file = event.dataTransfer.files[0];
    await take(file ?? null, file ? "" : event.dataTransfer.getData("text"));
  });
}
