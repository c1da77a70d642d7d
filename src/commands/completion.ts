import { dirname } from "node:path";
import { Argument, type Command, Option } from "commander";
import { type Homes, type InstallPlan, installPlan } from "../completion/install-plan.ts";
import { COMPLETED_SHELLS, type CompletedShell, completionScript } from "../completion/scripts.ts";
import { withLines, withoutLines } from "../completion/start-file.ts";
import { attributesLost } from "../config/attributes.ts";
import { decodeUtf8 } from "../config/utf8.ts";
import {
  ensurePrivateFolder,
  isThere,
  makeFolders,
  readIfPresent,
  removeFile,
  replaceFile,
  withFileErrors,
} from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { jsonDocument } from "../core/json.ts";
import { absolutePath } from "../core/path-variable.ts";
import { commandLine, type Paths } from "../core/paths.ts";
import { COMPLETE, isOnPath } from "../core/program-command.ts";
import { escapedPath } from "../core/shell-quoting.ts";
import { confirm } from "../terminal/interaction.ts";
import type { Message } from "../text/message.ts";
import type { Invocation } from "./invocation.ts";
import { linePrinter, showWarnings } from "./print.ts";
import { quoted, userShell } from "./shell-words.ts";

interface CompletionFlags {
  readonly shell?: CompletedShell;
  readonly install?: boolean;
  readonly uninstall?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  const { completion: text, commands } = invocation.context.text;
  command
    .description(text.description)
    .addArgument(new Argument("[shell]").choices(COMPLETED_SHELLS))
    // As the published command has it.
    .addOption(new Option("-s, --shell <shell>", text.shellFlag).choices(COMPLETED_SHELLS).hideHelp())
    .addOption(new Option("-i, --install", text.installFlag).conflicts("uninstall"))
    .option("--uninstall", text.uninstallFlag)
    .option("-y, --yes", text.yesFlag)
    .option("--dry-run", commands.dryRunFlag)
    .option("--json", commands.jsonFlag)
    .action((named: CompletedShell | undefined, flags: CompletionFlags) => completion(named, flags, invocation));
}

async function completion(named: CompletedShell | undefined, flags: CompletionFlags, invocation: Invocation) {
  const { context } = invocation;
  const shell = shellFor(named, flags.shell, context);
  const script = completionScript(shell, askingWords(shell, context));
  if (!isOnPath(context)) showWarnings([(t) => t.completion.notOnPath], context);
  if (!flags.install && !flags.uninstall) return context.out(flags.json ? jsonDocument({ shell, script }) : script);
  const paths = invocation.paths();
  const plan = installPlan(shell, homes(paths, context));
  const changes = flags.uninstall ? removals(plan, context) : additions(plan, script, context);
  await apply(changes, { shell, ...flags }, paths, { ...context, shown: invocation.shown });
}

function shellFor(
  named: CompletedShell | undefined,
  flag: CompletedShell | undefined,
  context: Pick<Context, "env" | "platform">,
): CompletedShell {
  if (named !== undefined && flag !== undefined && named !== flag)
    throw new OpenclawError((t) => t.completion.twoShells({ one: named, other: flag }), { code: "usage.conflict" });
  const asked = named ?? flag;
  if (asked !== undefined) return asked;
  const own = /([^/\\]+?)(?:\.exe)?$/.exec(context.env.SHELL ?? "")?.[1] ?? "";
  const known = COMPLETED_SHELLS.find((shell) => shell === own || (shell === "powershell" && own === "pwsh"));
  if (known !== undefined) return known;
  if (own === "" && userShell(context) === "powershell") return "powershell";
  throw new OpenclawError((t) => t.completion.noShell(own), {
    code: "usage.missing",
    hint: (t) => t.completion.nameShell(COMPLETED_SHELLS),
  });
}

/** Asks this copy of the program: by its name only where that finds it. */
function askingWords(shell: CompletedShell, context: Context): string {
  const words = isOnPath(context) ? ["openclaw"] : [context.started.node, context.started.script];
  const line = [...words, COMPLETE].map((word) => quoted(word, shell === "zsh" ? "bash" : shell)).join(" ");
  // An alias or a function of that name is not asked.
  return words.length === 1 && shell !== "powershell" ? `command ${line}` : line;
}

function homes({ stateDir }: Paths, context: Context): Homes {
  const { env, platform } = context;
  const home = context.homedir();
  const folder = (value: string | undefined) => (value ? absolutePath(value, context) : undefined);
  return { home, stateDir, platform, zshFolder: folder(env.ZDOTDIR), configFolder: folder(env.XDG_CONFIG_HOME) };
}

