import { performance } from "node:perf_hooks";
import { systemCode } from "../core/atomic-file.ts";
import type { About, Context, Env, LogOutput } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { formatPlace, problemText } from "../core/result.ts";
import type { Entrance } from "../gateway/entrance.ts";
import type { Transport } from "../gateway/host.ts";
import { createLog, type Log } from "../gateway/log.ts";
import { formatModelRef } from "../providers/model-ref.ts";
import { en } from "../text/en/index.ts";
import { say } from "../text/message.ts";
import { ConfigWatch, type Held, heldBy } from "./config-watch.ts";
import { type GatewayFlags, type GatewaySetup, readGatewaySetup } from "./gateway-setup.ts";
import { LIMITS } from "./limits.ts";
import { hostInUrl } from "./listen-address.ts";
import { createGatewayServer, type GatewayServer } from "./node-server.ts";
import { findPortHolder } from "./port-holder.ts";
import { notifyService } from "./service-notify.ts";

/** @why lines of one moment go out together, and nobody notices a moment. */
const LOG_WAIT_MS = 50;
/** How long the last lines wait for a reader who is behind. */
const LOG_END_MS = 1_000;

/** What the command hands to the process that serves. */
export interface GatewayHost {
  readonly paths: Paths;
  readonly about: About;
  /** The way to the upstreams, through the proxy that the variables name. */
  readonly createTransport: (proxyVariables: Env) => Transport;
}

/** Runs a gateway until it is told to stop. Throws `gateway.config`, `gateway.listen`. */
export async function runGateway(
  flags: GatewayFlags,
  { paths, about, createTransport }: GatewayHost,
  context: Context,
): Promise<void> {
  let seen = new Map<string, Held>();
  const read = (listening?: Entrance) => {
    const files = new Map<string, Held>();
    seen = files;
    // Before it is read, so that no later change of it can be taken for what was read.
    const note = (path: string) => files.has(path) || files.set(path, heldBy(path, context));
    return readGatewaySetup(flags, paths, context, note, listening);
  };
  const setup = await read();
  const output = await context.openLog();
  const log = logTo(output, context);
  const transport = createTransport(setup.proxyVariables);
  const gateway = createGatewayServer(setup.settings, {
    transport,
    log,
    limits: LIMITS,
    clockMs: () => performance.now(),
    delay: context.delay,
    random: () => context.randomBytes(1).readUInt8() / 256,
    english: en,
    about: { version: about.version, pid: context.pid, startedAt: context.now().toISOString() },
  });
  const port = await listen(gateway, setup.entrance, context);
  const stopped = untilStopped(gateway, log, context);
  const reload = async () => {
    await notifyService("RELOADING=1", context);
    await takeUp(read, setup, { gateway, log });
    await notifyService("READY=1", context);
    return seen;
  };
  const watch = new ConfigWatch(seen, reload, context);
  const unhup = context.onSignal("SIGHUP", () => watch.reloadNow());
  log.notice("info", `openclaw ${about.version} takes connections at http://${hostInUrl(setup.entrance.host)}:${port}`);
  tell(setup, log);
  if (!(await notifyService("READY=1", context))) log.notice("error", NOT_NOTIFIED);
  await stopped;
  watch.stop();
  unhup();
  await transport.close();
  log.notice("info", "Stopped.");
  await output.end(LOG_END_MS);
}

const NOT_NOTIFIED = "systemd waits to hear that the gateway is ready, and systemd-notify could not be run to tell it.";

/** Lines for a person at a terminal, else JSON. A log that cannot be written is no reason to stop. */
function logTo({ write }: LogOutput, { now, terminal }: Pick<Context, "now" | "terminal">): Log {
  return createLog({
    write,
    now,
    forPerson: terminal.stdout,
    later: (callback) => void setTimeout(callback, LOG_WAIT_MS),
  });
}

async function listen(gateway: GatewayServer, entrance: Entrance, context: Context): Promise<number> {
  const { host, port } = entrance;
  try {
    return await gateway.listen(port, host);
  } catch (cause) {
    const code = systemCode(cause);
    const refuse = (why: string, hint: string) =>
      new OpenclawError(`The local gateway cannot take connections at ${hostInUrl(host)}:${port}. ${why}`, {
        code: "gateway.listen",
        hint,
        cause,
      });
    if (code === "EADDRINUSE") {
      const holder = await findPortHolder(port, context);
      throw refuse(context.text.server.portTaken(holder), "Stop that, or choose another --port.");
    }
    if (code === "EACCES") throw refuse("Ports below 1024 are the system's.", "Choose another --port.");
    if (code === "EADDRNOTAVAIL") throw refuse("This machine has no such address.", "Choose another --bind.");
    throw cause;
  }
}

/** What is to be said once of settings that are taken up. */
function tell({ settings, notices }: GatewaySetup, log: Log): void {
  const { access, defaults, isReady } = settings;
  if (access.mode === "none") log.notice("warn", "No token is asked for: every program of this machine is let in.");
  for (const notice of notices) log.notice("warn", notice);
  const [first, ...others] = defaults.map(formatModelRef);
  if (first === undefined) log.notice("warn", "There is no default model: requests have to name one.");
  else if (isReady) log.notice("info", `The default model is ${[first, ...others].join(", then ")}.`);
}

/** Takes up what the files say now; what cannot be used changes nothing. */
async function takeUp(
  read: (listening: Entrance) => Promise<GatewaySetup>,
  { entrance, proxyVariables }: GatewaySetup,
  { gateway, log }: { readonly gateway: GatewayServer; readonly log: Log },
): Promise<void> {
  try {
    const next = await read(entrance);
    gateway.use(next.settings);
    log.notice("info", "The configuration was taken up.");
    tell(next, log);
    if (JSON.stringify([next.entrance, next.proxyVariables]) !== JSON.stringify([entrance, proxyVariables])) {
      log.notice("warn", "Another port, address or proxy is taken up when the gateway is started again.");
    }
  } catch (error) {
    if (!(error instanceof OpenclawError)) throw error;
    const problems = error.problems.flatMap((problem) => {
      const place = formatPlace(problem);
      return place === "" ? problemText(problem, en) : `${place}: ${problemText(problem, en)}`;
    });
    const why = [say(error.says, en), ...problems, ...(error.hint === undefined ? [] : [say(error.hint, en)])].join(
      " ",
    );
    log.notice("error", `The configuration was not taken up, and the one before goes on. ${why}`);
  }
}

/** Resolves when the gateway has been told to stop and has done so: at once, when it is told twice. */
function untilStopped(gateway: GatewayServer, log: Log, context: Context): Promise<void> {
  let isStopping = false;
  const stop = async () => {
    const stopped = gateway.stop(isStopping ? 0 : LIMITS.drainMs);
    if (!isStopping) log.notice("info", "Stopping: running requests have 30 seconds. A second signal ends them.");
    isStopping = true;
    await notifyService("STOPPING=1", context);
    const cut = await stopped;
    if (cut > 0) log.notice("warn", `Running requests that were cut off: ${cut}.`);
  };
  return new Promise((resolve, reject) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const)
      context.onSignal(signal, () => void stop().then(resolve, reject));
  });
}
