import { resolveCredentials } from "../config/credentials.ts";
import type { ProviderConfig } from "../config/schema.ts";
import type { Context } from "../core/context.ts";
import type { Finding, ProbeKind, Setup } from "../providers/provider.ts";
import { valuesOf } from "./defaults.ts";
import { chosenModel } from "./model-choice.ts";
import type { Wishes } from "./plan.ts";
import { type PlannedEntry, plannedEntry, storedSecrets } from "./provider-entry.ts";
import type { Today } from "./today.ts";

type Checking = Pick<Context, "http" | "delay" | "files" | "run" | "env" | "homedir">;

/** @why the gateway has been seen to answer 2009 under load; a moment later it knew the token again. */
const PAUSE_MS = 2_000;

/** A planned entry as the configuration will have it. */
function present({ apiKey, headers, ...entry }: PlannedEntry): ProviderConfig {
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { baseUrl: entry.baseUrl, ...(apiKey !== undefined && { apiKey }), headers: Object.fromEntries(kept) };
}

/** What the set-up will be once the wishes are carried out, or what keeps it from being one. */
async function setupFor(
  { provider, answers }: NonNullable<Wishes["provider"]>,
  wishes: Wishes,
  today: Today,
  context: Checking,
): Promise<Setup | Finding> {
  const entry = plannedEntry(provider, answers, today);
  // What is about to be stored counts, not what the environment of this moment has under the same name.
  const stored = storedSecrets(provider, answers).map(({ name, value }) => [name, { value, source: ".env" }] as const);
  const variables = new Map([...today.variables, ...stored]);
  const credentials = await resolveCredentials(
    present(entry),
    undefined,
    { variables, config: today.config.config },
    context,
  );
  if (!credentials.ok) {
    const [problem] = credentials.error;
    return {
      code: "credentials.unresolved",
      layer: "this machine",
      message: problem?.message ?? "",
      fix: problem?.hint ?? "",
      transient: false,
      ids: {},
    };
  }
  const { apiKey, headers } = credentials.value;
  const { model } = chosenModel(provider, wishes.model, today);
  return { baseUrl: entry.baseUrl, ...(apiKey && { apiKey }), headers, model, values: valuesOf(answers) };
}

/**
 * Sends what a real request would carry and says what is wrong, or undefined when all is well. What may pass by itself
 * is tried once more after a pause before anything is blamed.
 */
export async function verify(
  wishes: Wishes,
  today: Today,
  { kind, userAgent, signal }: { readonly kind: ProbeKind; readonly userAgent: string; readonly signal?: AbortSignal },
  context: Checking,
): Promise<Finding | undefined> {
  if (wishes.provider === undefined) return undefined;
  const { provider } = wishes.provider;
  const setup = await setupFor(wishes.provider, wishes, today, context);
  if ("code" in setup) return setup;
  const { probe, diagnose } = await provider.checks();
  const send = async () => {
    const request = probe(setup, kind, userAgent);
    return diagnose(await context.http({ ...request, ...(signal && { signal }) }), setup, kind);
  };
  const first = await send();
  if (!first?.transient || signal?.aborted) return first;
  await context.delay(PAUSE_MS);
  return send();
}
