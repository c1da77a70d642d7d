import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, constants as zlib } from "node:zlib";
import type { EnvHttpProxyAgent } from "undici";
import type { Env } from "../core/context.ts";
import { GatheredBytes } from "../core/gathered-bytes.ts";
import type { HttpRequest, HttpResponse, NetworkFault } from "../core/http.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { networkFault, timeoutFault } from "./fault.ts";
import {
  ATTEMPT_TIMEOUT_MS,
  type Connector,
  createProxyAgent,
  type ProxySetting,
  proxySetting,
  withoutAddressAsName,
} from "./proxy.ts";
import { Client } from "./undici.ts";

interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  /** The body exceeded the limit; `bytes` is its beginning. */
  readonly isTruncated: boolean;
}

/**
 * Sends one request, through the proxy set in `env` if any, and closes every socket it opened. Trusts the same
 * authorities as Node, including `NODE_EXTRA_CA_CERTS`.
 */
export async function send(request: HttpRequest, env: Env): Promise<Result<HttpResponse, NetworkFault>> {
  if (request.signal?.aborted) return fail({ kind: "aborted" });
  const setting = proxySetting(new URL(request.url).protocol, request.direct ? {} : env);
  if (!setting.ok) return setting;
  const response = await receive(request, setting.value);
  return response.ok ? decodeResponse(response.value, request.maxBodyBytes) : response;
}

function receive(request: HttpRequest, setting: ProxySetting): Promise<Result<RawResponse, NetworkFault>> {
  return new Promise((resolve, reject) => {
    const progress: { connected: boolean; proxyReached: boolean; proxy?: string } = {
      connected: false,
      proxyReached: false,
    };
    const sockets = new AbortController();
    const agent = createAgent(setting, sockets.signal, {
      onProxyUsed: () => (progress.proxy = setting.uri),
      onProxyConnected: () => (progress.proxyReached = true),
      onConnectError: (error) => onError(error),
    });
    let timer: NodeJS.Timeout;
    let total: NodeJS.Timeout | undefined;
    let isSettled = false;

    function settle(act: () => void): void {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      clearTimeout(total);
      // Many requests may share a signal, and Node warns about more than ten listeners.
      request.signal?.removeEventListener("abort", onAbort);
      act();
      // The agent goes first, so that it expects its sockets to close.
      agent.destroy().catch(() => {});
      sockets.abort();
    }
    const finish = (result: Result<RawResponse, NetworkFault>) => settle(() => resolve(result));
    const onAbort = () => finish(fail({ kind: "aborted" }));

    function onError(error: unknown): void {
      const fault = networkFault(error, progress);
      settle(() => (fault === undefined ? reject(error) : resolve(fail(fault))));
    }

    function restartTimer(ms: number): void {
      clearTimeout(timer);
      if (!isSettled) timer = setTimeout(() => finish(fail(timeoutFault(progress))), ms);
    }

    let head = { status: 0, headers: {} };
    const gathered = new GatheredBytes();
    const onBody = (isTruncated: boolean) => {
      finish(ok({ ...head, bytes: gathered.take().subarray(0, request.maxBodyBytes), isTruncated }));
    };

    request.signal?.addEventListener("abort", onAbort);
    restartTimer(request.connectTimeoutMs);
    if (request.totalTimeoutMs !== undefined)
      total = setTimeout(() => finish(fail(timeoutFault(progress))), request.totalTimeoutMs);
    const { origin, pathname, search } = new URL(request.url);
    agent.dispatch(
      {
        origin,
        path: pathname + search,
        method: request.method,
        headers: { "accept-encoding": "identity", ...request.headers },
        body: request.body ?? null,
        reset: true,
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      {
        onRequestStart: () => {
          progress.connected = true;
          restartTimer(request.idleTimeoutMs);
        },
        // Also called for 1xx responses; the last head counts.
        onResponseStart: (_controller, status, headers) => {
          head = { status, headers: joinHeaders(headers) };
          restartTimer(request.idleTimeoutMs);
        },
        onResponseData: (_controller, chunk) => {
          if (request.onData !== undefined && head.status === 200 && !isSettled) {
            restartTimer(request.idleTimeoutMs);
            return request.onData(chunk);
          }
          gathered.add(chunk);
          if (gathered.length > request.maxBodyBytes) onBody(true);
          else restartTimer(request.idleTimeoutMs);
        },
        onResponseEnd: () => onBody(false),
        onResponseError: (_controller, error) => onError(error),
      },
    );
  });
}

const joinHeaders = (headers: Readonly<Record<string, string | string[] | undefined>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? ""].flat().join(", ")]));

