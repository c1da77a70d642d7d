import { join } from "node:path";
import type { AuthStore } from "../config/auth-stores.ts";
import { formatPath, isObject, type JsonPath, type JsonValue, valueAt } from "../config/json5-value.ts";
import type { Place } from "../config/variables.ts";
import { type Context, lookUp } from "../core/context.ts";
import { unlessRefused } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import type { Message } from "../text/message.ts";
import { literalsIn } from "./literals.ts";

/** A place outside `.env` where a credential still stands, or may. */
export interface Standing extends Place {
  readonly kind:
    | "environment"
    | "session"
    | "shell profile"
    | "working folder"
    | "gateway.env"
    | "configuration"
    | "reference"
    | "backup"
    | "published store"
    | "published service";
  /** The variable, the key of the configuration, or the provider of a store. */
  readonly name: string;
  readonly message: Message;
  readonly fix?: Message;
}

/**
 * Files that shells and sessions read, below the home folder.
 * @source bash(1), zsh(1), fish's documentation ("Configuration files", "Universal variables"), pam_env(8), systemd's
 * environment.d(5).
 */
const PROFILES = [
  ".profile",
  ".bash_profile",
  ".bash_login",
  ".bashrc",
  ".bash_aliases",
  ".zshenv",
  ".zprofile",
  ".zshrc",
  ".zlogin",
  ".kshrc",
  ".config/fish/config.fish",
  ".config/fish/fish_variables",
  ".pam_environment",
];
const PROFILE_FOLDERS = [".config/fish/conf.d", ".config/environment.d"];
const OF_MACHINE = ["/etc/environment"];

/** A profile is a page or two; what is far larger is none. */
const MAX_PROFILE_BYTES = 1024 * 1024;

type ReadContext = Pick<Context, "files" | "homedir" | "env" | "cwd">;

/** In this shell's environment. */
export const inEnvironment = (names: readonly string[], { env }: Pick<Context, "env">): readonly Standing[] =>
  names
    .filter((name) => Boolean(lookUp(name, env)))
    .map((name) => ({
      kind: "environment",
      name,
      message: (t) => t.reset.inEnvironment(name),
      fix: (t) => t.reset.unset(name),
    }));

/** In the files that shells and sessions read when they start: the line that sets it, never the value. */
export function inProfiles(names: readonly string[], context: ReadContext): readonly Standing[] {
  const home = context.homedir();
  const { files } = context;
  const listed = PROFILE_FOLDERS.flatMap((folder) =>
    (unlessRefused(() => files.readdirSync(join(home, folder))) ?? [])
      .filter((name) => /\.(?:fish|conf)$/.test(name))
      .toSorted()
      .map((name) => join(folder, name)),
  );
  const paths = [...[...PROFILES, ...listed].map((name) => join(home, name)), ...OF_MACHINE];
  return paths.flatMap((path) =>
    assignedIn(path, names, context).map(({ name, line, column }) => ({
      kind: "shell profile",
      name,
      where: path,
      position: { line, column },
      message: (t) => t.reset.inProfile(name),
      fix: (t) => t.reset.removeLine,
    })),
  );
}

interface Assigned {
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

/** Lines that give one of the variables a value, in the syntax of any shell. */
function assignedIn(path: string, names: readonly string[], { files }: Pick<Context, "files">): readonly Assigned[] {
  const stats = unlessRefused(() => files.statSync(path, { throwIfNoEntry: false }));
  if (!stats?.isFile() || stats.size > MAX_PROFILE_BYTES) return [];
  const text = unlessRefused(() => files.readFileSync(path, "utf8")) ?? "";
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (/^\s*#/.test(line)) return [];
    return names.flatMap((name) => {
      const found = SETS(name).exec(line);
      return found === null ? [] : [{ name, line: index + 1, column: found.index + 1 }];
    });
  });
}

/** `NAME=value`, `export NAME=value`, fish's `set -gx NAME value` and `SETUVAR --export NAME:value`, csh's `setenv`. */
const SETS = (name: string): RegExp =>
  new RegExp(
    `(?<![\\w$\\{-])${name}(?=\\s*=\\s*\\S)|(?<=\\b(?:set(?:\\s+-\\S+)*|setenv)\\s+)${name}(?=\\s+\\S)|(?<=^SETUVAR\\s.*)\\b${name}(?=:)`,
  );

