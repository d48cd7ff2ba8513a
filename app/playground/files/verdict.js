// One result, shown: the reward and its formula, the completion with its marks, each rule with its steps.

import { post } from "./api.js";
import { copyButton, el, mathml, number, replace, tone, visible } from "./dom.js";
import { formulaLines } from "./formula.js";
import { markedText, showMark } from "./marks.js";

const SHOWN_CHARS = 4_000;
const TYPESET_CHARS = 300;
const CORPUS = { math: "math.jsonl", format: "format.jsonl" };
const VERDICTS = ["correct", "incorrect", "no_answer", "bad_format", "partial", "bad_truth"];

export function showVerdict(box, asked, answer, recipe, link) {
  const result = answer.results[0];
  const marks = marksOf(result);
  replace(
    box,
    rewardSection(result, answer, recipe),
    section("Completion", markedText(asked.text, marks), legend(marks)),
    ...result.components.filter((part) => part.verdict !== "not_applicable").map((part) => componentSection(part, asked)),
    handOn(asked, result, link),
  );
  typeset(box, asked, result);
}

const section = (title, ...children) => el("section", { "aria-label": title }, el("h3", {}, title), ...children);
const chip = (words, kind) => el("span", { class: `chip ${kind}` }, words);

function rewardSection(result, answer, recipe) {
  const lines = recipe ? formulaLines(recipe, result) : [];
  const first = result.components[0];
  return el(
    "section",
    { "aria-label": "Reward" },
    el("div", { class: "reward" },
      el("strong", { id: "reward" }, number(result.reward)),
      first ? chip(first.verdict, tone(first.verdict)) : null,
      ...result.flags.map((flag) => chip(flag, "flag")),
      result.unshaped !== result.reward ? el("span", { class: "help" }, `${number(result.unshaped)} without shaping`) : null),
    result.error ? el("p", { class: "note" }, visible(`${result.error.code}: ${result.error.message}${result.error.retryable ? " (worth another try)" : ""}`)) : null,
    lines.length ? el("div", { class: "formula code", id: "formula", tabindex: "0", role: "region", "aria-label": "Formula" }, lines.map((line) => el("div", {}, line))) : null,
    el("p", { class: "help" }, `${answer.fingerprint}, ${number(answer.timing.total_ms)} ms`),
  );
}

// ---------------------------------------------------------------------------------------------------------------- marks

function marksOf(result) {
  return result.components.flatMap((part) => [...answerMarks(part), ...brokenMarks(part)]);
}

function answerMarks(part) {
  const span = part.evidence.span;
  if (!Array.isArray(span) || part.answer === null) return [];
  return [{ start: span[0], end: span[1], kind: "answer", title: `the answer that ${part.name} judged`, id: `at-${part.name}` }];
}

/** The steps of `format` end in the place: "text_after: ..., at 84". */
function brokenMarks(part) {
  if (part.verifier !== "format") return [];
  return violations(part).filter((each) => each.at !== null).map((each) => ({ start: each.at, end: each.at, kind: "broken", title: each.code, id: `at-${each.code}` }));
}

function violations(part) {
  const broken = part.evidence.violations ?? [];
  const words = (code) => (part.trace ?? []).find((step) => step.startsWith(`${code}: `))?.slice(code.length + 2) ?? "";
  return broken.map((code) => {
    const at = /, at (\d+)$/.exec(words(code));
    return { code, words: words(code), at: at ? Number(at[1]) : null };
  });
}

function legend(marks) {
  const kinds = new Set(marks.map((mark) => mark.kind));
  const has = (kind, words) => (kinds.has(kind) ? [el("mark", { class: kind }, words), " "] : []);
  return el("p", { class: "help" }, ...has("answer", "the answer that was judged"), ...has("broken", "where a format rule is broken"), kinds.size ? null : "nothing is marked: no answer was taken from a place in this text");
}

// ----------------------------------------------------------------------------------------------------------- components

