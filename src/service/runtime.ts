import { gatewayToken } from "../config/credentials.ts";
import {
  configuredProviders,
  inspectFiles,
  type KeyedProvider,
  PROXY_VARIABLES,
  resolveVariables,
  wantedVariables,
} from "../config/resolve.ts";
import { type FileValues, findVariable } from "../config/variables.ts";
import { type Env, withEnv } from "../core/context.ts";
import type { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import type { Secret } from "../core/secret.ts";
import { type Message, say } from "../text/message.ts";
import { type CredentialSource, credentialSources } from "./credentials.ts";
import type { Asking, ServiceManager } from "./manager.ts";
import type { ServiceSpec } from "./spec.ts";

/** The service of a profile, and who would run it. */
export interface ServiceSetting {
  readonly paths: Paths;
  /** The providers of ours, whatever is configured. */
  readonly providers: readonly KeyedProvider[];
  /** Where clients on this machine find a gateway that reads these files and is started with this environment. */
  readonly urlOf: (files: FileValues, env: Env) => string;
  readonly spec: ServiceSpec;
  /** Undefined where there is nobody to run services. */
  readonly manager: ServiceManager | undefined;
}

/** Where the gateway is found, and where it finds what it needs. */
export interface Whereabouts {
  readonly url: string;
  /** Undefined where clients need none, or where it cannot be had. */
  readonly token: Secret | undefined;
  readonly credentials: readonly CredentialSource[];
  /** Settings that have a value in this shell, and none where the service looks. */
  readonly onlyHere: readonly string[];
  /** Why the files cannot be read, each a sentence. */
  readonly faults: readonly Message[];
}

/** Reads the files as far as they can be read: a gateway that still runs has read them when they were well. */
export async function whereabouts(
  { paths, providers, urlOf, spec, manager }: ServiceSetting,
  context: Asking,
): Promise<Whereabouts> {
  const { values, configError, secretsError } = await inspectFiles(paths, context);
  const wanted = { providers: configuredProviders(values.config, providers), gatewayToken: true };
  const env = await environmentOf(manager, spec, wantedVariables(wanted, values.config), context);
  const resolved = await resolveVariables(wanted, values, withEnv(context, env));
  const token = await gatewayToken(resolved, withEnv(context, env));
  return {
    url: urlOf(values, env),
    token: token.ok ? token.value : undefined,
    credentials: credentialSources(wanted.providers, resolved, context.env),
    onlyHere: SETTINGS.filter((name) => context.env[name] && findVariable(name, values, env) === undefined),
    faults: [configError, secretsError].flatMap((error) => (error === undefined ? [] : unreadable(error))),
  };
}

/** Variables that decide how the gateway runs, and that it looks up as it does its credentials. */
const SETTINGS = [
  ...["PORT", "BIND", "STRIP_PREFILL", "ALLOWED_HOSTS", "ALLOWED_ORIGINS"].map((name) => `OPENCLAW_GATEWAY_${name}`),
  ...PROXY_VARIABLES,
];

/** What the service will find in its environment, as far as it matters; this shell's where nobody runs services. */
async function environmentOf(
  manager: ServiceManager | undefined,
  spec: ServiceSpec,
  names: readonly string[],
  context: Asking,
): Promise<Env> {
  if (manager === undefined) return context.env;
  const given = await manager.environment([...names, ...SETTINGS, "SHELL"], context);
  return { ...given, ...Object.fromEntries(spec.environment) };
}

const unreadable =
  ({ says }: OpenclawError): Message =>
  (text) =>
    `${say(says, text)} \`openclaw doctor\` says where.`;
