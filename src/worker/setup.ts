import { createHash } from "node:crypto";
import { configurationVersion } from "../config/configuration-version.ts";
import { type Credentials, gatewayTokenVariables, variablesNeeded, variablesOf } from "../config/credentials.ts";
import { formatPath, type JsonValue, parsePlainJson } from "../config/json5-value.ts";
import { fromVariable } from "../config/listen-address.ts";
import {
  allTokens,
  type ClientTokens,
  clientTokens,
  NAMED_TOKENS_VARIABLE,
  weakTokens,
} from "../config/named-tokens.ts";
import { PageSessions } from "../config/page-session.ts";
import {
  configuredProviders,
  type KeyedProvider,
  providerEntry,
  type ResolvedValues,
  resolveProviders,
  resolveVariables,
} from "../config/resolve.ts";
import { type Config, type ProviderConfig, schemaProblems } from "../config/schema.ts";
import { type CredentialProblem, isWrong } from "../config/unresolved.ts";
import type { FileValues } from "../config/variables.ts";
import { fail, ok, type Problem, type Result, withPlace } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import { accessByTokens } from "../gateway/access.ts";
import { configure } from "../gateway/configure.ts";
import { errorResponse } from "../gateway/error-response.ts";
import { allowedSenders, stripPrefillIn, switchIn, upstreamTimeoutIn } from "../gateway/run-flags.ts";
import type { Access, GatewaySettings } from "../gateway/settings.ts";
import { knownModels } from "../models/known.ts";
import type { Endpoint } from "../providers/provider.ts";
import { misplacedCredential } from "../providers/setup-fault.ts";
import { type Message, say, sentences, type Texts } from "../text/message.ts";
import type { WorkerContext } from "./context.ts";

/** The name of the configuration beside the Worker. */
const CONFIG = "openclaw.json";

/** A Worker has no address of its own, and is reached from everywhere. */
const LISTEN = { host: "0.0.0.0", port: 443 };

export interface WorkerSetup {
  readonly settings: GatewaySettings;
  readonly notices: readonly Message[];
  readonly tokens: readonly Secret[];
  readonly upstreamTimeoutMs: number;
}

export interface SetupDeps {
  readonly endpoints: readonly Endpoint[];
  readonly english: Texts;
}

/**
 * The settings of the gateway from what `openclaw.json` says, as text or parsed, and the bindings. What is wrong with them
 * does not stop a Worker: it answers with that. Without a token it answers everybody so and serves nobody; with one, only
 * whoever has it learns more.
 */
export async function readSetup(written: unknown, deps: SetupDeps, context: WorkerContext): Promise<WorkerSetup> {
  const value = typeof written === "string" ? parsePlainJson(written) : (written as JsonValue);
  const faults = configFaults(value);
  const config: Config = faults.length > 0 ? {} : withToken(value as Config);
  const files: FileValues = { config, secrets: new Map() };
  const providers = configuredProviders(config, deps.endpoints);
  const resolved = await resolveVariables({ providers, gatewayToken: true }, files, context);
  const tokens = await usableTokens(resolved, deps.english, context);
  const given = (name: string) => fromVariable(name, files, context.env);
  const timeout = upstreamTimeoutIn(given("OPENCLAW_GATEWAY_UPSTREAM_TIMEOUT"));
  const strip = stripPrefillIn(given("OPENCLAW_GATEWAY_STRIP_PREFILL"));
  const names = switchIn(given("OPENCLAW_GATEWAY_CLIENT_METADATA"));
  const senders = allowedSenders({}, given);
  const credentials = await workerCredentials(providers, resolved, deps, context);
  const wrong = [...credentials.values()].flatMap((found) =>
    found.ok ? [] : found.error.filter(({ fault }) => fault === "unresolved"),
  );
  const variables = [timeout, strip, names, senders].flatMap((judged) => (judged.ok ? [] : [judged.error]));
  const fatal = [...faults, ...variables, ...wrong];
  const json = JSON.stringify(value ?? written);
  const { settings, notices } = configure({
    // With a fault, nothing is set up, so that nothing is served in another way than was meant.
    config: fatal.length > 0 || !tokens.ok ? {} : config,
    endpoints: deps.endpoints,
    credentials,
    listen: LISTEN,
    rules: {
      access: tokens.ok ? accessFor(tokens.value) : NOBODY,
      stripPrefill: strip.ok ? strip.value : "thinking",
      namesClients: !names.ok || names.value === "on",
      allowedOrigins: senders.ok ? senders.value.allowedOrigins : new Set(),
      // Only names that lead to this Worker reach it, and no page can make a browser take them for this machine.
      allowedHosts: { has: () => true },
      hop: hopOf(json),
    },
    english: deps.english,
    catalog: () => knownModels({ config, endpoints: deps.endpoints }, { stateDir: "/" }, context),
  });
  const problems = tokens.ok ? fatal : tokens.error;
  return {
    settings: {
      ...settings,
      ...diagnosed(problems, !tokens.ok, deps.english),
      version: configurationVersion(value ?? written),
    },
    notices: problems.length > 0 ? problems.map(withPlace) : notices,
    tokens: tokens.ok ? allTokens(tokens.value) : [],
    upstreamTimeoutMs: timeout.ok ? timeout.value : 0,
  };
}

