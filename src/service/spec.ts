import { dirname, join } from "node:path";
import { realPath } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { isPassing, lastingFolders, serviceEnvironment } from "./environment.ts";
import { type ServiceNames, serviceNames } from "./names.ts";

/** What the system is to run, and how. */
export interface ServiceSpec {
  readonly names: ServiceNames;
  /** The program and its arguments; the program is an absolute path. */
  readonly command: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly homedir: string;
}

/** The service of a profile, as this very program would run it, and what has to be said about it. Throws `usage.invalid`. */
export function serviceSpec(
  paths: Paths,
  context: Pick<Context, "env" | "homedir" | "cwd" | "files" | "started">,
): { readonly spec: ServiceSpec; readonly notes: readonly string[] } {
  const { profile } = paths;
  const variables = serviceEnvironment(paths, context);
  const [node, script] = [lastingNode(context), lastingScript(context)];
  const command = [node, script, ...(profile === undefined ? [] : ["--profile", profile]), "gateway", "run"];
  assertWritable("The command line of the service", command.join(" "));
  for (const [name, value] of variables) assertWritable(name, value);
  return {
    spec: { names: serviceNames(profile), command, environment: variables, homedir: context.homedir() },
    notes: [
      ...(isPassing(script)
        ? [`${script} may be removed at any time: install openclaw for good, then install the service again.`]
        : []),
      ...(node.startsWith(`${context.homedir()}/`)
        ? [`The service uses ${node}. When you replace that Node, install the service again.`]
        : []),
    ],
  };
}

type Started = Pick<Context, "env" | "files" | "started">;

/** Of the ways to this Node the one that outlives an update: Homebrew and others let a link point to the newest. */
function lastingNode({ env, files, started }: Started): string {
  const folders = lastingFolders(env);
  if (folders.includes(dirname(started.node))) return started.node;
  const link = folders.map((folder) => join(folder, "node")).find((path) => realPath(path, { files }) === started.node);
  return link ?? started.node;
}

/** The script as it was named: a link on `PATH` stays when an update moves what it points to. */
const lastingScript = ({ files, started: { script } }: Started) =>
  isPassing(script) ? (realPath(script, { files }) ?? script) : script;

/** What neither a unit nor XML can hold: control characters, and code points that are no characters. */
const UNWRITABLE = /[\p{Cc}\p{Noncharacter_Code_Point}\p{Surrogate}]/u;

function assertWritable(what: string, text: string): void {
  if (!UNWRITABLE.test(text)) return;
  throw new OpenclawError(`${what} has a line break or another control character in it.`, {
    code: "usage.invalid",
    hint: "The files of system services cannot hold one: rename the folder, or change the variable.",
  });
}
