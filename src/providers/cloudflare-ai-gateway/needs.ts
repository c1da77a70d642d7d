import type { Gateway, GatewayNeeds } from "../discovery.ts";

/**
 * What a gateway's settings ask of whoever uses it.
 * @source developers.cloudflare.com, AI Gateway: authentication, caching, logging, rate limiting, unified billing, and
 * the changelog of 2026-09-14 ("require provider credentials").
 */
export function needs({ authentication, keyRequired, billing, cacheSeconds, logs, rateLimit }: Gateway): GatewayNeeds {
  const warnings = [
    // Billing takes an authenticated gateway: an open one passes such requests on, and they fail.
    authentication &&
      billing &&
      !keyRequired &&
      "A request without a provider key is billed to the Cloudflare account, unless it forbids that itself.",
    cacheSeconds > 0 && `The gateway gives an answer again to an equal request for ${cacheSeconds} seconds.`,
  ];
  const infos = [
    logs && "The gateway keeps prompts and answers in its logs.",
    rateLimit && `The gateway lets ${rateLimit.requests} requests through every ${rateLimit.seconds} seconds.`,
  ];
  return {
    tokenRequired: authentication,
    providerKeyRequired: keyRequired,
    warnings: texts(warnings),
    infos: texts(infos),
  };
}

const texts = (list: readonly unknown[]) => list.filter((text) => typeof text === "string");
