import type { Secret } from "../../core/secret.ts";
import type { Message, Texts } from "../../text/message.ts";
import type { Finding } from "../finding.ts";
import type { HttpResult } from "../provider.ts";
import { sanitize, sanitizeId } from "../sanitize.ts";
import { CLOUDFLARE_API_DIAGNOSES, EDGE_DIAGNOSES, WORKERS_AI_DIAGNOSES } from "./diagnoses/cloudflare.ts";
import { GATEWAY_DIAGNOSES } from "./diagnoses/gateway.ts";
import { NETWORK_DIAGNOSES, UNCLEAR_DIAGNOSES } from "./diagnoses/network.ts";
import { ANTHROPIC_DIAGNOSES, OPENAI_DIAGNOSES } from "./diagnoses/upstreams.ts";
import { endpointRow } from "./endpoint-rows.ts";
import { type DiagnosisCode, type DiagnosisRow, layerOf, matches } from "./matcher.ts";
import { ANALYTICS_READ, type ResponseSignals, readSignals, type SentRequest } from "./response-signals.ts";

/**
 * Tried in order; the first match wins. A code in the texts without a row here does not compile.
 * `docs/troubleshooting.md` explains each.
 */
export const DIAGNOSES: Readonly<Record<DiagnosisCode, DiagnosisRow>> = {
  ...GATEWAY_DIAGNOSES,
  ...ANTHROPIC_DIAGNOSES,
  ...OPENAI_DIAGNOSES,
  ...WORKERS_AI_DIAGNOSES,
  ...CLOUDFLARE_API_DIAGNOSES,
  ...EDGE_DIAGNOSES,
  ...NETWORK_DIAGNOSES,
  ...UNCLEAR_DIAGNOSES,
};

export const DIAGNOSIS_CODES = Object.keys(DIAGNOSES) as readonly DiagnosisCode[];

/** Values for the messages. All are safe to show, and empty if unknown. */
interface DiagnosisValues {
  readonly status: number;
  readonly code: string;
  /** The upstream's own words, or the system's. */
  readonly said: string;
  readonly host: string;
  readonly gateway: string;
  readonly provider: string;
  readonly isWorkersAi: boolean;
  readonly basePath: string;
  readonly model: string;
  readonly alias: string;
  readonly proxy: string;
  /** The permission that the request to Cloudflare's API needs. */
  readonly permission: string;
  readonly isAnalytics: boolean;
  readonly waitSeconds: number;
}

type Sentence = string | ((values: DiagnosisValues) => string);

/**
 * One id per layer: Anthropic, the gateway and Cloudflare's edge. Responses carry more that are redundant.
 * @source developers.cloudflare.com/ai-gateway and docs.claude.com: ids that each layer gives its answers.
 */
const ID_HEADERS = ["request-id", "cf-aig-log-id", "cf-ray"];

const MESSAGE_LIMIT = 200;
const EXCERPT_LIMIT = 200;

/**
 * Diagnoses a response; `undefined` if it is good. `secrets` are the credentials that were sent: the response may echo
 * them, and they must be removed before its text is shortened.
 */
export function diagnose(
  response: HttpResult,
  sent: SentRequest,
  secrets: readonly Secret[] = [],
): Finding | undefined {
  const signals = readSignals(response, sent);
  return signals.author === "success" ? undefined : findingFor(response, signals, sent, secrets);
}

/** Like `diagnose`, for a response known to be bad. */
export const diagnoseFailure = (response: HttpResult, sent: SentRequest, secrets: readonly Secret[]): Finding =>
  findingFor(response, readSignals(response, sent), sent, secrets);

function findingFor(
  response: HttpResult,
  signals: ResponseSignals,
  sent: SentRequest,
  secrets: readonly Secret[],
): Finding {
  const matched = DIAGNOSIS_CODES.find((code) => DIAGNOSES[code].matchers.some((one) => matches(one, signals, sent)));
  const code = matched ?? "answer.unknown";
  const { layer = layerOf(code), field, transient = false, recovery, blames, excerpt: isShown } = DIAGNOSES[code];
  const values = valuesOf(signals, sent, secrets);
  const cure = typeof recovery === "function" ? recovery(signals) : recovery;
  const blamed = typeof field === "function" ? field(sent) : field;
  const excerpt = isShown === undefined ? "" : excerptOf(response, signals, secrets);
  return {
    code,
    layer,
    message: inWords((t) => t.diagnoses[code].message, values),
    ...(response.ok && values.said !== "" && { unquoted: inWords((t) => t.diagnoses[code].message, unsaid(values)) }),
    fix: inWords((t) => t.diagnoses[code].fix, values),
    ...(blamed !== undefined && { field: blamed }),
    transient: typeof transient === "function" ? transient(signals) : transient,
    ...(cure !== undefined && { recovery: cure }),
    ...(blames !== undefined && { blames }),
    ids: idsOf(signals, secrets),
    ...(excerpt !== "" && { excerpt }),
  };
}

const unsaid = (values: DiagnosisValues): DiagnosisValues => ({ ...values, said: "" });

function inWords(sentenceIn: (text: Texts) => Sentence, values: DiagnosisValues): Message {
  return (text) => {
    const sentence = sentenceIn(text);
    return typeof sentence === "string" ? sentence : sentence(values);
  };
}

/** The one account permission that requests need as well. */
const WORKERS_AI_READ = "Workers AI Read";

function valuesOf(signals: ResponseSignals, sent: SentRequest, secrets: readonly Secret[]): DiagnosisValues {
  const show = (text = "", limit = 100) => sanitize(text, limit, secrets);
  const retryAfter = signals.headers["retry-after"] ?? "";
  const { upstream, basePath } = endpointRow(sent.endpoint);
  const permission = sent.account?.permission ?? "AI Gateway Read";
  return {
    status: signals.status,
    code: show(String(signals.codes[0] ?? signals.type), 40),
    said: show(signals.upstreamMessage, MESSAGE_LIMIT).replace(/[.\s]+$/, ""),
    host: show(sent.host),
    gateway: show(sent.gatewayId),
    provider: upstream,
    isWorkersAi: sent.account === undefined ? sent.endpoint === "workers-ai" : permission === WORKERS_AI_READ,
    basePath,
    model: show(sent.model),
    alias: show(sent.alias ?? "default"),
    proxy: show(signals.fault?.proxy),
    permission,
    isAnalytics: permission === ANALYTICS_READ,
    waitSeconds: /^\d{1,5}$/.test(retryAfter) ? Number(retryAfter) : 60,
  };
}

function idsOf({ headers, ids }: ResponseSignals, secrets: readonly Secret[]): Finding["ids"] {
  return Object.fromEntries(
    ID_HEADERS.flatMap((name) => {
      const id = sanitizeId(headers[name] ?? ids[name] ?? "", secrets);
      return id === undefined ? [] : [[name, id]];
    }),
  );
}

/** For an HTML page, the title says more than the first characters. */
function excerptOf(response: HttpResult, { upstreamMessage }: ResponseSignals, secrets: readonly Secret[]): string {
  if (!response.ok) return "";
  const { body } = response.value;
  return sanitize(/^\s*</.test(body) && upstreamMessage !== "" ? upstreamMessage : body, EXCERPT_LIMIT, secrets);
}
