import type { Client } from "../clients/client.ts";
import { clientRecordPath, readClientRecord } from "../clients/client-record.ts";
import { CLIENTS } from "../clients/registry.ts";
import { clientFilePath, isWritable, prepareUndo, undoClient, type WritableClient } from "../clients/write-client.ts";
import { type InspectedFiles, inspectFiles } from "../config/resolve.ts";
import type { Context } from "../core/context.ts";
import { attempt, type OpenclawError, unlessRefused } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import type { Provider } from "../providers/provider.ts";
import { type MovedAway, moveAway, newFolder, unfinishedReset } from "../reset/move-away.ts";
import { isRecordOfRequests, planReset, type ResetPlan } from "../reset/reset-plan.ts";
import type { Scope } from "../reset/scopes.ts";
import { type Message, say, type Texts } from "../text/message.ts";
import { credentialRows } from "./logout.ts";

export interface ResetOptions {
  readonly scope: Scope;
  readonly isUndoable: boolean;
  readonly paths: Paths;
  readonly providers: readonly Provider[];
}

/** A reset that is not yet done, with the files that it was planned from. */
export interface PreparedReset {
  readonly files: InspectedFiles;
  readonly plan: ResetPlan;
  readonly folder: string;
  /** True if an earlier run was interrupted, and this one goes on. */
  readonly goesOn: boolean;
  readonly clients: readonly WritableClient[];
}

/** Reads as much as it can: a damaged configuration is a reason to reset. Throws what is wrong with `.env`. */
export async function prepareReset(options: ResetOptions, context: Context): Promise<PreparedReset> {
  const { scope, paths } = options;
  const files = await readForReset(options, context);
  const unfinished = unfinishedReset(paths, context);
  return {
    files,
    plan: planReset(scope, files, { ...options, also: unfinished?.variables ?? [] }, context),
    folder: unfinished?.folder ?? newFolder(paths, context),
    goesOn: unfinished !== undefined,
    clients: scope === "full" ? clientsSetUp(paths, context) : [],
  };
}

async function readForReset({ scope, paths }: ResetOptions, context: Context): Promise<InspectedFiles> {
  const files = await inspectFiles(paths, context);
  if (files.configError?.code === "file.access") throw files.configError;
  if (scope !== "config" && files.secrets.error !== undefined) throw files.secrets.error;
  return files;
}

/** The clients in whose files this profile wrote. */
function clientsSetUp(paths: Paths, context: Context): readonly WritableClient[] {
  const written = readClientRecord(clientRecordPath(paths), context).map(({ path }) => path);
  return Object.values(CLIENTS).filter(
    (client: Client): client is WritableClient =>
      isWritable(client) && written.includes(clientFilePath(client, context)),
  );
}

/** Everything that goes and stays, a line each. */
export function resetPreview(
  { plan, folder, goesOn, clients }: PreparedReset,
  { secrets }: Paths,
  { text, columns }: { readonly text: Texts; readonly columns: number | undefined },
): readonly string[] {
  const { start } = text.reset;
  const { scope, moved, credentials, lost, edited, included, deleted } = plan;
  const lists = deleted.filter((path) => !isRecordOfRequests(path));
  const left = included.filter((path) => edited.every((one) => one.path !== path));
  return [
    ...(goesOn ? [start.goesOn(folder)] : []),
    ...(moved.length > 0
      ? [start.moves({ number: moved.length, folder }), ...moved.map(({ path }) => `  ${path}`)]
      : []),
    ...(credentials.length > 0 ? [start.credentials(secrets), ...credentialRows(credentials, text, columns)] : []),
    ...(lost.length > 0 ? [start.lost(lost)] : []),
    ...(edited.length > 0 ? [start.edits(edited.map(({ path }) => path))] : []),
    ...(lists.length > 0 ? [start.deletes(lists.length)] : []),
    ...(deleted.length > lists.length ? [start.deletesRecords(deleted.length - lists.length)] : []),
    ...(clients.length > 0 ? [start.clients(clients.map(({ name }) => name))] : []),
    ...(left.length > 0 ? [start.includesStay(left)] : []),
    ...(scope === "config" ? [start.credentialsStay(secrets)] : []),
  ];
}

export interface ResetDone extends MovedAway {
  /** Entries that could not be taken out of a client's file, with the reason. */
  readonly failed: readonly Message[];
}

/** Clients first, so that none is left with an address where nobody answers. */
export async function performReset(
  { plan, folder, clients }: PreparedReset,
  options: ResetOptions,
  context: Context,
): Promise<ResetDone> {
  const { scope, isUndoable, paths } = options;
  const failed: Message[] = [];
  for (const client of clients) {
    const taken = await attempt(() => takeOut(client, paths, context));
    if (!taken.ok) failed.push(clientFailure(client, taken.error));
  }
  const again = async () => {
    const also = unfinishedReset(paths, context)?.variables ?? [];
    return planReset(scope, await readForReset(options, context), { ...options, also }, context);
  };
  const moved = await moveAway(plan, again, { folder, isUndoable }, paths, context);
  const record = clientRecordPath(paths);
  // The record is all that knows of entries that could not be taken out.
  if (scope === "full" && readClientRecord(record, context).length === 0)
    unlessRefused(() => context.files.unlinkSync(record));
  return { ...moved, failed };
}

async function takeOut(client: WritableClient, paths: Paths, context: Context): Promise<void> {
  const prepared = prepareUndo(client, paths, context);
  if (prepared !== undefined) await undoClient(prepared, paths, context);
}

const clientFailure =
  ({ name: client }: Client, { says }: OpenclawError): Message =>
  (t) =>
    t.reset.start.clientFailed({ client, problem: say(says, t) });

export const resetJson = ({ plan, folder, clients }: PreparedReset, done: MovedAway | undefined) => ({
  scope: plan.scope,
  folder: plan.moved.length > 0 ? (done?.folder ?? folder) : null,
  moved: plan.moved.map(({ path }) => path),
  removed: plan.credentials.map(({ name, value, of }) => ({ name, value: String(value), of })),
  lost: plan.lost,
  edited: plan.edited.map(({ path }) => path),
  deleted: plan.deleted,
  clients: clients.map(({ id }) => id),
});
