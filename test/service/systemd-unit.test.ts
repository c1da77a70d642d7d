import { describe, expect, it } from "vitest";
import { type ServiceSpec, serviceNames } from "../../src/service/spec.ts";
import { comparableUnit, unitText } from "../../src/service/systemd.ts";

const spec = (change: Partial<ServiceSpec> = {}): ServiceSpec => ({
  names: serviceNames(undefined),
  command: ["/usr/bin/node", "/usr/lib/node_modules/openclaw/bin/openclaw.cjs", "gateway", "run"],
  environment: new Map([
    ["HOME", "/home/me"],
    ["PATH", "/usr/local/bin:/usr/bin:/bin"],
  ]),
  homedir: "/home/me",
  ...change,
});

const text = (change?: Partial<ServiceSpec>) => unitText(spec(change), { waitsForNotices: true });
const line = (name: string, unit: string) => new RegExp(`^${name}=(.*)$`, "m").exec(unit)?.[1];

describe("the unit", () => {
  it("has exactly this text", () => {
    expect(
      text(),
    ).toBe(`# Written by openclaw. \`openclaw gateway install\` writes it anew, \`openclaw gateway uninstall\` removes it.
# What you want to change belongs into a drop-in: systemctl --user edit openclaw-gateway.service

[Unit]
Description=OpenClaw gateway
StartLimitIntervalSec=120
StartLimitBurst=5

[Service]
Type=notify
NotifyAccess=all
ExecStart=/usr/bin/node /usr/lib/node_modules/openclaw/bin/openclaw.cjs gateway run
ExecReload=/bin/sh -c "kill -HUP \${MAINPID}"
Environment=HOME=/home/me
Environment=PATH=/usr/local/bin:/usr/bin:/bin
SyslogIdentifier=openclaw-gateway
Restart=on-failure
RestartSec=5
RestartPreventExitStatus=78
KillMode=mixed
TimeoutStopSec=40
NoNewPrivileges=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
UMask=0077
LimitCORE=0

[Install]
WantedBy=default.target
`);
  });

  it("does not wait for a notice on a systemd that would miss it", () => {
    const old = unitText(spec(), { waitsForNotices: false });
    expect([line("Type", old), line("NotifyAccess", old)]).toEqual(["exec", undefined]);
  });

  // real-systemd.test.ts shows how systemd itself reads such words.
  it.each([
    ["a blank", "/a b", '"/a b"'],
    ["a specifier", "/100%h", '"/100%%h"'],
    ["a variable", "/$HOME/${X}", '"/$$HOME/$${X}"'],
    ["quotes", `/"it's"`, `"/\\"it's\\""`],
    ["a backslash", "/a\\nb", '"/a\\\\nb"'],
    ["letters of the world", "/naïve/日本", '"/naïve/日本"'],
    ["a separator of commands", ";", '";"'],
  ])("quotes an argument with %s as one word", (_, argument, spelled) => {
    const unit = text({ command: ["/usr/bin/node", argument, "gateway", "run"] });
    expect(line("ExecStart", unit)).toBe(`/usr/bin/node ${spelled} gateway run`);
  });

  it("starts a program through a shell if systemd would refuse or change its path", () => {
    const unit = text({ command: ["/it's/$HOME/node", "/x.cjs", "gateway", "run"] });
    expect(line("ExecStart", unit)).toBe(
      `/bin/sh -c "exec \\"$$0\\" \\"$$@\\"" "/it's/$$HOME/node" /x.cjs gateway run`,
    );
  });

  it("is not out of date because of variables of the installing shell", () => {
    const other = text({
      environment: new Map([
        ["HOME", "/home/me"],
        ["PATH", "/opt/with a blank/bin"],
        ["HTTP_PROXY", "http://p:1"],
      ]),
    });
    expect(comparableUnit(other)).toBe(comparableUnit(text()));
    const moved = text({ environment: new Map([["OPENCLAW_STATE_DIR", "/other"]]) });
    expect(comparableUnit(moved)).not.toBe(comparableUnit(text()));
    expect(comparableUnit(text({ command: ["/usr/bin/node", "/other"] }))).not.toBe(comparableUnit(text()));
  });
});

describe("the names", () => {
  it("are those of the published OpenClaw", () => {
    expect(serviceNames(undefined)).toEqual({ unit: "openclaw-gateway.service", label: "ai.openclaw.gateway" });
    expect(serviceNames("work")).toEqual({ unit: "openclaw-gateway-work.service", label: "ai.openclaw.work" });
  });

  it("do not let a profile called gateway take the default agent, in any case", () => {
    const labels = ["gateway", "Gateway", undefined, "gateway-profile"].map((profile) =>
      serviceNames(profile).label.toLowerCase(),
    );
    expect(labels[0]).toBe(labels[1]);
    expect(new Set(labels).size).toBe(3);
  });
});
