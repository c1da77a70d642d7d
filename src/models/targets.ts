import type { Config } from "../config/schema.ts";
import { OpenclawError } from "../core/errors.ts";
import { fail, ok, type Problem, type Result } from "../core/result.ts";
import type { Endpoint, Setup } from "../providers/provider.ts";
import { setupFault } from "../providers/setup-fault.ts";
import type { Authorisation } from "./access.ts";

/** A provider that can be asked for its models. */
export interface Target {
  readonly endpoint: Endpoint;
  readonly setup: Setup;
}

export interface TargetsInput {
  readonly config: Config;
  readonly endpoints: readonly Endpoint[];
  readonly access: Pick<Authorisation, "credentials" | "unresolved" | "secrets">;
  /** Only this one. */
  readonly wanted?: string | undefined;
}

/** The providers of ours that can be asked, and why others that are set up cannot. Throws `models.unavailable`. */
export function targetsOf({ config, endpoints, access, wanted }: TargetsInput): {
  readonly targets: readonly Target[];
  readonly problems: readonly Problem[];
} {
  const candidates = endpoints.filter(({ providerId }) => wanted === undefined || providerId === wanted);
  if (candidates.length === 0) {
    throw new OpenclawError(`'${wanted}' cannot be asked for its models.`, {
      code: "models.unavailable",
      hint: `Only ${endpoints.map(({ providerId }) => providerId).join(", ")} can.`,
    });
  }
  const present = candidates.filter(({ providerId }) => config.models?.providers?.[providerId] !== undefined);
  const judged = (present.length > 0 ? present : candidates).map((endpoint) => targetFor(endpoint, config, access));
  return {
    targets: judged.flatMap((target) => (target.ok ? [target.value] : [])),
    problems: judged.flatMap((target) => (target.ok ? [] : target.error)),
  };
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
  const { apiKey, headers = {} } = credentials.get(providerId) ?? {};
  if (unresolved.has(providerId)) return refuse(...(unresolved.get(providerId) ?? []));
  if (apiKey === undefined && Object.keys(headers).length === 0) {
    return refuse({ message: "It has no credential.", hint: setUp });
  }
  const fault = setupFault(endpoint, { entry: { ...entry, baseUrl }, ...(apiKey && { apiKey }), headers });
  if (fault !== undefined) return refuse(fault);
  const values = endpoint.answersIn(entry);
  return ok({
    endpoint,
    setup: { baseUrl: askedAt(baseUrl), ...(apiKey && { apiKey }), headers, model: defaultModel, values },
  });
}

/** The base URL as requests have it; two that differ only at the end are the same gateway. */
export const askedAt = (baseUrl: string): string => baseUrl.replace(/\/+$/, "");
