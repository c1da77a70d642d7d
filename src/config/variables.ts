import { basename, normalize } from "node:path";
import { type Context, type Env, lookUp } from "../core/context.ts";
import type { OpenclawError } from "../core/errors.ts";
import { unlessRefused } from "../core/errors.ts";
import { fail, ok, type Problem, type Result } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import type { JsonPath } from "./json5-value.ts";
import type { Config } from "./schema.ts";

/** Names that `${NAME}` can refer to. @source OpenClaw's rule. */
export const VARIABLE_NAME = /^[A-Z_][A-Z0-9_]*$/;

/** `$${NAME}` is an escaped `${NAME}`; only upper-case names are references. @source OpenClaw's rule. */
const REFERENCE = /\$?\$\{([A-Z_][A-Z0-9_]*)\}/g;

export interface FileValues {
  readonly config: Config;
  readonly secrets: ReadonlyMap<string, string>;
  /** Of the file that the published OpenClaw reads for its service. */
  readonly gatewayEnv?: ReadonlyMap<string, string>;
  /** The files that the values are from, to say where one is. */
  readonly from?: ValueFiles;
}

export type Place = Pick<Problem, "where" | "position">;

/** A file that dotenv reads. */
export interface VariablesText {
  readonly path: string;
  readonly text: string;
}

export interface ValueFiles {
  readonly gatewayEnv?: VariablesText;
  readonly secrets: VariablesText & {
    /** Why not everything in it was read. */
    readonly error?: OpenclawError;
  };
  readonly locate: (path: JsonPath) => Promise<Place>;
}

/** The places where a variable can be set, in order of precedence. */
export type VariableSource = "process environment" | ".env" | "gateway.env" | "config env" | "login shell";

export interface FoundVariable {
  readonly value: Secret;
  readonly source: VariableSource;
  /** The variable that it is the first key of, where it has no value of its own. */
  readonly listedIn?: string;
}

export interface Variable extends FoundVariable {
  /** Lower-precedence values that this one shadows. */
  readonly hides: readonly FoundVariable[];
}

/** By name. Unset and empty variables are absent. */
export type Variables = ReadonlyMap<string, Variable>;

export type VariableValues = ReadonlyMap<string, Pick<FoundVariable, "value"> & Partial<FoundVariable>>;

/** @source the published OpenClaw: 15 s unless `env.shellEnv.timeoutMs` or the variable says otherwise; 2 MiB. */
const SHELL_TIMEOUT_MS = 15_000;
const SHELL_OUTPUT_BYTES = 2 * 1024 * 1024;

/**
 * Looks in the process environment, then `.env`, then the service's file of the published OpenClaw, then `env` in the
 * configuration. Never runs the login shell, and never reads a `.env` in the working directory.
 */
export function findVariable(
  name: string,
  { config, secrets, gatewayEnv }: FileValues,
  env: Env,
): Variable | undefined {
  const candidates: readonly (readonly [VariableSource, string | undefined])[] = [
    ["process environment", lookUp(name, env)],
    [".env", secrets.get(name)],
    ["gateway.env", gatewayEnv?.get(name)],
    ["config env", configVariable(name, config)],
  ];
  const [found, ...hides] = candidates.flatMap(([source, value]) =>
    isGiven(value) ? [{ value: new Secret(value), source }] : [],
  );
  return found && { ...found, hides };
}

/** @why HTTP drops blanks around a value: a key of nothing else would be sent as an empty one. */
const isGiven = (value: string | undefined): value is string => value !== undefined && value.trim() !== "";

/** Like `findVariable` for several names. Runs the login shell if that is enabled and a variable is still missing. */
export async function findVariables(
  names: Iterable<string>,
  files: FileValues,
  context: Pick<Context, "env" | "run" | "files" | "homedir">,
): Promise<Variables> {
  const found = new Map<string, Variable>();
  const missing: string[] = [];
  for (const name of names) {
    const variable = findVariable(name, files, context.env);
    if (variable === undefined) missing.push(name);
    else found.set(name, variable);
  }
  if (missing.length > 0 && shellEnvEnabled(files.config, context.env)) {
    const shell = await readLoginShell(files.config, context);
    for (const name of missing) {
      const value = shell.get(name);
      if (isGiven(value)) found.set(name, { value: new Secret(value), source: "login shell", hides: [] });
    }
  }
  return found;
}

/** Values containing `${` are skipped, as in OpenClaw. */
function configVariable(name: string, config: Config): string | undefined {
  const [, value] = writtenVariable(name, config) ?? [];
  return value?.includes("${") ? undefined : value;
}

/** The place of a value that is skipped. */
export function skippedVariable(name: string, config: Config): JsonPath | undefined {
  const [path, value] = writtenVariable(name, config) ?? [];
  return value?.includes("${") ? path : undefined;
}

