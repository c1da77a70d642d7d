import { basename, dirname, join } from "node:path";
import type { Client, GatewayAccess } from "../clients/client.ts";
import { isSame } from "../clients/client-changes.ts";
import { clientRecordPath, readClientRecord } from "../clients/client-record.ts";
import {
  isWritable,
  type PreparedWrite,
  prepareUndo,
  prepareWrite,
  type ShownChange,
  undoClient,
  type WritableClient,
  type WrittenClient,
  writeClient,
} from "../clients/write-client.ts";
import { attributesLost } from "../config/attributes.ts";
import { formatPath, isObject } from "../config/json5-value.ts";
import { type Context, lookUp, type Prompter } from "../core/context.ts";
import { OpenclawError, unlessRefused } from "../core/errors.ts";
import { commandLine, type Paths } from "../core/paths.ts";
import { maskUrls, scrub } from "../core/redact.ts";
import { checkHealth } from "../service/health.ts";
import { canPrompt, confirm } from "../terminal/interaction.ts";
import { wrap } from "../terminal/layout.ts";
import { type Message, say } from "../text/message.ts";
import { shellLine } from "./client-access.ts";
import type { Invocation } from "./invocation.ts";
import { userShell } from "./shell-words.ts";

export interface ClientFileFlags {
  /** Without asking. */
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly prompter?: Prompter;
}

type ClientFileContext = Context & Pick<Invocation, "shown">;

export interface ClientToSetUp {
  readonly client: WritableClient;
  readonly prepared: PreparedWrite;
}

/** Throws `usage.invalid` for a client without a file that can be edited, `client.syntax`, `config.edit`, `file.access`. */
export function clientToSetUp(client: Client, access: GatewayAccess, paths: Paths, context: Context): ClientToSetUp {
  const writable = assertWritable(client, paths);
  return { client: writable, prepared: withHint(client, paths, () => prepareWrite(writable, access, paths, context)) };
}

/** Sets clients up to use the local gateway, each in its own file. Returns what was written. */
export async function setUpClients(
  clients: readonly ClientToSetUp[],
  access: GatewayAccess,
  flags: ClientFileFlags,
  paths: Paths,
  context: ClientFileContext,
): Promise<readonly WrittenClient[]> {
  const { text } = context;
  for (const { client, prepared } of clients) await preview(client, prepared, access, paths, context);
  const changed = clients.filter(({ prepared }) => prepared.changes.length > 0);
  if (changed.length === 0) return [];
  if (flags.dryRun) {
    print(context, (t) => t.commands.dryRun);
    return [];
  }
  if (!flags.yes && canPrompt(context)) {
    context.out("\n");
    await confirm(text.onboard.write, (t) => t.clientFiles.yesFlag, context, { open: flags.prompter });
  }
  context.out("\n");
  const written: WrittenClient[] = [];
  for (const { prepared } of changed) {
    const { path, values, backup } = await writeClient(prepared, paths, context);
    written.push({ path, values, backup });
    const kept = backup === undefined ? undefined : basename(backup);
    print(context, (t) =>
      kept === undefined
        ? t.onboard.wrote({ path, values })
        : t.onboard.wroteWithBackup({ path, values, backup: kept }),
    );
  }
  for (const sentence of await nextSteps(changed, access, paths, context)) print(context, sentence);
  return written;
}

async function preview(
  client: WritableClient,
  prepared: PreparedWrite,
  access: GatewayAccess,
  paths: Paths,
  context: ClientFileContext,
): Promise<void> {
  const { text } = context;
  const { path, changes } = prepared;
  if (changes.length === 0) return print(context, (t) => t.clientFiles.upToDate({ client: client.name, path }));
  const notes: readonly Message[] = [
    ...(await attributesLost([path], context)),
    ...otherProfile(client, prepared, paths, context),
    ...winningVariables(client, access, context),
  ];
  for (const note of notes) context.err(`${text.commands.note(say(note, text))}\n`);
  print(context, (t) => (prepared.isNew ? t.clientFiles.willCreate(path) : t.clientFiles.willChange(path)));
  for (const row of changeRows(changes, context)) context.out(`${wrap(row, context.columns())}\n`);
}

/** Takes out again what `setUpClient` wrote. */
export async function takeBackClient(
  client: Client,
  flags: ClientFileFlags,
  paths: Paths,
  context: ClientFileContext,
): Promise<void> {
  const { text } = context;
  const writable = assertWritable(client, paths);
  const prepared = prepareUndo(writable, paths, context);
  if (prepared === undefined || prepared.bytes === undefined) {
    if (prepared !== undefined && !flags.dryRun) await undoClient(prepared, paths, context);
    return print(context, (t) => t.clientFiles.nothingToUndo(client.name));
  }
  const { path, content, changes, left } = prepared;
  const isRemoved = content === undefined;
  if (changes.length > 0) {
    print(context, (t) => (isRemoved ? t.clientFiles.willRemove(path) : t.clientFiles.willChange(path)));
    for (const row of changeRows(changes, context)) context.out(`${wrap(row, context.columns())}\n`);
  }
  if (left.length > 0) print(context, (t) => t.clientFiles.leftAsIs({ path, names: left.map(formatPath) }));
  if (flags.dryRun) return print(context, (t) => t.commands.dryRun);
  if (changes.length > 0) context.out("\n");
  if (changes.length > 0 && !flags.yes && canPrompt(context))
    await confirm(text.clientFiles.askUndo, (t) => t.clientFiles.yesFlag, context);
  await undoClient(prepared, paths, context);
  if (isRemoved) return print(context, (t) => t.clientFiles.removed(path));
  print(context, (t) =>
    changes.length > 0 ? t.clientFiles.undone({ client: client.name, path }) : t.clientFiles.nothingToUndo(client.name),
  );
}

