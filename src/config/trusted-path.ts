import type { Stats } from "node:fs";
import { dirname, isAbsolute, join, parse, sep } from "node:path";
import type { Context } from "../core/context.ts";
import { unlessRefused } from "../core/errors.ts";
import { expandHome } from "../core/path-variable.ts";
import { userName } from "../core/refusal.ts";
import type { Problem } from "../core/result.ts";
import { escapedPath } from "../core/shell-quoting.ts";
import { isInside } from "./include.ts";

export interface TrustRules {
  /** Accepts a file that others may change. */
  readonly allowInsecurePath?: boolean;
  /** If given, the file must be in one of these. */
  readonly trustedDirs?: readonly string[];
}

/**
 * Why neither a secret is read from this path nor a program started from it; `undefined` for a path that is not there.
 * @why a relative path leads wherever the command happens to run, and who may change a program that we start can read
 * every credential.
 * @source the published OpenClaw wants both absolute, and writable by nobody else unless `allowInsecurePath` is set
 * (docs/gateway/secrets in npm openclaw@2026.9.6). It refuses links, too; here their target is judged.
 */
export function pathFault(
  written: string,
  source: "file" | "exec",
  { allowInsecurePath = false, trustedDirs }: TrustRules,
  context: Pick<Context, "files" | "homedir" | "uid">,
): Omit<Problem, "path"> | undefined {
  const { files, uid } = context;
  const path = expandHome(written, context);
  if (!isAbsolute(path))
    return { message: ({ config }) => config.pathRelative(written), hint: ({ config }) => config.writeFullPath };
  // Node throws at it, instead of reporting a file that is not there.
  if (path.includes("\0")) return { message: ({ config }) => config.pathWithNul };
  const found = unlessRefused(() => files.realpathSync(path));
  if (found === undefined) return undefined;
  if (trustedDirs !== undefined) {
    const trusted = trustedDirs.map((folder) => realFolder(expandHome(folder, context), files));
    if (!isInside(found, trusted)) return { message: ({ config }) => config.pathNotTrusted(found) };
  }
  const stats = unlessRefused(() => files.statSync(found));
  if (stats === undefined || uid === undefined || allowInsecurePath || !stats.isFile()) return undefined;
  if ((stats.mode & 0o022) !== 0) return changeable(found, "go-w");
  const onTheWay = unlessRefused(() => wayFault(path, uid, files));
  if (onTheWay !== undefined) return onTheWay;
  if (source === "file" || stats.uid === 0 || stats.uid === uid) return undefined;
  return { message: ({ config }) => config.programOfOther({ path: found, owner: userName(stats.uid, files) }) };
}

/**
 * The whole world may not put another file in its place either, in any folder on the way there, links included. A sticky
 * folder, such as /tmp, prevents that, but for a link of somebody else: Linux does not follow those there.
 */
function wayFault(path: string, uid: number, files: Context["files"]): Omit<Problem, "path"> | undefined {
  let folder = parse(path).root;
  const left = namesIn(path);
  for (let steps = 0; left.length > 0 && steps < MOST_STEPS; steps += 1) {
    const name = left.shift() ?? "";
    const stats = files.statSync(folder);
    if (isOpen(stats)) return changeable(folder, "o-w");
    const entry = name === ".." ? dirname(folder) : join(folder, name);
    const found = files.lstatSync(entry);
    if (found.isSymbolicLink()) {
      const target = files.readlinkSync(entry);
      const isForeign = found.uid !== 0 && found.uid !== uid && found.uid !== stats.uid;
      if ((stats.mode & 0o002) !== 0 && isForeign) return { message: ({ config }) => config.pathChangeable(entry) };
      if (isAbsolute(target)) folder = parse(target).root;
      left.unshift(...namesIn(target));
    } else folder = entry;
  }
  return undefined;
}

/** @why links that change meanwhile could lead on for ever. */
const MOST_STEPS = 1_000;

const namesIn = (path: string): string[] =>
  path
    .slice(parse(path).root.length)
    .split(sep)
    .filter((name) => name !== "" && name !== ".");

const realFolder = (path: string, files: Context["files"]) => unlessRefused(() => files.realpathSync(path)) ?? path;

const isOpen = ({ mode }: Stats) => (mode & 0o1002) === 0o002;

const changeable = (path: string, change: string): Omit<Problem, "path"> => ({
  message: ({ config }) => config.pathChangeable(path),
  hint: ({ config }) => config.protectPath(`chmod ${change} ${escapedPath(path)}`),
});
