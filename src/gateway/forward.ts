import type { Cooldowns } from "./cooldowns.ts";
import { Delivery } from "./delivery.ts";
import type { Exchange } from "./exchange.ts";
import { Course } from "./failover.ts";
import type { GatewayMeans } from "./means.ts";
import { prepareBody } from "./outbound-request.ts";
import { type HeldBytes, receiveBody } from "./receive-body.ts";
import { refusal } from "./refusal.ts";
import { readRequestBody } from "./request-body.ts";
import type { Route } from "./routes.ts";
import type { GatewaySettings } from "./settings.ts";
import { type Router, type Target, targetWithoutModel, unavailable, upstreamForAnyPath } from "./targets.ts";

type Forwarded = Extract<Route, { readonly kind: "model" | "pass" }>;

/** The settings of the moment, and what is worked out from them. */
export interface Serving {
  readonly settings: GatewaySettings;
  readonly router: Router;
  readonly cooldowns: Cooldowns;
}

export interface ForwardMeans extends GatewayMeans {
  readonly held: HeldBytes;
}

/** Sends a request on its way, by what kind of request it is. */
export function forward(exchange: Exchange, route: Forwarded, serving: Serving, means: ForwardMeans): void {
  if (route.kind === "pass") passThrough(exchange, route.path, serving, means);
  else sendByModel(exchange, route, serving, means);
  // One whose headers were enough to refuse it is not asked for its body.
  const { head, response } = exchange;
  if (head.waits && !response.headersSent) response.writeContinue();
}

type ByModel = Extract<Route, { readonly kind: "model" }>;

/** A request that names a model: its body is read, judged and perhaps changed. */
function sendByModel(exchange: Exchange, route: ByModel, serving: Serving, means: ForwardMeans): void {
  receiveBody(exchange, exchange.head.announcedBytes, means.limits, means.held, (bytes) => {
    if (!Buffer.isBuffer(bytes)) return exchange.refuse(bytes);
    const body = readRequestBody(bytes);
    if (body === undefined) return exchange.refuse(NO_OBJECT);
    if (body.isModelOdd) return exchange.refuse(ODD_MODEL);
    const resolved = serving.router(body.model, route.api);
    if (!resolved.ok) return exchange.refuse(resolved.refusal);
    const strip = serving.settings.stripPrefill;
    const prepare = (target: Target) => prepareBody(body, target, strip);
    // A credit was given for the one model that the client goes on with; no other redeems it.
    const { targets } = resolved;
    const served = body.hasFallbackCredit ? ([targets[0]] as const) : targets;
    const course = new Course(served, serving.cooldowns, means.clockMs());
    new Delivery(exchange, { path: route.path, prepare, isRepeatable: true }, course, means).send();
  });
}

const ODD_MODEL = refusal("invalid_request_error", "The local gateway got a `model` that is no text.");
const NO_OBJECT = refusal("invalid_request_error", "The local gateway got a body that is no JSON object.");

/** A request that names no model: its body is streamed through as it is. */
function passThrough(exchange: Exchange, path: string, { settings, cooldowns }: Serving, means: ForwardMeans): void {
  const upstream = upstreamForAnyPath(settings);
  if (upstream === undefined) {
    return void exchange.refuse(unavailable(settings.problems[0] ?? "None speaks a protocol that it serves."));
  }
  const { hasBody } = exchange.head;
  const prepared = { ok: true, body: hasBody ? exchange.request : null, removed: 0 } as const;
  const course = new Course([targetWithoutModel(upstream)], cooldowns, means.clockMs());
  new Delivery(exchange, { path, prepare: () => prepared, isRepeatable: !hasBody }, course, means).send();
}
