// The first view: one sample from the form, judged, and shown with all that decided it.

import { key, post } from "./api.js";
import { byId, count, el, onDrop, replace, visible } from "./dom.js";
import { packed, unpacked } from "./fragment.js";
import { showVerdict } from "./verdict.js";

const OWN = "own";
const MOST_IN_FIELD = 200_000; // a longer completion is kept beside the field: browsers choke on such fields
const FIELDS = ["prompt", "options", "completion-tokens", "max-tokens"];

let catalogue = { recipes: [], verifiers: [] };
let large = null; // the completion that is too long for its field
let extra = {}; // fields of a log's row that the form does not show

export function setUp(known) {
  catalogue = known;
  replace(byId("recipe"), options(known.recipes), el("option", { value: OWN }, "one of my own…"));
  replace(byId("verifier"), el("option", { value: "auto" }, "auto"), options(known.verifiers));
  byId("verifier").value = "math";
  byId("recipe").value = "r1-zero";
  fillExamples();
  byId("recipe").addEventListener("change", showOwn);
  byId("own-recipe").value = JSON.stringify({ components: [{ name: "accuracy", verifier: "$sample", weight: 1 }, { name: "format", verifier: "format", weight: 0.5 }], combine: "sum" }, null, 1);
  byId("sample-form").addEventListener("submit", (event) => { event.preventDefault(); judge(); });
  byId("sample-form").addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) judge(); });
  byId("clear").addEventListener("click", () => { load({ completion: "", ground_truth: "" }); replace(byId("verdict")); history.replaceState(null, "", "#one"); });
  byId("completion").addEventListener("paste", takePasted);
  onDrop(byId("sample-form"), takeDropped);
}

const options = (named) => named.map(({ name }) => el("option", { value: name }, name));

// ------------------------------------------------------------------------------------------------------------- examples

const THIRD = { verifier: "math", ground_truth: "\\frac{1}{3}", prompt: "What is one third?" };
const GAP = { entry_point: "gap", tests: [{ args: [[4, 1, 9]], expected: 8 }, { args: [[1]], expected: 0 }, { args: [[2, 2]], expected: 0 }] };
const EXAMPLES = {
  "a fraction, and its decimal": { verifier: "math", ground_truth: "0.5", prompt: "What is half of one?", completion: "<think>Half of one is one over two.</think>\n<answer>\\boxed{\\frac{1}{2}}</answer>", recipe: "r1-zero" },
  "a rounded number": { ...THIRD, completion: "<think>One third, perhaps \\boxed{0.3}?</think> <answer>so it is \\boxed{0.33}</answer> Bye!", recipe: "r1-zero" },
  "a box that never closes": { ...THIRD, completion: "So the answer is \\boxed{\\frac{1}{3}", recipe: "accuracy" },
  "two answers at once": { ...THIRD, completion: "<think>Hm.</think>\n<answer>\\boxed{\\frac{1}{3}} or \\boxed{\\frac{2}{3}}</answer>", recipe: "gated" },
  "a program, one test fails": { verifier: "code", ground_truth: GAP, completion: "<think>largest minus smallest</think>\n<answer>```python\ndef gap(values):\n    return max(values) - min(values) if len(values) != 2 else 1\n```</answer>", recipe: "r1" },
  "a ground truth that cannot be read": { verifier: "math", ground_truth: "\\frac{1}{", completion: "\\boxed{1}", recipe: "accuracy" },
};

function fillExamples() {
  const list = byId("example");
  list.append(...Object.keys(EXAMPLES).map((name) => el("option", {}, name)));
  list.append(el("optgroup", { label: "each rule's own" }, catalogue.verifiers.map(({ name }) => el("option", { value: `rule:${name}` }, name))));
  list.addEventListener("change", () => {
    const name = list.value;
    if (name) loadAndJudge(exampleNamed(name));
    list.value = name;
  });
}

function exampleNamed(name) {
  if (!name.startsWith("rule:")) return EXAMPLES[name];
  const rule = catalogue.verifiers.find((each) => `rule:${each.name}` === name);
  return { verifier: rule.name, recipe: "accuracy", ...rule.example };
}

// ------------------------------------------------------------------------------------------------- between form and data

/** Put a sample into the form. */
export function load(sample) {
  byId("example").value = "";
  setCompletion(sample.completion ?? "");
  const truth = sample.ground_truth ?? "";
  byId("truth-json").checked = typeof truth !== "string";
  byId("truth").value = typeof truth === "string" ? truth : JSON.stringify(truth, null, 1);
  byId("prompt").value = sample.prompt ?? "";
  byId("options").value = sample.options && Object.keys(sample.options).length ? JSON.stringify(sample.options) : "";
  byId("completion-tokens").value = sample.completion_tokens ?? "";
  byId("max-tokens").value = sample.max_tokens ?? "";
  byId("truncated").checked = Boolean(sample.truncated) || sample.finish_reason === "length";
  setChoice("verifier", sample.verifier ?? (sample.completion ? "auto" : byId("verifier").value));
  if (sample.recipe) setRecipe(sample.recipe);
  const { data_source, metadata } = sample;
  extra = { ...(data_source ? { data_source } : {}), ...(metadata ? { metadata } : {}) };
  byId("more").open = FIELDS.some((id) => byId(id).value !== "") && byId("more").open;
}

function setChoice(id, value) {
  const list = byId(id);
  if (![...list.options].some((option) => option.value === value)) list.append(el("option", { value }, visible(value)));
  list.value = value;
}

