import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { findingLines } from "../providers/finding.ts";
import type { Checks, Finding, ListedModel, Listing } from "../providers/provider.ts";
import type { Target } from "./targets.ts";

type Asking = Pick<Context, "http" | "delay">;

/** @why the gateway has been seen to refuse under load what it accepts a moment later. */
const PAUSE_MS = 2_000;

/** @why fifty thousand models: a list that goes on longer has no end. */
const MOST_PAGES = 50;

/** Every model that the provider lists for these credentials, in its order. Throws `models.unavailable`. */
export async function askForModels(
  { endpoint, setup }: Target,
  userAgent: string,
  context: Asking,
): Promise<readonly ListedModel[]> {
  const [checks, listing] = await Promise.all([endpoint.checks(), endpoint.listing()]);
  const models = new Map<string, ListedModel>();
  const seen = new Set<string | undefined>();
  for (let after: string | undefined; seen.size < MOST_PAGES && !seen.has(after); ) {
    seen.add(after);
    const page = listing.read(await fetchPage({ checks, listing, setup, after, userAgent }, context), setup);
    if (page === undefined) throw unavailable(`${endpoint.label} answered with something that is no list of models.`);
    for (const model of page.models) models.set(model.id, model);
    if (page.next === undefined) return [...models.values()];
    after = page.next;
  }
  throw unavailable(`The list of models of ${endpoint.label} has no end: it was left after ${seen.size} pages.`);
}

interface PageQuestion extends Pick<Target, "setup"> {
  readonly checks: Checks;
  readonly listing: Listing;
  readonly after: string | undefined;
  readonly userAgent: string;
}

/** The text of a page. What may pass by itself is tried once more after a pause. */
async function fetchPage({ checks, listing, setup, after, userAgent }: PageQuestion, context: Asking): Promise<string> {
  for (let isSecond = false; ; isSecond = true) {
    const answer = await context.http(listing.request(setup, after, userAgent));
    const finding = checks.diagnose(answer, setup, "models");
    if (answer.ok && finding === undefined) return answer.value.body;
    if (isSecond || !finding?.transient) throw diagnosed(finding);
    await context.delay(PAUSE_MS);
  }
}

function diagnosed(finding: Finding | undefined): OpenclawError {
  const [message = "There was no answer.", ...rest] = finding === undefined ? [] : findingLines(finding);
  return new OpenclawError(message, { code: "models.unavailable", hint: rest.join("\n") });
}

function unavailable(message: string): OpenclawError {
  return new OpenclawError(message, {
    code: "models.unavailable",
    hint: "Check the base URL, or try again later; the built-in catalogue needs nobody.",
  });
}
