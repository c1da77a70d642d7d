import { relative } from "node:path";
import { rolldown } from "rolldown";
import { expect, it } from "vitest";
import config from "../../rolldown.config.ts";
import { en } from "../../src/text/en/index.ts";
import { english } from "../../src/worker/english.ts";

it("the Worker brings every room of texts that anything in it speaks of", async () => {
  const { output, ...input } = config[1] ?? {};
  const bundle = await rolldown(input);
  const { output: files } = await bundle.generate({ format: "esm" });
  await bundle.close();
  // As they are bundled, without what nothing uses.
  const modules = files.flatMap((file) => (file.type === "chunk" ? Object.entries(file.modules) : []));
  const sources = modules.filter(([id]) => id.includes("/src/") && !id.includes("/src/text/"));
  expect(sources.length).toBeGreaterThan(80);
  const missing = Object.keys(en).filter((room) => !Object.hasOwn(english, room));
  const spoken = new RegExp(
    `\\b(?:t|text|texts|english)\\.(?:${missing.join("|")})\\b|\\(\\{ (?:${missing.join("|")})(?:: \\w+)? \\}(?:: Texts)?\\) =>`,
  );
  const found = sources.flatMap(([id, { code }]) => {
    const [said] = spoken.exec(code ?? "") ?? [];
    return said === undefined ? [] : [`${relative(process.cwd(), id)}: ${said}`];
  });
  expect(found).toEqual([]);
});
