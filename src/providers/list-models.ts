import type { Context } from "../core/context.ts";
import type { HttpRequest } from "../core/http.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Message } from "../text/message.ts";
import type { Finding } from "./finding.ts";
import type { ListedModel } from "./model.ts";
import { withRetry } from "./probe.ts";
import type { Checks, Endpoint, ListModels, ListOptions, Setup } from "./provider.ts";

/** By provider; absent if the provider gave no list. */
export type Listed = ReadonlyMap<string, readonly ListedModel[]>;

/** Every model the endpoint lists for these credentials, in its order, or a finding. */
export const listModels = async (
  { listing }: Pick<Endpoint, "listing">,
  ...asking: Parameters<ListModels>
): ReturnType<ListModels> => (await listing())(...asking);

/** @why fifty thousand models: a longer list is a server that never ends. */
const MOST_PAGES = 50;

export interface ModelsPage {
  readonly models: readonly ListedModel[];
  /** The id after which the next page starts; `undefined` on the last page. */
  readonly next?: string;
}

export interface PagedList extends Pick<Checks, "diagnose"> {
  readonly label: string;
  /** The request for one page, with exactly the headers of a real request. */
  readonly request: (setup: Setup, after: string | undefined, userAgent: string) => HttpRequest;
  /** Sanitizes the models; returns `undefined` if the body is not a list of models. */
  readonly read: (body: string, setup: Setup) => ModelsPage | undefined;
}

/** A list is read completely or not at all. */
export async function listByPages(
  list: PagedList,
  setup: Setup,
  options: ListOptions,
  context: Pick<Context, "http" | "delay">,
): Promise<Result<readonly ListedModel[], Finding>> {
  const models = new Map<string, ListedModel>();
  const seen = new Set<string | undefined>();
  for (let after: string | undefined; seen.size < MOST_PAGES && !seen.has(after); ) {
    seen.add(after);
    const body = await fetchPage(list, after, setup, options, context);
    if (!body.ok) return body;
    const page = list.read(body.value, setup);
    if (page === undefined) return unreadable((t) => t.providers.noModelList(list.label));
    for (const model of page.models) models.set(model.id, model);
    if (page.next === undefined) return ok([...models.values()]);
    after = page.next;
  }
  return unreadable((t) => t.providers.endlessModelList({ label: list.label, pages: seen.size }));
}

function fetchPage(
  { request, diagnose }: PagedList,
  after: string | undefined,
  setup: Setup,
  { userAgent, signal }: ListOptions,
  context: Pick<Context, "http" | "delay">,
): Promise<Result<string, Finding>> {
  const ask = async (): Promise<Result<string, Finding>> => {
    const response = await context.http({ ...request(setup, after, userAgent), ...(signal && { signal }) });
    const finding = diagnose(response, setup, "models");
    if (finding !== undefined) return fail(finding);
    return response.ok ? ok(response.value.body) : unreadable((t) => t.providers.noAnswer);
  };
  return withRetry(ask, (page) => !page.ok && page.error.transient, signal, context);
}

/** For a list that cannot be read although no response says why. */
export const unreadable = (message: Message): Result<never, Finding> =>
  fail({
    code: "models.unreadable",
    layer: "unknown",
    message,
    fix: (t) => t.providers.listLater,
    transient: false,
    ids: {},
  });
