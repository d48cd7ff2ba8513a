// Answers calls of a program's functions: each frame on descriptor 4 holds a request, and gets one reply that bears its
// number.
//
// This runs where the judged program runs, which may have changed anything in it. What is written here is a claim
// about a value, never a verdict: arguments come in, expected values never do. See sandbox/zygote/calls.py.
"use strict";

const { readFileSync, readSync, writeSync } = require("fs");
const { createRequire } = require("module");
const { resolve } = require("path");
const { Script } = require("vm");
const quote = JSON.stringify, parse = JSON.parse, { isArray } = Array, { getPrototypeOf, keys } = Object;

const CHANNEL = 4, MAX_DEPTH = 200, MAX_MESSAGE = 2000;
const FILE = process.argv[2];

class NotPlain extends Error {}

// ---------------------------------------------------------------------------------------------------- the program

// A program whose functions are called is read as a script, so that they can be found; its imports become calls.
const asScript = (source) => !/^\s*(?:import|export)\b/m.test(source) ? source : source
  .replace(/^[ \t]*import\s*\*\s*as\s+(\w+)\s+from\s*(["'][^"'\n]*["'])/gm, "const $1 = require($2)")
  .replace(/^[ \t]*import\s*(\{[^}]*\})\s*from\s*(["'][^"'\n]*["'])/gm,
    (_, names, from) => `const ${names.replace(/\bas\b/g, ":")} = require(${from})`)
  .replace(/^[ \t]*import\s+(\w+)\s+from\s*(["'][^"'\n]*["'])/gm, "const $1 = require($2)")
  .replace(/^[ \t]*export\s*\{[^}]*\}\s*;?/gm, "")
  .replace(/^[ \t]*export\s+default\s+(?=(?:async\s+)?function\b\s*\*?\s*\w|class\s+\w)/gm, "")
  .replace(/^[ \t]*export\s+default\b/gm, "module.exports =")
  .replace(/^[ \t]*export\s+(?=(?:async|function|class|const|let|var)\b)/gm, "");

const load = () => {
  const path = resolve(FILE), module = { exports: {} };
  const head = "(function (exports, require, module, __filename, __dirname) {";
  const wrapped = `${head}${asScript(readFileSync(FILE, "utf8"))}\n;return (name) => eval(name);})`;
  const started = new Script(wrapped, { filename: FILE }).runInThisContext();
  const inside = started.call(module.exports, module.exports, createRequire(path), module, path, resolve("."));
  return (name) => {
    try {
      return inside(name);
    } catch {
      const { exports } = module;
      return typeof exports === "function" && exports.name === name ? exports : exports?.[name];
    }
  };
};

// What an entry names: a function, Class.method, Class().method, or a method of Solution; undefined without one.
const findEntry = (lookUp, entry) => {
  const dot = entry.lastIndexOf(".");
  if (dot >= 0) return ofClass(lookUp(entry.slice(0, dot).replace("()", "")), entry.slice(dot + 1));
  const found = lookUp(entry);
  return typeof found === "function" ? found : ofClass(lookUp("Solution"), entry);
};

const ofClass = (owner, method) => {
  if (typeof owner !== "function") return undefined;
  if (typeof owner[method] === "function") return (...args) => owner[method](...args);
  if (typeof owner.prototype?.[method] !== "function") return undefined;
  return (...args) => new owner()[method](...args);
};

// --------------------------------------------------------------------------------------------------------- values

const written = (value, depth = 0) => {
  if (depth > MAX_DEPTH) throw new NotPlain("too deep");
  switch (typeof value) {
    case "undefined": return "null";
    case "boolean": case "bigint": return String(value);
    case "number": return Number.isFinite(value) ? quote(value) : String(value);
    case "string": return quote(value);
    case "object": return value === null ? "null" : writtenObject(value, depth + 1);
    default: throw new NotPlain(typeof value);
  }
};

const writtenObject = (value, depth) => {
  if (isArray(value) || ArrayBuffer.isView(value)) return `[${Array.from(value, (each) => written(each, depth))}]`;
  if (value instanceof Number || value instanceof String || value instanceof Boolean) return quote(value);
  const parent = getPrototypeOf(value);
  if (parent !== null && parent !== Object.prototype) throw new NotPlain(parent.constructor?.name ?? "object");
  return `{${keys(value).map((key) => `${quote(key)}:${written(value[key], depth)}`)}}`;
};

const claimed = (value) => {
  try {
    return `{"value":${written(value)}}`;
  } catch (error) {
    return quote({ handle: error instanceof NotPlain ? error.message : "unreadable" });
  }
};

const raised = (error) => {
  const isError = error instanceof Error;
  const text = (part) => String(part ?? "").slice(0, MAX_MESSAGE);
  const isOurs = (frame) => frame.includes("node:") || frame.includes(__filename);
  const traceback = isError ? String(error.stack).split("\n").filter((frame) => !isOurs(frame)).join("\n") : "";
  return quote({
    raised: text(isError ? error.name : typeof error),
    message: text(isError ? error.message : error),
    traceback: text(traceback),
  });
};

// ------------------------------------------------------------------------------------------------------ the channel

const read = (size) => {
  const held = Buffer.alloc(size);
  for (let at = 0; at < size;) {
    const count = readSync(CHANNEL, held, at, size - at);
    if (count === 0) return null;
    at += count;
  }
  return held;
};

const write = (text, head) => {
  const body = Buffer.from(text);
  head.writeUInt32BE(body.length);
  const frame = Buffer.concat([head, body]);
  for (let at = 0; at < frame.length;) at += writeSync(CHANNEL, frame, at);
};

const reply = async (lookUp, request) => {
  try {
    const name = request.find ?? request.entry, call = findEntry(lookUp, name);
    if (call === undefined) return quote({ missing: name });
    return request.find === undefined ? claimed(await call(...request.args)) : quote({ found: true });
  } catch (error) {
    return raised(error);
  }
};

const main = async () => {
  const lookUp = load();
  for (let head = read(8); head !== null; head = read(8)) {
    write(await reply(lookUp, parse(read(head.readUInt32BE()).toString())), head);
  }
  process.exit();
};

main();
