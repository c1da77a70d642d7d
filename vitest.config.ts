import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/build.ts"],
    // The certificate of the tests' Cloudflare: Node reads this when it starts, and commands run in the workers.
    env: { NODE_EXTRA_CA_CERTS: join(import.meta.dirname, "test/fixtures/tls/cloudflare.cert.pem") },
    // A started process or a kill loop takes its time on a small machine; a hung one still ends.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
