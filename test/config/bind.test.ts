import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { meantBind } from "../../src/config/bind.ts";
import { en } from "../../src/text/en/index.ts";
import { doctor, faults, homeWith, readConfig } from "../support/doctor.ts";
import { configPath } from "../support/home-files.ts";
import { openclaw, temporaryHome } from "../support/program.ts";

const WORDS = [
  ["0.0.0.0", "lan"],
  ["any", "lan"],
  ["*", "lan"],
  ["::", "lan"],
  ["LAN", "lan"],
  ["localhost", "loopback"],
  ["127.0.0.1", "loopback"],
  ["lopback", "loopback"],
  ["tailscale", "tailnet"],
] as const;

describe("gateway.bind in another program's words", () => {
  it.each(WORDS)("%s suggests %s", (word, meant) => {
    expect(meantBind(word)?.(en)).toBe(`Did you mean \`${meant}\`?`);
  });

  it.each(["192.168.1.5", "fe80::1"])("%s suggests custom", (address) => {
    expect(meantBind(address)?.(en)).toContain("use `custom`");
  });

  it.each(["nonsense", "", 7, null])("%j suggests nothing", (value) => {
    expect(meantBind(value)).toBeUndefined();
  });

  it.each(["0.0.0.0", "localhost", "any"])(
    "%s is explained by the doctor, in every error, and for every flag",
    async (word) => {
      const meant = word === "localhost" ? "loopback" : "lan";
      const home = await homeWith((config) => {
        config.gateway.bind = word;
      });
      expect(faults(await doctor(home), "config.schema")).toMatchObject([{ fix: `Did you mean \`${meant}\`?` }]);
      const run = await openclaw(["gateway", "run"], { home });
      expect(run).toMatchObject({ status: 78, stderr: expect.stringContaining(`Did you mean \`${meant}\`?`) });
      const flag = ["onboard", "--non-interactive", "--auth-choice", "skip", "--gateway-bind", word];
      expect(await openclaw(flag, { home: temporaryHome() })).toMatchObject({
        status: 2,
        stderr: expect.stringContaining(`--gateway-bind: Invalid value "${word}". Did you mean \`${meant}\`?`),
      });
    },
  );
});

it("a word near an allowed one is suggested for any setting", async () => {
  const home = await homeWith();
  const config = readConfig(home);
  config.gateway.auth.mode = "tokn";
  config.models.mode = "marge";
  writeFileSync(configPath(home), JSON.stringify(config));
  expect(faults(await doctor(home), "config.schema").map(({ fix }) => fix)).toEqual([
    "Did you mean `merge`?",
    "Did you mean `token`?",
  ]);
});
