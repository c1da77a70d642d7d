import type { Command, Help, Option } from "commander";
import { EXIT } from "../core/errors.ts";
import type { Shown } from "../core/shown.ts";
import { wrap, wrapCommand } from "../terminal/layout.ts";
import { textWidth } from "../terminal/width.ts";
import { sentences, type Texts } from "../text/message.ts";

const DOCS = "https://docs.openclaw.ai/providers/cloudflare-ai-gateway";

/** The column of descriptions; those of longer flags go below them. */
const TERM_COLUMNS = 26;
/** With less room for descriptions, all go below their flags. */
const MIN_DESCRIPTION = 30;

type Row = readonly [term: string, description: string];

/** The help of a command, wrapped at words and with its flags in their groups. */
export function helpPage(command: Command, helper: Help, shown: Shown, text: Texts): string {
  const columns = helper.helpWidth ?? 80;
  const { helpTitles, withPlaceholders } = text.commands;
  const commands = helper
    .visibleCommands(command)
    .map((below): Row => [below.name(), helper.subcommandDescription(below)]);
  const row = (option: Option): Row => [withPlaceholders(helper.optionTerm(option)), helper.optionDescription(option)];
  const sections: readonly (readonly [title: string, rows: readonly Row[]])[] = [
    [helpTitles["Commands:"], commands],
    ...grouped(helper.visibleOptions(command)).map(
      ([group = helpTitles["Options:"], options]) => [group, options.map(row)] as const,
    ),
  ];
  return `${[
    wrap(sentences([helpTitles["Usage:"], withPlaceholders(helper.commandUsage(command))]), columns),
    wrap(command.description(), columns),
    ...sections.flatMap(([title, rows]) => (rows.length === 0 ? [] : [`${title}\n${list(rows, columns)}`])),
    examples(command, columns, shown, text),
    `${text.help.exitsTitle}\n${list(exitRows(command, text), columns)}`,
    text.help.docs(DOCS),
  ].join("\n\n")}\n`;
}

/** `--help`, which has no group, is in the last one. */
function grouped(options: readonly Option[]): readonly (readonly [group: string | undefined, Option[]])[] {
  const groups = new Map<string | undefined, Option[]>();
  for (const option of options) {
    const group = option.helpGroupHeading ?? [...groups.keys()].at(-1);
    groups.set(group, [...(groups.get(group) ?? []), option]);
  }
  return [...groups];
}

function list(rows: readonly Row[], columns: number): string {
  const start = columns - TERM_COLUMNS < MIN_DESCRIPTION ? 6 : TERM_COLUMNS;
  const indent = " ".repeat(start);
  return rows
    .flatMap(([term, description]) => {
      const lines = wrap(`${indent}${description}`, columns);
      const room = start - 2 - textWidth(term);
      return room >= 2 ? `  ${term}${" ".repeat(room)}${lines.slice(start)}` : [wrap(`  ${term}`, columns), lines];
    })
    .join("\n");
}

/** The words after the program's name. */
export const wordsOf = (command: Command): string =>
  command.parent === null ? "" : `${wordsOf(command.parent)} ${command.name()}`.trim();

type Exit = keyof Texts["help"]["exits"];

const EXITS: readonly Exit[] = ["done", "failed", "usage", "interrupted"];

/** Exceptions, by the words after the program's name: statuses that mean something else there, or further ones. */
const OWN_EXITS: Readonly<Record<string, readonly Exit[]>> = {
  doctor: ["done", "checkFailed", "usage", "interrupted"],
  "gateway run": ["done", "failed", "usage", "unusable"],
  "models status": ["done", "credentialMissing", "retiresSoon", "interrupted"],
};

const STATUS_OF: Readonly<Record<Exit, number>> = {
  done: EXIT.done,
  failed: EXIT.failed,
  checkFailed: EXIT.failed,
  credentialMissing: EXIT.failed,
  usage: EXIT.usage,
  retiresSoon: EXIT.usage,
  unusable: EXIT.config,
  interrupted: EXIT.interrupted,
};

/** The exit statuses of a command and what they say. */
export const exitRows = (command: Command, { help }: Pick<Texts, "help">): readonly Row[] =>
  (OWN_EXITS[wordsOf(command)] ?? EXITS).map((exit) => [String(STATUS_OF[exit]), help.exits[exit]]);

