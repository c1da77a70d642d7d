import { oneOf } from "./words.ts";

/** Descriptions of commands and flags, and what several commands say. */
export const commands = {
  description: "OpenClaw through Cloudflare AI Gateway. Set up, list models, diagnose, undo.",
  summaries: {
    onboard: "set up a provider",
    models: "list the models that you can use",
    gateway: "run the local gateway, by hand or as a service",
    doctor: "find problems and fix those that are safe to fix",
    undo: "undo the last change to the configuration",
  },
  helpCommand: "print the help of a command",
  versionFlag: "print the version",
  helpFlag: "print this help",
  profileFlag: "use ~/.openclaw-<name> instead of ~/.openclaw",
  devFlag: "short for --profile dev",
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
    unknownCommand: (name: string) => `Unknown command: ${name}`,
    unknownFlag: (flag: string) => `Unknown flag: ${flag}`,
    unexpectedArgument: (argument: string) => `Unexpected argument: ${argument}`,
    missingArgument: (name: string) => `Missing argument: <${name}>`,
    missingValue: (flag: string) => `Missing value: ${flag}`,
    missingFlag: (flag: string) => `Missing flag: ${flag}`,
    conflict: ({ flag, other }: { flag: string; other: string }) => `${flag} cannot be combined with ${other}.`,
    notAllowed: ({ flag, value }: { flag: string; value: string }) => `Invalid value for ${flag}: ${value}`,
    allowed: (values: readonly string[]) => `Use ${oneOf(values)}.`,
    didYouMean: (word: string) => `Did you mean ${word}?`,
    seeHelp: (command: string) => `To see what is available, run \`${command} --help\`.`,
  },

  bug: ({ version, node, platform }: { version: string; node: string; platform: string }) =>
    `This is a bug in openclaw ${version} (Node ${node}, ${platform}).`,
  reportBug: "Report it with the lines above. They contain no credentials.",

  note: (sentence: string) => `Note: ${sentence}`,
  json: "print one JSON document",
  gateway: {
    install: {
      summary: "run the gateway as a service",
      description:
        "Install the gateway as a service of this user (systemd on Linux, launchd on macOS) and start it. Run it again after " +
        "an update; it changes only what is out of date. The service file holds no secrets.",
      force: "move another program's service of the same name aside without asking",
    },
    uninstall: {
      summary: "stop and remove the service",
      description: "Stop the service and remove everything that installing it created.",
    },
    start: { summary: "start the service", description: "Start the service and wait until it answers." },
    stop: {
      summary: "stop the service",
      description: "Stop the service until you log in again or start it.",
    },
    restart: {
      summary: "restart the service",
      description: "Let open requests finish, then start the service again.",
    },
    status: {
      summary: "show whether the gateway runs, and why not",
      description:
        "Show the service, what answers at the gateway's address, and where the credentials come from. Exits with 0 if a " +
        "gateway runs and can serve requests, and with 1 otherwise.",
    },
    env: {
      summary: "print the variables that a client needs",
      description:
        "Print shell commands that point a client at the gateway. They ask for the token instead of holding it.",
      shell: "shell to print the commands for; yours by default",
      client: "client that will use the variables",
      applyInShell: (command: string) => `To apply this in your shell, run \`${command}\``,
      bypassProxy: "A proxy is set, and clients would use it to reach the gateway. Add 127.0.0.1 to NO_PROXY.",
    },
    token: {
      summary: "print the gateway token",
      description: "Print the token that clients present, for a program to read. It is never printed to a terminal.",
      notOnTerminal: "The gateway token is never printed to a terminal.",
      readByProgram: (command: string) => `Let a program read it, as in \`${command}\`.`,
      notUsed: "The local gateway does not ask for a token (`gateway.auth.mode` is `none`).",
      missing: "No local gateway token is set.",
      onboard: (command: string) => `Run \`${command}\`.`,
    },
  },
};
