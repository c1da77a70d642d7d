import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeLimits } from "../../src/config/client-limits.ts";
import type { JsonObject } from "../../src/config/json5-value.ts";
import {
  boundDataset,
  compatibilityDate,
  editedWrangler,
  NEWEST_DATE,
  newWrangler,
  parseWrangler,
  type WranglerWanted,
  wranglerEdits,
} from "../../src/worker-project/wrangler-file.ts";
import { limitEdits } from "../../src/worker-project/wrangler-limits.ts";

const wanted: WranglerWanted = {
  date: "2026-04-26",
  secrets: ["KEY"],
  secretsBefore: ["KEY"],
  vars: {},
  varsBefore: {},
};

const edited = (text: string, more: Partial<WranglerWanted> = {}, limits = ""): string => {
  const source = parseWrangler(text, "wrangler.jsonc");
  const after = editedWrangler(source, wranglerEdits(source.value, { ...wanted, ...more }), "wrangler.jsonc");
  const given = judgeLimits(limits, "--limit");
  const edits = limitEdits(after.value as JsonObject, given.ok ? given.value : [], "gw", "wrangler.jsonc");
  return editedWrangler(after, edits, "wrangler.jsonc").text;
};

const WRITTEN = (() => {
  const start = newWrangler(["Yours."]);
  return editedWrangler(start, wranglerEdits(undefined, wanted), "wrangler.jsonc").text;
})();

/** As somebody made it who knows wrangler. */
const HAND_MADE = `// Ours.
{
  "name": "team-llm", // as in the contract
  "main": "worker.mjs",
  /* frozen by ops */ "compatibility_date": "2025-11-01",
  "compatibility_flags": ["nodejs_compat", "enable_request_signal", "global_fetch_strictly_public"],
  "account_id": "0123",
  "vars": { "TEAM": "blue", },
  "routes": [
    // the old one
    "old.example.com/*",
  ],
  "secrets": { "required": ["KEY", "OWN_SECRET"] },
  "observability": { "enabled": true, "head_sampling_rate": 0.1 },
}
`;

