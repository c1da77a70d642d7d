import { credentialMarks } from "../config/token-proof.ts";
import { isCredentialHeader } from "../core/redact.ts";
import { checkHost, checkSender, clientOf, NO_TOKEN, originHeaders, preflightHeaders } from "./access.ts";
import { Cooldowns } from "./cooldowns.ts";
import { type ErrorResponse, errorResponse, OWN_FAULT } from "./error-response.ts";
import { ForeignThinking } from "./foreign-thinking.ts";
import { type ActiveSettings, type AdmittedRequest, type ForwardDeps, forward } from "./forward.ts";
import type { ProxiedRequest } from "./host.ts";
import { type Every, KeepAlive } from "./keep-alive.ts";
import type { Log } from "./log.ts";
import { modelList } from "./model-list.ts";
import { isEntrance, isPublicPage, type MayView, NO_PAGES, type Pages } from "./pages.ts";
import { respondWithError, respondWithJson } from "./relay.ts";
import { type RequestHead, readRequestHead } from "./request-head.ts";
import { routeOf } from "./routes.ts";
import type { GatewaySettings, Upstream } from "./settings.ts";
import { createRouter } from "./targets.ts";

export interface GatewayDeps extends Omit<ForwardDeps, "keepAlive"> {
  readonly every: Every;
  /**
   * Asked before a request is forwarded, by the name of the client's token: why it must not be, such as a limit. A host
   * without such rules gives none, which costs no step.
   */
  readonly mayForward?: (client: string | undefined) => Promise<ErrorResponse | undefined> | undefined;
  /** Cooldowns that the host keeps, instead of those of this gateway alone. */
  readonly cooldowns?: ActiveSettings["cooldowns"];
  /** `request`: a timer serves only the request in which it was set. Otherwise all share one. */
  readonly timers?: "request";
  /** Further members of the `/readyz` response for holders of a token. Never rejects. */
  readonly state?: () => Promise<object>;
  /** What the host shows of the gateway; a host without gives none. */
  readonly pages?: Pages;
  readonly mayView?: MayView;
  /** Additional members of the `/healthz` response. */
  readonly about: Readonly<Record<string, string | number>>;
}

/** The gateway, independent of a runtime: a host passes in requests, and does the sending and responding. */
export interface LocalGateway {
  /** Takes effect for every request from now on. */
  readonly use: (settings: GatewaySettings) => void;
  /** `undefined` if the response was complete at once. Throws or rejects only because of a bug. */
  readonly handle: (request: ProxiedRequest) => Promise<void> | undefined;
}

export function createGateway(first: GatewaySettings, deps: GatewayDeps): LocalGateway {
  let active = activate(first, deps);
  const shared = { ...deps, keepAlive: new KeepAlive(deps.every) };
  return {
    use: (settings) => {
      active = activate(settings, deps);
    },
    handle: (request) => {
      const admitted = admit(request, active.settings, deps);
      if (admitted === undefined || admitted instanceof Promise) return admitted;
      const forwardDeps = deps.timers === "request" ? { ...deps, keepAlive: new KeepAlive(deps.every) } : shared;
      if (admitted.route.kind === "list") return listModels(admitted, active, forwardDeps);
      const asked = deps.mayForward?.(request.trace.client);
      return asked === undefined
        ? forward(admitted, active, forwardDeps)
        : asked.then((refusal) => forwardUnless(refusal, admitted, active, forwardDeps));
    },
  };
}

/** Has a gateway handle a request of a host, which `fail`s where that throws. */
export function handleOrFail(
  request: ProxiedRequest & { readonly fail: () => void },
  gateway: LocalGateway,
  log: Pick<Log, "bug">,
): void {
  const failed = (error: Error) => {
    log.bug(error);
    request.fail();
    request.trace.ended = "bug";
    respondWithError(request, OWN_FAULT);
  };
  try {
    gateway.handle(request)?.catch(failed);
  } catch (error) {
    failed(error as Error);
  }
}

