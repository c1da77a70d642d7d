import { gatewayTokenVariables } from "../config/credentials.ts";
import {
  fromVariable,
  type GivenValue,
  isLoopback,
  type ListenAddress,
  listenAddress,
} from "../config/listen-address.ts";
import {
  allTokens,
  type ClientTokens,
  clientTokens,
  NAMED_TOKENS_VARIABLE,
  weakTokens,
} from "../config/named-tokens.ts";
import {
  configuredProviders,
  fileValues,
  loadReadable,
  proxyVariables,
  resolveProviders,
  resolveVariables,
} from "../config/resolve.ts";
import type { Config } from "../config/schema.ts";
import { secretFiles } from "../config/secret-reference.ts";
import { assertRunsHere } from "../config/used-gateway.ts";
import type { FileValues } from "../config/variables.ts";
import type { Context, Env } from "../core/context.ts";
import { attempt, OpenclawError, problemsOf } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { fail, ok, type Problem, type Result, withPlace } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import type { ClientToken } from "../gateway/access.ts";
import type { ConfiguredGateway } from "../gateway/configure.ts";
import {
  allowedSenders,
  flagFault,
  type GatewayRunFlags,
  metricsPortIn,
  stripPrefillIn,
  switchIn,
  upstreamTimeoutIn,
  usageDaysIn,
  workersIn,
} from "../gateway/run-flags.ts";
import { listFreshener } from "../models/freshness.ts";
import { knownModels } from "../models/known.ts";
import { type CredentialSources, sourcesIn } from "../models/secret-place.ts";
import type { Endpoint } from "../providers/provider.ts";
import { type Message, say, type Texts } from "../text/message.ts";
import { availableCores } from "./cores.ts";
import { configureFrom, type GatewayFacts } from "./gateway-facts.ts";
import { ownHosts } from "./own-hosts.ts";

export interface GatewaySetup extends ConfiguredGateway {
  readonly listen: ListenAddress;
  readonly proxyVariables: Env;
  /** The tokens that clients present. */
  readonly tokens: readonly Secret[];
  /** Longest silence of an upstream. */
  readonly upstreamTimeoutMs: number;
  /** The number of processes that serve. */
  readonly workers: number;
  /** Where metrics are shown without a token. */
  readonly metricsPort: number | undefined;
  /** What another process makes the same settings of. */
  readonly facts: GatewayFacts;
  /** Where credentials of providers come from. */
  readonly sources: CredentialSources;
}

export interface ReadSetupOptions {
  readonly flags: GatewayRunFlags;
  readonly paths: Paths;
  readonly endpoints: readonly Endpoint[];
  /** Called for every relevant file, even one that is damaged or missing. */
  readonly onRead: (path: string) => void;
  /** The address of a running gateway, which keeps it whatever the files say now. */
  readonly listening?: ListenAddress | undefined;
  readonly english: Texts;
  /** Name of this process in `Via`, by which it knows requests that come back. */
  readonly hop: string;
  readonly userAgent: string;
  /** Ends what the gateway asks on its own. */
  readonly stopping: AbortSignal;
}

