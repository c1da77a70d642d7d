import type { Env } from "../core/context.ts";
import type { HttpRequest, HttpResponse, NetworkFault } from "../core/http.ts";
import { fail, type Result } from "../core/result.ts";

/** Sends one request. */
export async function send(_request: HttpRequest, _env: Env): Promise<Result<HttpResponse, NetworkFault>> {
  return fail({ kind: "unreachable" });
}
