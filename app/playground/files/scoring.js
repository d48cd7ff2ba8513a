// A log through the API: a few requests at once, each with whole groups; what is done is kept when the service goes away.

import { postPatiently, Refused } from "./api.js";
import { cut, readSample } from "./rows.js";

const IN_FLIGHT = 3;
const PASS_AT = [1, 2, 4, 8, 16];

/** Fill in `row.result` of every row that lacks it, and the groups' lines. `tell` hears words, `onRows` rows. */
export async function score(log, asked, { signal, tell, onRows }) {
  for (const row of log.rows) if (row.scored && !row.result) row.result = brief(row.scored, row.scored.fingerprint);
  const todo = cut(log.rows.filter((row) => !row.scored)).filter((batch) => batch.some((row) => !row.result));
  log.groups ??= new Map();
  let next = 0;
  const worker = async () => {
    while (next < todo.length) {
      const batch = todo[next++];
      await scoreBatch(log, batch, asked, signal, tell);
      onRows();
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

async function scoreBatch(log, batch, asked, signal, tell) {
  const samples = await Promise.all(batch.map((row) => readSample(log, row, asked.verifier)));
  const groups = { vote: true, pass_at: PASS_AT };
  try {
    const answer = await postPatiently("/v1/rewards", { recipe: asked.recipe, samples, groups }, signal, tell);
    batch.forEach((row, place) => { row.result = brief(answer.results[place], answer.fingerprint); });
    for (const group of answer.groups ?? []) log.groups.set(group.group, group);
  } catch (error) {
    const ofOneRow = error instanceof Refused && (error.status === 422 || error.status === 413);
    const ofAll = error.fields?.length && !error.fields.some((field) => field.startsWith("samples"));
    if (!ofOneRow || ofAll) throw error;
    if (batch.length === 1) batch[0].result = refused(error);
    else for (const row of batch) await scoreBatch(log, [row], asked, signal, tell);
  }
}

/** What the table and the charts need of a result. */
function brief(result, fingerprint) {
  const components = result.components.filter((part) => part.verdict !== "not_applicable");
  const accuracy = components.find((part) => part.name === "accuracy") ?? components[0];
  return {
    id: result.id,
    reward: result.reward,
    verdict: accuracy?.verdict ?? result.error?.code ?? "?",
    isRight: accuracy && accuracy.score !== null ? accuracy.verdict === "correct" : null,
    detail: result.error?.message ?? accuracy?.detail ?? "",
    answer: accuracy?.answer?.slice(0, 200) ?? null,
    flags: result.flags ?? [],
    parts: components.map(({ name, verdict, score: value, detail }) => ({ name, verdict, score: value, detail })),
    fingerprint: fingerprint ?? "unknown",
  };
}

function refused(error) {
  return { id: null, reward: null, verdict: "refused", isRight: null, detail: error.message, answer: null, flags: [], parts: [], fingerprint: "unknown" };
}
