import { basename, dirname, join } from "node:path";
import type { Context } from "./context.ts";
import { OpenclawError, unlessFails } from "./errors.ts";
import { pathIn } from "./path-variable.ts";

export interface Paths {
  readonly profile: string | undefined;
  readonly stateDir: string;
  readonly config: string;
  readonly secrets: string;
  /** Variables of the published OpenClaw's service, below the default state folder only; may not exist. */
  readonly gatewayEnv?: string;
  /** The local gateway's port unless configured otherwise. */
  readonly defaultPort: number;
}

/** @source ports the published OpenClaw uses, seen in 2026.5.28: 18789, and 19001 under `--dev`. */
const DEFAULT_PORT = 18_789;
const DEV_PORT = 19_001;

const PROFILE_NAME = /^[A-Za-z0-9_-]+$/;

export interface ProfileFlags {
  readonly profile?: string;
  readonly dev?: boolean;
}

/**
 * `undefined` for the files without a profile. Throws `usage.conflict` or `usage.invalid`.
 * @source the published OpenClaw: `default`, in any case, is the plain folder.
 */
export function profileName({ profile, dev }: ProfileFlags): string | undefined {
  if (profile === undefined) return dev ? "dev" : undefined;
  if (dev)
    throw new OpenclawError(({ core }) => core.cannotCombine({ flag: "--dev", other: "--profile" }), {
      code: "usage.conflict",
      hint: ({ core }) => core.passOnlyOne,
    });
  if (/^default$/i.test(profile)) return undefined;
  if (PROFILE_NAME.test(profile)) return profile;
  throw new OpenclawError(({ core }) => core.profileInvalid, { code: "usage.invalid" });
}

const folderName = (profile: string | undefined) => (profile === undefined ? ".openclaw" : `.openclaw-${profile}`);

/**
 * Resolves paths from `OPENCLAW_HOME`, `OPENCLAW_STATE_DIR`, `OPENCLAW_CONFIG_PATH` and the profile. A leading `~` is
 * the home folder. Empty variables count as unset. Home folder and working directory are looked up only if needed,
 * since either may be missing. Throws `usage.conflict` if a variable leads to the files of another profile than the
 * flag, and `usage.invalid` for a value that is no path.
 * @source the published OpenClaw's rules, seen in 2026.5.28; there a variable silently wins over the flag.
 */
export function resolvePaths(flags: ProfileFlags, context: Pick<Context, "env" | "homedir" | "cwd">): Paths {
  const profile = profileName(flags);
  const home = { ...context, homedir: () => pathIn("OPENCLAW_HOME", context) ?? context.homedir() };
  const named = { stateDir: pathIn("OPENCLAW_STATE_DIR", home), config: pathIn("OPENCLAW_CONFIG_PATH", home) };
  const flag = flags.profile === undefined ? "--dev" : `--profile ${flags.profile}`;
  if (flags.profile !== undefined || flags.dev) assertSameProfile(named, { flag, folder: folderName(profile) });
  if (named.stateDir !== undefined) assertOwnFolder(named.stateDir, home);
  const stateDir = named.stateDir ?? join(home.homedir(), folderName(profile));
  const gatewayEnv = gatewayEnvOf(stateDir, home);
  return {
    profile,
    stateDir,
    ...(gatewayEnv !== undefined && { gatewayEnv }),
    config: named.config ?? join(stateDir, "openclaw.json"),
    secrets: join(stateDir, ".env"),
    defaultPort: profile === "dev" ? DEV_PORT : DEFAULT_PORT,
  };
}

/** @source the published OpenClaw 2026.9.6, docs/help/environment.md: read after `.env`, with the default state folder. */
function gatewayEnvOf(stateDir: string, { homedir }: Pick<Context, "homedir">): string | undefined {
  if (basename(stateDir) !== folderName(undefined)) return undefined;
  const home = unlessFails(homedir);
  if (home === undefined || join(home, folderName(undefined)) !== stateDir) return undefined;
  return join(home, ".config", "openclaw", "gateway.env");
}

/** Folders of the system, which must stay open to others. */
const SYSTEM_FOLDERS = /^\/(?:(?:bin|boot|dev|etc|lib|lib64|proc|run|sbin|sys|tmp|usr|var)(?:\/(?:lib|local|tmp))?)?$/;

/** The home of a person, which holds more than the files of one program, as that of a service may not. */
const PERSONS_HOME = /^\/(?:home|Users|root|var\/root|export\/home)(?:\/|$)/;

/**
 * @why a state folder is closed to others, which a home folder or `/etc` must not be by mistake. Throws
 * `usage.invalid`.
 */
function assertOwnFolder(path: string, context: Pick<Context, "homedir">): void {
  const home = unlessFails(() => context.homedir());
  const isOfService = path === home && !PERSONS_HOME.test(path);
  const holdsHome = home !== undefined && !isOfService && `${home}/`.startsWith(path.endsWith("/") ? path : `${path}/`);
  if (!holdsHome && !SYSTEM_FOLDERS.test(path)) return;
  const meant = join(holdsHome ? home : path, holdsHome ? ".openclaw" : "openclaw");
  throw new OpenclawError(({ core }) => core.sharedFolder({ name: "OPENCLAW_STATE_DIR", path }), {
    code: "usage.invalid",
    hint: ({ core }) => core.fixPath({ name: "OPENCLAW_STATE_DIR", meant }),
  });
}

/**
 * A folder of the profile's own name belongs to it, in whatever home: services and the published OpenClaw's children
 * are started like that. Throws `usage.conflict`.
 */
function assertSameProfile(
  { stateDir, config }: { readonly stateDir: string | undefined; readonly config: string | undefined },
  { flag, folder }: { readonly flag: string; readonly folder: string },
): void {
  const refuse = (name: string, path: string) => {
    throw new OpenclawError(({ core }) => core.profileElsewhere({ flag, folder, name, path }), {
      code: "usage.conflict",
      hint: ({ core }) => core.chooseProfile({ flag, name }),
    });
  };
  if (stateDir !== undefined && basename(stateDir) !== folder) refuse("OPENCLAW_STATE_DIR", stateDir);
  if (config !== undefined && basename(dirname(config)) !== folder) refuse("OPENCLAW_CONFIG_PATH", config);
}

/** The command to type for a profile: `openclaw --profile work gateway run`. */
export const commandLine = (profile: string | undefined, command: string): string =>
  profile === undefined ? `openclaw ${command}` : `openclaw --profile ${profile} ${command}`;
