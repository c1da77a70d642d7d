import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPass, markOfPass, PASS_MS, PageSessions, Passes } from "../../src/config/page-session.ts";
import { challenge } from "../../src/config/token-proof.ts";
import { Secret } from "../../src/core/secret.ts";

const MAIN = new Secret("CANARY-main-token-that-is-long-enough-for-all");
const ANNA = new Secret("CANARY-annas-token-that-is-long-enough-for-all");
const TOKENS = [
  { name: undefined, token: MAIN },
  { name: "anna", token: ANNA },
];
const NOW = Date.parse("2026-11-28T10:00:00Z");
const HOURS_MS = 60 * 60_000;

describe("a pass", () => {
  it("is good once, within a minute, for whom it was given to", () => {
    const passes = new Passes();
    const pass = passes.give("anna", 0, randomBytes);
    const late = passes.give(undefined, 0, randomBytes);
    expect(isPass(pass)).toBe(true);
    expect(passes.has(markOfPass(pass))).toBe(true);
    expect(passes.take(pass, PASS_MS - 1)).toEqual({ name: "anna" });
    expect(passes.has(markOfPass(pass))).toBe(false);
    expect(passes.take(pass, PASS_MS - 1)).toBeUndefined();
    expect(passes.take(late, PASS_MS)).toBeUndefined();
    expect(passes.take("ocp_", 0)).toBeUndefined();
  });

  it("ends with the token that it was given for", () => {
    const passes = new Passes();
    const [main, annas] = [undefined, "anna"].map((name) => passes.give(name, 0, randomBytes));
    passes.keepOf((name) => name === undefined);
    expect(passes.take(annas ?? "", 1)).toBeUndefined();
    expect(passes.take(main ?? "", 1)).toEqual({ name: undefined });
  });

  it("is forgotten where there are too many, so that memory does not grow", () => {
    const passes = new Passes();
    const all = Array.from({ length: 1_000 }, () => passes.give(undefined, 0, randomBytes));
    expect(all.filter((pass) => passes.take(pass, 1) !== undefined)).toHaveLength(100);
    expect(new Set(all).size).toBe(1_000);
  });
});

describe("a session", () => {
  it("is known to every process with the same tokens, for twelve hours", () => {
    for (const name of [undefined, "anna"]) {
      const { session, untilMs } = new PageSessions(TOKENS).make(name, NOW, randomBytes) ?? { session: "", untilMs: 0 };
      expect(untilMs - NOW).toBe(12 * HOURS_MS);
      const others = new PageSessions(TOKENS.toReversed());
      expect(others.holderOf(session, NOW)).toEqual({ name, untilMs });
      expect(others.holderOf(session, untilMs - 1)).toEqual({ name, untilMs });
      expect(others.holderOf(session, untilMs)).toBeUndefined();
    }
    expect(new PageSessions(TOKENS).make("nobody", NOW, randomBytes)).toBeUndefined();
  });

  it("ends with its token, and with no other", () => {
    const { session = "" } = new PageSessions(TOKENS).make("anna", NOW, randomBytes) ?? {};
    expect(new PageSessions(TOKENS.slice(1)).holderOf(session, NOW)).toMatchObject({ name: "anna" });
    expect(new PageSessions(TOKENS.slice(0, 1)).holderOf(session, NOW)).toBeUndefined();
    expect(new PageSessions([{ name: "anna", token: MAIN }]).holderOf(session, NOW)).toBeUndefined();
  });

  it("is nobody's if anything of it is another", () => {
    const sessions = new PageSessions(TOKENS);
    const { session = "" } = sessions.make("anna", NOW, randomBytes) ?? {};
    fc.assert(
      fc.property(fc.nat({ max: session.length - 1 }), fc.constantFrom(..."aZ09-_."), (place, other) => {
        const changed = session.slice(0, place) + other + session.slice(place + 1);
        const found = sessions.holderOf(changed, NOW);
        // The last character has two bits that say nothing.
        if (changed === session || place === session.length - 1) return;
        expect(found).toBeUndefined();
      }),
    );
    for (const text of [
      "",
      "ocs_",
      `${session}a`,
      session.slice(0, -1),
      session.replace("ocs_", "ocp_"),
      MAIN.reveal(),
    ])
      expect(sessions.holderOf(text, NOW)).toBeUndefined();
  });

  it("has nothing of a token in it", () => {
    const { session = "" } = new PageSessions(TOKENS).make("anna", NOW, randomBytes) ?? {};
    const bytes = session.split(".").map((part) => Buffer.from(part, "base64url").toString("latin1"));
    expect([session, ...bytes].join()).not.toContain("CANARY");
  });
});

describe("a command's proof for the page", () => {
  it("is known by any token, and answered with one", () => {
    for (const { name, token } of TOKENS) {
      const asked = challenge(token, randomBytes, "page");
      const proved = new PageSessions(TOKENS).proved(Object.values(asked.headers)[0] ?? "");
      expect(proved?.name).toBe(name);
      expect(asked.isProvedBy(proved?.reply)).toBe(true);
    }
  });

  it("is none if it was made to ask who is there, or by another token", () => {
    const sessions = new PageSessions(TOKENS);
    const plain = challenge(MAIN, randomBytes);
    const strange = challenge(new Secret("another-token-that-is-long-enough-for-all"), randomBytes, "page");
    for (const { headers } of [plain, strange])
      expect(sessions.proved(Object.values(headers)[0] ?? "")).toBeUndefined();
    expect(sessions.proved("")).toBeUndefined();
  });
});
