import { shownMs } from "../numbers.ts";
import { oneOf } from "./words.ts";

/** Descriptions of commands and flags, and what several commands say. */
export const commands = () => ({
  description: "OpenClaw through Cloudflare AI Gateway. Set up, list models, diagnose, undo.",
  summaries: {
    onboard: "set up a provider",
    models: "show, choose and list the models that you can use",
    config: "read, change and check the configuration",
    gateway: "run the local gateway, by hand or as a service",
    usage: "show what the local gateway served, and what it cost",
    doctor: "find problems, and fix those that are safe to fix",
    undo: "undo the last change to the configuration",
    logout: "remove the credentials of providers",
    uninstall: "remove the service, the files and the credentials",
    completion: "complete commands, flags and values in your shell",
  },
  /** Of commands that have only sub-commands. */
  groups: {
    models: "Show, choose and list the models that you can use. Without a command, this is `openclaw models status`.",
    gateway:
      "Run the local gateway, by hand or as a service. Clients such as Claude Code use your provider through it, without its key. Also called `daemon`.",
  },
  helpCommand: "print the help of a command",
  versionFlag: "print the version",
  helpFlag: "print this help",
  profileFlag: "use ~/.openclaw-<name> instead of ~/.openclaw",
  devFlag: "short for --profile dev",
  langFlag: "the language of messages",
  noColorFlag: "do not use colours",
  verboseFlag: "show more: details, each request to a provider, the code of an error",
  logLevelFlag: "least level that `gateway run` logs; debug also shows each request to a provider",
  requested: ({ method, url, outcome, ms }: { method: string; url: string; outcome: string; ms: number }) =>
    `${method} ${url}: ${outcome}, ${shownMs(ms)}`,
  errorCode: ({ code, meaning }: { code: string; meaning: string }) => `Code: ${code}. ${meaning}`,
  /** The flags or arguments of a command line, of which the names of values are words. */
  withPlaceholders: (form: string) => form,
  helpTitles: { "Usage:": "Usage:", "Arguments:": "Arguments:", "Options:": "Flags:", "Commands:": "Commands:" },
  flagWithValues: ({
    description,
    choices = [],
    preset,
  }: {
    description: string;
    choices?: readonly string[] | undefined;
    preset?: unknown;
  }) => {
    const values = choices.length === 0 ? "" : ` (${choices.join(", ")})`;
    return typeof preset === "string" ? `${description}${values}; default: ${preset}` : `${description}${values}`;
  },

  usage: {
    unknownCommand: (name: string) => `Unknown command "${name}".`,
    unknownFlag: (flag: string) => `Unknown flag ${flag}.`,
    unexpectedArgument: (argument: string) => `Unexpected argument "${argument}".`,
    missingArgument: (name: string) => `The argument <${name}> is missing.`,
    takesNoValue: (flag: string) => `${flag} takes no value.`,
    missingValue: (flag: string) => `The value of ${flag} is missing.`,
    lastTaken: (flag: string) => `${flag} takes one value and was given several times. The last value is used.`,
    flagProblem: ({ flag, sentence }: { flag: string; sentence: string }) => `${flag}: ${sentence}`,
    missingFlag: (flag: string) => `The flag ${flag} is missing.`,
    notAllowed: ({ flag, value }: { flag: string; value: string }) => `Invalid value "${value}" for ${flag}.`,
    noSuchDay: ({ flag, day }: { flag: string; day: string }) => `${flag}: the day ${day} does not exist.`,
    inFuture: ({ flag, time }: { flag: string; time: string }) => `${flag}: ${time} is in the future.`,
    wholeDays: ({ flag, value }: { flag: string; value: string }) => `${flag} takes whole days here, not "${value}".`,
    didYouMean: (words: readonly string[]) => `Did you mean ${oneOf(words.map((word) => `\`${word}\``))}?`,
    seeHelp: (command: string) => `For help, run \`${command} --help\`.`,
  },

  // `openclaw` without a command.
  bare: {
    nothingSetUp: "Nothing is set up yet.",
    howToSetUp:
      "Run `openclaw onboard` at a terminal. For the flags that replace its questions, run `openclaw onboard --help`.",
    startsOnboard: "Nothing is set up yet. This starts `openclaw onboard`. For all commands, run `openclaw --help`.",
    providers: (number: number): string => (number === 1 ? "Provider" : "Providers"),
    ready: (id: string) => `${id}: has its credentials`,
    lacksCredential: (id: string) => `${id}: lacks a credential`,
    defaultModel: "Default model",
    none: "none",
    localGateway: "Local gateway",
    remoteGateway: "Remote gateway",
    gateway: ({ url, answers }: { url: string; answers: "gateway" | "other" | "nobody" }) =>
      ({ gateway: `runs at ${url}`, other: `does not run; another program answers at ${url}`, nobody: "does not run" })[
        answers
      ],
    next: "To check everything, run `openclaw doctor`. For all commands, run `openclaw --help`.",
  },

  bug: ({ version, node, platform }: { version: string; node: string; platform: string }) =>
    `This is a bug in openclaw ${version} (Node ${node}, ${platform}).`,
  reportBug: "Report it with the lines above. They contain no credentials.",

  note: (sentence: string) => `Note: ${sentence}`,
  jsonFlag: "print one JSON document",
  dryRunFlag: "show the changes without making them",
  dryRun: "Dry run: no files were changed.",
});
