import { gatewayTokenVariables, variablesNeeded } from "../config/credentials.ts";
import { rotationVariables } from "../config/key-rotation.ts";
import { gatewayUrl, isOpenToOthers } from "../config/listen-address.ts";
import { allTokens, clientTokens, NAMED_TOKENS_VARIABLE, weakTokens } from "../config/named-tokens.ts";
import {
  configuredProviders,
  inspectFiles,
  type KeyedProvider,
  PROXY_VARIABLES,
  providerEntry,
  type ResolvedValues,
  resolveProviders,
  resolveVariables,
  wantedVariables,
} from "../config/resolve.ts";
import type { Config, ProviderConfig } from "../config/schema.ts";
import { isWrong } from "../config/unresolved.ts";
import { findVariable, type VariableSource, type Variables } from "../config/variables.ts";
import { type Env, lookUp, withEnv } from "../core/context.ts";
import type { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { commandLine } from "../core/paths.ts";
import { type Problem, withPlace } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import { endpointsOf, type Provider } from "../providers/provider.ts";
import { misplacedCredential } from "../providers/setup-fault.ts";
import { type Message, say } from "../text/message.ts";
import type { ServiceContext, ServiceManager } from "./manager.ts";
import { type ServiceSpec, serviceSpec } from "./spec.ts";

/** A profile whose gateway is, or could be, a service. */
export interface GatewayProfile {
  readonly paths: Paths;
  readonly providers: readonly Provider[];
}

/** A profile's service as this installation of openclaw would define it. */
export interface ProfileService extends GatewayProfile {
  readonly manager: ServiceManager | undefined;
  readonly spec: ServiceSpec;
  readonly notes: readonly Message[];
}

export const profileService = <M extends ServiceManager | undefined>(
  profile: GatewayProfile,
  manager: M,
  context: Parameters<typeof serviceSpec>[1],
): ProfileService & { readonly manager: M } => ({ ...profile, manager, ...serviceSpec(profile.paths, context) });

export interface GatewayRuntime {
  readonly url: string;
  /** False if the profile has no configuration, so that no gateway can be its own. */
  readonly isConfigured: boolean;
  /** One of those that clients present; `undefined` if they need none, or if it cannot be resolved. */
  readonly token: Secret | undefined;
  readonly credentials: readonly CredentialSource[];
  readonly rotation: readonly Rotation[];
  /** Settings found only in this shell's environment, which the service does not see. */
  readonly onlyInShell: readonly string[];
  readonly problems: readonly Message[];
  /** Why the gateway would refuse to start. */
  readonly faults: readonly Problem[];
  /** About values that are used all the same. */
  readonly warnings: readonly Message[];
}

/** Reads the files as far as possible: a running gateway may have read them before they were damaged. */
export async function gatewayRuntime(service: ProfileService, context: ServiceContext): Promise<GatewayRuntime> {
  const { paths, providers } = service;
  const { config, secrets, values, configError } = await inspectFiles(paths, context);
  const wanted = { providers: configuredProviders(values.config, endpointsOf(providers)), gatewayToken: true };
  const names = wantedVariables(wanted, values.config);
  const env = await serviceEnv(service, [...names, ...names.flatMap(rotationVariables)], context);
  const inService = withEnv(context, env);
  const resolved = await resolveVariables(wanted, values, inService);
  const tokens = await clientTokens(resolved, inService);
  const resolvedProviders = await resolveProviders(wanted.providers, resolved, inService);
  const weak = await weakTokens(tokens, resolved);
  const isRefused = weak.length > 0 && isOpenToOthers(values, env, paths);
  const wrong = [tokens, ...resolvedProviders.values()].flatMap((one) => (one.ok ? [] : one.error.filter(isWrong)));
  const endpoints = endpointsOf(providers);
  const misplaced = [...resolvedProviders].flatMap(([id, one]): readonly Problem[] => {
    const endpoint = endpoints.find(({ providerId }) => providerId === id);
    const fault = endpoint && one.ok ? misplacedCredential(endpoint, one.value) : undefined;
    return fault === undefined ? [] : [{ where: id, ...fault }];
  });
  const faults = [...wrong.filter(({ fault }) => fault === "unresolved"), ...(isRefused ? weak : [])];
  const doctor = commandLine(paths.profile, "doctor");
  return {
    url: gatewayUrl(values, env, paths),
    isConfigured: config?.exists !== false,
    token: tokens.ok ? allTokens(tokens.value)[0] : undefined,
    rotation: [...resolvedProviders].flatMap(([of, one]) => {
      const keys = one.ok ? 1 + (one.value.moreKeys?.length ?? 0) : 1;
      return keys > 1 && providerEntry(of, values.config).auth !== "token" ? [{ of, keys }] : [];
    }),
    credentials: credentialSources(wanted.providers, resolved, context.env),
    onlyInShell: SETTINGS.filter((name) => lookUp(name, context.env) && findVariable(name, values, env) === undefined),
    problems: [
      ...[configError, secrets.error].flatMap((error) => (error === undefined ? [] : fileProblem(error, doctor))),
      ...[...wrong, ...misplaced, ...(isRefused ? weak : [])].map(withPlace),
    ],
    faults,
    warnings: [...resolved.warnings, ...(isRefused ? [] : weak)].map(withPlace),
  };
}

const fileProblem =
  ({ says }: OpenclawError, command: string): Message =>
  (t) =>
    t.service.seeDoctor({ problem: say(says, t), command });

/** Settings the gateway looks up in the same places as its credentials. */
const SETTINGS = [
  ...[
    "PORT",
    "BIND",
    "STRIP_PREFILL",
    "UPSTREAM_TIMEOUT",
    "CLIENT_METADATA",
    "WORKERS",
    "USAGE",
    "METRICS_PORT",
    "ALLOWED_HOSTS",
    "ALLOWED_ORIGINS",
  ].map((name) => `OPENCLAW_GATEWAY_${name}`),
  NAMED_TOKENS_VARIABLE,
  ...PROXY_VARIABLES,
];

/** The service's environment, as far as relevant; this shell's on a system without services. */
async function serviceEnv(
  { manager, spec }: ProfileService,
  names: readonly string[],
  context: ServiceContext,
): Promise<Env> {
  if (manager === undefined) return context.env;
  const inherited = await manager.environment([...names, ...SETTINGS, "SHELL"], context);
  return { ...inherited, ...Object.fromEntries(spec.environment) };
}

/** A provider with several keys, of which the local gateway takes the next where one is limited. */
export interface Rotation {
  readonly of: string;
  /** At least 2. */
  readonly keys: number;
}

export interface CredentialSource {
  /** A provider id, or `gateway` for the token that clients present. */
  readonly of: string;
  /** A variable, or the configuration key that holds or references the credential. */
  readonly name: string;
  readonly source?: VariableSource | "openclaw.json" | "secrets.providers";
  /** True if only this shell's environment has a value, which the service does not see. */
  readonly isOnlyInShell: boolean;
  /** The file that may have it, but could not be read. */
  readonly unread?: string;
}

function credentialSources(
  providers: readonly KeyedProvider[],
  { config, variables, from }: ResolvedValues,
  shellEnv: Env,
): readonly CredentialSource[] {
  const unread = from?.secrets.error === undefined ? undefined : from.secrets.path;
  const fromVariable = (of: string, name: string): CredentialSource => {
    const found = variables.get(name);
    return {
      of,
      name: found?.listedIn ?? name,
      ...(found && { source: found.source }),
      isOnlyInShell: !found && Boolean(lookUp(name, shellEnv)),
      ...(!found && unread !== undefined && { unread }),
    };
  };
  const ofProviders = providers.flatMap(({ providerId, keyVariable }) => {
    const entry = providerEntry(providerId, config);
    return [
      ...decidingVariables(entry, keyVariable, variables).map((name) => fromVariable(providerId, name)),
      ...keyWithoutVariable(providerId, entry),
    ];
  });
  return [...ofProviders, ...tokenVariables(config, variables).map((name) => fromVariable("gateway", name))];
}

/** The token without a name is needed only where there is none with a name. */
function tokenVariables(config: Config, variables: Variables): readonly string[] {
  if (config.gateway?.auth?.mode === "none") return [];
  const main = gatewayTokenVariables(config);
  if (!variables.has(NAMED_TOKENS_VARIABLE)) return main;
  return [...main.filter((name) => variables.has(name)), NAMED_TOKENS_VARIABLE];
}

/** The provider's own variable counts if it has a value, and is required if the entry names no other credential. */
function decidingVariables(entry: ProviderConfig, own: string | undefined, variables: Variables): readonly string[] {
  const referenced = variablesNeeded(entry, undefined);
  const isOwnRequired = !entry.apiKey && entry.auth !== "token";
  return own !== undefined && !referenced.includes(own) && (variables.has(own) || isOwnRequired)
    ? [own, ...referenced]
    : referenced;
}

function keyWithoutVariable(id: string, { apiKey }: ProviderConfig): readonly CredentialSource[] {
  if (!apiKey || variablesNeeded({ apiKey }, undefined).length > 0) return [];
  const source = typeof apiKey === "string" ? "openclaw.json" : "secrets.providers";
  return [{ of: id, name: "apiKey", source, isOnlyInShell: false }];
}
