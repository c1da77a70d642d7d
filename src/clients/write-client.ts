import { dirname, resolve } from "node:path";
import { backUpTogether, backupPaths } from "../config/backups.ts";
import { markOf } from "../config/change-record.ts";
import type { JsonValue } from "../config/json5-value.ts";
import { decodeUtf8 } from "../config/utf8.ts";
import {
  ensurePrivateFolder,
  type FileContext,
  isThere,
  makeFolders,
  readIfPresent,
  removeFile,
  replaceFile,
  stageFile,
  withFileErrors,
} from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError, problemsOf, unlessFails } from "../core/errors.ts";
import { withLock } from "../core/lock.ts";
import type { Paths } from "../core/paths.ts";
import type { Client, GatewayAccess } from "./client.ts";
import { type ClientPlan, isSame, planUndo, planWrite, valueIn } from "./client-changes.ts";
import { type ClientDocument, type EditableFormat, openDocument, type SettingPath } from "./client-document.ts";
import { clientRecordPath, type RecordedFile, readClientRecord, writeClientRecord } from "./client-record.ts";

export type ClientFileContext = FileContext & Pick<Context, "cwd" | "env" | "homedir" | "now" | "delay">;

/** A client whose file we can edit. */
export type WritableClient = Client & { readonly file: { readonly format: EditableFormat } };

export const isWritable = (client: Client): client is WritableClient =>
  client.file !== undefined && client.file.format !== "yaml" && client.file.isEdited === true;

/**
 * The file that a client reads, in full, since a relative one is another file elsewhere.
 * @source opencode 1.18 reads `opencode.jsonc` after `opencode.json`, so that its values win.
 */
export function clientFilePath(
  { file }: WritableClient,
  context: Pick<Context, "cwd" | "env" | "homedir" | "files">,
): string {
  const path = resolve(context.cwd(), file.path(context.homedir(), context.env));
  const commented = file.format === "jsonc" ? path.replace(/\.json$/, ".jsonc") : path;
  return commented !== path && isThere(commented, context) ? commented : path;
}

/** A value before and after; absent where there is none. */
export interface ShownChange {
  readonly path: SettingPath;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

interface OpenFile {
  readonly path: string;
  readonly bytes: Buffer | undefined;
  readonly document: ClientDocument;
  readonly reopen: (text: string) => ClientDocument;
}

export interface PreparedWrite {
  readonly path: string;
  readonly isNew: boolean;
  /** Empty if the file says it all already. */
  readonly changes: readonly ShownChange[];
  /** The text that the file gets. */
  readonly text: string;
  readonly plan: ClientPlan;
  readonly bytes: Buffer | undefined;
  readonly known: RecordedFile | undefined;
}

function open(client: WritableClient, context: ClientFileContext): OpenFile {
  const path = clientFilePath(client, context);
  const bytes = readIfPresent(path, context);
  const text = bytes === undefined ? "" : decodeUtf8(bytes, path, "client.syntax");
  const reopen = (text: string) => openDocument(client.file.format, text, path);
  return { path, bytes, document: reopen(text), reopen };
}

const changesBetween = (before: ClientDocument, after: ClientDocument, paths: readonly SettingPath[]): ShownChange[] =>
  paths.flatMap((path) => {
    const [old, now] = [valueIn(before, path), valueIn(after, path)];
    if (isSame(old, now)) return [];
    return [{ path, ...(old !== undefined && { before: old }), ...(now !== undefined && { after: now }) }];
  });

/** Nothing is written. Throws `client.syntax`, `config.edit`, `file.access`. */
export function prepareWrite(
  client: WritableClient,
  access: GatewayAccess,
  paths: Paths,
  context: ClientFileContext,
): PreparedWrite {
  const { path, bytes, document, reopen } = open(client, context);
  const known = readClientRecord(clientRecordPath(paths), context).find((file) => file.path === path);
  const wanted = { settings: client.file.settings(access), obstacles: client.file.obstacles?.(access) ?? [] };
  const plan = planWrite(document, wanted, known, path);
  const text = plan.edits.length === 0 ? document.text : placed(() => document.edited(plan.edits), path);
  const edited = plan.edits.map((edit) => edit.path);
  const changes = changesBetween(document, reopen(text), edited);
  return { path, isNew: bytes === undefined, changes, text, plan, bytes, known };
}

/** Names the file in an error of the editor, which knows only the place in it. */
function placed<T>(act: () => T, path: string): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof OpenclawError)) throw error;
    const { code } = error;
    throw new OpenclawError((t) => t.clientFiles.cannotEdit(path), {
      code,
      problems: problemsOf(error).map((problem) => ({ ...problem, where: path })),
      cause: error,
    });
  }
}

