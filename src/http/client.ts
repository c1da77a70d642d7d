import type { Env } from "../core/context.ts";
import type { HttpRequest, HttpResponse, NetworkFault } from "../core/http.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { createAgent } from "./agent.ts";
import { type RawResponse, readable } from "./body.ts";
import { networkFault, timeoutFault } from "./fault.ts";
import { type ProxySetting, proxySetting } from "./proxy.ts";

/**
 * Sends one request through the proxy that `env` names, if any, and closes every socket it opened. Trusted are the
 * authorities that Node trusts, those of `NODE_EXTRA_CA_CERTS` included.
 */
export async function send(request: HttpRequest, env: Env): Promise<Result<HttpResponse, NetworkFault>> {
  if (request.signal?.aborted) return fail({ kind: "aborted" });
  const setting = proxySetting(new URL(request.url).protocol, request.direct ? {} : env);
  if (!setting.ok) return setting;
  const answer = await exchange(request, setting.value);
  return answer.ok ? readable(answer.value, request.maxBodyBytes) : answer;
}

function exchange(request: HttpRequest, setting: ProxySetting): Promise<Result<RawResponse, NetworkFault>> {
  return new Promise((resolve, reject) => {
    const progress: { connected: boolean; proxyReached: boolean; proxy?: string } = {
      connected: false,
      proxyReached: false,
    };
    const sockets = new AbortController();
    const agent = createAgent(setting, sockets.signal, {
      throughProxy: () => (progress.proxy = setting.uri),
      proxyReached: () => (progress.proxyReached = true),
      failed: (error) => broke(error),
    });
    let timer: NodeJS.Timeout;
    let isOver = false;

    function end(settle: () => void): void {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      // Many requests may have one signal, and Node warns the user of more than ten listeners.
      request.signal?.removeEventListener("abort", aborted);
      settle();
      // The agent goes first, so that it expects its sockets to close.
      agent.destroy().catch(() => {});
      sockets.abort();
    }
    const finish = (result: Result<RawResponse, NetworkFault>) => end(() => resolve(result));
    const aborted = () => finish(fail({ kind: "aborted" }));

    function broke(error: unknown): void {
      const fault = networkFault(error, progress);
      end(() => (fault === undefined ? reject(error) : resolve(fail(fault))));
    }

    function waitAtMost(ms: number): void {
      clearTimeout(timer);
      if (!isOver) timer = setTimeout(() => finish(fail(timeoutFault(progress))), ms);
    }

    let head = { status: 0, headers: {} };
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    const received = (isCut: boolean) => {
      finish(ok({ ...head, bytes: Buffer.concat(chunks).subarray(0, request.maxBodyBytes), isCut }));
    };

    request.signal?.addEventListener("abort", aborted);
    waitAtMost(request.connectTimeoutMs);
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
          waitAtMost(request.idleTimeoutMs);
        },
        // Called for answers of status 1xx too, each of which the next replaces.
        onResponseStart: (_controller, status, headers) => {
          head = { status, headers: joined(headers) };
          waitAtMost(request.idleTimeoutMs);
        },
        onResponseData: (_controller, chunk) => {
          chunks.push(chunk);
          sizeBytes += chunk.length;
          if (sizeBytes > request.maxBodyBytes) received(true);
          else waitAtMost(request.idleTimeoutMs);
        },
        onResponseEnd: () => received(false),
        onResponseError: (_controller, error) => broke(error),
      },
    );
  });
}

const joined = (headers: Readonly<Record<string, string | string[] | undefined>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? ""].flat().join(", ")]));
