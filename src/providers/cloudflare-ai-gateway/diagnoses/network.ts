import { type DiagnosisRows, ownAddress } from "../matcher.ts";

/** What happens between this machine and Cloudflare; nobody has looked at the credentials. */
export const NETWORK_DIAGNOSES = {
  "proxy.login-required": { layer: "proxy", matchers: [{ statuses: [407] }] },
  "proxy.setting-invalid": {
    layer: "proxy",
    matchers: [{ author: "fault", faults: ["proxy"], says: /^ERR_INVALID_/ }],
  },
  "proxy.unreachable": {
    layer: "proxy",
    matchers: [
      { author: "fault", faults: ["proxy"], statuses: [0] },
      { author: "fault", faults: ["name-not-found", "refused", "unreachable", "connect-timeout"], proxied: true },
    ],
    transient: ({ upstreamMessage }) => upstreamMessage === "ETIMEDOUT" || upstreamMessage === "EAI_AGAIN",
  },
  "proxy.refused": {
    layer: "proxy",
    matchers: [{ author: "fault", faults: ["proxy"] }],
    transient: ({ status }) => status >= 500,
  },
  "proxy.page": { layer: "proxy", matchers: [{ author: "page", good: false, at: ["gateway", "api"] }], excerpt: true },
  "network.captive-portal": {
    layer: "network",
    matchers: [
      { statuses: [511] },
      { author: "redirect", at: ["gateway", "api"], cloudflare: false },
      { author: "page", good: true, at: ["gateway", "api"], cloudflare: false },
    ],
    excerpt: true,
  },
  "network.name-not-found": {
    layer: "network",
    matchers: [{ author: "fault", faults: ["name-not-found"] }],
    field: ownAddress,
    transient: ({ upstreamMessage }) => upstreamMessage === "EAI_AGAIN",
  },
  "network.refused": { layer: "network", matchers: [{ author: "fault", faults: ["refused"] }], field: ownAddress },
  "network.unreachable": {
    layer: "network",
    matchers: [{ author: "fault", faults: ["unreachable"] }],
    transient: true,
  },
  "network.connect-timeout": {
    layer: "network",
    matchers: [{ author: "fault", faults: ["connect-timeout"] }],
    transient: true,
  },
  "network.answer-timeout": {
    layer: "network",
    matchers: [{ author: "fault", faults: ["answer-timeout"] }],
    transient: true,
  },
  "network.cut-off": { layer: "network", matchers: [{ author: "fault", faults: ["cut-off"] }], transient: true },
  "network.not-http": { layer: "network", matchers: [{ author: "fault", faults: ["not-http"] }], field: ownAddress },
  "network.aborted": { layer: "network", matchers: [{ author: "fault", faults: ["aborted"] }] },
  "tls.certificate": { layer: "tls", matchers: [{ author: "fault", faults: ["certificate"] }], field: ownAddress },
  "tls.failed": { layer: "tls", matchers: [{ author: "fault", faults: ["tls"] }], field: ownAddress },
} satisfies DiagnosisRows;

/** Answers of which it cannot be told who wrote them. The last row takes what nothing else took. */
export const UNCLEAR_DIAGNOSES = {
  "answer.redirected": { layer: "unknown", matchers: [{ author: "redirect" }], field: ownAddress },
  "answer.page": { layer: "unknown", matchers: [{ author: "page" }], field: ownAddress, excerpt: true },
  "answer.incomplete": { layer: "unknown", matchers: [{ author: "cut" }], transient: true, excerpt: true },
  "answer.unexpected": { layer: "unknown", matchers: [{ good: true }], field: ownAddress, excerpt: true },
  "answer.unknown": {
    layer: "unknown",
    matchers: [{}],
    transient: ({ status }) => status === 408 || status === 425 || status === 429 || status >= 500,
    excerpt: true,
  },
} satisfies DiagnosisRows;
