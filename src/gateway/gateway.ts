import { checkSender, checkToken, originHeaders, preflightHeaders } from "./access.ts";
import { errorResponse } from "./error-response.ts";
import { Cooldowns } from "./failover.ts";
import { type ActiveSettings, type ForwardDeps, forwardByModel, forwardUnread } from "./forward.ts";
import { readRequestHead } from "./headers.ts";
import type { ProxiedRequest } from "./host.ts";
import { answerError, answerJson } from "./relay.ts";
import { routeOf } from "./routes.ts";
import type { GatewaySettings } from "./settings.ts";
import { createRouter } from "./targets.ts";

export interface GatewayDeps extends ForwardDeps {
  /** Further members of the answer to `/healthz`. */
  readonly about: Readonly<Record<string, string | number>>;
}

/** The gateway without a runtime: a host hands it the requests, and sends and answers for it. */
export interface LocalGateway {
  /** Uses these settings for every request from now on. */
  readonly use: (settings: GatewaySettings) => void;
  /** Answers a request. Rejects only if the program is at fault. */
  readonly handle: (request: ProxiedRequest) => Promise<void>;
}

export function createGateway(first: GatewaySettings, deps: GatewayDeps): LocalGateway {
  let active = activate(first);
  return {
    use: (settings) => {
      active = activate(settings);
    },
    handle: (request) => handle(request, active, deps),
  };
}

const activate = (settings: GatewaySettings): ActiveSettings => ({
  settings,
  router: createRouter(settings),
  cooldowns: new Cooldowns(),
});

/** Refuses what must not pass, answers what is asked of the gateway itself, and forwards the rest. */
async function handle(request: ProxiedRequest, active: ActiveSettings, deps: GatewayDeps): Promise<void> {
  const { settings } = active;
  const head = readRequestHead(request.headers, settings.requestRules);
  const route = routeOf(request.method, request.url);
  const senderError = checkSender(head, settings);
  if (senderError !== undefined) return answerError(request, senderError);
  const ownHeaders = head.origin === undefined ? [] : originHeaders(head.origin);
  if (route.kind === "alive") return answerJson(request, 200, JSON.stringify({ ok: true, ...deps.about }), ownHeaders);
  if (route.kind === "root") return answerJson(request, 200, "", ownHeaders);
  if (route.kind === "preflight")
    return answerJson(request, 200, "", [...ownHeaders, ...preflightHeaders(head.wantedHeaders)]);
  const tokenError = checkToken(head, settings);
  if (route.kind === "ready") return answerReady(request, settings, ownHeaders, tokenError === undefined);
  if (tokenError !== undefined) return answerError(request, tokenError, ownHeaders);
  if (head.hasOtherCoding) return answerError(request, OTHER_CODING, ownHeaders);
  if (route.kind === "error") return answerError(request, route.error, ownHeaders);
  if (request.admission === "stopping") return answerError(request, STOPPING, ownHeaders);
  if (request.admission === "full") return answerError(request, TOO_MANY, ownHeaders);
  const admitted = { request, head, ownHeaders };
  return route.kind === "model"
    ? forwardByModel(admitted, route, active, deps)
    : forwardUnread(admitted, route.path, active, deps);
}

/** Tells everybody that something is wrong, and those with the token what it is. */
function answerReady(
  request: ProxiedRequest,
  { isReady, problems }: GatewaySettings,
  ownHeaders: readonly string[],
  hasToken: boolean,
): void {
  const ok = isReady && request.admission !== "stopping";
  answerJson(request, ok ? 200 : 503, JSON.stringify({ ok, ...(hasToken && { problems }) }), ownHeaders);
}

const STOPPING = errorResponse("overloaded_error", "The local gateway is stopping. Try again in a moment.");
const OTHER_CODING = errorResponse(
  "invalid_request_error",
  "The local gateway accepts no Transfer-Encoding but chunked. Send the body unencoded.",
);
const TOO_MANY = errorResponse(
  "overloaded_error",
  "The local gateway is serving as many requests as it can. Try again in a moment.",
);
