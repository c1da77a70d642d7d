import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Image } from "./dockerfile.ts";
import { listenedTo } from "./gateway-process.ts";
import { type Finished, finished } from "./program.ts";

/** True where this process may make namespaces and be another user in them, as an engine does. */
export const canContain =
  process.platform === "linux" &&
  process.getuid?.() === 0 &&
  spawnSync("unshare", ["--mount", "--pid", "--fork", "mount", "--bind", "/tmp", "/tmp"]).status === 0;

/** What the image's base has, and a test's root therefore needs: Node and its libraries. There is no shell and no other program. */
const NODE = realpathSync(process.execPath);
const NODE_IN_IMAGE = "/usr/local/bin/node";

const libraries = (): readonly string[] =>
  [...execFileSync("ldd", [NODE], { encoding: "utf8" }).matchAll(/(\/\S+) \(0x/g)].map(([, path = ""]) => path);

/** An engine's own PATH, which also leads to `unshare` here. */
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const DEVICES = ["null", "zero", "random", "urandom"];

export interface ContainerOptions {
  /** Folders of this machine by their path in the container, where they cannot be written to. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** Options of a tmpfs by its path. */
  readonly tmpfs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** In place of the image's. */
  readonly user?: string;
  readonly cmd?: readonly string[];
}

export interface Container {
  readonly process: ChildProcess;
  /** As this machine numbers it; 1 in the container. */
  readonly pid: () => number;
  /** Resolves with the first line of the log that fits, of those that have not been waited for. */
  readonly says: (pattern: RegExp) => Promise<string>;
  readonly printed: () => string;
  /** Runs a command beside it, as `docker exec` and health checks do. */
  readonly exec: (command: readonly string[]) => Promise<Finished>;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<Finished>;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Process 1 of the container, as this machine counts; `undefined` before there is one, and after it has ended. */
function innerPid({ pid }: ChildProcess): number | undefined {
  const path = `/proc/${pid}/task/${pid}/children`;
  return (existsSync(path) && Number(readFileSync(path, "utf8").split(" ")[0])) || undefined;
}

/**
 * Runs the image as an engine would, but for the network, which is this machine's: its own processes and mounts, a root that cannot
 * be written to, no privileges, and none to gain. It is ended with the test.
 */
export function runContainer(image: Image, options: ContainerOptions = {}): Container {
  const { mounts = {}, tmpfs = {}, user = image.user, cmd = image.cmd } = options;
  const env = { PATH, ...image.env, ...options.env };
  const [uid = "", gid = uid] = user.split(":");
  const libs = libraries();
  for (const folder of ["/proc", "/dev", image.workdir, ...Object.keys(mounts), ...Object.keys(tmpfs)])
    mkdirSync(join(image.root, folder), { recursive: true });
  for (const file of [NODE_IN_IMAGE, ...libs]) {
    mkdirSync(join(image.root, dirname(file)), { recursive: true });
    if (!existsSync(join(image.root, file))) writeFileSync(join(image.root, file), "");
  }
  const quoted = (path: string) => `'${path.replaceAll("'", "'\\''")}'`;
  const inRoot = (path: string) => quoted(join(image.root, path));
  const bound = (from: string, to: string) => [
    `mount --bind ${quoted(from)} ${inRoot(to)}`,
    `mount -o remount,bind,ro ${inRoot(to)}`,
  ];
  const script = [
    "set -e",
    "mount --make-rprivate /",
    `mount --bind ${inRoot("")} ${inRoot("")}`,
    ...bound(NODE, NODE_IN_IMAGE),
    ...libs.flatMap((path) => bound(path, path)),
    `mount -t proc proc ${inRoot("/proc")}`,
    `mount -t tmpfs -o size=64k,mode=755 tmpfs ${inRoot("/dev")}`,
    ...DEVICES.flatMap((name) => [
      `: > ${inRoot(`/dev/${name}`)}`,
      `mount --bind /dev/${name} ${inRoot(`/dev/${name}`)}`,
    ]),
    ...Object.entries(mounts).flatMap(([to, from]) => bound(from, to)),
    ...Object.entries(tmpfs).map(([to, how]) => `mount -t tmpfs -o ${how} tmpfs ${inRoot(to)}`),
    `mount -o remount,bind,ro ${inRoot("/dev")}`,
    `mount -o remount,bind,ro ${inRoot("")}`,
    `exec setpriv --no-new-privs unshare --root ${inRoot("")} --wd ${quoted(image.workdir)} --setgid ${gid} --setuid ${uid} "$@"`,
  ].join("\n");
  const child = spawn(
    "unshare",
    ["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script, "sh", ...image.entrypoint, ...cmd],
    { env, cwd: "/", stdio: ["ignore", "pipe", "pipe"] },
  );
  // The inner process has another user, so that `--kill-child` does not reach it.
  onTestFinished(() => {
    const inner = innerPid(child);
    if (inner !== undefined) process.kill(inner, "SIGKILL");
    child.kill("SIGKILL");
  });
  const log = listenedTo();
  child.stdout.setEncoding("utf8").on("data", log.write);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Finished>((resolve) => {
    child.on("close", (status) => resolve({ status, stdout: log.text(), stderr }));
  });
  const pid = () => {
    const inner = innerPid(child);
    if (inner === undefined) throw new Error("The process has ended, or has not begun.");
    return inner;
  };
  return {
    process: child,
    pid,
    says: log.says(ended),
    printed: () => log.text() + stderr,
    exec: (command) => {
      const into = ["--target", String(pid()), "--mount", "--pid", "--root"];
      const as = ["--setgid", gid, "--setuid", uid];
      return finished(spawn("nsenter", [...into, ...as, ...command], { env, stdio: ["ignore", "pipe", "pipe"] }));
    },
    kill: (signal) => void process.kill(pid(), signal),
    ended,
  };
}
