import { withProxy } from "../config/resolve.ts";
import type { FileValues } from "../config/variables.ts";
import type { FileContext } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { fail, ok, type Problem, type Result } from "../core/result.ts";
import { findingLines } from "../providers/finding.ts";
import { listModels } from "../providers/list-models.ts";
import type { ListedModel } from "../providers/model.ts";
import type { Endpoint, Setup } from "../providers/provider.ts";
import { setupFault } from "../providers/setup-fault.ts";
import type { Texts } from "../text/message.ts";
import { type CacheEntry, cachePath, trimBaseUrl, writeEntry } from "./cache.ts";
import type { KnownCredentials } from "./credentials.ts";

export interface FetchInput extends FileValues {
  readonly endpoints: readonly Endpoint[];
  readonly access: Pick<KnownCredentials, "credentials" | "problems">;
  readonly wanted?: string | undefined;
}

export interface FetchedList {
  readonly providerId: string;
  readonly entry: CacheEntry;
}

/**
 * Asks the providers for their models, without saving anything. `problems` says which providers did not answer, and
 * why; throws `models.unavailable` if none did.
 */
export async function fetchModels(
  input: FetchInput,
  userAgent: string,
  context: Pick<Context, "http" | "delay" | "env" | "now">,
): Promise<{ readonly fetched: readonly FetchedList[]; readonly problems: readonly Problem[] }> {
  const candidates = candidatesOf(input).map((endpoint) => askable(endpoint, input));
  const problems = candidates.flatMap((candidate) => (candidate.ok ? [] : candidate.error));
  const fetched: FetchedList[] = [];
  const proxied = withProxy(input, context);
  let isAsked = false;
  for (const candidate of candidates) {
    if (!candidate.ok) continue;
    isAsked = true;
    const { endpoint, setup } = candidate.value;
    const models = await fetchList(endpoint, setup, userAgent, proxied);
    if (!models.ok) {
      problems.push(models.error);
      continue;
    }
    const entry = { fetchedAt: context.now().toISOString(), baseUrl: setup.baseUrl, models: models.value };
    fetched.push({ providerId: endpoint.providerId, entry });
  }
  if (fetched.length === 0) throw unavailable(problems, isAsked);
  return { fetched, problems };
}

/** The wanted endpoint, else those that are set up, else all. Throws `models.unavailable`. */
function candidatesOf({ config, endpoints, wanted }: FetchInput): readonly Endpoint[] {
  const candidates = endpoints.filter(({ providerId }) => wanted === undefined || providerId === wanted);
  if (candidates.length === 0 && wanted !== undefined) {
    throw new OpenclawError((t) => t.models.cannotList(wanted), {
      code: "models.unavailable",
      hint: (t) => t.models.canList(endpoints.map(({ providerId }) => providerId)),
    });
  }
  const present = candidates.filter(({ providerId }) => config.models?.providers?.[providerId] !== undefined);
  return present.length > 0 ? present : candidates;
}

interface EndpointSetup {
  readonly endpoint: Endpoint;
  readonly setup: Setup;
}

function askable(
  endpoint: Endpoint,
  { config, access: { credentials, problems } }: FetchInput,
): Result<EndpointSetup, readonly Problem[]> {
  const { providerId, defaultModel } = endpoint;
  const refuse = (problem: Problem) => fail([{ ...problem, where: providerId }]);
  const entry = config.models?.providers?.[providerId] ?? {};
  const { baseUrl } = entry;
  if (baseUrl === undefined) return refuse({ message: (t) => t.models.notSetUp, hint: (t) => t.providers.runOnboard });
  const unresolved = problems.filter(({ provider }) => provider === providerId);
  if (unresolved.length > 0) return fail(unresolved);
  const { apiKey, headers = {} } = credentials.get(providerId) ?? {};
  if (apiKey === undefined && Object.keys(headers).length === 0) {
    return refuse({ message: (t) => t.models.noCredential, hint: (t) => t.providers.runOnboard });
  }
  const fault = setupFault(endpoint, { entry: { ...entry, baseUrl }, ...(apiKey && { apiKey }), headers });
  if (fault !== undefined) return refuse(fault);
  const values = endpoint.answersIn(entry);
  const setup = { baseUrl: trimBaseUrl(baseUrl), ...(apiKey && { apiKey }), headers, model: defaultModel, values };
  return ok({ endpoint, setup });
}

/** Every model the endpoint lists for these credentials, in its order, or what is wrong. */
async function fetchList(
  endpoint: Endpoint,
  setup: Setup,
  userAgent: string,
  context: Pick<Context, "http" | "delay" | "env">,
): Promise<Result<readonly ListedModel[]>> {
  const listed = await listModels(endpoint, setup, { userAgent }, context);
  if (listed.ok) return listed;
  const lines = (text: Texts) => findingLines(listed.error, text);
  return fail({
    where: endpoint.providerId,
    message: (text) => lines(text)[0] ?? "",
    hint: (text) => lines(text).slice(1).join("\n"),
  });
}

function unavailable(problems: readonly Problem[], isAsked: boolean): OpenclawError {
  const [only, ...others] = problems;
  const code = "models.unavailable";
  if (isAsked && only !== undefined && others.length === 0)
    return new OpenclawError(only.message, { code, ...(only.hint && { hint: only.hint }) });
  if (problems.length === 0) return new OpenclawError((t) => t.providers.noneSetUp, { code });
  return new OpenclawError((t) => (isAsked ? t.models.noneListed : t.models.noneReady), { code, problems });
}

/** Saves the lists for later runs and returns the files written. Throws `file.access`. */
export const saveLists = (
  fetched: readonly FetchedList[],
  paths: Pick<Paths, "stateDir">,
  context: FileContext,
): readonly string[] =>
  fetched.map(({ providerId, entry }) => {
    const path = cachePath(paths, providerId);
    writeEntry(path, entry, context);
    return path;
  });