/** Throws `gateway.config` with what is wrong and where, or `usage.invalid` for a flag. */
export async function readGatewaySetup(
  { flags, paths, endpoints, onRead, listening, english, hop, userAgent, stopping }: ReadSetupOptions,
  context: Pick<Context, "homedir" | "run" | "cwd" | "uid"> & Parameters<typeof listFreshener>[2],
): Promise<GatewaySetup> {
  const wrong = flagFault(flags, paths);
  if (wrong !== undefined) throw invalidValue(wrong);
  const files = await readFiles(paths, context, onRead);
  const { config } = files;
  assertRunsHere(config, paths, "gateway.config");
  for (const path of secretFiles(config, context)) onRead(path);
  const providers = configuredProviders(config, endpoints);
  const resolved = await resolveVariables({ providers, gatewayToken: true }, files, context);
  const credentials = await resolveProviders(providers, resolved, context);
  const tokens = await clientTokens(resolved, context);
  const unresolved = [tokens, ...credentials.values()].flatMap((one) => (one.ok ? [] : one.error));
  const { error } = files.from?.secrets ?? {};
  // A line that nothing needs stops nothing; a change is taken up when all of it can be read.
  if (error !== undefined && unresolved.length > 0) throw configError(error.says, { ...error, cause: error });
  const faults = unresolved.filter(({ fault }) => fault === "unresolved");
  if (faults.length > 0) throw cannotStart(faults);
  const values = givenValues(flags, files, paths.defaultPort, context);
  const weak = await weakTokens(tokens, resolved);
  // Why it is as short as that, if .env is to blame.
  const tokenVariables = [...gatewayTokenVariables(config), NAMED_TOKENS_VARIABLE];
  const readings = weak.length === 0 ? [] : resolved.warnings.filter(({ name }) => tokenVariables.includes(name));
  const access = accessFor(values.address, config, tokens, [...readings, ...weak]);
  if (!access.ok) throw cannotStart(access.error);
  // Judged by the current address: a gateway reachable from the network needs its token now, even if it will use
  // loopback next.
  const listen = listening ?? values.address;
  const accessNow = accessFor(listen, config, tokens, [...readings, ...weak]);
  if (!accessNow.ok) throw cannotStart(accessNow.error);
  const senders = valid(allowedSenders(flags, (variable) => fromVariable(variable, files, context.env)));
  const facts: GatewayFacts = {
    config,
    credentials,
    listen,
    ownHosts: await ownHosts(config, listen),
    clients: access.value,
    tokens: tokens.ok ? allTokens(tokens.value) : [],
    rules: { stripPrefill: values.stripPrefill, namesClients: values.namesClients, hop, ...senders },
    profile: paths.profile,
    usageDays: values.usageDays,
  };
  const catalog = () => knownModels({ config, endpoints }, paths, context);
  const usable = new Map([...credentials].flatMap(([id, found]) => (found.ok ? [[id, found.value] as const] : [])));
  const asking = { ...files, endpoints, access: { credentials: usable, problems: [] } };
  const freshenCatalog = listFreshener(asking, { userAgent, paths, signal: stopping }, context);
  const configured = configureFrom(facts, { endpoints, english, catalog, freshenCatalog });
  const { upstreams, unusable } = configured.settings;
  if (upstreams.size + unusable.size === 0) {
    throw configError(({ server }) => server.noUsableProvider, {
      problems: configured.notices.map((message) => ({ message })),
      hint: ({ providers }) => providers.runOnboard,
    });
  }
  const unread = error === undefined ? [] : problemsOf(error);
  const warnings = [...unread, ...resolved.warnings, ...weak];
  const notices = [...warnings.map(withPlace), ...configured.notices];
  return {
    ...configured,
    notices,
    listen: values.address,
    proxyVariables: proxyVariables(files, context.env),
    tokens: facts.tokens,
    upstreamTimeoutMs: values.upstreamTimeoutMs,
    workers: values.workers,
    metricsPort: values.metricsPort,
    facts,
    sources: sourcesIn({ config, variables: resolved.variables, access: { credentials: usable } }, endpoints),
  };
}

