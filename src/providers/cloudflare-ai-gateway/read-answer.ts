import type { HttpResponse } from "../../core/http.ts";
import {
  isExpected,
  isObject,
  parseJson,
  type Reading,
  readBrokenJson,
  readEvents,
  reading,
  readJson,
} from "./response-body.ts";
import { type Answer, type Asked, type Clue, passedCloudflare, placeOf } from "./response-signals.ts";

/** Finds out who wrote an answer and what its codes are; it judges nothing. */
export function readAnswer(answer: Answer, asked: Asked): Clue {
  if (answer.kind === "fault") {
    const { fault } = answer;
    return {
      ...reading("fault", { said: fault.systemCode ?? "" }),
      status: fault.proxyStatus ?? 0,
      headers: {},
      fault,
    };
  }
  const { response } = answer;
  return { ...readResponse(response, asked), status: response.status, headers: response.headers };
}

function readResponse(response: HttpResponse, asked: Asked): Reading {
  const { status, headers, body } = response;
  if (isAccess(response)) return reading("access");
  // @source developers.cloudflare.com, "Detect a challenge page response".
  if (headers["cf-mitigated"] === "challenge") return reading("challenge");
  if (status >= 300 && status < 400) return reading("redirect");
  if (isPage(body)) return readPage(response);
  if (/\btext\/event-stream\b/i.test(headers["content-type"] ?? "")) return readEvents(body);

  // @source sigoden/aichat#1000 and odysseus-dev/odysseus#5175: Workers AI has no list of models for this method.
  if (asked.endpoint === "workers-ai" && asked.model === undefined && status === 405) return reading("success");

  const value = parseJson(body);
  const good = status >= 200 && status < 300;
  if (good && isAnswer(value, asked)) {
    const objection = asked.account?.objection;
    return objection === undefined ? reading("success") : reading("cloudflare-api", { type: objection });
  }
  const found = value === undefined ? readBrokenJson(body) : readJson(value, asked.endpoint);
  return found.from === "other" ? readPlain(response, found) : found;
}

const isAnswer = (value: unknown, asked: Asked) =>
  asked.account === undefined ? isExpected(value, placeOf(asked) === "api") : isObject(value) && value.success === true;

/**
 * The login of Cloudflare Access stands before a custom domain as a redirect, or as a page when that was followed.
 * @source developers.cloudflare.com, Cloudflare One "Authorization cookie"; the page's title as seen in public logs.
 */
function isAccess({ headers, body }: HttpResponse): boolean {
  const location = headers.location ?? "";
  return (
    /\.cloudflareaccess\.com\/|\/cdn-cgi\/access\//.test(location) ||
    (isPage(body) && /<title>[^<]{0,40}Cloudflare Access|\.cloudflareaccess\.com\b|\/cdn-cgi\/access\//.test(body))
  );
}

/** The text decides: errors in JSON have come as `text/html`, and pages as JSON. */
const isPage = (body: string) => /^[\s\uFEFF]*<[!?a-z]/i.test(body);

const TITLE = /<title[^>]{0,100}>([^<]*)/i;

/** @source developers.cloudflare.com, "Cloudflare 1xxx errors" and "Cloudflare 5xx errors". */
function readPage(response: HttpResponse): Reading {
  const { status, body } = response;
  const said = TITLE.exec(body)?.[1] ?? "";
  if (/<title>Just a moment\.\.\./i.test(body)) return reading("challenge", { said });
  const ownPage = /\bcf-error-|Cloudflare Ray ID|used Cloudflare to restrict access|\| Cloudflare<\/title>/i.test(body);
  if (status < 400 || !(ownPage || passedCloudflare(response))) return reading("page", { said });
  return reading("edge", { codes: edgeCodes(body), said });
}

/** Short texts of the edge, and answers of which only the status says anything. */
function readPlain(response: HttpResponse, found: Reading): Reading {
  const { status, body } = response;
  const codes = /^\s*error code: \d{3,4}\s*$/i.test(body.slice(0, 80)) ? edgeCodes(body) : [];
  if (codes.length > 0 || (status >= 520 && status <= 530 && status !== 529)) return reading("edge", { codes });
  return found;
}

function edgeCodes(body: string): readonly number[] {
  const [, code] =
    /\berror code:? (\d{3,4})\b/i.exec(body) ??
    /\bcf-error-code"?>\s{0,20}(\d{3,4})\b/i.exec(body) ??
    /\bError (1\d{3})\b/i.exec(body) ??
    [];
  return code === undefined ? [] : [Number(code)];
}
