// What a log is drawn by: each facet sorts rows into named bars. A bar is a filter.

import { number } from "./dom.js";

const MOST_VALUES = 12;
const BINS = 10;

/** {title, bars: [{name, rows}]}, of which empty ones are left out. `rows` are sets, for fast filters. */
export function facets(log) {
  const rows = log.rows.filter((row) => row.result);
  return [
    { title: "Rewards", bars: numeric(rows, (row) => row.result.reward, "null") },
    { title: "Verdicts", bars: bySize(named(rows, (row) => [row.result.verdict])) },
    { title: "Flags", bars: bySize(named(rows, (row) => (row.result.flags.length ? row.result.flags : ["none"]))) },
    { title: "Lengths, in characters", bars: lengths(rows.filter((row) => row.chars !== null)) },
    ...groupFacets(log, rows),
  ].filter((facet) => facet.bars.length);
}

/** Rows under the names that `namesOf` gives each. */
export function named(rows, namesOf) {
  const bars = new Map();
  for (const row of rows) {
    for (const name of namesOf(row)) {
      if (!bars.has(name)) bars.set(name, new Set());
      bars.get(name).add(row);
    }
  }
  return [...bars].map(([name, members]) => ({ name, rows: members }));
}

export const bySize = (bars) => bars.sort((a, b) => b.rows.size - a.rows.size);

function numeric(rows, valueOf, nullName) {
  const values = [...new Set(rows.map(valueOf).filter((value) => value !== null))].sort((a, b) => a - b);
  const nothing = named(rows.filter((row) => valueOf(row) === null), () => [nullName]);
  if (values.length <= MOST_VALUES) {
    const bars = named(rows.filter((row) => valueOf(row) !== null), (row) => [valueOf(row)]).sort((a, b) => a.name - b.name);
    return [...bars.map((bar) => ({ ...bar, name: number(bar.name) })), ...nothing];
  }
  const [low, high] = [values[0], values.at(-1)];
  const width = (high - low) / BINS;
  const bin = (value) => Math.min(BINS - 1, Math.floor((value - low) / width));
  const bars = named(rows.filter((row) => valueOf(row) !== null), (row) => [bin(valueOf(row))]).sort((a, b) => a.name - b.name);
  return [...bars.map((bar) => ({ ...bar, name: `${number(low + bar.name * width)} to ${number(low + (bar.name + 1) * width)}` })), ...nothing];
}

function lengths(rows) {
  const power = (row) => (row.chars === 0 ? -1 : Math.floor(Math.log2(row.chars)));
  const bars = named(rows, (row) => [power(row)]).sort((a, b) => a.name - b.name);
  return bars.map((bar) => ({ ...bar, name: bar.name < 0 ? "empty" : `${(2 ** bar.name).toLocaleString("en")} and more` }));
}

// --------------------------------------------------------------------------------------------------------------- groups

function groupFacets(log, rows) {
  const groups = new Map();
  for (const row of rows) {
    if (row.group === null) continue;
    if (groups.has(row.group)) groups.get(row.group).push(row);
    else groups.set(row.group, [row]);
  }
  if (!groups.size) return [];
  const bars = (nameOf) => bySize([...groups.values()].reduce((found, members) => add(found, nameOf(members), members), []));
  const facetsOfGroups = [{ title: "Groups", unit: "rows", bars: bars(spreadOf) }];
  if (log.groups?.size) facetsOfGroups.push({ title: "Majority votes", unit: "rows", bars: bars((members) => voteOf(log.groups.get(members[0].group))) });
  return facetsOfGroups;
}

function add(found, name, members) {
  const bar = found.find((each) => each.name === name);
  if (bar) for (const row of members) bar.rows.add(row);
  else found.push({ name, rows: new Set(members) });
  return found;
}

function spreadOf(members) {
  const rewards = new Set(members.map((row) => row.result.reward).filter((reward) => reward !== null));
  if (rewards.size > 1) return "mixed rewards";
  if (members.every((row) => row.result.isRight === true)) return "zero variance, all right";
  if (members.every((row) => row.result.isRight === false)) return "zero variance, all wrong";
  return "zero variance, other";
}

function voteOf(group) {
  if (!group?.vote) return "no vote";
  if (group.vote.answer === null) return "nobody answers";
  return { true: "right", false: "wrong", null: "cannot be judged" }[String(group.vote.correct)];
}

/** The figures above the charts, as [value, words]. */
export function figures(log) {
  const results = log.rows.filter((row) => row.result).map((row) => row.result);
  const rewards = results.map((result) => result.reward).filter((reward) => reward !== null);
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const found = [[results.length.toLocaleString("en"), "rows"]];
  if (rewards.length) found.push([number(mean(rewards)), "mean reward"]);
  const judged = results.filter((result) => result.isRight !== null);
  if (judged.length) found.push([`${(100 * mean(judged.map((result) => Number(result.isRight)))).toFixed(1)} %`, "right"]);
  if (rewards.length < results.length) found.push([(results.length - rewards.length).toLocaleString("en"), "not judged"]);
  const groups = [...(log.groups?.values() ?? [])];
  if (groups.length) {
    found.push([groups.length.toLocaleString("en"), "groups"]);
    found.push([`${(100 * mean(groups.map((group) => Number(group.zero_variance)))).toFixed(1)} %`, "of them without variance"]);
    for (const k of Object.keys(groups[0].pass_at ?? {})) {
      const known = groups.map((group) => group.pass_at[k]).filter((value) => value !== null);
      if (known.length) found.push([number(mean(known)), `pass@${k}${known.length < groups.length ? ` (${known.length} groups)` : ""}`]);
    }
  }
  return [...found, ...[...new Set(results.map((result) => result.fingerprint))].slice(0, 4).map((name) => ["", name])];
}

// ----------------------------------------------------------------------------------------------------------- comparison

/** What made two results of one row differ, in words; null where nothing did. */
export function causeOf(a, b) {
  if (!a || !b) return a ? "only in the first" : "only in the second";
  const [ours, theirs] = [a, b].map((result) => new Map(result.parts.map((part) => [part.name, part])));
  const causes = [...new Set([...ours.keys(), ...theirs.keys()])].map((name) => difference(name, ours.get(name), theirs.get(name), a.reward === b.reward)).filter(Boolean);
  if (causes.length) return causes.join("; ");
  if (a.reward === b.reward) return null;
  return a.parts.length ? `same scores (${a.parts.map((part) => `${part.name} ${part.verdict}`).join(", ")}), combined in another way` : "the reward";
}

function difference(name, a, b, sameReward) {
  if (!a || !b) return sameReward ? null : `${name} only in the ${a ? "first" : "second"}: ${(a ?? b).verdict}`;
  if (a.verdict === b.verdict && a.score === b.score) return null;
  return `${name}: ${worded(a)} → ${worded(b)}`;
}

function worded(part) {
  const detail = (part.detail ?? "").replace(/\d+/g, "N").slice(0, 60);
  return detail ? `${part.verdict} (${detail})` : part.verdict;
}
