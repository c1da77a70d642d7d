import { createServer } from "node:net";
import { performance } from "node:perf_hooks";
import { onTestFinished } from "vitest";
import type { Credentials } from "../../src/config/credentials.ts";
import type { Config } from "../../src/config/schema.ts";
import type { Env } from "../../src/core/context.ts";
import { ok } from "../../src/core/result.ts";
import { Secret } from "../../src/core/secret.ts";
import { pausesFor } from "../../src/core/sliced.ts";
import { accessByTokens } from "../../src/gateway/access.ts";
import { type ConfigureInput, configure } from "../../src/gateway/configure.ts";
import type { RequestRecord } from "../../src/gateway/log.ts";
import type { Pages } from "../../src/gateway/pages.ts";
import type { GatewaySettings } from "../../src/gateway/settings.ts";
import { createTransport, TIMEOUTS } from "../../src/http/upstream-transport.ts";
import { endpointsOf } from "../../src/providers/provider.ts";
import { PROVIDERS } from "../../src/providers/registry.ts";
import { LIMITS, type Limits } from "../../src/server/limits.ts";
import { createGatewayServer, type GatewayServer, listenAt } from "../../src/server/node-server.ts";
import { en } from "../../src/text/en/index.ts";
import { type StandIn, type StandInOptions, startStandIn } from "./stand-in/stand-in.ts";
import { KNOWN } from "./stand-in/world.ts";

/** What the clients of the tests present. */
export const CLIENT_TOKEN = "CANARY-client-token-CANARY-client-token";

export const OURS = "cloudflare-ai-gateway";

export interface GatewayOptions {
  readonly providers?: NonNullable<Config["models"]>["providers"];
  readonly primary?: string;
  readonly fallbacks?: readonly string[];
  readonly aliases?: Readonly<Record<string, string>>;
  /** By provider; one that is not named has the key that the stand-in knows. */
  readonly credentials?: Readonly<Record<string, Credentials>>;
  /** The ids of models that are known, by provider. */
  readonly catalog?: Readonly<Record<string, readonly string[]>>;
  readonly rules?: Partial<ConfigureInput["rules"]>;
  readonly limits?: Partial<Limits>;
  readonly timeouts?: Partial<typeof TIMEOUTS>;
  readonly env?: Env;
  readonly clockMs?: () => number;
  /** The port that it is to know as its own. */
  readonly port?: number;
  /** Another one listens and hands its connections over, as with several processes. */
  readonly isHandedConnections?: boolean;
  readonly pages?: Pages;
}

export interface LocalGateway extends GatewayServer {
  readonly url: string;
  readonly port: number;
  /** What was logged of every request that is over. */
  readonly records: readonly RequestRecord[];
  readonly notices: readonly string[];
  readonly bugs: readonly Error[];
  /** The settings of a gateway whose providers are as told. */
  readonly settings: (options: GatewayOptions) => GatewaySettings;
  /** The record of so many requests, as soon as there are as many. */
  readonly logged: (count: number) => Promise<readonly RequestRecord[]>;
  /** How long it was asked to wait, in milliseconds. */
  readonly pauses: readonly number[];
  /** Lets its clock for silence go on by so many seconds. */
  readonly pass: (seconds: number) => void;
  /** Resolves when that clock runs. */
  readonly counting: () => Promise<void>;
  /** False if it stands still. */
  readonly isCounting: () => boolean;
}

const KEY: Credentials = { apiKey: new Secret(KNOWN.anthropicKey), headers: {} };

