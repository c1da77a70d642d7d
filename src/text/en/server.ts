import { allOf, count } from "./words.ts";

/** Start, reload and stop of the local gateway, and why it does not start. */
export const server = () => ({
  listening: ({ version, url }: { version: string; url: string }) => `openclaw ${version} is listening at ${url}`,
  metricsAt: (url: string) => `Metrics are at ${url}, for programs on this machine, without a token.`,
  useMetricsPort:
    "Use a port from 0 to 65535, or `off`. The gateway shows its metrics there without a token, on this machine only.",
  isOwnPort: (port: number) => `${port} is the port of the gateway itself.`,
  useOtherPort:
    "Use another port, such as 9464. With the token, the metrics are also at `/metrics` of the gateway's own port.",
  noTokenNeeded: "No token is required: every program on this machine can use the gateway.",
  notNotified: "systemd waits for the gateway to report that it is ready, but `systemd-notify` failed to run.",
  reloaded: "The configuration was reloaded.",
  useDuration: "Use a time such as 90s, 10m or 1h, up to 24 hours.",
  restartNeeded:
    "The port, address, number of processes, proxy or time limit has changed. Restart the gateway to use it.",
  notReloaded: (sentences: readonly string[]) =>
    `The configuration was not reloaded; the previous one stays in use. ${sentences.join(" ")}`,
  stopping: (seconds: number) =>
    `Stopping: waiting up to ${seconds} s for open requests. Press Ctrl-C again to quit now.`,
  cutOff: (requests: number) => `${count(requests, "open request")} ${requests === 1 ? "was" : "were"} cut off.`,
  stopped: "Stopped.",
  processes: (pids: readonly number[]) => `${pids.length} processes serve: ${pids.join(", ")}.`,
  processServes: (pid: number) => `Process ${pid} serves in its place.`,
  processEnded: ({ pid, status, signal, seconds, isReplaced }: ProcessEnded) => {
    const how = signal === null ? `ended with status ${status ?? 1}` : `was ended by ${signal}`;
    return `Process ${pid} ${how} after ${seconds} s. Its requests were cut off.${isReplaced ? " Another takes its place." : ""}`;
  },
  processNotStarted: ({ reason, isReplaced }: { reason: string; isReplaced: boolean }) =>
    `A process could not be started: ${reason}.${isReplaced ? " The gateway tries again." : ""}`,
  notPrepared: "A process could not use it. The lines above say why.",
  processesKeepEnding: "The processes that serve requests keep ending.",
  seeLog: "The lines above say how they ended.",
  otherVersion: ({ version, own }: { version: string; own: string }) =>
    `openclaw on disk is ${version}, and this gateway is ${own}. Restart the gateway.`,
  useWorkers: (most: number) => `Use a number from 1 to ${most}, or auto.`,
  usageLost: (sentence: string) =>
    `Requests are served, but not recorded. ${sentence} To record nothing, set \`OPENCLAW_GATEWAY_USAGE=off\`.`,
  usageDiskSlow: (folder: string) => `Writing to ${folder} takes too long.`,
  usageRecovered: (lines: number) => `Requests are recorded again. ${count(lines, "request")} had no record.`,
  useUsageDays: "Use `off`, or the number of days to keep the record, such as `90d`, up to `3650d`.",

  /** By the kind of failure. */
  coolingDown: {
    moment: "The connection broke, or the upstream had an error. Other models are tried first.",
    limit: "A limit was reached, or the answer took too long. Other models are tried first.",
    payment: "The upstream requires payment. Other models are tried first.",
    refusal: "The upstream refuses the model or its credential. Other models are tried first.",
  },
  checkConfiguration: (profile: string | undefined) =>
    `To see what is wrong and where, run \`openclaw ${profile === undefined ? "" : `--profile ${profile} `}doctor\`.`,
  undiagnosed: ({ model, code }: { model: string; code: string }) => `Requests to ${model} fail (${code}).`,
  checkUpstream: "Check the provider's status page. To check its base URL and key, run `openclaw doctor`.",

  cannotStart: "The local gateway cannot start with this configuration.",
  noUsableProvider: "No configured provider can serve requests.",
  flagProblem: ({ flag, sentence }: { flag: string; sentence: string }) => `${flag}: ${sentence}`,
  openToNetwork: (host: string) => `Without a token, anyone who can reach ${host} can use the gateway.`,
  noTrustedProxy: 'The mode "trusted-proxy" is not supported.',
  noRateLimit: ({ variable, binding }: { variable: string; binding: string }) =>
    `${variable} needs the rate limit ${binding}, which this Worker does not have. Nothing is limited by it. Run \`openclaw gateway worker DIR\` again and deploy.`,
  noToken: "No local gateway token is set.",
  tokenUnusable: "The local gateway token cannot be used.",
  setToken: 'Set gateway.auth to `{ mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" }`.',
  everyPage: "Every web page on the internet could then use the gateway.",
  nameOrigins: "Name the origin of each page, such as `http://localhost:3000`.",
  notOnlyOrigin: (value: string) => `"${value}" is more than an origin.`,
  writeOrigin: (origin: string) => `Write \`${origin}\`.`,
  nameHosts: "Name each host as it stands in the address, such as `box.local`.",

  workerRefuses: "This Worker has no usable token for its clients, so it refuses every request.",
  workerWrong: "This Worker serves nothing until its configuration is corrected.",
  putSecrets: (commands: readonly string[]) => `Run ${allOf(commands)} in the folder of its project.`,
  writeWorkerAgain: "To write it again, run `openclaw gateway worker DIR`, then deploy.",

  cannotListen: ({ address, reason }: { address: string; reason: string }) =>
    `The local gateway cannot listen at ${address}. ${reason}`,
  portTaken: ({ program, pid, isPublished }: PortHolder = {}) => {
    if (isPublished) {
      const process = pid === undefined ? "" : ` (process ${pid})`;
      return `The port is taken by the published OpenClaw's own gateway${process}.`;
    }
    if (program === undefined && pid === undefined) return "The port is taken.";
    if (pid === undefined) return `The port is taken by ${program}.`;
    return program === undefined
      ? `The port is taken by process ${pid}.`
      : `The port is taken by ${program} (process ${pid}).`;
  },
  freePort: (flag: string) => `Stop that program, or choose another port with \`${flag}\`.`,
  besidePublished: (command: string) => `Both use this port by default. To run both, run \`${command}\`.`,
  systemPort: "Ports below 1024 are reserved for the system.",
  choosePort: (flag: string) => `Choose another port with \`${flag}\`.`,
  noSuchAddress: "This machine has no such address.",
  chooseAddress: "Choose another address with `--bind`.",
});

interface ProcessEnded {
  readonly pid: number;
  readonly status: number | null;
  readonly signal: string | null;
  readonly seconds: number;
  readonly isReplaced: boolean;
}

interface PortHolder {
  readonly program?: string | undefined;
  readonly pid?: number | undefined;
  readonly isPublished?: boolean;
}
