import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { waitMs } from "../../src/dashboard/backoff.ts";
import { bytes, millis, percent, span, TimeFormat } from "../../src/dashboard/format.ts";
import { stopOf } from "../../src/dashboard/layers.ts";
import { added, ticks } from "../../src/dashboard/series.ts";
import { tokenIn } from "../../src/dashboard/token.ts";
import { dashboard as english } from "../../src/text/en/dashboard.ts";
import { grouped } from "../../src/text/numbers.ts";
import { dashboard as chinese } from "../../src/text/zh-TW/dashboard.ts";
import { shortCount, shownCost, shownUsd } from "../../src/usage/shown.ts";

describe("what the page reads", () => {
  it.each([
    ["#token=abc", "abc"],
    ["#token=a%2Bb%2F%3D", "a+b/="],
    ["#token=a+b", "a+b"],
    ["#x=1&token=ocp_1", "ocp_1"],
    ["#token=", undefined],
    ["#token=a b", undefined],
    ["#token=%E5%AF%86", undefined],
    ["#use", undefined],
    ["", undefined],
  ])("the token of %s as %s", (fragment, token) => expect(tokenIn(fragment)).toBe(token));

  it.each([
    ["ai-gateway", "cloudflare"],
    ["cloudflare-edge", "cloudflare"],
    ["tls", "network"],
    ["anthropic", "provider"],
    ["configuration", "gateway"],
    ["this machine", "gateway"],
    ["client", "client"],
    ["unknown", undefined],
    ["constructor", undefined],
  ])("the layer %s as %s", (layer, stop) => expect(stopOf(layer)).toBe(stop));
});

describe("what the page shows", () => {
  it.each([
    [shortCount(0), "0"],
    [shortCount(999), "999"],
    [shortCount(999.6), "999.6"],
    [shortCount(12_345), "12.3k"],
    [shortCount(999_600), "1M"],
    [shortCount(3_120_000_000), "3.12G"],
    [grouped(1_234_567), "1,234,567"],
    [shownUsd(0), "$0.00"],
    [shownUsd(0.00001), "<$0.0001"],
    [shownUsd(0.0042), "$0.0042"],
    [shownUsd(1_234.5), "$1,234.50"],
    [shownCost({ costUsd: null, unpricedRequests: 2 }), "?"],
    [shownCost({ costUsd: 1, unpricedRequests: 2 }), "$1.00+?"],
    [shownCost({ costUsd: 1, unpricedRequests: 0 }), "$1.00"],
    [millis(null), "–"],
    [millis(999.4), "999 ms"],
    [millis(999.6), "1.0 s"],
    [millis(75_000), "75 s"],
    [bytes(512), "512 B"],
    [bytes(1_536), "1.5 KiB"],
    [bytes(412_000), "402 KiB"],
    [bytes(3 * 1024 ** 3), "3 GiB"],
    [percent(1, 3), "33 %"],
    [percent(1, 100_000), "<0.1 %"],
    [percent(99_999, 100_000), ">99.9 %"],
    [percent(0, 0), "–"],
    [span(0, english().units), "0 s"],
    [span(-5, english().units), "0 s"],
    [span(65_000, english().units), "1 min 5 s"],
    [span(3_600_000, english().units), "1 h"],
    [span(277_440_000, chinese().units), "3 天 5 小時"],
  ])("%s", (shown, wanted) => expect(shown).toBe(wanted));

  it("times of day in 24 hours, in both languages", () => {
    const ms = new Date(2026, 10, 28, 0, 5, 9).getTime();
    expect(["en", "zh-TW"].map((language) => new TimeFormat(language).clock(ms))).toEqual(["00:05:09", "00:05:09"]);
    expect(["en", "zh-TW"].map((language) => new TimeFormat(language).day(ms))).toEqual(["Nov 28", "11月28日"]);
  });

  it("an axis that ends at or above the largest value, with few steps", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (most) => {
        const steps = ticks(most, 3);
        expect(steps.at(-1)).toBeGreaterThanOrEqual(most * 0.999_99);
        expect(steps.length).toBeGreaterThanOrEqual(2);
        expect(steps.length).toBeLessThanOrEqual(8);
      }),
    );
  });

  it("sums of which a part is not known", () => {
    expect(added([1, null, null], [2, 3, null])).toEqual([3, 3, null]);
    expect(added()).toEqual([]);
  });

  it("tries again after 1 s, then later, never later than 15 s", () => {
    expect([1, 2, 3, 4, 5, 50].map((failures) => waitMs(failures, 1))).toEqual([
      1_000, 2_000, 4_000, 8_000, 15_000, 15_000,
    ]);
    expect(waitMs(1, 0)).toBe(800);
  });
});

describe("the texts of the page", () => {
  const textsOf = (value: unknown): readonly string[] =>
    typeof value === "string"
      ? [value]
      : typeof value === "object" && value !== null
        ? Object.values(value).flatMap(textsOf)
        : [];

  it("are Chinese where they are not names", () => {
    const same = textsOf(english()).filter((text) => textsOf(chinese()).includes(text));
    expect(same.toSorted()).toEqual(["Cloudflare", "p50", "p95"]);
  });
});
