import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startWorld } from "../clients/world.ts";
import { CANARY_CLIENT_TOKEN } from "../support/gateway-process.ts";
import { CANARY_KEY, filesBelow, PROGRAM } from "../support/program.ts";
import { formsOf } from "../support/worker-project.ts";
import { startCloudflareApi } from "./cloudflare-api.ts";
import { wranglerFor } from "./wrangler.ts";

const KEY = "CLOUDFLARE_AI_GATEWAY_API_KEY";

describe("the four commands of the README", () => {
  it("hand the secrets over a pipe, and deploy", async () => {
    const world = await startWorld();
    const config = join(world.home, ".openclaw", "openclaw.json");
    const upstream = new URL(world.upstream.base).origin;
    const cloudflare = "https://gateway.ai.cloudflare.com";
    writeFileSync(config, readFileSync(config, "utf8").replaceAll(upstream, cloudflare));
    const folder = join(world.home, "gw");
    const said = await world.program(
      "gateway",
      "worker",
      folder,
      "--shared-cooldowns",
      "--usage",
      "--limit",
      "120/minute",
    );
    const wrangler = await wranglerFor(world);
    const api = await startCloudflareApi();
    const run = (...args: readonly string[]) => wrangler.run(args, folder, api.env);

    // Without the secrets, nothing gets onto the internet.
    const early = await run("deploy");
    expect([early.status, api.uploads]).toEqual([1, []]);
    expect(early.printed).toMatch(/required secrets have not been set: .*CLOUDFLARE_AI_GATEWAY_API_KEY/);

    const secrets = spawn(process.execPath, [PROGRAM, "gateway", "worker", "secrets", "."], {
      cwd: folder,
      env: world.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let told = "";
    secrets.stderr.setEncoding("utf8").on("data", (text: string) => {
      told += text;
    });
    const bulk = await wrangler.run(["secret", "bulk"], folder, api.env, secrets.stdout);
    expect(bulk).toMatchObject({ status: 0, printed: expect.stringContaining("secrets successfully uploaded") });
    expect(Object.fromEntries(api.secrets)).toMatchObject({
      [KEY]: CANARY_KEY,
      OPENCLAW_GATEWAY_TOKEN: CANARY_CLIENT_TOKEN,
    });
    expect(told).toMatch(/^Passed \d secrets for openclaw-gateway to the pipe: .*OPENCLAW_GATEWAY_TOKEN/);

    const deploy = await run("deploy");
    expect(deploy).toMatchObject({
      status: 0,
      printed: expect.stringContaining("https://openclaw-gateway.me.workers.dev"),
    });
    const [metadata] = api.deployed;
    expect(metadata).toMatchObject({
      compatibility_date: "2026-04-26",
      observability: { enabled: true },
      bindings: expect.arrayContaining([
        { name: KEY, type: "inherit" },
        { name: "OPENCLAW_GATEWAY_TOKEN", type: "inherit" },
        expect.objectContaining({ name: "OPENCLAW_COOLDOWNS", type: "durable_object_namespace" }),
        expect.objectContaining({ name: "OPENCLAW_LIMIT_120_PER_60S", type: "ratelimit" }),
        { name: "OPENCLAW_USAGE", type: "analytics_engine", dataset: "usage_openclaw_gateway" },
      ]),
    });
    expect(metadata).not.toHaveProperty("limits");

    const again = await world.program("gateway", "worker", folder);
    expect(again).toContain("is up to date");
    const files = [...filesBelow(folder)].map(([path, text]) => [path, text] as const);
    const texts = [said, again, told, early.printed, bulk.printed, deploy.printed, ...api.uploads];
    for (const form of [CANARY_KEY, CANARY_CLIENT_TOKEN].flatMap(formsOf)) {
      expect(files.filter(([, text]) => text.includes(form)).map(([path]) => path)).toEqual([]);
      expect(texts.filter((text) => text.includes(form))).toEqual([]);
    }
  });
});
