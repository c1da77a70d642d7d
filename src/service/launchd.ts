import { dirname, join } from "node:path";
import { isThere, makeFolders, withFileErrors } from "../core/atomic-file.ts";
import type { RunResult } from "../core/context.ts";
import { commandError, pickVariables, type ServiceContext, type ServiceManager, type ServiceState } from "./manager.ts";
import { boundedCommand, predecessorOf } from "./service-log.ts";
import { MARK, type ServiceSpec, STOP_TIMEOUT_S, serviceFiles, serviceNames } from "./spec.ts";

const TIMEOUT_MS = 60_000;

/** @why the gateway may take `STOP_TIMEOUT_S` until open requests end, and launchd does not always wait for it. */
const PAUSE_MS = 500;
const MAX_PAUSES = 100;

/**
 * Exit status of `bootout` while the agent is still shutting down.
 * @source `launchctl error 36`.
 */
const IN_PROGRESS = 36;

const PASSED_ON = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL"];

function launchctl(args: readonly string[], context: ServiceContext, withErrors = false): Promise<RunResult> {
  return context.run("launchctl", args, {
    env: pickVariables(PASSED_ON, context.env),
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: 16 * 1024 * 1024,
    withErrors,
  });
}

const domain = ({ uid }: ServiceContext) => `gui/${uid}`;

/** True if the user has a launchd session, which logging in at the screen creates. */
export const hasSession = async (context: ServiceContext): Promise<boolean> =>
  (await launchctl(["print", domain(context)], context)).status === 0;

/** The file to which a profile's agent writes. */
export const launchdLog = (profile: string | undefined, homedir: string): string =>
  join(homedir, "Library", "Logs", "openclaw", `${serviceNames(profile).label}.log`);

export function launchd(profile: string | undefined, homedir: string): ServiceManager {
  const { label } = serviceNames(profile);
  const { agent: file } = serviceFiles(profile, homedir);
  const log = launchdLog(profile, homedir);
  const target = (context: ServiceContext) => `${domain(context)}/${label}`;
  const print = async (context: ServiceContext) => {
    const { status, stdout } = await launchctl(["print", target(context)], context);
    return status === 0 ? stdout : undefined;
  };

  async function order(args: readonly string[], context: ServiceContext): Promise<void> {
    const result = await launchctl(args, context, true);
    if (result.status !== 0) throw commandError(`launchctl ${args.join(" ")}`, result);
  }

  const load = (context: ServiceContext) => order(["bootstrap", domain(context), file], context);

  /** Ends the gateway with SIGTERM and unloads it from this session; its file loads it again in the next. */
  async function unload(context: ServiceContext): Promise<void> {
    if ((await print(context)) === undefined) return;
    const args = ["bootout", target(context)];
    const result = await launchctl(args, context, true);
    if (result.status !== 0 && result.status !== IN_PROGRESS) throw commandError(`launchctl ${args.join(" ")}`, result);
    for (let pauses = 0; (await print(context)) !== undefined; pauses += 1) {
      if (pauses === MAX_PAUSES)
        throw commandError(`launchctl ${args.join(" ")}`, { status: null, stdout: "", failure: "timed-out" });
      await context.delay(PAUSE_MS);
    }
  }

  async function start(context: ServiceContext): Promise<void> {
    if ((await print(context)) === undefined) await load(context);
    else await order(["kickstart", target(context)], context);
  }

  return {
    kind: "launchd",
    profile,
    name: label,
    file,
    log,
    createdFiles: [log, predecessorOf(log)],
    fileText: (spec) => plistText(spec, log),
    comparableText: comparablePlist,
    enable: async (context) => {
      const folder = dirname(log);
      withFileErrors("create", folder, () => makeFolders(folder, context.files), context);
      await order(["enable", target(context)], context);
    },
    start,
    stop: unload,
    restart: async (context) => {
      await unload(context);
      await load(context);
    },
    disable: unload,
    forget: async () => {},
    state: async (context) => {
      const disabledList = await launchctl(["print-disabled", domain(context)], context);
      const isDisabled = new RegExp(`"${label.replaceAll(".", "\\.")}" => (?:disabled|true)`).test(disabledList.stdout);
      const printed = await print(context);
      const state = stateFrom(printed, isThere(file, context) && !isDisabled);
      return state.pid === undefined ? state : { ...state, ...(await startOf(state.pid, context)) };
    },
    limits: async () => [],
    environment: async (names, context) => {
      const found: Record<string, string> = {};
      for (const name of names) {
        const value = (await launchctl(["getenv", name], context)).stdout.replace(/\n$/, "");
        if (value !== "") found[name] = value;
      }
      return found;
    },
  };
}