function forwardUnless(
  refusal: ErrorResponse | undefined,
  admitted: AdmittedRequest,
  active: ActiveSettings,
  deps: ForwardDeps,
): Promise<void> | undefined {
  const { request, ownHeaders } = admitted;
  if (request.isGone) return undefined;
  return refusal === undefined ? forward(admitted, active, deps) : void respondWithError(request, refusal, ownHeaders);
}

const activate = (settings: GatewaySettings, { cooldowns }: GatewayDeps): ActiveSettings => ({
  settings,
  router: createRouter(settings),
  foreignThinking: new ForeignThinking(),
  cooldowns: cooldowns ?? cooldownsByLimits(),
});

/** Limits are named by paths that the gateway knows, so there are few. */
function cooldownsByLimits(): ActiveSettings["cooldowns"] {
  const all = new Map<string, Cooldowns>();
  return (limits) => {
    const known = all.get(limits) ?? new Cooldowns();
    if (!all.has(limits)) all.set(limits, known);
    return known;
  };
}

interface Admitted extends AdmittedRequest {
  /** True if it has no token and proves that it knows one: nothing of it is sent to an upstream. */
  readonly provesToken: boolean;
}

/** Refuses what must not pass, and answers what is meant for the gateway itself. Returns what is to be forwarded. */
function admit(
  request: ProxiedRequest,
  settings: GatewaySettings,
  { about, state, pages, mayView }: GatewayDeps,
): Admitted | Promise<void> | undefined {
  const head = readRequestHead(request.headers, settings.requestRules, `openclaw/${about.version ?? ""}`);
  const route = routeOf(request.method, request.url, head);
  const isPublic = pages !== undefined && route.kind === "page" && isPublicPage(route.path);
  const senderError = isPublic ? checkHost(head, settings) : checkSender(head, settings);
  if (senderError !== undefined) return void respondWithError(request, senderError);
  const ownHeaders = head.origin === undefined ? [] : originHeaders(head.origin);
  const respond = (status: number, json: string, headers = ownHeaders) =>
    respondWithJson(request, status, json, headers);
  const refuse = (error: ErrorResponse) => respondWithError(request, error, ownHeaders);
  if (route.kind === "alive") return void respond(200, JSON.stringify({ ok: true, ...about }));
  if (route.kind === "root") return void respond(200, "");
  if (route.kind === "preflight")
    return void respond(200, "", [...ownHeaders, ...preflightHeaders(head.wantedHeaders)]);
  if (settings.hop !== undefined && head.via.includes(settings.hop)) return void refuse(LOOP);
  const client = clientOf(head, settings);
  if (route.kind === "ready")
    return respondToReady(request, head, settings, { ownHeaders, hasToken: client !== undefined, state });
  // A command learns what is served without sending its token.
  const provesToken = client === undefined && route.kind === "list" && proofOf(head, settings) !== undefined;
  if (route.kind === "page" && pages !== undefined) {
    const page = { ...route, request, head, access: settings.access, ownHeaders };
    const viewer = client ?? mayView?.(page);
    request.trace.client = viewer?.name;
    // Also where nothing can be forwarded: it shows why.
    if (viewer !== undefined || isPublic || isEntrance(page.path)) return pages({ ...page, client: viewer });
  }
  if (client === undefined && !provesToken) return void refuse(publicDiagnosis(settings) ?? NO_TOKEN);
  request.trace.client = client?.name;
  if (route.kind === "page") return void refuse(NO_PAGES);
  if (settings.diagnosis !== undefined) return void refuse(settings.diagnosis.error);
  if (head.hasUnsupportedCoding) return void refuse(UNSUPPORTED_CODING);
  if (route.kind === "error") return void refuse(route.error);
  if (request.admission === "stopping") return void refuse(STOPPING);
  if (request.admission === "full") return void refuse(TOO_MANY);
  return { request, route, head, ownHeaders, provesToken };
}

/** @source code.claude.com, "LLM gateway": Claude Code waits three seconds for the list. */
const LIST_WAIT_MS = 2_000;

