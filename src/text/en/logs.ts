/** What `openclaw gateway logs` says. */
export const logs = () => ({
  followFlag: "print new lines as they come, until Ctrl-C",
  errorsFlag: "only warnings and errors: what failed, was cut off, or was served by another model",
  linesFlag: "number of last lines, or `all` (default: 100; with --since: all)",
  sinceFlag:
    "only lines since a time: `10m`, `2h`, `3d`, `1w`, `today`, `yesterday`, the last `18:29`, or a local time such as `2026-11-28 09:30`",
  jsonFlag: "print the lines as they are stored, one JSON object a line",
  useLines: "Use a number up to 1000000, or `all`.",
  useSince:
    "Use a time such as `10m`, `2h`, `3d`, `1w`, `today`, `yesterday` or `18:29`, or a past time such as `2026-11-28 09:30`.",

  elsewhere: (url: string) => `This configuration uses a gateway on another machine, at ${url}. Its log is there.`,
  runThere: (command: string) =>
    `Run \`openclaw gateway logs\` on that machine. To see its health and requests from here, run \`${command}\`.`,
  fromRecord:
    "No service runs this gateway. Its log is in the terminal, file or container where it was started. These are the requests from its record.",
  nothingStored: "No log of the local gateway is stored on this machine, and no request is in its record.",
  lookThere: (command: string) =>
    `Look where the gateway was started: in that terminal or file, or with \`docker logs\`. To have its log kept, run \`${command}\`.`,
  recordOff: (variable: string) => `${variable} is \`off\`, so there is no record of requests either.`,
  nothing: "No log line matches.",
  nothingYet: "No log line matches yet.",
  notRunning: (state: string) => `The service is not running: ${state}.`,
  byHand: (url: string) =>
    `A gateway that was started by hand answers at ${url}. Its log is where it was started, not here.`,
  ofSystem: (unit: string) => `This is the log of the system's own unit ${unit}.`,
  joinJournalGroup: "To read the journal, join the group `systemd-journal` and log in again, or run this as root.",
});
