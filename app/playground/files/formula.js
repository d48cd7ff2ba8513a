// A recipe as a formula: once with its words, once with the numbers of one result.

import { number } from "./dom.js";

const minus = (value) => String(value).replace("-", "−");

/** The lines that say how the scores became the reward; empty for what has no formula. */
export function formulaLines(recipe, result) {
  const terms = recipe.components.map((component, place) => ({
    ...component,
    place,
    got: result.components.find((each) => each.name === component.name),
  })).filter((term) => term.got && term.got.verdict !== "not_applicable");
  const lines = [`reward = ${joined(recipe, terms.map((term) => inWords(recipe, term)))}`];
  const silent = terms.find((term) => term.got.score === null);
  if (silent) return [...lines, `null: ${silent.name} could not judge (${silent.got.verdict})`];
  const gates = terms.filter((term) => term.gate);
  lines.push(...gates.map((gate) => gateLine(recipe, gate)));
  if (gates.some((gate) => gate.got.score !== 1)) return lines;
  return [...lines, `${minus(number(result.reward))} = ${joined(recipe, terms.map((term) => inNumbers(recipe, term)))}`];
}

function joined(recipe, parts) {
  if (recipe.combine === "product") return parts.join(" × ");
  return parts.filter((part) => part !== "").join(" + ") || "0";
}

function inWords(recipe, term) {
  if (recipe.combine === "lexicographic") return `10^${minus(-term.place)} × ${mappedInWords(term)}`;
  return term.weight === 1 ? mappedInWords(term) : `${minus(term.weight)} × ${mappedInWords(term)}`;
}

function mappedInWords(term) {
  if (term.range) {
    const [low, high] = term.range;
    return `(${minus(low)} + ${minus(high - low)} × ${term.name})`;
  }
  return term.values ? `value(${term.name})` : term.name;
}

function inNumbers(recipe, term) {
  const factor = recipe.combine === "lexicographic" ? `10^${minus(-term.place)}` : minus(term.weight);
  return `${factor} × ${minus(number(mapped(term)))}`;
}

/** What a score is worth before its weight. */
function mapped(term) {
  if (term.values && term.got.verdict in term.values) return term.values[term.got.verdict];
  if (term.range) return term.range[0] + (term.range[1] - term.range[0]) * term.got.score;
  return term.got.score;
}

function gateLine(recipe, gate) {
  if (gate.got.score === 1) return `${gate.name} is a gate: passed`;
  const pays = recipe.gate_pays ?? 0;
  return `${gate.name} is a gate: not passed (${number(gate.got.score)}), so reward = ${minus(number(pays))}`;
}
