import type { NetworkFaultKind } from "../../core/http.ts";
import { type Asked, type Clue, type Place, passedCloudflare, placeOf, type Source } from "./response-signals.ts";

/** Who is to be talked to about it. */
export type Layer =
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

/** The answer of the user's that can be to blame: a field of the provider, the model, or how it is paid for. */
export type BlamedField =
  | "accountId"
  | "gatewayId"
  | "apiKey"
  | "openaiApiKey"
  | "gatewayToken"
  | "baseUrl"
  | "model"
  | "credentials"
  | "byokAlias";

/** What a diagnosis is known by: everything that is given has to hold, and of a list one. */
export interface Sign {
  readonly from?: Source;
  readonly codes?: readonly number[];
  readonly types?: readonly string[];
  readonly statuses?: readonly number[];
  readonly says?: RegExp;
  readonly faults?: readonly NetworkFaultKind[];
  /** Whether a proxy was on the way. */
  readonly proxied?: boolean;
  readonly credentials?: readonly Asked["credentials"][];
  readonly endpoints?: readonly Asked["endpoint"][];
  /** Whether a gateway token was sent. */
  readonly token?: boolean;
  /** Whether a model was asked for. */
  readonly model?: boolean;
  readonly at?: readonly Place[];
  /** Whether Cloudflare's API was asked about the account. */
  readonly account?: boolean;
  /** Whether the API token was found to be in force by itself. */
  readonly active?: boolean;
  /** Whether the status is 2xx. */
  readonly good?: boolean;
  /** Whether the answer passed Cloudflare's edge. */
  readonly cloudflare?: boolean;
}

/** What a text may speak of: all of it is fit to be shown. */
export interface Facts {
  readonly status: number;
  /** The code that names it best, or an empty text. */
  readonly code: string;
  /** The answer's own words, or the system's, in brackets with a blank before them, or an empty text. */
  readonly quote: string;
  readonly host: string;
  readonly gateway: string;
  /** Who is behind the gateway, as people say it. */
  readonly provider: string;
  /** What the base URL has to end in. */
  readonly basePath: string;
  readonly model: string;
  readonly alias: string;
  /** The proxy that was on the way, with a blank before it, or an empty text. */
  readonly proxy: string;
  /** What Cloudflare's API was asked to do, and the permission that it takes; empty for the gateway. */
  readonly purpose: string;
  readonly permission: string;
  /** How long to wait: `30 seconds`. */
  readonly wait: string;
}

export type Text = string | ((facts: Facts) => string);

/** One diagnosis: how it is recognised and what is said about it. */
export interface DiagnosisRow {
  readonly layer: Layer;
  /** One of them is enough. */
  readonly signs: readonly Sign[];
  readonly message: Text;
  readonly fix: Text;
  readonly field?: BlamedField | ((asked: Asked) => BlamedField | undefined);
  /** Worth another try after a pause before anything is blamed. */
  readonly transient: boolean | ((clue: Clue) => boolean);
  /** The beginning of the answer is to be shown. */
  readonly excerpt?: true;
}

export type DiagnosisRows = Readonly<Record<`${string}.${string}`, DiagnosisRow>>;

/** The field that holds a part of the address: with a custom domain, that is the base URL. */
export const inAddress =
  (field: "accountId" | "gatewayId") =>
  (asked: Asked): BlamedField =>
    placeOf(asked) === "own" ? "baseUrl" : field;

/** The base URL, where the user gave one. */
export const ownAddress = (asked: Asked): BlamedField | undefined => (placeOf(asked) === "own" ? "baseUrl" : undefined);

/** The gateway token, unless the token was one that only looks the account up: no field holds that one. */
export const tokenField = ({ account }: Asked): BlamedField | undefined =>
  account === undefined ? "gatewayToken" : undefined;

/** The answer that is the key of whoever is behind the gateway. */
export const ownKey = ({ endpoint }: Asked): BlamedField =>
  endpoint === "openai" ? "openaiApiKey" : endpoint === "workers-ai" ? "gatewayToken" : "apiKey";

/** The answer that brought the credential that the provider got. */
export const keyField = (asked: Asked): BlamedField => (asked.credentials === "key" ? ownKey(asked) : "credentials");

const has = <T>(list: readonly T[] | undefined, value: T) => list === undefined || list.includes(value);
const is = (wanted: boolean | undefined, actual: boolean) => wanted === undefined || wanted === actual;

/** Whether everything that a sign asks for holds. */
export function fits(sign: Sign, clue: Clue, asked: Asked): boolean {
  const { fault, status } = clue;
  return (
    (sign.from === undefined || sign.from === clue.from) &&
    (sign.codes === undefined || clue.codes.some((code) => has(sign.codes, code))) &&
    has(sign.types, clue.type) &&
    has(sign.statuses, status) &&
    (sign.says === undefined || sign.says.test(clue.said)) &&
    (sign.faults === undefined || (fault !== undefined && has(sign.faults, fault.kind))) &&
    is(sign.proxied, fault?.proxy !== undefined) &&
    has(sign.credentials, asked.credentials) &&
    has(sign.endpoints, asked.endpoint) &&
    is(sign.token, asked.hasGatewayToken) &&
    is(sign.model, asked.model !== undefined) &&
    has(sign.at, placeOf(asked)) &&
    is(sign.account, asked.account !== undefined) &&
    is(sign.active, asked.account?.isActive === true) &&
    is(sign.good, status >= 200 && status < 300) &&
    is(sign.cloudflare, passedCloudflare(clue))
  );
}
