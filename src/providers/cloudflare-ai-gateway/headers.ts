import { spellingOf } from "../../core/http.ts";
import type { Setup, Values } from "../provider.ts";

export const TOKEN_HEADER = "cf-aig-authorization";

/** `true` keeps the gateway from billing the account for a request without a usable key. */
const NO_BILLING_HEADER = "cf-aig-no-wholesale";

/** Selects a stored key other than `default`. */
export const ALIAS_HEADER = "cf-aig-byok-alias";

/** Headers that a request without a provider key must not have, since the gateway would pass them on. */
const PROVIDER_KEY_HEADERS = ["x-api-key", "authorization"];

/** True if requests must not carry a provider key: even a placeholder would be passed on, and rejected. */
export const isKeyless = (credentials: string | undefined): credentials is "stored" | "billing" =>
  credentials === "stored" || credentials === "billing";

const mayBeBilled = ({ credentials, paidFallback }: Values) => credentials === "billing" || paidFallback === "yes";

/**
 * The headers of every request, by lower-case name, for checks and the local gateway alike. `keyHeader` builds the
 * key's header. A request without a provider key carries nothing that could be mistaken for one, whatever the entry
 * says.
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

/** The headers that choose how models are paid for. Those that are `undefined` must be absent from the entry. */
export function paymentHeaders({ credentials, byokAlias, paidFallback }: Values) {
  const stored = credentials === "stored";
  const mayBill = paidFallback === "yes" && credentials !== "billing";
  return {
    // The presence of this header distinguishes a stored key from Unified Billing.
    [NO_BILLING_HEADER]: mayBill ? "false" : stored ? "true" : undefined,
    [ALIAS_HEADER]: stored ? byokAlias : undefined,
  };
}

export function paymentIn(auth: string | undefined, headers: Readonly<Record<string, unknown>>): Values {
  const headerOf = (wanted: string) => headers[spellingOf(headers, wanted) ?? ""];
  const noBilling = headerOf(NO_BILLING_HEADER);
  const alias = headerOf(ALIAS_HEADER);
  const stored = auth === "token" && (noBilling === "true" || noBilling === "false");
  return {
    ...(auth === "token" && { credentials: stored ? "stored" : "billing" }),
    ...(noBilling === "false" && { paidFallback: "yes" }),
    ...(stored && typeof alias === "string" && { byokAlias: alias }),
  };
}
