import { basename, dirname, join } from "node:path";
import type { Context } from "./context.ts";
import { unlessRefused } from "./errors.ts";
import { ABANDONED_MS, namespaceMark, ownNamespace, type PidNamespace } from "./pid-namespace.ts";

/** Hidden, and matched by a `.gitignore` that covers `.env*` if the target is `.env`. */
const temporaryPrefix = (target: string) => `.${basename(target).replace(/^\./, "")}.`;

interface TemporaryOwner {
  readonly pid: number;
  readonly token: string;
  readonly within?: PidNamespace;
}

/** A name next to the target that identifies its owner, so `removeLeftovers` can tell when it is abandoned. */
export function temporaryName(target: string, { pid, token, within }: TemporaryOwner): string {
  const mark = within === undefined ? "" : namespaceMark(within);
  return join(dirname(target), `${temporaryPrefix(target)}${pid}.${token}${mark && `-${mark}`}.tmp`);
}

type LeftoverContext = Pick<Context, "files" | "pid" | "isAlive"> & Partial<Pick<Context, "now">>;

/**
 * Temporary files next to the target that belong to ended processes. Whether a process of another namespace has ended is not
 * known, so its files count where a clock says that they are old.
 */
export const leftovers = (target: string, context: LeftoverContext): readonly string[] =>
  leftoversOf([target], context);

/** The same for several files; reads each of their folders once. */
export function leftoversOf(targets: readonly string[], context: LeftoverContext): readonly string[] {
  const folders = new Map<string, readonly string[]>();
  return targets.flatMap((target) => {
    const folder = dirname(target);
    const names = folders.get(folder) ?? unlessRefused(() => context.files.readdirSync(folder)) ?? [];
    folders.set(folder, names);
    return leftoversAmong(names, target, context);
  });
}

function leftoversAmong(names: readonly string[], target: string, context: LeftoverContext): readonly string[] {
  const { files, pid, isAlive, now } = context;
  const prefix = temporaryPrefix(target);
  return names
    .filter((name) => name.startsWith(prefix))
    .flatMap((name) => {
      const [, id, mark] = /^(\d+)\.[0-9a-f]+(?:-([0-9a-f]+))?\.tmp$/.exec(name.slice(prefix.length)) ?? [];
      if (id === undefined) return [];
      const path = join(dirname(target), name);
      const own = namespaceMark(ownNamespace(context));
      if (mark !== undefined && own !== "" && mark !== own) {
        const stats = unlessRefused(() => files.lstatSync(path, { throwIfNoEntry: false }));
        const isOld = stats && now && now().getTime() - stats.mtimeMs > ABANDONED_MS;
        return isOld ? [path] : [];
      }
      // This process has no temporary file at this point, so one with its id belongs to an earlier process.
      return Number(id) === pid || !isAlive(Number(id)) ? [path] : [];
    });
}

export function removeLeftovers(target: string, context: LeftoverContext): void {
  for (const path of leftovers(target, context)) unlessRefused(() => context.files.unlinkSync(path));
}
