import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import JSON5 from "json5";
import { expect, it } from "vitest";
import { configPath } from "../support/home-files.ts";
import { ACCOUNT, CANARY_KEY, CANARY_TOKEN, openclaw } from "../support/program.ts";

const ID = "--cloudflare-ai-gateway";
const SET_UP = ["onboard", "--yes", "--auth-choice", "cloudflare-ai-gateway-api-key", `${ID}-account-id`, ACCOUNT];
const ENV = {
  CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY,
  OPENAI_API_KEY: "sk-proj-CANARYopenaiCANARYopenaiCANARYopenaiCANARY",
  CF_AIG_TOKEN: CANARY_TOKEN,
  OPENCLAW_GATEWAY_REMOTE_TOKEN: "CANARYremoteCANARYremoteCANARYremote",
  MINE: CANARY_KEY,
};

type Config = Record<string, unknown>;
interface Place {
  readonly home: string;
  readonly env: Record<string, string>;
}

function config(home: string): Config {
  const { wizard: _, meta: __, ...rest } = JSON5.parse(readFileSync(configPath(home), "utf8")) as Config;
  return rest;
}

/** A set-up by flags. */
const flags = fc.record({
  endpoint: fc.constantFrom("anthropic", "openai", "workers-ai", "anthropic,openai", "openai,workers-ai"),
  payment: fc.constantFrom([], ["--cloudflare-ai-gateway-credentials", "billing"]),
  alias: fc.constantFrom([], ["--cloudflare-ai-gateway-credentials", "stored", `${ID}-byok-alias`, "prod"]),
  gateway: fc.constantFrom(
    [],
    ["--gateway-port", "18791"],
    ["--gateway-bind", "custom", "--gateway-custom-host", "127.0.0.1"],
    ["--gateway-auth", "none"],
  ),
  mode: fc.constantFrom([], ["--secret-input-mode", "ref"]),
  baseUrl: fc.constantFrom([], [`${ID}-base-url`, "https://ai.example.com/anthropic"]),
});

const OURS = "cloudflare-ai-gateway";
type Edit = (config: Config) => void;
// biome-ignore lint/suspicious/noExplicitAny: paths of a configuration that is what each edit expects, or is left alone.
const edit = (change: (config: any) => void): Edit => change;

/** Later changes by a person, or by the published program. */
const EDITS: readonly Edit[] = [
  edit((c) => Object.assign(c, { channels: { telegram: { enabled: true, groups: ["a", "b"] } }, $schema: "./x.json" })),
  edit((c) => Object.assign(c.agents.defaults, { model: c.agents.defaults.model?.primary ?? "openai/gpt-5.5" })),
  edit((c) => (c.agents.defaults.model = { primary: "openai/gpt-5.5", fallbacks: ["a/b", "c/d"] })),
  edit((c) => delete c.agents.defaults.models),
  edit((c) => (c.agents.defaults.models["a/b"] = { alias: "short", params: { temperature: 0 } })),
  edit((c) => delete c.models.mode),
  edit((c) => Object.assign(Object.values<Config>(c.models.providers)[0] ?? {}, { headers: { "x-team": "blue" } })),
  edit((c) => Object.assign(c.models.providers, { local: { baseUrl: "http://127.0.0.1:1/v1", models: [] } })),
  edit((c) => Object.values<Config>(c.models.providers).map((one) => Object.assign(one, { models: [] }))),
  edit((c) => Object.assign(c.gateway.auth, { mode: "password", password: "${MINE}" })),
  edit((c) => (c.gateway.auth.token = { source: "env", provider: "default", id: "MINE" })),
  edit((c) => (c.gateway.auth.token = "${MINE}")),
  edit((c) => Object.assign(c.gateway, { mode: "remote", remote: { url: "wss://gateway.example.com" } })),
  edit((c) => delete c.gateway),
  edit((c) => {
    const entry = c.models.providers[OURS];
    if (entry === undefined || entry.auth === "token") return;
    entry.apiKey = { source: "exec", provider: "vault", id: "key" };
    c.secrets = { providers: { vault: { source: "exec", command: "/bin/echo", args: ["x"], jsonOnly: false } } };
  }),
  edit((c) => {
    const entry = c.models.providers[OURS];
    if (entry?.apiKey !== undefined) entry.apiKey = "${MINE}";
  }),
  edit((c) => {
    const entry = c.models.providers[OURS];
    if (entry?.apiKey !== undefined) entry.apiKey = { source: "env", provider: "default", id: "MINE" };
  }),
  edit((c) => (c.env = { vars: { PLAIN: "1" } })),
];

