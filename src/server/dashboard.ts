import { isPass } from "../config/page-session.ts";
import type { Context } from "../core/context.ts";
import { NO_TOKEN } from "../gateway/access.ts";
import { type ErrorResponse, errorResponse } from "../gateway/error-response.ts";
import type { Every } from "../gateway/keep-alive.ts";
import type { PagePath } from "../gateway/own-paths.ts";
import { isEntrance, type MayView, type PageRequest, type Pages } from "../gateway/pages.ts";
import { respondWithError } from "../gateway/relay.ts";
import type { Client } from "../gateway/settings.ts";
import { languageCalled } from "../text/language.ts";
import { isLastPeriod } from "../usage/period-figures.ts";
import { type DashboardPage, dashboardPage } from "./dashboard-page.ts";
import type { DashboardSource } from "./dashboard-source.ts";
import { EventStreams } from "./event-streams.ts";

interface DashboardDeps {
  readonly source: DashboardSource;
  /** Of the built program. */
  readonly pageFile: string;
  readonly every: Every;
}

export interface Dashboard {
  readonly pages: Pages;
  readonly mayView: MayView;
  /** Requests of the page that are open, of which nobody but the page is to hear. */
  readonly openRequests: () => number;
  /** Ends the streams, so that nobody who looks holds up the end of the gateway. */
  readonly stop: () => void;
}

/** Answers requests of the page; what it says comes from the first process. */
export function createDashboard(
  { source, pageFile, every }: DashboardDeps,
  context: Pick<Context, "now" | "randomBytes">,
): Dashboard {
  const page = dashboardPage(pageFile);
  let open = 0;
  let watches = 0;
  let isStopping = false;
  const streams = new EventStreams(every, source.unwatch);
  /** Events for readers whom the first process has not admitted yet, by number. */
  const early = new Map<number, (string | undefined)[]>();
  const hand = (watch: number, events: string | undefined): void =>
    events === undefined ? streams.end(watch) : streams.send(watch, events);
  source.onEvents((watch, events) => {
    const waiting = early.get(watch);
    if (waiting === undefined) hand(watch, events);
    else waiting.push(events);
  });

  const watch = async (asked: PageRequest): Promise<void> => {
    const { request } = asked;
    if (streams.isFull) return respondWithError(request, TOO_MANY_LOOK, asked.ownHeaders);
    const begin = (isHead: boolean) => request.begin(200, [...asked.ownHeaders, ...EVENT_HEADERS], isHead);
    if (request.method === "HEAD") {
      begin(true);
      return request.end();
    }
    const number = ++watches;
    const waiting: (string | undefined)[] = [];
    early.set(number, waiting);
    const answer = await source.ask({ about: "watch", watch: number });
    early.delete(number);
    if (answer !== true || isStopping || request.isGone) {
      if (answer === true) source.unwatch(number);
      return respondWithError(request, answer === false ? TOO_MANY_LOOK : CANNOT_TELL, asked.ownHeaders);
    }
    begin(false);
    const over = streams.add(number, request);
    for (const events of [": requests\n\n", ...waiting]) hand(number, events);
    return over;
  };
  const answers: Readonly<Record<PagePath, (asked: PageRequest) => Promise<void> | undefined>> = {
    "/metrics": (asked) => void respondWithError(asked.request, NOT_THERE, asked.ownHeaders),
    "/dashboard": (asked) => respondWithPage(asked, page),
    "/dashboard/pass": (asked) => respondWithPass(asked, source),
    "/dashboard/session": (asked) => respondWithSession(asked, source, context),
    "/dashboard/state": async (asked) => {
      const language = languageCalled(new URLSearchParams(asked.search).get("language") ?? "") ?? "en";
      respondWithDocument(asked, await source.ask({ about: "state", language }));
    },
    "/dashboard/figures": async (asked) => {
      const period = new URLSearchParams(asked.search).get("period") ?? "24h";
      if (!isLastPeriod(period)) return respondWithError(asked.request, NO_SUCH_PERIOD, asked.ownHeaders);
      respondWithDocument(asked, await source.ask({ about: "figures", period }));
    },
    "/dashboard/requests": watch,
  };
  return {
    pages: (asked) => {
      open += 1;
      const answered = answers[asked.path](asked);
      const over = () => {
        open -= 1;
      };
      if (answered === undefined) return void over();
      return answered.finally(over);
    },
    mayView: ({ path, access, head }) => {
      // A session that could be made of another would never end.
      if (!path.startsWith("/dashboard/") || isEntrance(path) || access.mode !== "token") return undefined;
      const nowMs = context.now().getTime();
      for (const token of head.tokens) {
        const holder = access.sessions.holderOf(token, nowMs);
        if (holder !== undefined) return { name: holder.name };
      }
      return undefined;
    },
    openRequests: () => open,
    stop: () => {
      isStopping = true;
      streams.endAll();
    },
  };
}

