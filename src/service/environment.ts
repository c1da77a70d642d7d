import { delimiter, isAbsolute, resolve } from "node:path";
import { PROXY_VARIABLES } from "../config/resolve.ts";
import type { Context, Env } from "../core/context.ts";
import { expandHome, type Paths } from "../core/paths.ts";
import { scrub } from "../core/redact.ts";

/** Variables that change how the gateway runs and are taken over as they are. */
const SETTINGS = ["OPENCLAW_LOAD_SHELL_ENV", "OPENCLAW_SHELL_ENV_TIMEOUT_MS"];

/** Folders that are gone when the shell is, or that npm clears. */
const PASSING =
  /^\/(?:run\/user|tmp|private\/tmp|var\/folders)\/|\/(?:_npx|fnm_multishells|node_modules\/\.bin)(?:\/|$)/;

/** Whether a path is made for the moment, so that a service must not depend on it. */
export const isPassing = (path: string): boolean => PASSING.test(path);

/**
 * The little that a service cannot do without and no secret: where its files are, and what Node and the programs of
 * secret references need. Everything else it reads itself, at every start, from where it is kept.
 */
export function serviceEnvironment(
  paths: Paths,
  context: Pick<Context, "env" | "homedir" | "cwd">,
): ReadonlyMap<string, string> {
  const { env } = context;
  const wanted: readonly (readonly [name: string, value: string | undefined])[] = [
    ["HOME", context.homedir()],
    ["PATH", lastingFolders(env).join(delimiter)],
    ["OPENCLAW_STATE_DIR", env.OPENCLAW_HOME || env.OPENCLAW_STATE_DIR ? paths.stateDir : undefined],
    ["OPENCLAW_CONFIG_PATH", env.OPENCLAW_CONFIG_PATH && paths.config],
    ["OPENCLAW_INCLUDE_ROOTS", absoluteList(env.OPENCLAW_INCLUDE_ROOTS, context)],
    ["NODE_EXTRA_CA_CERTS", env.NODE_EXTRA_CA_CERTS && resolve(context.cwd(), env.NODE_EXTRA_CA_CERTS)],
    ...[...SETTINGS, ...PROXY_VARIABLES].map((name) => [name, env[name]] as const),
  ];
  return new Map(wanted.flatMap(([name, value]) => (value && !holdsCredentials(name, value) ? [[name, value]] : [])));
}

/** A proxy's user information, with or without a scheme in front; for anything else the shape of a credential. */
const holdsCredentials = (name: string, value: string) =>
  (PROXY_VARIABLES.includes(name) && value.includes("@")) || scrub(value) !== value;

/** The folders of `PATH` that will be there after the next start of the machine, each once. */
export function lastingFolders({ PATH = "" }: Env): readonly string[] {
  return [...new Set(PATH.split(delimiter))].filter((folder) => isAbsolute(folder) && !isPassing(`${folder}/`));
}

function absoluteList(list: string | undefined, context: Pick<Context, "homedir" | "cwd">): string | undefined {
  const folders = (list ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => resolve(context.cwd(), expandHome(folder, context))).join(delimiter);
}
