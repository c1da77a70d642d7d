import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolvePaths } from "../../src/core/paths.ts";
import { fail } from "../../src/core/result.ts";
import { pausesFor } from "../../src/core/sliced.ts";
import { createLog } from "../../src/gateway/log.ts";
import { LogSecrets } from "../../src/gateway/log-secrets.ts";
import type { GatewaySettings } from "../../src/gateway/settings.ts";
import { createTransport, TIMEOUTS } from "../../src/http/upstream-transport.ts";
import { endpointsOf } from "../../src/providers/provider.ts";
import { PROVIDERS } from "../../src/providers/registry.ts";
import { readGatewaySetup } from "../../src/server/gateway-setup.ts";
import { LIMITS } from "../../src/server/limits.ts";
import { createGatewayServer, type GatewayServer } from "../../src/server/node-server.ts";
import { systemContext } from "../../src/system/system-context.ts";
import { en } from "../../src/text/en/index.ts";
import { VERSION } from "../support/answering-gateway.ts";
import { writeHome } from "../support/gateway-process.ts";
import type { Host, LogLine, Setup } from "./host.ts";
import { StillClock } from "./still-clock.ts";

/** Long enough for an answer on this machine, however busy; an upstream of the table that is slower says nothing at all. */
const IMPATIENT_MS = 300;

const HOP = "openclaw-0123456789abcdef";

interface Running {
  readonly server: GatewayServer;
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** The local gateway as `openclaw gateway run` configures it, with a clock that stands still. */
export async function startNodeHost(): Promise<Host & { readonly close: () => Promise<void> }> {
  const home = mkdtempSync(join(tmpdir(), "openclaw-conformance-"));
  const clock = new StillClock();
  const lines: LogLine[] = [];
  const waiting = new Set<() => void>();
  const settingsOf = async ({ config, variables }: Setup) => {
    writeHome(home, config, {});
    const context = {
      ...systemContext(en, {
        createPrompter: () => Promise.reject(new Error("nobody is asked")),
        // Lists of models are asked for where they can be saved. The table has what both hosts know without them.
        createLiveScreen: () => Promise.reject(new Error("no terminal")),
        send: async () => async () => fail({ kind: "refused" } as const),
      }),
      env: { HOME: home, PATH: process.env.PATH ?? "", ...variables },
      homedir: () => home,
      cwd: () => home,
    };
    return readGatewaySetup(
      {
        flags: { port: "1" },
        paths: resolvePaths({}, context),
        endpoints: endpointsOf(PROVIDERS),
        onRead: () => {},
        english: en,
        hop: HOP,
        userAgent: `openclaw/${VERSION}`,
        stopping: new AbortController().signal,
      },
      context,
    );
  };
  const secrets = new LogSecrets();
  const serve = async (settings: GatewaySettings, timeouts: Partial<typeof TIMEOUTS>): Promise<Running> => {
    const transport = createTransport({ ...TIMEOUTS, ...timeouts }, {});
    const log = createLog({
      write: (text) => {
        for (const line of text.split("\n").filter(Boolean)) lines.push(JSON.parse(line));
        for (const look of waiting) look();
        return true;
      },
      now: () => new Date(0),
      forPerson: false,
      secrets,
      // So that each request has a line.
      threshold: "debug",
      later: setImmediate,
    });
    const server = createGatewayServer(settings, {
      transport,
      log,
      limits: LIMITS,
      clockMs: () => clock.nowMs,
      delay: (ms) => new Promise((resolve) => clock.set(ms, resolve, false)),
      every: (ms, tick) => clock.set(ms, tick, true),
      pause: pausesFor((then) => void setImmediate(then)),
      random: () => 0.5,
      english: en,
      about: { version: VERSION, pid: 4711 },
    });
    const port = await server.listen(0, "127.0.0.1");
    return { server, port, close: () => server.stop(0).then(() => transport.close()) };
  };
  const servers = new Map<boolean, Running>();
  let port = 0;
  let isImpatient = false;
  return {
    name: "node",
    hop: HOP,
    get port() {
      return port;
    },
    use: async (setup) => {
      isImpatient = setup.isImpatient === true;
      const timeouts = isImpatient ? { firstByteMs: IMPATIENT_MS, idleMs: IMPATIENT_MS } : {};
      const { settings, tokens } = await settingsOf(setup);
      secrets.add(tokens, settings.upstreams.values());
      const running = servers.get(isImpatient) ?? (await serve(settings, timeouts));
      servers.set(isImpatient, running);
      running.server.use(settings);
      port = running.port;
      // A timer for streams that are over ends itself.
      await clock.pass(1_000);
      lines.length = 0;
    },
    // Time limits of connections are the system's, which its clock cannot hurry.
    pass: (ms, timerMs) => clock.pass(ms, isImpatient ? undefined : timerMs),
    logged: (count) =>
      new Promise((resolve) => {
        const look = () => {
          const found = lines.filter(({ method }) => method !== undefined);
          if (found.length < count) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    close: async () => {
      for (const { close } of servers.values()) await close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