const PRIVATE = [
  ...["cache-control", "no-store"],
  ...["x-content-type-options", "nosniff"],
  ...["cross-origin-resource-policy", "same-origin"],
];
const JSON_HEADERS = ["content-type", "application/json; charset=utf-8", ...PRIVATE];
const EVENT_HEADERS = ["content-type", "text/event-stream; charset=utf-8", ...PRIVATE, "x-accel-buffering", "no"];

const TOO_MANY_LOOK: ErrorResponse = {
  ...errorResponse("overloaded_error", "Too many pages look at the requests of this gateway. Close one of them."),
  status: 503,
};
const CANNOT_TELL: ErrorResponse = {
  ...errorResponse("api_error", "The local gateway cannot read its record now. Try again in a moment."),
  status: 503,
};
const NOT_THERE = errorResponse("not_found_error", "The local gateway has no metrics here.");
const NO_SUCH_PERIOD = errorResponse(
  "invalid_request_error",
  "The local gateway knows the periods 1h, 24h, 7d, 30d and 90d.",
);

function respondWithDocument({ request, ownHeaders }: PageRequest, json: unknown): void {
  if (typeof json !== "string") return void respondWithError(request, CANNOT_TELL, ownHeaders);
  const body = Buffer.from(json);
  request.respond(200, [...ownHeaders, ...JSON_HEADERS, "content-length", String(body.length)], body);
}

async function respondWithPage({ request, ownHeaders }: PageRequest, page: DashboardPage): Promise<void> {
  const place = request.headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === "accept-encoding");
  const coding = place < 0 ? "" : (request.headers[place + 1] ?? "");
  try {
    const { status, headers, body } = await page(coding);
    request.respond(status, [...ownHeaders, ...headers], body);
  } catch {
    respondWithError(request, NO_PAGE, ownHeaders);
  }
}

const NO_PAGE = errorResponse(
  "not_found_error",
  "The file of the page is missing. Restart the local gateway if openclaw was updated, else install it again.",
);

/** For a command that proves to know a token, or holds one. */
async function respondWithPass(asked: PageRequest, source: DashboardSource): Promise<void> {
  const { access, client, head, search, request } = asked;
  if (access.mode === "none") return respondWithDocument(asked, JSON.stringify({ pass: null }));
  const proved = access.sessions.proved(head.proof);
  const holder: Client | undefined = client ?? proved;
  if (holder === undefined) return respondWithError(request, NO_TOKEN, asked.ownHeaders);
  const known = new URLSearchParams(search).get("unused");
  const more = { proof: proved?.reply };
  if (known !== null) {
    const unused = await source.ask({ about: "unused", mark: known });
    return respondWithDocument(asked, JSON.stringify({ unused, ...more }));
  }
  const pass = await source.ask({ about: "pass", name: holder.name });
  respondWithDocument(asked, typeof pass === "string" ? JSON.stringify({ pass, ...more }) : undefined);
}

/** For whoever has a pass, a token, or a session that goes on. */
async function respondWithSession(
  asked: PageRequest,
  source: DashboardSource,
  { now, randomBytes }: Pick<Context, "now" | "randomBytes">,
): Promise<void> {
  const { access, client, head, request } = asked;
  if (access.mode === "none") return respondWithDocument(asked, JSON.stringify({ session: null, until: null }));
  const respond = (session: string, untilMs: number) =>
    respondWithDocument(asked, JSON.stringify({ session, until: new Date(untilMs).toISOString() }));
  const nowMs = now().getTime();
  for (const token of head.tokens) {
    const known = access.sessions.holderOf(token, nowMs);
    if (known !== undefined) return respond(token, known.untilMs);
  }
  const pass = head.tokens.find(isPass);
  const found = client ?? (pass === undefined ? undefined : await source.ask({ about: "holder", pass }));
  const made = found ? access.sessions.make((found as Client).name, nowMs, randomBytes) : undefined;
  if (made === undefined) return respondWithError(request, NO_TOKEN, asked.ownHeaders);
  respond(made.session, made.untilMs);
}
