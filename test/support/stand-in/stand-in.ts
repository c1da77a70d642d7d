import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { HttpResponse } from "../../../src/core/http.ts";
import type { Call, Received } from "./call.ts";
import { cloudflareApi } from "./cloudflare-api.ts";
import { createDials, type DialName, type DialParams, type Mischief, type Side } from "./dials.ts";
import { aiGateway, customDomain } from "./gateway.ts";
import { createWorld, KNOWN, type WorldOptions } from "./world.ts";

export interface StandInOptions extends WorldOptions {
  /** Any free port unless told otherwise. */
  readonly port?: number;
}

export interface StandIn {
  readonly url: string;
  /** What stands before the provider's segment; of the gateway that is known unless told otherwise. */
  gatewayBase(accountId?: string, gatewayId?: string): string;
  /** The same for a custom domain, which leads to the first gateway. */
  readonly domainBase: string;
  readonly apiBase: string;
  /** Every request so far. */
  readonly requests: readonly Received[];
  /** Resolves when so many requests have come in all. */
  received(count: number): Promise<void>;
  /** Turns a fault on, for all requests it is about or as many as `times` says. The first that is on wins. */
  dial(name: DialName, params?: DialParams): void;
  /** Turns every fault off. */
  reset(): void;
  /** Goes on with the requests that the dials `slow` and `stall` hold back. */
  release(): void;
  /** Resolves when so many in all have left before their answer was complete. */
  abandoned(count: number): Promise<void>;
  /** Connections that are open at this moment. */
  readonly connections: number;
  close(): Promise<void>;
}

/**
 * A local server that behaves like AI Gateway, the providers behind it and Cloudflare's API, as far as is known of
 * them, until a dial makes it fail.
 */
export async function startStandIn({ port = 0, ...options }: StandInOptions = {}): Promise<StandIn> {
  const world = createWorld(options);
  const dials = createDials();
  const requests: Received[] = [];
  const held = new Set<() => void>();
  const arrivals = createCount();
  const departures = createCount();
  const sockets = new Set<Socket>();

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await read(incoming);
    requests.push(received);
    const side = received.path.startsWith(API) ? "api" : "gateway";
    const fate = dials.fateOf({ path: received.path, side });
    const serial = String(requests.length);
    arrivals.add();
    response.on("close", () => response.writableFinished || departures.add());
    const good = () => withIds(route(received, world), side, serial);
    const hold = () => new Promise<void>((resolve) => held.add(resolve));
    if (fate === undefined) reply(response, good());
    else if (!("mischief" in fate)) reply(response, withIds(fate, side, serial));
    else await misbehave(fate, response, good, hold);
  }

  const server = createServer((incoming, response) => {
    // Only the other side's leaving can fail here.
    serve(incoming, response).catch(() => response.destroy());
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const release = () => {
    for (const resolve of held) resolve();
    held.clear();
  };

  return {
    url,
    gatewayBase: (accountId = KNOWN.accountId, gatewayId = KNOWN.gatewayId) => `${url}/v1/${accountId}/${gatewayId}`,
    domainBase: url,
    apiBase: `${url}${API}`,
    requests,
    received: arrivals.reach,
    abandoned: departures.reach,
    get connections() {
      return sockets.size;
    },
    dial: dials.turn,
    reset: dials.reset,
    release,
    close: async () => {
      release();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Counts, and tells when it has come to a number. */
function createCount() {
  const waiting = new Map<() => void, number>();
  let total = 0;
  return {
    add: () => {
      total += 1;
      for (const [resolve, count] of waiting) if (total >= count) resolve();
    },
    reach: async (count: number): Promise<void> => {
      if (total < count) await new Promise<void>((resolve) => waiting.set(resolve, count));
    },
  };
}

const API = "/client/v4";
const GATEWAY = "/v1";

async function read(incoming: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { method = "", url: path = "", headers } = incoming;
  const joined = Object.entries(headers).map(([name, value]) => [name, [value ?? ""].flat().join(", ")]);
  return { method, path, headers: Object.fromEntries(joined), body: Buffer.concat(chunks).toString("utf8") };
}

function route(received: Received, world: ReturnType<typeof createWorld>): HttpResponse {
  const { pathname, searchParams: query } = new URL(received.path, "http://stand-in");
  const after = (prefix: string): Call => ({ ...received, path: pathname.slice(prefix.length), query });
  if (pathname.startsWith(`${API}/`)) return cloudflareApi(after(API), world);
  return pathname.startsWith(`${GATEWAY}/`) ? aiGateway(after(GATEWAY), world) : customDomain(after(""), world);
}

/** The ids by which support would find a request. What only the edge saw has the edge's. */
function withIds(response: HttpResponse, side: Side, serial: string): HttpResponse {
  const { status, headers, body } = response;
  if (headers["cf-ray"] === undefined) return response;
  const ray = { "cf-ray": `9d3a1c${serial.padStart(10, "0")}-FRA` };
  const isEdges = /^text\/(?:html|plain)/.test(headers["content-type"] ?? "");
  if (isEdges || side === "api") return { status, headers: { ...headers, ...ray }, body };
  const id = `01STANDIN${serial.padStart(17, "0")}`;
  const ids = { "cf-aig-event-id": id, "cf-aig-request-id": id, "cf-aig-log-id": id, "cf-aig-step": "0" };
  const fromProvider = status === 200 ? { "request-id": `req_${id}`, "cf-aig-cache-status": "MISS" } : {};
  return { status, headers: { ...headers, ...ray, ...ids, ...fromProvider }, body };
}

function reply(response: ServerResponse, { status, headers, body }: HttpResponse): void {
  response.writeHead(status, headers).end(body);
}

async function misbehave(
  { mischief, after }: { readonly mischief: Mischief; readonly after?: number },
  response: ServerResponse,
  good: () => HttpResponse,
  hold: () => Promise<void>,
): Promise<void> {
  const { socket } = response;
  if (mischief === "reset") return void socket?.resetAndDestroy();
  if (mischief === "garbage") return void socket?.end(Buffer.from("\u0000\u0001 no HTTP \u00ff\u00fe", "latin1"));
  if (mischief === "slow") {
    await hold();
    return reply(response, good());
  }
  const { status, headers, body } = good();
  const bytes = Buffer.from(body);
  const sent = after ?? Math.floor(bytes.length / 2);
  const isWhole = headers["content-type"]?.startsWith("text/event-stream");
  response.writeHead(status, isWhole ? headers : { ...headers, "content-length": bytes.length });
  response.flushHeaders();
  if (mischief === "half-answer") return void response.write(bytes.subarray(0, sent), () => socket?.destroy());
  if (sent > 0) response.write(bytes.subarray(0, sent));
  await hold();
  response.end(bytes.subarray(sent));
}
