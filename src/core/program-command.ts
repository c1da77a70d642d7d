import { delimiter, isAbsolute, join, relative } from "node:path";
import { isThere, readIfPresent, realPath } from "./atomic-file.ts";
import type { Context } from "./context.ts";
import { unlessFails } from "./errors.ts";
import { parseJsonObject } from "./json.ts";
import { quotedWord } from "./shell-quoting.ts";

/** The word behind the program's name with which a shell asks how its command line goes on. */
export const COMPLETE = "__complete";

type StartContext = Pick<Context, "env" | "files" | "started" | "cwd" | "platform">;

/** Folders that npm puts on the path of what it starts, and only of that. */
const BY_NPM = /[\\/](?:_npx|node_modules[\\/]\.bin)(?:[\\/]|$)/;

/** The file that a name starts in this user's shell. */
export function onPath(
  name: string,
  { env: { PATH = "" }, files }: Pick<Context, "env" | "files">,
): string | undefined {
  const folders = PATH.split(delimiter).filter((folder) => isAbsolute(folder) && !BY_NPM.test(folder));
  for (const folder of folders) {
    const path = join(folder, name);
    // Most folders do not have it, which `realPath` learns from an error that takes longer than the whole look.
    const found = isThere(path, { files }) ? realPath(path, { files }) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** True if `openclaw`, typed in this user's shell, starts this program and no other. */
export function isOnPath({ env, files, started }: Pick<Context, "env" | "files" | "started">): boolean {
  const found = onPath("openclaw", { env, files });
  return found !== undefined && found === realPath(started.script, { files });
}

/** The command that starts this program again from the working folder, as a person types it. */
export function programCommand(context: StartContext): string {
  const { files, started } = context;
  if (isOnPath(context)) return "openclaw";
  const byNpx = npxCommand(context);
  if (byNpx !== undefined) return byNpx;
  const node = onPath("node", context) === realPath(started.node, { files }) ? "node" : started.node;
  const line = [node, shortest(started.script, context)].map(quotedWord).join(" ");
  // PowerShell prints a line that begins with a quoted word instead of running it.
  return context.platform === "win32" && line.startsWith("'") ? `& ${line}` : line;
}

/**
 * The package that npx was asked to run, or `openclaw` of the project around the working folder.
 * @source npm 10: the `package.json` that it writes into `_npx/<hash>` has what was asked for as `_npx.packages`.
 */
function npxCommand({ files, started: { script }, cwd }: StartContext): string | undefined {
  const [cache] = /^.*[\\/]_npx[\\/][^\\/]+(?=[\\/])/.exec(script) ?? [];
  if (cache !== undefined) {
    const [first, ...others] = askedOf(join(cache, "package.json"), files);
    if (first === undefined || others.length > 0) return undefined;
    // npx would start the packed file itself.
    return /^(?:[./~]|file:|\w:\\)/.test(first) ? `npx -p ${quotedWord(first)} openclaw` : `npx ${quotedWord(first)}`;
  }
  const [, project] = /^(.+?)[\\/]node_modules[\\/](?:\.bin|openclaw)[\\/]/.exec(script) ?? [];
  return project !== undefined && isBelow(workingFolder(cwd), project) ? "npx openclaw" : undefined;
}

function askedOf(manifest: string, files: Context["files"]): readonly string[] {
  const text = unlessFails(() => readIfPresent(manifest, { files }))?.toString("utf8") ?? "";
  const npx = Object(parseJsonObject(text)?._npx) as { readonly packages?: unknown };
  return Array.isArray(npx.packages) ? npx.packages.filter((one) => typeof one === "string") : [];
}

function shortest(path: string, { cwd }: Pick<Context, "cwd">): string {
  const folder = workingFolder(cwd);
  return isBelow(path, folder) ? relative(folder, path) : path;
}

const isBelow = (path: string, folder: string): boolean =>
  folder !== "" && !/^\.\.(?:[\\/]|$)/.test(relative(folder, path)) && !isAbsolute(relative(folder, path));

/** Empty if it was removed. */
function workingFolder(cwd: Context["cwd"]): string {
  return unlessFails(cwd) ?? "";
}
