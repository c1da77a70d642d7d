import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { freePort, start, untilListening } from "../children.ts";
import { CLIENT_TOKEN, MODEL } from "../traffic.ts";
import { type Contender, type ContenderKind, environment, type Place } from "./contender.ts";
import { CountedLog } from "./counted-log.ts";
import { CountedRecord } from "./counted-record.ts";

const PROGRAM = resolve("bin", "openclaw.cjs");

interface Build {
  readonly program?: string;
  readonly nodeOptions?: readonly string[];
  /** Its requests are recorded, or not; otherwise it is not looked at. */
  readonly isRecorded?: boolean;
}

/** The built program, as a user starts it: with all its rules, the token, the log in a file, and the record. */
export async function openclaw(
  { folder, upstreamPort, core, workers }: Place,
  { program = PROGRAM, nodeOptions = [], isRecorded }: Build = {},
): Promise<Contender & { readonly log: string; readonly record: CountedRecord }> {
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
    env: { ...environment(folder), ...(isRecorded === false && { OPENCLAW_GATEWAY_USAGE: "off" }) },
    stdio: ["ignore", log.descriptor, "inherit"],
  });
  await untilListening(child, port);
  await log.clear();
  const record = new CountedRecord(folder, isRecorded === true);
  const settle = async (requests: number) =>
    (await log.holdTo(requests)) ?? (isRecorded === undefined ? undefined : record.holdTo(requests));
  return { headers: {}, port, child, log: log.path, record, settle };
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

/** Ours with its record on or off, each held to that. */
export const recordingKind = (name: string, isRecorded: boolean): ContenderKind => ({
  ...ownKind(name),
  start: (place) => openclaw(place, { isRecorded }),
});
