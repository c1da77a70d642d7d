import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ProcessFigures } from "../../src/core/context.ts";
import { MetricsCounter } from "../../src/server/metrics-counter.ts";
import { type Counts, CountTable, DURATION_MS, MOST_ROWS, observe } from "../../src/server/metrics-counts.ts";
import type { MetricsState } from "../../src/server/metrics-kinds.ts";
import { type LabelSettings, ModelLabels, modelOfCooldown, operationOf } from "../../src/server/metrics-labels.ts";
import { formatFor } from "../../src/server/metrics-page.ts";
import { metricsText } from "../../src/server/metrics-text.ts";
import { ProcessReports } from "../../src/server/process-report.ts";
import type { UsageLine } from "../../src/usage/line.ts";
import { noPromtool, promtool, total } from "../support/metrics.ts";
import { parseMetrics } from "../support/prometheus-text.ts";

const settings = (listed: readonly string[] = [], described: readonly string[] = []): LabelSettings => ({
  defaults: [{ provider: "p", model: "default" }],
  upstreams: new Map([["p", { describes: (model: string) => described.includes(model) }]]) as never,
  catalog: () => new Map([["p", listed.map((id) => ({ id }))]]),
});

const FIGURES: ProcessFigures = {
  cpuUserSeconds: 1,
  cpuSystemSeconds: 0.5,
  startedSeconds: 1_700_000_000,
  residentBytes: 100,
  heapBytes: 50,
  heapUsedBytes: 25,
  externalBytes: 5,
  lateness: { meanSeconds: 0.001, p99Seconds: 0.01, maxSeconds: 0.1 },
  openFiles: 20,
  mostFiles: 1024,
};

const STATE: MetricsState = {
  version: "1.2.3",
  node: "v20.20.2",
  isReady: true,
  openRequests: 2,
  openStreams: 1,
  heldBytes: 10,
  cooldowns: [],
  processes: { wanted: 1, serving: 1, ended: 0 },
  figures: FIGURES,
  reloads: { ok: 0, failed: 0 },
  configuration: { readSeconds: 1_700_000_000, isLast: true },
};

interface Kind {
  readonly model: string;
  readonly client: string | undefined;
  readonly status: number;
  readonly durationMs: number;
  readonly tokens: number;
  readonly ended: string | undefined;
}

const lineOf = ({ model, client, status, durationMs, tokens, ended }: Kind): UsageLine => ({
  ...{ time: "2026-11-28T10:00:00.000Z", provider: "p", asked: model, model: `p/${model}`, client, ended },
  ...{ method: "POST", path: "/v1/messages", status, firstByteMs: durationMs / 2, durationMs },
  ...{ requestBytes: 3, responseBytes: 5, inputTokens: tokens, outputTokens: tokens },
});

const kind = fc.record<Kind>({
  model: fc.oneof(fc.constantFrom("default", "listed", 'with "quotes" and \\ in it'), fc.string({ minLength: 1 })),
  client: fc.constantFrom("anna", "ci", undefined),
  status: fc.constantFrom(200, 204, 304, 400, 429, 499, 500, 529),
  durationMs: fc.integer({ min: 0, max: 700_000 }),
  tokens: fc.nat(100_000),
  ended: fc.constantFrom(undefined, undefined, "client-gone", "upstream-cut-off"),
});

const counter = (known = settings(["listed", 'with "quotes" and \\ in it'])) =>
  new MetricsCounter(known, () => ({ input: 3, output: 15 }), { clockMs: () => 0, lostLines: () => 0 });

