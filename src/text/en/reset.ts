import { allOf, count, oneOf } from "./words.ts";

interface InFile {
  readonly path: string;
}

interface Replaced extends InFile {
  readonly label: string;
  readonly from: string;
  readonly to: string;
}

/** Credentials and files that go, and what stays. */
export const reset = () => ({
  // `logout`.
  logout: {
    description:
      "Remove the credentials of providers from .env, after showing them and asking. Says where the same credentials still stand. " +
      "The configuration stays, so that new keys are all it takes to go on.",
    providerFlag: "remove only the credentials of this provider",
    allFlag: "also remove the tokens of the local gateway's clients",
    yesFlag: "remove without asking",
    goes: (path: string) => `These credentials go from ${path}:`,
    ask: "Remove these credentials?",
    passYes: "To remove them without asking, pass `--yes`.",
    done: ({ path, number }: InFile & { number: number }) => `Removed ${count(number, "credential")} from ${path}.`,
    nothing: (path: string) => `${path} has no credentials to remove.`,
    nothingOf: ({ path, provider }: InFile & { provider: string }) => `${path} has no credentials of ${provider}.`,
    tokensStay: (names: readonly string[]) =>
      `${allOf(names)} ${names.length === 1 ? "stays" : "stay"}, for clients of the local gateway. To remove ${names.length === 1 ? "it" : "them"} too, pass \`--all\`.`,
    sharedStays: ({ name, providers }: { name: string; providers: readonly string[] }) =>
      `${name} stays, because ${allOf(providers)} ${providers.length === 1 ? "uses" : "use"} it.`,
    next: "To store a new key, run `openclaw onboard`.",
    configUnreadable: (path: string) =>
      `${path} cannot be read in full, so credentials that only it names are not found.`,
  },
  // `onboard --rotate-key`.
  rotate: {
    labelled: ({ label, id }: { label: string; id: string }) => `${label} (${id})`,
    which: "Which credential do you want to replace?",
    now: ({ label, value }: { label: string; value: string }) => `${label} is ${value} now.`,
    newValue: (label: string) => `New ${label}`,
    noValue: "The new value is missing. No files were changed.",
    whichInput: "Standard input does not show which credential it replaces. No files were changed.",
    passValue: (flags: readonly string[]) =>
      flags.length === 0
        ? "Pipe the new value in."
        : `Pipe the new value in, or pass ${oneOf(flags.map((flag) => `\`${flag} <path>\``))}.`,
    passWhich: ({ ids, flags }: { ids: readonly string[]; flags: readonly string[] }) =>
      `Pass ${oneOf([...flags.map((flag) => `\`${flag} <path>\``), ...ids.map((id) => `\`--rotate-key ${id}\``)])}.`,
    nothingToReplace: (label: string) => `There is no ${label} to replace.`,
    addIt: (flag: string) => `To add one, run \`openclaw onboard ${flag} <value>\`.`,
    nothingStored: (path: string) => `${path} has no credential that a configured provider uses.`,
    keptElsewhere: ({ name, place, path }: InFile & { name: string; place: string }) =>
      `${name} is set in ${place}, not in ${path}.`,
    replaceThere: "Replace it there.",
    isAnother: (name: string) => `This is the value of ${name}, which is another credential.`,
    checkCopied: "Check what you copied.",
    oneAtATime: "Replace the credential first, then change the rest.",
    checking: "Checking the new credential",
    enterAnother: "Enter another value",
    keptOld: "The old credential stays. To save the new one without checking it, pass `--no-verify`.",
    unchanged: "The new value is the old one. No files were changed.",
    replaced: ({ label, path, from, to }: Replaced) => `Replaced ${label} in ${path}: ${from} -> ${to}`,
    wouldReplace: ({ label, path, from, to }: Replaced) => `This replaces ${label} in ${path}: ${from} -> ${to}`,
    movedFrom: (path: string) => `It was text in ${path}, which now refers to it.`,
    cannotCheck: "No provider that can be asked uses it, so it was not checked.",
    copies: ({ names, path }: InFile & { names: readonly string[] }) =>
      `${allOf(names)} in ${path} still ${names.length === 1 ? "has" : "have"} the old value, which no request uses.`,
    standing: "These places hide the new value or still have an old one:",
    gatewayHasNew: (url: string) => `The local gateway at ${url} already uses the new credential.`,
    gatewayHasOther: ({ url, pid }: { url: string; pid: number | undefined }) =>
      `The local gateway at ${url}${pid === undefined ? "" : ` (process ${pid})`} uses neither the old credential nor the new one.`,
    hiddenInProcess: (names: readonly string[]) =>
      `It was started with ${allOf(names)} in its environment, which overrides .env.`,
    restartProcess: (pid: number | undefined) =>
      pid === undefined
        ? "Restart it where it was started."
        : `Restart it where it was started, or run \`kill ${pid}\`.`,
    restartService: (command: string) => `To restart its service, run \`${command}\`.`,
    askRestart: "Restart the service now? Open requests finish first.",
    restarting: "Restarting the service.",
    restarted: (url: string) => `Restarted the service. It answers at ${url}.`,
    restartFailed: (problem: string) => `The new credential is saved, but the service did not restart. ${problem}`,
    stillHidden: (file: string) =>
      `The service still uses the old credential. Look for it in ${file} and in what your session gives to services.`,
    revoke: (pages: readonly string[]) => `Revoke the old one: ${pages.join(", ")}`,
  },
  // `onboard --reset`.
  start: {
    needsReset: "Works only with --reset.",
    sessionsAlias: "config+creds+sessions is config+creds here: sessions belong to the published OpenClaw and stay.",
    moves: ({ number, folder }: { number: number; folder: string }) =>
      `${number === 1 ? "This file goes" : "These files go"} to ${folder}:`,
    credentials: (path: string) => `These credentials go for good, from ${path}:`,
    lost: (keys: readonly string[]) =>
      `The copy has references in place of credentials. Gone for good: ${keys.map((key) => `\`${key}\``).join(", ")}`,
    edits: (paths: readonly string[]) => `References take the place of credentials in ${allOf(paths)}, which stays.`,
    includesStay: (paths: readonly string[]) => `Included files stay: ${allOf(paths)}.`,
    deletes: (number: number) =>
      `${count(number, "saved list", "saved lists")} of models ${number === 1 ? "goes" : "go"}.`,
    deletesRecords: (days: number) => `The record of requests goes: ${count(days, "day")}.`,
    clients: (names: readonly string[]) => `The local gateway goes out of the settings of ${allOf(names)}.`,
    credentialsStay: (path: string) => `The credentials in ${path} stay.`,
    goesOn: (folder: string) => `An earlier reset was interrupted. This one goes on in ${folder}.`,
    ask: "Reset all this?",
    passYes: "To reset without asking, pass `--yes`.",
    nothing: "There is nothing to reset.",
    moved: ({ number, folder }: { number: number; folder: string }) =>
      `Moved ${count(number, "file")} to ${folder} (mode 0700).`,
    gatewayRuns: ({ url, pid }: { url: string; pid: number | undefined }) =>
      `The local gateway at ${url}${pid === undefined ? "" : ` (process ${pid})`} goes on with the configuration that it has read.`,
    restore: "To bring the configuration back, run `openclaw undo`.",
    next: "To set up again, run `openclaw onboard`.",
    askAgain: "Set up again now?",
    cancelled: "Canceled after the reset. Nothing was set up again.",
    clientFailed: ({ client, problem }: { client: string; problem: string }) =>
      `${client}: the settings stay as they are. ${problem}`,
  },
  // `models auth paste-api-key`.
  paste: {
    pipeIn: "Pipe the key in.",
    summary: "store an API key from standard input or a question",
    description:
      "Store the API key of a provider in .env, read from standard input or asked for at a terminal, and have the configuration refer to it.",
    providerFlag: "provider that the key is for",
    profileFlag: "no effect: a provider has one key here; accepted for scripts written for the published OpenClaw",
    agentFlag: "no effect: all agents use the same key here",
    verifyFlag: "check the key before storing it",
    noEffect: (flag: string) => `No effect in this version: ${flag}. The key goes to .env, for every agent.`,
    stored: ({ label, path, value }: InFile & { label: string; value: string }) =>
      `Stored ${label} in ${path}: ${value}`,
    wouldStore: ({ label, path, value }: InFile & { label: string; value: string }) =>
      `This stores ${label} in ${path}: ${value}`,
    refers: (path: string) => `${path} refers to it.`,
    notSetUp: (provider: string) => `${provider} is not set up yet. Run \`openclaw onboard\`.`,
    keyless: (provider: string) =>
      `${provider} is set up to send no key of yours. To use this key, run \`openclaw onboard --cloudflare-ai-gateway-credentials key\`.`,
  },

  // `uninstall`.
  uninstall: {
    description:
      "Remove the service, the settings in clients' files, the credentials and the files of openclaw, after showing them and " +
      "asking, and say how to remove the program. The configuration goes to a dated backup folder, without credentials.",
    serviceFlag: "remove only the service",
    stateFlag: "remove only files, credentials and the settings of clients",
    allFlag: "remove both, as without these flags",
    yesFlag: "remove without asking",
    serviceGoes: ({ name, file }: { name: string; file: string }) => `The service ${name} stops and goes: ${file}`,
    ask: "Remove all this?",
    passYes: "To remove it without asking, pass `--yes`.",
    nothing: "openclaw has no service and no files here.",
    deleteBackup: (command: string) => `To delete the backup as well, run \`${command}\`.`,
    completion: ({ shell, command }: { shell: string; command: string }) =>
      `The completion for ${shell} stays. Before you remove the program, run \`${command}\`.`,
    left: ({ folder, names }: { folder: string; names: readonly string[] }) =>
      `Files that openclaw did not make stay in ${folder}: ${names.join(", ")}`,
    program: {
      npm: "To remove the program:",
      pnpm: "To remove the program:",
      yarn: "To remove the program:",
      bun: "To remove the program:",
      npx: "npx keeps the program in its cache. To remove it:",
      project: "To remove the program from the project:",
      folder: "To remove the program, delete its folder:",
    },
  },
  fact: ({ label, providers }: { label: string | undefined; providers: readonly string[] }) =>
    [...(label === undefined ? [] : [label]), ...providers].join(", "),
  localGateway: "local gateway",

  // Places where a credential still stands.
  standing: "The same credentials still stand elsewhere:",
  inEnvironment: (name: string) => `${name} is set in this shell.`,
  unset: (name: string) => `Run \`unset ${name}\`.`,
  inSession: (name: string) => `${name} is set for every service of your session.`,
  unsetInSession: (command: string) => `Run \`${command}\`.`,
  inProfile: (name: string) => `${name} is set here for every new shell.`,
  inWorkingFolder: (name: string) => `${name} is set here, where the published OpenClaw reads it.`,
  inPublishedService: (name: string) => `${name} is set here for the published OpenClaw's service.`,
  removeLine: "Remove the line.",
  inConfiguration: (key: string) => `\`${key}\` is a credential in the configuration itself.`,
  unsetKey: (key: string) => `Run \`openclaw config unset '${key}'\`.`,
  inReferredFile: (key: string) => `\`${key}\` refers to a file, which stays.`,
  fromProgram: (key: string) => `\`${key}\` asks a program, which stays.`,
  inBackup: "This backup of the configuration has a credential as text.",
  removeFile: "Delete the file.",
  inStore: (provider: string) => `The published OpenClaw has a key for ${provider} here, and uses it first.`,
  removeFromStore: "Remove it with the published program, or delete the file.",
  storeUnreadable: "The published OpenClaw keeps keys here. The file cannot be read.",

  // A running gateway.
  gatewayDropped: (url: string) => `The local gateway at ${url} no longer uses the removed credentials.`,
  gatewayStillOld: ({ url, pid }: { url: string; pid: number | undefined }) =>
    `The local gateway at ${url}${pid === undefined ? "" : ` (process ${pid})`} still uses the old credential.`,
  gatewayUnknown: ({ url, pid }: { url: string; pid: number | undefined }) =>
    `The local gateway at ${url}${pid === undefined ? "" : ` (process ${pid})`} does not say which credential it uses.`,
  stopIt: (command: string) => `To stop it, run \`${command}\`.`,
  stopProcess: (pid: number | undefined) =>
    pid === undefined ? "Stop it where it was started." : `Stop it with Ctrl-C where it runs, or run \`kill ${pid}\`.`,
});
