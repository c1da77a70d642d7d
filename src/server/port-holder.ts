import type { Context } from "../core/context.ts";
import type { HttpRequest } from "../core/http.ts";

type Asking = Pick<Context, "files" | "http">;

/** Who has a port of this machine, as far as that can be told: a few words, or undefined. */
export async function holderOf(port: number, context: Asking): Promise<string | undefined> {
  return (await openclawAt(port, context)) ?? processAt(port, context);
}

/** A gateway of ours says so itself. */
async function openclawAt(port: number, { http }: Asking): Promise<string | undefined> {
  const request: HttpRequest = {
    method: "GET",
    url: `http://127.0.0.1:${port}/healthz`,
    headers: {},
    direct: true,
    connectTimeoutMs: 1_000,
    idleTimeoutMs: 1_000,
    maxBodyBytes: 1_000,
  };
  const answer = await http(request);
  try {
    const { ok, version, pid } = JSON.parse(answer.ok ? answer.value.body : "");
    if (ok !== true || !/^[\w.-]{1,40}$/.test(version)) return undefined;
    return `openclaw ${version}${Number.isInteger(pid) ? ` (process ${pid})` : ""}`;
  } catch {
    return undefined;
  }
}

/** Columns of `/proc/net/tcp`. @source Linux, Documentation/networking/proc_net_tcp.rst. */
const [LOCAL_ADDRESS, STATE, INODE] = [1, 3, 9];
const LISTENS = "0A";

/** Linux tells which process has which socket, of processes of the same user. */
function processAt(port: number, { files }: Asking): string | undefined {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const sockets = ["/proc/net/tcp", "/proc/net/tcp6"]
    .flatMap((table) => orNothing(() => files.readFileSync(table, "utf8"), "").split("\n"))
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[LOCAL_ADDRESS]?.endsWith(wanted) && columns[STATE] === LISTENS);
  const inodes = new Set(sockets.map((columns) => `socket:[${columns[INODE]}]`));
  if (inodes.size === 0) return undefined;
  const pids = orNothing(() => files.readdirSync("/proc"), []).filter((name) => /^\d+$/.test(name));
  const pid = pids.find((candidate) => {
    const folder = `/proc/${candidate}/fd`;
    const descriptors = orNothing(() => files.readdirSync(folder), []);
    return descriptors.some((name) => inodes.has(orNothing(() => files.readlinkSync(`${folder}/${name}`), "")));
  });
  if (pid === undefined) return undefined;
  const name = orNothing(() => files.readFileSync(`/proc/${pid}/comm`, "utf8"), "").replace(/[^ -~]/g, "");
  return `${name === "" ? "a process" : name} (process ${pid})`;
}

function orNothing<T>(look: () => T, nothing: T): T {
  try {
    return look();
  } catch {
    return nothing;
  }
}
