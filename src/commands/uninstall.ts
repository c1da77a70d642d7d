import { join } from "node:path";
import { type Command, Option } from "commander";
import { clientRecordPath } from "../clients/client-record.ts";
import { sweep } from "../config/apply.ts";
import { assertWritable } from "../config/read-only.ts";
import { inspectFiles } from "../config/resolve.ts";
import type { Context } from "../core/context.ts";
import { unlessRefused } from "../core/errors.ts";
import { jsonDocument } from "../core/json.ts";
import type { Paths } from "../core/paths.ts";
import { escapedPath } from "../core/shell-quoting.ts";
import { nameableProviders } from "../reset/credentials.ts";
import { programRemoval } from "../reset/program-removal.ts";
import { isEmptyReset } from "../reset/reset-plan.ts";
import type { Standing } from "../reset/standing.ts";
import { managerIfAny } from "../service/find-manager.ts";
import { ownerOf, type UninstallResult, uninstall } from "../service/install.ts";
import type { ServiceManager } from "../service/manager.ts";
import { confirm } from "../terminal/interaction.ts";
import { wrapCommand } from "../terminal/layout.ts";
import { loadTexts } from "../text/language.ts";
import { type Message, say, type Texts } from "../text/message.ts";
import { installedCompletions } from "./completion.ts";
import { printStanding, standingElsewhere, standingJson } from "./credential-places.ts";
import type { Invocation } from "./invocation.ts";
import { linePrinter, showWarnings } from "./print.ts";
import { gatewayMessages, runningGateway } from "./reset-gateway.ts";
import {
  type PreparedReset,
  performReset,
  prepareReset,
  type ResetDone,
  resetJson,
  resetPreview,
} from "./reset-steps.ts";

interface UninstallFlags {
  readonly service?: boolean;
  readonly state?: boolean;
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  const { reset, commands, onboard } = invocation.context.text;
  const hidden = (flag: string) => new Option(flag).hideHelp();
  command
    .description(reset.uninstall.description)
    .option("--service", reset.uninstall.serviceFlag)
    .option("--state", reset.uninstall.stateFlag)
    .option("--all", reset.uninstall.allFlag)
    .option("--yes", reset.uninstall.yesFlag)
    .option("--dry-run", commands.dryRunFlag)
    .option("--json", commands.jsonFlag)
    // @source flags of the published OpenClaw; what they are about is not ours.
    .addOption(hidden("--workspace"))
    .addOption(hidden("--app"))
    .addOption(new Option("--non-interactive", onboard.flags.nonInteractive).hideHelp())
    .action((flags: UninstallFlags) => remove(flags, invocation));
}

/** The parts that go: those that flags name, both without any. */
interface Prepared {
  /** The service, where one of ours is installed. */
  readonly service: ServiceManager | undefined;
  /** A service of the same name that another program wrote. */
  readonly foreign: ServiceManager | undefined;
  readonly files: PreparedReset | undefined;
}

async function remove(flags: UninstallFlags, invocation: Invocation): Promise<void> {
  const { context, shown } = invocation;
  const { yes = false, dryRun = false, json = false } = flags;
  const { uninstall: text } = context.text.reset;
  const paths = invocation.paths();
  const providers = await invocation.providers();
  const options = { scope: "full", isUndoable: false, paths, providers } as const;
  if (!dryRun) assertWritable(context);
  const tell = linePrinter(json ? context.err : context.out, context, shown);
  const both = flags.all === true || (!flags.service && !flags.state);
  const manager = await managerIfAny(paths, context);
  const owner = manager && ownerOf(manager.file, context);
  const wantsService = both || flags.service === true;
  const prepared: Prepared = {
    service: wantsService && owner === "openclaw" ? manager : undefined,
    foreign: wantsService && owner === "another" ? manager : undefined,
    files: both || flags.state ? await prepareReset(options, context) : undefined,
  };
  const nothing = isNothing(prepared);
  const isAsked = !yes && !dryRun && !nothing;
  if (!json || isAsked)
    for (const line of preview(prepared, paths, { text: context.text, columns: context.columns() })) tell(line);
  if (isAsked) {
    tell("");
    await confirm(text.ask, (t) => t.reset.uninstall.passYes, context, { initial: false });
  }
  const running = dryRun || nothing ? undefined : await runningGateway(providers, paths, context);
  const acts = !dryRun && !nothing;
  const service = acts && prepared.service ? await uninstall(prepared.service, context) : undefined;
  const done = acts && prepared.files ? await performReset(prepared.files, options, context) : undefined;
  if (!dryRun && prepared.files !== undefined) {
    await sweep(paths, [], context);
    removeEmptyFolders(paths, context);
  }
  if (done !== undefined) unlessRefused(() => context.files.rmdirSync(paths.stateDir));
  const isOther = running?.servicePid !== undefined && running.health.pid !== running.servicePid;
  const byHand = running !== undefined && (service === undefined || isOther);
  const messages: readonly Message[] = [
    ...foreignNote(prepared),
    ...(done?.failed ?? []),
    ...(byHand ? await gatewayMessages({ ...running, manager: undefined }, paths, context) : []),
  ];
  const standing = prepared.files === undefined ? [] : await standingAfter(prepared.files, options, context);
  const goes = dryRun && prepared.files !== undefined ? goingFiles(prepared.files, paths) : [];
  const left =
    prepared.files === undefined
      ? []
      : leftIn(paths, context).filter((name) => !goes.some((path) => isWithin(path, join(paths.stateDir, name))));
  const removal = programRemoval(context);
  const completed = installedCompletions(paths, context);
  if (json) {
    const english = await loadTexts("en");
    return context.out(
      jsonDocument({
        ok: true,
        dryRun,
        service: serviceJson(prepared.service, service),
        ...(prepared.files && resetJson(prepared.files, done)),
        left,
        completion: completed,
        program: removal,
        standing: standingJson(standing, english),
        notes: messages.map((message) => say(message, english)),
      }),
    );
  }
  showWarnings(messages, context);
  if (dryRun) tell(context.text.commands.dryRun);
  for (const line of doneLines(prepared, { service, done }, paths, context)) tell(line);
  printStanding(standing, context, shown);
  for (const shell of completed) tell(text.completion({ shell, command: `openclaw completion ${shell} --uninstall` }));
  if (left.length > 0) tell(text.left({ folder: paths.stateDir, names: left }));
  tell(`\n${text.program[removal.installed]}`);
  context.out(`${wrapCommand(`  ${shown.text(removal.command)}`, context.columns() ?? Number.POSITIVE_INFINITY)}\n`);
}

