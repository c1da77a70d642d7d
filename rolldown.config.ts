import { defineConfig, type Plugin } from "rolldown";

/**
 * Commander loads `node:child_process` for sub-commands that are programs of their own. We have none, and the module
 * costs start-up time: it is loaded when first used instead. Fails the build when the text to replace is gone.
 */
const lazyChildProcess: Plugin = {
  name: "lazy-child-process",
  transform(code, id) {
    if (!id.endsWith("/commander/lib/command.js")) return null;
    const eager = "const childProcess = require('node:child_process');";
    if (!code.includes(eager)) throw new Error(`${id} no longer says: ${eager}`);
    return code.replace(eager, "").replaceAll("childProcess.", "require('node:child_process').");
  },
};

export default defineConfig({
  input: { main: "src/cli/entry.ts" },
  platform: "node",
  plugins: [lazyChildProcess],
  output: {
    dir: "dist",
    cleanDir: true,
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name]-[hash].cjs",
  },
});
