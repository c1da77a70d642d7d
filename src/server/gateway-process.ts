import { performance } from "node:perf_hooks";
import { hostInUrl, type ListenAddress, metricsUrl } from "../config/listen-address.ts";
import type { About, Context } from "../core/context.ts";
import { attempt } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { withPlace } from "../core/result.ts";
import type { LevelPaint, LogLevel } from "../gateway/log.ts";
import { LogSecrets } from "../gateway/log-secrets.ts";
import type { GatewayRunFlags } from "../gateway/run-flags.ts";
import { formatModelRef } from "../providers/model.ts";
import type { PriceTable } from "../providers/price.ts";
import type { Endpoint } from "../providers/provider.ts";
import { type Message, say, type Texts } from "../text/message.ts";
import { priceTables } from "../usage/prices.ts";
import { ConfigWatch, type FileSnapshot, snapshotOf } from "./config-watch.ts";
import { GatewayMetrics, type SayMetrics } from "./gateway-metrics.ts";
import { type GatewaySetup, readGatewaySetup } from "./gateway-setup.ts";
import { openLaunchdLog } from "./launchd-log.ts";
import { LIMITS } from "./limits.ts";
import { listenFailure } from "./listen-failure.ts";
import { openMetricsPort } from "./metrics-port.ts";
import { Overview } from "./overview.ts";
import { serveHere } from "./serve-here.ts";
import { type CreateTransport, gatewayLog, type Serving } from "./serving.ts";
import { createUsageRecorder } from "./usage-recorder.ts";

/** Longest wait at exit for a log reader that is behind. */
const LOG_END_MS = 1_000;

export interface GatewayProcessOptions {
  readonly paths: Paths;
  readonly about: About;
  readonly endpoints: readonly Endpoint[];
  /** For errors on the wire, and for a log that does not go to a terminal. */
  readonly english: Texts;
  readonly createTransport: CreateTransport;
  /** Loads the modules that are needed later, before an update replaces their files. */
  readonly loadRest: () => Promise<void>;
  /** Breaks lines between words for a terminal of so many columns. */
  readonly fitted: (lines: string, columns: number | undefined) => string;
  readonly loadLogPaint: () => Promise<LevelPaint>;
  readonly isColoured: boolean;
}

type Notify = (level: LogLevel, message: Message) => void;

