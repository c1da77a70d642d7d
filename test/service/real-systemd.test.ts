import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { quotedWord } from "../../src/core/shell-quoting.ts";
import { serviceNames } from "../../src/service/spec.ts";
import { unitText } from "../../src/service/systemd.ts";
import { VERSION } from "../support/answering-gateway.ts";
import { DOCUMENTED, PROGRAM } from "../support/program.ts";
import { describeWithSystemd, userSystemd } from "../support/user-systemd.ts";

/** Folder names with every character that means something to systemd, a shell or XML. */
const ODD = `it's 100%h "odd" $HOME \${X} back\\slash & <é日本>;`;

/** Records its arguments and environment. */
const DUMP = `require("fs").writeFileSync(process.argv[2], JSON.stringify([process.argv.slice(3), process.env]));`;

/** Any character that a unit can hold, special ones more often. */
const odd = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(..."'\"\\$%{}; #=\u00a0n0x"),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
    ),
    maxLength: 12,
  })
  .filter((text) => !/[\p{Cc}\p{Noncharacter_Code_Point}\p{Surrogate}]/u.test(text));

describeWithSystemd("a real systemd of a user without privileges", () => {
  it("passes every word and variable to the program unchanged", async () => {
    const { home, units, run } = userSystemd();
    const samples = fc.sample(
      fc.record({ folder: odd, words: fc.array(odd, { maxLength: 5 }), values: fc.array(odd, { maxLength: 3 }) }),
      40,
    );
    const expected = samples.map(({ folder, words, values }, index) => {
      const place = join(home, `p${index}`, `${folder.replaceAll("/", "")}_`);
      mkdirSync(place, { recursive: true });
      symlinkSync(process.execPath, join(place, "node"));
      writeFileSync(join(place, "dump.cjs"), DUMP);
      const environment = new Map(values.map((value, number) => [`V${number}`, value]));
      const command = [join(place, "node"), join(place, "dump.cjs"), join(home, `${index}.json`), ...words];
      const spec = { names: serviceNames(undefined), command, environment, homedir: home };
      writeFileSync(join(units, `u${index}.service`), unitText(spec, { waitsForNotices: false }));
      return [words, Object.fromEntries(environment)];
    });
    const names = samples.map((_, index) => `u${index}.service`).join(" ");
    const { status, stderr } = await run(`systemctl --user start --wait ${names}`);
    expect([status, stderr]).toEqual([0, ""]);
    const found = samples.map(({ values }, index) => {
      const [words, env] = JSON.parse(readFileSync(join(home, `${index}.json`), "utf8"));
      return [words, Object.fromEntries(values.map((_, number) => [`V${number}`, env[`V${number}`]]))];
    });
    expect(found).toEqual(expected);
  });

  it("runs, restarts, reloads and removes the gateway, installed in a folder with an odd name", async () => {
    const { home, units, run } = userSystemd();
    // A drop-in of the user applies, and survives uninstalling.
    const own = join(units, "openclaw-gateway.service.d", "own.conf");
    mkdirSync(dirname(own));
    writeFileSync(own, "[Service]\nRestartSec=100ms\nStandardOutput=append:%h/log\n");
    const root = join(home, ODD);
    for (const part of ["bin", "dist", "package.json"])
      cpSync(join(PROGRAM, "..", "..", part), join(root, part), { recursive: true });
    symlinkSync(process.execPath, join(root, "node"));
    const spelled = ODD.replace(/[\\"$]/g, "\\$&");
    const start = `#!/bin/sh\nexec "$HOME/${spelled}/node" "$HOME/${spelled}/bin/openclaw.cjs" "$@"\n`;
    writeFileSync(join(home, "openclaw"), start);
    chmodSync(join(home, "openclaw"), 0o755);
    const { status, stdout, stderr } = await run(`
      cd "$HOME"
      step() { echo "== $*"; }
      show() { systemctl --user show openclaw-gateway --property="$1" --value; }
      # Waits for the line, and shows it.
      logged() { timeout 120 tail -n +1 -F log 2> /dev/null | grep -o -m "$2" "$1" | tail -n 1; }
      ./openclaw ${DOCUMENTED.join(" ")} > /dev/null
      step install; ./openclaw gateway install | head -1
      step verify; mkdir -m 700 other
      XDG_RUNTIME_DIR=$HOME/other systemd-analyze verify --user "$HOME/.config/systemd/user/openclaw-gateway.service" 2>&1 |
        grep -v 'connect to'
      step again; ./openclaw gateway install | head -1
      step status; ./openclaw gateway status --json
      step process; grep -E '^(NoNewPrivs|Seccomp|Umask):' /proc/$(show MainPID)/status | tr -d '\\t'
      step reload; systemctl --user reload openclaw-gateway; logged 'was reloaded' 1
      step stop; ./openclaw gateway stop; show ActiveState
      step start; ./openclaw gateway start
      step crash; kill -KILL "$(show MainPID)"; logged 'is listening' 3; show NRestarts
      step broken; cp .openclaw/openclaw.json whole; echo '{' > .openclaw/openclaw.json
      ./openclaw gateway restart > /dev/null 2>&1; echo $?; show SubState; ./openclaw gateway status | grep 'last run'
      step mended; cp whole .openclaw/openclaw.json; ./openclaw gateway restart
      step uninstall; ./openclaw gateway uninstall | head -c 7; echo
      show LoadState; (cd .config/systemd/user; find . -type f -o -type l | sort); ./openclaw gateway uninstall
    `);
    expect([status, stderr.replace(/^Note: .*\n/gm, "")]).toEqual([0, ""]);
    const steps = new Map(
      stdout
        .split(/^== /m)
        .slice(1)
        .map((step) => [/^\w+/.exec(step)?.[0], step.slice(step.indexOf("\n") + 1)]),
    );
    const unit = "~/.config/systemd/user/openclaw-gateway.service";
    const typed = `node ${quotedWord(`${ODD}/bin/openclaw.cjs`)}`;
    const runs = `The service is running: openclaw ${VERSION} at http://127.0.0.1:18789.\n`;
    expect(Object.fromEntries([...steps].filter(([name]) => name !== "status"))).toEqual({
      install: `Installed ${unit}\n`,
      verify: "",
      again: `Already installed and up to date: ${unit}\n`,
      process: "Umask:0077\nNoNewPrivs:1\nSeccomp:2\n",
      reload: "was reloaded\n",
      stop: `Stopped the service. It starts again when you log in. To prevent that, run \`${typed} gateway uninstall\`.\ninactive\n`,
      start: runs,
      crash: "is listening\n1\n",
      broken: `1\nfailed\n✖ The last run ended with status 78: the configuration is invalid. To check it, run \`${typed} doctor\`.\n`,
      mended: runs,
      uninstall:
        "Removed\nnot-found\n./default.target.wants/up.service\n./openclaw-gateway.service.d/own.conf\n./up.service\nNo service is installed.\n",
    });
    expect(JSON.parse(steps.get("status") ?? "")).toMatchObject({
      ok: true,
      service: { manager: "systemd", installed: true, upToDate: true, enabled: true, running: true },
      problems: [],
    });
  });
});
