import { join } from "node:path";
import { isThere } from "../core/atomic-file.ts";
import type { RunResult } from "../core/context.ts";
import { onlyThese, refused } from "./ask.ts";
import type { Asking, ServiceManager, ServiceState } from "./manager.ts";
import { serviceFiles, serviceNames } from "./names.ts";
import { essentialPlist, plistText } from "./plist.ts";

const TIMEOUT_MS = 60_000;

/** @why the gateway may take `STOP_TIMEOUT_S` to let running requests end, and launchd does not always wait for it. */
const PAUSE_MS = 500;
const MAX_PAUSES = 100;

/** What `bootout` answers when the agent has been told to end and has not yet. @source `launchctl error 36`. */
const IN_PROGRESS = 36;

const PASSED_ON = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL"];

function ask(command: string, args: readonly string[], context: Asking, withErrors = false): Promise<RunResult> {
  const env = onlyThese(PASSED_ON, context.env);
  return context.run(command, args, { env, timeoutMs: TIMEOUT_MS, maxOutputBytes: 16 * 1024 * 1024, withErrors });
}

const launchctl = (args: readonly string[], context: Asking) => ask("launchctl", args, context, true);

const domain = ({ uid }: Asking) => `gui/${uid}`;

/** Whether launchd has a session of the user, which there is once somebody has logged in at the screen. */
export const hasSession = async (context: Asking): Promise<boolean> =>
  (await ask("launchctl", ["print", domain(context)], context)).status === 0;

/** The agents of the user's session. */
export function launchd(profile: string | undefined, homedir: string): ServiceManager {
  const { label } = serviceNames(profile);
  const { agent: file } = serviceFiles(profile, homedir);
  const log = join(homedir, "Library", "Logs", "openclaw", `${label}.log`);
  const target = (context: Asking) => `${domain(context)}/${label}`;
  const print = async (context: Asking) => {
    const { status, stdout } = await ask("launchctl", ["print", target(context)], context);
    return status === 0 ? stdout : undefined;
  };

  async function order(args: readonly string[], context: Asking): Promise<void> {
    const answer = await launchctl(args, context);
    if (answer.status !== 0) throw refused(`launchctl ${args.join(" ")}`, answer);
  }

  const load = (context: Asking) => order(["bootstrap", domain(context), file], context);

  /** Ends the gateway by SIGTERM and takes it out of the session; its file brings it back with the next one. */
  async function unload(context: Asking): Promise<void> {
    if ((await print(context)) === undefined) return;
    const args = ["bootout", target(context)];
    const answer = await launchctl(args, context);
    if (answer.status !== 0 && answer.status !== IN_PROGRESS) throw refused(`launchctl ${args.join(" ")}`, answer);
    for (let pauses = 0; (await print(context)) !== undefined; pauses += 1) {
      if (pauses === MAX_PAUSES)
        throw refused(`launchctl ${args.join(" ")}`, { status: null, stdout: "", failure: "timed-out" });
      await context.delay(PAUSE_MS);
    }
  }

  async function start(context: Asking): Promise<void> {
    if ((await print(context)) === undefined) await load(context);
    else await order(["kickstart", target(context)], context);
  }

  return {
    kind: "launchd",
    profile,
    service: label,
    file,
    log,
    made: [log],
    textOf: (spec) => plistText(spec, log),
    essential: essentialPlist,
    register: async (context) => {
      context.files.mkdirSync(join(log, ".."), { recursive: true, mode: 0o700 });
      await order(["enable", target(context)], context);
    },
    start,
    stop: unload,
    restart: async (context) => {
      await unload(context);
      await load(context);
    },
    unregister: unload,
    forget: async () => {},
    state: async (context) => {
      const disabled = await ask("launchctl", ["print-disabled", domain(context)], context);
      const isDisabled = new RegExp(`"${label.replaceAll(".", "\\.")}" => (?:disabled|true)`).test(disabled.stdout);
      const printed = await print(context);
      const state = stateFrom(printed, isThere(file, context) && !isDisabled);
      return state.pid === undefined ? state : { ...state, ...(await startOf(state.pid, context)) };
    },
    limits: async () => [],
    environment: async (names, context) => {
      const found: Record<string, string> = {};
      for (const name of names) {
        const value = (await ask("launchctl", ["getenv", name], context)).stdout.replace(/\n$/, "");
        if (value !== "") found[name] = value;
      }
      return found;
    },
  };
}

/** @source the form of `launchctl print`, which Apple does not promise; what is not found is left out. */
function stateFrom(printed: string | undefined, isEnabled: boolean): ServiceState {
  if (printed === undefined) return { isRunning: false, isEnabled, words: "not loaded" };
  const [, words = "unknown"] = /^\tstate = (.+)$/m.exec(printed) ?? [];
  const [, pid] = /^\tpid = (\d+)$/m.exec(printed) ?? [];
  const [, status] = /^\tlast exit code = (\d+)/m.exec(printed) ?? [];
  return {
    isRunning: words === "running",
    isEnabled,
    words,
    ...(pid !== undefined && { pid: Number(pid) }),
    ...(Number(status) > 0 && { lastStatus: Number(status) }),
  };
}

/** launchd does not tell since when; `ps` knows it of every process. */
async function startOf(pid: number, context: Asking): Promise<Pick<ServiceState, "since">> {
  const env = { ...onlyThese(PASSED_ON, context.env), LC_ALL: "C", TZ: "UTC" };
  const { stdout } = await context.run("ps", ["-o", "lstart=", "-p", String(pid)], {
    env,
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: 1024,
  });
  const since = new Date(`${stdout.trim()} UTC`);
  return Number.isNaN(since.getTime()) ? {} : { since };
}