/** Runs a gateway until it is told to stop. Throws `gateway.config`, `gateway.listen`, `usage.invalid`. */
export async function runGateway(
  flags: GatewayRunFlags,
  {
    paths,
    about,
    endpoints,
    english,
    createTransport,
    loadRest,
    fitted,
    loadLogPaint,
    isColoured: mayColour,
  }: GatewayProcessOptions,
  context: Context,
): Promise<void> {
  let seen = new Map<string, FileSnapshot>();
  const hop = `openclaw-${context.randomBytes(8).toString("hex")}`;
  const stopping = new AbortController();
  const userAgent = `openclaw/${about.version}`;
  const read = (listening?: ListenAddress) => {
    const files = new Map<string, FileSnapshot>();
    seen = files;
    // Taken before reading, so that a later change is never mistaken for what was read.
    const onRead = (path: string) => files.has(path) || files.set(path, snapshotOf(path, context));
    const options = { flags, paths, endpoints, onRead, listening, english, hop, userAgent, stopping: stopping.signal };
    return readGatewaySetup(options, context);
  };
  const setup = await read();
  const secrets = new LogSecrets();
  const keepFromLog = ({ tokens, settings }: GatewaySetup) => secrets.add(tokens, settings.upstreams.values());
  keepFromLog(setup);
  const output = openLaunchdLog(paths, context) ?? (await context.openLog());
  const forPerson = context.terminal.stdout;
  const write = forPerson ? (text: string) => output.write(fitted(text, context.columns())) : output.write;
  const isColoured = forPerson && mayColour;
  const paint = isColoured ? await loadLogPaint() : undefined;
  const log = gatewayLog({ write, forPerson, paint, secrets }, context);
  const notify: Notify = (level, message) => log.notice(level, say(message, forPerson ? context.text : english));
  const whole = new GatewayMetrics(about, context.now);
  let current = setup;
  let sayMetrics: SayMetrics = async () => "";
  const metrics = await openMetricsPort(setup, {
    version: about.version,
    say: (format) => sayMetrics(format),
    settings: () => current.settings,
    onFault: log.bug,
    paths,
    context,
  });
  const metricsPort = metrics?.port;
  const prices = await priceTables(endpoints);
  const told = { forPerson, isColoured, metricsPort };
  const deps = { paths, about, english, createTransport, log, secrets, notify, whole, prices, ...told };
  const serving = await servingOf(setup, deps, context);
  sayMetrics = serving.metrics;
  let reloadNow = () => {};
  // Heard from the beginning, when there is nothing to reload: otherwise it would end this process.
  const stopListening = context.onSignal("SIGHUP", () => reloadNow());
  const stopped = untilStopped(serving, notify, context);
  const end = async () => {
    stopping.abort();
    stopListening();
    await serving.close();
    metrics?.close();
  };
  const listened = listen(serving, setup.listen, paths, context);
  // Several processes take a moment to start, and one that was told to stop meanwhile never listens.
  const port = await Promise.race([listened, stopped]).catch(async (error) => {
    await end();
    throw error;
  });
  if (port === undefined) {
    await end();
    notify("info", (text) => text.server.stopped);
    return output.end(LOG_END_MS);
  }
  const listening = { ...setup.listen, port };
  // Only now is it known which entries lead here.
  const reread = port === setup.listen.port ? undefined : await attempt(() => read(listening));
  const known = reread?.ok ? reread.value : setup;
  const use = async (next: GatewaySetup) => {
    keepFromLog(next);
    await serving.use(next);
    current = next;
  };
  if (known !== setup) await use(known);
  const watch = new ConfigWatch(
    seen,
    async () => {
      await notifyService("RELOADING=1", context);
      const isOk = await reload(() => read(listening), setup, { use, refused: (why) => serving.refused(why) }, notify);
      whole.reloaded(isOk);
      await notifyService("READY=1", context);
      return seen;
    },
    context,
  );
  reloadNow = () => watch.reloadNow();
  await loadRest();
  const url = `http://${hostInUrl(setup.listen.host)}:${port}`;
  notify("info", (text) => text.server.listening({ version: about.version, url }));
  if (metricsPort !== undefined) notify("info", (text) => text.server.metricsAt(metricsUrl(metricsPort)));
  notifySettings(known, notify);
  if (!(await notifyService("READY=1", context))) notify("error", (text) => text.server.notNotified);
  try {
    await stopped;
  } finally {
    watch.stop();
    await end();
  }
  notify("info", (text) => text.server.stopped);
  await output.end(LOG_END_MS);
}

interface ServingDeps extends Omit<GatewayProcessOptions, "endpoints" | "loadRest" | "fitted" | "loadLogPaint"> {
  readonly log: ReturnType<typeof gatewayLog>;
  readonly secrets: LogSecrets;
  readonly notify: Notify;
  readonly forPerson: boolean;
  readonly whole: GatewayMetrics;
  readonly prices: ReadonlyMap<string, PriceTable>;
  readonly metricsPort: number | undefined;
}

/** What serves with this set-up: this process alone, or several that it starts. */
async function servingOf(
  setup: GatewaySetup,
  {
    paths,
    about,
    english,
    createTransport,
    log,
    secrets,
    notify,
    forPerson,
    isColoured,
    whole,
    prices,
    metricsPort,
  }: ServingDeps,
  context: Context,
): Promise<Serving> {
  const { version } = about;
  const identity = { version, pid: context.pid, startedAt: context.now().toISOString() };
  const overview = new Overview(setup, { paths, about: identity, english, prices }, () => performance.now(), context);
  if (setup.workers > 1) {
    const { Cluster } = await import("./cluster.ts");
    const watch = await context.watchProcess();
    const told = {
      english,
      version,
      about: identity,
      forPerson,
      isColoured,
      relayLog: log.relay,
      notify,
      whole,
      watch,
      metricsPort,
      overview,
    };
    return new Cluster(setup, told, context);
  }
  const transport = createTransport(setup.proxyVariables, setup.upstreamTimeoutMs);
  const usage = createUsageRecorder({ paths, keptDays: setup.facts.usageDays, secrets, notify }, context);
  const state = async () => ({ metricsPort });
  const options = {
    transport,
    log,
    usage,
    limits: LIMITS,
    english,
    about: identity,
    state,
    whole,
    prices,
    overview,
    secrets,
  };
  return serveHere(setup, options, context);
}

