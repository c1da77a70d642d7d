import { count } from "./words.ts";

/** What `openclaw doctor --worker` finds at a deployed Worker. */
export const workerCheck = () => ({
  noUrl: "This is not the URL of a Worker.",
  urlForm: "Pass it as `--worker https://gateway.example.workers.dev`.",
  urlExtras: "The URL contains more than a scheme, a host and a port.",
  urlOpen: "Others on the way could read what is sent to this URL. Nothing was sent.",
  useHttps: "Use https://.",
  needsWorker: "--worker-dir needs --worker.",
  noConfigIn: (path: string) => `${path} is not the configuration of a Worker.`,
  writeFirst: "Write the project first: `openclaw gateway worker DIR`.",

  // worker.reachable
  reachable: "The Worker answers.",
  answers: ({ url, version }: { url: string; version: string }) => `${url} answers: openclaw ${version} on Workers.`,
  /** By code; each with what to do. */
  faults: {
    "worker.name-unknown": {
      message: ({ host }: FaultValues) => `The host name ${host} is unknown.`,
      fix: "Compare it with the address that `npx wrangler deploy` printed. A new name is known everywhere after a few minutes.",
    },
    "worker.unreachable": {
      message: ({ url, reason }: FaultValues) => `${url} does not answer: ${reason}.`,
      fix: "Compare it with the address that `npx wrangler deploy` printed, and check this machine's network.",
    },
    "worker.certificate": {
      message: ({ host }: FaultValues) => `The certificate of ${host} is not trusted.`,
      fix: "A new custom domain gets its certificate after some minutes. Behind a company's proxy, set NODE_EXTRA_CA_CERTS.",
    },
    "worker.tls": {
      message: ({ host }: FaultValues) => `There is no secure connection to ${host}.`,
      fix: "A new custom domain gets its certificate after some minutes. A host of workers.dev has the form name.subdomain.workers.dev.",
    },
    "worker.proxy": {
      message: ({ host }: FaultValues) => `The proxy refuses the connection to ${host}.`,
      fix: "Check HTTPS_PROXY, or add the host to NO_PROXY.",
    },
    "worker.missing": {
      message: ({ host }: FaultValues) => `Cloudflare has no Worker at ${host}.`,
      fix: "Run `npx wrangler deploy` in the project's folder, and use the address that it prints.",
    },
    "worker.not-routed": {
      message: ({ host, number }: FaultValues) =>
        `Cloudflare looks for a server at ${host} instead of a Worker (error ${number}).`,
      fix: "Remove the DNS record of that name, write the project with `--custom-domain`, and deploy it.",
    },
    "worker.exception": {
      message: () => "The Worker ended with an exception (error 1101).",
      fix: "Run `npx wrangler tail` and send a request to see it. Then write the project again with `openclaw gateway worker DIR`, and deploy it.",
    },
    "worker.exceeded": {
      message: () => "The Worker used more processor time or memory than its plan allows (error 1102).",
      fix: "The free plan gives a request 10 ms of processor time. Use the paid plan of Workers.",
    },
    "worker.quota": {
      message: () => "The account has used up today's requests of the free plan (error 1027).",
      fix: "The count begins again at 00:00 UTC. The paid plan of Workers has no such limit.",
    },
    "worker.rate-limited": {
      message: ({ number }: FaultValues) => `Cloudflare limits requests from this address (error ${number}).`,
      fix: "Try again in a minute. If it happens again, check the rate limiting rules of the domain.",
    },
    "worker.own-zone": {
      message: ({ number }: FaultValues) =>
        `Cloudflare refuses a request of the Worker to its own zone (error ${number}).`,
      fix: "Write the project again with `openclaw gateway worker DIR`, and deploy it: its flag global_fetch_strictly_public allows that.",
    },
    "worker.blocked": {
      message: ({ number }: FaultValues) => `A security rule of the domain refuses this request (error ${number}).`,
      fix: "Allow the Worker's host in the dashboard: Security > WAF.",
    },
    "worker.challenge": {
      message: ({ host }: FaultValues) => `Cloudflare sends a browser challenge at ${host}, which no client can pass.`,
      fix: "Turn bot protection off for the Worker's host, by a rule or in the dashboard: Security > Bots.",
    },
    "worker.access": {
      message: ({ host }: FaultValues) => `Cloudflare Access asks for a sign-in at ${host}, which no client can do.`,
      fix: "Take the Worker's host out of the Access application; the Worker's own tokens protect it.",
    },
    "worker.edge": {
      message: ({ number }: FaultValues) => `Cloudflare answers with error ${number} before the Worker is asked.`,
      fix: "Look it up under developers.cloudflare.com, and at cloudflarestatus.com.",
    },
    "worker.redirect": {
      message: ({ host, target }: FaultValues) =>
        target === "" ? `${host} redirects to another address.` : `${host} redirects to ${target}.`,
      fix: "Use the address of the Worker itself, with https://.",
    },
    "worker.on-machine": {
      message: ({ url }: FaultValues) => `${url} answers, but is a gateway of openclaw on a machine, not a Worker.`,
      fix: "To check that gateway, run `openclaw gateway status` on a machine that uses it.",
    },
    "worker.published": {
      message: ({ url }: FaultValues) =>
        `${url} answers, but is a gateway of the published OpenClaw, not a Worker of openclaw.`,
      fix: "Compare it with the address that `npx wrangler deploy` printed.",
    },
    "worker.other": {
      message: ({ url, number }: FaultValues) => `${url} answers with HTTP ${number}, but is not a Worker of openclaw.`,
      fix: "Compare it with the address that `npx wrangler deploy` printed. It has no path.",
    },
  },

  // worker.version
  sameVersion: "The Worker has the version of this program.",
  otherVersion: ({ worker, here }: { worker: string; here: string }) =>
    `The Worker is openclaw ${worker}; this program is ${here}.`,
  writeAgain:
    "Write the project again with `openclaw gateway worker DIR`, then run `npx wrangler deploy` in that folder.",

  // worker.closed
  closed: "The Worker refuses requests without a token and with a wrong one.",
  open: {
    none: "The Worker serves requests without a token.",
    wrong: "The Worker serves requests with a wrong token.",
  },
  stopOpen:
    "Take it off the network now: `npx wrangler delete` in its folder. Then write the project again, and deploy it.",
  otherRefusal: {
    none: (status: number) => `The Worker answers HTTP ${status} without a token, instead of 401.`,
    wrong: (status: number) => `The Worker answers HTTP ${status} to a wrong token, instead of 401.`,
  },
  noRefusal: "The Worker does not answer a request without a token.",
  tryAgain: "Try again in a moment.",

  // worker.token
  tokensKnown: "The Worker knows every token of this machine.",
  knowsTokens: (tokens: number) => `The Worker proves that it knows ${count(tokens, "token")} of this machine.`,
  noToken: "No gateway token is set here, so the Worker's tokens cannot be checked.",
  setTokenHere: "Run `openclaw gateway token add`, or set OPENCLAW_GATEWAY_TOKEN to the Worker's token.",
  servesNobody: "The Worker has no usable token, so it refuses every request.",
  tokenUnknown: "The Worker does not know the token of this machine.",
  namedUnknown: (name: string) => `The Worker does not know the token of "${name}".`,
  fillDevVars:
    "Put the values into `.dev.vars` in the project's folder, as `.dev.vars.example` shows. Then start `wrangler dev` again.",
  handOver:
    "Upload the secrets. In place of DIR, name the project's folder: `openclaw gateway worker secrets DIR | npx wrangler secret bulk --cwd DIR`",

  // worker.ready
  ready: "The Worker is ready, and reports no problem.",
  readyRecording: "The Worker is ready, reports no problem, and records usage.",
  notReady: "The Worker is not ready, and does not say why.",
  tail: "Run `npx wrangler tail` in its folder, then send it a request.",

  // worker.configuration
  sameConfiguration: "The Worker has the local configuration.",
  hasVersion: ({ version, from }: { version: string; from: string }) =>
    `The Worker has the configuration of ${from} (${version}).`,
  otherConfiguration: ({ worker, wanted, from }: { worker: string; wanted: string; from: string }) =>
    `The Worker has another configuration (${worker}) than ${from} (${wanted}).`,
  unknownConfiguration: "The Worker does not say which configuration it has. It is an earlier version.",
  notCompared: (problem: string) => `The configuration was not compared. ${problem}`,

  // worker.credentials
  sameCredentials: "The Worker sends the API keys that are set here.",
  keysNotCompared: "API keys were not compared, since the Worker is not ready.",
  otherKey: (label: string) => `${label}: the Worker does not send the API key that is set here.`,

  // worker.upstream
  answersThrough: (label: string) => `${label} answers through the Worker.`,
  refusedThrough: ({ label, finding }: { label: string; finding: string }) => `${label} through the Worker: ${finding}`,
  notReadyFor: (label: string) => `${label} was not asked, since the Worker is not ready.`,
  onlyByMessage: (label: string) => `${label} was not asked: that needs a message. Pass \`--verify message\`.`,

  showAll: (url: string) => `To show every check, run \`openclaw doctor --worker ${url} --verbose\`.`,
});

interface FaultValues {
  readonly url: string;
  readonly host: string;
  readonly number: number;
  readonly target: string;
  readonly reason: string;
}
