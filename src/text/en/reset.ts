import { allOf, count } from "./words.ts";

interface InFile {
  readonly path: string;
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
    next: "To store a new key, run `openclaw onboard --rotate-key`.",
    configUnreadable: (path: string) =>
      `${path} cannot be read in full, so credentials that only it names are not found.`,
  },
  fact: ({ label, providers }: { label: string | undefined; providers: readonly string[] }) =>
    [...(label === undefined ? [] : [label]), ...providers].join(", "),
  localGateway: "local gateway",

  // Places where a credential still stands.
  standing: "The same credentials still stand elsewhere:",
  environmentOf: "This shell",
  sessionOf: "Your session",
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

  // What a running gateway has to do with it.
  gatewayDropped: (url: string) => `The local gateway at ${url} no longer uses the removed credentials.`,
  gatewayStillOld: ({ url, pid }: { url: string; pid: number | undefined }) =>
    `The local gateway at ${url}${pid === undefined ? "" : ` (process ${pid})`} still uses the old credential.`,
  gatewayUnknown: ({ url, pid }: { url: string; pid: number | undefined }) =>
    `The local gateway at ${url}${pid === undefined ? "" : ` (process ${pid})`} does not say which credential it uses.`,
  stopIt: (command: string) => `To stop it, run \`${command}\`.`,
  stopProcess: (pid: number | undefined) =>
    pid === undefined ? "Stop it where it was started." : `Stop it with Ctrl-C where it runs, or run \`kill ${pid}\`.`,
});