function print({ out, text, shown, columns }: ClientFileContext, message: Message): void {
  out(`${wrap(shown.text(say(message, text)), columns())}\n`);
}

function assertWritable(client: Client, { profile }: Paths): WritableClient {
  if (isWritable(client)) return client;
  throw new OpenclawError((t) => t.clientFiles.noFile(client.name), {
    code: "usage.invalid",
    hint: (t) => t.clientFiles.noFileHint(commandLine(profile, `gateway env --client ${client.id}`)),
  });
}

/** Adds that the entry can still be put in by hand where the file cannot be edited. */
function withHint<T>({ id }: Client, { profile }: Paths, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof OpenclawError) || !["config.edit", "client.syntax"].includes(error.code)) throw error;
    const { says, code, problems } = error;
    throw new OpenclawError(says, {
      code,
      problems,
      hint: (t) => t.clientFiles.putInByHand(commandLine(profile, `gateway env --client ${id}`)),
      cause: error,
    });
  }
}

/** Names that are shown of values with the same parent. */
const SHOWN_NAMES = 3;

/** One row for each value, and one for all objects that come or go in the same place, such as a list of models. */
function changeRows(changes: readonly ShownChange[], { text }: Pick<Context, "text">): readonly string[] {
  const rows: string[] = [];
  const grouped = new Set<string>();
  for (const change of changes) {
    const place = formatPath(change.path.slice(0, -1));
    const sign = objectSign(change);
    const others = changes.filter((one) => objectSign(one) === sign && formatPath(one.path.slice(0, -1)) === place);
    if (sign === undefined || others.length < 2) rows.push(changeRow(change));
    else if (!grouped.has(`${sign} ${place}`)) {
      grouped.add(`${sign} ${place}`);
      const names = others.map(({ path }) => path.at(-1) ?? "");
      const shown = names.slice(0, SHOWN_NAMES);
      rows.push(`  ${sign} ${place}  ${text.clientFiles.group({ names: shown, more: names.length - shown.length })}`);
    }
  }
  return rows;
}

function objectSign({ before, after }: ShownChange): "+" | "-" | undefined {
  if (before === undefined && isObject(after)) return "+";
  return after === undefined && isObject(before) ? "-" : undefined;
}

function changeRow({ path, before, after }: ShownChange): string {
  const [old, now] = [before, after].map((value) => value !== undefined && maskUrls(scrub(JSON.stringify(value))));
  if (now === false) return `  - ${formatPath(path)}  ${old}`;
  return old === false ? `  + ${formatPath(path)}  ${now}` : `  ~ ${formatPath(path)}  ${old} -> ${now}`;
}

const STATE_FOLDER = /^\.openclaw(?:-([\w-]+))?$/;

/** Says whose gateway the client used so far, where another profile wrote the values that change. */
function otherProfile(
  { name: client }: Client,
  { path, changes }: PreparedWrite,
  { stateDir }: Paths,
  { files }: Pick<Context, "files">,
): readonly Message[] {
  const folder = dirname(stateDir);
  const names = unlessRefused(() => files.readdirSync(folder)) ?? [];
  const owner = names
    .map((name) => STATE_FOLDER.exec(name))
    .find((found) => {
      const other = found === null ? stateDir : join(folder, found[0]);
      if (other === stateDir) return false;
      const values = readClientRecord(clientRecordPath({ stateDir: other }), { files })
        .filter((file) => file.path === path)
        .flatMap((file) => file.values);
      return changes.some(({ path, before }) =>
        values.some(
          (value) => before !== undefined && formatPath(value.path) === formatPath(path) && isSame(value.after, before),
        ),
      );
    });
  return owner ? [(t) => t.clientFiles.replacesProfile({ client, profile: owner[1] })] : [];
}

/** Variables of this shell that the client would take in place of what its file says. */
function winningVariables(
  { name: client, means, variables }: Client,
  access: GatewayAccess,
  { env }: Pick<Context, "env">,
): readonly Message[] {
  const names = (means === "variables" ? (variables?.(access) ?? []) : [])
    .filter(({ name, value }) => value.kind !== "text" && Boolean(lookUp(name, env)))
    .map(({ name }) => name);
  return names.length > 0 ? [(t) => t.clientFiles.variableWins({ client, names })] : [];
}

/** What is still to do, each thing once for all clients. */
async function nextSteps(
  clients: readonly ClientToSetUp[],
  access: GatewayAccess,
  { profile }: Paths,
  context: Context,
): Promise<readonly Message[]> {
  const own = ({ id }: Client) => commandLine(profile, `gateway env --client ${id}`);
  const needed = clients.flatMap(({ client: { name: client, means, variables } }) =>
    (means === "file" ? (variables?.(access) ?? []) : []).map((variable) => ({ client, variable })),
  );
  const isSilent =
    !access.isRemote && (await checkHealth({ url: access.url, token: undefined }, context)).answers === "nobody";
  const names = clients.map(({ client }) => client.name);
  return [
    ...needed.map(({ client, variable }): Message => {
      const command = shellLine(variable, access, userShell(context));
      return (t) => t.clientFiles.needsVariable({ client, name: variable.name, command });
    }),
    isSilent
      ? (t) => t.clientFiles.startGateway({ clients: names, command: commandLine(profile, "gateway run") })
      : (t) => (access.isRemote ? t.clientFiles.takesEffectRemote : t.clientFiles.takesEffect)(names),
    (t) => t.clientFiles.takeBack(clients.map(({ client }) => `${own(client)} --undo`)),
  ];
}
