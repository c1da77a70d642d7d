import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { freePort, start, untilListening } from "../children.ts";
import { CLIENT_TOKEN, MODEL } from "../traffic.ts";
import { type Contender, type ContenderKind, environment, type Place } from "./contender.ts";
import { CountedLog } from "./counted-log.ts";

const PROGRAM = resolve("bin", "openclaw.cjs");

/** The built program, as a user starts it: with all its rules, the token, and the log in a file. */
export async function openclaw(
  { folder, upstreamPort, core, workers }: Place,
  { program = PROGRAM, nodeOptions = [] }: { readonly program?: string; readonly nodeOptions?: readonly string[] } = {},
): Promise<Contender & { readonly log: string }> {
  const port = await freePort();
  const settings = join(folder, ".openclaw");
  mkdirSync(settings);
  writeFileSync(join(settings, "openclaw.json"), JSON.stringify(configAt(upstreamPort)), { mode: 0o600 });
  writeFileSync(join(settings, ".env"), dotenvOf(SECRETS), { mode: 0o600 });
  const log = new CountedLog(join(folder, "gateway.log"));
  const args = ["gateway", "run", "--port", String(port), ...(workers > 1 ? ["--workers", String(workers)] : [])];
  const child = start(process.execPath, [...nodeOptions, program, ...args], {
    core,
    cwd: folder,
    env: environment(folder),
    stdio: ["ignore", log.descriptor, "inherit"],
  });
  await untilListening(child, port);
  await log.clear();
  return { headers: {}, port, child, log: log.path, settle: (requests) => log.holdTo(requests) };
}

const dotenvOf = (variables: Readonly<Record<string, string>>) =>
  Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");

/** One upstream, and the token that every client has to present. */
export const configAt = (upstreamPort: number) => ({
  models: {
    providers: {
      "cloudflare-ai-gateway": {
        baseUrl: `http://127.0.0.1:${upstreamPort}`,
        api: "anthropic-messages",
        apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}",
        headers: { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}" },
      },
    },
  },
  agents: { defaults: { model: { primary: `cloudflare-ai-gateway/${MODEL}` } } },
  gateway: { auth: { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" } },
});

/** By the names of their variables. */
export const SECRETS = {
  CLOUDFLARE_AI_GATEWAY_API_KEY: "sk-ant-api03-not-a-key-not-a-key-not-a-key-1234",
  CF_AIG_TOKEN: "cfut_not-a-token-not-a-token-not-a-token-1234",
  OPENCLAW_GATEWAY_TOKEN: CLIENT_TOKEN,
};

/** Ours, or an `openclaw.cjs` built from other sources, to compare a change with the build before it. */
export const ownKind = (name: string, program = PROGRAM): ContenderKind => ({
  name,
  carriesStreams: true,
  spreads: true,
  isInstalled: () => true,
  start: (place) => openclaw(place, { program }),
});
