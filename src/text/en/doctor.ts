import { allOf, count } from "./words.ts";

/** The checks of `openclaw doctor`, their report and the repairs. */
export const doctor = () => ({
  // The command.
  description: "Look for known problems. The report contains no secrets and no full account ID.",
  fixFlag: "show what is safe to fix, then fix it after asking",
  yesFlag: "with --fix, fix without asking",
  offlineFlag: "do not contact any provider",
  verboseFlag: "also show the checks that passed or were skipped",
  verifyFlag: "what to check; `message` generates one token per provider, which is billed",
  lintFlag: "for CI: list what is wrong, ask nothing, change nothing; 0 none, 1 findings, 2 could not check",
  severityMinFlag: "with --lint, the least severity that is listed and counts; default: warning",
  workerFlag: "check the Worker deployed at this URL instead of this machine",
  workerDirFlag: "with --worker, compare with the configuration in this folder instead of the local one",
  messageIsBilled: "Each provider generates one token (OpenAI up to 16), which is billed.",

  // The report.
  linted: ({ run, findings }: { run: number; findings: number }) =>
    `doctor --lint: ran ${count(run, "check")}, ${count(findings, "finding")}`,
  fixHint: (fix: string) => `fix: ${fix}`,
  noProblems: ({ passed, skipped }: { passed: number; skipped: number }) =>
    `No problems found: ${passed} passed${andSkipped(skipped)}.`,
  summary: ({
    failed,
    warnings,
    passed,
    skipped,
  }: {
    failed: number;
    warnings: number;
    passed: number;
    skipped: number;
  }) => `${failed} failed, ${count(warnings, "warning")}, ${passed} passed${andSkipped(skipped)}.`,
  withIds: ({ message, ids }: { message: string; ids: readonly string[] }) => `${message} (${ids.join(", ")})`,
  showAll: "To show every check, run `openclaw doctor --verbose`.",
  canRepair: (number: number) => `To fix ${number} of them, run \`openclaw doctor --fix\`.`,

  /** Why checks were skipped. */
  lacking: {
    folder: "Nothing is set up yet.",
    config: "openclaw.json is missing or cannot be read.",
    readableConfig: "openclaw.json is missing or cannot be read.",
    secrets: ".env is missing or cannot be read.",
    provider: "No provider is configured.",
    variable: "No variable that the configuration needs has a value.",
    service: "No service is installed.",
    localMode: "This machine uses a remote gateway.",
    remoteMode: "This machine uses no remote gateway.",
    worker: "The Worker was not reached.",
    tellingWorker: "The Worker did not prove that it knows a token of this machine.",
    knownWorker: "The Worker did not prove that it knows a token of this machine.",
  },

  // Repairs.
  repairList: "Safe to fix:",
  repairThese: "Fix these?",
  passYes: "To fix without asking, pass `--yes`.",
  nothingToRepair: "There is nothing to fix automatically.",
  repaired: "Fixed.",
  repairedConfig: "Fixed. To undo the changes to the configuration, run `openclaw undo`.",
  setValue: ({ path, value }: { path: string; value: string }) => `Set ${path} to "${value}".`,
  moveSecret: ({ path, variable, secretsPath }: { path: string; variable: string; secretsPath: string }) =>
    `Move ${path} to ${secretsPath} as ${variable}, and refer to it.`,
  restrictFile: ({ path, mode }: { path: string; mode: string }) => `Make ${path} private (mode ${mode}).`,
  removeFile: (path: string) => `Remove ${path}.`,

  // Advice of several checks.
  run: (command: string) => `Run \`${command}\`.`,
  removeKey: "Remove it.",
  addToSecrets: ({ variable, secretsPath }: { variable: string; secretsPath: string }) =>
    `Add ${variable} to ${secretsPath}.`,
  fixThere: "Fix it there.",
  fixOrUndo: "Fix it there, or run `openclaw undo`.",

  // files.*
  filesPresent: "openclaw.json and .env exist.",
  noStateFolder: "The state folder does not exist.",
  noConfig: "There is no openclaw.json yet.",
  noSecretsFile: "There is no .env to read API keys from.",
  filesReadable: "This user can read every file.",
  nothingElsewhere: "No configuration lies where it is not read.",
  modesPrivate: "Only you can read the state folder, the configuration, its backups and .env.",
  othersCanRead: ({ mode, wanted }: { mode: string; wanted: string }) =>
    `Other users can read this path; its mode is ${mode} instead of ${wanted}.`,
  modesUnknown: (problem: string) => `File permissions were not checked. ${problem}`,
  noLeftovers: "No leftover temporary or lock files.",
  leftover: "A process that has ended left this file behind.",

  // config.*, secrets.*
  configReadable: "openclaw.json and the files it includes are valid JSON5.",
  secretsReadable: "Every line of .env is valid.",
  readAsWritten: "Every value of .env is read as it is written.",
  fixLine: "Fix the line, or put # in front of it.",
  remoteUsable: "The remote gateway has an address and a token that can be used.",
  canListen: "The local gateway has an address to listen on.",
  noCustomHost: 'gateway.bind is "custom", and gateway.customBindHost is missing.',
  customHostForm: "gateway.customBindHost is not an IP address.",
  setCustomHost: "Run `openclaw onboard --gateway-custom-host` with an IP address of this machine, or set it there.",
  configAllowed: "Every setting has a valid value.",
  noDuplicates: "No key appears twice.",
  duplicate: (path: string) => `${path} appears more than once; the last one counts.`,
  keepOne: "Keep one of them.",
  keysKnown: "OpenClaw knows every key.",
  unknownKey: ({ path, versions }: KeyOfVersions) =>
    `OpenClaw does not know ${path}; ${allOf(versions)} ${versions.length === 1 ? "rejects" : "reject"} the whole file.`,
  keysAccepted: "The known versions of OpenClaw accept every key.",
  rejectedKey: ({ path, versions }: KeyOfVersions) =>
    `OpenClaw ${allOf(versions)} ${versions.length === 1 ? "rejects" : "reject"} the whole file because of ${path}.`,
  acceptedBy: (versions: readonly string[]) =>
    `Remove it, unless you use only ${allOf(versions)}, which ${versions.length === 1 ? "accepts" : "accept"} it.`,
  moveToVars: ({ key, secretsPath }: { key: string; secretsPath: string }) =>
    `Move it to env.vars.${key} or to ${secretsPath}.`,

  // variables.*
  variablesSet: "Every variable has a value, and every provider has an API key.",
  noValue: ({ variable, path }: { variable: string; path: string }) =>
    `${variable} has no value, but ${path} refers to it.`,
  setOrExport: ({ variable, secretsPath }: { variable: string; secretsPath: string }) =>
    `Add ${variable} to ${secretsPath}, or export it.`,
  noApiKey: (path: string) => `${path} has no API key.`,
  setApiKey: ({ variable, secretsPath }: { variable: string; secretsPath: string }) =>
    `Add ${variable} to ${secretsPath} and set apiKey to \`\${${variable}}\`, or run \`openclaw onboard\`.`,
  noVariables: "The configuration needs no variables.",
  comesFrom: ({ variable, source }: { variable: string; source: string }) => `${variable} comes from ${source}.`,
  overrides: ({ variable, source, overridden }: { variable: string; source: string; overridden: readonly string[] }) =>
    `${variable} comes from ${source} and overrides a different value in ${allOf(overridden)}.`,
  unsetOrMatch: (variable: string) => `Make the values the same, or run \`unset ${variable}\`.`,
  matchOrRemove: "Make the values the same, or remove one.",
  noLoginShell: "No service depends on the login shell for a variable.",
  onlyLoginShell: (variable: string) =>
    `Only the login shell sets ${variable}, so a service runs that shell at every start.`,
  noOwnShell: "No service is missing a variable that this shell sets.",
  onlyThisShell: (variable: string) => `Only this shell sets ${variable}, so the service does not get it.`,

  // credentials.*
  allResolved: "Every credential is a value, or a reference that is replaced.",
  tokenLong: "The local gateway token is long enough.",
  removeUnused: "It is not used now. Remove it.",
  tokenHeaders: 'Every token header has the form "Bearer <token>".',
  headerQuotes: (path: string) => `${path} has quotes around its value.`,
  headerColon: (path: string) => `${path} has a colon after "Bearer".`,
  headerTwice: (path: string) => `${path} has "Bearer" twice.`,
  headerStart: (path: string) => `${path} does not start with "Bearer".`,
  headerOther: (path: string) => `${path} has extra spaces or characters.`,
  writeHeader: (variable: string) => `Set it to \`Bearer \${${variable}}\`, with one space and nothing else.`,
  fieldsRight: "Each credential is in the right field.",
  wrongField: ({ label, problem }: { label: string; problem: string }) => `${label}: ${problem}`,
  noLiterals: "openclaw.json contains no secrets.",
  literal: (path: string) => `${path} contains a secret in plain text.`,
  noMisplaced: "No credential is in a place that takes none.",
  misplaced: (path: string) => `${path} contains a credential, which does not belong there.`,
  removeMisplaced: "Remove it, and revoke the credential if anyone else could read the file.",
  moveOut: (secretsPath: string) => `Move it to ${secretsPath}, and remove it here: no reference is replaced in env.`,
  moveByHand: (secretsPath: string) => `Move it to ${secretsPath}, and write \`\${NAME}\` here.`,
  moveTo: ({ variable, reference, secretsPath }: { variable: string; reference: string; secretsPath: string }) =>
    `Add it to ${secretsPath} as ${variable}, and write \`${reference}\` here.`,
  noProfiles: "The published OpenClaw stores no key that overrides the one in .env.",
  storedKey: ({ label, agent }: { label: string; agent: string | undefined }) =>
    agent === undefined
      ? `The published OpenClaw stores a key for ${label} here, and uses it before the one in .env.`
      : `The published OpenClaw stores a key for ${label} here, and its agent "${agent}" uses it before the one in .env.`,
  onlyStored: ({ label }: { label: string }) =>
    `Only the published OpenClaw has a key for ${label}, which it stores here. The local gateway cannot use it.`,
  giveKey: ({ variable, secretsPath }: { variable: string; secretsPath: string }) =>
    `To use it here too, add ${variable} to ${secretsPath}, or run \`openclaw onboard\`.`,
  removeStoredKey: (provider: string) =>
    `This program does not use it. To use one key in both, remove that of "${provider}" there, or store the same key.`,
  storeUnreadable: "The published OpenClaw stores its keys here, but this file cannot be read.",
  repairStore: "If it holds a key, OpenClaw cannot use it. Restore the file, or let OpenClaw store the key again.",

  // endpoint.*
  baseUrlsRight: "Every base URL is valid.",
  noBaseUrl: (path: string) => `${path} is missing.`,
  setBaseUrl: "Set it to the gateway URL, or run `openclaw onboard`.",
  endsInSlash: ({ path, url }: { path: string; url: string }) => `${path} ends in a slash: ${url}`,
  versionTwice: ({ path, url }: { path: string; url: string }) => `${path} has /v1 twice: ${url}`,
  lacksEnd: ({ path, url, end }: { path: string; url: string; end: string }) =>
    `${path} does not end in ${end}: ${url}`,
  endsInPath: ({ path, url }: { path: string; url: string }) =>
    `${path} ends in a path that clients add themselves: ${url}`,
  versionAdded: ({ path, url }: { path: string; url: string }) =>
    `${path} ends in /v1, which clients add themselves: ${url}`,
  versionUnknown: ({ path, url }: { path: string; url: string }) =>
    `${path} ends in /v1, which this endpoint does not have: ${url}`,
  setTo: (value: string) => `Set it to \`${value}\`.`,
  placeholder: ({ path, url }: { path: string; url: string }) =>
    `${path} contains a placeholder, which only OpenClaw fills in: ${url}`,
  replacePlaceholder: "Replace it with the ID itself.",
  badBaseUrl: ({ path, problem }: { path: string; problem: string }) => `${path} cannot be used. ${problem}`,
  noProviderInUrl: ({ path, url }: { path: string; url: string }) => `${path} does not name a provider: ${url}`,
  otherProviderInUrl: ({ path, url, found }: { path: string; url: string; found: string }) =>
    `${path} belongs to another provider ("${found}"): ${url}`,
  endWith: ({ end, api }: { end: string; api: string }) => `It must end in ${end} for ${api}.`,
  badId: ({ path, label, problem }: { path: string; label: string; problem: string }) =>
    `${label} in ${path}: ${problem}`,
  compareId: "Compare it with the provider's dashboard.",
  protocolsNamed: "Every provider names its protocol.",
  noApi: (path: string) => `${path} has no api; OpenClaw assumes openai-completions.`,
  addApi: ({ api, provider }: { api: string; provider: string }) => `Add \`api: "${api}"\` to provider "${provider}".`,
  addAnyApi: (provider: string) => `Add the api of provider "${provider}", such as \`api: "openai-completions"\`.`,
  wrongApi: ({ path, api }: { path: string; api: string }) =>
    `${path} is not ${api}, so OpenClaw sends the key in a different header.`,
  setApi: (api: string) => `Set it to \`${api}\`, or use another provider name for the other protocol.`,

  headersRight: "Every header can be sent and is understood.",
  headerRepeated: ({ path, other }: { path: string; other: string }) =>
    `${path} is the same header as ${other}; only the last one counts.`,
  headerValue: ({ path, problem }: { path: string; problem: string }) => `${path}: ${problem}`,
  correctHeader: "Correct or remove it.",

  // live
  keyElsewhere: (label: string) => `${label} was not contacted, since only the published OpenClaw has a key for it.`,
  offline: (label: string) => `${label} was not contacted (--offline).`,
  unusable: (label: string) => `${label} was not contacted because its configuration is invalid.`,
  fixConfigFirst: "Fix the configuration, then run `openclaw doctor` again.",
  answers: (label: string) => `${label} answers. Its base URL and credentials work.`,
  lacksCredentials: (label: string) => `${label} was not contacted, since a credential for it is missing.`,
  refused: ({ label, finding }: { label: string; finding: string }) => `${label}: ${finding}`,

  // models.*
  modelsKnown: "The default model and its fallbacks are known.",
  notJudged: "The default model and its fallbacks were not checked.",
  fixAgentsFirst: "Fix the invalid values in agents, then run `openclaw doctor` again.",
  noDefaultModel: "No default model is set, so OpenClaw uses one of OpenAI's.",
  setDefaultModel: "Choose one: `openclaw models set`.",
  defaultModel: "Default model",
  fallbackModel: "Fallback model",
  allowedModel: "Allowed model",
  noReference: ({ role, model }: ModelInRole) => `${role} "${model}" is neither provider/model nor an alias.`,
  writeReference: "Write it as provider/model.",
  unlistedProvider: ({ role, model, provider }: ModelInRole & { provider: string }) =>
    `${role} "${model}" needs provider "${provider}", which models.providers does not have.`,
  addProvider: "Add that provider, unless it is built into OpenClaw.",
  providerNotSetUp: ({ role, model, provider }: ModelInRole & { provider: string }) =>
    `${role} "${model}" needs provider "${provider}", which is not set up.`,
  unknownModel: ({ role, model }: ModelInRole) =>
    `${role} "${model}" is unknown: neither the configuration nor the built-in list has it.`,
  notInCatalog: ({ role, model, date }: ModelInRole & { date: string }) =>
    `${role} "${model}" is not in the built-in list of ${date}.`,
  askForModels: (provider: string) =>
    `If it is newer, run \`openclaw models refresh --provider ${provider}\`, then \`openclaw doctor\` again.`,
  compareModel: (provider: string) => `Look it up with \`openclaw models list --provider ${provider}\`.`,
  sameProtocol: "The fallbacks use the same protocol as the default model.",
  otherProtocol: ({ role, model, api, wanted }: ModelInRole & { api: string; wanted: string }) =>
    `${role} "${model}" uses ${api}, not ${wanted}; the local gateway skips it.`,
  chooseProtocol: (api: string) => `Choose a model that uses ${api}.`,
  noneRetired: "No selected model is retired or about to retire.",
  wasRetired: ({ path, role, model, date }: ModelInRole & { path: string; date: string }) =>
    `${role} "${model}" in ${path} was retired on ${date}.`,
  willRetire: ({ path, role, model, date }: ModelInRole & { path: string; date: string }) =>
    `${role} "${model}" in ${path} retires on ${date}.`,
  chooseModel: (reference: string) => `Choose another model, such as \`${reference}\`.`,

  // machine.*
  nodeSupported: "This version of Node is supported.",
  supportedNode: (version: string) => `Node ${version} is supported.`,
  unsupportedNode: (version: string) => `Node ${version} is not supported.`,
  installNode: "Install Node 20.19, 22.13, 24 or newer from https://nodejs.org.",
  noProxy: "No proxy is set.",
  proxy: ({ variable, source, value }: { variable: string; source: string; value: string }) =>
    `${variable} is ${value}, from ${source}.`,
  unusedProxy: ({ variable, source, value }: { variable: string; source: string; value: string }) =>
    `${variable} is ${value}, from ${source}; openclaw does not use it.`,
  useHttpsProxy: "Set HTTPS_PROXY instead.",
  badProxy: ({ variable, source }: { variable: string; source: string }) => `${variable} from ${source} is not a URL.`,
  proxyKind: ({ variable, source, kind }: { variable: string; source: string; kind: string }) =>
    `${variable} from ${source} is a ${kind} proxy. Only http:// and https:// are supported.`,
  proxyUnencoded: ({ variable, source }: { variable: string; source: string }) =>
    `The user name or password in ${variable} from ${source} contains characters that must be URL-encoded, such as @, # or /.`,
  encodeProxy: "Write @ as %40, # as %23 and / as %2F.",
  fixProxy: (variable: string) => `Set ${variable} to \`http://host:port\`, or unset it.`,
});

/** A model reference, and the role that the configuration gives it. */
interface ModelInRole {
  readonly role: string;
  readonly model: string;
}

const andSkipped = (skipped: number) => (skipped === 0 ? "" : `, ${skipped} skipped`);

interface KeyOfVersions {
  readonly path: string;
  readonly versions: readonly string[];
}
