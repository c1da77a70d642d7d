import type { Env } from "../../core/context.ts";
import type { HttpRequest } from "../../core/http.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Inquiry } from "../discovery.ts";
import type { Question } from "./account-api.ts";
import { LOOPBACK } from "./checks.ts";

/** @source developers.cloudflare.com/api. */
const BASE = "https://api.cloudflare.com/client/v4";

/** @why long enough for a slow mobile connection, short enough for a person who waits. */
const CONNECT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 20_000;

/** @why fifty models with all that may be said about each, also if their schemas of input and output come along. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/**
 * Where Cloudflare's API is. `CLOUDFLARE_API_BASE_URL` leads elsewhere: to another of Cloudflare's environments, or to a
 * stand-in on this machine.
 * @source cloudflare/workers-sdk, which reads the same variable.
 */
export function apiBase({ env }: { readonly env: Env }): Result<URL> {
  const given = env.CLOUDFLARE_API_BASE_URL?.trim() || BASE;
  const invalid = (message: string, hint: string) => fail({ message, where: "CLOUDFLARE_API_BASE_URL", hint });
  if (!URL.canParse(given)) return invalid("CLOUDFLARE_API_BASE_URL is not a URL.", "Correct it, or unset it.");
  const url = new URL(given);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && LOOPBACK.test(url.hostname))) {
    return invalid(
      "CLOUDFLARE_API_BASE_URL does not protect the token on its way.",
      "Use https://; http:// is for this machine only.",
    );
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    return invalid("CLOUDFLARE_API_BASE_URL holds more than a host and a path.", "Leave the rest out.");
  }
  return ok(url);
}

/** The request that asks it, with nothing in it of the user's but the token. */
export function request({ path, query, body }: Question<unknown>, base: URL, inquiry: Inquiry): HttpRequest {
  const search = query === undefined ? "" : `?${new URLSearchParams(query)}`;
  return {
    method: body === undefined ? "GET" : "POST",
    url: `${base.origin}${base.pathname.replace(/\/+$/, "")}${path}${search}`,
    headers: {
      authorization: `Bearer ${inquiry.token.reveal()}`,
      "user-agent": inquiry.userAgent,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    idleTimeoutMs: ANSWER_TIMEOUT_MS,
    maxBodyBytes: MAX_BODY_BYTES,
    ...(inquiry.signal && { signal: inquiry.signal }),
  };
}
