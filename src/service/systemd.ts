import { join } from "node:path";
import { isThere, realPath } from "../core/atomic-file.ts";
import type { RunResult } from "../core/context.ts";
import { EXIT, OpenclawError, unlessRefused } from "../core/errors.ts";
import { commandError, pickVariables, type ServiceContext, type ServiceManager, type ServiceState } from "./manager.ts";
import { MARK, type ServiceSpec, STOP_TIMEOUT_S, serviceFiles, serviceNames } from "./spec.ts";

/** @why `start` waits until the gateway is ready, for which systemd allows 90 s, and `stop` until open requests end. */
const TIMEOUT_MS = 150_000;

/** Variables that `systemctl` needs to find the user's systemd. */
const PASSED_ON = ["PATH", "HOME", "USER", "LOGNAME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "LANG", "LC_ALL"];

function systemctl(args: readonly string[], context: ServiceContext, withErrors = false): Promise<RunResult> {
  // Under su, cron or ssh without PAM, the variable is unset although the user's systemd may be running.
  const runtimeDir = `/run/user/${context.uid}`;
  const hasRuntimeDir = unlessRefused(() => context.files.statSync(runtimeDir, { throwIfNoEntry: false }));
  const env = {
    ...(hasRuntimeDir && { XDG_RUNTIME_DIR: runtimeDir }),
    ...pickVariables(PASSED_ON, context.env),
    // `timestamp` can only parse UTC.
    TZ: "UTC",
  };
  return context.run("systemctl", ["--user", ...args], {
    env,
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: 1024 * 1024,
    withErrors,
  });
}

async function order(args: readonly string[], context: ServiceContext): Promise<void> {
  const result = await systemctl(args, context, true);
  if (result.status !== 0) throw commandError(`systemctl --user ${args.join(" ")}`, result);
}

/** `undefined` if the user has no systemd, or it does not respond. */
export async function systemdVersion(context: ServiceContext): Promise<number | undefined> {
  const { status, stdout } = await systemctl(["show", "--property=Version"], context);
  const [, version] = /^Version=\D*(\d+)/.exec(stdout) ?? [];
  return status === 0 && version !== undefined ? Number(version) : undefined;
}

export function systemd(profile: string | undefined, homedir: string, version: number): ServiceManager {
  const { unit } = serviceNames(profile);
  const { unit: file } = serviceFiles(profile, homedir);
  const wantedBy = join(file, "..", "default.target.wants", unit);
  const show = async (context: ServiceContext) => {
    const properties =
      "LoadState,FragmentPath,UnitFileState,ActiveState,SubState,MainPID,ActiveEnterTimestamp,ExecMainStatus";
    const { stdout } = await systemctl(["show", unit, `--property=${properties}`], context);
    return new Map([...stdout.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]));
  };
  return {
    kind: "systemd",
    profile,
    name: unit,
    file,
    log: `journalctl --user -u ${unit}`,
    createdFiles: [],
    fileText: (spec) => unitText(spec, { waitsForNotices: version >= 246 }),
    comparableText: comparableUnit,
    enable: async (context) => {
      await order(["daemon-reload"], context);
      const found = (await show(context)).get("FragmentPath") ?? "";
      if (!isSameFile(found, file, context)) throw otherUnitError(file, found);
      await order(["enable", unit], context);
    },
    start: async (context) => {
      // Otherwise systemd refuses to start a unit that has failed too often.
      await systemctl(["reset-failed", unit], context);
      await order(["start", unit], context);
    },
    stop: (context) => order(["stop", unit], context),
    restart: async (context) => {
      await systemctl(["reset-failed", unit], context);
      await order(["restart", unit], context);
    },
    disable: async (context) => {
      if (isThere(file, context)) return order(["disable", "--now", unit], context);
      await systemctl(["stop", unit], context);
      unlessRefused(() => context.files.unlinkSync(wantedBy), ["ENOENT"]);
    },
    forget: async (context) => {
      await order(["daemon-reload"], context);
      await systemctl(["reset-failed", unit], context);
    },
    state: async (context) => stateFrom(await show(context)),
    limits: async (context) => ((await lingers(context)) === "no" ? [(t) => t.service.stopsAtLogout] : []),
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

/** `yes` if the user's systemd outlives the last session, `no` if not, `undefined` if unknown. */
async function lingers({ run, env, uid }: ServiceContext): Promise<string | undefined> {
  const { status, stdout } = await run("loginctl", ["show-user", String(uid), "--property=Linger", "--value"], {
    env: pickVariables(PASSED_ON, env),
    timeoutMs: 10_000,
    maxOutputBytes: 4096,
  });
  return status === 0 ? stdout.trim() : undefined;
}

function stateFrom(properties: ReadonlyMap<string, string>): ServiceState {
  const property = (name: string) => properties.get(name) ?? "";
  const active = property("ActiveState");
  const pid = Number(property("MainPID"));
  const since = timestamp(property("ActiveEnterTimestamp"));
  const isRunning = ["active", "reloading"].includes(active);
  const status = Number(property("ExecMainStatus"));
  return {
    isRunning,
    isEnabled: property("UnitFileState") === "enabled",
    description: `${active} (${property("SubState")})`,
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

function isSameFile(found: string, file: string, context: ServiceContext): boolean {
  return found === file || (found !== "" && realPath(found, context) === realPath(file, context));
}

const otherUnitError = (file: string, found: string) =>
  found === ""
    ? new OpenclawError((t) => t.service.unitNotFound(file), {
        code: "service.failed",
        hint: (t) => t.service.useOwnHome,
      })
    : new OpenclawError((t) => t.service.otherUnitUsed({ found, file }), {
        code: "service.failed",
        hint: (t) => t.service.removeOtherUnit(found),
      });

export interface SystemdTraits {
  /**
   * True if a message of `systemd-notify` arrives although it exits at once.
   * @source systemd 246, sd_notify_barrier.
   */
  readonly waitsForNotices: boolean;
}

/**
 * Restrictions that a user's own service may set without any privilege, whatever the kernel's settings.
 * @why nothing that needs a mount or user namespace (ProtectSystem, PrivateTmp, PrivateUsers …) or a capability
 * (CapabilityBoundingSet, ProtectClock, PrivateDevices …): on a system that refuses one, the service does not start.
 * @measured with user instances of systemd 247, 249, 252, 255 and 257 and a Node under load: MemoryDenyWriteExecute
 * ends V8, a filter without an error number ends Node by SIGSYS, and without AF_NETLINK it cannot list network
 * interfaces.
 */
const SANDBOX = `NoNewPrivileges=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
UMask=0077
LimitCORE=0`;

/** The systemd user unit. `serviceSpec` has already rejected control characters, which no unit can hold. */
export function unitText({ names: { unit }, command, environment }: ServiceSpec, traits: SystemdTraits): string {
  const variables = [...environment].map(([name, value]) => `Environment=${unitWord(`${name}=${value}`)}`);
  return `# ${MARK} \`openclaw gateway install\` writes it anew, \`openclaw gateway uninstall\` removes it.
# What you want to change belongs into a drop-in: systemctl --user edit ${unit}

[Unit]
Description=OpenClaw gateway
StartLimitIntervalSec=120
StartLimitBurst=5

[Service]
${traits.waitsForNotices ? "Type=notify\nNotifyAccess=all" : "Type=exec"}
ExecStart=${execStart(command)}
ExecReload=/bin/sh -c "kill -HUP \${MAINPID}"
${variables.join("\n")}
SyslogIdentifier=${unit.replace(/\.service$/, "")}
Restart=on-failure
RestartSec=5
RestartPreventExitStatus=${EXIT.config}
KillMode=mixed
TimeoutStopSec=${STOP_TIMEOUT_S}
${SANDBOX}

[Install]
WantedBy=default.target
`;
}

/** Characters systemd takes literally in a program's path, where it rejects quotes and backslashes. */
const PLAIN_PROGRAM = /^[\w/.,:@+~ -]+$/;

/** @source systemd.service(5), "Command lines": `$$` means a dollar sign, except in the program's own path. */
function execStart(command: readonly string[]): string {
  const [program = ""] = command;
  const viaShell = PLAIN_PROGRAM.test(program) ? [] : ["/bin/sh", "-c", 'exec "$0" "$@"'];
  return [...viaShell, ...command].map((text) => unitWord(text).replaceAll("$", "$$$$")).join(" ");
}

/** @source systemd.syntax(7), "Quoting", and systemd.unit(5), "Specifiers". */
const unitWord = (text: string) =>
  /^[\w/.,:@+=-]+$/.test(text) ? text : `"${text.replace(/[\\"]/g, "\\$&").replaceAll("%", "%%")}"`;

/** The text without comments and variables that depend on the shell it was written from. */
export const comparableUnit = (text: string): string =>
  text.replace(/^(?:#|Environment="?(?!OPENCLAW_(?:STATE|CONFIG|INCLUDE))).*\n/gm, "");
