import { valueAt } from "../config/json5-value.ts";
import { fromVariable, listenAddress } from "../config/listen-address.ts";
import {
  configuredProviders,
  fileValues,
  loadFiles,
  type ResolvedValues,
  resolveVariables,
} from "../config/resolve.ts";
import { type FileValues, findVariable } from "../config/variables.ts";
import { type Context, lookUp, type VariableName } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { isSecretVariable, looksLikeCredential } from "../core/redact.ts";
import type { Endpoint } from "../providers/provider.ts";
import { type WorkerConfig, workerConfig, workerConfigText } from "../worker-project/worker-config.ts";

export interface LocalWorkerConfig extends WorkerConfig {
  readonly text: string;
  /** The ids of the providers that the Worker has. */
  readonly providers: readonly string[];
  /** Settings of the gateway that the files have; those of a shell are for what it starts. */
  readonly vars: Readonly<Record<string, string>>;
  readonly files: FileValues;
  readonly resolved: ResolvedValues;
}

/** Variables that mean the same to the gateway on Workers. */
const SETTINGS: readonly VariableName[] = [
  "OPENCLAW_GATEWAY_STRIP_PREFILL",
  "OPENCLAW_GATEWAY_UPSTREAM_TIMEOUT",
  "OPENCLAW_GATEWAY_CLIENT_METADATA",
  "OPENCLAW_GATEWAY_ALLOWED_ORIGINS",
  "OPENCLAW_LOG_LEVEL",
];

/**
 * The configuration for a Worker, made of this machine's. Throws `config.missing`, what `loadFiles` throws, and
 * `config.invalid` with every place that does not work on a Worker.
 */
export async function localWorkerConfig(
  paths: Paths,
  endpoints: readonly Endpoint[],
  context: Context,
): Promise<LocalWorkerConfig> {
  const loaded = await loadFiles(paths, context);
  if (!loaded.config.exists)
    throw new OpenclawError((t) => t.providers.noneSetUp, {
      code: "config.missing",
      hint: (t) => t.providers.runOnboard,
    });
  const files = fileValues(loaded);
  const { config } = files;
  const providers = configuredProviders(config, endpoints);
  const resolved = await resolveVariables({ providers, gatewayToken: true }, files, context);
  const given = (name: string) => fromVariable(name, files, context.env);
  const address = listenAddress(
    { port: given("OPENCLAW_GATEWAY_PORT"), bind: given("OPENCLAW_GATEWAY_BIND") },
    config,
    paths.defaultPort,
  );
  const listen = address.ok ? address.value : { host: "127.0.0.1", port: config.gateway?.port ?? paths.defaultPort };
  const { problems, ...made } = workerConfig({ config, endpoints, variables: resolved.variables, listen });
  if (problems.length > 0)
    throw new OpenclawError((t) => t.workerProject.cannotWrite, {
      code: "config.invalid",
      problems: await Promise.all(
        problems.map(async ({ path, ...problem }) => ({ ...problem, ...(await files.from?.locate(path)) })),
      ),
    });
  const text = workerConfigText(made.document);
  assertNoSecret(text, resolved, context);
  const vars = SETTINGS.flatMap((name) => {
    const value = findVariable(name, files, {})?.value.reveal();
    return value === undefined || looksLikeCredential(value) ? [] : [[name, value] as const];
  });
  const ids = Object.keys(valueAt(made.document, ["models", "providers"]) ?? {});
  return { ...made, text, providers: ids, vars: Object.fromEntries(vars), files, resolved };
}

/** Long enough that no word of a configuration is one by chance. */
const SHORTEST_SECRET = 16;

/** The last look, whatever was decided before: no value of a variable for secrets may be in a file. */
function assertNoSecret(text: string, { variables, secrets }: ResolvedValues, { env }: Pick<Context, "env">): void {
  const values = [...variables, ...[...secrets.keys()].map((name) => [name, undefined] as const)].flatMap(
    ([name, found]) => {
      const value = found?.value.reveal() ?? secrets.get(name) ?? lookUp(name, env) ?? "";
      return isSecretVariable(name) || looksLikeCredential(value) ? [value] : [];
    },
  );
  if (!values.some((value) => value.length >= SHORTEST_SECRET && text.includes(value))) return;
  throw new OpenclawError((t) => t.workerProject.secretInFile, {
    code: "config.invalid",
    hint: (t) => t.workerProject.useVariable,
  });
}