/** `env.vars.NAME`, else `env.NAME` as in older files. */
function writtenVariable(name: string, { env }: Config): readonly [JsonPath, string] | undefined {
  const vars: Readonly<Record<string, unknown>> = env?.vars ?? {};
  const bare: Readonly<Record<string, unknown>> = env ?? {};
  const [path, value] = Object.hasOwn(vars, name)
    ? [["env", "vars", name], vars[name]]
    : [["env", name], Object.hasOwn(bare, name) ? bare[name] : undefined];
  return typeof value === "string" ? [path, value] : undefined;
}

/** @source the published OpenClaw: either switches it on, the variable with one of these words. */
export const shellEnvEnabled = ({ env }: Config, { OPENCLAW_LOAD_SHELL_ENV: wanted = "" }: Env): boolean =>
  env?.shellEnv?.enabled === true || /^(?:1|true|yes|on)$/i.test(wanted.trim());

/**
 * Prints a NUL and every variable, followed by a NUL each: the first one separates whatever the profile prints.
 * @why `command`: an interactive Bash would expand aliases of these names.
 */
const PRINT_VARIABLES = "command printf '\\0'; command env -0";

/**
 * Bash also runs interactively, so that a variable is found behind the usual `[ -z "$PS1" ] && return` in `.bashrc`.
 * @source the published OpenClaw 2026.9.6, docs/help/environment.md: `bash -lic`, other shells `-l -c`.
 */
const shellArguments = (shell: string): readonly string[] =>
  basename(shell) === "bash" ? ["-lic", PRINT_VARIABLES] : ["-l", "-c", PRINT_VARIABLES];

/** The exports of the login shell. Empty if the shell fails, prints too much or takes too long. */
async function readLoginShell(
  { env }: Config,
  context: Pick<Context, "env" | "run" | "files" | "homedir">,
): Promise<ReadonlyMap<string, string>> {
  const written = context.env.OPENCLAW_SHELL_ENV_TIMEOUT_MS?.trim() ?? "";
  const timeoutMs = env?.shellEnv?.timeoutMs || (/^\d+$/.test(written) && Number(written)) || SHELL_TIMEOUT_MS;
  const shell = loginShell(context);
  const { stdout } = await context.run(shell, shellArguments(shell), {
    env: { ...context.env, HOME: context.homedir(), ZDOTDIR: undefined },
    timeoutMs,
    maxOutputBytes: SHELL_OUTPUT_BYTES,
    // A profile may start an agent that keeps the output open.
    leavesChildren: true,
  });
  // After the last NUL comes what the profile prints when the shell ends.
  const entries = stdout.split("\0").slice(1, -1);
  return new Map(
    entries.flatMap((entry) => {
      const end = entry.indexOf("=");
      return end <= 0 ? [] : [[entry.slice(0, end), entry.slice(end + 1)] as const];
    }),
  );
}

/** `$SHELL` if the system lists it as a login shell, else `/bin/sh`. */
function loginShell({ env, files }: Pick<Context, "env" | "files">): string {
  const shell = env.SHELL ?? "";
  // Without the list, only /bin/sh is trusted.
  const list = unlessRefused(() => files.readFileSync("/etc/shells", "utf8")) ?? "";
  const listed = list.split("\n").map((line) => line.trim());
  return shell.startsWith("/") && normalize(shell) === shell && listed.includes(shell) ? shell : "/bin/sh";
}

export function variablesIn(text: string): readonly string[] {
  const names = [...text.matchAll(REFERENCE)]
    .filter(([whole]) => !whole.startsWith("$$"))
    .map(([, name]) => name ?? "");
  return [...new Set(names)];
}

/** Replaces every `${NAME}`. A name without a value is a problem; it is never left as literal text. */
export function substitute(text: string, variables: VariableValues, from?: ValueFiles): Result<Secret> {
  const missing = variablesIn(text).filter((name) => !variables.has(name));
  if (missing.length > 0) return fail(missingVariables(missing, from));
  const value = text.replace(REFERENCE, (whole, name: string) =>
    whole.startsWith("$$") ? whole.slice(1) : (variables.get(name)?.value.reveal() ?? whole),
  );
  return ok(new Secret(value));
}

export function missingVariables(names: readonly string[], from: Pick<ValueFiles, "secrets"> | undefined): Problem {
  const { path, error } = from?.secrets ?? {};
  if (path === undefined || error === undefined) {
    return {
      message: ({ config }) => config.variablesMissing(names),
      hint: ({ config }) => config.setVariables({ number: names.length, path }),
    };
  }
  // Unread lines may hold them, so they are not said to be missing.
  const unread = error.code === "file.access" ? "variablesUnread" : "linesUnread";
  return { message: ({ config }) => config[unread]({ names, path }), hint: ({ config }) => config.fixSecretsFirst };
}
