import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LogThreshold } from "../../src/core/log-level.ts";
import { createLog, type LevelPaint, levelOf, type RequestRecord } from "../../src/gateway/log.ts";

const AT = new Date("2026-11-25T12:34:56.789Z");

const RECORD: RequestRecord = {
  id: 7,
  method: "POST",
  path: "/v1/messages",
  client: undefined,
  model: "p/m",
  status: 200,
  firstByteMs: 1.5,
  durationMs: 20,
  requestBytes: 100,
  responseBytes: 2000,
  inputTokens: 8,
  outputTokens: 2,
  prefillRemoved: undefined,
  tried: undefined,
  ended: undefined,
  requestId: "req_1",
  logId: undefined,
};

it("names the client in both forms", () => {
  for (const [forPerson, expected] of [
    [true, " 200 POST /v1/messages from anna p/m 20 ms"],
    [false, '"path":"/v1/messages","client":"anna","model":"p/m"'],
  ] as const) {
    const { log, written, goOn } = logFor({ forPerson });
    log.request({ ...RECORD, client: "anna" });
    goOn();
    expect(written.join("")).toContain(expected);
  }
});

it.each([
  ["silent", []],
  ["fatal", []],
  ["error", ["error"]],
  ["warn", ["warn", "error"]],
  ["info", ["info", "warn", "error"]],
  ["debug", ["info", "debug", "warn", "error"]],
  ["trace", ["info", "debug", "warn", "error"]],
] as const)("has at the level %s the lines %j and no others", (threshold, levels) => {
  const { log, written, goOn } = logFor({ forPerson: false, threshold });
  log.request(RECORD);
  log.request(probe("/healthz", 200));
  log.request({ ...RECORD, status: 404 });
  log.notice("error", "down");
  goOn();
  const lines = written.join("").split("\n").filter(Boolean);
  expect(lines.map((line) => JSON.parse(line).level)).toEqual(levels);
});

const probe = (path: string, status: number): RequestRecord => ({
  ...RECORD,
  method: "GET",
  path,
  status,
  model: undefined,
  inputTokens: undefined,
  outputTokens: undefined,
});

it.each([
  ["/healthz", 200, "debug"],
  ["/readyz", 200, "debug"],
  ["/", 200, "debug"],
  ["/metrics", 200, "debug"],
  ["/dashboard/requests", 200, "debug"],
  ["/readyz", 503, "error"],
  ["/healthz", 405, "warn"],
  ["/healthz", 499, "warn"],
  ["/metrics", 401, "warn"],
  ["/healthz/x", 200, "info"],
  ["/v1/models", 200, "info"],
])("has a request to %s that is answered with %i at the level %s", (path, status, level) => {
  expect(levelOf(probe(path, status))).toBe(level);
});

it("paints lines for a person by their level, and never those for a program", () => {
  const mark = (level: string) => (text: string) => `<${level}>${text}</>`;
  const paint = { debug: mark("debug"), info: mark("info"), warn: mark("warn"), error: mark("error") };
  for (const forPerson of [true, false]) {
    const { log, written, goOn } = logFor({ forPerson, paint, threshold: "debug" });
    log.request(probe("/healthz", 200));
    log.request({ ...RECORD, status: 502 });
    log.notice("warn", "odd");
    goOn();
    const levels = written.join("").match(/^<\w+>|<\/>$/gm);
    expect(levels).toEqual(forPerson ? ["<debug>", "</>", "<error>", "</>", "<warn>", "</>"] : null);
  }
});

/** A log whose lines wait until it is told to go on. */
function logFor({
  forPerson,
  threshold = "info",
  paint,
}: {
  forPerson: boolean;
  threshold?: LogThreshold;
  paint?: LevelPaint;
}) {
  const written: string[] = [];
  const waiting: (() => void)[] = [];
  const deps = { now: () => AT, forPerson, later: (callback: () => void) => void waiting.push(callback) };
  const reader = { isThere: true };
  const write = (text: string) => reader.isThere && written.push(text) > 0;
  const log = createLog({ ...deps, threshold, paint, write });
  return { log, written, reader, goOn: () => waiting.splice(0).map((callback) => callback()) };
}

