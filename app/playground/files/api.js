// Requests to this service, and to no other.

import { byId } from "./dom.js";

const TRANSIENT = [429, 502, 503, 504];
const PATIENCE_MS = 60_000;

/** The service refused; `fields` names which fields of the request. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? problem?.title ?? `the service answered ${status}`);
    this.status = status;
    this.fields = (problem?.errors ?? []).map((error) => error.field);
  }
}

/** Nobody answers. */
export class Away extends Error {}

export const key = () => byId("key").value.trim();

export async function get(path) {
  return read(await send(path, { headers: headers() }));
}

export async function post(path, body, signal) {
  const answer = await send(path, { method: "POST", headers: headers(), body: JSON.stringify(body), signal });
  return read(answer);
}

/** POST, and try again while the service is away or full. `tell` hears of it. */
export async function postPatiently(path, body, signal, tell) {
  const giveUp = performance.now() + PATIENCE_MS;
  for (let pause = 250; ; pause = Math.min(2 * pause, 10_000)) {
    try {
      return await post(path, body, signal);
    } catch (error) {
      const passes = error instanceof Away || TRANSIENT.includes(error.status);
      if (!passes || performance.now() + pause > giveUp) throw error;
      tell(`${error.message}; trying again`);
      await new Promise((resolve) => setTimeout(resolve, pause));
      signal?.throwIfAborted();
    }
  }
}

function headers() {
  return { "Content-Type": "application/json", ...(key() ? { Authorization: `Bearer ${key()}` } : {}) };
}

async function send(path, request) {
  try {
    return await fetch(path, { credentials: "omit", cache: "no-store", ...request });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Away("the service does not answer");
  }
}

async function read(answer) {
  let body = null;
  try {
    body = await answer.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    if (answer.ok) throw new Away("the service broke off its answer");
  }
  if (!answer.ok) throw new Refused(answer.status, body);
  return body;
}
