import { join, resolve } from "node:path";
import { parsePlainJson } from "../config/json5-value.ts";
import { readIfPresent } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { attempt, OpenclawError, problemsOf } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { fail, ok, type Problem } from "../core/result.ts";
import type { CollectOptions } from "../doctor/collect.ts";
import { judgeWorkerUrl } from "../doctor/worker-url.ts";
import type { Endpoint } from "../providers/provider.ts";
import { say } from "../text/message.ts";

export interface WorkerFlags {
  readonly worker?: string;
  readonly workerDir?: string;
}

type WorkerOptions = NonNullable<CollectOptions["worker"]>;

/** What to ask a deployed Worker, and the configuration that it is to have. Throws `usage.invalid`. */
export function workerOptions(
  { worker = "", workerDir }: WorkerFlags,
  {
    paths,
    endpoints,
    version,
  }: { readonly paths: Paths; readonly endpoints: readonly Endpoint[]; readonly version: string },
  context: Context,
): WorkerOptions {
  const url = judgeWorkerUrl(worker);
  if (!url.ok) {
    const { message, hint } = url.error;
    throw new OpenclawError((t) => t.commands.usage.flagProblem({ flag: "--worker", sentence: say(message, t) }), {
      code: "usage.invalid",
      ...(hint && { hint }),
    });
  }
  return {
    url: url.value,
    about: version,
    wanted: () =>
      workerDir === undefined
        ? localConfiguration(paths, endpoints, context)
        : configurationIn(resolve(context.cwd(), workerDir), context),
  };
}

type Wanted = Awaited<ReturnType<WorkerOptions["wanted"]>>;

/** As `gateway worker` would write it now. */
async function localConfiguration(paths: Paths, endpoints: readonly Endpoint[], context: Context): Promise<Wanted> {
  const { localWorkerConfig } = await import("./worker-configuration.ts");
  const local = await attempt(() => localWorkerConfig(paths, endpoints, context));
  return local.ok ? ok({ document: local.value.document, from: paths.config }) : fail(problemsOf(local.error));
}

async function configurationIn(folder: string, context: Context): Promise<Wanted> {
  const path = join(folder, "openclaw.json");
  const read = await attempt(() => readIfPresent(path, context));
  if (!read.ok) return fail(problemsOf(read.error));
  const document = parsePlainJson(read.value?.toString("utf8") ?? "");
  return document === undefined ? fail([noConfiguration(path)]) : ok({ document, from: path });
}

const noConfiguration = (path: string): Problem => ({
  message: (t) => t.workerCheck.noConfigIn(path),
  hint: (t) => t.workerCheck.writeFirst,
});
