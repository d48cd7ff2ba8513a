// A JSONL file in the browser: indexed in one pass, read again row by row, so that it may be large.

const MOST_LINE_BYTES = 64 * 2 ** 20;
const BATCH_ROWS = 256;
const BATCH_BYTES = 2 * 2 ** 20;
const GROUP_ROWS = 8_192;
const SAMPLE_FIELDS = ["completion", "ground_truth", "id", "group", "prompt", "verifier", "options", "recipe", "truncated", "finish_reason", "completion_tokens", "max_tokens", "data_source", "metadata"];
const NEWLINE = 10;

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Yield [line, start, end, bytes] of each line that is not blank; bytes are null for one that is too long. */
async function* lines(file) {
  const reader = file.stream().getReader();
  let held = [];
  let heldBytes = 0;
  let start = 0;
  let line = 0;
  const finish = (end) => {
    line += 1;
    const bytes = heldBytes > MOST_LINE_BYTES ? null : joined(held, heldBytes);
    const found = [line, start, end, bytes];
    [held, heldBytes, start] = [[], 0, end + 1];
    return found;
  };
  const hold = (part) => {
    if (heldBytes <= MOST_LINE_BYTES) held.push(part);
    heldBytes += part.length;
  };
  for (let offset = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    let from = 0;
    for (let at = value.indexOf(NEWLINE); at >= 0; at = value.indexOf(NEWLINE, from)) {
      hold(value.subarray(from, at));
      yield finish(offset + at);
      from = at + 1;
    }
    hold(value.slice(from));
    offset += value.length;
  }
  if (heldBytes) yield finish(start + heldBytes);
}

function joined(parts, size) {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The rows of a file, and the lines that are none: {rows, broken}. `tell` hears how many bytes have been seen. */
export async function index(file, renames, tell, signal) {
  const rows = [];
  const broken = [];
  for await (const [line, start, end, bytes] of lines(file)) {
    signal.throwIfAborted();
    if (line % 1000 === 0) tell(end);
    if (bytes !== null && bytes.every((byte) => byte <= 32)) continue;
    try {
      if (bytes === null) throw new Error(`is longer than ${MOST_LINE_BYTES} bytes`);
      rows.push({ line, start, end, ...about(parse(bytes), renames) });
    } catch (error) {
      broken.push({ line, why: error.message });
    }
  }
  return { file, renames, rows, broken };
}

function parse(bytes) {
  let text;
  try {
    text = decoder.decode(bytes);
  } catch {
    throw new Error("is not UTF-8 text");
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    return lenient(text, error);
  }
}

/** Python writes NaN and Infinity into logs; where they stand outside strings they become null. */
function lenient(text, error) {
  try {
    return JSON.parse(text.replace(/("(?:[^"\\]|\\.)*")|-?\b(?:NaN|Infinity)\b/g, (_, string) => string ?? "null"));
  } catch {
    throw new Error(`is not JSON: ${error.message}`);
  }
}

function about(row, renames) {
  if (row === null || typeof row !== "object" || Array.isArray(row)) throw new Error("is JSON, but no object");
  if (Array.isArray(row.components) && "reward" in row) return { scored: row, group: nameOf(row.group), chars: null };
  const sample = sampleOf(row, renames);
  if (!("completion" in sample)) throw new Error(`has no completion; its fields: ${Object.keys(row).join(", ").slice(0, 200)}`);
  const { completion, group, id, completion_tokens } = sample;
  const chars = typeof completion === "string" ? completion.length : JSON.stringify(completion).length;
  return { id: nameOf(id), group: nameOf(group), chars, tokens: completion_tokens ?? null };
}

const nameOf = (value) => (typeof value === "string" || typeof value === "number" ? String(value) : null);

function sampleOf(row, renames) {
  const sample = {};
  for (const name of SAMPLE_FIELDS) if (name in row) sample[name] = row[name];
  for (const [field, theirs] of renames) if (theirs in row) sample[field] = row[theirs];
  return sample;
}

/** One row again, as a sample. */
export async function readSample(log, row, verifier) {
  const bytes = new Uint8Array(await log.file.slice(row.start, row.end).arrayBuffer());
  const sample = sampleOf(parse(bytes), log.renames);
  sample.id ??= String(row.line);
  if (verifier && (sample.verifier === undefined || sample.verifier === null)) sample.verifier = verifier;
  return sample;
}

/** Rows cut into requests: in the order of their first lines, a group in one. */
export function cut(rows) {
  const units = new Map();
  for (const row of rows) {
    const name = row.group === null ? row.line : `group ${row.group}`;
    if (units.has(name)) units.get(name).push(row);
    else units.set(name, [row]);
  }
  const batches = [];
  let batch = [];
  let bytes = 0;
  for (const unit of [...units.values()].flatMap(parts)) {
    const size = unit.reduce((sum, row) => sum + row.end - row.start, 0);
    if (batch.length && (batch.length + unit.length > BATCH_ROWS || bytes + size > BATCH_BYTES)) {
      batches.push(batch);
      [batch, bytes] = [[], 0];
    }
    batch.push(...unit);
    bytes += size;
  }
  return batch.length ? [...batches, batch] : batches;
}

function parts(unit) {
  const cuts = [];
  for (let start = 0; start < unit.length; start += GROUP_ROWS) cuts.push(unit.slice(start, start + GROUP_ROWS));
  return cuts;
}

/** "completion=output, ground_truth=gts" as pairs. */
export function readRenames(text) {
  const pairs = text.split(",").map((part) => part.trim()).filter(Boolean).map((part) => part.split("=").map((word) => word.trim()));
  for (const pair of pairs) {
    if (pair.length !== 2 || !pair[1] || !SAMPLE_FIELDS.includes(pair[0])) {
      throw new Error(`${pair.join("=")}: write field=name, the field one of ${SAMPLE_FIELDS.join(", ")}`);
    }
  }
  return pairs;
}