async function listen(server: Serving, address: ListenAddress, paths: Paths, context: Context): Promise<number> {
  try {
    return await server.listen(address.port, address.host);
  } catch (cause) {
    throw await listenFailure(cause, address, "--port", paths, context);
  }
}

function notifySettings({ settings, notices }: GatewaySetup, notify: Notify): void {
  const { access, defaults, isReady } = settings;
  if (access.mode === "none") notify("warn", (text) => text.server.noTokenNeeded);
  for (const notice of notices) notify("warn", notice);
  const [model, ...fallbacks] = defaults.map(formatModelRef);
  if (model === undefined) notify("warn", ({ gateway }) => gateway.noDefaultModel);
  else if (isReady)
    notify("info", ({ gateway }) =>
      fallbacks.length === 0 ? gateway.defaultModel(model) : gateway.defaultModels({ model, fallbacks }),
    );
}

/** Switches to what the files say now. An unusable configuration changes nothing, and makes it false. */
async function reload(
  read: () => Promise<GatewaySetup>,
  running: GatewaySetup,
  { use, refused }: Pick<Serving, "use" | "refused">,
  notify: Notify,
): Promise<boolean> {
  const next = await attempt(read);
  if (!next.ok) {
    const { says, hint, problems } = next.error;
    const messages = [says, ...problems.map(withPlace), ...(hint === undefined ? [] : [hint])];
    refused(messages);
    notify("error", (text) => text.server.notReloaded(messages.map((message) => say(message, text))));
    return false;
  }
  const used = await attempt(() => use(next.value));
  if (!used.ok) {
    const { says } = used.error;
    refused([says]);
    notify("error", (text) => text.server.notReloaded([say(says, text)]));
    return false;
  }
  notify("info", (text) => text.server.reloaded);
  notifySettings(next.value, notify);
  const fixed = ({ listen, proxyVariables, upstreamTimeoutMs, workers, metricsPort }: GatewaySetup) =>
    JSON.stringify([listen, proxyVariables, upstreamTimeoutMs, workers, metricsPort]);
  if (fixed(next.value) !== fixed(running)) notify("warn", (text) => text.server.restartNeeded);
  return true;
}

/** Resolves when the server has been told to stop and has done so. Being told twice stops it at once. */
function untilStopped(server: Serving, notify: Notify, context: Context): Promise<void> {
  let isStopping = false;
  const stop = async () => {
    const stopped = server.stop(isStopping ? 0 : LIMITS.drainMs);
    if (!isStopping) notify("info", (text) => text.server.stopping(LIMITS.drainMs / 1000));
    isStopping = true;
    await notifyService("STOPPING=1", context);
    const cutCount = await stopped;
    if (cutCount > 0) notify("warn", (text) => text.server.cutOff(cutCount));
  };
  const stopped = new Promise<void>((resolve, reject) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const)
      context.onSignal(signal, () => void stop().then(resolve, reject));
    // The window was closed: nobody would see it any more, and it would keep the port. Its log may have gone elsewhere.
    const isSeen = () => context.terminal.stdout || context.terminal.stderr;
    if (isSeen())
      context.onSignal("SIGHUP", () => {
        if (!isSeen() && !isStopping) void stop().then(resolve, reject);
      });
    void server.failed.then(reject);
  });
  // It is waited for only once all is up.
  stopped.catch(() => {});
  return stopped;
}

/**
 * Notifies systemd if it started this process as a service of `Type=notify`. Returns false if that failed.
 * @why through systemd's own program: Node does not support Unix datagram sockets. The unit allows this with
 * `NotifyAccess=all`.
 * @source systemd's sd_notify(3).
 */
async function notifyService(
  state: "READY=1" | "RELOADING=1" | "STOPPING=1",
  { env, run }: Pick<Context, "env" | "run">,
): Promise<boolean> {
  if (!env.NOTIFY_SOCKET) return true;
  const { status } = await run("systemd-notify", [state], {
    env: { NOTIFY_SOCKET: env.NOTIFY_SOCKET, PATH: env.PATH },
    timeoutMs: 5_000,
    maxOutputBytes: 1_000,
  });
  return status === 0;
}
