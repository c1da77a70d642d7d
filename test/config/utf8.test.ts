import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decodeUtf8 } from "../../src/config/utf8.ts";
import { DOCUMENTED, filesBelow, openclaw, temporaryHome } from "../support/program.ts";

describe("bytes that are no UTF-8", () => {
  it.each([
    ["# caf\xe9\n", { line: 1, column: 6 }],
    ["\xff", { line: 1, column: 1 }],
    ["\xef\xbb\xbfa\n\r\n\r\xc3\xa9\xf0\x9f\x98\x80\xc3", { line: 4, column: 4 }],
    ["a \xef\xbf\xbd b \xef\xbf", { line: 1, column: 7 }],
    ["\xed\xa0\x80", { line: 1, column: 1 }],
  ])("are found in %j", (latin1, position) => {
    expect(() => decodeUtf8(Buffer.from(latin1, "latin1"), "/x", "secrets.syntax")).toThrow(
      expect.objectContaining({
        code: "secrets.syntax",
        problems: [expect.objectContaining({ where: "/x", position })],
      }),
    );
  });

  it("are not seen in a good text, which keeps its byte order mark", () => {
    const text = "\uFEFFa \uFFFD é 😀\n";
    expect(decodeUtf8(Buffer.from(text), "/x", "config.syntax")).toBe(text);
  });

  it.each([
    [".env", "A=b\n# caf\xe9\n", "2:6"],
    ["openclaw.json", "{\n  // caf\xe9\n}\n", "2:9"],
  ])("in %s stop an edit before anything is written", async (name, latin1, place) => {
    const home = temporaryHome();
    const path = join(home, ".openclaw", name);
    mkdirSync(join(home, ".openclaw"));
    writeFileSync(path, latin1, "latin1");
    const { status, stderr } = await openclaw(DOCUMENTED, { home });
    expect(status).toBe(1);
    expect(stderr).toContain(`~/.openclaw/${name}:${place}: `);
    expect([...filesBelow(home).keys()]).toEqual([path]);
    expect(readFileSync(path, "latin1")).toBe(latin1);
  });
});
