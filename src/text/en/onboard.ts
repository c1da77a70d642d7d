import { grouped } from "../numbers.ts";
import { allOf, count, flagWith, oneOf } from "./words.ts";

/** A flag and the values it can have. */
interface FlagValues {
  readonly flag: string;
  readonly values: readonly string[];
}

/** The facts known of a model; prices are in USD per million tokens, and requests fail from the date on. */
interface ModelFacts {
  readonly name: string;
  /** `200k`; empty if unknown. */
  readonly context: string;
  readonly price: { readonly input: number; readonly output: number } | undefined;
  readonly date: string | undefined;
}

/** Sentences said while a provider and the local gateway are set up, by flags or by questions. */
/** Things that were listed; there may be more if the list is cut. */
interface FoundNumber {
  readonly number: number;
  readonly isCut: boolean;
}
const atLeast = (isCut: boolean) => (isCut ? "at least " : "");

export const onboard = () => ({
  description: "Set up a provider and the local gateway. Asks at a terminal, or takes everything from flags.",
  flagGroups: {
    setUp: "What to set up:",
    credentials: "Credentials:",
    localGateway: "Local gateway:",
    remoteGateway: "Remote gateway:",
    run: "How to run:",
  },
  flags: {
    authChoice: "what to set up",
    nonInteractive: "ask nothing; use flags, environment variables and the current configuration",
    yes: "save without asking; the same as --non-interactive",
    mode: "run the gateway on this machine, or be a client of a remote one",
    remoteUrl: "address of the remote gateway, with --mode remote",
    answers: "take everything from this JSON5 file; - is standard input",
    exportAnswers: "print the current configuration as such a file, without secrets",
    flow: "how much to ask; `manual` is the same as `advanced`",
    model: "default model, as provider/model",
    setDefault: "replace the default model even if it belongs to another provider",
    rotateKey:
      "replace a stored key or token with a new one, after checking it; takes the variable where there are several",
    reset:
      "move the configuration to a dated backup folder and remove the credentials, after showing what goes and asking",
    resetScope:
      "what --reset covers: the configuration; with credentials (the default); or everything that openclaw keeps",
    secretInputMode: "store secrets in .env, or refer to environment variables",
    gatewayPort: "port of the local gateway",
    gatewayBind: "network that can reach the local gateway",
    gatewayCustomHost: "IP address that the local gateway listens on, with --gateway-bind custom",
    gatewayAuth: "how clients authenticate to the local gateway",
    client: "client to set up in its own file, for the local gateway; may be repeated",
    gatewayToken: "local gateway token, which clients send; random by default",
    gatewayTokenRefEnv: "refer to this variable for the local gateway token instead of storing it",
    verify: "check the answers before saving; `message` also generates one token, which is billed",
    noVerify: "save without checking; at a terminal, checking is the default",
    installDaemon: "run the local gateway as a service of this user",
    noInstallDaemon: "neither install nor offer the service",
    daemonRuntime: "runtime of the service",
    editorSchema: "have editors complete and check openclaw.json, by a JSON Schema that it names",
    verbose: "show every value before saving, not only a summary",
    accessible: "ask plain numbered questions; also OPENCLAW_ACCESSIBLE=1 or TERM=dumb",
    acceptRisk: "ignored; accepted for scripts written for the published OpenClaw",
    choices: ({ label, values }: { label: string; values: readonly string[] }) => `${label}: ${values.join(", ")}`,
    repeatable: (description: string) => `${description}; can be repeated`,
    fromFile: (label: string) => `${label}, read from a file; - is standard input`,
    fromVariable: ({ label, usual }: { label: string; usual: string }) =>
      `${label}, read from this variable instead of ${usual}`,
  },

  // Flags that cannot be used.
  withoutEffect: (flags: readonly string[]) => `No effect in this version: ${flags.join(", ")}.`,
  passOneOf: (values: readonly string[]) => `Pass one of: ${values.join(", ")}.`,
  usePort: "Use a whole number from 1 to 65535.",
  onlyOneOf: (flags: readonly string[]) => `Pass only one of ${allOf(flags)}.`,
  cannotBeCombined: (other: string) => `Cannot be combined with ${other}.`,
  onlyUsedWith: ({ flag, values }: FlagValues) => `Works only with ${flag} ${oneOf(values)}.`,
  notUsed: "The other answers make this one unnecessary.",
  leaveOut: "Leave it out.",
  leaveOutOrUse: (given: FlagValues) => `Leave it out, or pass ${flagWith(given)}.`,
  notAVariableName: "This is not a variable name.",
  variableNameForm: "Use upper-case letters, digits and '_'.",
  valueGoesIntoVariable: "Use upper-case letters, digits and '_'. Put the value itself into the variable.",
  stdinIsTerminal: "Standard input is a terminal.",
  pipeOrNameFile: "Pipe the value in, or name a file.",
  notAFile: "This is not a regular file.",
  fileTooLarge: "The file is too large to contain a credential.",
  otherEncoding: (encoding: string) => `The file is saved as ${encoding}, not as UTF-8.`,
  fileNotReadable: (code: string) =>
    code === "ENOENT" ? "The file does not exist." : `The file cannot be read (${code}).`,
  passYes: "To save the changes without asking, pass `--yes`.",
  passAnswers: (commands: readonly string[]) =>
    `Pass the answers as flags:\n${commands.map((one) => `  ${one}`).join("\n")}`,

  // Answers that are missing or cannot be used.
  answersUnusable: (number: number) =>
    number === 1
      ? "1 answer is missing or invalid. No files were changed."
      : `${grouped(number)} answers are missing or invalid. No files were changed.`,
  choiceMissing: "The choice of what to set up is missing.",
  pass: (given: FlagValues) => `Pass ${flagWith(given)}.`,
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
      ...(otherwise === undefined ? [] : [`If you have none, pass ${flagWith(otherwise)}.`]),
    ].join(" "),
  passFlagOrVariable: ({ flag, variables }: { flag: string; variables: readonly string[] }) =>
    `Pass ${oneOf([`--${flag}`, ...variables.map((name) => `set ${name}`)])}.`,
  setPassedVariable: (variables: readonly string[]) =>
    variables.length === 0
      ? "If you passed a shell variable, set it first."
      : `If you passed a shell variable, set it first, or set ${oneOf(variables)} instead.`,
  writeIntoFile: "Write the value into it, or leave the flag out.",
  fileEmpty: "The file is empty.",
  stdinEmpty: "Standard input was empty.",
  waitingForStdin: (flag: string) => `${flag}: waiting for standard input to end.`,
  emptyFlagIgnored: (flag: string) => `${flag} is empty and was ignored.`,
  variableEmpty: (name: string) => `${name} has no value.`,
  variableNeeded: (name: string) => `${name} has no value, and --secret-input-mode ref stores none.`,
  exportFirst: "Export it first.",
  exportOrName: (flag: string) => `Export it, or pass another variable with \`${flag}\`.`,
  otherThanVariable: (name: string) => `The value differs from ${name}, to which --secret-input-mode ref refers.`,
  leaveOutOrStore: "Leave the flag out, or pass `--secret-input-mode plaintext`.",
  modelUnknown: (model: string) => `The model "${model}" belongs to no known provider.`,
  writeModelRef: (providers: readonly string[]) => `Write it as provider/model. Known providers: ${allOf(providers)}.`,
  modelNotServed: ({ model, endpoint }: { model: string; endpoint: string }) =>
    `The model "${model}" needs the endpoint ${endpoint}, which is not set up.`,
  addEndpoint: ({ flag, endpoint }: { flag: string; endpoint: string }) =>
    `Choose another model, or pass \`${flag} ${endpoint}\`.`,
  accountsFound: ({ number, isCut }: FoundNumber) =>
    number === 0 ? "The token finds no account." : `The token finds ${atLeast(isCut)}${count(number, "account")}.`,
  gatewaysFound: ({ number, isCut }: FoundNumber) =>
    number === 0 ? "The account has no gateway yet." : `The token finds ${atLeast(isCut)}${count(number, "gateway")}.`,
  headerUnsendable: ({ path, problem }: { path: string; problem: string }) => `${path}: ${problem}`,
  passOneSuchAs: (values: readonly string[]) => `Pass one of them, such as ${oneOf(values)}.`,
  listIsCut: (number: number) => `Only the first ${grouped(number)} are listed. Type the ID if yours is missing.`,

  // The local gateway.
  localTokenEmpty: "The token is empty.",
  setPassedVariableOrLeaveOut:
    "If you passed a shell variable, set it first. Leave the flag out to get a random token.",
  localTokenForeign: "This is a provider's credential.",
  localTokenOwn: "The local gateway needs a token of its own. Leave the flag out to get a random one.",
  localTokenForm: (length: number) => `The token needs at least ${length} characters.`,
  localTokenCharacters: "Use only ASCII letters, digits and signs, without spaces.",
  leaveOutForRandom: "Leave the flag out to get a random one.",
  openToOthers: (bind: string) => `"${bind}" without a token lets others use your credentials.`,
  noneWithToken: (flag: string) => `"none" cannot be combined with ${flag}.`,
  useTokenAuth: "Pass `--gateway-auth token`.",
  binds: {
    loopback: "This machine only (loopback)",
    lan: "The local network (lan)",
    tailnet: "The Tailscale network (tailnet)",
    auto: "This machine if possible, else the local network (auto)",
    custom: "One IP address of this machine (custom)",
  },
  customHost: "IP address of the local gateway",
  customNeedsHost: "--gateway-bind custom needs an IP address.",
  passCustomHost: (flag: string) => `Pass \`${flag}\` with an IP address of this machine.`,

  // Sources of answers.
  answerFrom: ({ answer, from }: { answer: string; from: string }) => `${answer}, from ${from}`,
  answerFound: ({ label, answer }: { label: string; answer: string }) => `${label}: ${answer}.`,
  theCredential: (label: string) => `the ${label}`,
  variableIn: ({ name, place }: { name: string; place: string }) => `${name} in ${place}`,
  presentReference: "the configured reference",
  repaired: ({ name, repairs }: { name: string; repairs: readonly string[] }) => `${name}: ${repairs.join(", ")}.`,
  foundInUrl: ({ label, value }: { label: string; value: string }) => `${label}: found ${value} in the URL.`,
  foundInPaste: (labels: readonly string[]) => `Found in the pasted text: ${labels.join(", ")}.`,
  joinedLines: ({ label, lines }: { label: string; lines: number }) =>
    `${label}: joined from ${grouped(lines)} pasted lines.`,
  joinedInPaste: (labels: readonly string[]) => `Joined from several pasted lines: ${labels.join(", ")}.`,
  unusedLines: (lines: number) =>
    lines === 1 ? "1 other pasted line was not used." : `${grouped(lines)} other pasted lines were not used.`,
  onlyBlanks: "This is only blanks. Press Enter alone to keep the current answer.",
  nothingInPaste: "The pasted text contains no answer.",
  pastedUnusable: ({ label, problem }: { label: string; problem: string }) => `${label}: ignored. ${problem}`,
  takenFromPaste: (label: string) => `${label}: taken from the next pasted line.`,

  // Questions.
  whichProvider: "Which provider?",
  skipProvider: "Skip for now",
  changeOne: (provider: string) => `${provider}: change one answer`,
  addOne: (provider: string) => `${provider}: add an endpoint`,
  whichEndpoints: "Which endpoints?",
  optional: (label: string) => `${label} (optional)`,
  enterIfNone: "Press Enter if you have none.",
  enterOwn: "Enter one",
  goWithout: "Go on without one",
  useOther: ({ label, answer }: { label: string; answer: string }) => `Use the ${label} ${answer}`,
  otherCanDo: (label: string) =>
    `The ${label} can do everything that it was created for, such as reading and changing your account. It would be stored in .env and sent with every request.`,
  storeOther: (label: string) => `Store the ${label} here all the same?`,
  orPasteToken: (label: string) => `Or paste a ${label} to choose from a list.`,
  defaultModel: "Default model",
  modelInNoList: ({ model, provider }: { model: string; provider: string }) =>
    `"${model}" is not in the built-in list of ${provider}'s models. Requests fail if it does not exist.`,
  modelInNoListMeant: ({ model, provider, meant }: { model: string; provider: string; meant: string }) =>
    `"${model}" is not in the built-in list of ${provider}'s models. Requests fail if it does not exist. Did you mean ${meant}?`,
  modelRetires: ({ model, date }: { model: string; date: string }) => `Requests for ${model} fail from ${date} on.`,
  modelNotListed: (model: string) => `The model "${model}" is not in the list.`,
  modelSource: (date: string) =>
    `Each line shows the context and the price in USD per million tokens (in/out). What the provider does not list is as of ${date}.`,
  modelUntil: (date: string) => `until ${date}`,
  modelDescription: ({ name, context, price, date }: ModelFacts) =>
    [
      name,
      context === "" ? "" : `${context} tokens of context`,
      price === undefined ? "" : `$${price.input} in and $${price.output} out per million tokens`,
      date === undefined ? "" : `until ${date}`,
    ]
      .filter((part) => part !== "")
      .join(", "),
  port: "Port of the local gateway",
  bind: "Who can reach the local gateway?",
  runAsService: "Run the local gateway as a service, now and after each login?",
  yourDefaultModel: (model: string) => `Your default model is ${model}.`,
  makeDefault: (model: string) => `Make ${model} the default model?`,
  write: "Save these changes?",

  // Answers that are looked up.
  lookingUpAccounts: "Looking up your accounts",
  lookingUpGateways: "Looking up your gateways",
  typeInstead: "Enter it instead",
  withToken: ({ label, token }: { label: string; token: string }) => `${label} ${token}:`,
  createGateway: "Create a gateway",
  newGatewayId: "ID of the new gateway",
  newGatewaySettings: "It will require a token with every request, and log prompts and answers.",
  createThisGateway: (id: string) => `Create the gateway "${id}" in your account?`,
  creatingGateway: "Creating the gateway",
  gatewayCreated: (id: string) => `Created gateway "${id}". It stays even if you cancel now.`,
  readingGateway: "Reading the gateway's settings",

  // The check before saving.
  checking: "Checking your answers",
  works: "Everything works.",
  checkSkipped: "The answers were not checked. To check them later, run `openclaw doctor`.",
  readingModels: "Reading the list of models",
  messageIsBilled: "The check generates one token (OpenAI up to 16), which is billed.",
  whatNow: "How do you want to continue?",
  changeModel: "Change the default model",
  changeAnswer: (label: string) => `Change: ${label}`,
  changeAny: "Change an answer",
  changeOther: "Change another answer",
  whichAnswer: "Which answer?",
  tryAgain: "Try again",
  saveAnyway: "Save anyway",
  leaveUnsaved: "Leave without saving",

  // A file of answers.
  answers: {
    unknownKey: (key: string) => (key === "" ? "This key is unknown here." : `${key} is unknown here.`),
    useKeys: (keys: readonly string[]) => `Known keys: ${keys.join(", ")}.`,
    plainSecret: (name: string) => `${name} is a secret. A file of answers holds only references.`,
    noReference: (name: string) => `${name} is not a reference to a secret.`,
    referTo: (example: string) =>
      `Write ${example}, or \`{ source, provider, id }\` for a file or a program in \`secrets.providers\`.`,
    onlyReferences: 'Write a reference, such as "${NAME}", and set the variable where the file is used.',
    noInclude: "A file of answers includes no others.",
    addKey: (key: string) => `Add \`${key}\`.`,
    setVariable: (name: string) => `Set ${name} where the file is used.`,
    noSecretIn: (place: string) => `${place} gives a placeholder, not a secret.`,
    fileMissing: (path: string) => `${path} does not exist.`,
    fileTooLarge: ({ path, most }: { path: string; most: number }) => `${path} is larger than ${count(most, "byte")}.`,
    nothingSetUp: "Nothing is set up here.",
    runFirst: "Run `openclaw onboard` first.",
    leftOut: (path: string) => `${path} is a secret in plain text, and is not exported.`,
    needed: (names: readonly string[]) => `On each machine, set ${allOf(names)} before \`openclaw onboard --answers\`.`,
  },

  // A client of a remote gateway.
  remote: {
    url: "Remote gateway URL",
    token: "Remote gateway token",
    tokenHelp: "On that machine, `openclaw gateway token add NAME` makes one.",
    onlyLocal: (flags: readonly string[]) => `${allOf(flags)}: only used with --mode local.`,
    checking: "Asking the remote gateway",
    answers: ({ url, version }: { url: string; version: string }) => `${url} answers: openclaw ${version}.`,
    answersPublished: (url: string) =>
      `${url} answers: a gateway of the published OpenClaw. Whether it accepts the token shows with the first request.`,
    other: (url: string) => `${url} answers, but is no OpenClaw gateway.`,
    checkAddress: "Check the address, or save it unchecked with `--no-verify`.",
    silent: ({ url, reason }: { url: string; reason: string }) => `${url} does not answer: ${reason}.`,
    /** By the kind of fault; follows "does not answer". */
    faults: {
      "name-not-found": "the host name is unknown",
      refused: "nothing listens there",
      unreachable: "the host cannot be reached",
      "connect-timeout": "the connection takes too long",
      "answer-timeout": "the response takes too long",
      "cut-off": "the connection was closed",
      certificate: "its certificate is not trusted",
      tls: "there is no secure connection",
      proxy: "the proxy refuses the connection",
      "not-http": "it does not speak HTTP",
      aborted: "the request was cancelled",
    },
    startIt: "Start the gateway there, or save the address unchecked with `--no-verify`.",
    tokenUnknown: (url: string) => `${url} does not know this token.`,
    tokenNeeded: (url: string) => `${url} needs a token.`,
    passToken: "Pass it with `--remote-token-file`, or save without checking with `--no-verify`.",
    formerToken: "The saved token belongs to another gateway and is no longer used.",
    ready: (url: string) => `Remote gateway  ${url}`,
  },

  // Changes and what came of them.
  willChange: (list: string) => `These files will change:\n${list}`,
  localToken: "Local gateway token",
  localGateway: "Local gateway",
  localGatewaySettings: ({ port, reach, withToken }: { port: string; reach: string; withToken: boolean }) =>
    `port ${port}, ${reach}, ${withToken ? "clients need a token" : "no token"}`,
  reach: {
    loopback: "this machine only",
    lan: "the local network",
    tailnet: "the Tailscale network",
    auto: "this machine if possible",
  },
  andMore: (number: number) => `… and ${count(number, "value")} more`,
  changedMeanwhile: "Another program changed the files. This is the new list of changes.",
  runRecord: "when and by which version this was set up",
  upToDate: "Already up to date. No files were changed.",
  wrote: ({ path, values }: { path: string; values: number }) => `Wrote ${path} (${count(values, "value")})`,
  wroteWithBackup: ({ path, values, backup }: { path: string; values: number; backup: string }) =>
    `Wrote ${path} (${count(values, "value")}, backup in ${backup})`,
  closed: ({ path, mode }: { path: string; mode: string }) => `Made ${path} private (mode ${mode})`,
  modeChange: ({ path, from, to }: { path: string; from: string; to: string }) => `${path}\n  ~ mode ${from} -> ${to}`,
  baseUrls: (urls: readonly string[]) => urls.map((url) => `Base URL       ${url}`).join("\n"),
  defaultStays: ({ kept, offered }: { kept: string; offered: string }) =>
    `The default model is still ${kept}. To make it ${offered}, run \`openclaw onboard --set-default\`.`,
  newDefault: (model: string) => `Default model  ${model}`,
  useNow: "Use it now:",
  inOneTerminal: "in one terminal",
  inAnother: "in another",
  next: "Next:",
  nextModels: "list the models",
  nextDoctor: "check everything",
  nextGateway: "serve local clients",
  nextUndo: "undo these changes",
  nextClient: (client: string) => `set up ${client}`,

  // Notes on the result.
  staysOpen: (path: string) => `Others can read ${path}, and its permissions cannot be changed.`,
  overriddenByVariable: ({ name, path }: { name: string; path: string }) =>
    `${name} has a different value in this environment, which overrides ${path}. To use the saved value, run \`unset ${name}\`.`,
  overriddenByProfile: ({ path, label }: { path: string; label: string }) =>
    `${path} also has a key for ${label}, which the published OpenClaw uses first.`,
  storeUnreadable: (path: string) =>
    `${path} cannot be read. If it holds a key, the published OpenClaw would use that first.`,
  keylessElsewhere:
    "The published OpenClaw cannot send requests without an API key. It can through the local gateway: run `openclaw gateway run`.",
  serviceFailed: (problem: string) => `The answers are saved, but the service is not running. ${problem}`,
});
