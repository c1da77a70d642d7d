import { defineConfig } from "rolldown";

/** Each is a program that `children.ts` starts by its name. */
const PROGRAMS = ["run", "upstream", "load", "bare", "sender", "forward"];

export default defineConfig({
  input: PROGRAMS.map((name) => `bench/gateway/${name}.ts`),
  platform: "node",
  logLevel: "silent",
  output: { dir: "node_modules/.cache/bench-gateway", cleanDir: true, format: "esm", entryFileNames: "[name].mjs" },
});
