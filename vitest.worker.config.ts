import { defineConfig } from "vitest/config";

/** `npm run test:worker`: a written project in the hands of the real `wrangler`, and real clients before it. */
export default defineConfig({
  test: {
    include: ["test/wrangler/**/*.wrangler.ts"],
    globalSetup: ["test/support/build.ts"],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
