import { allOf, count } from "./words.ts";

/** What the `config` commands say. */
export const settings = () => ({
  description: "Read and change openclaw.json by path, check it, and edit it. Comments and formatting stay.",
  getSummary: "print a value, secrets masked",
  getDescription:
    "Print the value at a path, or the whole configuration. Secrets are masked; `--reveal` shows them at a terminal. References such as `${NAME}` are printed as they are written.",
  revealFlag: "show secrets, at a terminal only",
  setSummary: "set values, checked before they are written",
  setDescription:
    "Set one or more values, all together or not at all. A value is JSON5, or plain text where it is none. Comments and formatting stay, and `openclaw undo` takes the change back.",
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
  includeByHand: "`$include` is not set by path.",
  runEdit: "Run `openclaw config edit`.",
  literal: ({ path, secrets }: { path: string; secrets: string }) =>
    `${path} contains a credential as text, which backups of the file keep. To keep it out of the file, put it into ${secrets} as NAME=value and set \`\${NAME}\`.`,
  revealNeedsTerminal: "`--reveal` shows secrets at a terminal only, and standard output is none.",
  leaveReveal: "Leave out `--reveal` to get the value with secrets masked.",

  upToDate: "Already up to date. No files were changed.",
  wrote: ({ path, backup }: { path: string; backup: string | undefined }) =>
    backup === undefined ? `Wrote ${path}.` : `Wrote ${path}. The content before is in ${backup}.`,
  toUndo: "To undo this, run `openclaw undo`.",

  valid: (path: string) => `${path} is valid.`,
  notValid: (path: string) => `${path} is not valid.`,
  noFile: (path: string) => `${path} does not exist.`,
  runOnboard: "Run `openclaw onboard`.",
  rejected: ({ path, versions }: { path: string; versions: readonly string[] }) =>
    `OpenClaw ${allOf(versions)} ${versions.length === 1 ? "rejects" : "reject"} the whole file because of ${path}.`,
});
