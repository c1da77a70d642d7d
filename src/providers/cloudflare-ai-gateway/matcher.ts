import type { NetworkFaultKind } from "../../core/http.ts";
import type { Texts } from "../../text/message.ts";
import type { Recovery } from "../finding.ts";
import { type HostKind, hostKindOf } from "./address.ts";
import type { Author } from "./response-body.ts";
import { passedCloudflare, type ResponseSignals, type SentRequest } from "./response-signals.ts";

/** The party to ask about it. */
type Layer =
  | "network"
  | "proxy"
  | "tls"
  | "cloudflare-edge"
  | "ai-gateway"
  | "cloudflare-api"
  | "anthropic"
  | "openai"
  | "workers-ai"
  | "unknown";

/** The answer of the user's to correct: a field of the provider, or the model. */
export type BlamedField = keyof Texts["cloudflare"]["fields"] | "model";

/** The conditions of a diagnosis: all that are given have to hold, and of a list one. */
export interface Matcher {
  readonly author?: Author;
  readonly codes?: readonly number[];
  readonly types?: readonly string[];
  readonly statuses?: readonly number[];
  readonly says?: RegExp;
  readonly faults?: readonly NetworkFaultKind[];
  /** A proxy was on the way. */
  readonly proxied?: boolean;
  readonly credentials?: readonly SentRequest["credentials"][];
  readonly endpoints?: readonly SentRequest["endpoint"][];
  /** A gateway token was sent. */
  readonly token?: boolean;
  /** A model was asked for. */
  readonly model?: boolean;
  readonly at?: readonly HostKind[];
  /** Cloudflare's API was asked about the account. */
  readonly account?: boolean;
  /** The API token was found to be active by itself. */
  readonly active?: boolean;
  /** The status is 2xx. */
  readonly good?: boolean;
  /** The answer passed Cloudflare's edge. */
  readonly cloudflare?: boolean;
}

/** Part of the interface: a code never changes its meaning. Its sentences are in the texts, one set a language. */
export type DiagnosisCode = keyof Texts["diagnoses"];

/** The layer by the first part of a code. */
const LAYERS = {
  gateway: "ai-gateway",
  anthropic: "anthropic",
  openai: "openai",
  "workers-ai": "workers-ai",
  api: "cloudflare-api",
  edge: "cloudflare-edge",
  proxy: "proxy",
  network: "network",
  tls: "tls",
  answer: "unknown",
} as const satisfies Readonly<Record<string, Layer>>;

/** The layer of a diagnosis, unless its row has another. */
export const layerOf = (code: DiagnosisCode): Layer => LAYERS[code.split(".")[0] as keyof typeof LAYERS];

/** A diagnosis: its conditions and its consequences. */
export interface DiagnosisRow {
  /** Set where the code's own layer is not to blame. */
  readonly layer?: Layer;
  /** One of them is enough. */
  readonly matchers: readonly Matcher[];
  readonly field?: BlamedField | ((sent: SentRequest) => BlamedField | undefined);
  /** Worth another try after a pause before anything is blamed. */
  readonly transient?: true | ((signals: ResponseSignals) => boolean);
  readonly recovery?: Recovery | ((signals: ResponseSignals) => Recovery | undefined);
  /** The beginning of the answer is shown. */
  readonly excerpt?: true;
}

/** Rows in the order they are tried. A code without a text does not compile. */
export type DiagnosisRows = Readonly<Partial<Record<DiagnosisCode, DiagnosisRow>>>;

/** The recovery from a missing model; any other status than 404 says nothing about the model. */
export const ifMissing = ({ status }: ResponseSignals): Recovery | undefined =>
  status === 404 ? "next-model" : undefined;

/** The field that holds a part of the address: with a custom domain, that is the base URL. */
export const inAddress =
  (field: "accountId" | "gatewayId") =>
  (sent: SentRequest): BlamedField =>
    hostKindOf(sent) === "own" ? "baseUrl" : field;

/** The base URL, where the user gave one. */
export const ownAddress = (sent: SentRequest): BlamedField | undefined =>
  hostKindOf(sent) === "own" ? "baseUrl" : undefined;

/** The gateway token, unless the token was one that only looks the account up: no field holds that one. */
export const tokenField = ({ account }: SentRequest): BlamedField | undefined =>
  account === undefined ? "gatewayToken" : undefined;

/** The field of the key for the service behind the gateway. */
export const ownKey = ({ endpoint }: SentRequest): BlamedField =>
  endpoint === "openai" ? "openaiApiKey" : endpoint === "workers-ai" ? "gatewayToken" : "apiKey";

/** The field of the credential that reached the provider. */
export const keyField = (sent: SentRequest): BlamedField => (sent.credentials === "key" ? ownKey(sent) : "credentials");

const has = <T>(list: readonly T[] | undefined, value: T) => list === undefined || list.includes(value);
const is = (wanted: boolean | undefined, actual: boolean) => wanted === undefined || wanted === actual;

/** True when everything that a matcher asks for holds. */
export function matches(matcher: Matcher, signals: ResponseSignals, sent: SentRequest): boolean {
  const { fault, status } = signals;
  return (
    (matcher.author === undefined || matcher.author === signals.author) &&
    (matcher.codes === undefined || signals.codes.some((code) => has(matcher.codes, code))) &&
    has(matcher.types, signals.type) &&
    has(matcher.statuses, status) &&
    (matcher.says === undefined || matcher.says.test(signals.upstreamMessage)) &&
    (matcher.faults === undefined || (fault !== undefined && has(matcher.faults, fault.kind))) &&
    is(matcher.proxied, fault?.proxy !== undefined) &&
    has(matcher.credentials, sent.credentials) &&
    has(matcher.endpoints, sent.endpoint) &&
    is(matcher.token, sent.hasGatewayToken) &&
    is(matcher.model, sent.model !== undefined) &&
    has(matcher.at, hostKindOf(sent)) &&
    is(matcher.account, sent.account !== undefined) &&
    is(matcher.active, sent.account?.isActive === true) &&
    is(matcher.good, status >= 200 && status < 300) &&
    is(matcher.cloudflare, passedCloudflare(signals))
  );
}
