import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cloudflare } from "../support/cloudflare.ts";
import { PROVIDER } from "../support/doctor.ts";
import { openclaw, temporaryHome } from "../support/program.ts";
import { KNOWN } from "../support/stand-in/world.ts";

const ONBOARD = ["onboard", "--non-interactive", "--auth-choice", `${PROVIDER}-api-key`];
const GATEWAY = [`--${PROVIDER}-account-id`, KNOWN.accountId, `--${PROVIDER}-gateway-id`, KNOWN.gatewayId];

describe("a proxy that only .env names", () => {
  it("is what every request goes through, and is shown without its credentials", async () => {
    const { env, requests } = await cloudflare();
    const { HTTPS_PROXY = "", ...trusting } = env;
    const home = temporaryHome();
    mkdirSync(join(home, ".openclaw"), { mode: 0o700 });
    const address = HTTPS_PROXY.replace("//", "//user:CANARYpass@");
    writeFileSync(join(home, ".openclaw", ".env"), `HTTPS_PROXY=${address}\n`, { mode: 0o600 });
    for (const args of [
      [...ONBOARD, ...GATEWAY, "--verify"],
      ["models", "refresh"],
      ["doctor", "--verbose"],
    ]) {
      const before = requests.length;
      const run = await openclaw(args, {
        home,
        env: { ...trusting, CLOUDFLARE_AI_GATEWAY_API_KEY: KNOWN.anthropicKey },
      });
      expect({ args, ...run }).toMatchObject({ args, status: 0 });
      // Cloudflare's own address leads to the stand-in through the proxy only.
      expect(requests.length).toBeGreaterThan(before);
      expect(run.stdout + run.stderr).not.toContain("CANARY");
      if (args[0] === "doctor")
        expect(run.stdout).toContain(
          `HTTPS_PROXY is ${address.replace(/\w+:\w+@/, "********@")}, from ~/.openclaw/.env.`,
        );
    }
  });
});
