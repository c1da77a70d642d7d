import { defineConfig } from "vitest/config";
import { Report } from "./test/published/report.ts";

/** `npm run test:published`: what the published OpenClaw says of a configuration after each of our commands. */
export default defineConfig({
  test: {
    include: ["test/published/**/*.published.ts"],
    globalSetup: ["test/support/build.ts"],
    reporters: ["default", new Report()],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
