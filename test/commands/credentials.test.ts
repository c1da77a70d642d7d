import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startGateway } from "../support/gateway.ts";
import { configIn } from "../support/home-files.ts";
import { ACCOUNT, CANARY_KEY, CANARY_TOKEN, openclaw, temporaryHome } from "../support/program.ts";

const IDS = ["--cloudflare-ai-gateway-account-id", ACCOUNT, "--cloudflare-ai-gateway-gateway-id", "my-gw"];
const ONBOARD = ["onboard", "--non-interactive", "--auth-choice", "cloudflare-ai-gateway-api-key"];
const TOKEN = ["--cloudflare-ai-gateway-token", CANARY_TOKEN];
const paidBy = (who: string) => ["--cloudflare-ai-gateway-credentials", who];

const entryIn = (home: string) => configIn(home).models.providers["cloudflare-ai-gateway"];

describe("who pays the provider", () => {
  it("a key stored at Cloudflare: no key here, billing forbidden, the alias in its header", async () => {
    const home = temporaryHome();
    const alias = ["--cloudflare-ai-gateway-byok-alias", "team-a"];
    const { status, stderr } = await openclaw([...ONBOARD, ...IDS, ...TOKEN, ...paidBy("stored"), ...alias], { home });
    expect([status, stderr]).toEqual([
      0,
      expect.stringMatching(/^Note: The published OpenClaw cannot send .* It can through the local gateway: /),
    ]);
    expect(entryIn(home)).toMatchObject({
      auth: "token",
      headers: {
        "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}",
        "cf-aig-no-wholesale": "true",
        "cf-aig-byok-alias": "team-a",
      },
    });
    expect(entryIn(home)).not.toHaveProperty("apiKey");
    expect((await openclaw(ONBOARD, { home })).stdout).toBe("Already up to date. No files were changed.\n");
  });

  it("Unified Billing: no key, and nothing that forbids it", async () => {
    const home = temporaryHome();
    await openclaw([...ONBOARD, ...IDS, ...TOKEN, ...paidBy("billing")], { home });
    expect(entryIn(home)).toMatchObject({
      auth: "token",
      headers: { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}" },
    });
    expect(Object.keys(entryIn(home).headers)).toEqual(["cf-aig-authorization"]);
    const { stdout } = await openclaw(["models", "list", "--json"], { home });
    expect(JSON.parse(stdout).models[0].available).toBe(true);
  });

  it("changes back and forth, and leaves nothing of the other in the entry", async () => {
    const home = temporaryHome();
    const withKey = [...ONBOARD, ...IDS, ...TOKEN, "--cloudflare-ai-gateway-api-key", CANARY_KEY];
    await openclaw(withKey, { home });
    const first = entryIn(home);
    const { stdout } = await openclaw([...ONBOARD, ...paidBy("stored"), "--dry-run"], { home });
    expect(stdout).toContain('    - apiKey  "${CLOUDFLARE_AI_GATEWAY_API_KEY}"\n');
    expect(stdout).toContain('headers["cf-aig-no-wholesale"]  "true"\n');
    await openclaw([...ONBOARD, ...paidBy("stored")], { home });
    expect(entryIn(home)).not.toHaveProperty("apiKey");
    await openclaw([...ONBOARD, ...paidBy("key")], { home });
    expect(entryIn(home)).toEqual(first);
  });

  it("a key that is given pays, whoever paid before; doctor has nothing against a set-up without one", async () => {
    const home = temporaryHome();
    await openclaw([...ONBOARD, ...IDS, ...TOKEN, ...paidBy("stored")], { home });
    const { stdout } = await openclaw(["doctor", "--offline"], { home });
    expect(stdout).not.toMatch(/no API key/);
    expect((await openclaw([...ONBOARD, "--cloudflare-ai-gateway-api-key", CANARY_KEY], { home })).status).toBe(0);
    expect(entryIn(home).apiKey).toBe("${CLOUDFLARE_AI_GATEWAY_API_KEY}");
    expect(entryIn(home)).not.toHaveProperty("auth");
  });

  it("a key that is named by its variable pays as well", async () => {
    const home = temporaryHome();
    const fromVariable = ["--cloudflare-ai-gateway-api-key-env", "WORK_KEY"];
    const env = { WORK_KEY: CANARY_KEY };
    await openclaw([...ONBOARD, ...IDS, ...TOKEN, ...paidBy("stored")], { home });
    const { status, stderr } = await openclaw([...ONBOARD, ...fromVariable, ...paidBy("billing")], { home, env });
    expect([status, stderr]).toEqual([2, expect.stringContaining("-api-key: Cannot be combined with ")]);
    expect((await openclaw([...ONBOARD, ...fromVariable], { home, env })).status).toBe(0);
    expect(entryIn(home).apiKey).toBe("${CLOUDFLARE_AI_GATEWAY_API_KEY}");
    expect(readFileSync(join(home, ".openclaw", ".env"), "utf8")).toContain(`=${CANARY_KEY}\n`);
  });

  it.each([
    ["stored", [], /gateway token is missing/i],
    [
      "billing",
      [...TOKEN, "--cloudflare-ai-gateway-api-key", CANARY_KEY],
      /-api-key: Cannot be combined with --cloudflare-ai-gateway-credentials billing\. .*-credentials key/,
    ],
    [
      "key",
      ["--cloudflare-ai-gateway-api-key", CANARY_KEY, "--cloudflare-ai-gateway-byok-alias", "x"],
      /-byok-alias: Cannot be combined with --cloudflare-ai-gateway-credentials key\. .*-credentials stored/,
    ],
    ["nobody", TOKEN, /Invalid value "nobody"\. Use key, stored or billing/],
  ])("%s with %j is refused", async (who, flags, reason) => {
    const { status, stderr } = await openclaw([...ONBOARD, ...IDS, ...paidBy(who), ...flags], {
      home: temporaryHome(),
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(reason);
    expect(stderr).not.toContain("CANARY");
  });

  it.each([
    ["stored", "true"],
    ["billing", undefined],
  ])("a check of %s carries no provider key, whatever the environment and the entry have", async (who, noBilling) => {
    const { baseUrl, received, next } = await startGateway({ authenticated: true });
    next({ status: 200, headers: { "content-type": "application/json" }, body: '{"data":[],"has_more":false}' });
    const home = temporaryHome();
    const base = ["--cloudflare-ai-gateway-base-url", baseUrl];
    const env = { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY, ANTHROPIC_API_KEY: CANARY_KEY };
    const { status } = await openclaw([...ONBOARD, ...base, ...TOKEN, ...paidBy(who), "--verify"], { home, env });
    expect(status).toBe(0);
    const [request] = received;
    expect(request?.headers).not.toHaveProperty("x-api-key");
    expect(request?.headers).not.toHaveProperty("authorization");
    expect(request?.headers["cf-aig-authorization"]).toBe(`Bearer ${CANARY_TOKEN}`);
    expect(request?.headers["cf-aig-no-wholesale"]).toBe(noBilling);
    expect(JSON.stringify(request)).not.toContain("sk-ant");
  });
});
