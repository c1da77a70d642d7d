import { describe, expect, it } from "vitest";
import { Secret } from "../../src/core/secret.ts";
import type { FieldAnswer } from "../../src/onboard/answers.ts";
import { problemWith, readAnswer } from "../../src/onboard/typed-answer.ts";
import { cloudflareAiGateway as provider } from "../../src/providers/cloudflare-ai-gateway/provider.ts";
import { ACCOUNT, CANARY_KEY, CANARY_TOKEN } from "../support/program.ts";

function field(id: string) {
  const found = provider.fields.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}

const PRESET: FieldAnswer = { kind: "value", value: "kept" };
const problem = (raw: string, id: string, preset?: FieldAnswer) =>
  problemWith(raw, { field: field(id), provider, preset });
const read = (raw: string, id: string, preset?: FieldAnswer) => readAnswer(raw, { field: field(id), provider, preset });

describe("problemWith", () => {
  it("lets Enter alone pass where there is something to keep, or nothing is needed", () => {
    expect(problem("", "accountId", PRESET)).toBeUndefined();
    expect(problem(" \n", "gatewayToken")).toBeUndefined();
    expect(problem("", "accountId")).toBe("Account ID is needed.");
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
  it("keeps what is there on Enter alone", () => {
    expect(read("", "accountId", PRESET)).toEqual({ answers: { accountId: PRESET }, notes: [], pending: [] });
    expect(read("", "gatewayToken").answers).toEqual({});
  });

  it("says what it repaired, and nothing about blanks", () => {
    expect(read(`"${ACCOUNT.toUpperCase()}"`, "accountId")).toEqual({
      answers: { accountId: { kind: "value", value: ACCOUNT } },
      notes: ["Account ID: removed quotes, changed to lower case."],
      pending: [],
    });
    expect(read(` ${ACCOUNT} `, "accountId").notes).toEqual([]);
  });

  it("warns about an ID of an unusual form and takes it", () => {
    const { answers, notes } = read("abc", "accountId");
    expect(answers).toEqual({ accountId: { kind: "value", value: "abc" } });
    expect(notes).toEqual(["This does not look like an account ID, which has 32 hexadecimal digits."]);
  });

  it("stores a secret as one", () => {
    const { answers } = read(`Bearer ${CANARY_KEY}`, "apiKey");
    expect(answers.apiKey).toEqual({ kind: "store", value: new Secret(CANARY_KEY) });
    expect(JSON.stringify(answers)).not.toContain("CANARY");
  });

  it("leaves further lines for the next questions", () => {
    expect(read(`${ACCOUNT}\n\n my-gw\n${CANARY_KEY}\n`, "accountId").pending).toEqual(["my-gw", CANARY_KEY]);
  });

  it("says when nothing in a block can be used", () => {
    const { answers, notes } = read(`CLOUDFLARE_GATEWAY_ID=a/b\nx=y`, "accountId");
    expect(answers).toEqual({});
    expect(notes).toEqual([
      "Found in what you pasted: nothing that can be used.",
      "Gateway ID: not taken from what you pasted. It contains '/' at character 2; only letters, digits, '-' and '_' are allowed.",
    ]);
  });
});