type Example = readonly [line: string, purpose: Exclude<keyof Texts["help"], "docs" | "exits">];

const SCRIPT = [
  "onboard --non-interactive --auth-choice cloudflare-ai-gateway-api-key",
  "--cloudflare-ai-gateway-account-id 0123456789abcdef0123456789abcdef",
  "--cloudflare-ai-gateway-gateway-id my-gw --cloudflare-ai-gateway-api-key-file key.txt",
].join(" ");

/** By the words after the program's name, as are the lines that do not name it themselves. */
export const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  "": [
    ["onboard", "setUpAnything"],
    ["models", "listModels"],
    ["doctor", "findFaults"],
    ["help onboard", "flagsOf"],
  ],
  onboard: [
    ["onboard --auth-choice cloudflare-ai-gateway-api-key", "setUp"],
    [SCRIPT, "fromScript"],
    ["onboard --gateway-port 21000", "oneAnswer"],
    ["onboard --rotate-key", "replaceKey"],
    ["onboard --reset --dry-run", "showReset"],
  ],
  models: [
    ["models", "modelStatus"],
    ["models list --all", "offeredModels"],
    ["models set", "chooseModel"],
  ],
  "models status": [
    ["models status", "modelStatus"],
    ["models status --check", "checkModels"],
    ["models status --probe", "probeModels"],
  ],
  "models set": [
    ["models set", "chooseModel"],
    ["models set cloudflare-ai-gateway/claude-sonnet-4-6", "setModel"],
  ],
  "models fallbacks": [
    ["models fallbacks", "listFallbacks"],
    ["models fallbacks add cloudflare-ai-gateway/claude-haiku-5-5", "addFallback"],
  ],
  "models fallbacks list": [["models fallbacks list", "listFallbacks"]],
  "models fallbacks add": [["models fallbacks add cloudflare-ai-gateway/claude-haiku-5-5", "addFallback"]],
  "models fallbacks remove": [["models fallbacks remove claude-haiku-5-5", "removeFallback"]],
  "models fallbacks clear": [["models fallbacks clear", "clearFallbacks"]],
  "models fallbacks move": [["models fallbacks move claude-haiku-5-5 1", "moveFallback"]],
  "models aliases": [
    ["models aliases", "listAliases"],
    ["models aliases add fast cloudflare-ai-gateway/claude-haiku-5-5", "addAlias"],
  ],
  "models aliases list": [["models aliases list", "listAliases"]],
  "models aliases add": [["models aliases add fast cloudflare-ai-gateway/claude-haiku-5-5", "addAlias"]],
  "models aliases remove": [["models aliases remove fast", "removeAlias"]],
  "models auth": [["models auth paste-api-key --provider cloudflare-ai-gateway", "pasteKey"]],
  "models auth paste-api-key": [["models auth paste-api-key --provider cloudflare-ai-gateway", "pasteKey"]],
  "models list": [
    ["models list --provider cloudflare-ai-gateway", "oneProvider"],
    ["models list --live", "askNow"],
    ["models list --refresh", "refreshAndList"],
    ["models list --plain | grep claude", "searchNames"],
  ],
  "models refresh": [["models refresh", "refresh"]],
  config: [
    ["config get gateway.port", "getOne"],
    ["config set gateway.port 21000", "setOne"],
  ],
  "config get": [
    ["config get agents.defaults", "getModel"],
    ["config get 'agents.list[0]'", "getFirst"],
    ["config get --json", "getAll"],
  ],
  "config set": [
    ["config set gateway.port 21000", "setOne"],
    ["config set gateway.bind lan --dry-run", "trySet"],
    ["config set --batch-file changes.json5", "setBatch"],
  ],
  "config unset": [["config unset gateway.bind", "unsetOne"]],
  "config validate": [["config validate", "validateFile"]],
  "config schema": [
    ["config schema --install", "installSchema"],
    ["config schema > schema.json", "saveSchema"],
  ],
  "config edit": [
    ["config edit", "editFile"],
    ['EDITOR="code --wait" openclaw config edit', "editInCode"],
  ],
  "config diff": [["config diff", "lastChange"]],
  "config file": [['less "$(openclaw config file)"', "openFile"]],
  gateway: [
    ["gateway run", "runHere"],
    ["gateway install", "asService"],
    ["gateway status", "seeStatus"],
    ["gateway dashboard", "openPage"],
  ],
  "gateway run": [
    ["gateway run", "configuredPort"],
    ["gateway run --port 21000 --bind lan", "letOthersIn"],
    ["gateway run --metrics-port 9464", "withMetrics"],
  ],
  "gateway install": [["gateway install", "install"]],
  "gateway uninstall": [["gateway uninstall", "uninstall"]],
  "gateway start": [["gateway start", "start"]],
  "gateway stop": [["gateway stop", "stop"]],
  "gateway restart": [["gateway restart", "restart"]],
  "gateway status": [
    ["gateway status", "status"],
    ["gateway status --json", "asJson"],
  ],
  "gateway health": [
    ["gateway health", "healthCheck"],
    ["gateway health --ready", "readyCheck"],
  ],
  "gateway dashboard": [
    ["gateway dashboard", "openPage"],
    ["gateway dashboard --print", "printAddress"],
  ],
  "gateway logs": [
    ["gateway logs", "lastLines"],
    ["gateway logs --follow", "followLines"],
    ["gateway logs --errors --since 2d", "wentWrong"],
  ],
  "gateway top": [
    ["gateway top", "watchIt"],
    ["gateway top --once --period 24h", "lookOnce"],
    ["gateway top --interval 1m >> top.log", "lineEachMinute"],
  ],
  "gateway env": [
    ['eval "$(openclaw gateway env)" && claude', "startClient"],
    ["gateway env --shell fish | source", "inFish"],
    ["gateway env --client openai-sdk", "forSdks"],
    ["gateway env --client codex", "forFile"],
  ],
  "gateway token": [['ANTHROPIC_API_KEY="$(openclaw gateway token)" python app.py', "giveToken"]],
  "gateway token add": [["gateway token add anna", "addToken"]],
  "gateway token list": [["gateway token list", "tokenNames"]],
  "gateway token show": [['ANTHROPIC_API_KEY="$(openclaw gateway token show ci)" python app.py', "showToken"]],
  "gateway token remove": [["gateway token remove anna", "removeToken"]],
  usage: [
    ["usage", "usageByDay"],
    ["usage --since 30d --by model", "usageByModel"],
    ["usage --since 2026-11-01 --by client --csv > usage.csv", "usageAsCsv"],
    ["usage --worker-dir ~/my-gateway", "usageOfWorker"],
  ],
  "gateway worker": [
    ["gateway worker ~/my-gateway", "writeWorker"],
    ["gateway worker ~/my-gateway --custom-domain llm.example.com --limit 120/minute", "workerForTeam"],
    ["gateway worker ~/my-gateway --usage", "recordWorker"],
    ["gateway worker ~/my-gateway --dry-run", "tryWorker"],
  ],
  "gateway worker secrets": [
    ["openclaw gateway worker secrets ~/my-gateway | npx wrangler secret bulk --cwd ~/my-gateway", "handOver"],
  ],
  doctor: [
    ["doctor", "showFaults"],
    ["doctor --fix", "repair"],
    ["doctor --offline --verbose", "everyCheck"],
  ],
  undo: [
    ["undo --dry-run", "lastChange"],
    ["undo", "undoIt"],
  ],
  logout: [
    ["logout", "logOut"],
    ["logout --provider cloudflare-ai-gateway --yes", "logOutOfOne"],
  ],
  uninstall: [
    ["uninstall --dry-run", "showUninstall"],
    ["uninstall", "uninstallAll"],
  ],
  completion: [
    ["completion bash --install", "installCompletion"],
    ["completion zsh", "printCompletion"],
    ["completion bash --uninstall", "removeCompletion"],
  ],
};

function examples(command: Command, columns: number, shown: Shown, { help }: Texts): string {
  const lines = (EXAMPLES[wordsOf(command)] ?? []).flatMap(([line, purpose]) => [
    wrapCommand(`  ${exampleLine(line, shown)}`, columns),
    wrap(`      ${help[purpose]}`, columns),
  ]);
  return `${help.examplesTitle}\n${lines.join("\n")}`;
}

const exampleLine = (line: string, shown: Shown): string =>
  line.includes("openclaw ") ? shown.text(`\`${line}\``).slice(1, -1) : shown.command(line);
