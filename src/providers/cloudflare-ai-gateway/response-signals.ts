import type { HttpResponse, NetworkFault } from "../../core/http.ts";
import type { EndpointId } from "./endpoint-id.ts";

/** Why the content of an answer that is good by its form is not what was asked for. */
export type Objection = "disabled" | "expired" | "nothing" | "unreadable";

/** What Cloudflare's API was asked about the account. */
export interface AccountQuestion {
  /** As it goes on after "to": `list gateways`. */
  readonly purpose: string;
  /** The permission that it takes, as the dashboard calls it; without one any token may ask. */
  readonly permission?: string;
  /** Whether the token was found to be in force by itself. */
  readonly isActive?: boolean;
  readonly objection?: Objection;
}

/** What was asked, so that the same answer can mean what it means here. */
export interface Asked {
  /** Who is behind the gateway. */
  readonly endpoint: EndpointId;
  readonly host: string;
  readonly gatewayId?: string;
  readonly model?: string;
  /** Who pays: the key in the request, one stored with the gateway, or Cloudflare's Unified Billing. */
  readonly credentials: "key" | "stored" | "billing";
  readonly hasGatewayToken: boolean;
  /** Of the stored key. */
  readonly alias?: string;
  /** Set when it was not the gateway that was asked but Cloudflare's API, whatever its host is called. */
  readonly account?: AccountQuestion;
}

/** What came back. */
export type Answer =
  | { readonly kind: "response"; readonly response: HttpResponse }
  | { readonly kind: "fault"; readonly fault: NetworkFault };

/** By its form, who wrote the answer. `cut` is JSON that stops in the middle, `other` fits nothing that is known. */
export type Source =
  | "fault"
  | "success"
  | "gateway"
  | "cloudflare-api"
  | "anthropic"
  | "openai"
  | "workers-ai"
  | "edge"
  | "challenge"
  | "access"
  | "redirect"
  | "page"
  | "cut"
  | "other";

/** What an answer says of itself. Nothing in it is fit to be shown. */
export interface Clue {
  readonly from: Source;
  /** 0 when there was no answer, not even of a proxy. */
  readonly status: number;
  /** Cloudflare's codes, the most telling first. */
  readonly codes: readonly number[];
  /** Anthropic's `error.type`; of the others' `error.code`, or else that. */
  readonly type: string;
  /** Its own words, or the system's name of the fault. */
  readonly said: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Ids that stand in the body, by the name of the header that normally has them. */
  readonly ids: Readonly<Record<string, string>>;
  readonly fault?: NetworkFault;
}

export type Place = "gateway" | "api" | "own";

/** Whether Cloudflare's gateway was asked, Cloudflare's API, or a domain of the user's. */
export function placeOf({ host, account }: Pick<Asked, "host" | "account">): Place {
  if (account !== undefined) return "api";
  const name = host.toLowerCase().replace(/:\d+$/, "");
  if (name === "gateway.ai.cloudflare.com") return "gateway";
  return name === "api.cloudflare.com" ? "api" : "own";
}

/** True when the answer passed Cloudflare's edge. */
export const passedCloudflare = ({ headers }: Pick<Clue, "headers">) =>
  headers["cf-ray"] !== undefined || headers.server?.toLowerCase() === "cloudflare";
