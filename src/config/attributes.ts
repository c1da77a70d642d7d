import { delimiter, join } from "node:path";
import { isThere } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import type { Message } from "../text/message.ts";

type AttributeContext = Pick<Context, "files" | "env" | "platform" | "run">;

/** Programs that list a file's extended attributes, one name a line; on Linux access lists are among them. */
const LISTERS: Partial<Record<NodeJS.Platform, { readonly command: string; readonly args: readonly string[] }>> = {
  linux: { command: "getfattr", args: ["--absolute-names", "-m", "-", "--"] },
  darwin: { command: "xattr", args: ["--"] },
};

/** The system gives these to every new file. */
const GIVEN_BY_SYSTEM = /^(?:security|trusted|com\.apple)\./;

/**
 * Node cannot copy extended attributes, and a replaced file is a new one: says which would be lost, as far as the
 * system's own program is there to ask.
 */
export async function attributesLost(paths: readonly string[], context: AttributeContext): Promise<readonly Message[]> {
  const { files, env, platform } = context;
  const lister = LISTERS[platform];
  if (lister === undefined) return [];
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  if (!folders.some((folder) => isThere(join(folder, lister.command), { files }))) return [];
  const found = await Promise.all(
    paths
      .filter((path) => isThere(path, { files }))
      .map(async (path) => ({ path, names: await attributesOf(path, lister, context) })),
  );
  return found
    .filter(({ names }) => names.length > 0)
    .map(
      ({ path, names }): Message =>
        (t) =>
          t.config.attributesLost({ path, names }),
    );
}

async function attributesOf(
  path: string,
  { command, args }: { readonly command: string; readonly args: readonly string[] },
  { run, env }: AttributeContext,
): Promise<readonly string[]> {
  const { status, stdout } = await run(command, [...args, path], {
    env: { PATH: env.PATH, LC_ALL: "C" },
    timeoutMs: 2_000,
    maxOutputBytes: 64 * 1024,
  });
  if (status !== 0) return [];
  const lines = stdout.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "" && !line.startsWith("#") && !GIVEN_BY_SYSTEM.test(line));
}
