import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { COOLDOWNS_MS, type FaultClass } from "../../src/gateway/cooldowns.ts";
import { faultClassOf, recoveryFor } from "../../src/gateway/failover.ts";
import { toFailure } from "../../src/gateway/upstream-failure.ts";
import { diagnoseFailure } from "../../src/providers/cloudflare-ai-gateway/diagnose.ts";
import { CASES } from "../support/diagnosis-cases.ts";

type Verdict = ReturnType<typeof recoveryFor>;

/** The kind of cooldown after each of them, by the code. */
const CLASSES = new Map<string, Set<FaultClass>>();

/** What the local gateway does after each answer that a diagnosis is known by, by the code. */
const VERDICTS = new Map<string, Map<number, Verdict>>();
for (const [code, what, sent] of CASES) {
  if ("kind" in what || sent.account !== undefined || what.status < 400) continue;
  const finding = diagnoseFailure({ ok: true, value: what }, sent, []);
  const { status, headers, body } = what;
  const failed = {
    kind: "response",
    status,
    headers: Object.entries(headers).flat(),
    body: Buffer.from(body),
  } as const;
  const verdicts = VERDICTS.get(code) ?? new Map();
  const failure = toFailure(failed, finding);
  VERDICTS.set(code, verdicts.set(status, recoveryFor(failure)));
  if (recoveryFor(failure) === "next-model")
    CLASSES.set(code, (CLASSES.get(code) ?? new Set()).add(faultClassOf(failure)));
}

const WORDS: Readonly<Record<string, Verdict>> = {
  "the next model": "next-model",
  "the same again": "retry-same",
  "the error": "none",
};

const PAGE = readFileSync(join(import.meta.dirname, "..", "..", "docs", "gateway.md"), "utf8");

const DOCUMENTED = new Map(
  PAGE.split("\n").flatMap((line) => {
    const [, , codes = "", then = ""] = line.split("|").map((cell) => cell.trim());
    const verdict = WORDS[then];
    return verdict === undefined ? [] : [...codes.matchAll(/`([^`]+)`/g)].map(([, code]) => [code, verdict] as const);
  }),
);

describe("docs/gateway.md", () => {
  it("says what the gateway does after a failure", () => {
    expect(DOCUMENTED.size).toBeGreaterThan(30);
    for (const [code, verdict] of DOCUMENTED)
      expect([code, ...new Set(VERDICTS.get(code ?? "")?.values())]).toEqual([code, verdict]);
  });

  it("names every diagnosis whose status alone would decide otherwise", () => {
    const byStatus = (status: number): Verdict => (status === 429 || status >= 500 ? "next-model" : "none");
    const special = [...VERDICTS].filter(([, verdicts]) =>
      [...verdicts].some(([status, verdict]) => verdict !== byStatus(status)),
    );
    const left = special.map(([code]) => code).filter((code) => !DOCUMENTED.has(code));
    // With a 404 only, which the table says of models.
    expect(left.sort()).toEqual(["api.model-not-found", "workers-ai.model-not-found"]);
  });

  it("says which failures wait for a payment, and how long each class cools down", () => {
    const unpaid = [...CLASSES].flatMap(([code, classes]) => (classes.has("payment") ? [code] : []));
    expect(unpaid.sort()).toEqual([
      "anthropic.billing",
      "anthropic.no-credit",
      "gateway.no-credits",
      "gateway.payment-required",
      "gateway.spend-limit",
      "openai.no-credit",
      "workers-ai.allocation-used",
    ]);
    const shown = (ms: number) =>
      ms < 60_000 ? `${ms / 1000} s` : ms < 3.6e6 ? `${ms / 60_000} min` : `${ms / 3.6e6} h`;
    const steps = (fault: FaultClass) => [...COOLDOWNS_MS[fault]].map(shown);
    const inTurn = (fault: FaultClass) =>
      steps(fault)
        .join(", ")
        .replace(/, ([^,]*)$/, ", then $1");
    for (const fault of ["limit", "moment"] as const) expect(PAGE).toContain(`| ${inTurn(fault)} `);
    expect(PAGE).toContain(`| ${steps("payment")[0]}, then twice as long each time, up to ${steps("payment").at(-1)} `);
    expect(PAGE).toContain(`| ${steps("refusal")[0]}, with every model that cools down asked before it `);
  });
});
