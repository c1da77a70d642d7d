import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { commandLine } from "../core/paths.ts";
import type { Message } from "../text/message.ts";
import { hasSession, launchd } from "./launchd.ts";
import type { ServiceContext, ServiceManager } from "./manager.ts";
import { systemd, systemdVersion } from "./systemd.ts";

/** Throws `service.unavailable` with the command to run instead. */
export async function findManager(
  { profile }: Pick<Paths, "profile">,
  context: ServiceContext & Pick<Context, "platform">,
): Promise<ServiceManager> {
  const { env, platform, uid } = context;
  const run = commandLine(profile, "gateway run");
  const unavailable = (message: Message, hint: Message = (t) => t.service.runYourself(run)) =>
    new OpenclawError(message, { code: "service.unavailable", hint });
  // Under sudo, the home folder may be one user's and the session another's.
  if (uid === 0 && env.SUDO_USER)
    throw unavailable(
      (t) => t.service.underSudo,
      (t) => t.service.withoutSudo(run),
    );
  if (platform === "darwin") {
    if (await hasSession(context)) return launchd(profile, context.homedir());
    throw unavailable(
      (t) => t.service.noLaunchdSession(uid),
      (t) => t.service.logInOnMac(run),
    );
  }
  if (platform !== "linux") throw unavailable((t) => t.service.unsupportedPlatform(platform));
  const version = await systemdVersion(context);
  if (version !== undefined) return systemd(profile, context.homedir(), version);
  const { status, failure } = await context.run("systemctl", ["--version"], {
    env: { PATH: env.PATH },
    timeoutMs: 10_000,
    maxOutputBytes: 64 * 1024,
  });
  if (failure !== undefined && failure !== "not-found")
    throw unavailable((t) => t.system.runFailure[failure]("systemctl --version"));
  if (status !== 0) throw unavailable((t) => t.service.noSystemd);
  if (env.XDG_RUNTIME_DIR) throw unavailable((t) => t.service.systemdSilent);
  throw unavailable(
    (t) => t.service.noSystemdSession,
    (t) => t.service.logInOrLinger(run),
  );
}

/** Returns `undefined` on a system without services, where a gateway may still run. */
export async function managerIfAny(...args: Parameters<typeof findManager>): Promise<ServiceManager | undefined> {
  try {
    return await findManager(...args);
  } catch (error) {
    if (error instanceof OpenclawError && error.code === "service.unavailable") return undefined;
    throw error;
  }
}
