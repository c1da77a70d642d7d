import { allOf, count, oneOf } from "./words.ts";

/** The empty path is the whole file. */
const placeName = (path: string): string => path || "The file";

export const config = () => ({
  notReadable: "The configuration is not valid JSON5.",
  notAllowed: "The configuration contains invalid values.",
  fixFile: "Fix the file, then run the command again.",
  fixOrUndo: "Fix the file, or run `openclaw undo`.",

  readOnly: (name: string) => `The configuration is read-only: ${name} is set.`,
  changeElsewhere: (name: string) => `Change it where it is managed, or run \`unset ${name}\`.`,

  notUtf8: "A file contains bytes that are not UTF-8. Rewriting it would destroy them.",
  notUtf8Here: "The first invalid byte is here.",
  wrongEncoding: "A file is not UTF-8.",
  savedAs: (encoding: string) => `This file is saved as ${encoding}, not as UTF-8.`,
  otherEncoding: ({ path, encoding }: { path: string; encoding: string }) =>
    `${path} is saved as ${encoding}, not as UTF-8.`,
  saveAsUtf8: "Save the file as UTF-8.",

  // Files of OpenClaw that are not read; their path stands before.
  homeIsStateFolder: (stateDir: string) =>
    `OPENCLAW_HOME takes the place of the home folder, so the files are in ${stateDir}.`,
  setHomeAbove: ({ home, folder }: { home: string; folder: string }) =>
    `Set OPENCLAW_HOME to ${home}, or unset it and set OPENCLAW_STATE_DIR to ${folder}.`,
  configAbove: (config: string) => `This configuration is one folder above the one in use, which is ${config}.`,
  configBelow: (config: string) => `This configuration is one folder below the one in use, which is ${config}.`,
  useFolder: (folder: string) => `To use it, set OPENCLAW_STATE_DIR to ${folder}.`,
  formerFolder: (stateDir: string) =>
    `This folder has a former name of OpenClaw; nothing reads it once ${stateDir} exists.`,
  moveFolder: ({ from, to }: { from: string; to: string }) =>
    `To keep its settings, cancel and run \`mv ${from} ${to}\`.`,
  moveNeeded: (stateDir: string) => `Move what you still need to ${stateDir}, and remove the folder.`,
  formerConfig: (config: string) =>
    `This configuration has a former name of OpenClaw; nothing reads it once ${config} exists.`,
  moveFile: ({ from, to }: { from: string; to: string }) => `To use it, cancel and run \`mv ${from} ${to}\`.`,
  removeFormer: (config: string) => `Move what you still need into ${config}, and remove it.`,

  mustBe: ({ path, expected }: { path: string; expected: string }) => `${placeName(path)} must be ${expected}.`,
  isMissing: (path: string) => `${placeName(path)} is missing.`,
  isMissingFor: ({ path, key, value }: { path: string; key: string; value: string }) =>
    `${placeName(path)} is missing; it is required when ${key} is "${value}".`,
  /** Words that follow "must be". */
  expected: {
    nonEmptyString: "a non-empty string",
    string: "a string",
    boolean: "true or false",
    variable: 'a variable such as "${NAME}"',
    positive: "a number above 0",
    wholeFrom: (min: number) => `a whole number of at least ${min}`,
    wholeBetween: ({ min, max }: { min: number; max: number }) => `a whole number from ${min} to ${max}`,
    oneOf: (allowed: readonly string[]) => `one of ${allowed.join(", ")}`,
    list: "a list ([ ])",
    object: "an object ({ })",
    either: (shapes: readonly string[]) => oneOf(shapes),
  },

  emptyText: "Expected a value such as `{}`, but the file is empty.",
  tooDeep: (max: number) => `Nested more than ${max} levels deep.`,
  syntaxError: ({ expected, found }: { expected: string; found: string }) => `Expected ${expected}, found ${found}.`,
  /** Tokens that JSON5 allows at a place; follows "Expected". */
  syntaxExpected: {
    value: "a value",
    item: (close: string) => `a value or ${close}`,
    key: (close: string) => `a key or ${close}`,
    colon: "`:` after the key",
    separator: (close: string) => `\`,\` or ${close}`,
    end: "the end of the file",
    commentEnd: "`*/` to close the comment",
    escape: "a valid escape sequence",
    quote: (quote: string) => `${quote} to close the string`,
  },
  /** Text that is there instead; follows "found". */
  syntaxFound: {
    end: "the end of the file",
    lineEnd: "the end of the line",
    codePoint: (hexadecimal: string) => `the character U+${hexadecimal}`,
  },

  includeOutside: ({ file, path }: { file: string; path: string }) =>
    `${file} includes ${path}, which is outside its folder.`,
  moveInclude: "Move the file there, or add its folder to OPENCLAW_INCLUDE_ROOTS.",
  includeMissing: ({ file, path }: { file: string; path: string }) => `${file} includes ${path}, which does not exist.`,
  includeTooLarge: ({ file, path, maxMib }: { file: string; path: string; maxMib: number }) =>
    `${file} includes ${path}, which is larger than ${maxMib} MiB.`,
  includeLoop: (chain: readonly string[]) => `A file includes itself: ${chain.join(" > ")}.`,
  includeTooDeep: ({ file, max }: { file: string; max: number }) =>
    `${file} is included more than ${count(max, "level")} deep.`,
  includeTooMuch: ({ file, max, maxMib }: { file: string; max: number; maxMib: number }) =>
    `${file} includes more than ${count(max, "file")} or ${maxMib} MiB in all, counting each file as often as it is included.`,
  includeNotPath: (file: string) => `$include in ${file} must be a path or a list of paths.`,

  listInSeveralFiles: (path: string) => `${placeName(path)} is combined from several files.`,
  editByHandIn: (files: readonly string[]) => `Edit it by hand in ${oneOf(files)}.`,
  setInSeveralFiles: (path: string) => `${placeName(path)} is set in several files at once.`,
  setByHand: "Set it by hand in one of them.",

  attributesLost: ({ path, names }: { path: string; names: readonly string[] }) =>
    `A new ${path} does not keep the extended attributes of the old one: ${allOf(names)}.`,
  editDropped: "The edit was not made, because it would also change something else.",
  cannotSet: ({ path, parent, line, column, kind }: SetObstacle) =>
    `${path} cannot be set: ${placeName(parent)} (line ${line}, column ${column}) is ${kind}.`,
  /** The kind of a value; follows "is". */
  kind: {
    null: "null",
    list: (items: number) => `a list of ${count(items, "item")}`,
    object: "an object",
    string: "a string",
    number: "a number",
    boolean: "true or false",
  },
  cannotRemoveAll: "The whole file cannot be removed from itself.",

  secretsNotReadable: (path: string) => `${path} has a line that cannot be read.`,
  fixSecrets: "Fix the file, then run the command again.",
  notAssignment: "This line is not NAME=value.",
  commentOut: "Write NAME=value, or put # in front of it.",
  quoteOpen: "A quote opens here and never closes.",
  closeQuote: (quote: string) => `Close it with ${quote}.`,
  cannotRemoveVariable: ({ name, path }: { name: string; path: string }) => `Cannot take ${name} out of ${path}.`,
  cannotWriteVariable: ({ name, path, reason }: { name: string; path: string; reason: string }) =>
    `${name} cannot be written to ${path}: ${reason}.`,
  /** Reasons why a variable cannot be written. */
  variableObstacle: {
    name: "it is not a variable name",
    nul: "the value contains a NUL character",
    surrogate: "the value contains half of a surrogate pair, which UTF-8 cannot hold",
    quotesAndHash: "the value contains all three kinds of quotes and a '#'",
    quotesAndEscape: "the value contains ', ` and a backslash before n or r, with a '#' or a line break",
    carriageReturn: "the value contains a carriage return, with a backslash before n or r or with \" and '#'",
    quoteInFile: "an unclosed quote in the file would swallow it",
  },
  nameVariable: "Use only letters, digits and '_'.",
  chooseOtherValue: "Choose another value, or set the variable in the environment.",
  closeQuoteInFile: "Close that quote, or remove the backslash before it.",

  variablesMissing: (names: readonly string[]) => `${allOf(names)} ${names.length === 1 ? "has" : "have"} no value.`,
  setVariables: ({ number, path }: { number: number; path: string | undefined }) => {
    const it = number === 1 ? "it" : "them";
    return path === undefined ? `Export ${it}.` : `Add ${it} to ${path}, or export ${it}.`;
  },
  /** The file that could not be read, or not all of it, is reported by itself. */
  variablesUnread: ({ names, path }: { names: readonly string[]; path: string }) =>
    `${allOf(names)} may be in ${path}, which cannot be read.`,
  linesUnread: ({ names, path }: { names: readonly string[]; path: string }) =>
    `${allOf(names)} ${names.length === 1 ? "is" : "are"} in no line of ${path} that can be read.`,
  fixSecretsFirst: "Fix that file first.",

  usePort: "Use a whole number from 0 to 65535.",
  didYouMean: (word: string) => `Did you mean \`${word}\`?`,
  useCustomBind:
    "For one address, use `custom`, with the address in gateway.customBindHost or `--gateway-custom-host`.",
  useBind: "Use loopback, lan, or an address of this machine.",
  notAddress: "This is not an IP address.",
  setAddress: "Set it to an IP address of this machine.",

  /** Says what dotenv makes of a line of .env, where something else was probably meant. */
  reading: {
    cut: (name: string) => `${name} ends at '#': what follows it is a comment.`,
    comment: (name: string) => `${name} has no value: what follows '#' is a comment.`,
    quotes: (name: string) => `${name} keeps its quotes, which do not enclose the whole value.`,
    backslash: (name: string) => `${name} keeps its backslash, which escapes nothing here.`,
    rest: (name: string) => `${name} contains the rest of its line.`,
    lines: (name: string) => `${name} takes up the line below it.`,
    spaces: (name: string) => `${name} keeps the spaces inside its quotes.`,
    escape: (name: string) => `${name} contains a line break: \\n is one in double quotes.`,
    equals: (name: string) => `${name} begins with '='.`,
    command: (name: string) => `${name} is a command in backquotes, which is not run.`,
    repeated: (name: string) => `${name} is set more than once, and this line counts.`,
  },
  readingHint: {
    cut: "Put the whole value in single quotes, or a space before the comment.",
    comment: "Put the value in single quotes.",
    quotes: "Put the whole value in quotes, or remove them.",
    backslash: "Remove it, or put the value in single quotes if it belongs there.",
    rest: "Write one assignment a line, without ';' or ','.",
    lines: "Close its quotes in the same line, or put the value there.",
    spaces: "Remove them.",
    escape: "Use single quotes if no line break is meant.",
    equals: "Remove one '='.",
    command: "Write the value itself.",
    repeated: "Remove the other lines.",
  },

  tokenShort: ({ name, least }: { name: string; least: number }) =>
    `${name} is shorter than ${least} characters and can be guessed.`,
  /** The variable with tokens of several people or programs. */
  limits: {
    noRate: (number: number) => `Limit ${number} is not a rate that Cloudflare can count.`,
    form: (most: number) =>
      `Write \`60/minute\` or \`10/10s\`, for one token \`alice=60/minute\` or \`alice=none\`, with 1 to ${most} requests.`,
    badName: (number: number) => `Limit ${number} has a name that is not allowed.`,
    nameTwice: (name: string) => `There are two limits for "${name}".`,
    everyoneTwice: "There are two limits without a name.",
  },
  namedTokens: {
    many: (most: number) => `OPENCLAW_GATEWAY_TOKENS has more than ${most} tokens.`,
    full: (most: number) => `OPENCLAW_GATEWAY_TOKENS already has ${most} tokens.`,
    removeSome: "Remove those that nobody uses.",
    noName: (number: number) => `Entry ${number} of OPENCLAW_GATEWAY_TOKENS has no name.`,
    form: "Write `name=token`, with commas between them.",
    badName: (number: number) => `Entry ${number} of OPENCLAW_GATEWAY_TOKENS has a name that is not allowed.`,
    nameForm: "Use up to 64 letters, digits, '.', '_' and '-', beginning with a letter or digit.",
    nameTwice: (name: string) => `OPENCLAW_GATEWAY_TOKENS has two tokens for "${name}".`,
    removeOne: "Remove one of them.",
    tokenOf: (name: string) => `The token of "${name}"`,
    empty: (name: string) => `The token of "${name}" is empty.`,
    blank: (name: string) => `The token of "${name}" contains a blank.`,
    separate: "Put a comma between two tokens.",
    isMain: (name: string) => `The token of "${name}" is also OPENCLAW_GATEWAY_TOKEN.`,
    sameToken: ({ name, other }: { name: string; other: string }) =>
      `The token of "${name}" is also that of "${other}".`,
    makeNew: (name: string) =>
      `For a new one, run \`openclaw gateway token remove ${name}\`, then \`openclaw gateway token add ${name}\`.`,
  },
  replacePassword: "Use a longer password.",
  replaceToken: "Use a longer token, or remove it and run `openclaw onboard`, which generates one.",
  variableSkipped: (path: string) => `${path} has no value: OpenClaw does not replace references in it, and skips it.`,
  writeReference: (reference: string) => `Write \`${reference}\`.`,
  referToVariable: "Write the value itself, or `${NAME}` with the name of a variable.",
  nothingReplaced: "Write the value itself: nothing is replaced in .env, env.vars and the environment.",
  writeValue: "Write the value itself.",
  storeValue: "Store the value itself there.",
  extraText: ({ name, repairs }: { name: string; repairs: readonly string[] }) =>
    `${name} contains more than the credential; \`openclaw onboard\` would have ${allOf(repairs)}.`,
  keepCredential: (name: string) => `Keep only the credential in ${name}.`,
  keyInList: ({ list, position }: { list: string; position: number }) => `Key ${position} of ${list}`,
  ofKey: ({ key, sentence }: { key: string; sentence: string }) => `${key}: ${sentence}`,
  variableIn: ({ name, place }: { name: string; place: string }) => `${name} in ${place}`,
  /** Places of a variable's value; follows "from" or "in". */
  variableSources: {
    "process environment": "the environment",
    ".env": ".env",
    "gateway.env": "~/.config/openclaw/gateway.env",
    "config env": "env in openclaw.json",
    "login shell": "the login shell",
  },
  variableNotAllowed: ({ place, name }: { place: string; name: string }) =>
    `The allowlist of ${place} does not contain ${name}.`,
  noSecretSource: ({ place, source }: { place: string; source: string }) =>
    `${place} is not configured for the source "${source}".`,
  unknownSecretSource: ({ place, source }: { place: string; source: string }) =>
    `${place} has the unknown source "${source}".`,
  unsupportedSecretSource: ({ place, source }: { place: string; source: string }) =>
    `${place}: the source "${source}" is not supported here.`,
  useSupportedSource: "Use the source env, file or exec.",
  pluginSecretSource: (place: string) => `${place} is run by a plugin of the published OpenClaw, which is not here.`,
  useCommand: "Set `command` to the full path of a program.",
  /** `sentence` is the reason. */
  secretSourceFailed: ({ place, sentence }: { place: string; sentence: string }) => `${place}: ${sentence}`,
  pathRelative: (path: string) => `The path "${path}" is relative, so it depends on the folder the command runs in.`,
  pathWithNul: "The path contains a NUL character.",
  writeFullPath: "Write the full path.",
  pathNotTrusted: (path: string) => `${path} is in none of its \`trustedDirs\`.`,
  pathChangeable: (path: string) => `Other users can change ${path}.`,
  protectPath: (command: string) => `Run \`${command}\`, or set \`allowInsecurePath\`.`,
  programOfOther: ({ path, owner }: { path: string; owner: string }) =>
    `The program ${path} belongs to ${owner}. It must belong to you or to root.`,
  secretFileMissing: (path: string) => `${path} does not exist.`,
  secretFileEmpty: (path: string) => `${path} is empty.`,
  secretFileIrregular: (path: string) => `${path} is not a regular file.`,
  secretFileTooLarge: ({ path, maxBytes }: { path: string; maxBytes: number }) =>
    `${path} is larger than ${count(maxBytes, "byte")}, the limit of \`maxBytes\`.`,
  secretFileNotJson: (path: string) => `${path} is not JSON.`,
  singleValueMode: 'If the file contains only the secret, set `mode` to "singleValue".',
  noSecretAt: ({ path, id }: { path: string; id: string }) => `${path} has no string at "${id}".`,
  secretProgramFailed: ({ command, status }: { command: string; status: number }) =>
    `The program \`${command}\` failed with status ${status}.`,
  secretProgramNotJson: (command: string) => `The program \`${command}\` did not print JSON.`,
  secretProgramGaveNone: ({ command, id }: { command: string; id: string }) =>
    `The program \`${command}\` gave no value for "${id}".`,
  plainOutput: "If it prints only the secret, set `jsonOnly` to false.",
  secretProtocol: ({ command, version }: { command: string; version: number }) =>
    `The program \`${command}\` does not answer in version ${version} of the protocol.`,
  /** By the code that the program gave for the id. */
  secretProgramRefused: {
    NOT_FOUND: ({ command, id }: { command: string; id: string }) => `The program \`${command}\` finds no "${id}".`,
    AMBIGUOUS_DUPLICATE_KEY: ({ command, id }: { command: string; id: string }) =>
      `The program \`${command}\` finds several "${id}".`,
  },

  // The gateway of another machine.
  remote: {
    urlForm: "This is not the URL of a gateway.",
    urlFormHint: "Pass it as `--remote-url wss://gateway.example.com`.",
    urlExtras: "The URL contains a name, a password, a query or a fragment.",
    urlExtrasHint: "Pass the token with `--remote-token-file`.",
    urlOpen: "Others on the way could read what is sent to this URL.",
    urlOpenHint: "Use wss:// or https://, or an SSH tunnel to ws://127.0.0.1.",
    unusable: "The remote gateway cannot be used with this configuration.",
    tokenUnusable: "The token of the remote gateway cannot be used.",
    noUrl: 'gateway.mode is "remote", and gateway.remote.url is missing.',
    setUrl: (command: string) => `To set it, run \`${command}\`.`,
    notRunHere: (path: string) =>
      `No gateway runs on this machine: gateway.mode is "remote" in ${path}, so it uses one elsewhere.`,
    backToLocal: (command: string) => `To run one here instead, first run \`${command}\`.`,
  },
});

interface SetObstacle {
  readonly path: string;
  /** The value that is in the way, and its place. */
  readonly parent: string;
  readonly line: number;
  readonly column: number;
  readonly kind: string;
}
