import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { faultyFiles } from "../support/faulty-files.ts";
import { machine } from "../support/worker-project.ts";

const FLAGS = ["--usage", "--shared-cooldowns", "--limit", "120/minute", "--name", "gw-2"];

/** Runs the command, whose process ends at one of its operations on files; false if it needed fewer. */
async function dies(here: Awaited<ReturnType<typeof machine>>, at: number): Promise<boolean> {
  const files = faultyFiles({ at, errno: "death" });
  await here.run(["gateway", "worker", here.folder, ...FLAGS], { context: { files } });
  return files.log.length >= at;
}

const textsIn = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));

describe("a run of `gateway worker` that is killed", () => {
  it.each(["new", "edited"])("is done by the next one, wherever it was (%s project)", async (kind) => {
    const prepare = async () => {
      const here = await machine();
      if (kind === "new") return here;
      await here.write();
      here.change("wrangler.jsonc", (text) => text.replace("{", '{\n  // ours\n  "account_id": "0123",'));
      here.change("README.md", (text) => `${text}Ours.\n`);
      return here;
    };
    const whole = await prepare();
    await whole.write(FLAGS);
    const wanted = textsIn(whole.folder);
    let deaths = 0;
    // Each of them was tried once, and some are enough for every day.
    for (let at = 1; ; at += 5) {
      const here = await prepare();
      if (!(await dies(here, at))) break;
      deaths += 1;
      const again = await here.write(FLAGS);
      expect([at, again.status, again.stderr]).toEqual([at, 0, ""]);
      expect([at, textsIn(here.folder)]).toEqual([at, wanted]);
      expect((await here.write(FLAGS)).stdout).toContain("is up to date.");
    }
    expect(deaths).toBeGreaterThan(10);
  });
});
