import { execFile } from "node:child_process";
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, onTestFinished } from "vitest";
import type { Finished } from "./program.ts";

/** User ID of nobody, who has no privileges. */
const NOBODY = 65_534;

/**
 * Starts the instance in namespaces of its own, where it sees no other systemd and no process or port of this machine, and
 * which end with everything in them. Then runs the script and exits with its status.
 */
const OUTER = `
base=/sys/fs/cgroup; [ -d "$base/unified" ] && base=$base/unified
own=$base/openclaw-test-$$
mkdir "$own" && echo $$ > "$own/cgroup.procs" || exit 200
chown ${NOBODY}:${NOBODY} "$own" "$own/cgroup.procs" "$own/cgroup.threads" "$own/cgroup.subtree_control"
timeout 280 unshare --mount --net --pid --fork --cgroup --kill-child --mount-proc sh -c "$INNER"
status=$?
echo $$ > "$base/cgroup.procs"
find "$own" -depth -type d -exec rmdir {} ';' 2>/dev/null
exit $status
`;

const INNER = `
PATH=$PATH:/usr/sbin:/sbin ip link set lo up || exit 204
mount --make-rprivate / && umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup || exit 201
mkdir -p /run/systemd && mount -t tmpfs tmpfs /run/systemd && mkdir /run/systemd/system || exit 202
exec chroot --userspec=${NOBODY}:${NOBODY} --groups= / env -i HOME="$FOLDER/home" USER=nobody LOGNAME=nobody SHELL=/bin/sh \
  LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin XDG_RUNTIME_DIR="$FOLDER/run" sh -c '
    { /lib/systemd/systemd --user --log-target=console > "$XDG_RUNTIME_DIR/../log" 2>&1; echo ended > "$XDG_RUNTIME_DIR/up"; } &
    read -r state < "$XDG_RUNTIME_DIR/up"
    [ "$state" = up ] || { cat "$XDG_RUNTIME_DIR/../log" >&2; exit 203; }
    . "$XDG_RUNTIME_DIR/../script"'
`;

/** Tells the reader of a pipe that the instance is up. */
const UP = `[Service]
Type=oneshot
ExecStart=/bin/sh -c 'echo up > "\${XDG_RUNTIME_DIR}/up"'
`;

/** The home of a user without privileges; `script` runs commands there with a systemd of its own. */
export interface UserSystemd {
  readonly home: string;
  /** The folder of unit files. */
  readonly units: string;
  readonly run: (script: string) => Promise<Finished>;
}

/** A folder that is removed when the test is over. */
export function userSystemd(): UserSystemd {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "openclaw-systemd-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return userSystemdIn(folder);
}

function userSystemdIn(folder: string): UserSystemd {
  const [home, run] = [join(folder, "home"), join(folder, "run")];
  const units = join(home, ".config", "systemd", "user");
  mkdirSync(join(units, "default.target.wants"), { recursive: true });
  mkdirSync(run, { mode: 0o700 });
  chmodSync(folder, 0o755);
  writeFileSync(join(units, "up.service"), UP);
  symlinkSync("../up.service", join(units, "default.target.wants", "up.service"));
  return {
    home,
    units,
    run: async (script) => {
      writeFileSync(join(folder, "script"), script);
      await execute("mkfifo", [join(run, "up")]);
      giveTo(folder);
      const finished = await execute("sh", ["-c", OUTER], { INNER, FOLDER: folder });
      rmSync(run, { recursive: true });
      mkdirSync(run, { mode: 0o700 });
      return finished;
    },
  };
}

function giveTo(folder: string): void {
  chownSync(folder, NOBODY, NOBODY);
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }))
    lchownSync(join(folder, name), NOBODY, NOBODY);
}

const execute = (command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  new Promise<Finished>((resolve) => {
    const options = { env: { PATH: process.env.PATH, ...env }, maxBuffer: 2 ** 26 };
    execFile(command, args, options, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === "number" ? error.code : null;
      resolve({ status, stdout, stderr });
    });
  });

async function whyNot(): Promise<string | undefined> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "that takes root on Linux";
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "openclaw-systemd-")));
  try {
    const { status, stdout, stderr } = await userSystemdIn(folder).run("systemctl --user show --property=Version");
    return status === 0 && stdout.startsWith("Version=") ? undefined : `status ${status}: ${stderr.trim()}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const reason = await whyNot();
if (reason !== undefined)
  console.warn(`NOT tested against a real systemd, since no user instance can be started here: ${reason}`);

/** Tests that need a systemd; skipped with a message if none can be started. */
export const describeWithSystemd = reason === undefined ? describe : describe.skip;
