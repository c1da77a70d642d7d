import type { Context } from "../core/context.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Checks, Endpoint, Finding, ListedModel, Listing, Setup } from "./provider.ts";

/** Lists of models by provider; absent for one that does not tell. */
export type Listed = ReadonlyMap<string, readonly ListedModel[]>;

type Asking = Pick<Context, "http" | "delay">;

/** @why the gateway has been seen to refuse under load what it accepts a moment later. */
const PAUSE_MS = 2_000;

/** @why fifty thousand models: a list that goes on longer has no end. */
const MOST_PAGES = 50;

interface ListOptions {
  readonly userAgent: string;
  readonly signal?: AbortSignal;
}

/** Every model that the endpoint lists for these credentials, in its order, or what is wrong. */
export async function listModels(
  endpoint: Pick<Endpoint, "label" | "checks" | "listing">,
  setup: Setup,
  options: ListOptions,
  context: Asking,
): Promise<Result<readonly ListedModel[], Finding>> {
  const [checks, listing] = await Promise.all([endpoint.checks(), endpoint.listing()]);
  const models = new Map<string, ListedModel>();
  const seen = new Set<string | undefined>();
  for (let after: string | undefined; seen.size < MOST_PAGES && !seen.has(after); ) {
    seen.add(after);
    const answer = await fetchPage({ checks, listing, setup, after, ...options }, context);
    if (!answer.ok) return answer;
    const page = listing.read(answer.value, setup);
    if (page === undefined) return unreadable(`${endpoint.label} answered with something that is no list of models.`);
    for (const model of page.models) models.set(model.id, model);
    if (page.next === undefined) return ok([...models.values()]);
    after = page.next;
  }
  return unreadable(`The list of models of ${endpoint.label} has no end: it was left after ${seen.size} pages.`);
}

interface PageQuestion extends ListOptions {
  readonly checks: Checks;
  readonly listing: Listing;
  readonly setup: Setup;
  readonly after: string | undefined;
}

/** The text of a page. What may pass by itself is tried once more after a pause. */
async function fetchPage(
  { checks, listing, setup, after, userAgent, signal }: PageQuestion,
  context: Asking,
): Promise<Result<string, Finding>> {
  for (let isSecond = false; ; isSecond = true) {
    const request = listing.request(setup, after, userAgent);
    const answer = await context.http({ ...request, ...(signal && { signal }) });
    const finding = checks.diagnose(answer, setup, "models");
    if (answer.ok && finding === undefined) return ok(answer.value.body);
    if (finding === undefined) return unreadable("There was no answer.");
    if (isSecond || !finding.transient || signal?.aborted) return fail(finding);
    await context.delay(PAUSE_MS);
  }
}

const unreadable = (message: string): Result<never, Finding> =>
  fail({
    code: "models.unreadable",
    layer: "unknown",
    message,
    fix: "Check the base URL, or try again later; the built-in catalogue needs nobody.",
    transient: false,
    ids: {},
  });
