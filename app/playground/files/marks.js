// A completion with its marks: where the answer was found, and where a rule was broken. Places count code points.

import { count, el, visibleNodes } from "./dom.js";

const WHOLE_CHARS = 60_000; // up to this a text is shown whole
const AROUND_CHARS = 3_000;

/** A <pre> of the text. `marks` are {start, end, kind, title, id}, in code points. */
export function markedText(text, marks) {
  const places = inUnits(text, marks.flatMap((mark) => [mark.start, mark.end]));
  const ranges = marks
    .map((mark, index) => ({ ...mark, start: places[2 * index], end: widened(text, places[2 * index], places[2 * index + 1]) }))
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const box = el("pre", { class: "text", dir: "ltr", tabindex: "0", role: "region", "aria-label": "The completion, marked" });
  if (text === "") box.append(el("span", { class: "left-out" }, "no text at all"));
  let end = 0;
  for (const [from, to] of windows(text, ranges)) {
    if (from > end) box.append(leftOut(from - end));
    box.append(...segments(text, from, to, ranges));
    end = to;
  }
  if (end < text.length) box.append(leftOut(text.length - end));
  return box;
}

const leftOut = (chars) => el("span", { class: "left-out" }, `… ${count(chars)} characters are not shown …`);

/** Code points to UTF-16 units, all in one pass. */
function inUnits(text, points) {
  const wanted = [...new Set(points)].sort((a, b) => a - b);
  const units = new Map();
  let unit = 0;
  let point = 0;
  for (const next of wanted) {
    while (point < next && unit < text.length) {
      unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
      point += 1;
    }
    units.set(next, unit);
  }
  return points.map((each) => units.get(each));
}

/** A place without length is shown as the word, or the tag, that begins there. */
function widened(text, start, end) {
  if (end > start) return end;
  const found = /^(<[^<>]{0,40}>|\S{1,40}|\s)/u.exec(text.slice(start, start + 50));
  return found ? start + found[0].length : start;
}

function windows(text, ranges) {
  if (text.length <= WHOLE_CHARS) return [[0, text.length]];
  const asked = [[0, AROUND_CHARS], ...ranges.map((range) => [range.start - AROUND_CHARS, Math.min(range.end, range.start + WHOLE_CHARS) + AROUND_CHARS]), [text.length - AROUND_CHARS, text.length]];
  const merged = [];
  for (const [from, to] of asked.map(([a, b]) => [Math.max(0, a), Math.min(text.length, b)]).sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

function segments(text, from, to, ranges) {
  const inside = ranges.filter((range) => range.start < to && range.end > from);
  const cuts = [...new Set([from, to, ...inside.flatMap((range) => [range.start, range.end])])]
    .filter((cut) => cut >= from && cut <= to)
    .sort((a, b) => a - b);
  const nodes = [];
  for (let place = 0; place + 1 < cuts.length; place += 1) {
    const part = visibleNodes(text.slice(cuts[place], cuts[place + 1]));
    const over = inside.filter((range) => range.start <= cuts[place] && range.end >= cuts[place + 1]);
    nodes.push(...over.reduceRight((content, range) => [marked(range, content, cuts[place])], part));
  }
  return nodes;
}

function marked(range, content, cut) {
  const id = cut === range.start ? range.id : null;
  return el("mark", { class: range.kind, title: range.title, id }, content);
}

/** Bring a mark into sight. */
export function showMark(id) {
  for (const mark of document.querySelectorAll("mark.here")) mark.classList.remove("here");
  const mark = document.getElementById(id);
  mark?.classList.add("here");
  mark?.scrollIntoView({ block: "center" });
}
