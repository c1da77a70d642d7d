import cluster from "node:cluster";
import type { Context, PeerProcess, PrimaryProcess, WorkerProcess } from "../core/context.ts";

type WorkerEvents = Parameters<Context["startWorkerProcess"]>[0];

/** By Node's cluster, which ends a worker whose primary is gone. Throws if there can be no more processes. */
export function startWorkerProcess({ onMessage, onEnd }: WorkerEvents): WorkerProcess {
  cluster.setupPrimary({ serialization: "advanced", stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const worker = cluster.fork({ OPENCLAW_GATEWAY_WORKER: "1" });
  const { process: child } = worker;
  child.on("message", (message, connection) => onMessage(message, connection as never));
  // Signals and messages that no longer reach it; its end is reported all the same.
  child.on("error", () => {});
  if (child.pid === undefined) throw new Error("the system has no process left");
  // What it sent before its end is heard first.
  const heardOut = new Promise<void>((resolve) => child.once("disconnect", resolve));
  child.once("exit", async (status, signal) => {
    if (child.connected) await heardOut;
    onEnd({ status, signal });
  });
  return {
    ...peer(child),
    pid: child.pid,
    kill: () => void child.kill("SIGKILL"),
    release: () => {
      if (child.connected) child.disconnect();
    },
  };
}

/** `own` is a process that `startWorkerProcess` has started. */
export const primaryProcess = (own: NodeJS.Process): PrimaryProcess => ({
  ...peer(own),
  listen: ({ onMessage, onFault }) => {
    own.on("message", (message, connection) => onMessage(message, connection as never));
    const end = (error: unknown) => {
      onFault(error instanceof Error ? error : new Error(String(error)));
      own.exit(1);
    };
    own.on("uncaughtException", end);
    own.on("unhandledRejection", end);
  },
});

type Channel = Pick<NodeJS.Process, "send" | "connected">;

const peer = (channel: Channel): PeerProcess => ({
  send: (message) => {
    if (!channel.connected) return false;
    channel.send?.(message, undefined, undefined, ignore);
    return true;
  },
  hand: (message, connection) => {
    if (!channel.connected) return false;
    channel.send?.(message, connection, { keepOpen: true }, ignore);
    return true;
  },
});

/** Without it, what cannot be sent any more would be thrown. */
const ignore = () => {};
