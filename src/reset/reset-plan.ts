import { isUtf8 } from "node:buffer";
import { basename, join } from "node:path";
import { backupPath, backupPaths, rejectedPath, waitingPath } from "../config/backups.ts";
import { readRecord, recordPath } from "../config/change-record.ts";
import { definingFile } from "../config/include.ts";
import { formatPath, type JsonPath } from "../config/json5-value.ts";
import type { InspectedFiles } from "../config/resolve.ts";
import { readIfPresent } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError, unlessRefused } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { Secret } from "../core/secret.ts";
import { type Endpoint, endpointsOf, type Provider } from "../providers/provider.ts";
import { type StoredCredential, storedCredentials } from "./credentials.ts";
import { type Literal, literalsIn } from "./literals.ts";
import { redacted } from "./redacted.ts";
import type { Scope } from "./scopes.ts";

/** A file that goes, with the content that its copy in the backup folder gets. */
interface MovedFile {
  readonly path: string;
  readonly bytes: Buffer;
  readonly copy: Buffer;
}

/** A file that stays, with references in place of the credentials in it. */
interface EditedFile {
  readonly path: string;
  readonly bytes: Buffer;
  readonly text: string;
}

export interface ResetPlan {
  readonly scope: Scope;
  readonly moved: readonly MovedFile[];
  /** Included files, which are the user's own. */
  readonly edited: readonly EditedFile[];
  /** Out of `.env`. */
  readonly credentials: readonly StoredCredential[];
  /** Keys of the configuration whose credential goes for good, since no copy has it. */
  readonly lost: readonly string[];
  /** Saved lists of models, which can be fetched again, and records of requests. */
  readonly deleted: readonly string[];
  /** Included files, none of which is removed. */
  readonly included: readonly string[];
}

export const isEmptyReset = ({ moved, edited, credentials, deleted }: ResetPlan): boolean =>
  moved.length + edited.length + credentials.length + deleted.length === 0;

/** True if both plans say the same of the same contents. */
export const isSameReset = (one: ResetPlan, other: ResetPlan): boolean => marks(one) === marks(other);

const marks = ({ moved, edited, credentials, deleted }: ResetPlan): string =>
  JSON.stringify([
    moved.map(({ path, bytes }) => [path, bytes.toString("base64")]),
    edited.map(({ path, text }) => [path, text]),
    credentials.map(({ name, value }) => [name, value.reveal()]),
    deleted,
  ]);

type PlanContext = Pick<Context, "files">;

interface PlanOptions {
  readonly paths: Paths;
  readonly providers: readonly Provider[];
  /** True if `undo` can bring the configuration back, so that what it needs stays. */
  readonly isUndoable: boolean;
  /** Variables that an interrupted reset meant to remove. */
  readonly also?: readonly string[];
}

/** Plans what goes for a scope, as the files are now. */
export function planReset(
  scope: Scope,
  files: InspectedFiles,
  { paths, providers, isUndoable, also = [] }: PlanOptions,
  context: PlanContext,
): ResetPlan {
  const endpoints = endpointsOf(providers);
  const isKept = scope === "config";
  const includes = isKept ? [] : includedLiterals(files);
  const lost = new Set(includes.flatMap(({ literals }) => literals.map(({ path }) => formatPath(path))));
  const moved = configurationOf(paths, isUndoable, context).map(({ path, bytes }) => {
    const copy = isKept || path === recordPath(paths.config) ? { text: undefined, lost: [] } : copyOf(bytes, endpoints);
    if (path === paths.config) for (const one of copy.lost) lost.add(formatPath(one));
    return { path, bytes, copy: copy.text === undefined ? bytes : Buffer.from(copy.text) };
  });
  const edited = includes.flatMap(({ path, bytes, text, literals }): readonly EditedFile[] => {
    const next = redacted(text, endpoints, literals).text;
    return next === text ? [] : [{ path, bytes, text: next }];
  });
  const stored = storedCredentials(files.values.config, files.secrets.values, providers);
  const left = also.flatMap((name): readonly StoredCredential[] => namedIn(name, files, stored));
  return {
    scope,
    moved,
    edited,
    credentials: isKept ? [] : [...stored, ...left],
    lost: [...lost],
    deleted: scope === "full" ? [...savedLists(paths, context), ...(isUndoable ? [] : records(paths, context))] : [],
    included: [...(files.config?.bytes.keys() ?? [])].filter((path) => path !== paths.config),
  };
}

