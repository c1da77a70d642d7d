import type { CredentialSource } from "../service/credentials.ts";
import type { Health } from "../service/health.ts";
import type { ServiceManager } from "../service/manager.ts";
import { openclaw } from "../service/names.ts";
import type { GatewayStatus, ServiceView } from "../service/status.ts";
import { oneLine } from "../terminal/layout.ts";
import type { Paint } from "../terminal/paint.ts";
import { say, type Texts } from "../text/message.ts";
import type { ServiceOutcome } from "./install-service.ts";

/** The service in a JSON document. */
export const shownService = ({ kind, service, file }: Pick<ServiceManager, "kind" | "service" | "file">) => ({
  service: { manager: kind, name: service, file },
});

/** The gateway that answers, in a JSON document. */
export const shownGateway = ({ url, version, pid, startedAt, isReady, problems }: Health) => ({
  gateway: { url, version, pid, startedAt, ready: isReady, problems },
});

/** What installing came to, in a JSON document. */
export const shownInstalled = ({ result, kept, manager, gateway, notes }: ServiceOutcome) => ({
  result,
  ...(kept !== undefined && { kept }),
  ...shownService(manager),
  ...shownGateway(gateway),
  notes,
});

const RESULTS: Readonly<Record<ServiceOutcome["result"], string>> = {
  installed: "Installed",
  updated: "Updated",
  started: "Started",
  unchanged: "Already installed and up to date:",
};

export function installReport({ result, kept, manager, gateway }: ServiceOutcome): string {
  return `${[
    `${RESULTS[result]} ${manager.file}`,
    ...(kept === undefined ? [] : [`What was there before is kept in ${kept}`]),
    `The gateway answers at ${gateway.url} and starts with your session.`,
    "",
    "Next:",
    `  ${openclaw(manager.profile, "gateway env")}     what leads Claude Code and others to it`,
    `  ${openclaw(manager.profile, "gateway status")}  see how it is`,
  ].join("\n")}\n`;
}

/** Everything about the gateway, a line each, and what is wrong below. */
export function statusReport(status: GatewayStatus, { green, yellow, red }: Paint, text: Texts): string {
  const { service, gateway, credentials, problems, notes } = status;
  const rows = [
    ["Service", serviceLine(service, gateway)],
    ...(service?.isInstalled ? [["File", service.file]] : []),
    ...runningRow(service, gateway),
    ["Gateway", gatewayLine(gateway)],
    ...credentials.map((source, index) => [index === 0 ? "Credentials" : "", credentialLine(source)]),
    ...(service?.isInstalled ? [["Log", service.log]] : []),
  ];
  return `${[
    ...rows.map(([label = "", value = ""]) => `${label.padEnd(11)}  ${oneLine(value)}`),
    "",
    ...problems.map((problem) => red(`✖ ${oneLine(say(problem, text))}`)),
    ...notes.map((note) => yellow(`! ${oneLine(say(note, text))}`)),
    ...(problems.length === 0 ? [green("✔ The gateway runs and can serve requests.")] : []),
  ].join("\n")}\n`;
}

function serviceLine(service: ServiceView | undefined, { answers }: Health): string {
  if (service === undefined) return "none: this user has no systemd or launchd here";
  const { isInstalled, name, manager, words, isEnabled } = service;
  if (!isInstalled) return answers === "gateway" ? "not installed; the gateway was started by hand" : "not installed";
  return `${name} (${manager}): ${words}, ${isEnabled ? "starts with your session" : "does not start by itself"}`;
}

/** Since when, as the system knows it, or the gateway itself. */
function runningRow(service: ServiceView | undefined, gateway: Health): readonly (readonly [string, string])[] {
  const { since = gateway.startedAt, pid = gateway.pid } = service?.isRunning ? service : {};
  const time = since
    ?.toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, " UTC");
  const parts = [time === undefined ? [] : [`since ${time}`], pid === undefined ? [] : [`process ${pid}`]].flat();
  return parts.length === 0 ? [] : [["Running", parts.join(", ")]];
}

function gatewayLine({ url, answers, version, isReady }: Health): string {
  if (answers === "nobody") return `${url}: nothing answers`;
  if (answers === "other") return `${url}: something else answers`;
  return `${url}: openclaw ${version}, ${isReady ? "ready" : "not ready"}`;
}

function credentialLine({ of, name, source, onlyHere }: CredentialSource): string {
  const whose = of === "gateway" ? "its clients' token" : of;
  if (source !== undefined) return `${name} from ${source} (${whose})`;
  return `${name} has no value${onlyHere ? ", but in this shell" : ""} (${whose})`;
}

/** The same for programs. */
export function statusJson(
  { ok, service, gateway, credentials, problems, notes }: GatewayStatus,
  english: Texts,
): string {
  const { answers, ...rest } = gateway;
  const document = {
    ok,
    service: service === undefined ? null : shownView(service),
    gateway: { answers, ...shownGateway({ answers, ...rest }).gateway },
    credentials: credentials.map(({ source, ...credential }) => ({ ...credential, source: source ?? null })),
    problems: problems.map((problem) => say(problem, english)),
    notes: notes.map((note) => say(note, english)),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function shownView({ isInstalled, isUpToDate, isEnabled, isRunning, words, ...rest }: ServiceView) {
  return {
    ...rest,
    installed: isInstalled,
    upToDate: isUpToDate,
    enabled: isEnabled,
    running: isRunning,
    state: words,
  };
}
