import { basename, dirname, join } from "node:path";
import { isThere, realPath } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { attempt } from "../core/errors.ts";
import { pathIn } from "../core/path-variable.ts";
import type { Paths } from "../core/paths.ts";
import { escapedPath } from "../core/shell-quoting.ts";
import type { Message } from "../text/message.ts";

/** Files of OpenClaw that are not read, because they are in another place or have an old name. */
export interface Elsewhere {
  readonly where: string;
  readonly message: Message;
  readonly fix: Message;
}

/** @source the published OpenClaw's former names, Clawdbot and Moltbot, and a misspelling it once used. */
const FORMER_NAMES = ["clawdbot", "moltbot", "moldbot"];

/** Looked for before anything is written, since a new folder of ours hides an old one from the published OpenClaw. */
export async function filesElsewhere(
  { stateDir, config, profile }: Paths,
  context: Pick<Context, "env" | "files" | "homedir" | "cwd">,
): Promise<readonly Elsewhere[]> {
  const found: Elsewhere[] = [];
  const add = (where: string, message: Message, fix: Message) => found.push({ where, message, fix });
  const exists = (path: string) => isThere(path, context);
  const ownHome = await attempt(() => context.homedir());
  const mayMoveFile = !exists(config);
  const moving =
    (from: string): Message =>
    (t) =>
      mayMoveFile
        ? t.config.moveFile({ from: escapedPath(from), to: escapedPath(config) })
        : t.config.removeFormer(config);
  const home = context.env.OPENCLAW_STATE_DIR ? undefined : pathIn("OPENCLAW_HOME", context);
  const above = join(dirname(stateDir), "openclaw.json");
  const below = join(stateDir, ".openclaw", "openclaw.json");
  if (home !== undefined && /^\.openclaw(?:-|$)/.test(basename(home))) {
    add(
      home,
      (t) => t.config.homeIsStateFolder(stateDir),
      (t) => t.config.setHomeAbove({ home: dirname(home), folder: home }),
    );
  } else if (exists(above) && above !== config) {
    // The home folder cannot be the state folder.
    const isInHome = ownHome.ok && dirname(above) === ownHome.value;
    add(
      above,
      (t) => t.config.configAbove(config),
      isInHome ? moving(above) : (t) => t.config.useFolder(dirname(above)),
    );
  }
  if (exists(below) && below !== config) {
    add(
      below,
      (t) => t.config.configBelow(config),
      (t) => t.config.useFolder(dirname(below)),
    );
  }
  const suffix = profile === undefined ? "" : `-${profile}`;
  const real = (path: string) => realPath(path, context) ?? path;
  const folders = new Set([dirname(stateDir), ...(ownHome.ok ? [ownHome.value] : [])]);
  for (const name of FORMER_NAMES) {
    for (const former of [...folders].map((folder) => join(folder, `.${name}${suffix}`))) {
      // The published OpenClaw leaves a link in place of a folder that it has moved.
      if (!exists(former) || real(former) === real(stateDir)) continue;
      const mayMove = !exists(stateDir);
      add(
        former,
        (t) => t.config.formerFolder(stateDir),
        (t) =>
          mayMove
            ? t.config.moveFolder({ from: escapedPath(former), to: escapedPath(stateDir) })
            : t.config.moveNeeded(stateDir),
      );
    }
    const former = join(stateDir, `${name}.json`);
    if (!exists(former) || former === config) continue;
    add(former, (t) => t.config.formerConfig(config), moving(former));
  }
  return found;
}
