import { allOf, count, oneOf } from "./words.ts";

/** A flag and the values it can have. */
interface FlagValues {
  readonly flag: string;
  readonly values: readonly string[];
}

/** What the program says while a provider and the local gateway are set up, by flags or by questions. */
export const onboard = {
  description: "Set up a provider and the local gateway. Asks at a terminal, or takes everything from flags.",
  flags: {
    authChoice: "what to set up",
    nonInteractive: "ask nothing; use flags, environment variables and the current configuration",
    mode: "where the gateway runs",
    flow: "how much to ask; manual means advanced",
    model: "default model, as provider/model",
    setDefault: "replace the default model even if it belongs to another provider",
    secretInputMode: "store secrets in .env, or refer to environment variables",
    gatewayPort: "port of the local gateway",
    gatewayBind: "network that can reach the local gateway",
    gatewayAuth: "how clients authenticate to the local gateway",
    gatewayToken: "token for clients of the local gateway; random by default",
    gatewayTokenRefEnv: "refer to this variable for the token instead of storing it",
    verify: "check the answers before saving; `message` generates one token, which is billed",
    noVerify: "save without a check; at a terminal, the default is to check",
    installDaemon: "run the local gateway as a service of this user",
    noInstallDaemon: "do not install the service, and do not offer it",
    daemonRuntime: "runtime of the service",
    accessible: "ask plain numbered questions; also OPENCLAW_ACCESSIBLE=1 or TERM=dumb",
    dryRun: "show the changes and write nothing",
    acceptRisk: "accepted for scripts of the published OpenClaw",
    choices: ({ label, values }: { label: string; values: readonly string[] }) => `${label}: ${values.join(", ")}`,
    repeatable: (description: string) => `${description}; can be repeated`,
    fromFile: (label: string) => `${label}, read from a file; - is standard input`,
    fromVariable: ({ label, usual }: { label: string; usual: string }) =>
      `${label}, read from this variable instead of ${usual}`,
  },

  // Flags that cannot be used.
  withoutEffect: (flags: readonly string[]) => `No effect in this version: ${flags.join(", ")}.`,
  notAllowed: (value: string) => `'${value}' is not allowed.`,
  useOneOf: (values: readonly string[]) => `Use one of ${values.join(", ")}.`,
  passOneOf: (values: readonly string[]) => `Pass one of: ${values.join(", ")}.`,
  useAPort: "Use a whole number from 1 to 65535.",
  onlyOneOf: (flags: readonly string[]) => `Only one of ${allOf(flags)} can be used.`,
  passOnlyOne: "Pass only one of them.",
  cannotBeCombined: (other: string) => `Cannot be combined with ${other}.`,
  onlyUsedWith: ({ flag, values }: FlagValues) => `Only used with ${flag} ${oneOf(values)}.`,
  notUsed: "Not used with the other answers.",
  leaveOut: "Leave it out.",
  leaveOutOrUse: ({ flag, values }: FlagValues) => `Leave it out, or use ${flag} ${oneOf(values)}.`,
  notAVariableName: "This is not the name of a variable.",
  variableNameForm: "A name has upper-case letters, digits and '_'.",
  valueGoesIntoVariable: "A name has upper-case letters, digits and '_'. The value belongs in the variable.",
  stdinIsTerminal: "Standard input is a terminal.",
  pipeOrNameFile: "Pipe the value in, or name a file.",
  notAFile: "This is not a file.",
  fileTooLarge: "The file is too large to hold a credential.",
  fileNotReadable: (code: string) => `The file cannot be read (${code}).`,
  noTerminal: "There is no terminal to ask questions on.",
  passAnswers: (commands: readonly string[]) =>
    `Pass the answers as flags:\n${commands.map((one) => `  ${one}`).join("\n")}`,

  // Answers that are missing or cannot be used.
  answersUnusable: (number: number) =>
    number === 1
      ? "1 answer is missing or cannot be used. Nothing was written."
      : `${number} answers are missing or cannot be used. Nothing was written.`,
  choiceMissing: "Choose what to set up.",
  answerMissing: (label: string) => `${label} is missing.`,
  answerEmpty: (label: string) => `${label} is empty.`,
  answerNeeded: (label: string) => `${label} is required.`,
  passFlagOrSet: ({
    variables,
    help,
    otherwise,
  }: {
    variables: readonly string[];
    help: string;
    otherwise: FlagValues | undefined;
  }) =>
    [
      variables.length === 0 ? "Pass the flag." : `Pass the flag or set ${oneOf(variables)}.`,
      help,
      ...(otherwise === undefined ? [] : [`If you have none, pass ${otherwise.flag} ${oneOf(otherwise.values)}.`]),
    ].join(" "),
  probablyNotExported: (variables: readonly string[]) =>
    variables.length === 0
      ? "The variable in it is probably not exported."
      : `The variable in it is probably not exported, and ${oneOf(variables)} is not set either.`,
  emptyFlagIgnored: (flag: string) => `${flag} is empty and was ignored.`,
  variableEmpty: (name: string) => `${name} has no value.`,
  variableNeeded: (name: string) => `${name} has no value, and \`ref\` stores none.`,
  exportFirst: "Export it first.",
  exportOrName: (flag: string) => `Export it, or name another variable with ${flag}.`,
  otherThanVariable: (name: string) => `The value differs from ${name}, which \`ref\` refers to.`,
  leaveOutOrStore: "Leave the flag out, or use --secret-input-mode plaintext.",
  modelUnknown: (model: string) => `'${model}' belongs to no known provider.`,
  writeModelRef: (providers: readonly string[]) => `Write provider/model. Known providers: ${providers.join(", ")}.`,
  modelNotServed: ({ model, endpoint }: { model: string; endpoint: string }) =>
    `'${model}' is served by the endpoint ${endpoint}, which is not set up.`,
  addEndpoint: ({ flag, endpoint }: { flag: string; endpoint: string }) =>
    `Add ${flag} ${endpoint}, or choose another model.`,
  accountsFound: (number: number) =>
    number === 0 ? "The token finds no account." : `The token finds ${count(number, "account")}.`,
  gatewaysFound: (number: number) =>
    number === 0 ? "There is no gateway yet." : `The token finds ${count(number, "gateway")}.`,

  // The local gateway.
  localTokenEmpty: "The token is empty.",
  localTokenNotExported: "The variable in it is probably not exported. Leave the flag out to get a random token.",
  localTokenForeign: "This is a credential of a provider.",
  localTokenOwn: "The local gateway has a token of its own. Leave the flag out to get a random one.",
  localTokenForm: (length: number) => `The token needs at least ${length} characters and no spaces.`,
  leaveOutForRandom: "Leave the flag out to get a random one.",
  openToOthers: (bind: string) => `'${bind}' without authentication would open your credentials to others.`,
  noneWithToken: (flag: string) => `'none' cannot be combined with ${flag}.`,
  useTokenAuth: "Use --gateway-auth token.",
  binds: {
    loopback: "This machine only (loopback)",
    lan: "The local network (lan)",
    tailnet: "The Tailscale network (tailnet)",
    auto: "This machine if possible, else the local network (auto)",
    custom: "The address in gateway.customBindHost (custom)",
  },

  // Where answers come from.
  answerFrom: ({ answer, from }: { answer: string; from: string }) => `${answer}, from ${from}`,
  answerFound: ({ label, answer }: { label: string; answer: string }) => `${label}: ${answer}.`,
  theCredential: (label: string) => `the ${label}`,
  variableIn: ({ name, place }: { name: string; place: string }) => `${name} in ${place}`,
  presentReference: "the configured reference",
  repaired: ({ name, repairs }: { name: string; repairs: readonly string[] }) => `${name}: ${repairs.join(", ")}.`,
  foundInUrl: ({ label, value }: { label: string; value: string }) => `${label}: found ${value} in the URL.`,
  foundInPaste: (labels: readonly string[]) => `Found in the paste: ${labels.join(", ")}.`,
  nothingInPaste: "The paste holds nothing that can be used.",
  pastedUnusable: ({ label, problem }: { label: string; problem: string }) => `${label}: not taken. ${problem}`,
  takenFromPaste: (label: string) => `${label}: taken from the next pasted line.`,

  // Questions.
  whichProvider: "Which provider?",
  skipProvider: "Skip for now",
  optional: (label: string) => `${label} (optional)`,
  enterIfNone: "Press Enter if you have none.",
  orPasteToken: (label: string) => `Or paste a ${label} to choose from a list.`,
  defaultModel: "Default model",
  modelNotListed: (model: string) => `${model} is not among the listed models.`,
  modelUntil: ({ name, date }: { name: string; date: string }) => `${name} (until ${date})`,
  port: "Port of the local gateway",
  portForm: "A port is a whole number from 1 to 65535.",
  bind: "Who can reach the local gateway?",
  runAsService: "Run the local gateway as a service, now and after each login?",
  yourDefaultModel: (model: string) => `Your default model is ${model}.`,
  makeDefault: (model: string) => `Make ${model} the default model?`,
  write: "Write these changes?",

  // Answers that are looked up.
  lookingUpAccounts: "Looking up your accounts",
  lookingUpGateways: "Looking up your gateways",
  typeInstead: "Type it instead",
  withToken: ({ label, token }: { label: string; token: string }) => `${label} ${token}:`,
  createGateway: "Create a gateway",
  newGatewayId: "ID of the new gateway",
  newGatewaySettings: "It will ask every request for a token, and log prompts and answers.",
  createThisGateway: (id: string) => `Create the gateway "${id}" in your account?`,
  creatingGateway: "Creating the gateway",
  gatewayCreated: (id: string) => `Created gateway "${id}". It stays even if you cancel now.`,
  readingGateway: "Reading the gateway's settings",

  // The check before saving.
  checking: "Checking your answers",
  works: "Everything works.",
  readingModels: "Reading the list of models",
  messageIsBilled: "The check generates one token (OpenAI up to 16), which is billed.",
  whatNow: "What now?",
  changeModel: "Change the default model",
  changeAnswer: (label: string) => `Change: ${label}`,
  tryAgain: "Try again",
  saveAnyway: "Save anyway",
  leaveUnsaved: "Leave without saving",

  // Changes and what came of them.
  willChange: (list: string) => `These files will change:\n${list}`,
  changedMeanwhile: "The files were changed by another program. This is the new list of changes.",
  runRecord: "when and by which version this was set up",
  nothingWritten: "Nothing was written.",
  upToDate: "Already up to date. No file was changed.",
  dryRun: "Dry run: nothing was written.",
  wrote: ({ path, values }: { path: string; values: number }) => `Wrote ${path} (${count(values, "value")})`,
  wroteWithBackup: ({ path, values, backup }: { path: string; values: number; backup: string }) =>
    `Wrote ${path} (${count(values, "value")}, backup in ${backup})`,
  closed: ({ path, mode }: { path: string; mode: string }) => `Made ${path} private (mode ${mode})`,
  modeChange: ({ path, from, to }: { path: string; from: string; to: string }) => `${path}\n  ~ mode ${from} -> ${to}`,
  baseUrls: (urls: readonly string[]) => urls.map((url) => `Base URL       ${url}`).join("\n"),
  newDefault: (model: string) => `Default model  ${model}`,
  next: "Next:",
  nextModels: "see your models",
  nextDoctor: "check everything",
  nextGateway: "serve local clients",
  nextUndo: "undo these changes",

  // What to know about the result.
  staysOpen: (path: string) => `Others can read ${path}, and the system does not allow changing that.`,
  overriddenByVariable: ({ name, path }: { name: string; path: string }) =>
    `${name} is set to another value in this environment, which wins over ${path}. Unset it to use the saved value.`,
  overriddenByProfile: ({ path, label }: { path: string; label: string }) =>
    `${path} also holds a key for ${label}. The published OpenClaw uses that one first.`,
  onlyInShell: ({ name, path }: { name: string; path: string }) =>
    `Only your login shell sets ${name}, so the service has to run that shell at every start. To avoid this, put it in ${path}.`,
  keylessElsewhere:
    "The published OpenClaw cannot send requests without a provider key. It can through the local gateway: `openclaw gateway run`.",
  serviceFailed: (problem: string) => `The answers are saved, but the service does not run: ${problem}`,
};
