import { type DiagnosisRows, ownAddress } from "../matcher.ts";

/**
 * What Cloudflare's edge answers before or instead of the gateway; no credential was looked at.
 * @source developers.cloudflare.com "Cloudflare 1xxx errors", "Cloudflare 5xx errors", "Detect a challenge page
 * response" and AI Gateway "Custom domains"; 1010: public projects that met it on gateway.ai.cloudflare.com.
 */
export const EDGE_DIAGNOSES = {
  "edge.access-login": {
    layer: "cloudflare-edge",
    signs: [{ from: "access" }],
    message: ({ host }) => `Cloudflare Access stands before ${host} and wants a person to log in.`,
    fix: "Exempt the gateway's domain from Access, or use the address of the gateway at gateway.ai.cloudflare.com.",
    field: ownAddress,
    transient: false,
  },
  "edge.challenge": {
    layer: "cloudflare-edge",
    signs: [{ from: "challenge" }],
    message: ({ host }) => `Cloudflare wants to see a browser at ${host}; the credentials were not looked at.`,
    fix: "Exempt the domain from the bot rules, or try from another network or without a VPN.",
    field: ownAddress,
    transient: false,
  },
  "edge.client-blocked": {
    layer: "cloudflare-edge",
    signs: [{ from: "edge", codes: [1010] }],
    message: "Cloudflare does not let this kind of client in; it is not about a key.",
    fix: "Check whether a proxy changes the User-Agent, and try from another network.",
    transient: false,
  },
  "edge.address-blocked": {
    layer: "cloudflare-edge",
    signs: [
      { from: "edge", codes: [1005, 1006, 1007, 1008, 1009, 1012, 1020, 1106] },
      { from: "edge", statuses: [403] },
    ],
    message: "Cloudflare does not let this network address or country in; it is not about a key.",
    fix: "Try from another network or without a VPN; on a domain of your own, look at its security events.",
    field: ownAddress,
    transient: false,
  },
  "edge.rate-limited": {
    layer: "cloudflare-edge",
    signs: [
      { from: "edge", codes: [1015] },
      { from: "edge", statuses: [429] },
    ],
    message: "Cloudflare has had too many requests from this network address.",
    fix: ({ wait }) => `Wait ${wait} before the next one.`,
    transient: true,
  },
  "edge.domain-unready": {
    layer: "cloudflare-edge",
    signs: [{ from: "edge", codes: [1000, 1001, 1002, 1014, 1016, 1018, 1023, 1033] }],
    message: ({ host, code }) => `${host} is with Cloudflare but leads nowhere (error ${code}).`,
    fix: "Check in the dashboard that the custom domain of the gateway is active.",
    field: ownAddress,
    transient: false,
  },
  "edge.origin-slow": {
    layer: "cloudflare-edge",
    signs: [
      { from: "edge", statuses: [524] },
      { from: "edge", codes: [524] },
    ],
    message: "What is behind Cloudflare took too long to answer.",
    fix: "Try again, and let long answers be streamed.",
    transient: true,
  },
  "edge.origin-failed": {
    layer: "cloudflare-edge",
    signs: [
      { from: "edge", statuses: [520, 521, 522, 523, 525, 526, 527, 530] },
      { from: "edge", codes: [520, 521, 522, 523] },
    ],
    message: ({ status }) => `Cloudflare could not reach what is behind it (HTTP ${status}).`,
    fix: "Try again in a minute; if it stays, look at www.cloudflarestatus.com.",
    transient: true,
  },
  "edge.unavailable": {
    layer: "cloudflare-edge",
    signs: [{ from: "edge", statuses: [500, 502, 503, 504] }],
    message: ({ status }) => `Cloudflare has a failure of its own or behind it (HTTP ${status}).`,
    fix: "Try again in a minute; if it stays, look at www.cloudflarestatus.com.",
    transient: true,
  },
  "edge.unknown": {
    layer: "cloudflare-edge",
    signs: [{ from: "edge" }],
    message: ({ status, code, quote }) =>
      `Cloudflare's edge refused with HTTP ${status}${code === "" ? "" : ` and error ${code}`}${quote}.`,
    fix: "Look the error up in Cloudflare's documentation, and report it with the ids if it is not there.",
    transient: ({ status }) => status >= 500,
    excerpt: true,
  },
} satisfies DiagnosisRows;
