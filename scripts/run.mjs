// `node scripts/run.mjs FILE.ts` bundles a program and runs it, since Node 20 does not run TypeScript.
import { basename, resolve } from "node:path";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

const [file] = argv.splice(2, 1);
const output = resolve("node_modules", ".cache", "scripts", `${basename(file, ".ts")}.mjs`);
// It finds files beside its own.
const external = ["playwright-core"];
const bundle = await rolldown({ input: file, platform: "node", logLevel: "warn", external });
await bundle.write({ file: output, format: "esm", codeSplitting: false });
await bundle.close();
await import(pathToFileURL(output).href);
