import { describe, expect, it } from "vitest";
import {
  judgeLimits,
  limitFor,
  limitsText,
  mergeLimits,
  NO_LIMITS,
  rateBindings,
} from "../../src/config/client-limits.ts";
import { shownProblem } from "../../src/core/result.ts";
import { en } from "../../src/text/en/index.ts";

function limits(text: string, before = NO_LIMITS) {
  const judged = judgeLimits(text, "--limit");
  if (!judged.ok) throw new Error(judged.error.map((problem) => shownProblem(problem, en).message).join("\n"));
  return mergeLimits(before, judged.value);
}

const problemsOf = (text: string) => {
  const judged = judgeLimits(text, "--limit");
  return judged.ok ? [] : judged.error.map((problem) => shownProblem(problem, en).message);
};

describe("limits of clients", () => {
  it.each([
    ["60/minute", "60/minute"],
    [" alice = 60 / min , 10/10s,", "10/10s,alice=60/minute"],
    ["alice=5/60s,ci=none,1000000/M", "1000000/minute,alice=5/minute,ci=none"],
    ["none", ""],
    ["alice=default", ""],
    ["", ""],
  ])("are read from %j", (text, written) => {
    expect(limitsText(limits(text))).toBe(written);
    expect(limitsText(limits(limitsText(limits(text))))).toBe(written);
  });

  it.each([
    ["60", "Limit 1 is not a rate that Cloudflare can count."],
    ["60/hour", "Limit 1 is not a rate that Cloudflare can count."],
    ["0/minute", "Limit 1 is not a rate that Cloudflare can count."],
    ["1000001/minute", "Limit 1 is not a rate that Cloudflare can count."],
    ["1.5/minute", "Limit 1 is not a rate that Cloudflare can count."],
    ["alice=", "Limit 1 is not a rate that Cloudflare can count."],
    ["1/minute,=1/minute", "Limit 2 has a name that is not allowed."],
    ["a b=1/minute", "Limit 1 has a name that is not allowed."],
    ["sk-ant-api03-CANARYCANARYCANARYCANARY=1/minute", "Limit 1 has a name that is not allowed."],
    ["alice=1/minute,alice=2/minute", 'There are two limits for "alice".'],
    ["1/minute,2/minute", "There are two limits without a name."],
  ])("refuse %j", (text, message) => {
    expect(problemsOf(text)).toEqual([message]);
  });

  it("hold for a name, else for everyone", () => {
    const known = limits("120/minute,alice=60/10s,ci=none");
    expect(limitFor(known, "alice")).toEqual({ requests: 60, periodS: 10 });
    expect(limitFor(known, "ci")).toBeUndefined();
    for (const name of ["bob", undefined]) expect(limitFor(known, name)).toEqual({ requests: 120, periodS: 60 });
    expect(limitFor(NO_LIMITS, "bob")).toBeUndefined();
  });

  it("keep what a later flag does not name", () => {
    const before = limits("120/minute,alice=60/10s,ci=none");
    expect(limitsText(limits("bob=1/minute,ci=default", before))).toBe("120/minute,alice=60/10s,bob=1/minute");
    expect(limitsText(limits("none", before))).toBe("alice=60/10s,ci=none");
  });

  it("are counted by one binding for each rate, apart from those of other Workers", () => {
    const all = limits("120/minute,alice=60/10s,bob=120/minute,ci=none");
    const bindings = rateBindings(all, "gateway");
    expect(bindings.map(({ name }) => name)).toEqual(["OPENCLAW_LIMIT_120_PER_60S", "OPENCLAW_LIMIT_60_PER_10S"]);
    const ids = [...bindings, ...rateBindings(all, "other")].map(({ namespaceId }) => namespaceId);
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[1-9]\d{0,9}$/);
    expect(rateBindings(NO_LIMITS, "gateway")).toEqual([]);
  });
});
