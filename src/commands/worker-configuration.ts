import { fromVariable, listenAddress } from "../config/listen-address.ts";
import {
  configuredProviders,
  fileValues,
  loadReadable,
  type ResolvedValues,
  resolveVariables,
} from "../config/resolve.ts";
import type { FileValues } from "../config/variables.ts";
import { type Context, lookUp } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { isSecretVariable, looksLikeCredential } from "../core/redact.ts";
import type { Endpoint } from "../providers/provider.ts";
import { type WorkerConfig, workerConfig, workerConfigText } from "../worker-project/worker-config.ts";

export interface LocalWorkerConfig extends WorkerConfig {
  readonly text: string;
  readonly files: FileValues;
  readonly resolved: ResolvedValues;
}

/**
 * The configuration for a Worker, made of this machine's. Throws `config.missing`, what reading throws, and
 * `config.invalid` with every place that does not work on a Worker.
 */
export async function localWorkerConfig(
  paths: Paths,
  endpoints: readonly Endpoint[],
  context: Context,
): Promise<LocalWorkerConfig> {
  const loaded = await loadReadable(paths, context);
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
  return { ...made, text, files, resolved };
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