function configFaults(value: JsonValue | undefined): readonly Problem[] {
  if (value === undefined)
    return [
      { where: CONFIG, message: ({ config }) => config.notReadable, hint: ({ server }) => server.writeWorkerAgain },
    ];
  return schemaProblems(value).map(({ path, message, hint }) => ({
    where: [CONFIG, formatPath(path)].filter((part) => part !== "").join(": "),
    message,
    ...(hint !== undefined && { hint }),
  }));
}

/** A Worker is open to the internet, so that there is always a token, whatever the configuration says. */
const withToken = (config: Config): Config => {
  const { mode = "token" } = config.gateway?.auth ?? {};
  return mode === "token" || mode === "password" ? config : { ...config, gateway: { ...config.gateway, auth: {} } };
};

/** The tokens of clients, or why there is none that nobody can guess. */
async function usableTokens(
  resolved: ResolvedValues,
  english: Texts,
  context: WorkerContext,
): Promise<Result<ClientTokens, readonly Problem[]>> {
  const names = gatewayTokenVariables(resolved.config);
  const tokens = await clientTokens(resolved, context);
  if (!tokens.ok) return fail(tokens.error.map((problem) => withCommand(problem, names, resolved, english)));
  const weak = await weakTokens(tokens, resolved);
  if (weak.length > 0) return fail(weak.map((problem) => replacedSecret(problem, names, english)));
  return allTokens(tokens.value).some((token) => token.reveal() !== "") ? tokens : fail([missingSecrets(names)]);
}

const accessFor = ({ main, named }: ClientTokens): Access =>
  accessByTokens(main?.reveal() ? [{ name: undefined, token: main }, ...named] : named);

/** Nobody, whatever they present. */
const NOBODY: Access = {
  mode: "token",
  clientWith: () => undefined,
  reply: () => undefined,
  sessions: new PageSessions([]),
};

/** Nothing is served with these problems, and requests are answered with them. `isPublic`: there is no token to ask for. */
function diagnosed(problems: readonly Problem[], isPublic: boolean, english: Texts): Partial<GatewaySettings> {
  if (problems.length === 0) return {};
  const said = problems.map((problem) => say(withPlace(problem), english));
  const all = isPublic ? [english.server.workerRefuses, ...said] : [english.server.workerWrong, ...said];
  const error = {
    ...errorResponse("api_error", sentences(all)),
    status: 503,
    code: "gateway.config",
    isWorthRetrying: false,
  };
  return { isReady: false, problems: said, diagnosis: { error, isPublic } };
}