describe("wrangler.jsonc", () => {
  it("is the same when it is written again", () => {
    expect(edited(WRITTEN)).toBe(WRITTEN);
  });

  it("keeps every byte of what its user made", () => {
    expect(edited(HAND_MADE)).toBe(HAND_MADE);
  });

  it("gets only what is new", () => {
    const after = edited(HAND_MADE, { secrets: ["KEY", "TOKEN"] });
    expect(after).toBe(HAND_MADE.replace('"OWN_SECRET"]', '"OWN_SECRET", "TOKEN"]'));
  });

  it("loses only what was ours", () => {
    expect(edited(HAND_MADE, { secrets: [] })).toBe(HAND_MADE.replace('"KEY", ', ""));
  });

  it("gets a custom domain beside the routes that are there, and is no longer on workers.dev", () => {
    const after = edited(HAND_MADE, { customDomain: "llm.example.com" });
    expect(parseWrangler(after, "").value).toMatchObject({
      routes: ["old.example.com/*", { pattern: "llm.example.com", custom_domain: true }],
      workers_dev: false,
    });
    expect(after).toContain("// the old one");
    expect(edited(after, { customDomain: "llm.example.com" })).toBe(after);
    const moved = parseWrangler(edited(after, { customDomain: "ai.example.com", domainBefore: "llm.example.com" }), "");
    expect(moved.value.routes).toEqual(["old.example.com/*", { pattern: "ai.example.com", custom_domain: true }]);
  });

  it("gets and loses shared cooldowns, but never their migration", () => {
    const shared = edited(HAND_MADE, { sharedCooldowns: true });
    expect(parseWrangler(shared, "").value).toMatchObject({
      durable_objects: { bindings: [{ name: "OPENCLAW_COOLDOWNS", class_name: "SharedCooldowns" }] },
      migrations: [{ tag: "shared-cooldowns", new_sqlite_classes: ["SharedCooldowns"] }],
    });
    expect(edited(shared, { sharedCooldowns: true })).toBe(shared);
    const own = parseWrangler(edited(shared, { sharedCooldowns: false }), "").value;
    expect(own).not.toHaveProperty("durable_objects");
    expect(own).toHaveProperty("migrations");
  });

  it.each([
    [
      "deleted",
      [
        { tag: "shared-cooldowns", new_sqlite_classes: ["SharedCooldowns"] },
        { tag: "v2", deleted_classes: ["SharedCooldowns"] },
      ],
      "shared-cooldowns-2",
    ],
    ["of another", [{ tag: "shared-cooldowns", new_sqlite_classes: ["Own"] }], "shared-cooldowns-2"],
    [
      "there",
      [
        { tag: "v7", new_sqlite_classes: ["Own", "SharedCooldowns"] },
        { tag: "v8", deleted_classes: ["Own"] },
      ],
      undefined,
    ],
  ])("gets a migration with a tag of its own where the class is %s", (_, migrations, tag) => {
    const text = edited(JSON.stringify({ migrations }), { sharedCooldowns: true });
    const added = tag === undefined ? [] : [{ tag, new_sqlite_classes: ["SharedCooldowns"] }];
    expect(parseWrangler(text, "").value.migrations).toEqual([...migrations, ...added]);
    expect(edited(text, { sharedCooldowns: true })).toBe(text);
  });

  it("gets and loses the dataset of usage, beside others", () => {
    const written = edited(HAND_MADE, { usage: true });
    expect(parseWrangler(written, "").value).toMatchObject({
      analytics_engine_datasets: [{ binding: "OPENCLAW_USAGE", dataset: "usage_team_llm" }],
    });
    expect([edited(written), edited(written, { usage: true })]).toEqual([written, written]);
    expect(boundDataset(parseWrangler(written, "").value)).toBe("usage_team_llm");
    expect(edited(written, { usage: false })).toBe(HAND_MADE);
    expect(edited(HAND_MADE, { usage: false })).toBe(HAND_MADE);

    const both = edited('{ "analytics_engine_datasets": [{ "binding": "OWN" }] }', { usage: true, name: "gw-2" });
    const OWN = { binding: "OWN" };
    const datasets = [OWN, { binding: "OPENCLAW_USAGE", dataset: "usage_gw_2" }];
    expect(parseWrangler(both, "").value).toMatchObject({ analytics_engine_datasets: datasets });
    const own = parseWrangler(edited(both, { usage: false }), "").value;
    expect(own).toMatchObject({ analytics_engine_datasets: [OWN] });
    expect(boundDataset(own)).toBeUndefined();
    const USAGE = { binding: "OPENCLAW_USAGE" };
    const twice = JSON.stringify({ analytics_engine_datasets: [USAGE, OWN, USAGE] });
    expect(parseWrangler(edited(twice, { usage: false }), "").value.analytics_engine_datasets).toEqual([OWN]);
  });

  it("keeps the dataset that its user named", () => {
    const text = '{ "analytics_engine_datasets": [{ "binding": "OPENCLAW_USAGE", "dataset": "llm" }] }';
    expect(parseWrangler(edited(text, { usage: true, name: "gw" }), "").value).toMatchObject({
      analytics_engine_datasets: [{ binding: "OPENCLAW_USAGE", dataset: "llm" }],
    });
    expect(boundDataset(parseWrangler(text, "").value)).toBe("llm");
    expect(boundDataset({ analytics_engine_datasets: [{ binding: "OPENCLAW_USAGE" }] })).toBe("OPENCLAW_USAGE");
  });

  it("is not edited where `analytics_engine_datasets` is no list", () => {
    for (const value of ["[1]", "{}", '"x"', "null"])
      expect(() => edited(`{ "analytics_engine_datasets": ${value} }`, { usage: false })).not.toThrow();
    for (const value of ["{}", '"x"'])
      expect(() => edited(`{ "analytics_engine_datasets": ${value} }`, { usage: true })).toThrow("project.syntax");
  });

  it("has one binding for each rate, which follow from the variable", () => {
    const limited = edited(HAND_MADE, {}, "120/minute,anna=60/10s,ben=120/minute");
    const { vars, ratelimits } = parseWrangler(limited, "").value;
    expect(vars).toEqual({ TEAM: "blue", OPENCLAW_GATEWAY_LIMITS: "120/minute,anna=60/10s,ben=120/minute" });
    expect(ratelimits).toMatchObject([
      { name: "OPENCLAW_LIMIT_120_PER_60S", simple: { limit: 120, period: 60 } },
      { name: "OPENCLAW_LIMIT_60_PER_10S", simple: { limit: 60, period: 10 } },
    ]);
    expect(edited(limited)).toBe(limited);
    const other = parseWrangler(edited(limited, {}, "none,anna=default,ben=default,ci=5/minute"), "").value;
    expect(other.ratelimits).toMatchObject([{ name: "OPENCLAW_LIMIT_5_PER_60S" }]);
    const none = parseWrangler(edited(limited, {}, "none,anna=default,ben=default"), "").value;
    expect([none.vars, none.ratelimits]).toEqual([{ TEAM: "blue" }, undefined]);
  });

  it("follows what its user wrote into the variable of the limits", () => {
    const byHand = HAND_MADE.replace('"TEAM": "blue"', '"OPENCLAW_GATEWAY_LIMITS": "7/minute"');
    expect(parseWrangler(edited(byHand), "").value.ratelimits).toMatchObject([{ name: "OPENCLAW_LIMIT_7_PER_60S" }]);
    expect(() => edited(byHand.replace("7/minute", "7 a day"))).toThrow("project.syntax");
  });

  it("of any shape is edited once: a second time there is nothing to do, and what is its user's own stays", () => {
    const own = fc.dictionary(
      fc.constantFrom(
        "name",
        "vars",
        "routes",
        "account_id",
        "durable_objects",
        "migrations",
        "analytics_engine_datasets",
        "observability",
        "dev",
      ),
      fc.oneof(
        fc.string(),
        fc.constant({}),
        fc.constant([]),
        fc.constant([{ a: 1 }]),
        fc.constant({ bindings: [{ name: "X" }] }),
      ),
    );
    const more = {
      customDomain: "llm.example.com",
      sharedCooldowns: true,
      usage: true,
      vars: { OPENCLAW_LOG_LEVEL: "debug" },
    };
    fc.assert(
      fc.property(own, fc.boolean(), (value, isSpread) => {
        const text = JSON.stringify(value, null, isSpread ? 2 : 0);
        let once: string;
        try {
          once = edited(text, more, "5/minute");
        } catch (error) {
          // Something is in the way, and it says so.
          expect(error).toMatchObject({ code: "project.syntax" });
          return;
        }
        expect(edited(once, { ...more, varsBefore: more.vars }, "5/minute")).toBe(once);
        const after = parseWrangler(once, "").value;
        if (value.account_id !== undefined) expect(after.account_id).toEqual(value.account_id);
        if (value.dev !== undefined) expect(after.dev).toEqual(value.dev);
        if (value.name !== undefined) expect(after.name).toEqual(value.name);
      }),
    );
  });

  it("takes a new name only when it is given", () => {
    expect(edited(HAND_MADE, { name: "other" })).toBe(HAND_MADE.replace("team-llm", "other"));
  });

  it.each([["[]"], ["{"], [""], ['{"name": 1,,}']])("cannot be edited as %j", (text) => {
    expect(() => parseWrangler(text, "wrangler.jsonc")).toThrow("project.syntax");
  });

  it("is not edited where something is in the way", () => {
    expect(() => edited('{ "route": "a.example.com/*" }', { customDomain: "llm.example.com" })).toThrow(
      "project.syntax",
    );
    expect(() => edited('{ "secrets": "none" }', { secretsBefore: [] })).toThrow("project.syntax");
  });

  it("has today's date, or the newest that wrangler's own runtime knows", async () => {
    expect(compatibilityDate(new Date("2026-11-28T10:00:00Z"))).toBe(NEWEST_DATE);
    expect(compatibilityDate(new Date("2026-03-01T23:59:59Z"))).toBe("2026-03-01");
    const { compatibilityDate: known } = (await import("workerd" as string)) as { compatibilityDate: string };
    expect(NEWEST_DATE).toBe(known);
  });
});