/** The settings of a gateway whose providers are as told. */
export function testSettings(options: GatewayOptions): GatewaySettings {
  const { providers = {}, primary, fallbacks = [], aliases = {}, credentials = {}, rules = {}, catalog = {} } = options;
  const config: Config = {
    models: { providers },
    agents: {
      defaults: {
        ...(primary !== undefined && { model: { primary, fallbacks } }),
        models: Object.fromEntries(Object.entries(aliases).map(([alias, ref]) => [ref, { alias }])),
      },
    },
  };
  return configure({
    config,
    endpoints: endpointsOf(PROVIDERS),
    listen: { host: "127.0.0.1", port: options.port ?? 0 },
    credentials: new Map(Object.keys(providers).map((id) => [id, ok(credentials[id] ?? KEY)])),
    rules: {
      access: accessByTokens([{ name: undefined, token: new Secret(CLIENT_TOKEN) }]),
      stripPrefill: "thinking",
      namesClients: true,
      allowedHosts: new Set(),
      allowedOrigins: new Set(),
      ...rules,
    },
    english: en,
    catalog: () => new Map(Object.entries(catalog).map(([id, models]) => [id, models.map(named)])),
  }).settings;
}

const named = (id: string) => ({ id, name: `The ${id}` });

export const MODEL = "claude-sonnet-4-6";

/** A small question to that model. */
export const HELLO = { model: MODEL, max_tokens: 10, messages: [{ role: "user" as const, content: "Hi" }] };

/** A gateway before a stand-in, with the one provider that everybody has. */
export async function startBoth(
  options: Partial<GatewayOptions> = {},
  world: StandInOptions = {},
): Promise<{ readonly standIn: StandIn; readonly gateway: LocalGateway }> {
  const standIn = await startStandIn(world);
  onTestFinished(() => standIn.close());
  const gateway = await startLocalGateway({
    providers: { [OURS]: { baseUrl: `${standIn.gatewayBase()}/anthropic`, api: "anthropic-messages" } },
    primary: `${OURS}/${MODEL}`,
    ...options,
  });
  return { standIn, gateway };
}

/** A gateway on this machine until the test is over. Waiting takes no time unless the test holds it. */
export async function startLocalGateway(options: GatewayOptions): Promise<LocalGateway> {
  const records: RequestRecord[] = [];
  const notices: string[] = [];
  const bugs: Error[] = [];
  const pauses: number[] = [];
  const waiting = new Set<() => void>();
  const ticks = new Set<() => void>();
  const starting = new Set<() => void>();
  const transport = createTransport({ ...TIMEOUTS, ...options.timeouts }, options.env ?? {});
  const gateway = createGatewayServer(testSettings(options), {
    transport,
    log: {
      request: (record) => {
        records.push(record);
        for (const look of waiting) look();
        return record;
      },
      notice: (_, message) => notices.push(message),
      bug: (error) => bugs.push(error),
    },
    limits: { ...LIMITS, ...options.limits },
    clockMs: options.clockMs ?? (() => performance.now()),
    delay: async (ms) => void pauses.push(ms),
    every: (_, tick) => {
      ticks.add(tick);
      for (const start of starting) start();
      return () => void ticks.delete(tick);
    },
    pause: pausesFor(setImmediate),
    random: () => 0.5,
    english: en,
    about: { version: "1.2.3", pid: 4711 },
    ...(options.pages && { pages: options.pages }),
  });
  const doorkeeper = options.isHandedConnections ? createServer(gateway.accept) : undefined;
  const port = await (doorkeeper === undefined ? gateway.listen(0, "127.0.0.1") : listenAt(doorkeeper, 0, "127.0.0.1"));
  onTestFinished(async () => {
    doorkeeper?.close();
    await gateway.stop(0);
    await transport.close();
  });
  return {
    ...gateway,
    url: `http://127.0.0.1:${port}`,
    port,
    records,
    notices,
    bugs,
    pauses,
    pass: (seconds) => {
      for (let second = 0; second < seconds; second += 1) for (const tick of ticks) tick();
    },
    counting: () => (ticks.size > 0 ? Promise.resolve() : new Promise((resolve) => starting.add(resolve))),
    isCounting: () => ticks.size > 0,
    settings: (changed) => testSettings({ ...options, ...changed }),
    logged: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (records.length < count) return;
          waiting.delete(look);
          resolve(records);
        };
        waiting.add(look);
        look();
      }),
  };
}
