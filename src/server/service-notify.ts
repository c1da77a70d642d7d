import type { Context } from "../core/context.ts";

/**
 * Tells systemd the state of a service of `Type=notify`, if it started this process and wants to know. Returns false when
 * that failed. @why through systemd's own program: Node has no datagram sockets of the Unix domain. The unit allows it by
 * `NotifyAccess=all`. @source systemd's sd_notify(3).
 */
export async function notifyService(
  state: "READY=1" | "RELOADING=1" | "STOPPING=1",
  { env, run }: Pick<Context, "env" | "run">,
): Promise<boolean> {
  if (!env.NOTIFY_SOCKET) return true;
  const { status } = await run("systemd-notify", [state], {
    env: { NOTIFY_SOCKET: env.NOTIFY_SOCKET, PATH: env.PATH },
    timeoutMs: 5_000,
    maxOutputBytes: 1_000,
  });
  return status === 0;
}
