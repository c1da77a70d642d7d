import { shortened } from "../config/listen-address.ts";
import { CREDENTIAL_HERE, looksLikeCredential } from "../core/redact.ts";
import { fail, ok, type Result } from "../core/result.ts";

/** Whole, and a name or an address in brackets. */
const HOST = /^(?:[^\s/?#@[\]:*]+|\[[\da-f:.]+\])(?::\d+)?$/;

const bracketed = (text: string) => (/^[\da-f:.]*:[\da-f:.]*:[\da-f:.]*$/.test(text) ? `[${text}]` : text);

/**
 * The origins that a text means, as browsers send them: without a path, a usual port or capitals. A host alone means its
 * pages by http and by https.
 */
export function originsMeant(raw: string): Result<readonly string[]> {
  if (looksLikeCredential(raw)) return fail(CREDENTIAL_HERE);
  const text = raw.toLowerCase().replace(/\/$/, "");
  if (text === "*") return fail({ message: (t) => t.server.everyPage, hint: (t) => t.server.nameOrigins });
  if (text === "null") return ok([text]);
  const [, scheme, rest = ""] = /^([a-z][\w+.-]*):\/\/(.*)$/.exec(text) ?? [];
  const host = bracketed(scheme === undefined ? text : rest);
  if (scheme !== undefined && !/^https?$/.test(scheme))
    return /^[\w.-]+(?::\d+)?$/.test(rest) ? ok([text]) : unknownOrigin(raw);
  const schemes = scheme === undefined ? ["http", "https"] : [scheme];
  if (HOST.test(host) && URL.canParse(`http://${host}`))
    return ok(schemes.map((one) => new URL(`${one}://${host}`).origin));
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url === undefined || url.origin === "null" || text.includes("*")
    ? unknownOrigin(raw)
    : hasMore(raw, url.origin);
}

/** The host name that a text means, as in the header `Host`, without a port. */
export function hostMeant(raw: string): Result<string> {
  if (looksLikeCredential(raw)) return fail(CREDENTIAL_HERE);
  const text = bracketed(raw.toLowerCase().replace(/^https?:\/\/|\/$/g, ""));
  if (HOST.test(text)) return ok(text.replace(/:\d+$/, ""));
  return fail({ message: (t) => t.core.invalidValue(shortened(raw)), hint: (t) => t.server.nameHosts });
}

const unknownOrigin = (raw: string): Result<never> =>
  fail({ message: (t) => t.core.invalidValue(shortened(raw)), hint: (t) => t.server.nameOrigins });

const hasMore = (raw: string, origin: string): Result<never> =>
  fail({
    message: (t) => t.server.notOnlyOrigin(shortened(raw)),
    hint: (t) => t.server.writeOrigin(origin),
  });
