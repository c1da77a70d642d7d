import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cloudflare } from "../support/cloudflare.ts";
import { PROVIDER } from "../support/doctor.ts";
import { CANARY_KEY, CANARY_TOKEN, filesBelow, openclawProcess, temporaryHome } from "../support/program.ts";
import type { DialName } from "../support/stand-in/dials.ts";
import type { StandInOptions } from "../support/stand-in/stand-in.ts";
import { KNOWN } from "../support/stand-in/world.ts";

const OPENAI_KEY = "sk-proj-CANARYopenaiCANARYopenaiCANARY-wxyz";
/** Of the older kind, which no pattern recognises in the middle of a text. */
const API_TOKEN = "CANARYcanary0CANARYcanary1CANARYcanary23";
const SECRETS = [CANARY_KEY, CANARY_TOKEN, OPENAI_KEY, API_TOKEN];

const ENV = {
  CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY,
  CF_AIG_TOKEN: CANARY_TOKEN,
  OPENAI_API_KEY: OPENAI_KEY,
  CLOUDFLARE_API_TOKEN: API_TOKEN,
};

const ENDPOINTS = ["anthropic", "workers-ai", "openai"].flatMap((id) => [`--${PROVIDER}-endpoint`, id]);
const SCRIPT = ["onboard", "--non-interactive", "--auth-choice", `${PROVIDER}-api-key`, ...ENDPOINTS];
const WITH_TOKEN = [...SCRIPT, "--cloudflare-api-token-env", "CLOUDFLARE_API_TOKEN"];

/** In which every one of them works. */
const WORLD: StandInOptions = {
  gateways: [{ authentication: true }],
  tokens: [{ value: CANARY_TOKEN }, { value: API_TOKEN }],
  anthropicKeys: [{ value: CANARY_KEY }],
  openaiKeys: [OPENAI_KEY],
};

/** Everything that says something about the set-up, or about what it is answered. */
const COMMANDS: readonly (readonly string[])[] = [
  WITH_TOKEN,
  [...SCRIPT, "--verify", "--gateway-port", "4000"],
  [...SCRIPT, "--verify=message", "--dry-run", "--json"],
  ["models", "list", "--live"],
  ["models", "list", "--all", "--json"],
  ["models", "refresh"],
  ["doctor"],
  ["doctor", "--json", "--verify", "message"],
  ["doctor", "--fix", "--yes"],
  ["undo", "--dry-run"],
  ["undo", "--yes", "--json"],
];

/** Enough to see every place that repeats an answer. */
const QUICK = [COMMANDS[0] ?? [], ["models", "list", "--live"], ["doctor", "--verify", "message"]];

/** Where a secret is that has no business there: in what was printed, and in every file but `.env`. */
async function run(
  commands: readonly (readonly string[])[],
  home: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const args of commands) {
    const { stdout, stderr } = await openclawProcess(args, { home, env });
    if (SECRETS.some((secret) => (stdout + stderr).includes(secret))) found.push(args.join(" "));
  }
  for (const [path, text] of filesBelow(home)) {
    if (SECRETS.some((secret) => text.includes(secret)) && !path.endsWith("/.env")) found.push(path);
    if (text.includes(API_TOKEN)) found.push(path);
  }
  return found;
}

// In processes, so that every byte that one prints is seen, also what Node itself has to say.
describe("secrets", () => {
  it("are in .env and nowhere else while all is well, and the token that only looks things up is in no file", async () => {
    const gateway = await cloudflare(WORLD);
    const home = temporaryHome();
    expect(await run(COMMANDS, home, { ...gateway.env, ...ENV })).toEqual([]);
    expect(gateway.hosts()).toEqual(["api.cloudflare.com:443", "gateway.ai.cloudflare.com:443"]);
    const kept = [...filesBelow(home)].find(([path]) => path.endsWith("/.env"))?.[1];
    for (const secret of [CANARY_KEY, CANARY_TOKEN, OPENAI_KEY]) expect(kept).toContain(secret);
  });

  it.each<DialName>(["gateway-2001", "anthropic-invalid_request_error", "api-10000"])(
    "that an answer repeats (%s) are not shown",
    async (dial) => {
      const gateway = await cloudflare();
      const home = temporaryHome();
      const ids = [`--${PROVIDER}-account-id`, KNOWN.accountId, `--${PROVIDER}-gateway-id`, KNOWN.gatewayId];
      expect(await openclawProcess([...SCRIPT, ...ids], { home, env: ENV })).toMatchObject({ status: 0 });
      gateway.dial(dial, { message: SECRETS.join(" ") });
      expect(await run(QUICK, home, { ...gateway.env, ...ENV })).toEqual([]);
      expect(gateway.requests.length).toBeGreaterThan(0);
    },
  );

  it("that stand in the configuration in clear are not shown, and move to .env", async () => {
    const gateway = await cloudflare(WORLD);
    const home = temporaryHome();
    const setUp = [...SCRIPT, `--${PROVIDER}-base-url`, `${gateway.gatewayBase()}/anthropic`];
    await openclawProcess(setUp, { home, env: ENV });
    const path = join(home, ".openclaw", "openclaw.json");
    const clear = (filesBelow(home).get(path) ?? "")
      .replaceAll("${CLOUDFLARE_AI_GATEWAY_API_KEY}", CANARY_KEY)
      .replaceAll("${CF_AIG_TOKEN}", CANARY_TOKEN);
    writeFileSync(path, clear);
    const outputs: string[] = [];
    for (const args of [...COMMANDS.slice(3), setUp]) {
      const { stdout, stderr } = await openclawProcess(args, { home, env: gateway.env });
      outputs.push(stdout, stderr);
    }
    for (const secret of SECRETS) expect(outputs.join("\n")).not.toContain(secret);
    expect(filesBelow(home).get(path)).not.toContain("CANARY");
  });
});
