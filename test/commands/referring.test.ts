import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import JSON5 from "json5";
import { describe, expect, it } from "vitest";
import { ACCOUNT, CANARY_KEY, CANARY_TOKEN, filesBelow, openclaw, temporaryHome } from "../support/program.ts";

const ID = "--cloudflare-ai-gateway";
const CHOICE = ["onboard", "--non-interactive", "--auth-choice", "cloudflare-ai-gateway-api-key"];
const REF = [...CHOICE, `${ID}-account-id`, ACCOUNT, `${ID}-gateway-id`, "my-gw", "--secret-input-mode", "ref"];

const LOCAL = "CANARYlocalCANARYlocalCANARYlocal";
const VARIABLES = {
  CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY,
  OPENAI_API_KEY: "sk-proj-CANARYopenaiCANARYopenaiCANARYopenaiCANARY",
  CF_AIG_TOKEN: CANARY_TOKEN,
  OPENCLAW_GATEWAY_TOKEN: LOCAL,
};

const ENDPOINTS = ["anthropic", "workers-ai", "openai", "anthropic,openai", "anthropic,workers-ai,openai"];
const PAYMENTS = [undefined, "key", "stored", "billing"];
const WHERE = ["environment", "login shell", "env of the configuration"] as const;

/** A home in which the variables come from a place other than `.env`. */
function homeWith(where: (typeof WHERE)[number]): { readonly home: string; readonly env: Record<string, string> } {
  const home = temporaryHome();
  if (where === "environment") return { home, env: VARIABLES };
  const isShell = where === "login shell";
  mkdirSync(join(home, ".openclaw"));
  const config = { env: isShell ? { shellEnv: { enabled: true } } : { vars: VARIABLES } };
  writeFileSync(join(home, ".openclaw", "openclaw.json"), JSON.stringify(config));
  const exports = Object.entries(VARIABLES).map(([name, value]) => `export ${name}='${value}'\n`);
  if (isShell) writeFileSync(join(home, ".profile"), exports.join(""));
  return { home, env: { SHELL: "/bin/sh" } };
}

describe("--secret-input-mode ref", () => {
  it.each(WHERE)("stores nothing that a variable gave, at any endpoint and payment (%s)", async (where) => {
    const done: string[] = [];
    for (const endpoint of ENDPOINTS) {
      for (const payment of PAYMENTS) {
        const { home, env } = homeWith(where);
        const flags = [`${ID}-endpoint`, endpoint, ...(payment === undefined ? [] : [`${ID}-credentials`, payment])];
        const { status, stdout, stderr } = await openclaw([...REF, ...flags], { home, env });
        const secrets = join(home, ".openclaw", ".env");
        expect(existsSync(secrets) ? readFileSync(secrets, "utf8") : "").not.toMatch(/CANARY|TOKEN|KEY/);
        expect(stdout + stderr).not.toContain("CANARY");
        // Not every payment goes with every endpoint.
        if (status === 2) continue;
        expect(status).toBe(0);
        done.push(`${endpoint} ${payment}`);
        const config = JSON5.parse(readFileSync(join(home, ".openclaw", "openclaw.json"), "utf8"));
        const entries: { apiKey?: string; headers?: Record<string, string> }[] = Object.values(config.models.providers);
        for (const { apiKey, headers } of entries)
          expect([apiKey ?? "", ...Object.values(headers ?? {})].join(" ")).toContain("${CF_AIG_TOKEN}");
        expect(config.gateway.auth.token).toBe("${OPENCLAW_GATEWAY_TOKEN}");
      }
    }
    expect(done).toEqual(expect.arrayContaining(["anthropic undefined", "openai stored", "workers-ai undefined"]));
  });

  it("takes CF_AIG_TOKEN from the variable also where it is optional and given alone", async () => {
    const home = temporaryHome();
    const env = { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY, CF_AIG_TOKEN: CANARY_TOKEN };
    expect(await openclaw(REF, { home, env })).toMatchObject({ status: 0 });
    expect([...filesBelow(home).values()].join("")).not.toContain("CANARY");
    const again = await openclaw(CHOICE, { home, env });
    expect(again.stdout).toBe("Already up to date. No files were changed.\n");
  });

  it("makes a local gateway token where no variable gives one", async () => {
    const home = temporaryHome();
    await openclaw(REF, { home, env: { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY } });
    expect(readFileSync(join(home, ".openclaw", ".env"), "utf8")).toMatch(/^OPENCLAW_GATEWAY_TOKEN=[\w-]{43}\n$/);
  });

  it("leaves a key that the configuration holds in clear where it is", async () => {
    const home = temporaryHome();
    mkdirSync(join(home, ".openclaw"));
    const path = join(home, ".openclaw", "openclaw.json");
    const headers = { "cf-aig-authorization": `Bearer ${CANARY_TOKEN}` };
    writeFileSync(
      path,
      JSON.stringify({ models: { providers: { "cloudflare-ai-gateway": { headers, models: [] } } } }),
    );
    const env = { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY };
    expect(await openclaw(REF, { home, env })).toMatchObject({ status: 0 });
    expect(readFileSync(join(home, ".openclaw", ".env"), "utf8")).not.toContain("CANARY");
    expect(JSON5.parse(readFileSync(path, "utf8")).models.providers["cloudflare-ai-gateway"].headers).toEqual(headers);
  });
});
