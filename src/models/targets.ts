import type { Config } from "../config/schema.ts";
import { OpenclawError } from "../core/errors.ts";
import { fail, ok, type Problem, type Result } from "../core/result.ts";
import type { Provider, Setup } from "../providers/provider.ts";
import type { Authorisation } from "./authorisation.ts";

/** A provider that can be asked for its models. */
export interface Target {
  readonly provider: Provider;
  readonly setup: Setup;
}

export interface TargetsInput {
  readonly config: Config;
  readonly providers: readonly Provider[];
  readonly access: Pick<Authorisation, "credentials" | "unresolved">;
  /** Only this one. */
  readonly wanted?: string | undefined;
}

/**
 * The providers of ours that are set up and whose credentials resolve. Throws `models.unavailable` when there is none,
 * with the reason for each.
 */
export function targetsOf({ config, providers, access, wanted }: TargetsInput): readonly Target[] {
  const candidates = providers.filter(({ endpoint }) => wanted === undefined || endpoint.providerId === wanted);
  if (candidates.length === 0) {
    throw new OpenclawError(`'${wanted}' cannot be asked for its models.`, {
      code: "models.unavailable",
      hint: `Only ${providers.map(({ endpoint }) => endpoint.providerId).join(", ")} can.`,
    });
  }
  const judged = candidates.map((provider) => targetFor(provider, config, access));
  const targets = judged.flatMap((target) => (target.ok ? [target.value] : []));
  if (targets.length > 0) return targets;
  throw new OpenclawError("There is nobody to ask for the models.", {
    code: "models.unavailable",
    problems: judged.flatMap((target) => (target.ok ? [] : target.error)),
  });
}

function targetFor(
  provider: Provider,
  config: Config,
  { credentials, unresolved }: TargetsInput["access"],
): Result<Target, readonly Problem[]> {
  const { providerId, defaultModel } = provider.endpoint;
  const refuse = (...problems: readonly Problem[]) =>
    fail(problems.map((problem) => ({ ...problem, where: providerId })));
  const setUp = "Run `openclaw onboard`.";
  const entry = config.models?.providers?.[providerId] ?? {};
  const { baseUrl } = entry;
  if (baseUrl === undefined) return refuse({ message: "It is not set up.", hint: setUp });
  const checked = provider.fields.find(({ id }) => id === "baseUrl")?.check(baseUrl);
  if (checked?.ok === false) return refuse(checked.error);
  const { apiKey, headers = {} } = credentials.get(providerId) ?? {};
  if (unresolved.has(providerId)) return refuse(...(unresolved.get(providerId) ?? []));
  if (apiKey === undefined && Object.keys(headers).length === 0) {
    return refuse({ message: "It has no credential.", hint: setUp });
  }
  const values = provider.answersIn(entry);
  return ok({
    provider,
    setup: { baseUrl: askedAt(baseUrl), ...(apiKey && { apiKey }), headers, model: defaultModel, values },
  });
}

/** The base URL as requests have it; two that differ only at the end are the same gateway. */
export const askedAt = (baseUrl: string): string => baseUrl.replace(/\/+$/, "");
