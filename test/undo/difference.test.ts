import { describe, expect, it } from "vitest";
import { difference } from "../../src/undo/difference.ts";

const shown = (text: string) => difference("", text).join("\n");

describe("the difference that undo shows", () => {
  it.each([
    ["a key of any name", `{ "x": { "clientSecret": "CANARY", botTOKEN: 'CANARY', my_passphrase: "CANARY" } }`],
    ["a short one", `{ password: "CA\\x4eARY" }`],
    ["a key spelled with escapes", `{ "api\\u004bey": "CANARY" }`],
    [
      "all that lies under such a key",
      `{ headers: { "x-a": "CANARY", list: ["CANARY"] }, credentials: [{ a: "CANARY" }] }`,
    ],
    ["the environment", `{ env: { FOO: "CANARY", vars: { BAR: "CANARY" } }, mcp: { x: { env: { A: "CANARY" } } } }`],
    [
      "the argument after a flag",
      `{ args: ["--token", "CANARY", "--api-key",\n "CANARY", "--password=CANARY", "API_KEY=CANARY"] }`,
    ],
    [
      "the name and password in an address",
      `{ proxy: "http://me:CANARY@host:1/", a: "https://CANARY@host", b: "http://u:p@CANARY@host", c: "http://h/?x=1&api_key=CANARY" }`,
    ],
    ["what a comment keeps", `{\n// "apiKey": "CANARY",\n/* token = CANARY\n*/ }`],
    ["a text over several lines", `{ token: "CANARY\\\nCANARY",\n a: 1 }`],
    ["a damaged text", `{ "apiKey": "CANARY",\n "x": {{ "token": 'CANARY' "env": { "A": "CANARY"`],
    ["a text without its closing quote", `{ "a": "x,\n "apiKey": "CANARY",\n "b": "y",\n "authToken": CANARY CANARY }`],
  ])("masks %s", (_, text) => {
    expect(shown(text)).toContain("********");
    expect(shown(text)).not.toContain("CA\\x4eARY");
    expect(shown(text)).not.toContain("CANARY");
  });

  it("shows by which manner somebody is let in, and masks what is no such word", () => {
    const text = `{ auth: { mode: "token", token: "token" }, x: { auth: "oauth", mode: "CANARY" }, y: { auth: "CANARY" } }`;
    expect(shown(text)).toContain(
      `{ auth: { mode: "token", token: "********" }, x: { auth: "oauth", mode: "CANARY" }, y: { auth: "********" } }`,
    );
  });

  it("shows headers that are switches, and no text that only follows one", () => {
    const text = `{ headers: { "cf-aig-no-wholesale": "true", "x-a": "CANARY" } }`;
    expect(shown(text)).toContain(`"cf-aig-no-wholesale": "true", "x-a": "********"`);
    expect(shown(`{\n headers: {\n "cf-aig-byok-alias": "x" "CANARY",\n "CANARY" } }`)).not.toContain("CANARY");
  });

  it("shows references, numbers, yes and no, and every other text", () => {
    const text = `{ apiKey: "\${A_KEY}", headers: { x: "Bearer \${A_TOKEN}" }, maxTokens: 4096, auth: { on: true }, id: "gw", args: ["--verbose", "x"] }`;
    expect(shown(text)).toBe(`+${text}\n\\ No newline at end of file`);
  });

  it("shows that a credential changed, and not what it was or is", () => {
    expect(difference(`{\n  token: "CANARY-1",\n}\n`, `{\n  token: "CANARY-2",\n}\n`)).toEqual([
      " {",
      `-  token: "********",`,
      `+  token: "********",`,
      " }",
    ]);
  });

  it("shows the right lines after a long way, with line ends of Windows too", () => {
    const lines = (change: string) => [...Array(20).fill("a: 1,"), change, ...Array(20).fill("b: 2,")].join("\r\n");
    const changed = difference(lines("token: 'CANARY',"), lines("token: '',"));
    expect(changed.map((line) => line.trimEnd())).toEqual([
      "…",
      " a: 1,",
      " a: 1,",
      " a: 1,",
      "-token: '********',",
      "+token: '',",
      " b: 2,",
      " b: 2,",
      " b: 2,",
    ]);
  });

  it.each([
    ["a header that ends like a name of a key", `headers: {"x-team-alias": "VALUE"}`],
    ["an open header", `headers: {"cf-aig-byok-alias": "VALUE"}`, "CANARYtokenCANARYtokenCANARYtoken1234567"],
    ["an author", `author: "VALUE"`, "CANARY-4711-abc"],
    ["an author among others", `meta: {"co-authors": ["VALUE"]}`, "CANARY0815"],
    ["anything", `agents: {name: "VALUE"}`, "CANARYtokenCANARYtokenCANARYtoken1234567"],
    ["an author in a damaged file", `{{ author: "VALUE"`, "CANARY-4711-abc"],
  ])("masks a literal under %s", (_, line, value = "CANARY") => {
    const shown = difference(`{${line.replace("VALUE", value)}}\n`, `{}\n`).join("\n");
    expect(shown).toContain("********");
    expect(shown).not.toContain("CANARY");
  });

  it.each([`author: "Ada Lovelace <ada@example.com>"`, `headers: {"cf-aig-byok-alias": "claude-2"}`])(
    "shows %s",
    (line) => {
      expect(difference(`{${line}}\n`, "{}\n")).toContain(`-{${line}}`);
    },
  );
});