function componentSection(part, asked) {
  const tests = part.evidence.tests ? testTable(part) : null;
  const rules = part.verifier === "format" ? ruleList(part, asked.formatRules) : null;
  const rest = Object.entries(part.evidence).filter(([name, value]) => !["tests", "violations"].includes(name) && value !== null);
  return el(
    "section",
    { "aria-label": `Rule ${part.name}`, "data-component": part.name },
    el("h3", {}, part.name === part.verifier ? part.name : `${part.name} (${part.verifier})`, " ", chip(part.verdict, tone(part.verdict))),
    el("dl", { class: "facts" },
      fact("score", number(part.score)),
      part.detail ? fact("because", visible(part.detail)) : [],
      part.answer !== null ? answerFacts(part, asked) : [],
      part.flags.length ? fact("flags", part.flags.map((flag) => [chip(flag, "flag"), " "])) : [],
      rest.map(([name, value]) => fact(name.replaceAll("_", " "), visible(typeof value === "string" ? value : JSON.stringify(value))))),
    tests ?? rules ?? steps(part),
  );
}

const fact = (name, value) => [el("dt", {}, name), el("dd", {}, value)];
const cut = (text) => (text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text);
const plain = (text) => el("pre", { dir: "ltr" }, visible(cut(text)));

function answerFacts(part, asked) {
  const facts = fact("answer", [plain(part.answer), el("span", { "data-maths": part.verifier === "math" ? part.answer : null })]);
  if (part.verifier !== "math" || typeof asked.sample.ground_truth !== "string") return facts;
  const truth = asked.sample.ground_truth;
  return [...facts, ...fact("ground truth", [plain(truth), el("span", { "data-maths": truth })])];
}

function steps(part) {
  const told = part.trace ?? [];
  return told.length ? el("ol", { class: "steps", "aria-label": `Steps of ${part.name}` }, told.map((step) => el("li", {}, visible(step)))) : null;
}

/** What is broken, each with its place; then, folded, every rule one by one in the order in which they are looked at. */
function ruleList(part, rules) {
  const broken = violations(part);
  const codes = new Set(broken.map((each) => each.code));
  return el("div", {},
    broken.length ? el("ul", { "aria-label": "Rules that are broken" }, broken.map((each) => brokenRule(each))) : steps(part),
    rules.length ? el("details", {},
      el("summary", {}, `All rules: ${codes.size} of ${rules.length} broken`),
      el("ol", { class: "rules", "aria-label": "All rules" }, rules.map((code) => el("li", {},
        codes.has(code) ? "✗ " : "✓ ", el("code", {}, code), codes.has(code) ? " is broken" : " not found")))) : null);
}

const brokenRule = (each) => el("li", {},
  el("code", {}, each.code), " ", visible(each.words), " ",
  each.at === null ? null : el("button", { type: "button", class: "small", onclick: () => showMark(`at-${each.code}`) }, "show"));

// ---------------------------------------------------------------------------------------------------------------- tests

const TEXT = String.raw`'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"`;
const BY_INPUT = new RegExp(`^input (${TEXT}), expected (${TEXT}), actual (${TEXT})(.*)$`, "su");
const BY_CALL = /^(.*), expected (.*?): (holds|returned .*|raised .*|.*)$/su;

function testTable(part) {
  const rows = part.evidence.tests.map((test, index) => testRow(test, index, part.trace ?? []));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Tests" }, el("table", {},
    el("thead", {}, el("tr", {}, ["test", "verdict", "input", "expected", "actual", "CPU s"].map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, rows)));
}

function testRow(test, index, trace) {
  const start = `test ${index}: ${test.verdict}: `;
  const told = trace.find((step) => step.startsWith(start))?.slice(start.length) ?? "";
  const [input, expected, actual] = sides(told);
  return el("tr", {}, el("td", { class: "number" }, String(index)), el("td", {}, chip(test.verdict, tone(test.verdict))),
    ...[input, expected, actual].map((text) => el("td", {}, plain(text))), el("td", { class: "number" }, String(test.cpu_s ?? "")));
}