interface ConnectionEvents {
  readonly onProxyUsed: () => void;
  /** Connected to the proxy, but not through it yet. */
  readonly onProxyConnected: () => void;
  /** A connection through a proxy failed. Reported at once, since undici retries some errors. */
  readonly onConnectError: (error: Error) => void;
}

/** An agent for a single request. `signal` closes its sockets, including those still connecting. */
function createAgent(
  setting: ProxySetting,
  signal: AbortSignal,
  { onProxyUsed, onProxyConnected, onConnectError }: ConnectionEvents,
): EnvHttpProxyAgent {
  const clientWith = (connector: Connector, onConnected: () => void, origin: URL | string, options: object) =>
    new Client(origin, {
      ...options,
      connect: (target, callback) =>
        connector(withoutAddressAsName(target), (...result) => {
          if (result[0] === null) onConnected();
          else onConnectError(result[0]);
          callback(...result);
        }),
    });
  return createProxyAgent(setting, {
    // The caller enforces the time limits: undici's own have a resolution of half a second.
    socketOptions: { signal, timeout: 0, autoSelectFamilyAttemptTimeout: ATTEMPT_TIMEOUT_MS },
    clientToProxy: (origin, options, connector) => clientWith(connector, onProxyConnected, origin, options),
    dispatcherTo: (origin, options, connector) => {
      if (connector === undefined) return new Client(origin, options);
      onProxyUsed();
      return clientWith(connector, () => {}, origin, options);
    },
  });
}

/** Some servers compress the body although they were asked not to. */
async function decodeResponse(
  { status, headers, bytes, isTruncated }: RawResponse,
  maxBodyBytes: number,
): Promise<Result<HttpResponse, NetworkFault>> {
  const encodings = (headers["content-encoding"] ?? "").toLowerCase().split(/[\s,]+/);
  let body: RawBody = { bytes, isTruncated };
  try {
    for (const encoding of encodings.reverse()) body = await decode(encoding, body, maxBodyBytes);
  } catch (error) {
    const fault = networkFault(error, { connected: true, proxyReached: false });
    if (fault === undefined) throw error;
    return fail(fault);
  }
  // `stream` drops a character cut in two by the limit.
  return ok({ status, headers, body: new TextDecoder().decode(body.bytes, { stream: body.isTruncated }) });
}

type RawBody = Pick<RawResponse, "bytes" | "isTruncated">;

async function decode(encoding: string, body: RawBody, maxBodyBytes: number): Promise<RawBody> {
  const decoder = decoderFor(encoding, body);
  if (decoder === undefined || body.bytes.length === 0) return body;
  decoder.end(body.bytes);
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of decoder as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > maxBodyBytes) break;
  }
  const isTruncated = body.isTruncated || sizeBytes > maxBodyBytes;
  return { bytes: Buffer.concat(chunks).subarray(0, maxBodyBytes), isTruncated };
}

function decoderFor(encoding: string, { bytes, isTruncated }: RawBody) {
  const options = isTruncated ? { finishFlush: zlib.Z_SYNC_FLUSH } : {};
  if (encoding === "gzip" || encoding === "x-gzip") return createGunzip(options);
  if (encoding === "br") return createBrotliDecompress(isTruncated ? { finishFlush: zlib.BROTLI_OPERATION_FLUSH } : {});
  if (encoding !== "deflate") return undefined;
  // Some servers omit the zlib header, whose low nibble is 8.
  return ((bytes[0] ?? 0) & 0x0f) === 8 ? createInflate(options) : createInflateRaw(options);
}