async function inPlaces(act: (first: Place, second: Place) => Promise<void>): Promise<void> {
  const homes = ["a", "b"].map((name) => mkdtempSync(join(tmpdir(), `openclaw-answers-${name}-`)));
  const [first = "", second = ""] = homes;
  try {
    await act({ home: first, env: ENV }, { home: second, env: ENV });
  } finally {
    for (const home of homes) rmSync(home, { recursive: true, force: true });
  }
}

/** Exports from one place and imports twice in another; returns what the second import printed. */
async function moved(first: Place, second: Place): Promise<string> {
  const exported = await openclaw(["onboard", "--export-answers"], first);
  expect([exported.status, exported.stderr.replaceAll(/^Note: .*$/gm, "").trim()]).toEqual([0, ""]);
  expect(exported.stdout).not.toContain("CANARY");
  writeFileSync(join(second.home, "answers.json5"), exported.stdout);
  const args = ["onboard", "--answers", "answers.json5"];
  const imported = await openclaw(args, second);
  expect([imported.status, imported.stderr]).toEqual([0, expect.anything()]);
  return (await openclaw(args, second)).stdout;
}

const UP_TO_DATE = "Already up to date. No files were changed.\n";

it("imported on another machine, an export is the same configuration, once as twice", async () => {
  await fc.assert(
    fc.asyncProperty(flags, fc.subarray([...EDITS], { maxLength: 4 }), async (made, edits) => {
      await inPlaces(async (first, second) => {
        const { endpoint, payment, alias, gateway, mode, baseUrl } = made;
        const ids = baseUrl.length > 0 ? baseUrl : [`${ID}-gateway-id`, "my-gw"];
        const ways = payment.length > 0 ? payment : alias;
        const args = [...SET_UP.slice(0, baseUrl.length > 0 ? 4 : 6), ...ids, `${ID}-endpoint`, endpoint];
        const { status } = await openclaw([...args, ...ways, ...gateway, ...mode], first);
        // Not every payment goes with every endpoint.
        fc.pre(status === 0);
        const written = JSON5.parse(readFileSync(configPath(first.home), "utf8")) as Config;
        for (const change of edits) {
          try {
            change(written);
          } catch {
            // An earlier edit removed what this one changes.
          }
        }
        writeFileSync(configPath(first.home), JSON.stringify(written, null, 2));
        expect(await moved(first, second)).toBe(UP_TO_DATE);
        expect(config(second.home)).toEqual(config(first.home));
      });
    }),
    { numRuns: 40, ...(process.env.SEED && { seed: Number(process.env.SEED) }) },
  );
}, 120_000);

it("of a client of a remote gateway is the same, too", async () => {
  for (const token of [
    undefined,
    "${OPENCLAW_GATEWAY_REMOTE_TOKEN}",
    "${MINE}",
    { source: "env", provider: "default", id: "MINE" },
  ]) {
    await inPlaces(async (first, second) => {
      mkdirSync(join(first.home, ".openclaw"), { mode: 0o700 });
      const remote = { url: "ws://127.0.0.1:1", ...(token && { token }) };
      writeFileSync(configPath(first.home), JSON.stringify({ gateway: { mode: "remote", remote } }));
      const exported = await openclaw(["onboard", "--export-answers"], first);
      writeFileSync(join(second.home, "answers.json5"), exported.stdout);
      const args = ["onboard", "--answers", "answers.json5", "--no-verify"];
      expect((await openclaw(args, second)).status).toBe(0);
      expect((await openclaw(args, second)).stdout).toBe(UP_TO_DATE);
      expect(config(second.home)).toEqual(config(first.home));
      expect(existsSync(join(second.home, ".openclaw", "openclaw.json"))).toBe(true);
    });
  }
});
