import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type UnresolvedKind, unresolvedIn } from "../../src/core/unresolved.ts";

describe("text in place of a credential", () => {
  it.each<[string, UnresolvedKind, string?]>([
    // Shells and Compose.
    ["${OPENCLAW_GATEWAY_TOKEN:-changeme}", "reference", "OPENCLAW_GATEWAY_TOKEN"],
    ["${OPENCLAW_GATEWAY_TOKEN-changeme}", "reference", "OPENCLAW_GATEWAY_TOKEN"],
    ["${KEY:?is required}", "reference", "KEY"],
    ["${KEY:=x}", "reference", "KEY"],
    ["${KEY%%x}", "reference", "KEY"],
    ["${!KEY}", "reference", "KEY"],
    ["${KEY", "reference", "KEY"],
    ["${}", "reference"],
    ["${OTHER}", "reference", "OTHER"],
    ["$${OTHER}", "reference", "OTHER"],
    ["$OTHER", "reference", "OTHER"],
    ["$$OTHER", "reference", "OTHER"],
    ["$my_api_key", "reference", "MY_API_KEY"],
    ["$apiKey", "reference", "API_KEY"],
    ["sk-ant-${KEY_OF_MINE}", "reference", "KEY_OF_MINE"],
    ["${A_B}${C_D}", "reference", "A_B"],
    ["$(cat /run/secrets/key)", "command"],
    ["`cat key.txt`", "command"],
    ["`pwgen`", "command"],
    ["token-$(date +%s)", "command"],
    ["$(KEY_NAME)", "reference", "KEY_NAME"],
    // Other programs.
    ["${env:KEY}", "reference", "KEY"],
    ["$env:KEY", "reference", "KEY"],
    ["$Env:my_key", "reference", "MY_KEY"],
    ["${lower_case}", "reference", "LOWER_CASE"],
    ["${apiKey}", "reference", "API_KEY"],
    ["${process.env.KEY}", "reference", "KEY"],
    ["${{ secrets.API_KEY }}", "reference", "API_KEY"],
    ["%KEY%", "reference", "KEY"],
    ["%my_key%", "reference", "MY_KEY"],
    ["x-%CF_AIG_TOKEN%-x", "reference", "CF_AIG_TOKEN"],
    ["{{ key }}", "reference", "KEY"],
    ["{{key}}", "reference", "KEY"],
    ["{{ .Values.apiKey }}", "reference", "API_KEY"],
    ["{{ lookup('env', 'MY_KEY') }}", "reference", "MY_KEY"],
    ["{{{ key }}}", "reference", "KEY"],
    ["{{ }}", "placeholder"],
    ['<%= ENV["MY_KEY"].strip %>', "reference", "MY_KEY"],
    ['<%= ENV["MY_KEY"] %>', "reference", "MY_KEY"],
    ["#{KEY}", "reference", "KEY"],
    ["#{env.KEY}#", "reference", "KEY"],
    ["@KEY@", "reference", "KEY"],
    ["%%KEY%%", "reference", "KEY"],
    ["!KEY!", "reference", "KEY"],
    ["##KEY##", "reference", "KEY"],
    ["$ENV{KEY}", "reference", "KEY"],
    ['Deno.env.get("KEY")', "reference", "KEY"],
    ['System.getenv("KEY")', "reference", "KEY"],
    ["vault:kv/openclaw#key", "store"],
    ["CF_AIG_TOKEN", "reference", "CF_AIG_TOKEN"],
    ["MY_OWN_API_KEY", "reference", "MY_OWN_API_KEY"],
    ["undefined", "placeholder"],
    ["[object Object]", "placeholder"],
    ["__API_KEY__", "reference", "API_KEY"],
    ["{env:KEY}", "reference", "KEY"],
    ["{file:~/.secrets/key}", "file"],
    ["env:KEY", "reference", "KEY"],
    ["process.env.KEY", "reference", "KEY"],
    ["secrets.KEY", "reference", "KEY"],
    ['os.environ["KEY"]', "reference", "KEY"],
    ["os.getenv('KEY')", "reference", "KEY"],
    ["!secret my_key", "reference", "MY_KEY"],
    ["op://vault/item/field", "store"],
    ["vault://kv/openclaw#key", "store"],
    ["arn:aws:secretsmanager:eu-west-1:1:secret:x", "store"],
    ["@~/.keys/anthropic", "file"],
    ["~/key.txt", "file"],
    ["/run/secrets/anthropic", "file"],
    ["file:///etc/key", "file"],
    // For a reader.
    ["<your key>", "placeholder"],
    ["<KEY>", "placeholder"],
    ["<>", "placeholder"],
    ["sk-ant-<your-key-here>", "placeholder"],
    ["[your key]", "placeholder"],
    ["{api_key}", "placeholder"],
    ["YOUR_API_KEY", "placeholder"],
    ["your-api-key-here", "placeholder"],
    ["sk-ant-your-key", "placeholder"],
    ["change-me", "placeholder"],
    ["changeme", "placeholder"],
    ["sk-ant-...", "placeholder"],
    ["sk-ant-api03-…", "placeholder"],
    ["sk-ant-xxxxxxxxxxxx", "placeholder"],
    ["********wXyZ", "masked"],
    ["sk-ant-****wXyZ", "masked"],
    ["••••••", "masked"],
    ["__OPENCLAW_REDACTED__", "masked"],
  ])("%s is a %s", (text, kind, name) => {
    const found = { kind, ...(name !== undefined && { name }) };
    expect(unresolvedIn(text)).toEqual(found);
    expect(unresolvedIn(`Bearer ${text}`)).toEqual(found);
    expect(unresolvedIn(` bearer  ${text} `)).toEqual(found);
    expect(unresolvedIn(`ApiKey ${text}`)).toEqual(found);
  });

  it.each(["Bearer", "Bearer ", " bearer:", "Bearer Bearer"])("%j has no token", (text) => {
    expect(unresolvedIn(text)).toEqual({ kind: "scheme" });
    expect(unresolvedIn(text, "header")).toBeUndefined();
  });

  it.each([
    "pa$$word-with-dollars",
    "ab$OTHER-cd",
    "$1aBc9dEf8gHi7jKl6",
    "$ecret1234Passw0rd-of-mine",
    "100%sure100%",
    "a%2Fb%3Dc%E6%97%A5",
    "a{b}c{d}e",
    "ab${c}d",
    "{}",
    "a<b>c",
    "{abc",
    "/AbC+dE/fGhIjKlMnOp==",
    "a.b..c",
    "a*b**c***d",
    "my-gateway-token-of-today",
    "CANARY-client-token-of-the-gateway",
    "ollama",
    "none",
    "custom-local",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "",
  ])("is not the credential %s", (text) => {
    expect(unresolvedIn(text)).toBeUndefined();
  });

  it.each([
    '{"team":"x","token":1}',
    '{"per_token_in":0.1,"per_token_out":0.2}',
    "{}",
    '["key"]',
    "https://example.com/{x}/",
    "chrome-extension://abc",
    "/etc/openclaw",
    "openclaw/1.0 (X11; Linux; key)",
    "Bob <bob@keys.example.com>",
    "true",
    "***",
    "a, b;q=0.5",
    "Loading...",
    "v1...v2",
    "env:prod",
    "env.production",
    "secrets.read",
    "API_KEY",
    "ACCESS_TOKEN",
    "null",
    "(gateway v1)",
    "<https://example.com/token>",
  ])("is not the header value %s", (text) => {
    expect(unresolvedIn(text, "header")).toBeUndefined();
  });

  it.each(["sk-xxxxxxxxxxxx", "<any>", "your-api-key", "changeme", "ollama", "/etc/x"])(
    "is not the key %s of a server on this machine",
    (text) => {
      expect(unresolvedIn(text, "local key")).toBeUndefined();
      expect(unresolvedIn("${env:KEY}", "local key")?.kind).toBe("reference");
    },
  );

  it.each([
    "REDACTED",
    "__MY_TOKEN__",
    "undefined",
    "your-key",
    "my_your_token",
    "paste-key",
    "change-me",
    "sk-xxxxxx",
    "A_KEY",
  ])("is found in %s, which has letters and digits alone, whatever scheme is before it", (text) => {
    for (const before of ["", "Bearer ", "Token: "]) expect(unresolvedIn(before + text)).toBeDefined();
  });

  it("is found in no time in long text of any shape", () => {
    for (const part of ["{{a", "${a.", "$(a ", "<%A_", "%A_", "<your ", "a-", "x", "_A", "your-key "])
      expect(unresolvedIn(part.repeat(Math.floor(1_999 / part.length)))?.kind).not.toBe("store");
    expect(unresolvedIn("x".repeat(100_000))).toBeUndefined();
  });

  it("is not found in tokens as they are generated", () => {
    const of = (alphabet: string) => fc.string({ unit: fc.constantFrom(...alphabet), minLength: 16, maxLength: 120 });
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const printable = String.fromCharCode(...Array.from({ length: 94 }, (_, index) => index + 33));
    const body = of(`${letters}-_`);
    const token = fc.oneof(
      body,
      of(`${letters}+/`).map((text) => `${text}==`),
      of("0123456789abcdef"),
      of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
      fc.uuid(),
      of(`${letters}!@#$%^&*`),
      of(printable),
      fc
        .tuple(fc.constantFrom("sk-ant-api03-", "sk-proj-", "cfut_", "ghp_", "AIza"), body)
        .map((parts) => parts.join("")),
      fc.tuple(body, body, body).map((parts) => parts.join(".")),
    );
    fc.assert(
      fc.property(token, (text) => {
        expect(unresolvedIn(text)).toBeUndefined();
        expect(unresolvedIn(`Bearer ${text}`)).toBeUndefined();
      }),
      // A form could occur once in a hundred thousand texts of any characters.
      { seed: 20261128, numRuns: 20_000 },
    );
  });
});