/** Input, expected and actual of one test, from the words of its step. */
function sides(told) {
  const io = BY_INPUT.exec(told);
  if (io) return [io[1], io[2], `${io[3]}${io[4]}`].map(unquoted);
  const call = BY_CALL.exec(told);
  if (call) return [call[1], call[2], call[3]];
  const cutAt = told.lastIndexOf(": ");
  return cutAt < 0 ? [told, "", ""] : [told.slice(0, cutAt), "", told.slice(cutAt + 2)];
}

/** Python writes line ends as \n; a table shows them. */
function unquoted(text) {
  if (!/^(['"]).*\1$/su.test(text)) return text;
  const inner = text.slice(1, -1).replace(/\\(n|t|\\|'|")/g, (_, character) => ({ n: "\n", t: "\t" })[character] ?? character);
  return inner === "" ? "(nothing)" : inner;
}

// ---------------------------------------------------------------------------------------------------------------- maths

async function typeset(box, asked, result) {
  const places = [...box.querySelectorAll("[data-maths]")].filter((place) => place.dataset.maths.length <= TYPESET_CHARS);
  if (!places.length) return;
  try {
    const { forms } = await post("/playground/mathml", { latex: places.map((place) => place.dataset.maths) });
    places.forEach((place, index) => {
      if (forms[index]) replace(place, mathml(forms[index]));
      if (place.scrollWidth > place.clientWidth) replace(place); // formulas do not wrap, and the text stands above
    });
  } catch {
    // the text itself is there; only its typeset form is missing
  }
}

// -------------------------------------------------------------------------------------------------------------- hand on

function handOn(asked, result, link) {
  const curl = asked.curl;
  return el("section", { "aria-label": "Hand on", class: "hand-on" },
    el("h3", {}, "Hand on"),
    link ? el("div", {}, copyButton("Copy the link", () => location.origin + location.pathname + link), " ",
      el("span", { class: "help" }, "the sample is in its fragment, which browsers keep to themselves")) : el("p", { class: "help" }, "This sample is too long for a link."),
    el("details", {}, el("summary", {}, "The same with curl"),
      copyButton("Copy", () => curl), el("pre", { id: "curl" }, visible(cut(curl)))),
    reportForm(asked, result));
}

function reportForm(asked, result) {
  const parts = result.components.filter((part) => part.verdict !== "not_applicable");
  const which = el("select", { id: "report-rule" }, parts.map((part) => el("option", { value: part.name }, part.name)));
  const should = el("select", { id: "report-verdict" }, VERDICTS.map((verdict) => el("option", {}, verdict)));
  const why = el("input", { id: "report-why", placeholder: "one half is 0.5" });
  const line = el("pre", { id: "report-line" });
  const place = el("p", { class: "help" });
  const full = () => JSON.stringify(corpusLine(parts.find((part) => part.name === which.value) ?? parts[0], asked, should.value, why.value));
  const write = () => {
    const part = parts.find((each) => each.name === which.value) ?? parts[0];
    place.textContent = CORPUS[part.verifier] ? `A line of tests/corpus/${CORPUS[part.verifier]}:` : "A line to paste into an issue:";
    line.textContent = visible(cut(full()));
  };
  const first = parts[0];
  should.value = first?.verdict === "correct" ? "incorrect" : "correct";
  for (const field of [which, should, why]) field.addEventListener("input", write);
  if (first) write();
  return el("details", { id: "report" }, el("summary", {}, "Report this verdict"),
    el("div", { class: "line" }, el("label", {}, "Rule ", which), el("label", {}, "It should be ", should), el("label", {}, "Because ", why)),
    place, copyButton("Copy the line", full), line);
}

function corpusLine(part, asked, verdict, why) {
  const { completion, ground_truth, prompt, options } = asked.sample;
  const common = { completion, ...(prompt ? { prompt } : {}) };
  if (part.verifier === "format") return { ...common, options: asked.optionsOf(part.name), verdict, violations: [], why };
  const rule = part.verifier === "math" ? {} : { verifier: part.verifier };
  return { ...rule, ...common, ground_truth: ground_truth ?? null, ...(options ? { options } : {}), verdict, why };
}
