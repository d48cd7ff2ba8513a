// The second view: a whole log scored through the API, drawn, filtered, and compared with another scoring.

import { byId, count, el, number, onDrop, replace, svg, tone, visible } from "./dom.js";
import { bySize, causeOf, facets, figures, named } from "./facets.js";
import { index, readRenames, readSample } from "./rows.js";
import { score } from "./scoring.js";
import { loadAndJudge } from "./single.js";

const PAGE = 50;
const BARS = 20;
const BROKEN = 20;

let log = null; // the log that is shown: rows with their results
let other = null; // what it is compared with, by row
let chosen = new Map(); // facet title -> bar
let page = 0;
let dropped = null;
let working = null;

export function setUp(known) {
  const recipes = () => known.recipes.map(({ name }) => el("option", { value: name }, name));
  replace(byId("log-recipe"), recipes());
  byId("log-recipe").value = "accuracy";
  byId("compare-recipe").append(...recipes());
  replace(byId("log-verifier"), el("option", { value: "auto" }, "auto"), known.verifiers.map(({ name }) => el("option", { value: name }, name)));
  byId("log-form").addEventListener("submit", (event) => { event.preventDefault(); start(); });
  byId("log-stop").addEventListener("click", () => working?.abort());
  byId("log-file").addEventListener("change", () => { dropped = null; });
  byId("compare-form").addEventListener("submit", (event) => { event.preventDefault(); compare(); });
  byId("clear-filters").addEventListener("click", () => { chosen = new Map(); page = 0; draw(); });
  byId("page-back").addEventListener("click", () => turn(-1));
  byId("page-on").addEventListener("click", () => turn(1));
  onDrop(byId("log-form"), (file) => { if (file) { dropped = file; start(); } });
}

const status = (words) => { byId("log-status").textContent = words; };

// --------------------------------------------------------------------------------------------------------------- scoring

const asked = () => ({ recipe: byId("log-recipe").value, verifier: byId("log-verifier").value });
const nameOf = (file, { recipe, verifier }) => JSON.stringify([file.name, file.size, file.lastModified, recipe, verifier, byId("log-fields").value]);

async function start() {
  const file = dropped ?? byId("log-file").files[0];
  if (!file) return status("Choose a file first.");
  const goesOn = log?.name === nameOf(file, asked());
  return work(async (signal) => {
    if (!goesOn) {
      log = null;
      other = null;
      chosen = new Map();
      byId("log-results").hidden = true;
      log = { ...(await read(file, signal)), name: nameOf(file, asked()), asked: asked() };
    }
    await scoreShown(log, log.asked, signal);
  });
}

/** Do something that takes a while: one thing at a time, with a bar, and a way to stop it. */
async function work(task) {
  working?.abort();
  const own = (working = new AbortController());
  byId("log-stop").disabled = false;
  try {
    await task(own.signal);
  } catch (error) {
    if (own !== working) return;
    status(error.name === "AbortError" ? "Stopped. Score goes on from here." : `${visible(error.message)}${log ? ". Score goes on from here." : ""}`);
  } finally {
    if (own === working) {
      byId("log-stop").disabled = true;
      if (log) draw();
    }
  }
}

async function read(file, signal) {
  status("Reading…");
  const tell = (bytes) => showProgress(bytes, file.size, `${(bytes / 2 ** 20).toFixed(0)} MB read`);
  const found = await index(file, readRenames(byId("log-fields").value), tell, signal);
  showBroken(found.broken);
  if (!found.rows.length) {
    const first = found.broken[0];
    throw new Error(`${file.name} is no JSONL, one JSON object a line: ${first ? `line ${first.line} ${first.why}` : "it is empty"}`);
  }
  return found;
}

async function scoreShown(target, how, signal) {
  const done = () => target.rows.filter((row) => row.result).length;
  const show = () => showProgress(done(), target.rows.length, `${count(done())} of ${count(target.rows.length)} rows`);
  status("Scoring…");
  show();
  await score(target, how, { signal, tell: status, onRows: () => { status("Scoring…"); show(); } });
  show();
  status(`${count(target.rows.length)} rows scored.`);
}

function showProgress(value, most, words) {
  byId("log-progress").max = Math.max(1, most);
  byId("log-progress").value = value;
  byId("log-count").textContent = words;
}

function showBroken(broken) {
  const shown = broken.slice(0, BROKEN).map(({ line, why }) => el("li", {}, visible(`line ${line} ${why}`)));
  replace(byId("log-broken"), broken.length ? el("details", { class: "panel" },
    el("summary", {}, `${count(broken.length)} broken ${broken.length === 1 ? "line was" : "lines were"} skipped`),
    el("ul", {}, shown), broken.length > BROKEN ? el("p", { class: "help" }, `and ${count(broken.length - BROKEN)} more`) : null) : null);
}

// ------------------------------------------------------------------------------------------------------------ comparison

async function compare() {
  const [file, recipe] = [byId("compare-file").files[0], byId("compare-recipe").value];
  if (!file && !recipe) {
    other = null;
    chosen.delete("What differs");
    return draw();
  }
  return work(async (signal) => {
    const how = { ...log.asked, recipe: recipe || log.asked.recipe };
    const bare = (row) => ({ ...row, result: null });
    const second = file ? await read(file, signal) : { file: log.file, renames: log.renames, rows: log.rows.map(bare), broken: log.broken };
    await scoreShown(second, how, signal);
    other = { rows: matched(second.rows), words: `${file ? visible(file.name) : "this file"} under ${how.recipe}` };
    chosen = new Map();
    page = 0;
  });
}

