import { expect, it } from "vitest";
import { loadTexts } from "../../src/text/language.ts";
import type { Texts } from "../../src/text/message.ts";
import { grouped } from "../../src/text/numbers.ts";

it.each([
  [0, "0"],
  [999, "999"],
  [5_680, "5,680"],
  [1_234_567, "1,234,567"],
  [4_210.9, "4,210.9"],
  [0.25, "0.25"],
])("%d is written %s", (number, text) => {
  expect(grouped(number)).toBe(text);
});

const N = 5_680;

const SENTENCES: Readonly<Record<string, (text: Texts) => string>> = {
  "usage, client stopped": ({ usage }) => usage.cancelled(N),
  "usage, unpriced": ({ usage }) => usage.unpriced(N),
  "usage, damaged": ({ usage }) => usage.damaged(N),
  "usage, first rows": ({ usage }) => usage.mostRows(N),
  "usage, other rows": ({ usage }) => usage.others(N),
  "usage, kept of a sample": ({ usage }) => usage.sampled({ points: N, requests: 1 }),
  "usage, all of a sample": ({ usage }) => usage.sampled({ points: 1, requests: N }),
  "top, open": ({ top }) => top.open(N),
  "top, per minute": ({ top }) => top.perMinute(N),
  "top, failed": ({ top }) => top.failedRequests(N),
  "page, open": ({ dashboard }) => dashboard.health.open(N),
  "page, failed": ({ dashboard }) => dashboard.groups.failed(N),
  "log, cut off": ({ server }) => server.cutOff(N),
  "log, not recorded": ({ server }) => server.usageRecovered(N),
  "status, open": ({ service }) => service.processesServe({ wanted: 1, pids: [1], openRequests: N }),
  "models saved": ({ models }) => models.saved({ provider: "p", models: N, file: "f" }),
  "lines pasted": ({ terminal }) => terminal.pasted(N),
  "rate limit": ({ cloudflare }) => cloudflare.hasRateLimit({ requests: N, seconds: 1 }),
};

it.each(["en", "zh-TW"] as const)("a sentence has numbers as a table has them (%s)", async (language) => {
  const text = await loadTexts(language);
  for (const [name, say] of Object.entries(SENTENCES))
    expect([name, say(text)]).toEqual([name, expect.stringContaining("5,680")]);
});

it("what is typed stays as it is", async () => {
  const { config, service } = await loadTexts("en");
  expect(config.expected.wholeBetween({ min: 1, max: 65_535 })).toBe("a whole number from 1 to 65535");
  expect(service.startOnPort({ port: 18_789, commands: ["a", "b"] })).toContain("18789");
});
