import { allOf, count } from "./words.ts";

interface ClientAndFile {
  readonly client: string;
  readonly path: string;
}

/** The configuration files of other programs, which use the local gateway. */
export const clientFiles = () => ({
  writeFlag: "write the settings into the client's own file, after showing them and asking",
  undoFlag: "take the settings out of the client's file again, after showing them and asking",
  yesFlag: "write or undo without asking",

  // What cannot be edited.
  notReadable: "The client's configuration file cannot be edited. It is unchanged.",
  notToml: "This is not TOML.",
  notStrict: "This is not JSON. Comments and trailing commas are not allowed here.",
  noObject: "The file must hold one object, `{ … }`.",
  formUnknown: (path: string) => `\`${path}\` is set in a form that cannot be edited without loss.`,
  cannotEdit: (path: string) => `${path} cannot be edited without losing something in it. It is unchanged.`,
  credentialInTheWay: "The client's configuration file holds a credential that would be lost. It is unchanged.",
  removeCredential: (path: string) => `\`${path}\` is a credential of your own. Remove it by hand and run this again.`,
  putInByHand: (command: string) => `To put the settings in by hand, print them with \`${command}\`.`,
  noFile: (client: string) => `${client} has no configuration file that openclaw edits.`,
  noFileHint: (command: string) => `See what it needs with \`${command}\`.`,

  // Before and after a change.
  willChange: (path: string) => `This changes ${path}:`,
  willCreate: (path: string) => `This creates ${path}:`,
  willRemove: (path: string) => `This removes ${path}, which openclaw created.`,
  group: ({ names, more }: { names: readonly string[]; more: number }) =>
    more === 0 ? names.join(", ") : `${names.join(", ")} and ${count(more, "other")}`,
  askUndo: "Undo this change?",
  upToDate: ({ client, path }: ClientAndFile) => `${client} is already set up in ${path}. No files were changed.`,
  nothingToUndo: (client: string) => `There is nothing to undo for ${client}.`,
  leftAsIs: ({ path, names }: { path: string; names: readonly string[] }) =>
    `${allOf(names.map((name) => `\`${name}\``))} in ${path} ${names.length === 1 ? "has" : "have"} changed since and ${names.length === 1 ? "stays" : "stay"} as ${names.length === 1 ? "it is" : "they are"}.`,
  undone: ({ client, path }: ClientAndFile) => `Took the settings for ${client} out of ${path}.`,
  removed: (path: string) => `Removed ${path}.`,
  replacesProfile: ({ client, profile }: { client: string; profile: string | undefined }) =>
    profile === undefined
      ? `${client} now uses the gateway of the default profile. This change replaces that.`
      : `${client} now uses the gateway of profile "${profile}". This change replaces that.`,
  variableWins: ({ client, names }: { client: string; names: readonly string[] }) =>
    `${allOf(names)} ${names.length === 1 ? "is" : "are"} set in this shell and would be used instead. Unset ${names.length === 1 ? "it" : "them"} before you start ${client}.`,
  needsVariable: ({ client, name, command }: { client: string; name: string; command: string }) =>
    `${client} reads the token from ${name}. In each shell, first run \`${command}\`.`,
  startGateway: ({ clients, command }: { clients: readonly string[]; command: string }) =>
    `The local gateway is not running. Before you use ${allOf(clients)}, start it with \`${command}\`.`,
  takesEffectRemote: (clients: readonly string[]) => `Restart ${allOf(clients)} to use the remote gateway.`,
  takesEffect: (clients: readonly string[]) => `Restart ${allOf(clients)} to use the local gateway.`,
  takeBack: (commands: readonly string[]) =>
    `To take this back, run ${allOf(commands.map((command) => `\`${command}\``))}.`,

  // At the end of onboarding.
  offer: (clients: readonly string[]) => `Set up ${allOf(clients)} to use the local gateway?`,
  offerWhich: "Which of them?",
  cannotOffer: ({ client, reason }: { client: string; reason: string }) => `${client} was not set up. ${reason}`,
});
