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
}

interface Gateway extends Contender {
  readonly log: string;
  readonly record: CountedRecord;
  /** Switches the record, as a user does. Resolves when the gateway has read so. */
  readonly setRecording: (isOn: boolean) => Promise<void>;
}

/** The built program, as a user starts it: with all its rules, the token, the log in a file, and the record. */
export async function openclaw(
  { folder, upstreamPort, core, workers }: Place,
  { program = PROGRAM, nodeOptions = [] }: Build = {},
): Promise<Gateway> {
  const port = await freePort();
  const settings = join(folder, ".openclaw");
  mkdirSync(settings);
  writeFileSync(join(settings, "openclaw.json"), JSON.stringify(configAt(upstreamPort)), { mode: 0o600 });
  const dotenv = join(settings, ".env");
  writeFileSync(dotenv, dotenvOf(SECRETS), { mode: 0o600 });
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
  let isRecording = true;
  return {
    ...{ headers: {}, port, child, log: log.path, record: new CountedRecord(folder) },
    settle: (requests) => log.holdTo(requests),
    setRecording: async (isOn) => {
      if (isOn === isRecording) return;
      isRecording = isOn;
      writeFileSync(dotenv, dotenvOf(isOn ? SECRETS : { ...SECRETS, OPENCLAW_GATEWAY_USAGE: "off" }));
      await log.has("The configuration was reloaded.");
      await log.clear();
    },
  };
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

/**
 * Ours with its record on and off: one process that is told so in turn, and held to it.
 * @why two processes of one program differ by as much as the record takes.
 */
export function recordingKinds(): readonly ContenderKind[] {
  let shared: Gateway | undefined;
  const kind = (name: string, isOn: boolean): ContenderKind => ({
    ...{ ...ownKind(name), spreads: false },
    start: async (place) => {
      const gateway = isRunning(shared) ? shared : await openclaw(place);
      shared = gateway;
      return {
        ...gateway,
        prepare: () => gateway.setRecording(isOn),
        settle: async (requests) => (await gateway.settle(requests)) ?? gateway.record.holdTo(requests, isOn),
      };
    },
  });
  return [kind("recorded", true), kind("unrecorded", false)];
}

const isRunning = (gateway: Gateway | undefined): gateway is Gateway =>
  gateway?.child?.exitCode === null && gateway.child.signalCode === null;
