// Builds `dist/`, or the folder that is named, by rolldown.config.ts and prints nothing unless that fails: rolldown's own
// command prints every file.
import { argv } from "node:process";
import { rolldown } from "rolldown";
import { loadConfig } from "rolldown/config";

const [dir] = argv.slice(2);
// One after the other: the first of them empties the folder.
for (const { output, ...input } of await loadConfig("rolldown.config.ts")) {
  const bundle = await rolldown(input);
  await bundle.write({ ...output, ...(dir !== undefined && { dir }) });
  await bundle.close();
}
