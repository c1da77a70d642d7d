import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { includedFiles, loadConfig } from "../../src/config/config-file.ts";
import { temporaryFolder, testContext } from "../support/real-context.ts";
import { saying } from "../support/saying.ts";

/** A folder with these files, the first of them the configuration. */
function configured(files: Readonly<Record<string, string>>): { path: string; folder: string } {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) fs.writeFileSync(join(folder, name), content);
  return { folder, path: join(folder, Object.keys(files)[0] ?? "") };
}

describe("the files that a configuration includes", () => {
  it("are those that can be named although one of them is damaged or missing", async () => {
    const { path, folder } = configured({
      "openclaw.json": `{ "$include": ["./a.json5", "./b.json5", "./c.json5"] }`,
      "a.json5": "{}",
      "b.json5": "{",
    });
    expect(await includedFiles(path, testContext())).toEqual([join(folder, "a.json5"), join(folder, "b.json5")]);
  });

  it("do not hide a bug", async () => {
    const { path } = configured({ "openclaw.json": `{ "$include": "./a.json5" }`, "a.json5": "{}" });
    const bug = new TypeError("bug");
    const failing = (name: "realpathSync" | "readFileSync") =>
      testContext({
        files: {
          ...fs,
          [name]: () => {
            throw bug;
          },
        },
      });
    await expect(includedFiles(path, failing("realpathSync"))).rejects.toBe(bug);
    await expect(includedFiles(path, failing("readFileSync"))).rejects.toBe(bug);
  });
});

describe("what is not allowed", () => {
  it("is said also of a list that is combined from several files", async () => {
    const model = (fallback: string) => `{ agents: { defaults: { model: { fallbacks: [${fallback}] } } } }`;
    const { path } = configured({
      "openclaw.json": `{ "$include": ["./a.json5", "./b.json5"] }`,
      "a.json5": model("'x/y'"),
      "b.json5": model("1"),
    });
    await expect(loadConfig(path, testContext())).rejects.toMatchObject({
      code: "config.invalid",
      problems: [{ message: saying("agents.defaults.model.fallbacks[1] must be a non-empty string."), where: path }],
    });
  });
});
