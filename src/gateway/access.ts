import { timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import type { Secret } from "../core/secret.ts";
import { type Refusal, refusal } from "./refusal.ts";
import type { RequestHead } from "./request-head.ts";
import type { Access, GatewaySettings } from "./settings.ts";

/** Access for those who present this token. */
export function accessByToken(token: Secret): Access {
  const bytes = Buffer.from(token.reveal());
  // Filled up with what no header can hold, so that a text of another length is another one.
  const expected = Buffer.alloc(Math.max(SHORTEST_COMPARED_BYTES, bytes.length + 1));
  bytes.copy(expected);
  // Used again and again. @measured memory of its own for each text takes four times as long.
  const presented = Buffer.alloc(expected.length);
  const isToken = (text: string) => {
    presented.fill(0);
    // Node reads headers as latin1, whatever was sent.
    presented.write(text, "latin1");
    return timingSafeEqual(presented, expected);
  };
  return { mode: "token", isToken };
}

/** @why longer than any usual token, so that the time that comparing takes does not tell its length. */
const SHORTEST_COMPARED_BYTES = 128;

/**
 * Why a request is not heard at all: it has to name this machine, and must not come from a web page that nobody allowed.
 * @why a page on the internet can make a browser send requests to this machine, under a name of its own that it lets
 * point here (DNS rebinding).
 */
export function refuseSender(
  { host, origin, isFromPage }: Pick<RequestHead, "host" | "origin" | "isFromPage">,
  { allowedHosts, allowedOrigins }: Pick<GatewaySettings, "allowedHosts" | "allowedOrigins">,
): Refusal | undefined {
  if (!isThisMachine(host, allowedHosts)) return WRONG_HOST;
  // An image, say, is asked for without an origin.
  const mayBeHeard = origin === undefined ? !isFromPage : allowedOrigins.has(origin);
  return mayBeHeard ? undefined : WRONG_ORIGIN;
}

/** Why a request is not let in, or undefined when it presents the token. */
export function refuseStranger(
  { presented }: Pick<RequestHead, "presented">,
  { access }: Pick<GatewaySettings, "access">,
): Refusal | undefined {
  // One that fits is enough: clients put a placeholder into the header that they have no use for.
  const isKnown = access.mode === "none" || presented.some(access.isToken);
  return isKnown ? undefined : NO_TOKEN;
}

const WRONG_HOST = refusal(
  "permission_error",
  "The local gateway does not answer to the name in the Host header. Use 127.0.0.1, or allow the name with --allow-host.",
);

const WRONG_ORIGIN = refusal(
  "permission_error",
  "The local gateway takes no requests from web pages, unless their origin is allowed with --allow-origin.",
);

const NO_TOKEN = refusal(
  "authentication_error",
  "The local gateway wants its own token, as x-api-key or as a bearer token: gateway.auth.token, which `openclaw onboard` keeps as OPENCLAW_GATEWAY_TOKEN in .env. The provider's key has no place here.",
);

/** Addresses are safe: only a name can be made to point elsewhere. */
function isThisMachine(host: string, allowedHosts: ReadonlySet<string>): boolean {
  const colon = host.lastIndexOf(":");
  const name = (colon > host.lastIndexOf("]") ? host.slice(0, colon) : host).toLowerCase();
  if (name === "localhost" || isIP(name) === 4) return true;
  return allowedHosts.has(name) || (name.startsWith("[") && isIP(name.slice(1, -1)) === 6);
}
