import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/build.ts"],
    // The certificate of the tests' Cloudflare: Node reads this when it starts, and commands run in the workers.
    env: { NODE_EXTRA_CA_CERTS: join(import.meta.dirname, "test/fixtures/tls/cloudflare.cert.pem") },
    // Ends what hangs and never judges: on a busy machine, everything takes many times as long.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
