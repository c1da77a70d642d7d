import { customBaseUrl, type DiagnosisRows } from "../matcher.ts";

/** Faults between this machine and Cloudflare, before any credential was checked. */
export const NETWORK_DIAGNOSES = {
  "proxy.login-required": { matchers: [{ statuses: [407] }] },
  "proxy.setting-invalid": { matchers: [{ author: "fault", faults: ["proxy"], says: /^ERR_INVALID_/ }] },
  "proxy.unreachable": {
    matchers: [
      { author: "fault", faults: ["proxy"], statuses: [0] },
      { author: "fault", faults: ["name-not-found", "refused", "unreachable", "connect-timeout"], proxied: true },
    ],
    transient: ({ upstreamMessage }) => upstreamMessage === "ETIMEDOUT" || upstreamMessage === "EAI_AGAIN",
  },
  "proxy.refused": { matchers: [{ author: "fault", faults: ["proxy"] }], transient: ({ status }) => status >= 500 },
  "proxy.page": { matchers: [{ author: "page", good: false, at: ["gateway", "api"] }], excerpt: true },
  "network.captive-portal": {
    matchers: [
      { statuses: [511] },
      { author: "redirect", at: ["gateway", "api"], cloudflare: false },
      { author: "page", good: true, at: ["gateway", "api"], cloudflare: false },
    ],
    excerpt: true,
  },
  "network.name-not-found": {
    matchers: [{ author: "fault", faults: ["name-not-found"] }],
    field: customBaseUrl,
    transient: ({ upstreamMessage }) => upstreamMessage === "EAI_AGAIN",
  },
  "network.refused": { matchers: [{ author: "fault", faults: ["refused"] }], field: customBaseUrl },
  "network.unreachable": { matchers: [{ author: "fault", faults: ["unreachable"] }], transient: true },
  "network.connect-timeout": { matchers: [{ author: "fault", faults: ["connect-timeout"] }], transient: true },
  "network.answer-timeout": { matchers: [{ author: "fault", faults: ["answer-timeout"] }], transient: true },
  "network.cut-off": { matchers: [{ author: "fault", faults: ["cut-off"] }], transient: true },
  "network.not-http": { matchers: [{ author: "fault", faults: ["not-http"] }], field: customBaseUrl },
  "network.aborted": { matchers: [{ author: "fault", faults: ["aborted"] }] },
  "tls.certificate": { matchers: [{ author: "fault", faults: ["certificate"] }], field: customBaseUrl },
  "tls.failed": { matchers: [{ author: "fault", faults: ["tls"] }], field: customBaseUrl },
} satisfies DiagnosisRows;

/** Responses of unknown origin. The last row is the catch-all. */
export const UNCLEAR_DIAGNOSES = {
  "answer.redirected": { matchers: [{ author: "redirect" }], field: customBaseUrl },
  "answer.page": { matchers: [{ author: "page" }], field: customBaseUrl, excerpt: true },
  "answer.incomplete": { matchers: [{ author: "cut" }], transient: true, excerpt: true },
  "answer.unexpected": { matchers: [{ good: true }], field: customBaseUrl, excerpt: true },
  "answer.unknown": {
    matchers: [{}],
    transient: ({ status }) => status === 408 || status === 425 || status === 429 || status >= 500,
    excerpt: true,
    blames: "status",
  },
} satisfies DiagnosisRows;