describe("the log", () => {
  it("has one JSON document on each line, whatever is in it", () => {
    const text = fc.string({ unit: "binary" });
    const record = fc.record({
      path: text,
      model: fc.option(text, { nil: undefined }),
      tried: fc.array(text),
      ended: text,
    });
    fc.assert(
      fc.property(record, (changed) => {
        const { log, written, goOn } = logFor({ forPerson: false });
        log.request({ ...RECORD, ...changed });
        goOn();
        const [line = "", rest] = written.join("").split("\n");
        expect(rest).toBe("");
        expect(JSON.parse(line)).toEqual(
          JSON.parse(JSON.stringify({ time: AT, level: "warn", ...RECORD, ...changed })),
        );
      }),
    );
  });

  it("has one plain line for each request at a terminal, without control characters", () => {
    const { log, written, goOn } = logFor({ forPerson: true });
    log.request(RECORD);
    log.request({
      ...RECORD,
      path: "/v1/\u001b[2J\u009b\r\n",
      prefillRemoved: 2,
      tried: ["p/a: x"],
      ended: "client-gone",
    });
    goOn();
    const [first, second, rest] = written.join("").split("\n");
    expect(first).toMatch(
      /^\d\d:34:56 200 POST \/v1\/messages p\/m 20 ms \(first byte 2 ms\) 8 uncached tokens in, 2 out$/,
    );
    expect(second).toMatch(/ \/v1\/\?\[2J\?\?\? p\/m .* prefill turns removed: 2 client-gone after p\/a: x$/);
    expect(rest).toBe("");
  });

  it.each([
    [{}, "8 uncached tokens in, 2 out"],
    [{ cacheReadTokens: 0 }, "8 tokens in, 2 out"],
    [
      { cacheReadTokens: 50_000, cacheWrite5mTokens: 200, cacheWrite1hTokens: 1 },
      "50,209 tokens in (50,000 cached), 2 out",
    ],
    [{ path: "/v1/responses", cacheReadTokens: 6 }, "8 tokens in (6 cached), 2 out"],
    [{ inputTokens: undefined, cacheReadTokens: 6 }, "? tokens in (6 cached), 2 out"],
    [{ durationMs: 4_506.7, firstByteMs: 850.4 }, "p/m 4.5 s (first byte 850 ms)"],
    [{ durationMs: 75_300, firstByteMs: 0.4 }, "p/m 75 s (first byte 0.4 ms)"],
    [{ durationMs: 7_500_000 }, "p/m 125 min (first byte"],
  ])("says of %j: %s", (change, said) => {
    const { log, written, goOn } = logFor({ forPerson: true });
    log.request({ ...RECORD, ...change });
    goOn();
    expect(written.join("")).toContain(said);
  });

  it("writes the lines of one moment together, and a notice at once", () => {
    const { log, written, goOn } = logFor({ forPerson: false });
    log.request(RECORD);
    log.request(RECORD);
    expect(written).toEqual([]);
    goOn();
    expect(written).toHaveLength(1);
    log.request(RECORD);
    log.notice("warn", "careful");
    expect(written).toHaveLength(2);
    expect(written[1]?.split("\n").map((line) => line && JSON.parse(line).level)).toEqual(["info", "warn", ""]);
    goOn();
    expect(written).toHaveLength(2);
  });

  it.each([
    [{}, "info"],
    [{ status: 404 }, "warn"],
    [{ status: 529 }, "warn"],
    [{ status: 502 }, "error"],
    [{ prefillRemoved: 1 }, "warn"],
    [{ tried: ["p/a: x"] }, "warn"],
    [{ ended: "client-gone" }, "warn"],
  ])("logs %j as %s", (changed, level) => {
    const { log, written, goOn } = logFor({ forPerson: false });
    log.request({ ...RECORD, ...changed });
    goOn();
    expect(JSON.parse(written.join("")).level).toBe(level);
  });

  it("counts lost lines as soon as it is read again", () => {
    const { log, written, reader, goOn } = logFor({ forPerson: false });
    reader.isThere = false;
    log.request(RECORD);
    log.request(RECORD);
    goOn();
    log.notice("info", "one more");
    reader.isThere = true;
    log.request(RECORD);
    goOn();
    log.notice("info", "that is all");
    const [gap, request] = written.join("").split("\n");
    expect(JSON.parse(gap ?? "")).toMatchObject({ level: "warn", message: expect.stringMatching(/lost .*: 3\.$/) });
    expect(JSON.parse(request ?? "")).toMatchObject({ id: RECORD.id });
    expect(written.join("").match(/lost/g)).toHaveLength(1);
  });

  it("contains no credential in the report of a bug", () => {
    const { log, written } = logFor({ forPerson: false });
    log.bug(new Error("authorization: Bearer sk-ant-api03-CANARYkeyCANARYkey"));
    expect(written.join("")).toContain("This is a bug");
    expect(written.join("")).not.toContain("CANARY");
  });
});
