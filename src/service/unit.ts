import { EXIT } from "../core/errors.ts";
import type { ServiceSpec } from "./spec.ts";

/** What the text of a unit depends on besides the service. */
export interface SystemdTraits {
  /** Whether what `systemd-notify` says reaches systemd although it ends at once. @source systemd 246, sd_notify_barrier. */
  readonly waitsForNotices: boolean;
}

/** First words of every file that we write, by which we know it again. */
export const MARK = "Written by openclaw.";

/** @why more than the 30 s that the gateway lets running requests go on after it was told to stop. */
export const STOP_TIMEOUT_S = 40;

/**
 * What a user's own service can be denied without any privilege, whatever the kernel's settings.
 * @why nothing that needs a mount or user namespace (ProtectSystem, PrivateTmp, PrivateUsers …) or a capability
 * (CapabilityBoundingSet, ProtectClock, PrivateDevices …): where the system refuses one, the service does not start.
 * @measured with user instances of systemd 247, 249, 252, 255 and 257 and a Node under load: MemoryDenyWriteExecute ends
 * V8, a filter without an error number ends Node by SIGSYS, and without AF_NETLINK it cannot list network interfaces.
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

/** The systemd user unit of the service. No unit can hold control characters: `serviceSpec` has refused them. */
export function unitText({ names: { unit }, command, environment }: ServiceSpec, traits: SystemdTraits): string {
  const variables = [...environment].map(([name, value]) => `Environment=${word(`${name}=${value}`)}`);
  return `# ${MARK} \`openclaw gateway install\` writes it anew, \`openclaw gateway uninstall\` removes it.
# What you want to change belongs into a drop-in: systemctl --user edit ${unit}

[Unit]
Description=OpenClaw gateway
StartLimitIntervalSec=120
StartLimitBurst=5

[Service]
${traits.waitsForNotices ? "Type=notify\nNotifyAccess=all" : "Type=exec"}
ExecStart=${commandLine(command)}
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

/** Characters that a program's path may have; systemd refuses quotes and backslashes in it, and has its own use for others. */
const PLAIN_PROGRAM = /^[\w/.,:@+~ -]+$/;

/** @source systemd.service(5), "Command lines": `$$` is a dollar sign, but not in the program's own path. */
function commandLine(command: readonly string[]): string {
  const [program = ""] = command;
  const viaShell = PLAIN_PROGRAM.test(program) ? [] : ["/bin/sh", "-c", 'exec "$0" "$@"'];
  return [...viaShell, ...command].map((text) => word(text).replaceAll("$", "$$$$")).join(" ");
}

/** One word. @source systemd.syntax(7), "Quoting", and systemd.unit(5), "Specifiers". */
const word = (text: string) =>
  /^[\w/.,:@+=-]+$/.test(text) ? text : `"${text.replace(/[\\"]/g, "\\$&").replaceAll("%", "%%")}"`;

/** What is left of a text when comments are taken out, and the variables that depend on the shell it was written from. */
export const essentialUnit = (text: string): string =>
  text.replace(/^(?:#|Environment="?(?!OPENCLAW_(?:STATE|CONFIG|INCLUDE))).*\n/gm, "");
