import type { NetworkFaultKind } from "../../core/http.ts";
import type { Texts } from "../../text/message.ts";
import type { Blame, Recovery } from "../finding.ts";
import { type HostKind, hostKindOf } from "./address.ts";
import type { Author } from "./response-body.ts";
import { passedCloudflare, type ResponseSignals, type SentRequest } from "./response-signals.ts";

/** Which party to ask about it. */
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

/** The answer the user should correct: a field of the provider, or the model. */
export type BlamedField = keyof Texts["cloudflare"]["fields"] | "model";

/** All conditions that are given must hold; a list matches any of its values. */
export interface Matcher {
  readonly author?: Author;
  readonly codes?: readonly number[];
  readonly types?: readonly string[];
  readonly statuses?: readonly number[];
  readonly says?: RegExp;
  readonly faults?: readonly NetworkFaultKind[];
  readonly proxied?: boolean;
  readonly credentials?: readonly SentRequest["credentials"][];
  readonly endpoints?: readonly SentRequest["endpoint"][];
  readonly token?: boolean;
  readonly access?: boolean;
  readonly model?: boolean;
  /** Matches the model's name. */
  readonly named?: RegExp;
  /** The lower-case name of a header that the response has. */
  readonly header?: string;
  readonly at?: readonly HostKind[];
  /** It was a request to Cloudflare's API about the account. */
  readonly account?: boolean;
  readonly active?: boolean;
  readonly good?: boolean;
  readonly cloudflare?: boolean;
}

/** Part of the public interface: a code never changes its meaning. Each has its messages in the texts. */
export type DiagnosisCode = keyof Texts["diagnoses"];

/** The layer, by the first part of a code. */
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

/** The default layer of a diagnosis, which its row may override. */
export const layerOf = (code: DiagnosisCode): Layer => LAYERS[code.split(".")[0] as keyof typeof LAYERS];

export interface DiagnosisRow {
  /** Set if the layer in the code is not to blame. */
  readonly layer?: Layer;
  readonly matchers: readonly Matcher[];
  readonly field?: BlamedField | ((sent: SentRequest) => BlamedField | undefined);
  /** True if it may pass on its own, so it is worth a retry before blaming anything. */
  readonly transient?: true | ((signals: ResponseSignals) => boolean);
  readonly recovery?: Recovery | ((signals: ResponseSignals) => Recovery | undefined);
  /** Set if a client of the local gateway may be at fault. */
  readonly blames?: Blame;
  /** Show the beginning of the response. */
  readonly excerpt?: true;
}

/** In the order they are tried. A code without messages does not compile. */
export type DiagnosisRows = Readonly<Partial<Record<DiagnosisCode, DiagnosisRow>>>;

/** Another model helps only against a 404; other statuses say nothing about the model. */
export const nextModelIfMissing = ({ status }: ResponseSignals): Recovery | undefined =>
  status === 404 ? "next-model" : undefined;

/** The field that holds part of the address; with a custom domain, that is the base URL. */
export const addressField =
  (field: "accountId" | "gatewayId") =>
  (sent: SentRequest): BlamedField =>
    hostKindOf(sent) === "own" ? "baseUrl" : field;

export const customBaseUrl = (sent: SentRequest): BlamedField | undefined =>
  hostKindOf(sent) === "own" ? "baseUrl" : undefined;

/** The gateway token, unless the token was only for looking up the account, which no field holds. */
export const gatewayTokenField = ({ account }: SentRequest): BlamedField | undefined =>
  account === undefined ? "gatewayToken" : undefined;

export const upstreamKeyField = ({ endpoint }: SentRequest): BlamedField =>
  endpoint === "openai" ? "openaiApiKey" : endpoint === "workers-ai" ? "gatewayToken" : "apiKey";

/** The field with the credential that reached the provider. */
export const usedCredentialField = (sent: SentRequest): BlamedField =>
  sent.credentials === "key" ? upstreamKeyField(sent) : "credentials";

const has = <T>(list: readonly T[] | undefined, value: T) => list === undefined || list.includes(value);
const is = (wanted: boolean | undefined, actual: boolean) => wanted === undefined || wanted === actual;

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
    is(matcher.access, sent.hasAccessToken === true) &&
    is(matcher.model, sent.model !== undefined) &&
    (matcher.named === undefined || matcher.named.test(sent.model ?? "")) &&
    (matcher.header === undefined || signals.headers[matcher.header] !== undefined) &&
    has(matcher.at, hostKindOf(sent)) &&
    is(matcher.account, sent.account !== undefined) &&
    is(matcher.active, sent.account?.isActive === true) &&
    is(matcher.good, status >= 200 && status < 300) &&
    is(matcher.cloudflare, passedCloudflare(signals))
  );
}
