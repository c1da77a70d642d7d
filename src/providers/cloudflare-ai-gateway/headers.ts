import type { Setup, Values } from "../provider.ts";

export const TOKEN_HEADER = "cf-aig-authorization";

/** `true` forbids the gateway to bill the account for a request that has no usable key. */
export const NO_BILLING_HEADER = "cf-aig-no-wholesale";

/** Chooses a key stored at Cloudflare other than `default`. */
export const ALIAS_HEADER = "cf-aig-byok-alias";

/** Headers that a request without a provider key must not have: the gateway would pass them on. */
const PROVIDER_KEY_HEADERS = ["x-api-key", "authorization"];

/** True where requests must carry no provider key: even a placeholder would be passed on, and refused. */
export const isKeyless = (credentials: string | undefined): credentials is "stored" | "billing" =>
  credentials === "stored" || credentials === "billing";

/** True where Cloudflare may be billed for a request. */
const mayBeBilled = ({ credentials, paidFallback }: Values) => credentials === "billing" || paidFallback === "yes";

/**
 * Headers of every request, by lower-case name, of checks and the local gateway alike. `keyHeader` makes the header
 * of the key. A request without a provider key carries nothing that could be taken for one, whatever the entry has.
 */
export function requestHeaders(
  { apiKey, headers, values }: Setup,
  keyHeader: (key: string) => readonly [name: string, value: string],
): Readonly<Record<string, string>> {
  const keyless = isKeyless(values.credentials);
  const own = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value.reveal()] as const)
    .filter(([name]) => name !== NO_BILLING_HEADER && !(keyless && PROVIDER_KEY_HEADERS.includes(name)));
  return Object.fromEntries([
    ...(apiKey === undefined || keyless ? [] : [keyHeader(apiKey.reveal())]),
    ...own,
    ...(mayBeBilled(values) ? [] : [[NO_BILLING_HEADER, "true"]]),
  ]);
}

/** The headers of an entry that choose how models are paid for: those that are undefined must not be there. */
export function paymentHeaders({ credentials, byokAlias, paidFallback }: Values) {
  const stored = credentials === "stored";
  const mayBill = paidFallback === "yes" && credentials !== "billing";
  return {
    // The presence of this header tells a stored key from Unified Billing.
    [NO_BILLING_HEADER]: mayBill ? "false" : stored ? "true" : undefined,
    [ALIAS_HEADER]: stored ? byokAlias : undefined,
  };
}

/** The reverse of `paymentHeaders`. */
export function paymentIn(auth: string | undefined, headers: Readonly<Record<string, unknown>>): Values {
  const headerOf = (wanted: string) => Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
  const noBilling = headerOf(NO_BILLING_HEADER);
  const alias = headerOf(ALIAS_HEADER);
  const stored = auth === "token" && (noBilling === "true" || noBilling === "false");
  return {
    ...(auth === "token" && { credentials: stored ? "stored" : "billing" }),
    ...(noBilling === "false" && { paidFallback: "yes" }),
    ...(stored && typeof alias === "string" && { byokAlias: alias }),
  };
}
