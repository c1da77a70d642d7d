import type { Context } from "../core/context.ts";
import type { HttpRequest } from "../core/http.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Finding } from "./finding.ts";
import type { ListedModel } from "./model.ts";
import type { Checks, Endpoint, ListModels, ListOptions, Setup } from "./provider.ts";
import { withSecondTry } from "./retry.ts";

/** Lists of models by provider; absent for one that does not tell. */
export type Listed = ReadonlyMap<string, readonly ListedModel[]>;

/** Every model that the endpoint lists for these credentials, in its order, or what is wrong. */
export const listModels = async (
  { listing }: Pick<Endpoint, "listing">,
  ...asking: Parameters<ListModels>
): ReturnType<ListModels> => (await listing())(...asking);

/** @why fifty thousand models: a list that goes on longer has no end. */
const MOST_PAGES = 50;

/** A part of a list of models. */
export interface ModelsPage {
  readonly models: readonly ListedModel[];
  /** What the next page comes after; undefined when this is the last one. */
  readonly next?: string;
}

/** A list that is asked for page by page. */
export interface PagedList extends Pick<Checks, "diagnose"> {
  readonly label: string;
  /** The request for one page, with exactly the headers that a real request carries. */
  readonly request: (setup: Setup, after: string | undefined, userAgent: string) => HttpRequest;
  /** What is in the answer, cleaned of all that must not be shown; undefined when it is no list of models. */
  readonly read: (body: string, setup: Setup) => ModelsPage | undefined;
}

type Asking = Pick<Context, "http" | "delay">;

/** Reads every page; a list is read whole or not at all. */
export async function listByPages(
  list: PagedList,
  setup: Setup,
  options: ListOptions,
  context: Asking,
): Promise<Result<readonly ListedModel[], Finding>> {
  const models = new Map<string, ListedModel>();
  const seen = new Set<string | undefined>();
  for (let after: string | undefined; seen.size < MOST_PAGES && !seen.has(after); ) {
    seen.add(after);
    const answer = await fetchPage(list, after, setup, options, context);
    if (!answer.ok) return answer;
    const page = list.read(answer.value, setup);
    if (page === undefined) return unreadable(`${list.label} answered with something that is no list of models.`);
    for (const model of page.models) models.set(model.id, model);
    if (page.next === undefined) return ok([...models.values()]);
    after = page.next;
  }
  return unreadable(`The list of models of ${list.label} has no end: it was left after ${seen.size} pages.`);
}

/** The text of a page. */
function fetchPage(
  { request, diagnose }: PagedList,
  after: string | undefined,
  setup: Setup,
  { userAgent, signal }: ListOptions,
  context: Asking,
): Promise<Result<string, Finding>> {
  const ask = async (): Promise<Result<string, Finding>> => {
    const answer = await context.http({ ...request(setup, after, userAgent), ...(signal && { signal }) });
    const finding = diagnose(answer, setup, "models");
    if (finding !== undefined) return fail(finding);
    return answer.ok ? ok(answer.value.body) : unreadable("There was no answer.");
  };
  return withSecondTry(ask, (page) => !page.ok && page.error.transient, signal, context);
}

/** Why there is no list, where no answer says so. */
export const unreadable = (message: string): Result<never, Finding> =>
  fail({
    code: "models.unreadable",
    layer: "unknown",
    message,
    fix: "Check the base URL, or try again later; the built-in catalogue needs nobody.",
    transient: false,
    ids: {},
  });