export interface WrittenClient {
  readonly path: string;
  readonly values: number;
  readonly backup: string | undefined;
}

/** Writes what was prepared. Throws `config.changed` if the file changed since, `file.access`, `file.locked`. */
export async function writeClient(
  { path, bytes, text, plan, known, changes }: PreparedWrite,
  paths: Paths,
  context: ClientFileContext,
): Promise<WrittenClient> {
  const content = Buffer.from(text);
  await changeRecorded(paths, context, (others) => {
    withFileErrors("create", dirname(path), () => makeFolders(dirname(path), context.files), context);
    const staged = stageFile(path, content, modeFor(bytes), context);
    try {
      if (bytes !== undefined) backUpTogether(new Map([[path, bytes]]), context);
      const wrote = {
        path,
        isNew: known === undefined ? bytes === undefined : known.isNew,
        // After somebody else's edits no backup holds them without ours.
        before: known === undefined ? markOf(bytes) : markOf(bytes) === known.after ? known.before : null,
        after: markOf(content),
        values: plan.values,
        made: plan.made,
      };
      writeClientRecord(clientRecordPath(paths), [...others.filter((file) => file.path !== path), wrote], context);
    } catch (error) {
      staged.discard();
      throw error;
    }
    staged.commit(bytes ?? null);
  });
  return { path, values: changes.length, backup: bytes === undefined ? undefined : backupPaths(path)[0] };
}

/** A client's file keeps the permissions that its owner gave it. */
const modeFor = (bytes: Buffer | undefined): { readonly mode: number } => ({
  mode: bytes === undefined ? 0o600 : 0o7777,
});

/** Only one process at a time changes the record, and the files with it. */
async function changeRecorded(
  paths: Paths,
  context: ClientFileContext,
  change: (files: readonly RecordedFile[]) => void,
): Promise<void> {
  const record = clientRecordPath(paths);
  ensurePrivateFolder(paths.stateDir, context);
  await withLock(record, async () => change(readClientRecord(record, context)), context);
}

export interface PreparedUndo {
  readonly path: string;
  readonly bytes: Buffer | undefined;
  /** `undefined` removes the file, which we made. */
  readonly content: Buffer | undefined;
  readonly changes: readonly ShownChange[];
  /** Values that were changed since and stay. */
  readonly left: readonly SettingPath[];
}

/** `undefined` if we wrote nothing there, or it was taken back. Throws like `prepareWrite`. */
export function prepareUndo(
  client: WritableClient,
  paths: Paths,
  context: ClientFileContext,
): PreparedUndo | undefined {
  const { path, bytes, document, reopen } = open(client, context);
  const known = readClientRecord(clientRecordPath(paths), context).find((file) => file.path === path);
  if (known === undefined) return undefined;
  const { text, edits, left } = placed(() => planUndo(document, known, reopen), path);
  const content = restored(known, bytes, text, context);
  const after = content === undefined ? reopen("") : reopen(content.toString("utf8"));
  const changes = changesBetween(
    document,
    after,
    edits.map((edit) => edit.path),
  );
  return { path, bytes, content, changes, left };
}

/** The very bytes from before, where nobody has changed the file since; else the file without what we wrote. */
function restored(known: RecordedFile, bytes: Buffer | undefined, text: string, context: ClientFileContext) {
  const isBlank = /^\uFEFF?\s*(?:\{\s*\})?\s*$/.test(text);
  if (bytes === undefined || (known.isNew && isBlank)) return undefined;
  const backups = known.before !== null && markOf(bytes) === known.after ? backupPaths(known.path) : [];
  for (const backup of backups) {
    const content = unlessFails(() => readIfPresent(backup, context));
    if (content !== undefined && markOf(content) === known.before) return content;
  }
  return Buffer.from(text);
}

/** Throws `config.changed` if the file changed since, `file.access`, `file.locked`. */
export async function undoClient(
  { path, bytes, content }: PreparedUndo,
  paths: Paths,
  context: ClientFileContext,
): Promise<void> {
  await changeRecorded(paths, context, (files) => {
    if (bytes !== undefined && content === undefined) removeFile(path, bytes, context);
    else if (bytes !== undefined && content !== undefined && !content.equals(bytes))
      replaceFile(path, content, { ...modeFor(bytes), expected: bytes }, context);
    writeClientRecord(
      clientRecordPath(paths),
      files.filter((file) => file.path !== path),
      context,
    );
  });
}
