// Builds `dist/` by rolldown.config.ts and prints nothing unless that fails: rolldown's own command prints every file.
import { rolldown } from "rolldown";
import { loadConfig } from "rolldown/config";

const { output, ...input } = await loadConfig("rolldown.config.ts");
const bundle = await rolldown(input);
await bundle.write(output);
await bundle.close();
