import { spellingOf } from "../core/http.ts";
import type { Problem } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import { say } from "../text/message.ts";
import type { Endpoint, ExistingEntry } from "./provider.ts";

interface Sent {
  readonly entry: ExistingEntry & { readonly baseUrl: string };
  readonly apiKey?: Secret;
  readonly headers: Readonly<Record<string, Secret>>;
}

/** Why nothing may be sent because it would leak a credential to the wrong host. */
export function setupFault(endpoint: Endpoint, sent: Sent): Problem | undefined {
  return wrongAddress(endpoint, sent) ?? misplacedCredential(endpoint, sent);
}

/** The URL belongs to another endpoint of the same gateway. */
function wrongAddress({ answersIn, entry: entryFor, fields }: Endpoint, { entry }: Sent): Problem | undefined {
  const checked = fields.find(({ id }) => id === "baseUrl")?.check(entry.baseUrl);
  if (checked?.ok === false) return checked.error;
  const values = answersIn(entry);
  if (values.baseUrl !== undefined) return undefined;
  const { baseUrl } = entryFor(values, {});
  if (entry.baseUrl.replace(/(?:\/v1)?\/*$/, "") === baseUrl.replace(/\/v1$/, "")) return undefined;
  return { message: (t) => t.providers.wrongBaseUrl, hint: (t) => t.providers.setBaseUrl(baseUrl) };
}

/** A credential that its field refuses, such as another service's key. */
export function misplacedCredential(
  { fields, keyField }: Pick<Endpoint, "fields" | "keyField">,
  { apiKey, headers }: Pick<Sent, "apiKey" | "headers">,
): Problem | undefined {
  for (const { id, label, header, secret, check } of fields) {
    const name = spellingOf(headers, header);
    const carried = id === keyField ? apiKey : name === undefined ? undefined : headers[name];
    const checked = secret && carried !== undefined ? check(carried.reveal()) : undefined;
    if (checked && !checked.ok) {
      const { message, ...rest } = checked.error;
      return { ...rest, message: (t) => t.providers.inField({ label: say(label, t), problem: say(message, t) }) };
    }
  }
  return undefined;
}