/** What flags and variables say besides who may ask. Throws as `readGatewaySetup` does. */
function givenValues(
  flags: GatewayRunFlags,
  files: FileValues,
  defaultPort: number,
  context: Pick<Context, "env"> & Parameters<typeof availableCores>[0],
) {
  /** The flag, else the variable. Does not run the login shell. */
  const given = (flag: string | undefined, flagName: string, variable: string): GivenValue | undefined =>
    flag === undefined ? fromVariable(variable, files, context.env) : { value: flag, where: flagName };
  const listen = {
    port: given(flags.port, "--port", "OPENCLAW_GATEWAY_PORT"),
    bind: given(flags.bind, "--bind", "OPENCLAW_GATEWAY_BIND"),
  };
  const address = valid(listenAddress(listen, files.config, defaultPort));
  const stripPrefill = valid(
    stripPrefillIn(given(flags.stripPrefill, "--strip-prefill", "OPENCLAW_GATEWAY_STRIP_PREFILL")),
  );
  const upstreamTimeoutMs = valid(
    upstreamTimeoutIn(given(flags.upstreamTimeout, "--upstream-timeout", "OPENCLAW_GATEWAY_UPSTREAM_TIMEOUT")),
  );
  const namesClients =
    valid(switchIn(given(flags.clientMetadata, "--client-metadata", "OPENCLAW_GATEWAY_CLIENT_METADATA"))) === "on";
  const workers = valid(
    workersIn(given(flags.workers, "--workers", "OPENCLAW_GATEWAY_WORKERS"), () => availableCores(context)),
  );
  const usageDays = valid(usageDaysIn(given(flags.usage, "--usage", "OPENCLAW_GATEWAY_USAGE")));
  const metricsPort = valid(metricsPortIn(given(flags.metricsPort, "--metrics-port", "OPENCLAW_GATEWAY_METRICS_PORT")));
  if (metricsPort === address.port && address.port !== 0)
    throw invalidValue({
      where: flags.metricsPort === undefined ? "OPENCLAW_GATEWAY_METRICS_PORT" : "--metrics-port",
      message: ({ server }) => server.isOwnPort(address.port),
      hint: ({ server }) => server.useOtherPort,
    });
  return { address, stripPrefill, upstreamTimeoutMs, namesClients, workers, usageDays, metricsPort };
}

function valid<T>(checked: Result<T>): T {
  if (!checked.ok) throw invalidValue(checked.error);
  return checked.value;
}

/** An error that the next start would run into again. */
const configError = (
  message: Message,
  { problems, hint, cause }: Partial<Pick<OpenclawError, "problems" | "hint" | "cause">>,
) =>
  new OpenclawError(message, {
    code: "gateway.config",
    ...(problems !== undefined && { problems }),
    ...(hint !== undefined && { hint }),
    cause,
  });

const cannotStart = (problems: readonly Problem[]) => configError(({ server }) => server.cannotStart, { problems });

/** A wrong flag is a usage error; a wrong variable or configuration would fail the next start too. */
function invalidValue(problem: Problem): OpenclawError {
  const { where = "", message, hint } = problem;
  if (!where.startsWith("--")) return cannotStart([problem]);
  return new OpenclawError((text) => text.server.flagProblem({ flag: where, sentence: say(message, text) }), {
    code: "usage.invalid",
    ...(hint !== undefined && { hint }),
  });
}

async function readFiles(
  paths: Paths,
  context: Pick<Context, "files" | "env" | "homedir">,
  onRead: (path: string) => void,
): Promise<FileValues> {
  const loaded = await attempt(() => loadReadable(paths, context, { onRead }));
  if (!loaded.ok) throw configError(loaded.error.says, { ...loaded.error, cause: loaded.error });
  if (!loaded.value.config.exists)
    throw configError(({ providers }) => providers.noneSetUp, { hint: ({ providers }) => providers.runOnboard });
  return fileValues(loaded.value);
}

/** Who may ask, as the configuration says; `undefined` if everybody may. `tokens` are what clients may present, if they can be resolved. */
function accessFor(
  { host }: Pick<ListenAddress, "host">,
  { gateway }: Pick<Config, "gateway">,
  tokens: Result<ClientTokens, readonly Problem[]>,
  weak: readonly Problem[],
): Result<readonly ClientToken[] | undefined, readonly Problem[]> {
  const { mode = "token" } = gateway?.auth ?? {};
  const refuse = (message: Message) =>
    fail([{ where: "gateway.auth", message, hint: (({ server }) => server.setToken) satisfies Message }]);
  if (mode === "none") return isLoopback(host) ? ok(undefined) : refuse(({ server }) => server.openToNetwork(host));
  if (mode === "trusted-proxy") return refuse(({ server }) => server.noTrustedProxy);
  if (!tokens.ok) return tokens;
  if (weak.length > 0 && !isLoopback(host)) return fail(weak);
  const { main, named } = tokens.value;
  const known = main?.reveal() ? [{ name: undefined, token: main }, ...named] : named;
  return known.length > 0 ? ok(known) : refuse(({ server }) => server.noToken);
}