/** Answers with what is known by then, though providers may still be asked; where nothing is, the upstream tells. */
function listModels(admitted: Admitted, active: ActiveSettings, deps: ForwardDeps): Promise<void> | undefined {
  const answer = () => {
    if (respondWithModels(admitted, active)) return undefined;
    if (!admitted.provesToken) return forward(admitted, active, deps);
    return void respondWithJson(
      admitted.request,
      200,
      JSON.stringify({ object: "list", data: [] }),
      admitted.ownHeaders,
    );
  };
  const asked = active.settings.freshenCatalog();
  return asked === undefined ? answer() : Promise.race([asked, deps.delay(LIST_WAIT_MS)]).then(answer);
}

/** False if no model is known. */
function respondWithModels(
  { request, route, head, ownHeaders }: AdmittedRequest,
  { settings, router }: ActiveSettings,
): boolean {
  const [, search = ""] = route.path.split("?");
  const list = modelList(settings, router, head.dialect, search);
  if (list !== undefined) respondWithJson(request, 200, list, ownHeaders);
  return list !== undefined;
}

/** The gateway's own proof, for whoever proves to know a token of it. */
const proofOf = ({ proof }: Pick<RequestHead, "proof">, { access }: Pick<GatewaySettings, "access">) =>
  access.mode === "token" && proof !== "" ? access.reply(proof) : undefined;

const publicDiagnosis = ({ diagnosis }: GatewaySettings): ErrorResponse | undefined =>
  diagnosis?.isPublic ? diagnosis.error : undefined;

/** Everyone learns that something is wrong; only holders of the token, and who proves to know it, learn what. */
function respondToReady(
  request: ProxiedRequest,
  { proof }: RequestHead,
  settings: GatewaySettings,
  {
    ownHeaders,
    hasToken,
    state,
  }: { readonly ownHeaders: readonly string[]; readonly hasToken: boolean; readonly state: GatewayDeps["state"] },
): Promise<void> | undefined {
  const { isReady, problems, access, upstreams, version } = settings;
  const ok = isReady && request.admission !== "stopping";
  const reply = proofOf({ proof }, { access });
  const isKnown = hasToken || reply !== undefined;
  const known = isKnown ? { problems, version } : publicDiagnosis(settings) !== undefined && { problems };
  const sends = reply === undefined ? undefined : credentialMarks(credentialsOf([...upstreams.values()]), proof);
  const respond = (more?: object): undefined => {
    const members = { ok, ...known, proof: reply, sends, ...more };
    respondWithJson(request, ok ? 200 : 503, JSON.stringify(members), ownHeaders);
  };
  return isKnown && state !== undefined ? state().then(respond) : respond();
}

/** Every credential that is sent to upstreams, so that a command can tell which one a running gateway has. */
const credentialsOf = (upstreams: readonly Upstream[]): readonly string[] =>
  upstreams.flatMap(({ headers, nextKeys }) => [
    ...[...headers].flatMap(([name, value]) => (isCredentialHeader(name) ? [value.replace(/^Bearer\s+/i, "")] : [])),
    ...credentialsOf(nextKeys),
  ]);

const STOPPING = errorResponse("overloaded_error", "The local gateway is stopping. Try again in a moment.");
const UNSUPPORTED_CODING = errorResponse(
  "invalid_request_error",
  "The local gateway accepts no Transfer-Encoding but chunked. Send the body unencoded.",
);
/** @source RFC 9110, 7.6.3: `Via` is there to detect request loops. */
const LOOP: ErrorResponse = {
  ...errorResponse(
    "api_error",
    "The local gateway got a request that it sent itself: the base URL of a provider leads back to it. Correct `baseUrl` in `models.providers`.",
  ),
  status: 508,
  isWorthRetrying: false,
};
const TOO_MANY = errorResponse(
  "overloaded_error",
  "The local gateway is serving as many requests as it can. Try again in a moment.",
);
