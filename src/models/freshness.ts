import type { FileContext } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { attempt } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { staleLists } from "./cache.ts";
import { type FetchInput, fetchModels, saveLists } from "./live.ts";

/** How old a list may be before it is asked for again: models come and go within months. */
const FRESH_MS = 24 * 60 * 60 * 1000;

/** @why a provider that cannot list its models would be asked for every client's list. */
const ASKED_AGAIN_MS = 10 * 60 * 1000;

export interface FreshenOptions {
  readonly userAgent: string;
  readonly paths: Pick<Paths, "stateDir">;
  /** Ends whatever is being asked. */
  readonly signal: AbortSignal;
}

/**
 * Has providers asked for their models whose saved list is missing or old, one after the other, and saves what they say.
 * Resolves when all have answered or failed; `undefined` if there is nothing to ask.
 */
export type Freshen = () => Promise<void> | undefined;

export function listFreshener(
  input: FetchInput,
  { userAgent, paths, signal }: FreshenOptions,
  context: FileContext & Pick<Context, "http" | "delay" | "env" | "now">,
): Freshen {
  const askedAt = new Map<string, number>();
  let running: Promise<void> | undefined;
  const untilStopped: typeof context = {
    ...context,
    http: (request) => context.http({ ...request, signal }),
    delay: (ms) => context.delay(ms, signal),
  };
  const now = () => context.now().getTime();
  async function ask(providerIds: readonly string[]): Promise<void> {
    for (const wanted of providerIds) {
      if (signal.aborted) return;
      askedAt.set(wanted, now());
      // What fails leaves what was known: `models refresh` says why.
      await attempt(async () => {
        const { fetched } = await fetchModels({ ...input, wanted }, userAgent, untilStopped);
        saveLists(fetched, paths, context);
      });
    }
    running = undefined;
  }
  return () => {
    if (running !== undefined) return running;
    const wasAsked = (id: string) => now() - (askedAt.get(id) ?? Number.NEGATIVE_INFINITY) < ASKED_AGAIN_MS;
    const stale = staleLists(input, FRESH_MS, paths, context).filter((id) => !wasAsked(id));
    if (stale.length === 0) return undefined;
    running = ask(stale);
    return running;
  };
}