/** @source the output of `launchctl print`, a format that Apple does not promise; what is not found is left out. */
function stateFrom(printed: string | undefined, isEnabled: boolean): ServiceState {
  if (printed === undefined) return { isRunning: false, isEnabled, description: "not loaded" };
  const [, description = "unknown"] = /^\tstate = (.+)$/m.exec(printed) ?? [];
  const [, pid] = /^\tpid = (\d+)$/m.exec(printed) ?? [];
  const [, status] = /^\tlast exit code = (\d+)/m.exec(printed) ?? [];
  return {
    isRunning: description === "running",
    isEnabled,
    description,
    ...(pid !== undefined && { pid: Number(pid) }),
    ...(Number(status) > 0 && { lastStatus: Number(status) }),
  };
}

/** launchd does not report when a process started, so `ps` is asked. */
async function startOf(pid: number, context: ServiceContext): Promise<Pick<ServiceState, "since">> {
  const env = { ...pickVariables(PASSED_ON, context.env), LC_ALL: "C", TZ: "UTC" };
  const { stdout } = await context.run("ps", ["-o", "lstart=", "-p", String(pid)], {
    env,
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: 1024,
  });
  const since = new Date(`${stdout.trim()} UTC`);
  return Number.isNaN(since.getTime()) ? {} : { since };
}

/** @why a gateway that cannot start, for example because its port is taken, must not be restarted in a tight loop. */
const THROTTLE_S = 30;

type PlistValue = string | number | boolean | readonly string[] | { readonly [key: string]: PlistValue };

/** The launchd agent; its output goes to the file `log`, which `gateway run` bounds too. `serviceSpec` has already rejected control characters. */
export function plistText({ names, command, environment, homedir }: ServiceSpec, log: string): string {
  const agent = {
    Label: names.label,
    ProgramArguments: boundedCommand(command, log),
    // Makes the gateway exit with 0 if a restart cannot help, because launchd restarts whatever fails.
    EnvironmentVariables: { ...Object.fromEntries(environment), OPENCLAW_SERVICE_MANAGER: "launchd" },
    WorkingDirectory: homedir,
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: THROTTLE_S,
    ExitTimeOut: STOP_TIMEOUT_S,
    // macOS throttles background jobs, and clients wait for every response.
    ProcessType: "Interactive",
    Umask: 0o077,
    StandardOutPath: log,
    StandardErrorPath: log,
  };
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- ${MARK} \`openclaw gateway install\` writes it anew, \`openclaw gateway uninstall\` removes it. -->
<plist version="1.0">
${element(agent, "")}
</plist>
`;
}

function element(value: PlistValue, indent: string): string {
  if (typeof value === "string") return `${indent}<string>${escaped(value)}</string>`;
  if (typeof value === "number") return `${indent}<integer>${value}</integer>`;
  if (typeof value === "boolean") return `${indent}<${value}/>`;
  const inner = `${indent}\t`;
  if (isList(value))
    return [`${indent}<array>`, ...value.map((item) => element(item, inner)), `${indent}</array>`].join("\n");
  const members = Object.entries(value).flatMap(([key, item]) => [
    `${inner}<key>${escaped(key)}</key>`,
    element(item, inner),
  ]);
  return [`${indent}<dict>`, ...members, `${indent}</dict>`].join("\n");
}

const isList = (value: PlistValue): value is readonly string[] => Array.isArray(value);

/** @why U+2028 and U+2029 too: XML 1.1 parsers read them as line ends. */
const escaped = (text: string) => text.replace(/[&<>\u2028\u2029]/g, (character) => `&#${character.charCodeAt(0)};`);

/** The text without variables that depend on the shell it was written from. */
export const comparablePlist = (text: string): string =>
  text.replace(/\t\t<key>(?!OPENCLAW_(?:STATE|CONFIG|INCLUDE))[^<]*<\/key>\n\t\t<string>[^<]*<\/string>\n/g, "");
