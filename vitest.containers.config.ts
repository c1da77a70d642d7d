import { defineConfig } from "vitest/config";

/** `npm run test:containers`: the Dockerfile, built by buildah (Debian's package, as root), and its image run. */
export default defineConfig({
  test: {
    include: ["test/containers/**/*.containers.ts"],
    globalSetup: ["test/support/build.ts"],
    testTimeout: 900_000,
    hookTimeout: 900_000,
    expect: { poll: { timeout: 120_000 } },
  },
});