/** The shells whose completion is installed. */
export const installedCompletions = (paths: Paths, context: Context): readonly CompletedShell[] =>
  COMPLETED_SHELLS.filter((shell) => isThere(installPlan(shell, homes(paths, context)).script, context));

interface Change {
  readonly path: string;
  readonly before: Buffer | undefined;
  /** Absent for a file that goes. */
  readonly after?: string;
  /** The part that is shown, where not all of the file is ours. */
  readonly lines?: string;
}

const textOf = (path: string, bytes: Buffer | undefined) =>
  bytes === undefined ? "" : decodeUtf8(bytes, path, "client.syntax");

function additions({ script, startFile }: InstallPlan, content: string, context: Context): readonly Change[] {
  const before = readIfPresent(script, context);
  const changes: Change[] = textOf(script, before) === content ? [] : [{ path: script, before, after: content }];
  if (startFile === undefined) return changes;
  const { path, lines } = startFile;
  const bytes = readIfPresent(path, context);
  const after = withLines(textOf(path, bytes), lines);
  return after === textOf(path, bytes) ? changes : [...changes, { path, before: bytes, after, lines }];
}

/** The start file first: a shell that starts meanwhile finds either both or no line. */
function removals({ script, startFile }: InstallPlan, context: Context): readonly Change[] {
  const before = readIfPresent(script, context);
  const changes: Change[] = before === undefined ? [] : [{ path: script, before }];
  if (startFile === undefined) return changes;
  const { path, lines } = startFile;
  const bytes = readIfPresent(path, context);
  const text = textOf(path, bytes);
  const after = withoutLines(text);
  return after === text ? changes : [{ path, before: bytes, after, lines }, ...changes];
}

type Asked = CompletionFlags & { readonly shell: CompletedShell };

async function apply(
  changes: readonly Change[],
  { shell, uninstall = false, yes = false, dryRun = false, json = false }: Asked,
  paths: Paths,
  context: Context & Pick<Invocation, "shown">,
): Promise<void> {
  const { completion: text, commands } = context.text;
  const toTerminal = linePrinter(context.out, context, context.shown);
  const print = (line: string) => void (json || toTerminal(line));
  const done = () => {
    const files = changes.map(({ path, before, after }) => ({ path, action: actionOf(before, after) }));
    if (json) context.out(jsonDocument({ ok: true, dryRun, shell, files }));
  };
  if (changes.length === 0) {
    print(uninstall ? text.nothingInstalled(shell) : text.upToDate(shell));
    return done();
  }
  for (const message of await attributesLost(
    changes.map(({ path }) => path),
    context,
  ))
    if (!json) context.err(`${message(context.text)}\n`);
  for (const line of changes.flatMap((change) => previewOf(change, uninstall))) print(line(context.text));
  if (dryRun) {
    print(commands.dryRun);
    return done();
  }
  if (!yes) await confirm(uninstall ? text.askUninstall : text.askInstall, (t) => t.completion.passYes, context);
  for (const change of changes) write(change, paths, context);
  const own = commandLine(paths.profile, `completion ${shell}`);
  print(uninstall ? text.uninstalled(shell) : text.installed(shell));
  if (!uninstall) {
    const started = changes.find(({ lines }) => lines !== undefined) ?? changes[0];
    if (started !== undefined) print(text.tryNow(readNow(shell, started.path)));
    print(text.takeOut(`${own} --uninstall`));
  }
  done();
}

const actionOf = (before: Buffer | undefined, after: string | undefined) =>
  after === undefined ? "remove" : before === undefined ? "create" : "change";

const readNow = (shell: CompletedShell, path: string): string =>
  shell === "fish" ? `source ${escapedPath(path)}` : `. ${escapedPath(path)}`;

function previewOf({ path, before, after, lines }: Change, uninstall: boolean): readonly Message[] {
  if (lines !== undefined) {
    const shown: Message = () => `  ${lines}`;
    return [(t) => (uninstall ? t.completion.willTakeOut(path) : t.completion.willAdd(path)), shown];
  }
  if (after === undefined) return [(t) => t.completion.willRemove(path)];
  return [(t) => (before === undefined ? t.completion.willCreate(path) : t.completion.willReplace(path))];
}

/** Throws `config.changed` if the file changed since it was read, and `file.access`. */
function write({ path, before, after }: Change, { stateDir }: Paths, context: Context): void {
  if (after === undefined) {
    removeFile(path, before, context);
    return;
  }
  if (path.startsWith(stateDir)) ensurePrivateFolder(stateDir, context);
  withFileErrors("create", dirname(path), () => makeFolders(dirname(path), context.files), context);
  replaceFile(path, after, { mode: before === undefined ? 0o600 : 0o7777, expected: before ?? null }, context);
}
