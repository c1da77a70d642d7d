import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { recoveryFor } from "../../src/gateway/failover.ts";
import { toFailure } from "../../src/gateway/upstream-failure.ts";
import { diagnoseFailure } from "../../src/providers/cloudflare-ai-gateway/diagnose.ts";
import { CASES } from "../support/diagnosis-cases.ts";

type Verdict = ReturnType<typeof recoveryFor>;

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
  VERDICTS.set(code, verdicts.set(status, recoveryFor(toFailure(failed, finding))));
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
});