/** The credentials of providers. What is missing or wrong is said with the command that sets a Worker's secret. */
async function workerCredentials(
  providers: readonly KeyedProvider[],
  resolved: ResolvedValues,
  { endpoints, english }: SetupDeps,
  context: WorkerContext,
): Promise<ReadonlyMap<string, Result<Credentials, readonly CredentialProblem[]>>> {
  const found = await resolveProviders(providers, resolved, context);
  const judged = providers.map((provider) => {
    const { providerId, keyVariable } = provider;
    const entry = providerEntry(providerId, resolved.config);
    const named = variablesNeeded(entry, undefined);
    const names = named.length > 0 || keyVariable === undefined ? named : [keyVariable];
    const credentials = found.get(providerId) ?? fail([]);
    if (!credentials.ok)
      return [
        providerId,
        fail(credentials.error.map((problem) => withCommand(problem, names, resolved, english))),
      ] as const;
    const endpoint = endpoints.find((one) => one.providerId === providerId);
    const refused = endpoint && refusedSecret(endpoint, entry, names, credentials.value);
    if (refused !== undefined) return [providerId, fail([refused])] as const;
    const lacksKey = endpoint !== undefined && credentials.value.apiKey === undefined && entry.auth !== "token";
    return [providerId, lacksKey && names.length > 0 ? fail([missingSecrets(names)]) : ok(credentials.value)] as const;
  });
  return new Map(judged);
}

/** A secret that its field refuses, such as another service's key. */
function refusedSecret(
  endpoint: Endpoint,
  { headers = {} }: ProviderConfig,
  names: readonly string[],
  credentials: Credentials,
): CredentialProblem | undefined {
  const { apiKey } = credentials;
  const ofHeaders = Object.entries(headers).map(([name, input]) => [name, variablesOf(input)] as const);
  const others = new Set(ofHeaders.flatMap(([, used]) => used));
  const carried = [
    { sent: { headers: {}, ...(apiKey && { apiKey }) }, from: names.filter((name) => !others.has(name)) },
    ...ofHeaders.map(([name, from]) => {
      const value = credentials.headers[name];
      return { sent: { headers: value === undefined ? {} : { [name]: value } }, from };
    }),
  ];
  for (const { sent, from } of carried) {
    const problem = misplacedCredential(endpoint, sent);
    if (problem !== undefined) return from.length === 0 ? problem : withPut(problem, from);
  }
  return undefined;
}

/** With what mends it on Workers, in place of what would on a machine with files. */
function withCommand(
  problem: CredentialProblem,
  names: readonly string[],
  { variables }: Pick<ResolvedValues, "variables">,
  english: Texts,
): CredentialProblem {
  const missing = names.filter((name) => !variables.has(name));
  if (!isWrong(problem) && missing.length > 0) return missingSecrets(missing);
  const wrong = secretsIn(problem, names, english);
  return wrong.length === 0 ? problem : withPut(problem, wrong);
}

/** With the command besides its own advice. */
function withPut({ hint, ...problem }: CredentialProblem, names: readonly string[]): CredentialProblem {
  const hints = [...(hint === undefined ? [] : [hint]), putSecret(names)];
  return { ...problem, hint: (t) => sentences(hints.map((one) => say(one, t))) };
}

/** A secret that is there, and has to be another one. */
function replacedSecret({ hint: _, ...problem }: Problem, names: readonly string[], english: Texts): Problem {
  const named = secretsIn(problem, names, english);
  return { ...problem, hint: putSecret(named.length > 0 ? named : names) };
}

/** Those that a problem names: it may be about something else that stands in the configuration. */
function secretsIn(problem: Problem, names: readonly string[], english: Texts): readonly string[] {
  const said = say(withPlace(problem), english);
  const all = new Set([...names, NAMED_TOKENS_VARIABLE]);
  return [...all].filter((name) => new RegExp(`\\b${name}\\b`).test(said));
}

const missingSecrets = (names: readonly string[]): CredentialProblem => ({
  message: ({ config }) => config.variablesMissing(names),
  hint: putSecret(names),
});

const putSecret =
  (names: readonly string[]): Message =>
  ({ server }) =>
    server.putSecrets(names.map((name) => `\`npx wrangler secret put ${name}\``));

/**
 * Name of this Worker in `Via`. The same configuration has the same upstreams, so that a request that comes back to another
 * isolate is known.
 */
const hopOf = (json: string): string =>
  `openclaw-${createHash("sha256").update(`via ${json}`).digest("hex").slice(0, 16)}`;
