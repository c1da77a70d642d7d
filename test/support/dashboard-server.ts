import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { FiguresDocument, PricedLine, StateDocument } from "../../src/server/dashboard-documents.ts";
import { dashboardPage } from "../../src/server/dashboard-page.ts";
import { LAST_PERIODS } from "../../src/usage/period-figures.ts";
import { figuresOf, healthyState, linesOf } from "./dashboard-data.ts";

export const TOKEN = "page-token-3f9a";
export const PASS = "ocp_once-only";
export const SESSION = "ocs_of-a-tab";

/** What a stand-in answers; a test changes it while the page is open. */
interface Told {
  state: (language: "en" | "zh-TW") => StateDocument;
  figures: (period: FiguresDocument["period"]) => FiguresDocument;
  lines: readonly PricedLine[];
  /** Sessions and tokens that it takes. */
  accepted: Set<string>;
  /** What it exchanges for a token. */
  session: string | null;
  isOff?: boolean;
}

export interface StandIn {
  readonly origin: string;
  readonly told: Told;
  /** Each request: method, target and headers. */
  readonly seen: readonly { readonly url: string; readonly headers: IncomingMessage["headers"] }[];
  readonly send: (line: PricedLine) => void;
  readonly openStreams: () => number;
  /** Breaks all connections and refuses new ones. */
  readonly stop: () => Promise<void>;
  /** Listens at the same address again. */
  readonly restart: () => Promise<void>;
}

/** A gateway with the page of this program and made-up data, by the contract of the real one. */
export async function startStandIn(pageFile: string, port = 0): Promise<StandIn> {
  const page = dashboardPage(pageFile);
  const told: Told = {
    state: healthyState,
    figures: figuresOf,
    lines: linesOf(50),
    session: SESSION,
    accepted: new Set([TOKEN, SESSION, PASS]),
  };
  const seen: { url: string; headers: IncomingMessage["headers"] }[] = [];
  const streams = new Set<ServerResponse>();
  let server = createServer(handle);
  let listens = port;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = "", headers } = request;
    seen.push({ url, headers });
    const { pathname, searchParams } = new URL(url, "http://stand-in");
    if (pathname === "/dashboard") {
      const { status, headers: given, body } = await page(String(headers["accept-encoding"] ?? ""));
      response.writeHead(status, [...given]).end(body);
      return;
    }
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
    const json = (value: unknown, status = 200) =>
      response
        .writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" })
        .end(JSON.stringify(value));
    if (!told.accepted.has(token)) {
      json({ type: "error", error: { type: "authentication_error", message: "No token." } }, 401);
    } else if (pathname === "/dashboard/session") {
      told.accepted.delete(PASS);
      json({ session: told.session, until: "2026-11-29T01:00:00.000Z" });
    } else if (pathname === "/dashboard/state")
      json(told.state(searchParams.get("language") === "zh-TW" ? "zh-TW" : "en"));
    else if (pathname === "/dashboard/figures") {
      json(told.figures(LAST_PERIODS.find((name) => name === searchParams.get("period")) ?? "24h"));
    } else if (pathname === "/dashboard/requests") {
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      response.write(told.isOff ? "event: off\ndata: {}\n\n" : `: hello\n\n${told.lines.map(eventOf).join("")}`);
      streams.add(response);
      response.on("close", () => streams.delete(response));
    } else json({ type: "error", error: { type: "not_found_error", message: "Nothing here." } }, 404);
  }

  async function listen(): Promise<void> {
    server = createServer(handle);
    await new Promise<void>((resolve) => server.listen(listens, "127.0.0.1", resolve));
    listens = (server.address() as AddressInfo).port;
  }

  await listen();
  return {
    origin: `http://127.0.0.1:${listens}`,
    told,
    seen,
    openStreams: () => streams.size,
    send: (line) => {
      for (const stream of streams) stream.write(eventOf(line));
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    restart: listen,
  };
}

const eventOf = (line: PricedLine) => `event: request\ndata: ${JSON.stringify(line)}\n\n`;
