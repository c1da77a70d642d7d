import { allOf, count } from "./words.ts";

/** Sentences of the `config` commands. */
export const settings = () => ({
  description: "Read and change openclaw.json by path, check it, and edit it. Comments and formatting stay.",
  getSummary: "print a value, secrets masked",
  getDescription:
    "Print the value at a path, or the whole configuration. Secrets are masked; `--reveal` shows them at a terminal. References such as `${NAME}` are printed as they are written.",
  revealFlag: "show secrets, at a terminal only",
  setSummary: "set values, checked before they are written",
  setDescription:
    "Set one or more values, all together or not at all. A value is JSON5, or plain text where it is none. Comments and formatting stay, and `openclaw undo` takes the change back. A credential goes to .env, and a reference takes its place.",
  stringFlag: "take values as text, also where they look like numbers or JSON5",
  strictJsonFlag: "take values as JSON5 only",
  mergeFlag: "add to an object or list instead of replacing it",
  replaceFlag: "replace an object even if entries of yours get lost",
  batchJsonFlag: "take the changes from a list of { path, value } objects",
  batchFileFlag: "the same from a file, or from standard input with -",
  unsetSummary: "remove values",
  unsetDescription:
    "Remove the values at one or more paths, all together or not at all. Objects that this leaves empty go, too.",
  validateSummary: "check the configuration",
  validateDescription:
    "Check openclaw.json and the files it includes: syntax, values, and misspelt keys. Keys of other OpenClaw features are allowed.",
  fileSummary: "print the path of the configuration",
  fileDescription: "Print the full path of openclaw.json, which need not exist.",

  /** `expected` is what belongs at that column. */
  pathSyntax: ({ column, expected }: { column: number; expected: "key" | "bracket" | "separator" }) =>
    `The path is wrong at character ${column}: ${
      { key: "a key is expected", bracket: '[0] or ["key"] is expected', separator: "'.' or '[' is expected" }[expected]
    }.`,
  pathExample:
    'Write a path such as `models.providers["cloudflare-ai-gateway"].baseUrl`, in single quotes for the shell.',
  notFinite: "Infinity and NaN cannot be stored.",
  valueNotJson5: (path: string) => `The value for ${path} is not valid JSON5.`,
  forText: "To set it as text, pass `--string`.",
  valueMissing: (path: string) => `The value for ${path} is missing.`,
  setUsage: "Pass a path and a value, or several such pairs.",
  batchInvalid: (place: string) => `${place} is not a list of { path, value } objects.`,
  batchEntry: (number: number) => `Entry ${number} has no path, or not one of value, ref, provider and unset.`,
  batchForm: 'Write a list such as `[{ path: "gateway.port", value: 19000 }]`.',
  fileMissing: (path: string) => `${path} does not exist.`,

  notSet: (path: string) => `${path || "The configuration"} has no value.`,
  listHas: ({ path, items }: { path: string; items: number }) => `${path} has ${count(items, "item")}.`,
  seeAll: "To see all values, run `openclaw config get`.",
  wouldLose: ({ path, lost }: { path: string; lost: readonly string[] }) =>
    `This value for ${path} would remove ${count(lost.length, "entry", "entries")}: ${allOf(lost)}.`,
  mergeOrReplace: "To keep them, pass `--merge`. To remove them, pass `--replace`.",
  credentialThere: (path: string) => `${path} takes no credential.`,
  wouldBeInvalid: "The configuration would not be valid. No files were changed.",
  misspelt: (path: string) => `${path} is unknown.`,
  reserved: (path: string) => `${path} has a reserved name, which OpenClaw does not read. Choose another name.`,
  includeByHand: "`$include` is not set by path.",
  runEdit: "Run `openclaw config edit`.",
  stored: ({ path, variable, secrets }: { path: string; variable: string; secrets: string }) =>
    `${path} is a credential, which is kept in ${secrets} as ${variable}.`,
  /** `file` is `undefined` for the environment. */
  variableTaken: ({ path, variable, file }: { path: string; variable: string; file?: string }) =>
    `${path} is a credential and belongs in ${variable}, which has another value in ${file ?? "the environment"}. No files were changed.`,
  rotateInstead: (variable: string) => `To replace that one, run \`openclaw onboard --rotate-key ${variable}\`.`,
  otherVariable: "Replace it there, or set a reference to another variable, such as `${NAME}`.",
  literal: ({ path, secrets }: { path: string; secrets: string }) =>
    `${path} is a URL with a credential, which backups of the file keep. To keep it out of the file, put the URL into ${secrets} as NAME=value and set \`\${NAME}\`.`,
  revealNeedsTerminal: "`--reveal` shows secrets at a terminal only, and standard output is none.",
  leaveReveal: "Leave out `--reveal` to get the value with secrets masked.",

  upToDate: "Already up to date. No files were changed.",
  wrote: ({ path, backup }: { path: string; backup: string | undefined }) =>
    backup === undefined ? `Wrote ${path}` : `Wrote ${path} (backup in ${backup})`,
  toUndo: "To undo this, run `openclaw undo`.",

  valid: (path: string) => `${path} is valid.`,
  notValid: (path: string) => `${path} is not valid.`,
  noFile: (path: string) => `${path} does not exist.`,
  runOnboard: "Run `openclaw onboard`.",
  rejected: ({ path, versions }: { path: string; versions: readonly string[] }) =>
    `OpenClaw ${allOf(versions)} ${versions.length === 1 ? "rejects" : "reject"} the whole file because of ${path}.`,

  schemaSummary: "print a JSON Schema for editors",
  schemaDescription:
    "Print a JSON Schema of openclaw.json, with which editors complete and check it. `--install` puts it beside openclaw.json and names it there as `$schema`, which every known version of OpenClaw accepts.",
  installSchemaFlag: "put the schema beside openclaw.json, and name it there as $schema",
  schemaInstalled: (path: string) => `Wrote the schema to ${path}.`,
  otherSchema: (reference: string) => `openclaw.json already names a schema, ${reference}.`,
  keepSchema: "Remove that `$schema` first: `openclaw config unset '$schema'`.",
  schemaTitle: "Configuration of OpenClaw",
  /** Of the keys that this program reads, for editors; `*` is any key or item. */
  keys: {
    $schema: "The JSON Schema of this file, for editors. OpenClaw ignores it.",
    $include: "A file, or a list of files, whose values belong here. Paths are relative to this file.",
    models: "The providers of models.",
    "models.mode": "merge keeps the providers that OpenClaw knows by itself; replace uses only those listed here.",
    "models.providers": "Each provider by its id, the part of a model's name before the first slash.",
    "models.providers.*.baseUrl": "The address that requests go to.",
    "models.providers.*.api": "The protocol of that address.",
    "models.providers.*.auth": "How requests are authenticated.",
    "models.providers.*.apiKey": "The API key, best as `${NAME}` with the value in .env.",
    "models.providers.*.headers": "Headers of every request. Write credentials as `${NAME}`, with the value in .env.",
    "models.providers.*.models": "The models of this provider.",
    "models.providers.*.models.*.id": "The id that the provider expects.",
    "models.providers.*.models.*.name": "The name that people read.",
    "models.providers.*.models.*.input": "What the model reads, such as text and image.",
    "models.providers.*.models.*.contextWindow": "The tokens that fit into a request and its answer.",
    "models.providers.*.models.*.contextTokens": "The tokens to use of the context window.",
    "models.providers.*.models.*.maxTokens": "The most tokens of an answer.",
    agents: "Agents, and what they have in common.",
    "agents.defaults.model": "The default model as provider/model, or an object with primary and fallbacks.",
    "agents.defaults.model.primary": "The default model as provider/model.",
    "agents.defaults.model.fallbacks": "The models to try, in this order, when the default one fails.",
    "agents.defaults.imageModel": "The model for images, if it is another.",
    "agents.defaults.models": "The models in use, by provider/model, with their aliases.",
    "agents.defaults.models.*.alias": "A short name for the model.",
    gateway: "The local gateway.",
    "gateway.mode": "local runs a gateway on this machine; remote uses the one at gateway.remote.",
    "gateway.port": "The port that the gateway listens on.",
    "gateway.bind": "The addresses that the gateway listens on. loopback lets no other machine in.",
    "gateway.customBindHost": "The address to listen on with bind custom.",
    "gateway.auth.mode": "What clients must show to use the gateway.",
    "gateway.auth.token": "The token of clients, best as `${NAME}` with the value in .env.",
    "gateway.auth.password": "The password of clients, best as `${NAME}` with the value in .env.",
    "gateway.remote.url": "The address of the gateway elsewhere.",
    "gateway.remote.token": "The token for the gateway elsewhere, best as `${NAME}` with the value in .env.",
    env: "Variables for OpenClaw.",
    "env.vars": "Variables by name. They replace none that is set already.",
    "env.shellEnv.enabled": "Takes missing keys from the login shell.",
    "env.shellEnv.timeoutMs": "How many milliseconds to wait for the login shell.",
    secrets: "Where secret references find their values.",
    "secrets.providers": "Each source of secrets by its name.",
    "secrets.providers.*.source": "env, file or exec.",
    "secrets.providers.*.path": "The file with the secrets.",
    "secrets.providers.*.command": "The full path of the program that prints the secrets.",
    "secrets.providers.*.allowlist": "The variables that may be read.",
    wizard: "The last run of onboard.",
  } as Readonly<Record<string, string>>,

  editSummary: "open the configuration in your editor",
  editDescription:
    "Open a copy of openclaw.json in $VISUAL or $EDITOR. It replaces the file when it is valid; otherwise the editor opens again, after telling what is wrong.",
  editNeedsTerminal: "Run `openclaw config edit` at a terminal, or change values with `openclaw config set`.",
  editorMissing: (editor: string) => `The editor \`${editor}\` does not start.`,
  setEditor: "Set EDITOR to the command of your editor, such as `code --wait`.",
  editorFailed: ({ editor, status }: { editor: string; status: number }) =>
    `The editor \`${editor}\` ended with status ${status}. No files were changed.`,
  notAcceptable: "The text cannot be used as it is:",
  editAgain: "Open the editor again?",
  textKept: (path: string) => `No files were changed. Your text is in ${path}.`,
  textFound: (path: string) => `An edit was interrupted before its text could be used. The text is in ${path}.`,
  unchanged: "The text is unchanged. No files were changed.",
  includesApart: (paths: readonly string[]) => `Values of ${allOf(paths)} are not in this file. Edit them there.`,
  changedMeanwhile: "Another program changed openclaw.json while the editor was open.",

  diffSummary: "show what changed since the last backup",
  diffDescription:
    "Show how openclaw.json, and each file it includes, differs from its last backup, with secrets masked. It is what `openclaw undo` would take back.",
  diffOf: ({ path, backup }: { path: string; backup: string }) => `${path}, compared with ${backup}:`,
  diffNew: (path: string) => `${path} is new. There is no backup to compare it with.`,
  noBackup: (path: string) => `No backup of ${path} differs from it.`,
});
