import { configurationVersion } from "../config/configuration-version.ts";
import { type JsonValue, parsePlainJson } from "../config/json5-value.ts";
import { fromVariable } from "../config/listen-address.ts";
import { allTokens, clientTokens } from "../config/named-tokens.ts";
import { configuredProviders, resolveProviders, resolveVariables } from "../config/resolve.ts";
import { type Config, schemaProblems } from "../config/schema.ts";
import type { FileValues } from "../config/variables.ts";
import type { Secret } from "../core/secret.ts";
import { accessByTokens } from "../gateway/access.ts";
import { type ConfiguredGateway, configure } from "../gateway/configure.ts";
import { knownModels } from "../models/known.ts";
import type { Endpoint } from "../providers/provider.ts";
import type { Texts } from "../text/message.ts";
import type { WorkerContext } from "./context.ts";

const CONFIG = "openclaw.json";

export interface WorkerSetup extends ConfiguredGateway {
  readonly tokens: readonly Secret[];
  readonly upstreamTimeoutMs: number;
}

/** `written`: what `openclaw.json` beside the Worker says, as text or parsed. */
export async function readSetup(
  written: unknown,
  { endpoints, english }: { readonly endpoints: readonly Endpoint[]; readonly english: Texts },
  context: WorkerContext,
): Promise<WorkerSetup> {
  const value = typeof written === "string" ? parsePlainJson(written) : (written as JsonValue);
  if (value === undefined) throw new Error(CONFIG);
  const problems = schemaProblems(value);
  if (problems.length > 0) throw new Error(CONFIG);
  const config = value as Config;
  const files: FileValues = { config, secrets: new Map() };
  const providers = configuredProviders(config, endpoints);
  const resolved = await resolveVariables({ providers, gatewayToken: true }, files, context);
  const credentials = await resolveProviders(providers, resolved, context);
  const tokens = await clientTokens(resolved, context);
  if (!tokens.ok) throw new Error("tokens");
  const { main, named } = tokens.value;
  void fromVariable;
  const configured = configure({
    config,
    endpoints,
    credentials,
    listen: { host: "0.0.0.0", port: 443 },
    rules: {
      access: accessByTokens([...(main === undefined ? [] : [{ name: undefined, token: main }]), ...named]),
      stripPrefill: "thinking",
      namesClients: true,
      allowedHosts: { has: () => true },
      allowedOrigins: new Set(),
    },
    english,
    catalog: () => knownModels({ config, endpoints }, { stateDir: "/" }, context),
  });
  void configurationVersion;
  return { ...configured, tokens: allTokens(tokens.value), upstreamTimeoutMs: 600_000 };
}
