import type { Gateway, GatewayNeeds, StoredKey } from "../discovery.ts";

/**
 * What a gateway's settings ask of whoever uses it.
 * @source developers.cloudflare.com, AI Gateway: authentication, caching, logging, rate limiting, unified billing, and
 * the changelog of 2026-09-14 ("require provider credentials").
 */
export function needs(
  { authentication, keyRequired, billing, cacheSeconds, logs, rateLimit }: Gateway,
  keys: readonly StoredKey[],
): GatewayNeeds {
  const stored = keys.map(({ provider, alias, isDefault }) => (isDefault ? provider : `${provider} (${alias})`));
  const notes = [
    authentication && "The gateway asks every request for a token.",
    keyRequired && "The gateway refuses requests without a provider key, sent or stored with it.",
    stored.length > 0 && `Keys are stored with the gateway, and can be used instead of yours: ${stored.join(", ")}.`,
    // Billing takes an authenticated gateway: an open one passes such requests on, and they fail.
    authentication &&
      billing &&
      !keyRequired &&
      "Cloudflare can bill you for requests without a provider key; yours forbid that unless you choose it.",
    cacheSeconds > 0 && `The gateway gives an answer again to an equal request for ${cacheSeconds} seconds.`,
    logs && "The gateway keeps prompts and answers in its logs.",
    rateLimit && `The gateway lets ${rateLimit.requests} requests through every ${rateLimit.seconds} seconds.`,
  ];
  return { needed: authentication ? ["gatewayToken"] : [], notes: notes.filter((note) => typeof note === "string") };
}
