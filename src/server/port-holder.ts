import type { Context } from "../core/context.ts";
import { unlessRefused } from "../core/errors.ts";
import type { HttpRequest } from "../core/http.ts";
import { whoAnswers } from "../service/health.ts";

export interface PortHolder {
  /** Includes the version if it is a gateway of ours. */
  readonly program: string | undefined;
  /** True if it is the gateway of the published OpenClaw. */
  readonly isPublished?: boolean;
  readonly pid: number | undefined;
}

export async function findPortHolder(
  port: number,
  context: Pick<Context, "files" | "http">,
): Promise<PortHolder | undefined> {
  return (await gatewayAt(port, context)) ?? processAt(port, context);
}

/** The answer of a port of metrics to any other path, by which `findPortHolder` knows it. */
export const metricsRefusal = (version: string): string => `The metrics of openclaw ${version} are at /metrics.\n`;

const REFUSAL = /^The metrics of openclaw ([\w.+-]{1,40}) are at \/metrics\.\n$/;

/** Asks the program itself, which responds if it is a gateway of ours or the published one. */
async function gatewayAt(port: number, context: Pick<Context, "files" | "http">): Promise<PortHolder | undefined> {
  const request: HttpRequest = {
    method: "GET",
    url: `http://127.0.0.1:${port}/healthz`,
    headers: {},
    direct: true,
    connectTimeoutMs: 1_000,
    idleTimeoutMs: 1_000,
    totalTimeoutMs: 2_000,
    maxBodyBytes: 1_000,
  };
  const response = await context.http(request);
  if (!response.ok) return undefined;
  const [, version] = REFUSAL.exec(response.value.body) ?? [];
  if (version !== undefined) return { pid: undefined, ...processAt(port, context), program: `openclaw ${version}` };
  const found = whoAnswers(response.value.body);
  if (found === undefined) return undefined;
  if (found.program === "published")
    return { program: undefined, pid: undefined, ...processAt(port, context), isPublished: true };
  return { program: `openclaw ${found.version}`, pid: found.pid };
}

/**
 * Columns of `/proc/net/tcp`.
 * @source Linux, Documentation/networking/proc_net_tcp.rst.
 */
const [LOCAL_ADDRESS, STATE, INODE] = [1, 3, 9];
const LISTEN = "0A";

/** Linux shows the sockets of the same user's processes in `/proc`. */
function processAt(port: number, { files }: Pick<Context, "files">): PortHolder | undefined {
  const read = (path: string) => unlessRefused(() => files.readFileSync(path, "utf8")) ?? "";
  const list = (path: string) => unlessRefused(() => files.readdirSync(path)) ?? [];
  const localPort = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const sockets = ["/proc/net/tcp", "/proc/net/tcp6"]
    .flatMap((table) => read(table).split("\n"))
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[LOCAL_ADDRESS]?.endsWith(localPort) && columns[STATE] === LISTEN);
  const inodes = new Set(sockets.map((columns) => `socket:[${columns[INODE]}]`));
  if (inodes.size === 0) return undefined;
  const pids = list("/proc").filter((name) => /^\d+$/.test(name));
  const pid = pids.find((candidate) =>
    list(`/proc/${candidate}/fd`).some((descriptor) =>
      inodes.has(unlessRefused(() => files.readlinkSync(`/proc/${candidate}/fd/${descriptor}`)) ?? ""),
    ),
  );
  if (pid === undefined) return undefined;
  const name = read(`/proc/${pid}/comm`).replace(/[^ -~]/g, "");
  return { program: name === "" ? undefined : name, pid: Number(pid) };
}