function namedIn(
  name: string,
  { secrets }: InspectedFiles,
  stored: readonly StoredCredential[],
): readonly StoredCredential[] {
  const value = secrets.values.get(name);
  if (!value || stored.some((one) => one.name === name)) return [];
  return [{ name, of: "provider", usedBy: [], value: new Secret(value) }];
}

/** The root, its backups, and what else this program or the published one keeps beside it. */
function configurationOf(
  { config }: Paths,
  isUndoable: boolean,
  context: PlanContext,
): readonly { path: string; bytes: Buffer }[] {
  // @source the published OpenClaw's gateway leaves `.last-good`, seen in 2026.5.28.
  const all = [
    config,
    ...backupPaths(config),
    waitingPath(config),
    `${config}.last-good`,
    rejectedPath(config),
    recordPath(config),
  ];
  const kept = isUndoable ? wayBack(config, context) : [];
  return all.flatMap((path) => {
    const bytes = kept.includes(path) ? undefined : readIfPresent(path, context);
    return bytes === undefined ? [] : [{ path, bytes }];
  });
}

/** Files that `undo` needs to take an earlier reset back, unless a credential stands in them. */
function wayBack(config: string, context: PlanContext): readonly string[] {
  const [last] = readRecord(config, context);
  const isGone = last?.files.every(({ path, after }) => path === config && after === null) === true;
  if (!isGone || readIfPresent(config, context) !== undefined) return [];
  const newest = backupPath(config, 0);
  const bytes = readIfPresent(newest, context);
  const isClean = bytes !== undefined && copyOf(bytes, []).text === bytes.toString("utf8");
  return isClean ? [newest, recordPath(config)] : [];
}

const copyOf = (bytes: Buffer, endpoints: readonly Endpoint[]) =>
  redacted(isUtf8(bytes) ? bytes.toString("utf8") : bytes.toString("latin1"), endpoints);

interface IncludedFile {
  readonly path: string;
  readonly bytes: Buffer;
  readonly text: string;
  /** By their paths in the file. */
  readonly literals: readonly Literal[];
}

/** Included files with the credentials in them, as the whole configuration shows them. */
function includedLiterals({ config }: InspectedFiles): readonly IncludedFile[] {
  if (config === undefined) return [];
  const { root, read, bytes, value } = config;
  const inFiles = new Map<string, Literal[]>();
  for (const { path, text } of literalsIn(value)) {
    const found = placeIn(path, config);
    if (found === undefined || found.file === root.path) continue;
    inFiles.set(found.file, [...(inFiles.get(found.file) ?? []), { path: found.path, text, at: path }]);
  }
  return [...bytes].flatMap(([path, content]) => {
    if (path === root.path || content === undefined) return [];
    return [{ path, bytes: content, text: read(path).text, literals: inFiles.get(path) ?? [] }];
  });
}

/** `undefined` for an item of a list that several files make; the file itself is searched as well. */
function placeIn(path: JsonPath, { root, read }: NonNullable<InspectedFiles["config"]>) {
  try {
    const found = definingFile(root, path, read);
    return { file: found.file.path, path: found.path };
  } catch (error) {
    if (error instanceof OpenclawError && error.code === "config.include") return undefined;
    throw error;
  }
}

function savedLists({ stateDir }: Paths, { files }: PlanContext): readonly string[] {
  const folder = join(stateDir, "cache");
  const names = unlessRefused(() => files.readdirSync(folder)) ?? [];
  return names
    .filter((name) => /^models-.*\.json$/.test(name))
    .toSorted()
    .map((name) => join(folder, name));
}

/** What requests took, which no reset is about: it goes with the program. */
function records({ stateDir }: Paths, { files }: PlanContext): readonly string[] {
  const folder = join(stateDir, "usage");
  const names = unlessRefused(() => files.readdirSync(folder)) ?? [];
  return names
    .filter((name) => RECORD.test(name))
    .toSorted()
    .map((name) => join(folder, name));
}

const RECORD = /^\d{4}-\d{2}-\d{2}\.jsonl$/;

/** True for the record of a day's requests. */
export const isRecordOfRequests = (path: string): boolean => RECORD.test(basename(path));

/** The name of a file in the backup folder: the same as beside the configuration. */
export const nameInBackup = (path: string): string => basename(path);
