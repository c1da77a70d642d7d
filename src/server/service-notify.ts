import type { Context } from "../core/context.ts";

/** What systemd is told of a service of `Type=notify`. @source systemd's sd_notify(3). */
export type ServiceState = "READY=1" | "RELOADING=1" | "STOPPING=1";

/**
 * Tells systemd, where it started this process and wants to be told. Node has no sockets of the kind that it takes, so
 * that its own program does it, which the unit has to allow by `NotifyAccess=all`. False when that failed.
 */
export async function notifyService(state: ServiceState, { env, run }: Pick<Context, "env" | "run">): Promise<boolean> {
  if (!env.NOTIFY_SOCKET) return true;
  const { status } = await run("systemd-notify", [state], {
    env: { NOTIFY_SOCKET: env.NOTIFY_SOCKET, PATH: env.PATH },
    timeoutMs: 5_000,
    maxOutputBytes: 1_000,
  });
  return status === 0;
}
