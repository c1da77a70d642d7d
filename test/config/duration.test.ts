import { describe, expect, it } from "vitest";
import { durationMs } from "../../src/config/duration.ts";

describe("a time", () => {
  it.each([
    ["90", 90_000],
    ["90s", 90_000],
    ["10m", 600_000],
    [" 10 M ", 600_000],
    ["1h", 3_600_000],
    ["24h", 86_400_000],
    ["86400", 86_400_000],
    ["86401", undefined],
    ["25h", undefined],
    ["0", undefined],
    ["0s", undefined],
    ["-1s", undefined],
    ["1.5h", undefined],
    ["1d", undefined],
    ["1h30m", undefined],
    ["ten", undefined],
    ["", undefined],
  ])("%j", (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });
});
