import { describe, expect, it } from "vitest";
import type { NetworkFault } from "../../src/core/http.ts";
import { fail, ok } from "../../src/core/result.ts";
import { createGateway, type LocalGateway } from "../../src/gateway/gateway.ts";
import type { ProxiedRequest, UpstreamBody, UpstreamRequest } from "../../src/gateway/host.ts";
import type { RequestRecord } from "../../src/gateway/log.ts";
import { RequestTrace } from "../../src/gateway/request-trace.ts";
import { en } from "../../src/text/en/index.ts";
import { CLIENT_TOKEN, HELLO, MODEL, OURS, testSettings } from "../support/local-gateway.ts";

const FALLBACK = "claude-haiku-4-5";
const CUT_OFF: NetworkFault = { kind: "cut-off" };

const pairs = (headers: Headers) => [...headers].flat();

function bodyOf(stream: ReadableStream<Uint8Array> | null): UpstreamBody {
  const reader = stream?.getReader();
  const read = async () => {
    try {
      const piece = await reader?.read();
      return ok(piece?.value && Buffer.from(piece.value));
    } catch {
      return fail(CUT_OFF);
    }
  };
  return { read };
}

/** A host of web standards only, as a runtime without Node's server would have it. */
function hostOn(gateway: LocalGateway, fetch: (request: UpstreamRequest, signal: AbortSignal) => Promise<Response>) {
  const records: RequestRecord[] = [];
  const serve = (incoming: Request) =>
    new Promise<Response>((resolve) => {
      const leaving = new AbortController();
      const { readable, writable } = new TransformStream<Uint8Array>();
      const writer = writable.getWriter();
      const trace = new RequestTrace(() => 0);
      const { pathname, search } = new URL(incoming.url);
      const respond = (body: ReadableStream | null, status: number, headers: readonly string[]) => {
        const all = new Headers();
        for (let index = 0; index < headers.length; index += 2)
          all.append(headers[index] ?? "", headers[index + 1] ?? "");
        resolve(new Response(body, { status, headers: all }));
      };
      writer.closed.catch(() => leaving.abort());
      const request: ProxiedRequest = {
        method: incoming.method,
        url: pathname + search,
        headers: pairs(incoming.headers),
        admission: "open",
        trace,
        get isGone() {
          return leaving.signal.aborted;
        },
        readBody: async () => Buffer.from(await incoming.arrayBuffer()),
        openBody: () => incoming.body ?? new ReadableStream(),
        send: async (outbound) => {
          try {
            const { status, headers, body } = await fetch(outbound, leaving.signal);
            return { kind: "response", status, headers: pairs(headers), body: bodyOf(body) };
          } catch {
            return { kind: "fault", fault: CUT_OFF, isStale: false };
          }
        },
        respond: (status, headers, body) => respond(new Blob([new Uint8Array(body)]).stream(), status, headers),
        begin: (status, headers) => respond(readable, status, headers),
        write: (bytes) => writer.write(new Uint8Array(bytes)).catch(() => {}),
        end: (last) => void writer.write(Buffer.from(last ?? "")).then(() => writer.close()),
        cut: () => void writer.abort(),
      };
      const { method, url } = request;
      void gateway
        .handle(request)
        ?.then(() => records.push(trace.record({ id: 1, method, url, status: 0, requestBytes: 0 })));
    });
  return { serve, records };
}

/** A gateway on such a host, before an upstream that answers so. */
function gatewayBefore(fetch: Parameters<typeof hostOn>[1]) {
  const settings = testSettings({
    providers: {
      [OURS]: { baseUrl: "https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/gw/anthropic" },
    },
    primary: `${OURS}/${MODEL}`,
    fallbacks: [`${OURS}/${FALLBACK}`],
  });
  const delays: number[] = [];
  const gateway = createGateway(settings, {
    clockMs: () => 0,
    delay: async (ms) => void delays.push(ms),
    pause: async () => {},
    random: () => 0,
    every: () => () => {},
    english: en,
    about: {},
  });
  return hostOn(gateway, fetch);
}

