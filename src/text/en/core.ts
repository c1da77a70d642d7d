import { allOf, oneOf } from "./words.ts";

const CHECK_PERMISSIONS = "Check the owner and the permissions of the file and its folder.";
const FREE_SPACE = "Free some space and try again.";

interface FileRefusal {
  readonly reason: string;
  readonly hint: string;
}

interface RefusedFile {
  readonly path: string;
  readonly reason: string;
}

/** By the system's code for it. */
const REFUSALS: Readonly<Record<string, FileRefusal>> = {
  EACCES: { reason: "permission denied", hint: CHECK_PERMISSIONS },
  EPERM: {
    reason: "operation not permitted",
    hint: "Check the owner and the permissions of the file and its folder, and with `lsattr -d` whether one of them is immutable.",
  },
  EROFS: { reason: "the file system is read-only", hint: "Make it writable, or use another folder." },
  ENOSPC: { reason: "the disk is full", hint: FREE_SPACE },
  EDQUOT: { reason: "the disk quota is used up", hint: FREE_SPACE },
  ENOENT: { reason: "its folder does not exist", hint: "Create the folder first." },
  EEXIST: { reason: "something else has that name", hint: "Move it away." },
  EISDIR: { reason: "it is a folder", hint: "Move the folder away, or choose another path." },
  ENOTDIR: { reason: "part of its path is not a folder", hint: "Check the path." },
  ELOOP: { reason: "its symbolic links form a loop", hint: "Remove the links." },
  ENAMETOOLONG: { reason: "its path is too long", hint: "Use a shorter path." },
  EBUSY: {
    reason: "it is in use and cannot be replaced, for example because the file alone is mounted into a container",
    hint: "Mount the folder that holds it instead.",
  },
  EXDEV: {
    reason: "it is on another file system than its folder, for example because the file alone is mounted",
    hint: "Mount the folder that holds it instead.",
  },
  EINTR: { reason: "a signal interrupted the operation", hint: "Run the command again." },
  EFBIG: {
    reason: "it would be larger than files may be here",
    hint: "Check `ulimit -f` and the limits of the file system.",
  },
  EMFILE: { reason: "too many files are open", hint: "Raise `ulimit -n`, and run the command again." },
  ENFILE: {
    reason: "too many files are open on this machine",
    hint: "Close some programs, and run the command again.",
  },
  ENOMEM: { reason: "the system has no memory left", hint: "Close some programs, and run the command again." },
  ESTALE: {
    reason: "the network file system has lost track of it",
    hint: "Mount the file system again, and run the command again.",
  },
  EIO: { reason: "the disk reported an error", hint: "Check the disk." },
};

