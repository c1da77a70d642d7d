import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { HttpResponse } from "../../../src/core/http.ts";
import type { Call, Received } from "./call.ts";
import { cloudflareApi } from "./cloudflare-api.ts";
import { createDials, type DialName, type DialParams, type Fate, type Side } from "./dials.ts";
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
  /** Answers the requests that the dial `slow` holds back. */
  release(): void;
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
  const waiting = new Set<{ readonly count: number; readonly resolve: () => void }>();

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await read(incoming);
    requests.push(received);
    const side = received.path.startsWith(API) ? "api" : "gateway";
    const fate = dials.fateOf({ path: received.path, side });
    const serial = String(requests.length);
    for (const { count, resolve } of waiting) if (requests.length >= count) resolve();
    if (fate === "slow") await new Promise<void>((resolve) => held.add(resolve));
    const good = () => withIds(route(received, world), side, serial);
    if (fate === undefined || fate === "slow") return void reply(response, good());
    if (typeof fate === "object") return void reply(response, withIds(fate, side, serial));
    misbehave(fate, response, good);
  }

  const server = createServer((incoming, response) => {
    // Only the other side's leaving can fail here.
    serve(incoming, response).catch(() => response.destroy());
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
    received: async (count) => {
      if (requests.length < count) await new Promise<void>((resolve) => waiting.add({ count, resolve }));
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

function misbehave(
  how: Exclude<Fate, HttpResponse | "slow">,
  response: ServerResponse,
  good: () => HttpResponse,
): void {
  const { socket } = response;
  if (how === "reset") return void socket?.resetAndDestroy();
  if (how === "garbage") return void socket?.end(Buffer.from("\u0000\u0001 no HTTP \u00ff\u00fe", "latin1"));
  const { status, headers, body } = good();
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, "content-length": bytes.length });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => socket?.destroy());
}
