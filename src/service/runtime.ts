import { loadConfig } from "../config/config-file.ts";
import { type EnvironmentInput, valuesOf } from "../config/environment.ts";
import { gatewayToken } from "../config/gateway-token.ts";
import { PROXY_VARIABLES } from "../config/proxy.ts";
import type { Config } from "../config/schema.ts";
import { loadSecrets } from "../config/secrets-file.ts";
import type { Env } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import type { Secret } from "../core/secret.ts";
import { type Message, say } from "../text/message.ts";
import { type CredentialSource, credentialSources, type Sought, variablesSought } from "./credentials.ts";
import type { Asking, ServiceManager } from "./manager.ts";
import type { ServiceSpec } from "./spec.ts";

/** The service of a profile, and who would run it. */
export interface ServiceSetting {
  readonly paths: Paths;
  readonly keyVariables: Sought["keyVariables"];
  /** Where clients on this machine find a gateway that reads these files and is started with this environment. */
  readonly urlOf: (files: EnvironmentInput, env: Env) => string;
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
  { paths, keyVariables, urlOf, spec, manager }: ServiceSetting,
  context: Asking,
): Promise<Whereabouts> {
  const loaded = await orFaults(() => loadConfig(paths.config, context));
  const secrets = await orFaults(() => loadSecrets(paths.secrets, context));
  const config: Config = loaded.value?.config ?? {};
  const sought = { config, secrets: secrets.value?.values ?? new Map(), keyVariables };
  const env = await environmentOf(manager, spec, sought, context);
  const { sources, variables } = await credentialSources(sought, env, context);
  const token = await gatewayToken({ variables, config }, { ...context, env });
  return {
    url: urlOf(sought, env),
    token: token.ok ? token.value : undefined,
    credentials: sources,
    onlyHere: SETTINGS.filter((name) => context.env[name] && valuesOf(name, sought, env).length === 0),
    faults: [...loaded.faults, ...secrets.faults],
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
  sought: Sought,
  context: Asking,
): Promise<Env> {
  if (manager === undefined) return context.env;
  const given = await manager.environment([...variablesSought(sought), ...SETTINGS, "SHELL"], context);
  return { ...given, ...Object.fromEntries(spec.environment) };
}

async function orFaults<T>(
  read: () => Promise<T>,
): Promise<{ readonly value?: T; readonly faults: readonly Message[] }> {
  try {
    return { value: await read(), faults: [] };
  } catch (error) {
    if (!(error instanceof OpenclawError)) throw error;
    return { faults: [(text) => `${say(error.says, text)} \`openclaw doctor\` says where.`] };
  }
}