export const core = () => ({
  /** One sentence a code, for the table of error codes. */
  errorCodes: {
    "usage.unknown": "A command, flag or argument is unknown.",
    "usage.missing": "Something required was not given.",
    "usage.invalid": "The value of a flag or variable is invalid.",
    "usage.conflict": "Two flags, or a flag and a variable, contradict each other.",
    "terminal.required": "A question must be asked, and there is no terminal to ask it on.",
    "terminal.secret": "A secret would be shown on a screen.",
    "prompt.cancelled": "The user left before any file was changed.",
    "config.syntax": "`openclaw.json` or a file it includes is not JSON5 in UTF-8.",
    "config.invalid": "`openclaw.json` is JSON5 but contains invalid values.",
    "config.include": "An `$include` cannot be followed, or the file it names cannot be edited.",
    "config.missing": "There is no `openclaw.json` yet.",
    "config.path": "The configuration has no value at a path.",
    "config.edit": "The edit cannot be made without losing something in the file.",
    "config.read-only": "`OPENCLAW_CONFIG_READONLY` or `OPENCLAW_NIX_MODE` forbids changes.",
    "config.changed": "Another program keeps changing the file during the edit.",
    "client.syntax": "The configuration file of a client is not in its format, or not in UTF-8.",
    "secrets.syntax": "`.env` has a line that is not `NAME=value`, or is not UTF-8.",
    "secrets.unrepresentable": "A value cannot be written to `.env` so that it reads back the same.",
    "credentials.missing": "A required credential has no value.",
    "provider.unknown": "No provider of that name is known or configured.",
    "provider.unserved": "No provider is set up that serves what the client needs.",
    "verify.failed": "The check found that the setup does not work; no files were changed.",
    "model.unknown": "No model, fallback or alias of that name is known, or several are.",
    "models.unavailable": "No provider listed its models; nothing was saved.",
    "analytics.unavailable": "The usage of a Worker cannot be read from Cloudflare.",
    "gateway.config": "The local gateway cannot start with this configuration, and retrying does not help.",
    "gateway.listen": "The local gateway cannot listen at its address.",
    "gateway.workers": "The processes of the local gateway that serve requests keep ending.",
    "gateway.unavailable": "No gateway of this configuration answers at its address, or it has no page.",
    "backup.missing": "There is no backup to go back to.",
    "service.unavailable": "This user has no systemd or launchd that can run the local gateway.",
    "service.missing": "The local gateway is not installed as a service.",
    "service.foreign": "Another program has a service of the same name.",
    "service.failed": "systemd or launchd failed to do what was asked.",
    "project.foreign": "The folder holds another project, or none that `gateway worker` wrote.",
    "project.syntax": "A file of a Worker's project cannot be read or edited.",
    "file.access": "A file or folder cannot be read or written.",
    "file.locked": "Another openclaw process is writing.",
    "internal.bug": "The program itself is at fault; the message says how to report it.",
  },

  cannot: {
    create: ({ path, reason }: RefusedFile) => `Cannot create ${path}: ${reason}.`,
    date: ({ path, reason }: RefusedFile) => `Cannot set the time of ${path}: ${reason}.`,
    lock: ({ path, reason }: RefusedFile) => `Cannot lock ${path}: ${reason}.`,
    move: ({ path, reason }: RefusedFile) => `Cannot move ${path}: ${reason}.`,
    protect: ({ path, reason }: RefusedFile) => `Cannot change the permissions of ${path}: ${reason}.`,
    read: ({ path, reason }: RefusedFile) => `Cannot read ${path}: ${reason}.`,
    remove: ({ path, reason }: RefusedFile) => `Cannot remove ${path}: ${reason}.`,
    write: ({ path, reason }: RefusedFile) => `Cannot write to ${path}: ${reason}.`,
  },
  refusal: (code: string): FileRefusal =>
    REFUSALS[code] ?? {
      reason: `the system reports ${code}`,
      hint: "Run the command again. If the error stays, check the file system.",
    },
  linkToNowhere: ({ link, target }: { link: string; target: string }) =>
    `${link} is a link to ${target}, which does not exist`,
  createFolder: ({ folder, command, link }: { folder: string; command: string; link: string }) =>
    `If ${folder} is on a disk, mount it. Otherwise run \`${command}\`, or remove ${link}.`,
  partIsFile: (part: string) => `${part} is not a folder`,
  noFoldersIn: (folder: string) => `no folder can be created in ${folder}`,
  useOtherFolder: "Use another folder: set HOME or OPENCLAW_STATE_DIR.",
  letRead: ({ path, owner, uid }: { path: string; owner: string; uid: number | undefined }) =>
    `${path} belongs to ${owner}. Allow ${uid === undefined ? "your user" : `the user with the ID ${uid}`} to read it.`,
  belongsTo: ({ path, owner }: { path: string; owner: string }) =>
    `${path} belongs to ${owner}. Run openclaw as ${owner}, or use another folder.`,
  giveBack: ({ path, owner, command }: { path: string; owner: string; command: string }) =>
    `${path} belongs to ${owner}. Run \`${command}\`.`,
  modeForbids: ({ path, mode, command }: { path: string; mode: string; command: string }) =>
    `${path} is yours, but has mode ${mode}. Run \`${command}\`.`,
  immutable: "it is immutable or append-only",
  makeMutable: (path: string) =>
    `Run \`sudo chattr -i -a ${path}\`, on macOS \`sudo chflags nouchg,nouappnd ${path}\`.`,
  notRegularFile: "it is not a regular file",
  putFileThere: "Replace it with a file, or a link to one.",

  changedMeanwhile: (path: string) => `Another program changed ${path} in the meantime.`,
  runAgain: "Run the command again.",
  locked: ({ path, pid }: { path: string; pid: number | undefined }) =>
    pid === undefined ? `An unknown process has locked ${path}.` : `Process ${pid} has locked ${path}.`,
  lockedElsewhere: ({ path, pid, host }: { path: string; pid: number; host: string }) =>
    `Process ${pid} in another container or on another machine (host ${host || "unknown"}) has locked ${path}.`,
  waitForAbandoned: ({ lock, minutes }: { lock: string; minutes: number }) =>
    `Wait until it ends. After ${minutes} minutes its lock counts as abandoned. If it has ended, delete ${lock}.`,
  /** A reason why something cannot be locked. */
  tooLarge: (mb: number) => `it is larger than ${mb} MB`,
  notALock: "it is in the place of the lock file, and is a folder, a link, a pipe or too large",
  moveAway: (path: string) => `Move ${path} away.`,
  waitOrUnlock: (lock: string) => `Wait until it ends. If it is not an openclaw process, delete ${lock}.`,

  /** Says what stands in place of a credential. Without `what`, the sentence is about an answer just given. */
  unresolved: {
    reference: (what = "This") => `${what} looks like a reference, but nothing replaces it.`,
    command: (what = "This") => `${what} looks like a command, which is not run.`,
    file: (what = "This") => `${what} names a file, which is not read.`,
    store: (what = "This") => `${what} names an entry of a secret store, which is not looked up.`,
    placeholder: (what = "This") => `${what} is a placeholder, not a value.`,
    masked: (what = "This") => `${what} is a masked value, of which only a part is left.`,
    scheme: (what = "This") => `${what} ends after "Bearer", and has no token.`,
  },

  characters: {
    lineBreak: "a line break",
    blank: "a space or tab",
    control: "a control character",
    nonAscii: "a non-ASCII character",
  },

  /** Says what HTTP cannot carry. */
  sendable: {
    noName: "A header has no name.",
    nameIt: "Name it, or remove it.",
    name: ({ name, character, position }: { name: string; character: string; position: number }) =>
      `The header name "${name}" contains ${character} at character ${position}.`,
    nameForm: "Use only letters, digits and '-'.",
    setByHttp: (name: string) => `HTTP sets the header ${name} itself, so the configuration cannot.`,
    remove: "Remove it.",
    value: ({ name, character, position }: { name: string; character: string; position: number }) =>
      `The header ${name} contains ${character} at character ${position}, which cannot be sent.`,
    key: ({ character, position }: { character: string; position: number }) =>
      `The API key contains ${character} at character ${position}, which cannot be sent.`,
    token: ({ character, position }: { character: string; position: number }) =>
      `The local gateway's token contains ${character} at character ${position}, which cannot be sent.`,
    correct: (variables: readonly string[]) =>
      variables.length === 0 ? "Correct the value." : `Correct the value of ${allOf(variables)}.`,
    escape: ({ variables, example }: { variables: readonly string[]; example: string }) => {
      const what = variables.length === 0 ? "it" : allOf(variables);
      return `Write ${what} as JSON on one line with \\u escapes${example === "" ? "." : `: \`${example}\`.`}`;
    },
  },

  /** A value from a flag, a variable or a question; `useOneOf` or another advice follows. */
  invalidValue: (value: string) => `Invalid value "${value}".`,
  useOneOf: (values: readonly string[]) => `Use ${oneOf(values)}.`,
  cannotCombine: ({ flag, other }: { flag: string; other: string }) => `${flag} cannot be combined with ${other}.`,
  passOnlyOne: "Pass only one of them.",
  credentialHere: "This looks like a credential, which does not belong here.",
  credentialNotStored: "It was not stored.",
  profileElsewhere: ({ flag, folder, name, path }: { flag: string; folder: string; name: string; path: string }) =>
    `${flag} stands for the files in ${folder}, but ${name} is ${path}.`,
  chooseProfile: ({ flag, name }: { flag: string; name: string }) =>
    `Leave out ${flag}, or run \`unset ${name}\` first.`,
  profileInvalid: "Invalid value for --profile. Use only letters, digits, '-' and '_'.",

  /** A path from a variable that leads to no folder anybody meant. `fixPath` follows. */
  oddPath: {
    notUtf8: ({ name }: { name: string }) => `${name} is not UTF-8.`,
    controlCharacter: ({ name }: { name: string }) => `${name} contains a line break or another control character.`,
    quotes: ({ name, value }: { name: string; value: string }) => `${name} has quotes in its value: ${value}`,
    unexpanded: ({ name, value }: { name: string; value: string }) =>
      `${name} contains the name of a variable instead of its value: ${value}`,
    noValue: ({ name, value }: { name: string; value: string }) =>
      `${name} is "${value}", as programs write it for a variable without a value.`,
    relative: ({ name, value }: { name: string; value: string }) =>
      `${name} is a relative path, which means another folder in each working folder: ${value}`,
  },
  sharedFolder: ({ name, path }: { name: string; path: string }) =>
    `${name} is ${path}, which holds more than the files of OpenClaw.`,
  fixPath: ({ name, meant }: { name: string; meant: string | undefined }) =>
    meant === undefined
      ? `Set ${name} to an absolute path, or unset it.`
      : `Did you mean ${meant}? Set ${name} to an absolute path, or unset it.`,
});
