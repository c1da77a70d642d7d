import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { PINNED, type PinnedId } from "./pinned.ts";

/** Kept for the next run, beside those of other versions. */
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "openclaw-test-clients");

const installations = new Map<PinnedId, Promise<string>>();

/** The folder that a client is installed in, from npm where the cache has it not. */
export function installed(id: PinnedId): Promise<string> {
  const known = installations.get(id);
  if (known !== undefined) return known;
  const folder = install(id);
  installations.set(id, folder);
  return folder;
}

function install(id: PinnedId): Promise<string> {
  const { name, packages } = PINNED[id];
  return installIn(join(CACHE, `${id}-${Object.values(packages).join("-")}`), name, packages);
}

/** Installs packages in a folder of a cache, which is there as a whole or not at all. Throws what npm says. */
export async function installIn(
  folder: string,
  name: string,
  packages: Readonly<Record<string, string>>,
): Promise<string> {
  if (existsSync(folder)) return folder;
  const begun = `${folder}.${process.pid}`;
  mkdirSync(begun, { recursive: true });
  writeFileSync(join(begun, "package.json"), JSON.stringify({ private: true, dependencies: packages }));
  const failure = await npmInstall(begun);
  if (failure === undefined) {
    renameSync(begun, folder);
    return folder;
  }
  rmSync(begun, { recursive: true, force: true });
  throw new Error(`${name} is not installed, so nothing about it is shown. npm says: ${failure}`);
}

/** What npm says if it fails. No script of a package is run. */
const npmInstall = (cwd: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    // Several of them ask for a newer Node than this project does, and run all the same.
    const flags = [
      "install",
      "--ignore-scripts",
      "--engine-strict=false",
      "--no-audit",
      "--no-fund",
      "--loglevel",
      "error",
    ];
    execFile("npm", flags, { cwd }, (error, _, stderr) => resolve(error === null ? undefined : stderr.trim()));
  });

/** The version that is there, which is the pinned one. */
export function installedVersion(folder: string, id: PinnedId): string {
  const [main = ""] = Object.keys(PINNED[id].packages);
  const { version } = JSON.parse(readFileSync(join(folder, "node_modules", main, "package.json"), "utf8"));
  return version;
}

/** The program that a package brings for this platform in an optional dependency, which its own script would have linked. */
export const nativeProgram = (folder: string, name: string, path: string): string =>
  join(folder, "node_modules", `${name}-${process.platform}-${process.arch}`, path);
