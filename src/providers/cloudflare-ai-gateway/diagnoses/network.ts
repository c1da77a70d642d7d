import { type DiagnosisRows, ownAddress } from "../matcher.ts";

/** What happens between this machine and Cloudflare; nobody has looked at the credentials. */
export const NETWORK_DIAGNOSES = {
  "proxy.login-required": {
    layer: "proxy",
    signs: [{ statuses: [407] }],
    message: ({ proxy }) => `The proxy${proxy} wants a user name and password, or others than it got.`,
    fix: "Put them into HTTPS_PROXY: http://user:password@proxy:port, with special characters URL-encoded.",
    transient: false,
  },
  "proxy.setting-invalid": {
    layer: "proxy",
    signs: [{ from: "fault", faults: ["proxy"], says: /^ERR_INVALID_/ }],
    message: "The address of the proxy in the environment cannot be used.",
    fix: "Correct HTTPS_PROXY: http://proxy:port.",
    transient: false,
  },
  "proxy.unreachable": {
    layer: "proxy",
    signs: [
      { from: "fault", faults: ["proxy"], statuses: [0] },
      { from: "fault", faults: ["name-not-found", "refused", "unreachable", "connect-timeout"], proxied: true },
    ],
    message: ({ proxy, host, quote }) => `The proxy${proxy} could not be used to reach ${host}${quote}.`,
    fix: "Check HTTPS_PROXY, and name hosts that need no proxy in NO_PROXY.",
    transient: ({ said }) => said === "ETIMEDOUT" || said === "EAI_AGAIN",
  },
  "proxy.refused": {
    layer: "proxy",
    signs: [{ from: "fault", faults: ["proxy"] }],
    message: ({ proxy, host, status }) =>
      `The proxy${proxy} does not let the connection to ${host} through (HTTP ${status}).`,
    fix: "Ask whoever runs the proxy to allow the host, or name it in NO_PROXY if it needs no proxy.",
    transient: ({ status }) => status >= 500,
  },
  "proxy.page": {
    layer: "proxy",
    signs: [{ from: "page", good: false, at: ["gateway", "api"] }],
    message: ({ status, host }) =>
      `Something between here and ${host} answered with a page of its own (HTTP ${status}).`,
    fix: "Ask whoever runs the network to allow the host, or try another network.",
    transient: false,
    excerpt: true,
  },
  "network.captive-portal": {
    layer: "network",
    signs: [
      { statuses: [511] },
      { from: "redirect", at: ["gateway", "api"], cloudflare: false },
      { from: "page", good: true, at: ["gateway", "api"], cloudflare: false },
    ],
    message: ({ host }) =>
      `Instead of ${host} a page of the network answered, such as the login of a hotel or a proxy.`,
    fix: "Open a browser and log in to the network, or try another network.",
    transient: false,
    excerpt: true,
  },
  "network.name-not-found": {
    layer: "network",
    signs: [{ from: "fault", faults: ["name-not-found"] }],
    message: ({ host, quote }) => `No address was found for ${host}${quote}.`,
    fix: "Check the network and the spelling of the host.",
    field: ownAddress,
    transient: ({ said }) => said === "EAI_AGAIN",
  },
  "network.refused": {
    layer: "network",
    signs: [{ from: "fault", faults: ["refused"] }],
    message: ({ host, quote }) => `${host} refused the connection${quote}.`,
    fix: "Check the host and port, and whether a firewall stands between.",
    field: ownAddress,
    transient: false,
  },
  "network.unreachable": {
    layer: "network",
    signs: [{ from: "fault", faults: ["unreachable"] }],
    message: ({ host, quote }) => `There is no way to ${host} from here${quote}.`,
    fix: "Check the network; behind a company's proxy, set HTTPS_PROXY.",
    transient: true,
  },
  "network.connect-timeout": {
    layer: "network",
    signs: [{ from: "fault", faults: ["connect-timeout"] }],
    message: ({ host }) => `${host} did not take the connection in time.`,
    fix: "Try again, and check the firewall; behind a company's proxy, set HTTPS_PROXY.",
    transient: true,
  },
  "network.answer-timeout": {
    layer: "network",
    signs: [{ from: "fault", faults: ["answer-timeout"] }],
    message: ({ host }) => `The connection to ${host} stands, but the answer did not come in time.`,
    fix: "Try again.",
    transient: true,
  },
  "network.cut-off": {
    layer: "network",
    signs: [{ from: "fault", faults: ["cut-off"] }],
    message: ({ host, quote }) => `The connection to ${host} broke off before the answer was complete${quote}.`,
    fix: "Try again; if it stays, try without a VPN or proxy.",
    transient: true,
  },
  "network.not-http": {
    layer: "network",
    signs: [{ from: "fault", faults: ["not-http"] }],
    message: ({ host }) => `What answers at ${host} does not speak HTTP.`,
    fix: "Check the port, and whether the address begins with https:// or http://.",
    field: ownAddress,
    transient: false,
  },
  "network.aborted": {
    layer: "network",
    signs: [{ from: "fault", faults: ["aborted"] }],
    message: "The request was stopped before there was an answer.",
    fix: "Start it again when you like.",
    transient: false,
  },
  "tls.certificate": {
    layer: "tls",
    signs: [{ from: "fault", faults: ["certificate"] }],
    message: ({ host, quote }) => `The certificate that came for ${host} is not trusted here${quote}.`,
    fix: "If your company's proxy reads along, set NODE_EXTRA_CA_CERTS to its certificate; also check the clock, and the host if it is your own.",
    field: ownAddress,
    transient: false,
  },
  "tls.failed": {
    layer: "tls",
    signs: [{ from: "fault", faults: ["tls"] }],
    message: ({ host, quote }) => `No encrypted connection to ${host} came about${quote}.`,
    fix: "Check the port, and whether a proxy or virus scanner stands between.",
    field: ownAddress,
    transient: false,
  },
} satisfies DiagnosisRows;
