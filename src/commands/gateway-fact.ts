import type { Health } from "../service/health.ts";
import type { Texts } from "../text/message.ts";

/** What answers at the address of a gateway, in one line. */
export function gatewayFact(
  { url, answers, version = "", isReady, isPublished, isOwn }: Health,
  { service }: Texts,
): string {
  if (answers === "nobody") return service.gatewaySilent(url);
  if (isPublished) return service.gatewayPublished(url);
  if (answers === "other") return service.gatewayOther(url);
  if (isOwn === false) return service.gatewayForeign({ url, version });
  return isReady ? service.gatewayReady({ url, version }) : service.gatewayNotReady({ url, version });
}
