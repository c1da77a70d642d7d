import type { HttpRequest } from "../../../src/core/http.ts";
import type { Finding } from "../../../src/providers/finding.ts";
import { listByPages } from "../../../src/providers/list-models.ts";
import type { Checks, HttpResult, ListModels, Setup } from "../../../src/providers/provider.ts";

/** Headers of every request of the toy's: its key has a header of its own. */
export const toyHeaders = ({ apiKey }: Setup): Readonly<Record<string, string>> =>
  apiKey === undefined ? {} : { "toy-key": apiKey.reveal() };

function requestTo(path: string, setup: Setup, userAgent: string): HttpRequest {
  return {
    method: "GET",
    url: setup.baseUrl + path,
    headers: { ...toyHeaders(setup), "user-agent": userAgent },
    connectTimeoutMs: 5_000,
    idleTimeoutMs: 5_000,
    maxBodyBytes: 1024 * 1024,
  };
}

function diagnose(answer: HttpResult): Finding | undefined {
  if (answer.ok && answer.value.status < 300) return undefined;
  return {
    code: "toy.locked",
    layer: "toy-box",
    message: () => "The toy box is locked.",
    fix: () => "Look under the lid for the key.",
    field: "apiKey",
    transient: false,
    recovery: "next-model",
    ids: { "toy-id": "42" },
  };
}

export const checks: Checks = {
  probes: (setup, _kind, userAgent) => [requestTo("/models", setup, userAgent)],
  diagnose,
};

export const listToys: ListModels = (...asking) =>
  listByPages(
    {
      label: "Toy",
      request: (setup, _after, userAgent) => requestTo("/models", setup, userAgent),
      read: (body) => ({ models: JSON.parse(body).data }),
      diagnose,
    },
    ...asking,
  );
