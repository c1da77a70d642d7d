/*
 * Around the built Worker, which it does not change: a clock that stands still, its log, and a choice between several
 * copies of it, each with a configuration of its own beside it. All of them run in one isolate.
 */

const real = { setTimeout, setInterval, clearInterval };

/** How often a timer looks at the clock. Each in the request that set it, since workerd lets no other act for it. */
const LOOK_MS = 2;

/** A timer that has not looked by then is one of a request that is over, with which workerd has ended it. */
const MOST_LOOKS = 50;

let nowMs = 0;
const timers = new Map();
let lastTimer = 0;
let lines = [];

function setTimer(isRepeated, callback, ms = 0, args = []) {
  lastTimer += 1;
  const id = lastTimer;
  const timer = { everyMs: ms, dueMs: nowMs + ms, seenMs: nowMs, stop: () => real.clearInterval(looking) };
  const looking = real.setInterval(() => {
    while (timers.has(id) && timer.dueMs <= nowMs) {
      timer.dueMs += Math.max(ms, 1);
      if (!isRepeated) clearTimer(id);
      callback(...args);
    }
    timer.seenMs = nowMs;
  }, LOOK_MS);
  timers.set(id, timer);
  return id;
}

function clearTimer(id) {
  timers.get(id)?.stop();
  timers.delete(id);
}

/** A pause between two slices of work takes no time. */
globalThis.setTimeout = (callback, ms, ...args) =>
  ms ? setTimer(false, callback, ms, args) : real.setTimeout(callback, 0, ...args);
globalThis.setInterval = (callback, ms, ...args) => setTimer(true, callback, ms, args);
globalThis.clearTimeout = clearTimer;
globalThis.clearInterval = clearTimer;
performance.now = () => nowMs;
Date.now = () => nowMs;
Math.random = () => 0.5;
console.log = (...parts) => void lines.push(parts.map(String).join(" "));

let copy;
let env = {};

const looking = () => scheduler.wait(LOOK_MS);

const orders = {
  async use({ name, variables }) {
    copy = await import(`./${name}/worker.mjs`);
    env = variables;
    lines = [];
  },
  async pass({ ms, timerMs }) {
    while (timerMs !== null && ![...timers.values()].some(({ everyMs }) => everyMs === timerMs)) await looking();
    nowMs += ms;
    const isBehind = ({ seenMs }) => seenMs < nowMs;
    for (let looks = 0; looks < MOST_LOOKS && [...timers.values()].some(isBehind); looks += 1) await looking();
    for (const [id, timer] of timers) if (isBehind(timer)) timers.delete(id);
  },
  async logged({ count }) {
    const requests = () => lines.flatMap((line) => (/^\{.*"method":/.test(line) ? [JSON.parse(line)] : []));
    while (requests().length < count) await looking();
    return requests();
  },
};

// biome-ignore lint/style/noDefaultExport: it is what a Worker exports.
export default {
  async fetch(request, bindings, ctx) {
    const order = request.headers.get("x-conformance");
    if (order === null) return copy.default.fetch(request, { ...bindings, ...env }, ctx);
    return Response.json((await orders[order](await request.json())) ?? null);
  },
};
