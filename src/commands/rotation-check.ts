import { resolveCredentials } from "../config/credentials.ts";
import { rotationVariables } from "../config/key-rotation.ts";
import { fileValues, type LoadedFiles, providerEntry, resolveVariables, withProxy } from "../config/resolve.ts";
import type { ProviderConfig } from "../config/schema.ts";
import type { FoundVariable } from "../config/variables.ts";
import type { Context } from "../core/context.ts";
import { type Finding, unresolved } from "../providers/finding.ts";
import { probe } from "../providers/probe.ts";
import { endpointsOf, type ProbeKind, type Provider } from "../providers/provider.ts";
import { referenceFor } from "../reset/literals.ts";
import type { Rotation } from "../reset/rotation.ts";

/** `unchecked` where no provider that can be asked uses the credential. */
export type Checked = Finding | "works" | "unchecked";

/** Sends what a real request would carry with the new values in place, to every provider that uses one of them. */
export async function checkRotation(
  rotations: readonly Rotation[],
  files: LoadedFiles,
  { kind, userAgent, signal }: { readonly kind: ProbeKind; readonly userAgent: string; readonly signal?: AbortSignal },
  { providers, context }: { readonly providers: readonly Provider[]; readonly context: Context },
): Promise<Checked> {
  const values = fileValues(files);
  const used = new Set(rotations.flatMap(({ usedBy }) => usedBy));
  const endpoints = endpointsOf(providers).filter(({ providerId }) => used.has(providerId));
  const { variables } = await resolveVariables({ providers: endpoints }, values, context);
  const known = { ...values, variables: withNew(rotations, variables) };
  const proxied = withProxy(values, context);
  let checked: Checked = "unchecked";
  for (const endpoint of endpoints) {
    const { providerId, fields } = endpoint;
    const entry = withReferences(providerEntry(providerId, files.config.config), rotations, providerId, providers);
    const path = ["models", "providers", providerId];
    const credentials = await resolveCredentials(entry, endpoint, known, context, path);
    if (!credentials.ok) return unresolved(credentials.error);
    const { baseUrl = "" } = entry;
    const address = fields.find(({ id }) => id === "baseUrl")?.check(baseUrl);
    if (address?.ok === false) return { ...unresolved([{ ...address.error, fault: "unsendable" }]), field: "baseUrl" };
    const { apiKey, headers } = credentials.value;
    const model = entry.models?.[0]?.id ?? endpoint.defaultModel;
    const asked = { auth: entry.auth, headers: entry.headers ?? {}, baseUrl };
    const answers = endpoint.answersIn({
      baseUrl: asked.baseUrl,
      headers: asked.headers,
      ...(asked.auth !== undefined && { auth: asked.auth }),
    });
    const setup = { baseUrl, ...(apiKey && { apiKey }), headers, model, values: answers };
    const finding = await probe(endpoint, setup, { kind, userAgent, ...(signal && { signal }) }, proxied);
    if (finding !== undefined) return finding;
    checked = "works";
  }
  return checked;
}

/** The variables with the new values, each as the only key, so that no other one is tried in its place. */
function withNew(rotations: readonly Rotation[], variables: ReadonlyMap<string, FoundVariable>) {
  const known = new Map<string, FoundVariable>(variables);
  for (const { variable, value } of rotations) {
    const own = variable.replace(/_KEYS$/, "_KEY").replace(/(?<=_KEY)_\d+$/, "");
    for (const name of [variable, ...rotationVariables(own)]) known.delete(name);
    known.set(own, { value, source: ".env" });
    if (!/_KEYS$/.test(variable)) known.set(variable, { value, source: ".env" });
  }
  return known;
}

/** The entry with references where a credential stands as text now. */
function withReferences(
  entry: ProviderConfig,
  rotations: readonly Rotation[],
  providerId: string,
  providers: readonly Provider[],
): ProviderConfig {
  const endpoints = endpointsOf(providers);
  let { apiKey, headers = {} } = entry;
  for (const path of rotations.flatMap(({ literals }) => literals)) {
    const [, , id, member, header = ""] = path.map(String);
    const text = member === "apiKey" ? apiKey : headers[header];
    if (id !== providerId || typeof text !== "string") continue;
    const reference = referenceFor({ path, text }, endpoints);
    if (member === "apiKey") apiKey = reference;
    else headers = { ...headers, [header]: reference };
  }
  return { ...entry, ...(apiKey !== undefined && { apiKey }), headers };
}
