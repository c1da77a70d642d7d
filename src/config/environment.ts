import type { Context, Env } from "../core/context.ts";
import { Secret } from "../core/secret.ts";
import type { Config } from "./schema.ts";

/** Where a variable's value came from, best first; the first that has one wins. */
export type Source = "process environment" | ".env" | "config env" | "login shell";

export interface Found {
  readonly value: Secret;
  readonly source: Source;
}

export interface EnvironmentInput {
  /** What the secrets file says. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly config: Config;
}

/** Variables by name; one that has no value anywhere, or an empty one, is absent. */
export type Variables = ReadonlyMap<string, Found>;

/** @source the published OpenClaw: 15 s unless `env.shellEnv.timeoutMs` or the variable says otherwise; 2 MiB. */
const SHELL_TIMEOUT_MS = 15_000;
const SHELL_OUTPUT_BYTES = 2 * 1024 * 1024;

/**
 * The values of `names`, each with its source: process environment, then `.env`, then `env` in the configuration,
 * then the login shell. The shell runs only when it is allowed to and something is still missing.
 * A `.env` in the working directory is never looked at.
 */
export async function resolveVariables(
  names: Iterable<string>,
  { secrets, config }: EnvironmentInput,
  context: Pick<Context, "env" | "run" | "files" | "homedir">,
): Promise<Variables> {
  const found = new Map<string, Found>();
  const missing: string[] = [];
  for (const name of names) {
    const [value] = valuesOf(name, { secrets, config }, context.env);
    if (value === undefined) missing.push(name);
    else found.set(name, value);
  }
  if (missing.length > 0 && shellEnvEnabled(config, context.env)) {
    const shell = await readLoginShell(config, context);
    for (const name of missing) {
      const value = shell.get(name);
      if (value) found.set(name, { value: new Secret(value), source: "login shell" });
    }
  }
  return found;
}

/** Every value that a variable has without asking the login shell, best first: the first one hides the others. */
export function valuesOf(name: string, { secrets, config }: EnvironmentInput, env: Env): readonly Found[] {
  const candidates: readonly (readonly [Source, string | undefined])[] = [
    ["process environment", env[name]],
    [".env", secrets.get(name)],
    ["config env", configVariable(name, config)],
  ];
  return candidates.flatMap(([source, value]) => (value ? [{ value: new Secret(value), source }] : []));
}

/** `env.vars.NAME`, else `env.NAME` as older files have it. Values that hold `${` are skipped, as OpenClaw does. */
function configVariable(name: string, { env }: Config): string | undefined {
  if (env === undefined) return undefined;
  const bare = Object.hasOwn(env, name) ? (env as Readonly<Record<string, unknown>>)[name] : undefined;
  const value = env.vars !== undefined && Object.hasOwn(env.vars, name) ? env.vars[name] : bare;
  return typeof value === "string" && !value.includes("${") ? value : undefined;
}

function shellEnvEnabled({ env }: Config, processEnv: Env): boolean {
  return env?.shellEnv?.enabled ?? processEnv.OPENCLAW_LOAD_SHELL_ENV === "1";
}

/** What `$SHELL -l` exports; empty when the shell fails, prints too much or takes too long. */
async function readLoginShell(
  { env }: Config,
  context: Pick<Context, "env" | "run" | "files" | "homedir">,
): Promise<ReadonlyMap<string, string>> {
  const timeoutMs = env?.shellEnv?.timeoutMs || Number(context.env.OPENCLAW_SHELL_ENV_TIMEOUT_MS) || SHELL_TIMEOUT_MS;
  // What the profile prints ends at the first NUL, so that it cannot pass for a variable.
  const { stdout } = await context.run(loginShell(context), ["-l", "-c", "printf '\\0'; env -0"], {
    env: { ...context.env, HOME: context.homedir(), ZDOTDIR: undefined },
    timeoutMs,
    maxOutputBytes: SHELL_OUTPUT_BYTES,
  });
  const entries = stdout.split("\0").slice(1);
  return new Map(entries.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]));
}

/** `$SHELL` when the system lists it as a login shell, else `/bin/sh`. */
function loginShell({ env, files }: Pick<Context, "env" | "files">): string {
  const shell = env.SHELL ?? "";
  try {
    const allowed = files.readFileSync("/etc/shells", "utf8").split("\n");
    if (shell.startsWith("/") && allowed.includes(shell)) return shell;
  } catch {
    // No list, no trust: the standard shell is always there.
  }
  return "/bin/sh";
}
