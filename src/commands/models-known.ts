import type { LoadedFiles } from "../config/resolve.ts";
import type { Config } from "../config/schema.ts";
import { attempt, OpenclawError } from "../core/errors.ts";
import type { ListedByProvider } from "../models/catalog.ts";
import type { KnownNames } from "../models/named.ts";
import { type Endpoint, endpointsOf } from "../providers/provider.ts";
import type { Invocation } from "./invocation.ts";

/** The lists in which a model's name is looked up, by the files as they are. */
export type KnownIn = (files: Pick<LoadedFiles, "config">) => KnownNames;

/** With the lists that providers gave last. */
export async function namesKnown(invocation: Invocation): Promise<KnownIn> {
  const { context, paths } = invocation;
  const endpoints: readonly Endpoint[] = endpointsOf(await invocation.providers());
  const { readCache } = await import("../models/cache.ts");
  const { loadConfig } = await import("../config/config-file.ts");
  const { config } = await loadConfig(paths().config, context);
  // A list that cannot be read is asked for again by `models refresh`; the built-in one serves meanwhile.
  const read = await attempt(() => readCache({ config, endpoints }, paths(), context));
  const listed: ListedByProvider = read.ok ? read.value.listed : new Map();
  return (files) => ({ config: files.config.config, endpoints, listed });
}

/** Throws `config.missing` where there is nothing to choose from. */
export function assertSetUp({ models }: Config): void {
  if (Object.keys(models?.providers ?? {}).length > 0) return;
  throw new OpenclawError((t) => t.modelEdits.nothingSetUp, {
    code: "config.missing",
    hint: (t) => t.providers.runOnboard,
  });
}
