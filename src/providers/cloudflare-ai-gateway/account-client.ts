import type { HttpResponse } from "../../core/http.ts";
import { fail, ok, type Problem, type Result } from "../../core/result.ts";
import { Secret } from "../../core/secret.ts";
import type { Asking, Inquiry } from "../discovery.ts";
import type { Finding } from "../finding.ts";
import { withSecondTry } from "../retry.ts";
import { type ListQuestion, onPage, type Question } from "./account-api.ts";
import { apiBase, request } from "./account-request.ts";
import { checkApiToken } from "./checks.ts";
import { type Answer, explain } from "./diagnose.ts";
import { isObject, parseJson } from "./response-body.ts";
import type { Objection } from "./response-signals.ts";

/** Why there is no answer to a question. */
export interface Refusal {
  readonly finding: Finding;
  /** What the same answer means once the token is known to be in force; Cloudflare refuses a bad one and a weak one alike. */
  readonly ifActive: Finding;
}

/** @why 2500 entries to choose from: a list that goes on longer has no end. */
const MOST_PAGES = 50;

/** What it takes to ask: the token as it is sent, and where. */
interface Ready {
  readonly inquiry: Inquiry;
  readonly base: URL;
}

/** Takes off what was copied along with the token, and refuses, before anything is sent, what is none. */
export function prepare(inquiry: Inquiry, context: Asking): Result<Ready, Refusal> {
  const token = checkApiToken(inquiry.token.reveal());
  if (!token.ok) return notSent("credentials.malformed", token.error);
  const base = apiBase(context);
  if (!base.ok) return notSent("environment.invalid", base.error);
  return ok({ inquiry: { ...inquiry, token: new Secret(token.value.value) }, base: base.value });
}

/** Asks, and reads the answer. What may pass by itself is tried once more after a pause, unless it would change something. */
export async function ask<T>(question: Question<T>, inquiry: Inquiry, context: Asking): Promise<Result<T, Refusal>> {
  const ready = prepare(inquiry, context);
  if (!ready.ok) return ready;
  const mayPass = (answer: Result<T, Refusal>) =>
    !answer.ok && answer.error.finding.transient && question.body === undefined;
  return withSecondTry(() => askOnce(question, ready.value, context), mayPass, inquiry.signal, context);
}

/** Everything on a list, page by page; what is on it twice counts once. */
export async function askForAll<T>(
  question: ListQuestion<T>,
  inquiry: Inquiry,
  context: Asking,
): Promise<Result<readonly T[], Refusal>> {
  const items = new Map<string, T>();
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const answer = await ask(onPage(question, page), inquiry, context);
    if (!answer.ok) return answer;
    const before = items.size;
    for (const item of answer.value.items) items.set(JSON.stringify(item), item);
    // A server that knows no pages gives the first one again.
    if (answer.value.isLast || items.size === before) break;
  }
  return ok([...items.values()]);
}

async function askOnce<T>(question: Question<T>, ready: Ready, { http }: Asking): Promise<Result<T, Refusal>> {
  const { inquiry, base } = ready;
  const answer = await http(request(question, base, inquiry));
  const content = answer.ok ? contentOf(answer.value, question, inquiry.token) : fail(undefined);
  if (content.ok) return content;
  const found: Answer = answer.ok
    ? { kind: "response", response: answer.value }
    : { kind: "fault", fault: answer.error };
  return fail(refusal(found, question, content.error, ready));
}

/** What was asked for, or why that is not in the answer; without a reason, the answer gives one itself. */
function contentOf<T>(
  { status, body }: HttpResponse,
  { read }: Question<T>,
  token: Secret,
): Result<T, Objection | undefined> {
  const value = status >= 200 && status < 300 ? parseJson(body) : undefined;
  return isObject(value) && value.success === true ? read(value, token) : fail(undefined);
}

function refusal(
  answer: Answer,
  { purpose, permission, gatewayId }: Question<unknown>,
  objection: Objection | undefined,
  { inquiry, base }: Ready,
): Refusal {
  const account = { purpose, ...(permission !== undefined && { permission }), ...(objection && { objection }) };
  const asked = {
    // Which one is behind the gateway makes no difference here.
    endpoint: "anthropic" as const,
    host: base.hostname,
    credentials: "key" as const,
    hasGatewayToken: false,
    ...(gatewayId !== undefined && { gatewayId }),
  };
  const finding = (isActive: boolean) =>
    explain(answer, { ...asked, account: { ...account, isActive } }, [inquiry.token]);
  return { finding: finding(false), ifActive: finding(true) };
}

/** What keeps a question from being asked at all. */
function notSent(code: string, { message, hint = "" }: Problem): Result<never, Refusal> {
  const finding = { code, layer: "this machine", message, fix: hint, transient: false, ids: {} };
  return fail({ finding, ifActive: finding });
}
