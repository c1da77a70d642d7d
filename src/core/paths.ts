import { isAbsolute, join, normalize, resolve } from "node:path";
import type { Context, VariableName } from "./context.ts";
import { OpenclawError } from "./errors.ts";

export interface Paths {
  readonly profile: string | undefined;
  readonly stateDir: string;
  readonly config: string;
  readonly secrets: string;
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

/** Throws `usage.conflict` or `usage.invalid`. */
function profileName({ profile, dev }: ProfileFlags): string | undefined {
  if (profile === undefined) return dev ? "dev" : undefined;
  if (dev)
    throw new OpenclawError(({ core }) => core.cannotCombine({ flag: "--dev", other: "--profile" }), {
      code: "usage.conflict",
      hint: ({ core }) => core.passOnlyOne,
    });
  if (PROFILE_NAME.test(profile)) return profile;
  throw new OpenclawError(({ core }) => core.profileInvalid, { code: "usage.invalid" });
}

export function expandHome(path: string, context: Pick<Context, "homedir">): string {
  return path.replace(/^~(?=$|[\\/])/, () => context.homedir());
}

/**
 * Resolves paths from `OPENCLAW_HOME`, `OPENCLAW_STATE_DIR`, `OPENCLAW_CONFIG_PATH` and the profile. A leading `~` is
 * the home folder; relative paths start at the working directory. Empty variables count as unset. Home folder and
 * working directory are looked up only if needed, since either may be missing.
 * @source the published OpenClaw's rules, seen in 2026.5.28.
 */
export function resolvePaths(flags: ProfileFlags, context: Pick<Context, "env" | "homedir" | "cwd">): Paths {
  const profile = profileName(flags);
  const fromEnv = (name: VariableName, home: Pick<Context, "homedir">) => {
    const value = context.env[name]?.trim();
    if (!value) return undefined;
    const path = expandHome(value, home);
    return isAbsolute(path) ? normalize(path) : resolve(context.cwd(), path);
  };
  const home = { homedir: () => fromEnv("OPENCLAW_HOME", context) ?? context.homedir() };
  const stateDir =
    fromEnv("OPENCLAW_STATE_DIR", home) ??
    join(home.homedir(), profile === undefined ? ".openclaw" : `.openclaw-${profile}`);
  return {
    profile,
    stateDir,
    config: fromEnv("OPENCLAW_CONFIG_PATH", home) ?? join(stateDir, "openclaw.json"),
    secrets: join(stateDir, ".env"),
    defaultPort: profile === "dev" ? DEV_PORT : DEFAULT_PORT,
  };
}

/** The command to type for a profile: `openclaw --profile work gateway run`. */
export const commandLine = (profile: string | undefined, command: string): string =>
  profile === undefined ? `openclaw ${command}` : `openclaw --profile ${profile} ${command}`;

/** A text whose commands, in backticks, are for the profile. */
export const forProfile = (profile: string | undefined, text: string): string =>
  profile === undefined ? text : text.replace(/`openclaw (?!--profile )/g, `\`${commandLine(profile, "")}`);
