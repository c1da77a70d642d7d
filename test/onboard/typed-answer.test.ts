import { describe, expect, it } from "vitest";
import { Secret } from "../../src/core/secret.ts";
import type { Answer } from "../../src/onboard/answers.ts";
import { problemWith, readAnswer } from "../../src/onboard/typed-answer.ts";
import { cloudflareAiGateway as provider } from "../../src/providers/cloudflare-ai-gateway/provider.ts";
import { en } from "../../src/text/en/index.ts";
import { say } from "../../src/text/message.ts";
import { ACCOUNT, CANARY_KEY, CANARY_TOKEN } from "../support/program.ts";

function field(id: string) {
  const found = provider.fields.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}

/** What the question about a field makes of an answer. */
const asked = (question: string) => ({ kind: "wizard", question }) as const;
const PRESET: Answer = { kind: "value", value: "kept", source: { kind: "file", path: "openclaw.json" } };
const problem = (raw: string, id: string, preset?: Answer) =>
  problemWith(raw, { field: field(id), provider, preset }, en);
function read(raw: string, id: string, preset?: Answer) {
  const { notes, ...rest } = readAnswer(raw, { field: field(id), provider, preset });
  return { ...rest, notes: notes.map((note) => say(note, en)) };
}

describe("problemWith", () => {
  it("lets Enter alone pass where there is something to keep, or nothing is needed", () => {
    expect(problem("", "accountId", PRESET)).toBeUndefined();
    expect(problem(" \n", "gatewayToken")).toBeUndefined();
    expect(problem("", "accountId")).toBe("Account ID is required.");
  });

  it.each([
    [CANARY_KEY, "accountId"],
    [`"${CANARY_KEY}"\n`, "gatewayId"],
    [CANARY_TOKEN, "apiKey"],
    [CANARY_KEY, "gatewayToken"],
    [`${CANARY_KEY}\nmy-gw`, "accountId"],
    [`CLOUDFLARE_ACCOUNT_ID=${CANARY_KEY}\nx=y`, "accountId"],
    [`${CANARY_KEY} and more`, "apiKey"],
  ])("refuses a credential in the wrong place without repeating it (%#)", (raw, id) => {
    const text = problem(raw, id);
    expect(text).toBeTypeOf("string");
    expect(text).not.toContain("CANARY");
  });

  it("finds nothing wrong with a block that speaks about other questions only", () => {
    expect(problem(`\nANTHROPIC_API_KEY=${CANARY_KEY}\nx=y\n`, "accountId")).toBeUndefined();
  });

  it("judges the first of several plain lines", () => {
    expect(problem("my-gw\nnot an id", "gatewayId")).toBeUndefined();
    expect(problem("not an id\nmy-gw", "gatewayId")).toMatch(/a space or tab at character 4/);
  });
});

describe("readAnswer", () => {
  it("leaves what is configured to the configuration on Enter alone, and keeps what was given before", () => {
    const none = { kind: "none", source: asked("accountId") };
    expect(read("", "accountId", PRESET)).toEqual({ answers: { accountId: none }, notes: [], pending: [] });
    expect(read("", "gatewayToken").answers).toEqual({ gatewayToken: { kind: "none", source: asked("gatewayToken") } });
    const given: Answer = { kind: "value", value: "mine", source: asked("gatewayId") };
    expect(read("", "accountId", given).answers).toEqual({ accountId: { ...given, source: asked("accountId") } });
    const byFlag: Answer = { kind: "value", value: "mine", source: { kind: "flag", name: "--x" } };
    expect(read("", "accountId", byFlag).answers).toEqual({ accountId: byFlag });
  });

  it("says what it repaired, and nothing about blanks", () => {
    expect(read(`"${ACCOUNT.toUpperCase()}"`, "accountId")).toEqual({
      answers: { accountId: { kind: "value", value: ACCOUNT, source: asked("accountId") } },
      notes: ["Account ID: removed quotes, changed to lower case."],
      pending: [],
    });
    expect(read(` ${ACCOUNT} `, "accountId").notes).toEqual([]);
  });

  it("warns about an ID of an unusual form and takes it", () => {
    const { answers, notes } = read("abc", "accountId");
    expect(answers).toEqual({ accountId: { kind: "value", value: "abc", source: asked("accountId") } });
    expect(notes).toEqual(["This does not look like an account ID. Account IDs have 32 hexadecimal digits."]);
  });

  it("stores a secret as one", () => {
    const { answers } = read(`Bearer ${CANARY_KEY}`, "apiKey");
    expect(answers.apiKey).toEqual({ kind: "secret", value: new Secret(CANARY_KEY), source: asked("apiKey") });
    expect(answers.apiKey?.kind === "secret" && answers.apiKey.value.reveal()).toBe(CANARY_KEY);
    expect(JSON.stringify(answers)).not.toContain("CANARY");
  });

  it("leaves further lines for the next questions", () => {
    expect(read(`${ACCOUNT}\n\n my-gw\n${CANARY_KEY}\n`, "accountId").pending).toEqual(["my-gw", CANARY_KEY]);
  });

  it("says when nothing in a block can be used", () => {
    const { answers, notes } = read(`CLOUDFLARE_GATEWAY_ID=a/b\nx=y`, "accountId");
    expect(answers).toEqual({});
    expect(notes).toEqual([
      "The pasted text contains no answer.",
      "Gateway ID: ignored. It contains '/' at character 2; only letters, digits, '-' and '_' are allowed.",
    ]);
  });
});
