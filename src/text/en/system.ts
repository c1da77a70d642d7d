export const system = () => ({
  homeRelative: "HOME is not an absolute path.",
  homeNotUtf8: "HOME is not UTF-8.",
  fixHome: "Set HOME to an absolute path, or unset it.",
  noHome: "This user has no home folder.",
  systemHomeNotUtf8: "The home folder of this user is not UTF-8.",
  systemHomeRelative: "The home folder of this user is not an absolute path.",
  setHome: "Set HOME or OPENCLAW_STATE_DIR to an absolute path.",
  noWorkingFolder: "The current folder does not exist anymore, or cannot be read.",
  changeFolder: "Change to another folder and try again.",
  standardOutput: "standard output",
  standardError: "standard error",
  /** Why a program has no exit status. */
  runFailure: {
    "not-found": (program: string) => `The program \`${program}\` was not found.`,
    "not-permitted": (program: string) => `This user is not allowed to run \`${program}\`.`,
    "not-started": (program: string) => `The program \`${program}\` failed to start.`,
    "timed-out": (program: string) => `The program \`${program}\` did not finish in time.`,
    "too-much-output": (program: string) => `The program \`${program}\` printed too much.`,
    killed: (program: string) => `The program \`${program}\` was killed.`,
  },
});