const ask = (body: object = HELLO) =>
  new Request("http://127.0.0.1/v1/messages", {
    method: "POST",
    body: JSON.stringify(body),
    headers: { host: "127.0.0.1", "x-api-key": CLIENT_TOKEN },
  });

const EVENT = 'event: content_block_start\ndata: {"type":"content_block_start"}\n\n';

const streamOf = (start: (controller: ReadableStreamDefaultController<Uint8Array>) => void) =>
  new Response(new ReadableStream({ start }), { headers: { "content-type": "text/event-stream" } });

describe("a host without Node's server", () => {
  it("serves a request with the provider's key, and the body as it came", async () => {
    const sent: UpstreamRequest[] = [];
    const { serve, records } = gatewayBefore(async (request) => {
      sent.push(request);
      return Response.json({ type: "message", usage: { input_tokens: 3, output_tokens: 2 } });
    });
    const response = await serve(ask());
    expect([response.status, response.headers.get("x-openclaw-model")]).toEqual([200, `${OURS}/${MODEL}`]);
    expect(await response.json()).toMatchObject({ type: "message" });
    expect(sent.map(({ path, body }) => [path, String(body)])).toEqual([
      ["/v1/0123456789abcdef0123456789abcdef/gw/anthropic/v1/messages", JSON.stringify(HELLO)],
    ]);
    expect(sent[0]?.headers.includes(CLIENT_TOKEN)).toBe(false);
    expect(records[0]).toMatchObject({ model: `${OURS}/${MODEL}`, inputTokens: 3, outputTokens: 2, tried: undefined });
  });

  it("goes on to the fallback", async () => {
    const { serve, records } = gatewayBefore(async ({ body }) => {
      const overloaded = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
      return String(body).includes(FALLBACK) ? Response.json({}) : Response.json(overloaded, { status: 529 });
    });
    const response = await serve(ask());
    expect([response.status, response.headers.get("x-openclaw-model")]).toEqual([200, `${OURS}/${FALLBACK}`]);
    await response.text();
    expect(records[0]?.tried).toEqual([`${OURS}/${MODEL}: anthropic.overloaded`]);
  });

  it("passes a stream on as it comes, and reads no more of it than its client takes", async () => {
    let pulled = 0;
    const { serve } = gatewayBefore(async () => {
      const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
        pulled += 1;
        controller.enqueue(Buffer.from(EVENT));
      };
      return new Response(new ReadableStream({ pull }), { headers: { "content-type": "text/event-stream" } });
    });
    const reader = (await serve(ask())).body?.getReader();
    for (let count = 0; count < 3; count += 1)
      expect(Buffer.from((await reader?.read())?.value).toString()).toBe(EVENT);
    for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(pulled).toBeLessThan(10);
  });

  it("ends a stream that broke off with an error event", async () => {
    const { serve, records } = gatewayBefore(async () =>
      streamOf((controller) => {
        controller.enqueue(Buffer.from(EVENT));
        setImmediate(() => controller.error(new Error("reset")));
      }),
    );
    const body = await (await serve(ask())).text();
    expect(body.startsWith(`${EVENT}event: error\ndata: {"type":"error"`)).toBe(true);
    expect(records[0]?.ended).toBe("upstream-cut-off");
  });

  it("stops the upstream when the client leaves", async () => {
    let given = new AbortController().signal;
    const { serve } = gatewayBefore(async (_, signal) => {
      given = signal;
      return streamOf((controller) => controller.enqueue(Buffer.from(EVENT)));
    });
    const response = await serve(ask());
    await response.body?.cancel();
    await new Promise((resolve) => setImmediate(resolve));
    expect(given.aborted).toBe(true);
  });

  it("refuses a client without the token", async () => {
    const { serve } = gatewayBefore(async () => Response.json({}));
    const response = await serve(new Request("http://127.0.0.1/v1/messages", { headers: { host: "127.0.0.1" } }));
    expect([response.status, await response.json()]).toMatchObject([401, { error: { type: "authentication_error" } }]);
  });
});
