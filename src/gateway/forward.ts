import type { Exchange, Outcome } from "./exchange.ts";
import type { GatewayMeans } from "./gateway.ts";
import { prepareBody } from "./prepare.ts";
import { type HeldBytes, receiveBody } from "./receive-body.ts";
import { refusal } from "./refusal.ts";
import { readRequestBody } from "./request-body.ts";
import type { Route } from "./routes.ts";
import type { GatewaySettings } from "./settings.ts";
import { type Router, upstreamForAnyPath } from "./targets.ts";

type Forwarded = Extract<Route, { readonly kind: "model" | "pass" }>;

/** The settings of the moment, and what is worked out from them. */
export interface Serving {
  readonly settings: GatewaySettings;
  readonly router: Router;
}

export interface ForwardMeans extends GatewayMeans {
  readonly held: HeldBytes;
}

/** Sends a request on its way, by what kind of request it is. */
export function forward(exchange: Exchange, route: Forwarded, serving: Serving, means: ForwardMeans): void {
  if (exchange.head.waits) exchange.response.writeContinue();
  if (route.kind === "pass") return passThrough(exchange, route.path, serving.settings);
  receiveBody(exchange, exchange.head.announcedBytes, means.limits, means.held, (bytes) => {
    if (!Buffer.isBuffer(bytes)) return exchange.refuse(bytes);
    const body = readRequestBody(bytes);
    const resolved = serving.router(body.model, route.api);
    if (!resolved.ok) return exchange.refuse(resolved.refusal);
    const [target] = resolved.targets;
    const prepared = prepareBody(body, target, serving.settings.stripPrefill);
    if (!prepared.ok) return exchange.refuse(prepared.refusal);
    exchange.prefillRemoved = prepared.value.prefillRemoved;
    exchange.send(target, route.path, prepared.value.bytes, (outcome) => finish(exchange, outcome));
  });
}

function finish(exchange: Exchange, outcome: Outcome): void {
  if (outcome.kind === "answer") return exchange.passOn(outcome);
  exchange.refuse(refusal("api_error", `fault ${outcome.fault.kind}`));
}

/** A request that names no model, streamed through as it is. */
function passThrough(exchange: Exchange, path: string, settings: GatewaySettings): void {
  const upstream = upstreamForAnyPath(settings);
  if (upstream === undefined) return exchange.refuse(refusal("not_found_error", "No provider is configured."));
  const target = { upstream, model: "", ref: upstream.providerId };
  exchange.send(target, path, exchange.head.hasBody ? exchange.request : null, (outcome) => finish(exchange, outcome));
}
