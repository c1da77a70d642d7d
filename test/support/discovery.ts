import { onTestFinished } from "vitest";
import type { HttpRequest } from "../../src/core/http.ts";
import { Secret } from "../../src/core/secret.ts";
import { send } from "../../src/http/client.ts";
import type { AccountAccess, DiscoveryContext } from "../../src/providers/discovery.ts";
import { type StandIn, type StandInOptions, startStandIn } from "./stand-in/stand-in.ts";

/** A token in the name of which things are looked up; it is as long as the real ones and has no prefix. */
export const CANARY = "CANARYcanary0CANARYcanary1CANARYcanary23";

export const inquiry = (token: string = CANARY, signal?: AbortSignal): AccountAccess => ({
  token: new Secret(token),
  userAgent: "openclaw/0.0.0-test",
  ...(signal && { signal }),
});

export interface TestAsking extends DiscoveryContext {
  /** How long each pause would have been. */
  readonly pausesMs: readonly number[];
}

/** Asks at `base` over real sockets; pauses take no time. */
export function asking(base: string, changes: Partial<HttpRequest> = {}): TestAsking {
  const pausesMs: number[] = [];
  return {
    http: (request) => send({ ...request, ...changes }, {}),
    delay: async (ms) => void pausesMs.push(ms),
    env: { CLOUDFLARE_API_BASE_URL: base, CF_AIG_TOKEN: "must-not-be-sent" },
    pausesMs,
  };
}

/** A stand-in that ends with the test, and how to ask its API. */
export async function startApi(options: StandInOptions = {}): Promise<{ api: StandIn; context: TestAsking }> {
  const api = await startStandIn(options);
  onTestFinished(() => api.close());
  return { api, context: asking(api.apiBase) };
}

/** What the API was asked, without its base: `GET /accounts?page=1`. */
export const asked = ({ requests }: Pick<StandIn, "requests">): readonly string[] =>
  requests.map(({ method, path }) => `${method} ${path.replace("/client/v4", "")}`);
