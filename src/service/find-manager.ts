import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { hasSession, launchd } from "./launchd.ts";
import type { Asking, ServiceManager } from "./manager.ts";
import { openclaw } from "./names.ts";
import { systemd, systemdVersion } from "./systemd.ts";

/** Who would run the service of this profile here. Throws `service.unavailable`, and says what to run instead. */
export async function findManager(
  { profile }: Pick<Paths, "profile">,
  context: Asking & Pick<Context, "platform">,
): Promise<ServiceManager> {
  const unavailable = (message: string, hint?: string) => {
    const instead = `un the gateway yourself: ${openclaw(profile, "gateway run")}`;
    const whole = hint === undefined ? `R${instead}` : `${hint} Or r${instead}`;
    return new OpenclawError(message, { code: "service.unavailable", hint: whole });
  };
  const { env, platform, uid } = context;
  if (isSudo(context)) throw unavailable(SUDO, AS_YOURSELF);
  if (platform === "darwin") {
    if (await hasSession(context)) return launchd(profile, context.homedir());
    throw unavailable(`launchd has no session of user ${uid}.`, "Log in at the screen of this Mac, then try again.");
  }
  if (platform !== "linux") throw unavailable(`openclaw knows no services on ${platform}.`);
  const version = await systemdVersion(context);
  if (version !== undefined) return systemd(profile, context.homedir(), version);
  const { status } = await context.run("systemctl", ["--version"], {
    env: { PATH: env.PATH },
    timeoutMs: 10_000,
    maxOutputBytes: 64 * 1024,
  });
  if (status !== 0) throw unavailable("This system has no systemd.");
  if (env.XDG_RUNTIME_DIR) throw unavailable("The systemd of this user does not answer.");
  throw unavailable(
    "This user has no session with a systemd of its own, as in a container or under su.",
    "Log in as the user, or have it kept running by `loginctl enable-linger`, and try again.",
  );
}

/** The same, or undefined where nobody runs services: a gateway may run there all the same. */
export async function managerIfAny(...args: Parameters<typeof findManager>): Promise<ServiceManager | undefined> {
  try {
    return await findManager(...args);
  } catch (error) {
    if (error instanceof OpenclawError && error.code === "service.unavailable") return undefined;
    throw error;
  }
}

const SUDO = "This runs as root, under sudo, and a service is a user's own.";
const AS_YOURSELF = "Run the command as yourself, without sudo.";

/** Root by sudo, whose home folder and session may be either user's. */
const isSudo = ({ uid, env }: Asking) => uid === 0 && Boolean(env.SUDO_USER);
