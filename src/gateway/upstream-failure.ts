import type { NetworkFaultKind } from "../core/http.ts";
import { fail, ok } from "../core/result.ts";
import { type Finding, findingLines } from "../providers/finding.ts";
import { en } from "../text/en/index.ts";
import type { Failure } from "./attempt.ts";
import { errorTypeOf } from "./error-response.ts";
import { headerRecord } from "./headers.ts";
import type { Refusal } from "./refusal.ts";
import type { Target } from "./targets.ts";

/** What is wrong, by the same table that the checks use; undefined where only the upstream's own words can tell. */
export async function explain(failure: Failure, { upstream, model }: Target): Promise<Finding | undefined> {
  if (failure.kind === "fault") return upstream.diagnose(fail(failure.fault), model);
  const { status, rawHeaders, body } = failure;
  const headers = headerRecord(rawHeaders);
  // What came compressed although it was not asked for stays as it is.
  if (!/^(?:identity)?$/i.test(headers["content-encoding"] ?? "")) return undefined;
  return upstream.diagnose(ok({ status, headers, body: body.toString("utf8") }), model);
}

/** Whether clients understand an answer as it is: an error in the shape of Anthropic or, for its own paths, of OpenAI. */
export function isReadable({ body }: Failure & { readonly kind: "answer" }, { upstream }: Target): boolean {
  try {
    const { type, error } = JSON.parse(body.toString("utf8"));
    const isOurs = upstream.api !== "anthropic-messages" || (type === "error" && typeof error.type === "string");
    return isOurs && typeof error.message === "string";
  } catch {
    return false;
  }
}

/** The failure in words that clients understand. */
export function explanationOf(failure: Failure, finding: Finding | undefined): Refusal {
  const status = failure.kind === "fault" ? statusOfFault(failure.fault.kind) : statusOfAnswer(failure.status);
  return {
    status,
    type: errorTypeOf(status),
    message: finding === undefined ? `The upstream answered HTTP ${status}.` : findingLines(finding, en).join(" "),
    ...(finding !== undefined && { code: finding.code }),
    ...(isSure(failure, finding) && { isWorthRetrying: finding.transient }),
  };
}

/** Whether more is known about another try than what the status says. A page of errors at 5xx may be anybody's. */
const isSure = (failure: Failure, finding: Finding | undefined): finding is Finding =>
  finding !== undefined && (finding.transient || failure.kind === "fault" || failure.status < 500);

const statusOfFault = (kind: NetworkFaultKind) => (kind === "connect-timeout" || kind === "answer-timeout" ? 504 : 502);

/**
 * The status that an answer has for the client. Some mean nothing to it: a redirect, what a proxy or a network wants of
 * this machine, and those of Cloudflare's edge.
 * @source developers.cloudflare.com, "Cloudflare 5xx errors": 522 and 524 are time limits.
 */
function statusOfAnswer(status: number): number {
  if (status === 522 || status === 524) return 504;
  if (status < 400 || status === 407 || status === 511 || (status >= 520 && status !== 529)) return 502;
  return status;
}