/** In `.env` of the working folder, which the published OpenClaw reads before its own. */
export function inWorkingFolder(names: readonly string[], paths: Paths, context: ReadContext): readonly Standing[] {
  const folder = unlessRefused(() => context.cwd());
  const path = folder === undefined ? paths.secrets : join(folder, ".env");
  if (path === paths.secrets) return [];
  const kind = "working folder";
  return linesWith(path, names, { kind, says: (name) => (t) => t.reset.inWorkingFolder(name) }, context);
}

/** In the files that the published OpenClaw keeps for its service. */
export function inPublishedService(
  names: readonly string[],
  { stateDir, gatewayEnv }: Paths,
  context: ReadContext,
): readonly Standing[] {
  const { files } = context;
  // @source seen in 2026.5.28: both stay when its service is uninstalled.
  const ofMac = (unlessRefused(() => files.readdirSync(join(stateDir, "service-env"))) ?? [])
    .filter((name) => name.endsWith(".env"))
    .map((name) => join(stateDir, "service-env", name));
  const own = [join(stateDir, "gateway.systemd.env"), ...ofMac].map((path) => ({
    path,
    kind: "published service" as const,
  }));
  const all = [...own, ...(gatewayEnv === undefined ? [] : [{ path: gatewayEnv, kind: "gateway.env" as const }])];
  const says =
    (name: string): Message =>
    (t) =>
      t.reset.inPublishedService(name);
  return all.flatMap(({ path, kind }) => linesWith(path, names, { kind, says }, context));
}

/** The lines of a file that set one of the variables, which nothing but an editor removes. */
const linesWith = (
  path: string,
  names: readonly string[],
  { kind, says }: { readonly kind: Standing["kind"]; readonly says: (name: string) => Message },
  context: ReadContext,
): readonly Standing[] =>
  assignedIn(path, names, context).map(({ name, line, column }) => ({
    kind,
    name,
    where: path,
    position: { line, column },
    message: says(name),
    fix: (t) => t.reset.removeLine,
  }));

/** As text in the configuration, or by a reference to a file or program. */
export function inConfiguration(
  value: JsonValue,
  isOurs: (path: JsonPath) => boolean,
  locate: (path: JsonPath) => Place,
): readonly Standing[] {
  const literals = literalsIn(value)
    .filter(({ path }) => isOurs(path))
    .map(({ path }): Standing => {
      const key = formatPath(path);
      return {
        kind: "configuration",
        name: key,
        ...locate(path),
        message: (t) => t.reset.inConfiguration(key),
        fix: (t) => t.reset.unsetKey(key),
      };
    });
  return [...literals, ...references(value, locate)];
}

function references(value: JsonValue, locate: (path: JsonPath) => Place): readonly Standing[] {
  const providers = valueAt(value, ["models", "providers"]) as JsonValue | undefined;
  if (!isObject(providers)) return [];
  return Object.entries(providers).flatMap(([id, entry]) => {
    const at = ["models", "providers", id];
    const headers = (valueAt(entry, ["headers"]) as JsonValue | undefined) ?? {};
    const inputs: readonly (readonly [JsonPath, JsonValue | undefined])[] = [
      [[...at, "apiKey"], valueAt(entry, ["apiKey"]) as JsonValue | undefined],
      ...(isObject(headers)
        ? Object.entries(headers).map(([name, input]) => [[...at, "headers", name], input] as const)
        : []),
    ];
    return inputs.flatMap(([path, input]): readonly Standing[] => {
      const source = isObject(input) ? input.source : undefined;
      if (source !== "file" && source !== "exec") return [];
      const key = formatPath(path);
      return [
        {
          kind: "reference",
          name: key,
          ...locate(path),
          message: (t) => (source === "file" ? t.reset.inReferredFile(key) : t.reset.fromProgram(key)),
        },
      ];
    });
  });
}

/** In the published OpenClaw's own stores, which it asks before everything else. */
export const inStores = (stores: readonly AuthStore[], providerIds: readonly string[]): readonly Standing[] =>
  stores.flatMap(({ path, providers, isUnreadable }): readonly Standing[] => {
    if (isUnreadable)
      return [{ kind: "published store", name: "", where: path, message: (t) => t.reset.storeUnreadable }];
    return providers
      .filter((id) => providerIds.includes(id))
      .map((id) => ({
        kind: "published store",
        name: id,
        where: path,
        message: (t) => t.reset.inStore(id),
        fix: (t) => t.reset.removeFromStore,
      }));
  });
