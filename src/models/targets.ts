import type { Config } from "../config/schema.ts";
import { OpenclawError } from "../core/errors.ts";
import { fail, ok, type Problem, type Result } from "../core/result.ts";
import type { Endpoint, Setup } from "../providers/provider.ts";
import type { Authorisation } from "./authorisation.ts";

/** A provider that can be asked for its models. */
export interface Target {
  readonly endpoint: Endpoint;
  readonly setup: Setup;
}

export interface TargetsInput {
  readonly config: Config;
  readonly endpoints: readonly Endpoint[];
  readonly access: Pick<Authorisation, "credentials" | "unresolved">;
  /** Only this one. */
  readonly wanted?: string | undefined;
}

/**
 * The providers of ours that are set up and whose credentials resolve. Throws `models.unavailable` when there is none,
 * with the reason for each.
 */
export function targetsOf({ config, endpoints, access, wanted }: TargetsInput): readonly Target[] {
  const candidates = endpoints.filter(({ providerId }) => wanted === undefined || providerId === wanted);
  if (candidates.length === 0) {
    throw new OpenclawError(`'${wanted}' cannot be asked for its models.`, {
      code: "models.unavailable",
      hint: `Only ${endpoints.map(({ providerId }) => providerId).join(", ")} can.`,
    });
  }
  const judged = candidates.map((endpoint) => targetFor(endpoint, config, access));
  const targets = judged.flatMap((target) => (target.ok ? [target.value] : []));
  if (targets.length > 0) return targets;
  throw new OpenclawError("There is nobody to ask for the models.", {
    code: "models.unavailable",
    problems: judged.flatMap((target) => (target.ok ? [] : target.error)),
  });
}

function targetFor(
  endpoint: Endpoint,
  config: Config,
  { credentials, unresolved }: TargetsInput["access"],
): Result<Target, readonly Problem[]> {
  const { providerId, defaultModel } = endpoint;
  const refuse = (...problems: readonly Problem[]) =>
    fail(problems.map((problem) => ({ ...problem, where: providerId })));
  const setUp = "Run `openclaw onboard`.";
  const entry = config.models?.providers?.[providerId] ?? {};
  const { baseUrl } = entry;
  if (baseUrl === undefined) return refuse({ message: "It is not set up.", hint: setUp });
  const checked = endpoint.fields.find(({ id }) => id === "baseUrl")?.check(baseUrl);
  if (checked?.ok === false) return refuse(checked.error);
  const { apiKey, headers = {} } = credentials.get(providerId) ?? {};
  if (unresolved.has(providerId)) return refuse(...(unresolved.get(providerId) ?? []));
  if (apiKey === undefined && Object.keys(headers).length === 0) {
    return refuse({ message: "It has no credential.", hint: setUp });
  }
  const values = endpoint.answersIn(entry);
  return ok({
    endpoint,
    setup: { baseUrl: askedAt(baseUrl), ...(apiKey && { apiKey }), headers, model: defaultModel, values },
  });
}

/** The base URL as requests have it; two that differ only at the end are the same gateway. */
export const askedAt = (baseUrl: string): string => baseUrl.replace(/\/+$/, "");
