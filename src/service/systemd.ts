import { join } from "node:path";
import { isThere, realPath, unlessRefused } from "../core/atomic-file.ts";
import type { RunResult } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { onlyThese, refused } from "./ask.ts";
import type { Asking, ServiceManager, ServiceState } from "./manager.ts";
import { serviceFiles, serviceNames } from "./names.ts";
import { essentialUnit, unitText } from "./unit.ts";

/** @why starting waits until the gateway is ready, for which systemd gives it 90 s, and stopping until it has drained. */
const TIMEOUT_MS = 150_000;

/** Variables that lead `systemctl` to the user's systemd; nothing else is its business. */
const PASSED_ON = ["PATH", "HOME", "USER", "LOGNAME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "LANG", "LC_ALL"];

function systemctl(args: readonly string[], context: Asking, withErrors = false): Promise<RunResult> {
  // Where a session lacks it, as under su, ssh without PAM or cron, the user's systemd may still be there.
  const runtime = `/run/user/${context.uid}`;
  const isThere = unlessRefused(() => context.files.statSync(runtime, { throwIfNoEntry: false }));
  // Times are asked for in a zone that everybody knows.
  const env = { ...(isThere && { XDG_RUNTIME_DIR: runtime }), ...onlyThese(PASSED_ON, context.env), TZ: "UTC" };
  return context.run("systemctl", ["--user", ...args], {
    env,
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: 1024 * 1024,
    withErrors,
  });
}

/** Throws `service.failed`. */
async function order(args: readonly string[], context: Asking): Promise<void> {
  const answer = await systemctl(args, context, true);
  if (answer.status !== 0) throw refused(`systemctl --user ${args.join(" ")}`, answer);
}

/** The version of the user's systemd; undefined when there is none, or it does not answer. */
export async function systemdVersion(context: Asking): Promise<number | undefined> {
  const { status, stdout } = await systemctl(["show", "--property=Version"], context);
  const [, version] = /^Version=\D*(\d+)/.exec(stdout) ?? [];
  return status === 0 && version !== undefined ? Number(version) : undefined;
}

/** The user's own instance of systemd. */
export function systemd(profile: string | undefined, homedir: string, version: number): ServiceManager {
  const { unit } = serviceNames(profile);
  const { unit: file } = serviceFiles(profile, homedir);
  const wanted = join(file, "..", "default.target.wants", unit);
  const show = async (context: Asking) => {
    const properties =
      "LoadState,FragmentPath,UnitFileState,ActiveState,SubState,MainPID,ActiveEnterTimestamp,ExecMainStatus";
    const { stdout } = await systemctl(["show", unit, `--property=${properties}`], context);
    return new Map([...stdout.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]));
  };
  return {
    kind: "systemd",
    profile,
    service: unit,
    file,
    log: `journalctl --user -u ${unit}`,
    made: [],
    textOf: (spec) => unitText(spec, { waitsForNotices: version >= 246 }),
    essential: essentialUnit,
    register: async (context) => {
      await order(["daemon-reload"], context);
      const found = (await show(context)).get("FragmentPath") ?? "";
      if (!isSame(found, file, context)) throw elsewhere(file, found);
      await order(["enable", unit], context);
    },
    start: async (context) => {
      // One that failed too often may be started at once by a person.
      await systemctl(["reset-failed", unit], context);
      await order(["start", unit], context);
    },
    stop: (context) => order(["stop", unit], context),
    restart: async (context) => {
      await systemctl(["reset-failed", unit], context);
      await order(["restart", unit], context);
    },
    unregister: async (context) => {
      if (isThere(file, context)) return order(["disable", "--now", unit], context);
      await systemctl(["stop", unit], context);
      unlessRefused(() => context.files.unlinkSync(wanted), ["ENOENT"]);
    },
    forget: async (context) => {
      await order(["daemon-reload"], context);
      await systemctl(["reset-failed", unit], context);
    },
    state: async (context) => stateFrom(await show(context)),
    limits: async (context) => ((await lingers(context)) === "no" ? [NO_LINGER] : []),
    environment: async (names, context) => {
      const { stdout } = await systemctl(["show-environment"], context);
      const lines = stdout.split("\n").map((line): [string, string] => {
        const at = line.indexOf("=");
        return [line.slice(0, at), line.slice(at + 1)];
      });
      return Object.fromEntries(lines.filter(([name]) => names.includes(name)));
    },
  };
}

const NO_LINGER =
  "The service ends when you log out, and starts when you log in: `loginctl enable-linger` keeps it running.";

/** Whether the user's systemd outlives the last session; undefined where nobody knows. */
async function lingers({ run, env, uid }: Asking): Promise<string | undefined> {
  const { status, stdout } = await run("loginctl", ["show-user", String(uid), "--property=Linger", "--value"], {
    env: onlyThese(PASSED_ON, env),
    timeoutMs: 10_000,
    maxOutputBytes: 4096,
  });
  return status === 0 ? stdout.trim() : undefined;
}

function stateFrom(shown: ReadonlyMap<string, string>): ServiceState {
  const of = (name: string) => shown.get(name) ?? "";
  const [active, pid, since] = [of("ActiveState"), Number(of("MainPID")), timestamp(of("ActiveEnterTimestamp"))];
  const isRunning = ["active", "reloading"].includes(active);
  const status = Number(of("ExecMainStatus"));
  return {
    isRunning,
    isEnabled: of("UnitFileState") === "enabled",
    words: `${active} (${of("SubState")})`,
    ...(pid > 0 && { pid }),
    ...(isRunning && since && { since }),
    ...(!isRunning && status > 0 && { lastStatus: status }),
  };
}

/** `Wed 2026-11-25 15:36:11 UTC` */
function timestamp(text: string): Date | undefined {
  const [, date, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)/.exec(text) ?? [];
  return date === undefined ? undefined : new Date(`${date}T${time}Z`);
}

function isSame(found: string, file: string, context: Asking): boolean {
  return found === file || (found !== "" && realPath(found, context) === realPath(file, context));
}

function elsewhere(file: string, found: string): OpenclawError {
  return new OpenclawError(
    found === "" ? `systemd does not look for units where ${file} is.` : `systemd uses ${found} instead of ${file}.`,
    {
      code: "service.failed",
      hint:
        found === ""
          ? "Run the command with your own HOME, and without XDG_CONFIG_HOME."
          : `Remove ${found}, or unmask the unit.`,
    },
  );
}
