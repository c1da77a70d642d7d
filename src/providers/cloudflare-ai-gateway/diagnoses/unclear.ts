import { type DiagnosisRows, ownAddress } from "../matcher.ts";

/** Answers of which it cannot be told who wrote them. The last row takes what nothing else took. */
export const UNCLEAR_DIAGNOSES = {
  "answer.redirected": {
    layer: "unknown",
    signs: [{ from: "redirect" }],
    message: ({ host, status }) =>
      `${host} sends the request to another address (HTTP ${status}), where credentials are not sent.`,
    fix: "Give the address that answers itself as the base URL.",
    field: ownAddress,
    transient: false,
  },
  "answer.page": {
    layer: "unknown",
    signs: [{ from: "page" }],
    message: ({ host, status }) => `${host} answered with a web page (HTTP ${status}).`,
    fix: ({ basePath }) => `Check the base URL: it has to lead to the gateway and end in ${basePath}.`,
    field: ownAddress,
    transient: false,
    excerpt: true,
  },
  "answer.incomplete": {
    layer: "unknown",
    signs: [{ from: "cut" }],
    message: ({ host, status }) => `The answer of ${host} stops in the middle (HTTP ${status}).`,
    fix: "Try again; if it stays, try without a VPN or proxy.",
    transient: true,
    excerpt: true,
  },
  "answer.unexpected": {
    layer: "unknown",
    signs: [{ good: true }],
    message: ({ host, status, provider }) => `${host} answered HTTP ${status}, but not as ${provider} answers.`,
    fix: ({ basePath }) => `Check the base URL: it has to lead to the gateway and end in ${basePath}.`,
    field: ownAddress,
    transient: false,
    excerpt: true,
  },
  "answer.unknown": {
    layer: "unknown",
    signs: [{}],
    message: ({ host, status, quote }) => `${host} answered HTTP ${status} in a form that is not known${quote}.`,
    fix: "Try again later, and report it with the ids and the beginning of the answer if it stays.",
    transient: ({ status }) => status === 408 || status === 425 || status === 429 || status >= 500,
    excerpt: true,
  },
} satisfies DiagnosisRows;
