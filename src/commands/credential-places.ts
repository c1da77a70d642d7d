import { authStores } from "../config/auth-stores.ts";
import { backupPaths } from "../config/backups.ts";
import type { JsonPath } from "../config/json5-value.ts";
import type { InspectedFiles } from "../config/resolve.ts";
import { readIfPresent } from "../core/atomic-file.ts";
import { type Context, lookUp } from "../core/context.ts";
import { unlessFails } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { formatPlace } from "../core/result.ts";
import type { Shown } from "../core/shown.ts";
import { literalsIn } from "../reset/literals.ts";
import {
  inConfiguration,
  inEnvironment,
  inProfiles,
  inPublishedService,
  inStores,
  inWorkingFolder,
  type Standing,
} from "../reset/standing.ts";
import { managerIfAny } from "../service/find-manager.ts";
import type { ServiceManager } from "../service/manager.ts";
import { listed } from "../terminal/layout.ts";
import { say, type Texts } from "../text/message.ts";

export interface Sought {
  /** The variables that hold the credentials. */
  readonly names: readonly string[];
  readonly providerIds: readonly string[];
  /** True if the tokens of the local gateway are among them. */
  readonly withGateway: boolean;
}

/** Every place outside `.env` where the credentials still stand, as far as this user can see. */
export async function standingElsewhere(
  { names, providerIds, withGateway }: Sought,
  { config }: Pick<InspectedFiles, "config">,
  paths: Paths,
  context: Context,
): Promise<readonly Standing[]> {
  const isOurs = ([first, second, third]: JsonPath) =>
    (first === "models" && second === "providers" && providerIds.includes(String(third))) ||
    (first === "gateway" && withGateway) ||
    (first === "env" && names.includes(String(second === "vars" ? third : second)));
  const { placeOf } = await import("../config/json5-document.ts");
  const inFiles =
    config === undefined
      ? []
      : inConfiguration(config.value, isOurs, (path) => placeOf(path, config.root, config.read));
  return [
    ...inEnvironment(names, context),
    ...(await inSession(names, await managerIfAny(paths, context), context)),
    ...inProfiles(names, context),
    ...inWorkingFolder(names, paths, context),
    ...inFiles,
    ...(await inBackups(paths, context)),
    ...inPublishedService(names, paths, context),
    ...inStores(authStores(paths, context), providerIds),
  ];
}

/** In what systemd or launchd gives to every service of the session. */
async function inSession(
  names: readonly string[],
  manager: ServiceManager | undefined,
  context: Context,
): Promise<readonly Standing[]> {
  const found = (await manager?.environment(names, context)) ?? {};
  const command = manager?.kind === "launchd" ? "launchctl unsetenv" : "systemctl --user unset-environment";
  return names
    .filter((name) => Boolean(lookUp(name, found)))
    .map((name) => ({
      kind: "session",
      name,
      message: (t) => t.reset.inSession(name),
      fix: (t) => t.reset.unsetInSession(`${command} ${name}`),
    }));
}

async function inBackups({ config }: Paths, context: Context): Promise<readonly Standing[]> {
  const { parseJson5 } = await import("../config/json5-parse.ts");
  return backupPaths(config).flatMap((path): readonly Standing[] => {
    const text = unlessFails(() => readIfPresent(path, context))?.toString("utf8");
    const parsed = text === undefined ? undefined : parseJson5(text);
    if (!parsed?.ok || literalsIn(parsed.value).length === 0) return [];
    return [
      {
        kind: "backup",
        name: "",
        where: path,
        message: (t) => t.reset.inBackup,
        fix: (t) => t.reset.removeFile,
      },
    ];
  });
}

/** For a person: a heading and a line for each place, below an empty one. Nothing if there is none. */
export function printStanding(
  standing: readonly Standing[],
  { text, columns, out }: Pick<Context, "text" | "columns" | "out">,
  shown: Shown,
  heading: string = text.reset.standing,
): void {
  if (standing.length === 0) return;
  const lines = standing.map((one) => {
    const sentence = [one.message, ...(one.fix === undefined ? [] : [one.fix])]
      .map((part) => say(part, text))
      .join(" ");
    const place = formatPlace(one);
    return listed("-", shown.text(place === "" ? sentence : `${place}: ${sentence}`), columns());
  });
  out(`\n${[heading, ...lines].join("\n")}\n`);
}

/** For `--json`, in English. */
export const standingJson = (standing: readonly Standing[], english: Texts) =>
  standing.map(({ kind, name, where, position, message, fix }) => ({
    kind,
    name,
    ...(where !== undefined && { where }),
    ...position,
    message: say(message, english),
    ...(fix !== undefined && { fix: say(fix, english) }),
  }));