describe("the counts of several processes", () => {
  it("are in sum those of the requests, however they are taken, and can be scraped", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(2), fc.boolean(), kind), { maxLength: 60 }), async (steps) => {
        const processes = [counter(), counter(), counter()];
        const whole = new CountTable();
        for (const [index, isTold, request] of steps) {
          processes[index]?.count(lineOf(request), undefined);
          // On its way it is data.
          if (isTold) whole.add(JSON.parse(JSON.stringify(processes[index]?.take())) as Counts);
        }
        for (const one of processes) whole.add(one.take());
        const requests = steps.map(([, , request]) => request);
        for (const format of ["prometheus", "openmetrics"] as const) {
          const metrics = parseMetrics(await metricsText(whole, STATE, format), format);
          expect(total(metrics, "requests_total")).toBe(requests.length);
          const isCancelled = ({ status, ended }: Kind) => status === 499 || ended === "client-gone";
          expect(total(metrics, "requests_total", { outcome: "cancelled" })).toBe(requests.filter(isCancelled).length);
          const isFailed = (one: Kind) => !isCancelled(one) && (one.status >= 400 || one.ended !== undefined);
          expect(total(metrics, "requests_total", { outcome: "failed" })).toBe(requests.filter(isFailed).length);
          const tokens = requests.reduce((sum, one) => sum + one.tokens, 0);
          expect(total(metrics, "tokens_total", { type: "output" })).toBe(tokens);
          expect(total(metrics, "request_duration_seconds_count")).toBe(requests.length);
          const seconds = requests.reduce((sum, one) => sum + one.durationMs, 0) / 1000;
          expect(total(metrics, "request_duration_seconds_sum")).toBeCloseTo(seconds, 6);
          const hasFirstByte = ({ status }: Kind) => status < 400;
          expect(total(metrics, "time_to_first_byte_seconds_count")).toBe(requests.filter(hasFirstByte).length);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("have a limit of series, beyond which all is counted together", () => {
    const table = new CountTable();
    const many = MOST_ROWS.requests + 500;
    for (let index = 0; index < many; index += 1) {
      const row = table.row("requests", ["p", `m${index}`, "anna", "chat"]);
      row[0] = (row[0] ?? 0) + 1;
    }
    const rows = table.rows("requests");
    expect(rows.length).toBe(MOST_ROWS.requests + 1);
    expect(rows.at(-1)).toMatchObject({
      labels: { provider: "other", model: "other", client: "other", operation: "other" },
      numbers: expect.arrayContaining([500]),
    });
    expect(rows.reduce((sum, { numbers: [count = 0] }) => sum + count, 0)).toBe(many);
  });

  it.skipIf(noPromtool)("are as Prometheus wants them where there are as many as can be", async () => {
    const table = new CountTable();
    for (let index = 0; index < MOST_ROWS.requests; index += 1) {
      table.row("requests", ["p", `m${index}`, "anna", "chat"]).fill(1);
      observe(table.row("times", ["p", `m${index}`, "chat", "ok"]), 0, DURATION_MS, index);
    }
    expect(promtool(["check", "metrics"], await metricsText(table, STATE, "prometheus"))).toEqual({
      status: 0,
      said: "",
    });
  });
});

describe("a bucket", () => {
  it.each([
    [0, 0],
    [50, 0],
    [50.1, 1],
    [320_000, DURATION_MS.length - 1],
    [320_001, DURATION_MS.length],
  ])("holds %d ms at place %i", (ms, place) => {
    const row = new Array<number>(DURATION_MS.length + 2).fill(0);
    observe(row, 0, DURATION_MS, ms);
    expect([row.indexOf(1), row.at(-1)]).toEqual([place, ms]);
  });
});

describe("the label of a model", () => {
  it.each([
    ["", "-"],
    ["default", "default"],
    ["listed", "listed"],
    ["described", "described"],
    ["listed-20261101", "listed"],
    ["dated", "dated-20261101"],
    ["whatever", "other"],
    ["sk-ant-api03-MADEUPXkeyMADEUPXkeyMADEUPXkey-abcdwXyZ", "other"],
  ])("%s is %s", (model, label) => {
    expect(new ModelLabels(settings(["listed", "dated-20261101"], ["described"])).label("p", model)).toBe(label);
  });

  it("is that of its provider", () => {
    expect(new ModelLabels(settings(["listed"])).label("q", "listed")).toBe("other");
  });

  it("is known later where a list has changed", () => {
    const listed: string[] = [];
    let nowMs = 0;
    const known = { ...settings(), catalog: () => new Map([["p", listed.map((id) => ({ id }))]]) };
    const counting = new MetricsCounter(known, () => undefined, { clockMs: () => nowMs, lostLines: () => 0 });
    const request = lineOf({
      ...{ model: "new", client: undefined, status: 200, durationMs: 1, tokens: 1, ended: undefined },
    });
    const labelled = () => counting.take().flatMap(([of, [, model]]) => (of === "requests" ? [model] : []));
    counting.count(request, undefined);
    listed.push("new");
    counting.count(request, undefined);
    expect(labelled()).toEqual(["other"]);
    nowMs = 60_001;
    counting.take();
    counting.count(request, undefined);
    expect(labelled()).toEqual(["new"]);
  });
});

describe("what a request is for", () => {
  it.each([
    ["POST", "/v1/messages", "chat"],
    ["POST", "/messages", "chat"],
    ["POST", "/v1/messages/count_tokens", "count_tokens"],
    ["POST", "/v1/embeddings", "embeddings"],
    ["GET", "/v1/messages", "other"],
    ["POST", "/v1/files/abc", "other"],
  ])("%s %s is %s", (method, path, operation) => {
    expect(operationOf(method, path)).toBe(operation);
  });
});

describe("the format", () => {
  it.each([
    ["", "prometheus"],
    ["*/*", "prometheus"],
    ["text/plain", "prometheus"],
    ["application/openmetrics-text", "openmetrics"],
    ["application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", "openmetrics"],
    // @source Prometheus 2.42 and 3.5, which name several with their weights.
    [
      "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
      "openmetrics",
    ],
    [
      "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
      "openmetrics",
    ],
    ["text/plain;q=1,application/openmetrics-text;q=0.5", "prometheus"],
    ["application/openmetrics-text;version=2.0.0", "prometheus"],
    ["application/openmetrics-text;q=0", "prometheus"],
    [",;=,q=", "prometheus"],
  ])("for %j is %s", (accept, format) => {
    expect(formatFor(accept)).toBe(format);
  });
});

describe("the model of a cooldown", () => {
  it.each([
    ["p/m", "p", "m"],
    ["p/a/b (key 2)", "p", "a/b"],
    ["unread", "unread", ""],
  ])("%s is %s, %s", (id, provider, model) => {
    expect(modelOfCooldown({ id })).toEqual({ provider, model });
  });
});

describe("figures of processes", () => {
  it("stay where one has ended, as far as they only grow", () => {
    const reports = new ProcessReports();
    const report = { openRequests: 1, openStreams: 1, heldBytes: 7, figures: FIGURES };
    reports.hear(1, report);
    reports.hear(2, report);
    const both = reports.sum(FIGURES);
    expect(both).toMatchObject({ openRequests: 2, heldBytes: 14, figures: { cpuUserSeconds: 3, residentBytes: 300 } });
    reports.leave(1, true);
    const one = reports.sum(FIGURES);
    expect(one).toMatchObject({ openRequests: 1, heldBytes: 7, figures: { cpuUserSeconds: 3, residentBytes: 200 } });
    expect(reports.ended).toBe(1);
  });
});