function setRecipe(recipe) {
  if (typeof recipe === "string") setChoice("recipe", recipe);
  else {
    byId("recipe").value = OWN;
    byId("own-recipe").value = JSON.stringify(recipe, null, 1);
  }
  showOwn();
}

const showOwn = () => { byId("own-recipe-box").hidden = byId("recipe").value !== OWN; };

function setCompletion(text) {
  large = text.length > MOST_IN_FIELD ? text : null;
  byId("large").hidden = large === null;
  byId("large").textContent = large === null ? "" : `All ${count(text.length)} characters are judged; the field would be too slow for them and shows the beginning. Clear makes it usable again.`;
  byId("completion").readOnly = large !== null;
  byId("completion").value = large === null ? text : text.slice(0, 2_000);
}

/** What the form holds, as a sample and a recipe. Throws where JSON is wrong. */
function read() {
  const sample = { completion: large ?? byId("completion").value, verifier: byId("verifier").value, ...extra };
  const truth = byId("truth").value;
  if (byId("truth-json").checked) sample.ground_truth = parsed(truth, "The ground truth");
  else if (truth !== "") sample.ground_truth = truth;
  if (byId("prompt").value) sample.prompt = byId("prompt").value;
  if (byId("options").value.trim()) sample.options = parsed(byId("options").value, "The options");
  if (byId("completion-tokens").value) sample.completion_tokens = Number(byId("completion-tokens").value);
  if (byId("max-tokens").value) sample.max_tokens = Number(byId("max-tokens").value);
  if (byId("truncated").checked) sample.truncated = true;
  const own = byId("recipe").value === OWN;
  return { sample, recipe: own ? parsed(byId("own-recipe").value, "The recipe") : byId("recipe").value };
}

function parsed(text, what) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${what} is no JSON: ${error.message}`);
  }
}

// --------------------------------------------------------------------------------------------------- lines that are taken

function takePasted(event) {
  const text = event.clipboardData.getData("text");
  if (text.length <= MOST_IN_FIELD && !rowIn(text)) return;
  event.preventDefault();
  take(text);
}

async function takeDropped(file, text) {
  take(file ? (await file.text()) : text);
}

/** Take a JSONL line apart, of several the first; anything else is a completion. */
function take(text) {
  const row = rowIn(text);
  if (row) loadAndJudge(row);
  else setCompletion(text);
}

function rowIn(text) {
  const line = text.trim().startsWith("{") ? text.trim().split("\n", 1)[0] : "";
  for (const candidate of [line, text]) {
    try {
      const row = JSON.parse(candidate);
      if (row && typeof row === "object" && "completion" in row) return row;
    } catch {
      continue;
    }
  }
  return null;
}

/** Show a row of a log and judge it at once. Chat messages become the text that the service judges of them. */
export async function loadAndJudge(row) {
  const given = { ...row };
  if (Array.isArray(row.completion) || Array.isArray(row.prompt)) {
    try {
      Object.assign(given, await post("/playground/text", { completion: row.completion, prompt: row.prompt ?? null }));
    } catch (error) {
      return fail(error);
    }
  }
  if (typeof given.completion !== "string") return fail(new Error("the row's completion is neither text nor messages"));
  load(given);
  return judge();
}

// ---------------------------------------------------------------------------------------------------------------- judging

let asking = null;

async function judge() {
  let given;
  try {
    given = read();
  } catch (error) {
    return fail(error);
  }
  asking?.abort();
  const own = (asking = new AbortController());
  byId("one-status").textContent = "judging…";
  try {
    const body = { recipe: given.recipe, explain: true, samples: [given.sample] };
    const answer = await post("/v1/rewards", body, own.signal);
    await show(given, body, answer);
    byId("one-status").textContent = "";
  } catch (error) {
    if (error.name !== "AbortError") fail(error);
  }
}

async function show(given, body, answer) {
  const recipe = typeof given.recipe === "string" ? catalogue.recipes.find((each) => each.name === given.recipe) : withDefaults(given.recipe);
  const link = await packed(given);
  if (link) history.replaceState(null, "", `#one=${link}`);
  const optionsOf = (name) => recipe?.components.find((component) => component.name === name)?.options ?? {};
  const formatRules = catalogue.verifiers.find((rule) => rule.name === "format")?.violations ?? [];
  const asked = { sample: given.sample, text: given.sample.completion, curl: curlLine(body), optionsOf, formatRules };
  showVerdict(byId("verdict"), asked, answer, recipe, link && `#one=${link}`);
  byId("verdict").focus({ preventScroll: window.innerWidth > 960 });
}

const withDefaults = (recipe) => ({
  combine: "sum",
  ...recipe,
  components: (recipe.components ?? []).map((component) => ({ weight: 1, ...component })),
});

function curlLine(body) {
  const header = key() ? ' -H "Authorization: Bearer $TRUEGOLD_TOKEN"' : "";
  // ASCII, so that no terminal steers by what a completion holds.
  const json = JSON.stringify(body).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return `curl -s ${location.origin}/v1/rewards${header} -d '${json.replaceAll("'", "'\\''")}'`;
}

function fail(error) {
  byId("one-status").textContent = "";
  replace(byId("verdict"), el("p", { class: "error", role: "alert" }, visible(error.message)));
}

/** Show what a link holds. */
export async function open(link) {
  try {
    const { sample, recipe } = await unpacked(link);
    await loadAndJudge({ ...sample, recipe });
  } catch (error) {
    fail(new Error(`this link cannot be read: ${error.message}`));
  }
}