const isNothing = ({ service, files }: Prepared): boolean =>
  service === undefined &&
  (files === undefined || (isEmptyReset(files.plan) && files.clients.length === 0 && !files.goesOn));

function preview(
  { service, files, ...rest }: Prepared,
  paths: Paths,
  window: { readonly text: Texts; readonly columns: number | undefined },
): readonly string[] {
  const { uninstall: said } = window.text.reset;
  if (isNothing({ service, files, ...rest })) return [said.nothing];
  return [
    ...(service === undefined ? [] : [said.serviceGoes({ name: service.name, file: service.file })]),
    ...(files === undefined ? [] : resetPreview(files, paths, window)),
  ];
}

const foreignNote = ({ foreign }: Prepared): readonly Message[] =>
  foreign === undefined ? [] : [(t) => t.service.foreignFile(foreign.file)];

interface Removed {
  readonly service: UninstallResult | undefined;
  readonly done: ResetDone | undefined;
}

function doneLines(
  { service: manager, files }: Prepared,
  { service, done }: Removed,
  { secrets: path }: Paths,
  { text }: Pick<Context, "text">,
): readonly string[] {
  const { start, logout, uninstall: said } = text.reset;
  const credentials = files?.plan.credentials.length ?? 0;
  return [
    ...(service === undefined || manager === undefined ? [] : [text.service.removed(manager.file)]),
    ...(service?.restored === undefined ? [] : [text.service.restored(service.restored)]),
    ...(done === undefined || credentials === 0 ? [] : [logout.done({ path, number: credentials })]),
    ...(done?.folder === undefined
      ? []
      : [
          start.moved({ number: done.plan.moved.length, folder: done.folder }),
          said.deleteBackup(`rm -r ${escapedPath(done.folder)}`),
        ]),
  ];
}

async function standingAfter(
  { plan, files }: PreparedReset,
  { paths, providers }: Parameters<typeof prepareReset>[0],
  context: Context,
): Promise<readonly Standing[]> {
  const sought = {
    names: plan.credentials.map(({ name }) => name),
    providerIds: nameableProviders(files.values.config, providers),
    withGateway: true,
  };
  return standingElsewhere(sought, await inspectFiles(paths, context), paths, context);
}

/** Also those that an interrupted run has emptied. What has something else in it stays. */
function removeEmptyFolders({ stateDir }: Paths, { files }: Pick<Context, "files">): void {
  for (const name of ["cache", "usage"]) unlessRefused(() => files.rmdirSync(join(stateDir, name)));
}

/** Names what stays in the state folder beside backups: files of the published OpenClaw, and other variables. */
function leftIn({ stateDir }: Paths, { files }: Pick<Context, "files">): readonly string[] {
  const names = unlessRefused(() => files.readdirSync(stateDir)) ?? [];
  return names.filter((name) => !/^backup-\d|^completions?$|\.lock$/.test(name)).toSorted();
}

/** True for the path itself, and what is in that folder. */
const isWithin = (path: string, folder: string) => path === folder || path.startsWith(join(folder, "/"));

/** The files that a dry run leaves where they are. */
function goingFiles({ plan, files, clients }: PreparedReset, paths: Paths): readonly string[] {
  const { moved, deleted, credentials } = plan;
  const stays = [...files.secrets.values.keys()].some((name) => credentials.every((one) => one.name !== name));
  return [
    ...moved.map(({ path }) => path),
    ...deleted,
    ...(stays ? [] : [paths.secrets]),
    ...(clients.length > 0 ? [clientRecordPath(paths)] : []),
  ];
}

const serviceJson = (manager: ServiceManager | undefined, result: UninstallResult | undefined) =>
  manager === undefined
    ? null
    : { manager: manager.kind, name: manager.name, file: manager.file, result: result?.result ?? null };
