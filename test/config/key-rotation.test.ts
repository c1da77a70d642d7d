import { describe, expect, it } from "vitest";
import { listedKeys, rotatedKeys } from "../../src/config/key-rotation.ts";
import { type KeyedProvider, resolveProviders, resolveVariables } from "../../src/config/resolve.ts";
import type { Config, ProviderConfig } from "../../src/config/schema.ts";
import { testContext } from "../support/real-context.ts";

const BASE = "https://models.example.com";

/** The keys that a provider of this entry gets, in order, or what is wrong. */
async function keysOf(
  entry: ProviderConfig,
  secrets: Readonly<Record<string, string>>,
  keyVariable?: string,
): Promise<readonly string[] | number> {
  const config: Config = { models: { providers: { own: { baseUrl: BASE, ...entry } } } };
  const context = testContext();
  const providers: readonly KeyedProvider[] = [{ providerId: "own", keyVariable }];
  const values = await resolveVariables({ providers }, { config, secrets: new Map(Object.entries(secrets)) }, context);
  const resolved = (await resolveProviders(providers, values, context)).get("own");
  if (resolved === undefined || !resolved.ok) return resolved?.error.length ?? 0;
  const { apiKey, moreKeys = [] } = resolved.value;
  return [apiKey, ...moreKeys.map(({ value }) => value)].flatMap((key) => key?.reveal() ?? []);
}

describe("the keys of a provider", () => {
  it.each<[string, ProviderConfig, Record<string, string>, string | undefined, readonly string[] | number]>([
    ["of a reference", { apiKey: "${A_KEY}" }, { A_KEY: "one", A_KEYS: "two,one" }, undefined, ["one", "two"]],
    ["of a bare name", { apiKey: "A_KEY" }, { A_KEYS: "one two" }, undefined, ["one", "two"]],
    [
      "of a structured reference",
      { apiKey: { source: "env", provider: "default", id: "A_KEY" } },
      { A_KEYS: "one", A_KEY_3: "two" },
      undefined,
      ["one", "two"],
    ],
    ["of the provider's own variable", {}, { B_KEYS: "one;two" }, "B_KEY", ["one", "two"]],
    ["of both, the entry's first", { apiKey: "${A_KEY}" }, { A_KEYS: "a", B_KEYS: "b" }, "B_KEY", ["a", "b"]],
    [
      "of both with a value of its own",
      { apiKey: "${A_KEY}" },
      { A_KEY: "a", B_KEY: "b", B_KEYS: "c" },
      "B_KEY",
      ["b", "c"],
    ],
    ["of an entry whose variable has no value", { apiKey: "${A_KEY}" }, { B_KEYS: "b c" }, "B_KEY", ["b", "c"]],
    ["in two lists once", { apiKey: "${A_KEY}" }, { A_KEYS: "a b", B_KEYS: "b a c" }, "B_KEY", ["a", "b", "c"]],
    ["beside a key in the configuration", { apiKey: "literal" }, { B_KEY_1: "more" }, "B_KEY", ["literal", "more"]],
    ["of a variable that is no key's", { apiKey: "${A_TOKEN}" }, { A_TOKEN: "t", A_TOKENS: "x" }, undefined, ["t"]],
    ["of numbers out of range", { apiKey: "${A_KEY}" }, { A_KEY: "a", A_KEY_0: "b", A_KEY_21: "c" }, undefined, ["a"]],
    ["of an empty list", { apiKey: "${A_KEY}" }, { A_KEYS: " ,; ," }, undefined, 1],
    ["of none", { apiKey: "${A_KEY}" }, {}, undefined, 1],
    ["of a list with two faults", { apiKey: "${A_KEY}" }, { A_KEYS: "changeme,a,$B_KEY" }, undefined, 2],
  ])("%s", async (_, entry, secrets, keyVariable, expected) => {
    expect(await keysOf(entry, secrets, keyVariable)).toEqual(expected);
  });

  it("show themselves as masks wherever they go", async () => {
    const config: Config = { models: { providers: { own: { baseUrl: BASE, apiKey: "${A_KEY}" } } } };
    const secrets = new Map([["A_KEYS", "CANARY-one-123456,CANARY-two-123456"]]);
    const { variables } = await resolveVariables({ variables: ["A_KEY"] }, { config, secrets }, testContext());
    expect(JSON.stringify([[...variables], rotatedKeys("A_KEY", variables)])).not.toContain("CANARY");
    expect(listedKeys(variables).map((key) => key.reveal())).toEqual(["CANARY-one-123456", "CANARY-two-123456"]);
  });
});
