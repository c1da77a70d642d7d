import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Anthropic from "@anthropic-ai/sdk";
import { describe, expect, it } from "vitest";
import { installed, nativeProgram } from "../clients/install.ts";
import { startWorld, type World } from "../clients/world.ts";
import { CANARY_CLIENT_TOKEN } from "../support/gateway-process.ts";
import { CANARY_KEY, filesBelow } from "../support/program.ts";
import { wranglerFor } from "./wrangler.ts";

const CANARY_OPENAI_KEY = "sk-proj-CANARYopenaiCANARYopenaiCANARYopenaiCANARY";

/** As `wrangler dev` takes them without a file. */
const SECRETS = {
  OPENCLAW_GATEWAY_TOKEN: CANARY_CLIENT_TOKEN,
  CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY,
  OPENAI_API_KEY: CANARY_OPENAI_KEY,
  CLOUDFLARE_INCLUDE_PROCESS_ENV: "true",
};

const CLOUDFLARE = "https://gateway.ai.cloudflare.com";

function replaceIn(path: string, from: string, to: string): void {
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replaceAll(from, to));
}

/** A machine on which the project was written, which leads to Cloudflare. */
async function written(
  ...flags: readonly string[]
): Promise<World & { readonly folder: string; readonly said: string; readonly leadToUpstream: () => void }> {
  const world = await startWorld();
  const folder = join(world.home, "worker");
  const { origin } = new URL(world.upstream.base);
  replaceIn(join(world.home, ".openclaw", "openclaw.json"), origin, CLOUDFLARE);
  const said = await world.program("gateway", "worker", folder, ...flags);
  // No Worker at Cloudflare could reach it, and the command refuses to write it.
  const leadToUpstream = () => replaceIn(join(folder, "openclaw.json"), CLOUDFLARE, origin);
  return { ...world, folder, said, leadToUpstream };
}

/** Every file below the home but those that the user keeps secrets in. */
function assertNoSecret({ home }: World, ...texts: readonly string[]): void {
  const files = [...filesBelow(home)].filter(([path]) => !path.endsWith("/.openclaw/.env"));
  expect(files.length).toBeGreaterThan(6);
  for (const secret of [CANARY_CLIENT_TOKEN, CANARY_KEY, CANARY_OPENAI_KEY]) {
    expect(files.filter(([, text]) => text.includes(secret)).map(([path]) => path)).toEqual([]);
    expect(texts.filter((text) => text.includes(secret))).toEqual([]);
  }
}

describe("the project that `gateway worker` writes", () => {
  it.each([[[]], [["--shared-cooldowns", "--usage", "--limit", "120/minute"]]])(
    "is taken by `wrangler deploy --dry-run` (%s)",
    async (flags) => {
      const world = await written(...flags);
      const wrangler = await wranglerFor(world);
      const { status, printed } = await wrangler.run(["deploy", "--dry-run", "--outdir", "bundled"], world.folder);
      expect({ status, printed }).toEqual({ status: 0, printed: expect.stringContaining("--dry-run: exiting now.") });
      const [, kib = ""] = /Total Upload: ([\d.]+) KiB/.exec(printed) ?? [];
      expect(Number(kib)).toBeGreaterThan(100);
      expect(Number(kib)).toBeLessThan(320);
      expect(printed).not.toMatch(/\b(?:WARNING|ERROR)\b/);
      assertNoSecret(world, printed, world.said);
    },
  );

  it("serves Anthropic's SDK and Claude Code in `wrangler dev`", async () => {
    const world = await written();
    world.leadToUpstream();
    const wrangler = await wranglerFor(world);
    const { url, printed } = await wrangler.dev(world.folder, SECRETS);
    const sdk = new Anthropic({ apiKey: CANARY_CLIENT_TOKEN, baseURL: url, maxRetries: 0 });
    const asked = { model: "claude-sonnet-4-6", max_tokens: 9, messages: [{ role: "user" as const, content: "Hi" }] };

    const plain = await sdk.messages.create(asked);
    expect(plain.content).toMatchObject([{ type: "text", text: world.upstream.answer }]);

    world.upstream.hold();
    const pieces: string[] = [];
    for await (const event of sdk.messages.stream(asked)) {
      if (event.type === "content_block_delta" && event.delta.type === "text_delta") pieces.push(event.delta.text);
      // The rest is still held back when the first words are there.
      if (pieces.length > 0) world.upstream.release();
    }
    expect(pieces).toEqual(world.upstream.pieces);
    await expect(
      new Anthropic({ apiKey: "another", baseURL: url, maxRetries: 0 }).messages.create(asked),
    ).rejects.toMatchObject({ status: 401 });

    const claude = await world.run({
      command: nativeProgram(await installed("claude-code"), "@anthropic-ai/claude-code", "claude"),
      args: ["-p", "Hi"],
      env: {
        ANTHROPIC_BASE_URL: url,
        ANTHROPIC_AUTH_TOKEN: CANARY_CLIENT_TOKEN,
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
        CLAUDE_CODE_MAX_RETRIES: "0",
      },
    });
    expect(claude).toMatchObject({ status: 0, stdout: expect.stringContaining(world.upstream.answer) });

    const seen = world.upstream.requests.filter(({ path }) => path.endsWith("/v1/messages"));
    expect(seen.length).toBeGreaterThanOrEqual(3);
    for (const { headers, text } of seen) {
      expect(headers["x-api-key"]).toBe(CANARY_KEY);
      expect(JSON.stringify(headers) + text).not.toContain(CANARY_CLIENT_TOKEN);
    }
    expect(printed()).toMatch(/"path":"\/v1\/messages","model":"[^"]+","status":200/);
    assertNoSecret(world, printed(), claude.printed);
  });

  it("says in `wrangler dev` which secret is missing", async () => {
    const world = await written();
    const wrangler = await wranglerFor(world);
    const { url, printed } = await wrangler.dev(world.folder, { OPENAI_API_KEY: CANARY_OPENAI_KEY });
    const response = await fetch(`${url}/v1/messages`, { method: "POST", body: "{}" });
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("npx wrangler secret put OPENCLAW_GATEWAY_TOKEN");
    assertNoSecret(world, printed());
  });
});
