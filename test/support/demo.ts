import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startStandIn } from "./stand-in/stand-in.ts";
import { KNOWN } from "./stand-in/world.ts";

/**
 * `npm run demo`: the whole program on this machine, without an account. A stand-in replaces Cloudflare and Anthropic;
 * everything else is the built program, in a temporary home.
 */
const home = mkdtempSync(join(tmpdir(), "openclaw-demo-"));
const standIn = await startStandIn({ gateways: [{ authentication: true }] });
const base = `${standIn.gatewayBase()}/anthropic`;

interface DemoStep {
  readonly says: string;
  readonly args: readonly string[];
  /** Given in variables, so that they are not on the screen. */
  readonly env?: Readonly<Record<string, string>>;
}

const ONBOARD = ["onboard", "--non-interactive", "--verify", "--cloudflare-ai-gateway-base-url", base];

const STEPS: readonly DemoStep[] = [
  {
    says: "A Cloudflare API token finds the account and the gateway. This is a dry run: nothing is written.",
    args: ["onboard", "--non-interactive", "--dry-run", "--cloudflare-api-token-env", "CLOUDFLARE_API_TOKEN"],
    env: { CLOUDFLARE_API_TOKEN: KNOWN.fullToken, CLOUDFLARE_API_BASE_URL: standIn.apiBase },
  },
  {
    says: "The gateway requires a token, and none is given. The check says so, and nothing is written.",
    args: ONBOARD,
  },
  {
    says: "With the token everything works, and both files are written.",
    args: ONBOARD,
    env: { CF_AIG_TOKEN: KNOWN.runToken },
  },
  {
    says: "The models that the gateway lists at this moment.",
    args: ["models", "list", "--provider", "cloudflare-ai-gateway", "--live"],
  },
  {
    says: "Another port. Only that value changes.",
    args: ["onboard", "--non-interactive", "--auth-choice", "skip", "--gateway-port", "4000"],
  },
  { says: "Undo the last change.", args: ["undo", "--yes"] },
  { says: "The doctor checks everything and asks the gateway.", args: ["doctor"] },
];

function run({ args, env: given }: DemoStep): Promise<number | null> {
  const env = {
    HOME: home,
    PATH: process.env.PATH ?? "",
    NO_PROXY: "127.0.0.1",
    CLOUDFLARE_AI_GATEWAY_API_KEY: KNOWN.anthropicKey,
    ...given,
  };
  const program = join(process.cwd(), "bin", "openclaw.cjs");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: home,
      env,
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.on("error", reject);
    child.on("close", resolve);
  });
}

try {
  for (const [index, step] of STEPS.entries()) {
    console.log(`\n== ${index + 1}. ${step.says}\n$ openclaw ${step.args.join(" ")}`);
    console.log(`(status ${await run(step)})`);
  }
  console.log(`\nThe stand-in answered ${standIn.requests.length} requests. Nothing left this machine.`);
} finally {
  await standIn.close();
  rmSync(home, { recursive: true, force: true });
}
