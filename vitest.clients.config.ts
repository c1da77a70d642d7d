import { defineConfig } from "vitest/config";
import { Report } from "./test/clients/report.ts";

/** `npm run test:clients`: claims of the documentation, shown with real clients from npm. */
export default defineConfig({
  test: {
    include: ["test/clients/**/*.clients.ts"],
    globalSetup: ["test/support/build.ts"],
    reporters: ["default", new Report()],
    // One after the other, since each of them is a heavy program.
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