/** Rows of a scoring carry the line of their log; others are told by their own line. */
const placeOf = (row) => row.scored?.line ?? row.line;
const matched = (rows) => new Map(rows.map((row) => [placeOf(row), row]));
const pair = (row) => other.rows.get(placeOf(row))?.result ?? null;

function comparison() {
  const rows = log.rows.filter((row) => row.result);
  const bars = bySize(named(rows, (row) => [causeOf(row.result, pair(row)) ?? "the same"]));
  return { title: "What differs", isWide: true, bars };
}

// --------------------------------------------------------------------------------------------------------------- drawing

function draw() {
  if (!log.rows.some((row) => row.result)) return;
  byId("log-results").hidden = false;
  replace(byId("figures"), figures(log).map(([value, words]) => el("div", {}, value ? el("strong", {}, value) : null, el("span", {}, visible(words)))),
    other ? el("div", {}, el("span", {}, `compared with ${other.words}`)) : null);
  const drawn = [...(other ? [comparison()] : []), ...facets(log)];
  // A bar that was chosen is looked up anew: rows may have been added since.
  chosen = new Map([...chosen].map(([title, bar]) => [title, drawn.find((facet) => facet.title === title)?.bars.find((each) => each.name === bar.name)]).filter(([, bar]) => bar));
  const focused = document.activeElement?.dataset?.bar;
  replace(byId("charts"), drawn.map(chart));
  if (focused) document.querySelector(`[data-bar="${CSS.escape(focused)}"]`)?.focus();
  drawTable();
}

function chart(facet) {
  const most = Math.max(...facet.bars.map((bar) => bar.rows.size));
  const bars = facet.bars.slice(0, BARS);
  const hidden = facet.bars.length - bars.length;
  return el("section", { class: facet.isWide ? "chart wide" : "chart", "aria-label": facet.title }, el("h3", {}, facet.title),
    el("ul", {}, bars.map((bar) => el("li", {}, barButton(facet, bar, most)))),
    hidden ? el("p", { class: "help" }, `and ${hidden} more`) : null);
}

function barButton(facet, bar, most) {
  const choose = () => {
    if (chosen.get(facet.title)?.name === bar.name) chosen.delete(facet.title);
    else chosen.set(facet.title, bar);
    page = 0;
    draw();
  };
  const width = Math.max(0.5, (100 * bar.rows.size) / most);
  return el("button", { type: "button", class: "bar", "aria-pressed": String(chosen.get(facet.title)?.name === bar.name), "data-bar": `${facet.title}/${bar.name}`, onclick: choose },
    el("span", {}, visible(bar.name)),
    svg("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" }, svg("rect", { width, height: 8, rx: 1 })),
    el("span", {}, count(bar.rows.size)));
}

function shownRows() {
  return log.rows.filter((row) => row.result && [...chosen.values()].every((bar) => bar.rows.has(row)));
}

function turn(by) {
  page += by;
  drawTable();
  byId("table").focus();
}

function drawTable() {
  const rows = shownRows();
  const last = Math.max(0, Math.ceil(rows.length / PAGE) - 1);
  page = Math.min(Math.max(page, 0), last);
  const from = page * PAGE;
  const filters = [...chosen].map(([title, bar]) => `${title}: ${bar.name}`);
  byId("filters").textContent = visible(`${count(rows.length)} rows${filters.length ? `, ${filters.join(", ")}` : ""}`);
  byId("clear-filters").disabled = !filters.length;
  byId("page-back").disabled = page === 0;
  byId("page-on").disabled = page === last;
  byId("page-place").textContent = `page ${page + 1} of ${last + 1}`;
  const names = ["line", "id", "group", "reward", ...(other ? ["other reward", "other verdict"] : []), "verdict", "answer", "because", "flags", "characters", ""];
  replace(byId("table"), el("table", {},
    el("thead", {}, el("tr", {}, names.map((name) => (name ? el("th", { scope: "col" }, name) : el("td", {}))))),
    el("tbody", {}, rows.slice(from, from + PAGE).map(tableRow))));
}

function tableRow(row) {
  const { result } = row;
  const beside = other ? pair(row) : null;
  const verdict = (each) => el("td", {}, each ? el("span", { class: `chip ${tone(each.verdict)}` }, each.verdict) : "");
  const long = (text) => el("td", { class: "long", title: visible(text ?? "") }, visible((text ?? "").slice(0, 120)));
  return el("tr", {},
    el("td", { class: "number" }, String(placeOf(row))), long(result.id ?? row.id), long(row.group),
    el("td", { class: "number" }, number(result.reward)),
    ...(other ? [el("td", { class: "number" }, beside ? number(beside.reward) : ""), verdict(beside)] : []),
    verdict(result), long(result.answer), long(result.detail),
    el("td", {}, result.flags.map((flag) => [el("span", { class: "chip flag" }, visible(flag)), " "])),
    el("td", { class: "number" }, row.chars === null ? "" : count(row.chars)),
    el("td", {}, row.scored ? null : el("button", { type: "button", class: "small", "aria-label": `Open line ${row.line}`, onclick: () => openRow(row) }, "open")));
}

async function openRow(row) {
  const sample = await readSample(log, row, log.asked.verifier);
  location.hash = "#one";
  await loadAndJudge({ recipe: log.asked.recipe, ...sample });
}
