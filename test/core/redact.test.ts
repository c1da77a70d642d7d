import { describe, expect, it } from "vitest";
import {
  isCredentialAt,
  isCredentialHeader,
  isReference,
  isSecretAssignment,
  isSecretAt,
  isSecretFlag,
  isSecretVariable,
  MASK,
  mask,
  maskUrls,
  secretArguments,
  splitAtSecret,
} from "../../src/core/redact.ts";

const PROVIDER = ["models", "providers", "my-auth-token"];

describe("a text of the configuration", () => {
  it.each([
    ["a key", [...PROVIDER, "apiKey"]],
    ["a header of any name", [...PROVIDER, "headers", "x-anything"]],
    ["a token or password of the gateway", ["gateway", "auth", "password"]],
    ["a variable", ["env", "FOO"]],
    ["what lies deeper", ["channels", "x", "credentials", 0, "a"]],
    ["a token that is called like a way to authenticate", ["gateway", "auth", "token"], "token"],
  ])("is masked when it is %s", (_, path, text = "CANARY") => {
    expect(isSecretAt(path, text)).toBe(true);
  });

  it.each([
    ["a reference", [...PROVIDER, "apiKey"], "${A_KEY}"],
    ["a reference in a header", [...PROVIDER, "headers", "authorization"], "Bearer ${A_TOKEN}"],
    ["nothing", [...PROVIDER, "apiKey"], ""],
    ["a header that is a switch", [...PROVIDER, "headers", "cf-aig-no-wholesale"], "true"],
    ["a way to authenticate", ["gateway", "auth", "mode"], "token"],
    ["below a provider that is called like a secret", [...PROVIDER, "baseUrl"], "https://h/"],
    ["below a model that is called like a secret", ["agents", "defaults", "models", "x/token-key", "alias"], "opus"],
  ])("is shown when it is %s", (_, path, text) => {
    expect(isSecretAt(path, text)).toBe(false);
  });
});

describe("a credential that must not turn up elsewhere either", () => {
  it.each([
    ["a key", [...PROVIDER, "apiKey"]],
    ["a header of any name", [...PROVIDER, "headers", "x-anything"]],
    ["a variable", ["env", "vars", "FOO"]],
    ["what lies deeper", ["channels", "x", "credentials", 0, "a"]],
  ])("is %s", (_, path) => {
    expect(isCredentialAt(path, "CANARY")).toBe(true);
  });

  it.each([
    ["a reference", [...PROVIDER, "apiKey"], "${A_KEY}"],
    ["the name of a provider in a profile", ["auth", "profiles", "x", "provider"], "anthropic"],
    ["where secrets come from", ["secrets", "defaults", "env"], "default"],
    ["a header that is a name", [...PROVIDER, "headers", "cf-aig-byok-alias"], "claude"],
  ])("is not %s", (_, path, text) => {
    expect(isCredentialAt(path, text)).toBe(false);
  });
});

describe("names", () => {
  it("tell which variables hold a credential", () => {
    expect(["A_API_KEY", "a_token", "DB_PASSWD", "X_CREDENTIALS"].every(isSecretVariable)).toBe(true);
    expect(["GIT_AUTHOR_NAME", "PATH", "CLOUDFLARE_ACCOUNT_ID"].some(isSecretVariable)).toBe(false);
  });

  it("tell which headers carry a credential", () => {
    expect(["Authorization", "x-api-key", "x-goog-api-key", "cf-aig-authorization"].every(isCredentialHeader)).toBe(
      true,
    );
    expect(["cf-aig-byok-alias", "cf-aig-cache-key", "x-team", "authorization-mode"].some(isCredentialHeader)).toBe(
      false,
    );
  });

  it("tell which arguments of any program are followed by one, or hold one", () => {
    expect(["--api-key", "-token", "--auth-header", "--pass"].every(isSecretFlag)).toBe(true);
    expect(["--author", "--verbose", "token"].some(isSecretFlag)).toBe(false);
    expect(["--token=x", "API_KEY=x"].every(isSecretAssignment)).toBe(true);
    expect(["--token=", "--verbose=x", "say token=x"].some(isSecretAssignment)).toBe(false);
  });

  it("tell where the value on a damaged line begins", () => {
    expect(splitAtSecret(`  "apiKey": "CANARY",`)).toEqual({ before: `  "apiKey": `, value: `"CANARY",` });
    expect(splitAtSecret("author: me")).toBeUndefined();
  });
});

describe("the values of this program's flags", () => {
  it("are secret after those that take credentials, and not after those that name where one is", () => {
    const argv = ["onboard", "--x-api-key", "A", "--gateway-token=B", "--x-api-key-file", "C", "--x-token-env=D"];
    expect(secretArguments([...argv, "--auth-choice", "x-api-key", "--cloudflare-api-token"])).toEqual(["A", "B", ""]);
  });
});

describe("masks", () => {
  it("show the end of what is long enough and never the length", () => {
    expect([mask("x"), mask("x".repeat(19)), mask(`${"x".repeat(16)}wXyZ`)]).toEqual([MASK, MASK, `${MASK}wXyZ`]);
  });

  it("cover names and passwords in addresses, and the parameters that are secret or all of them", () => {
    expect(maskUrls("http://u:p@CANARY@host:1/ https://h/?x=1&api_key=CANARY#f")).toBe(
      `http://${MASK}@host:1/ https://h/?x=1&api_key=${MASK}#f`,
    );
    expect(maskUrls("https://h/?x=CANARY&y=1 rest", { wholeQuery: true })).toBe(`https://h/?${MASK} rest`);
  });

  it.each(["${A}", "Bearer ${A}", "Bearer: ${A}"])("are not needed for %s", (text) => {
    expect(isReference(text)).toBe(true);
  });

  it.each(["${A}b", "Bearer x", "x${A}", "$A"])("are needed for %s", (text) => {
    expect(isReference(text)).toBe(false);
  });
});
