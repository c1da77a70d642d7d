import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/build.ts"],
    // A started process or a kill loop takes its time on a small machine; a hung one still ends.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
