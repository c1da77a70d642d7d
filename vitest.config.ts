import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/build.ts"],
    // @measured on two cores: 1,592 tests took 47 s of processor time, with a process for each file 75 s. No module of ours
    // keeps a state that one test file could leave to the next.
    isolate: false,
    maxWorkers: "100%",
    restoreMocks: true,
    // The certificate of the tests' Cloudflare: Node reads this when it starts, and commands run in the workers.
    env: { NODE_EXTRA_CA_CERTS: join(import.meta.dirname, "test/fixtures/tls/cloudflare.cert.pem") },
    // Ends what hangs and never judges: on a busy machine, everything takes many times as long.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
  },
});
