import type { Credentials } from "../config/credentials.ts";
import { providerEntry, resolveProviders, resolveVariables } from "../config/resolve.ts";
import type { FileValues, Variables } from "../config/variables.ts";
import type { Context } from "../core/context.ts";
import type { Problem } from "../core/result.ts";
import type { Endpoint } from "../providers/provider.ts";
import { misplacedCredential } from "../providers/setup-fault.ts";
import { knownProviders } from "./list.ts";

export interface KnownCredentials {
  readonly available: ReadonlySet<string>;
  /** Only for providers of which nothing is wrong. */
  readonly credentials: ReadonlyMap<string, Credentials>;
  /** Every reference without a value, and every credential that its provider is known to refuse. */
  readonly problems: readonly ProviderProblem[];
  readonly warnings: readonly Problem[];
}

/** Without a place of its own, `where` is the provider. */
interface ProviderProblem extends Problem {
  readonly provider: string;
}

/** With the variables that the credentials come from. */
export async function resolveKnownProviders(
  files: FileValues,
  endpoints: readonly Endpoint[],
  context: Pick<Context, "files" | "run" | "env" | "homedir" | "cwd" | "uid">,
): Promise<KnownCredentials & { readonly variables: Variables }> {
  const { config } = files;
  const providers = knownProviders({ config, endpoints }).map(
    (id) => endpoints.find(({ providerId }) => providerId === id) ?? { providerId: id },
  );
  const values = await resolveVariables({ providers }, files, context);
  const resolved = await resolveProviders(providers, values, context);
  const available = new Set<string>();
  const credentials = new Map<string, Credentials>();
  const problems: ProviderProblem[] = [];
  for (const [id, result] of resolved) {
    if (!result.ok) {
      problems.push(...result.error.map((problem) => ({ where: id, ...problem, provider: id })));
      continue;
    }
    const endpoint = endpoints.find(({ providerId }) => providerId === id);
    const misplaced = endpoint && misplacedCredential(endpoint, result.value);
    if (misplaced !== undefined) {
      problems.push({ where: id, ...misplaced, provider: id });
      continue;
    }
    credentials.set(id, result.value);
    // An entry with `auth: "token"` needs no key of its own: the provider stores one, or bills the user.
    if (result.value.apiKey !== undefined || providerEntry(id, config).auth === "token") available.add(id);
  }
  return { available, credentials, problems, warnings: values.warnings, variables: values.variables };
}
