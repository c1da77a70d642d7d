import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { PROXY_VARIABLES } from "../config/resolve.ts";
import { realPath } from "../core/atomic-file.ts";
import { type Context, type Env, lookUp } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { expandHome } from "../core/path-variable.ts";
import { commandLine, type Paths } from "../core/paths.ts";
import { scrub } from "../core/redact.ts";
import type { Message } from "../text/message.ts";

export interface ServiceNames {
  readonly unit: string;
  /** The launchd agent's label, after which its file is named. */
  readonly label: string;
}

/** @source the published OpenClaw's names, seen in 2026.5.28; the default profile has no name. */
export const serviceNames = (profile: string | undefined): ServiceNames =>
  profile === undefined
    ? { unit: "openclaw-gateway.service", label: "ai.openclaw.gateway" }
    : { unit: `openclaw-gateway-${profile}.service`, label: labelOf(profile) };

/** @why a profile called "gateway" would get the default one's label, also on file systems that ignore case. */
const labelOf = (profile: string) =>
  /^gateway$/i.test(profile) ? `ai.openclaw.${profile}.profile` : `ai.openclaw.${profile}`;

/** Absolute paths of the files from which systemd and launchd start a profile's service. */
export interface ServiceFiles {
  readonly unit: string;
  readonly agent: string;
}

/** `homedir` is the user's real one, where systemd and launchd look whatever `HOME` says. */
export function serviceFiles(profile: string | undefined, homedir: string): ServiceFiles {
  const { unit, label } = serviceNames(profile);
  return {
    unit: join(homedir, ".config", "systemd", "user", unit),
    agent: join(homedir, "Library", "LaunchAgents", `${label}.plist`),
  };
}

/** Starts every service file we write, which is how we recognise ours. */
export const MARK = "Written by openclaw.";

/** @why longer than the 30 s for which the gateway waits for open requests when it is told to stop. */
export const STOP_TIMEOUT_S = 40;

export interface ServiceSpec {
  readonly names: ServiceNames;
  /** Starts with the absolute path of the program. */
  readonly command: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly homedir: string;
}

/**
 * A profile's service as this installation of openclaw would run it, with notes for the user. Throws `usage.invalid`.
 */
export function serviceSpec(
  paths: Paths,
  context: Pick<Context, "env" | "homedir" | "cwd" | "files" | "started">,
): { readonly spec: ServiceSpec; readonly notes: readonly Message[] } {
  const { profile } = paths;
  const homedir = context.homedir();
  const environment = serviceEnvironment(paths, context);
  const [node, script] = [stableNode(context), stableScript(context)];
  const command = [node, script, ...(profile === undefined ? [] : ["--profile", profile]), "gateway", "run"];
  if (UNWRITABLE.test(command.join(" "))) throw unwritable((t) => t.service.commandUnwritable);
  for (const [name, value] of environment)
    if (UNWRITABLE.test(value)) throw unwritable((t) => t.service.variableUnwritable(name));
  const install = commandLine(profile, "gateway install");
  const scriptNote: Message = (t) => t.service.temporaryScript({ script, command: install });
  const nodeNote: Message = (t) => t.service.nodeMayChange({ node, command: install });
  return {
    spec: { names: serviceNames(profile), command, environment, homedir },
    notes: [...(isTemporary(script) ? [scriptNote] : []), ...(node.startsWith(`${homedir}/`) ? [nodeNote] : [])],
  };
}

/** Neither a unit nor XML can hold control characters, surrogates and noncharacters. */
const UNWRITABLE = /[\p{Cc}\p{Noncharacter_Code_Point}\p{Surrogate}]/u;

const unwritable = (message: Message) =>
  new OpenclawError(message, { code: "usage.invalid", hint: (t) => t.service.renameOrChange });

/** The path to this Node that survives an update: Homebrew and others maintain a link to the newest version. */
function stableNode({ env, files, started }: Pick<Context, "env" | "files" | "started">): string {
  const folders = permanentFolders(env);
  if (folders.includes(dirname(started.node))) return started.node;
  const link = folders.map((folder) => join(folder, "node")).find((path) => realPath(path, { files }) === started.node);
  return link ?? started.node;
}

/** Prefers the script as it was invoked, since a link on `PATH` survives an update that moves its target. */
const stableScript = ({ files, started: { script } }: Pick<Context, "files" | "started">) =>
  isTemporary(script) ? (realPath(script, { files }) ?? script) : script;

const COPIED_VARIABLES = ["OPENCLAW_LOAD_SHELL_ENV", "OPENCLAW_SHELL_ENV_TIMEOUT_MS", ...PROXY_VARIABLES];

/**
 * The few variables a service needs, none of them secret: the location of its files, and what Node and secret-reference
 * programs need. The gateway reads everything else from its files at every start.
 */
export function serviceEnvironment(
  paths: Paths,
  context: Pick<Context, "env" | "homedir" | "cwd">,
): ReadonlyMap<string, string> {
  const { env } = context;
  const wanted: readonly (readonly [name: string, value: string | undefined])[] = [
    ["HOME", context.homedir()],
    ["PATH", permanentFolders(env).join(delimiter)],
    ["OPENCLAW_STATE_DIR", env.OPENCLAW_HOME || env.OPENCLAW_STATE_DIR ? paths.stateDir : undefined],
    ["OPENCLAW_CONFIG_PATH", env.OPENCLAW_CONFIG_PATH && paths.config],
    ["OPENCLAW_INCLUDE_ROOTS", absoluteList(env.OPENCLAW_INCLUDE_ROOTS, context)],
    ["NODE_EXTRA_CA_CERTS", env.NODE_EXTRA_CA_CERTS && absolutePath(env.NODE_EXTRA_CA_CERTS, context)],
    ...COPIED_VARIABLES.map((name) => [name, lookUp(name, env)] as const),
  ];
  return new Map(wanted.flatMap(([name, value]) => (value && !holdsCredentials(name, value) ? [[name, value]] : [])));
}

/**
 * True for a proxy URL with user information, with or without a scheme, and for anything that looks like a credential.
 */
const holdsCredentials = (name: string, value: string) =>
  (PROXY_VARIABLES.includes(name) && value.includes("@")) || scrub(value) !== value;

/** Folders that disappear with the login session, or that npm clears. */
const TEMPORARY_FOLDER =
  /^\/(?:run\/user|tmp|private\/tmp|var\/folders)\/|\/(?:_npx|fnm_multishells|node_modules\/\.bin)(?:\/|$)/;

const isTemporary = (path: string): boolean => TEMPORARY_FOLDER.test(path);

/** The distinct folders in `PATH` that survive a reboot. */
function permanentFolders({ PATH = "" }: Env): readonly string[] {
  return [...new Set(PATH.split(delimiter))].filter((folder) => isAbsolute(folder) && !isTemporary(`${folder}/`));
}

function absoluteList(list: string | undefined, context: Pick<Context, "homedir" | "cwd">): string | undefined {
  const folders = (list ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => absolutePath(expandHome(folder, context), context)).join(delimiter);
}

/** Looks up the working directory only for a relative path, since it may have been removed. */
const absolutePath = (path: string, context: Pick<Context, "cwd">) =>
  isAbsolute(path) ? resolve(path) : resolve(context.cwd(), path);
