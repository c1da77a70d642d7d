import type { Env } from "../../core/context.ts";
import { unreadable } from "../list-models.ts";
import type { Checks, ListModels } from "../provider.ts";
import { models } from "./discovery.ts";
import { placeOf } from "./response-signals.ts";

/** @source https://developers.cloudflare.com/ai-gateway/: `/v1/{account_id}/{gateway_id}/{provider}`. */
const ACCOUNT_IN_PATH = /^\/v1\/([0-9a-f]{32})\/[^/]+\//;

/**
 * The account that a base URL names. Behind a host of somebody's own the path may say what it likes, and the token goes to
 * Cloudflare's API only where the gateway is Cloudflare's, or the API's place was given as well.
 */
function accountIn(baseUrl: string, env: Env): string | undefined {
  const { hostname, pathname } = new URL(baseUrl);
  const isKnown = placeOf({ host: hostname }) === "gateway" || Boolean(env.CLOUDFLARE_API_BASE_URL);
  return isKnown ? ACCOUNT_IN_PATH.exec(pathname)?.[1] : undefined;
}

/** The models of Workers AI, which the gateway itself does not list: Cloudflare's API does, for the token that requests carry. */
export const listWorkersAi: ListModels = async ({ baseUrl, apiKey }, options, context) => {
  const accountId = accountIn(baseUrl, context.env);
  if (accountId === undefined || apiKey === undefined) {
    return unreadable("Workers AI is listed by account, and the base URL does not name one.");
  }
  return models({ token: apiKey, ...options }, accountId, context);
};

/**
 * What Cloudflare's API has against the token. That it cannot be reached, or that no account is known, says nothing about
 * the gateway.
 */
export const checkToken: NonNullable<Checks["also"]> = async (...asking) => {
  const listed = await listWorkersAi(...asking);
  return listed.ok || listed.error.layer !== "cloudflare-api" ? undefined : { ...listed.error, field: "gatewayToken" };
};
