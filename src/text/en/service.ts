import { count, oneOf } from "./words.ts";

/** The commands below `gateway`, and the service of the system that runs the gateway. */
export const service = () => ({
  // The commands below `gateway`, in the order of its help.
  commands: {
    run: {
      summary: "run the local gateway until it is stopped",
      description:
        "Serve clients of Anthropic and OpenAI on this machine through the configured providers. SIGTERM or Ctrl-C stops the gateway when " +
        "open requests have ended. SIGHUP or a change of the configuration reloads it.",
      portFlag: "port to listen on; 0 picks a free one",
      bindFlag: "address to listen on: loopback, lan, or an IP address of this machine",
      stripPrefillFlag:
        "remove trailing assistant turns: `thinking` (with thinking on) or `unsupported` (also for models that refuse them)",
      upstreamTimeoutFlag:
        "end a request when the provider has sent nothing for this long, such as 90s, 10m or 1h (default: 10m)",
      clientMetadataFlag:
        "tell Cloudflare the name of the token and Claude Code's session, in cf-aig-metadata (default: on)",
      workersFlag: "processes that serve, 1 to 64, or `auto` for one on each core (default: 1)",
      usageFlag:
        "days to keep the record of requests for `openclaw usage`, such as 30d; `off` records nothing (default: 90d)",
      metricsPortFlag: "also serve the metrics for Prometheus on this local port, without a token; 0 picks a free one",
      allowHostFlag: "accept this name in the Host header; can be repeated",
      allowOriginFlag: "accept requests from web pages of this origin; can be repeated",
    },
    install: {
      summary: "install and start the local gateway as a service",
      description:
        "Install the local gateway as a service of this user (systemd on Linux, launchd on macOS) and start it. After an " +
        "update, run this again; it changes only what is out of date. The service file contains no secrets.",
      forceFlag: "move another program's service of the same name aside without asking",
    },
    uninstall: {
      summary: "stop and remove the service",
      description: "Stop the service and remove everything that `gateway install` created.",
    },
    start: { summary: "start the service", description: "Start the service and wait until it answers." },
    stop: { summary: "stop the service", description: "Stop the service until you log in again or start it." },
    restart: {
      summary: "restart the service",
      description: "Let open requests finish, then start the service again.",
    },
    status: {
      summary: "show the state of the local gateway and its service",
      description:
        "Show the service, what answers at the local gateway's address, and where the credentials come from. Exits with 0 " +
        "if the gateway runs and can serve requests, and with 1 otherwise.",
    },
    health: {
      summary: "ask whether the gateway answers",
      description:
        "Ask the gateway whether it answers, for a container's health check or a script. Looks up no " +
        "credential and sends none. Exits with 0 if the gateway answers, and with 1 otherwise.",
      readyFlag: "exit with 1 also if it cannot serve the default model",
    },
    dashboard: {
      summary: "open the page of the running gateway",
      description:
        "Open the page of the running gateway in the browser: its health, requests as they come, usage and cost. Where no " +
        "browser can be opened, print the address. The address works once, within a minute, and contains no token.",
      printFlag: "print the address, and open nothing",
    },
    logs: {
      summary: "show the log of the local gateway",
      description:
        "Show the last lines of the local gateway's log, one request a line: from the journal, or launchd's file. If " +
        "no service runs the gateway, show the requests from its record.",
    },
    top: {
      summary: "watch what the local gateway does",
      description:
        "Show the health of the running gateway, its open requests, tokens, cost, failures and times by model and client, " +
        "cooldowns, and the last requests. In a terminal it refreshes until you press q; elsewhere each update is one line. " +
        "Works for a gateway on another machine too. With --once or --json, exits with 1 if it cannot serve all requests.",
    },
    env: {
      summary: "print the variables or settings that a client needs",
      description:
        "Print what points a client at the local gateway: shell commands that set its variables, or the settings for its " +
        "own file (codex, opencode, cline, continue). Standard output has only what the shell or the file needs; standard " +
        "error says where it goes. The token is never printed: the shell or the client reads it.",
      shellFlag: "shell to print the commands for; yours by default",
      clientFlag: "client to print them for",
      asFlag: "name of the token that the client sends, as in `gateway token list`",
    },
    token: {
      summary: "print the local gateway token",
      description:
        "Print the local gateway token, which clients send, for a program to read. It is never printed to a terminal. " +
        "The commands below give each person or program a token with a name, which the log shows.",
      add: {
        summary: "make a token for a person or program",
        description:
          "Make a random token and store it under this name in OPENCLAW_GATEWAY_TOKENS in `.env`. It is printed for a " +
          "program to read, never to a terminal. A running gateway accepts it at once.",
      },
      list: {
        summary: "list the names that have a token",
        description: "List the names that have a token, and which of the tokens are short, used twice or unusable.",
      },
      show: {
        summary: "print the token of one name",
        description: "Print the token of this name for a program to read. It is never printed to a terminal.",
      },
      remove: {
        summary: "take a token away",
        description:
          "Remove the token of this name from `.env`, and make sure that a running gateway refuses it. Exits with 1 if " +
          "it still accepts it.",
      },
    },
    worker: {
      summary: "write a project that runs it on Cloudflare Workers",
      description:
        "Write a project into this folder that `npx wrangler deploy` takes as it is: the built Worker, wrangler.jsonc, the " +
        "configuration without credentials, and a README. A second run changes only what has to change and keeps your edits.",
      secrets: {
        summary: "pass the secrets of a project to wrangler",
        description:
          "Print what `secrets.required` of the project's wrangler.jsonc names as JSON, for `npx wrangler secret bulk` to " +
          "read from a pipe. Never prints to a terminal or a file.",
      },
    },
  },

  // Managers of services.
  underSudo: "A service belongs to one user, and this command runs as root under sudo.",
  withoutSudo: (command: string) =>
    `Run the command without sudo, or run the local gateway yourself with \`${command}\`.`,
  noLaunchdSession: (uid: number | undefined) => `User ${uid} has no launchd session.`,
  logInOnMac: (command: string) =>
    `Log in at the screen of this Mac and try again, or run the local gateway yourself with \`${command}\`.`,
  unsupportedPlatform: (platform: string) => `openclaw cannot install services on ${platform}.`,
  noSystemd: "This system does not use systemd.",
  systemdSilent: "The systemd of this user does not respond.",
  noSystemdSession: "This user has no systemd session, which is normal in a container or under su.",
  logInOrLinger: (command: string) =>
    `Log in as this user or run \`loginctl enable-linger\`, then try again. Or run the local gateway yourself with \`${command}\`.`,
  runYourself: (command: string) => `Run the local gateway yourself with \`${command}\`.`,

  // Answers of systemd and launchd.
  commandFailed: ({ command, status, output }: { command: string; status: number | null; output: string }) =>
    output === ""
      ? `\`${command}\` failed with status ${status}.`
      : `\`${command}\` failed with status ${status}: ${output}`,
  unitNotFound: (file: string) => `systemd cannot find ${file}.`,
  useOwnHome: "Run the command with your own HOME, and unset XDG_CONFIG_HOME.",
  otherUnitUsed: ({ found, file }: { found: string; file: string }) => `systemd uses ${found} instead of ${file}.`,
  removeOtherUnit: (found: string) => `Remove ${found}, or unmask the unit.`,
  stopsAtLogout: "The service stops when you log out. To keep it running, run `loginctl enable-linger`.",

  // The program of the service.
  commandUnwritable: "The command line of the service contains a line break or another control character.",
  variableUnwritable: (name: string) => `${name} contains a line break or another control character.`,
  renameOrChange: "Service files cannot hold one. Rename the folder or change the variable.",
  temporaryScript: ({ script, command }: { script: string; command: string }) =>
    `${script} is in a temporary folder and may disappear. Install openclaw permanently, then run \`${command}\`.`,
  nodeMayChange: ({ node, command }: { node: string; command: string }) =>
    `The service uses ${node}. After you replace that Node, run \`${command}\`.`,

  // Installing and removing.
  noConfig: (path: string) => `There is no configuration yet at ${path}.`,
  createConfig: (command: string) => `Run \`${command}\`.`,
  foreignFile: (file: string) => `Another program wrote ${file}.`,
  forceMovesAside: (command: string) => `To move it aside until you uninstall the local gateway, run \`${command}\`.`,
  keptFileInTheWay: (kept: string) => `It cannot be moved aside because ${kept} exists. Remove one of the two.`,
  removeWithItsProgram: "Remove it with the program that wrote it.",
  installReplaces: (command: string) => `To replace it, run \`${command}\`.`,
  willMoveAside: (file: string) =>
    `Another program wrote ${file}. Installing moves it aside, and uninstalling puts it back.`,
  askMoveAside: "Move it aside and install the local gateway?",
  passForce: "To move it aside without asking, pass `--force`.",
  notInstalled: "The local gateway is not installed as a service.",
  installIt: (command: string) => `To install it, run \`${command}\`.`,
  stopProcessFirst: ({ pid, url }: { pid: number; url: string }) =>
    `Process ${pid} already answers at ${url}. Stop it first.`,
  stopPublishedFirst: (url: string) =>
    `The published OpenClaw's own gateway answers at ${url}. Stop it first, or choose another port.`,
  stopProgramFirst: (url: string) => `Another program already answers at ${url}. Stop it first.`,
  startedButSilent: (url: string) => `The service started, but nothing answers at ${url}.`,
  startedButPublished: (url: string) =>
    `The service started, but the published OpenClaw's own gateway answers at ${url}.`,
  startedButOther: (url: string) => `The service started, but another program answers at ${url}.`,
  readLog: (log: string) => `Read its log: ${log}`,
  onlyInShell: ({ name, path }: { name: string; path: string }) =>
    `Only this shell sets ${name}, so the service does not get it. Add it to ${path}.`,
  noValue: ({ name, path }: { name: string; path: string }) => `${name} has no value. Add it to ${path}.`,
  onlyInLoginShell: ({ name, path }: { name: string; path: string }) =>
    `Only the login shell sets ${name}, so the service runs that shell at every start. Add it to ${path}.`,

  installed: (file: string) => `Installed ${file}`,
  updated: (file: string) => `Updated ${file}`,
  started: (file: string) => `Started the installed service: ${file}`,
  unchanged: (file: string) => `Already installed and up to date: ${file}`,
  movedAside: (kept: string) => `Moved the previous file to ${kept}`,
  answersAndStarts: (url: string) => `The local gateway answers at ${url} and starts when you log in.`,
  nextConnect: (command: string) => `To connect Claude Code or another client, run \`${command}\`.`,
  removed: (file: string) => `Removed ${file}`,
  nothingToRemove: "No service is installed.",
  restored: (file: string) => `Restored the previous file; its service was not started: ${file}`,
  running: ({ version, url }: { version: string; url: string }) =>
    `The service is running: openclaw ${version} at ${url}.`,
  stopped: (command: string) =>
    `Stopped the service. It starts again when you log in. To prevent that, run \`${command}\`.`,

  // Clients.
  applyInShell: (command: string) => `To apply this in your shell, run \`${command}\`.`,
  bypassProxy: "A proxy is set, and clients would use it to reach the local gateway. Add 127.0.0.1 to NO_PROXY.",
  tokenNotOnTerminal: "The local gateway token is never printed to a terminal.",
  readTokenByProgram: (command: string) => `Let a program read it, as in \`${command}\`.`,
  tokenNotUsed: 'The local gateway does not require a token: gateway.auth.mode is "none".',
  onlyNamedTokens: "Every local gateway token has a name.",
  showNamed: (command: string) => `Name the one to print, as in \`${command}\`.`,
  noTokenFor: (name: string) => `There is no local gateway token for "${name}".`,
  noSuchToken: "There is no local gateway token of that name.",
  seeNames: (command: string) => `To see the names, run \`${command}\`.`,
  tokenNameNotAllowed: "This name is not allowed.",
  tokenExists: (name: string) => `There is already a local gateway token for "${name}".`,
  removeTokenFirst: (command: string) => `To replace it, first run \`${command}\`.`,
  tokenAdded: ({ name, path }: { name: string; path: string }) => `Added a token for "${name}" to ${path}.`,
  handOver: (command: string) => `To hand it over, let a program read it, as in \`${command} > token.txt\`.`,
  tokenRemoved: ({ name, path }: { name: string; path: string }) => `Removed the token for "${name}" from ${path}.`,
  tokenStillAccepted: ({ name, command }: { name: string; command: string }) =>
    `The running gateway still accepts the token for "${name}". To see what keeps it from reloading, run \`${command}\`.`,
  tokensElsewhere: (place: string) => `OPENCLAW_GATEWAY_TOKENS is set in ${place}, which overrides .env.`,
  moveTokens: (path: string) => `Move it to ${path}.`,
  noNamedTokens: "No token has a name.",
  tokenMarks: ({ usable, weak, duplicate }: { usable: boolean; weak: boolean; duplicate: boolean }) =>
    [...(usable ? [] : ["cannot be used"]), ...(weak ? ["short"] : []), ...(duplicate ? ["used twice"] : [])].join(
      ", ",
    ),
  createToken: (command: string) => `Run \`${command}\`.`,

  // A gateway on another machine.
  remote: {
    changeAddress: (command: string) => `To change the address, run \`${command}\`.`,
    startThere: "Start the gateway there, or check the network.",
    changeToken: (command: string) => `To change it, run \`${command}\`.`,
    notReady: (url: string) => `The gateway at ${url} cannot serve all requests.`,
    namesElsewhere: "This machine uses a remote gateway, whose tokens have their names there.",
    nameThere: "Leave the name out, or run the command where the gateway runs.",
    label: "Remote gateway",
    token: {
      known: "It knows the token of this machine.",
      unneeded: "It requires no token.",
      unknown: "It does not know the token of this machine.",
      needed: "It requires a token, and this machine has none.",
    },
    notServed: ({ client, protocols }: { client: string; protocols: readonly string[] }) =>
      `${client} needs ${oneOf(protocols)}, which the remote gateway does not serve.`,
    setUpThere: "Set up a provider for that where the gateway runs.",
    modelsUnknown: (client: string) =>
      `${client} needs the names of its models, and the remote gateway does not list them.`,
    seeStatus: (command: string) => `To see why, run \`${command}\`.`,
    notAsked: (url: string) => (url === "" ? "has no usable address" : `${url}: not asked`),
    noToken: "No token of the remote gateway is set up.",
    tokenOwner: "remote gateway token",
    allWell: "The remote gateway is running and ready.",
    answers: "The remote gateway answers.",
    serviceHere: ({ file, command }: { file: string; command: string }) =>
      `A service still runs a gateway on this machine: ${file}. To remove it, run \`${command}\`.`,
  },

  dashboard: {
    opening: "Opening the page of the gateway in the browser.",
    opened: "The page is open. Its tab stays signed in for 12 hours.",
    notOpened: (command: string) =>
      `No browser opened the page within a minute. To get its address, run \`${command}\`.`,
    useSoon: "Open this address within a minute. It works once.",
    forward: (port: string) =>
      `This session comes from another machine. On that one, first run \`ssh -N -L ${port}:127.0.0.1:${port} HOST\`.`,
    nobody: (url: string) => `No gateway answers at ${url}.`,
    startIt: (commands: readonly string[]) => `To start it, run ${oneOf(commands.map((one) => `\`${one}\``))}.`,
    other: (url: string) => `Another program answers at ${url}.`,
    foreign: (url: string) => `The gateway at ${url} does not know the token of this configuration.`,
    seeStatus: (command: string) => `To see what answers there, run \`${command}\`.`,
    noPage: (url: string) => `The gateway at ${url} has no page.`,
    whichHave: "After an update, restart the gateway. A gateway on Cloudflare Workers has no page.",
  },

  // The status report.
  statusLabels: {
    service: "Service",
    file: "File",
    running: "Running",
    processes: "Processes",
    gateway: "Gateway",
    metrics: "Metrics",
    credentials: "Credentials",
    log: "Log",
  },
  metricsAt: (url: string) => `${url}, without a token`,
  serviceUnavailable: "not available: this user has no systemd or launchd",
  serviceMissing: "not installed",
  serviceMissingByHand: "not installed; the gateway was started by hand",
  serviceEnabled: ({ name, manager, state }: { name: string; manager: string; state: string }) =>
    `${name} (${manager}): ${state}, starts when you log in`,
  serviceDisabled: ({ name, manager, state }: { name: string; manager: string; state: string }) =>
    `${name} (${manager}): ${state}, does not start when you log in`,
  serviceOfOther: {
    published: ({ name, manager, state }: { name: string; manager: string; state: string }) =>
      `not installed; ${name} (${manager}) belongs to the published OpenClaw: ${state}`,
    other: ({ name, manager, state }: { name: string; manager: string; state: string }) =>
      `not installed; ${name} (${manager}) belongs to another program: ${state}`,
  },
  runningSince: ({ since, pid }: { since: string | undefined; pid: number | undefined }) =>
    [since === undefined ? [] : `since ${since}`, pid === undefined ? [] : `process ${pid}`].flat().join(", "),
  processesServe: ({
    wanted,
    pids,
    openRequests,
  }: {
    wanted: number;
    pids: readonly number[];
    openRequests: number;
  }) => {
    const how = pids.length === wanted ? `${wanted} serve` : `${pids.length} of ${wanted} serve`;
    return `${how}: ${pids.join(", ")} (${count(openRequests, "open request")})`;
  },
  fewerProcesses: ({ serving, wanted }: { serving: number; wanted: number }) =>
    `Only ${serving} of the gateway's ${wanted} processes ${serving === 1 ? "serves" : "serve"} requests. Its log says why.`,
  gatewaySilent: (url: string) => `${url}: nothing answers`,
  gatewayPublished: (url: string) => `${url}: the published OpenClaw's own gateway`,
  gatewayForeign: ({ url, version }: { url: string; version: string }) =>
    `${url}: openclaw ${version}, not proven to be this profile's`,
  gatewayOther: (url: string) => `${url}: another program answers`,
  gatewayReady: ({ url, version }: { url: string; version: string }) => `${url}: openclaw ${version}, ready`,
  gatewayNotReady: ({ url, version }: { url: string; version: string }) => `${url}: openclaw ${version}, not ready`,
  credentialFrom: ({ name, source, owner }: { name: string; source: string; owner: string }) =>
    `${name} from ${source} (${owner})`,
  credentialUnread: ({ name, owner, path }: { name: string; owner: string; path: string }) =>
    `${name} may be in ${path}, which cannot be read (${owner})`,
  credentialMissing: ({ name, owner }: { name: string; owner: string }) => `${name} has no value (${owner})`,
  credentialOnlyInShell: ({ name, owner }: { name: string; owner: string }) =>
    `${name} is set only in this shell (${owner})`,
  keysInRotation: ({ of, keys }: { of: string; keys: number }) => `${keys} keys in rotation (${of})`,
  clientToken: "local gateway token",
  keySources: {
    "openclaw.json": "openclaw.json",
    "secrets.providers": "a secret provider",
  },
  allWell: "The local gateway is running and ready.",

  nothingAnswers: ({ url, command }: { url: string; command: string }) =>
    `Nothing answers at ${url}. To start the local gateway, run \`${command}\`.`,
  runsButSilent: ({ url, command }: { url: string; command: string }) =>
    `The service is running, but nothing answers at ${url}. To restart it, run \`${command}\`.`,
  notRunning: (command: string) => `The service is not running. To start it, run \`${command}\`.`,
  lastRunConfig: ({ status, command }: { status: number; command: string }) =>
    `The last run ended with status ${status}: the configuration is invalid. To check it, run \`${command}\`.`,
  lastRunFailed: ({ status, log }: { status: number; log: string }) =>
    `The last run ended with status ${status}. Read its log: ${log}`,
  noConfigYet: ({ path, command }: { path: string; command: string }) =>
    `There is no configuration yet at ${path}. Run \`${command}\`.`,
  publishedAnswers: (command: string) =>
    `The published OpenClaw uses the port of the local gateway. To run both, run \`${command}\`.`,
  publishedAnswersAt: (url: string) => `The published OpenClaw's own gateway answers at ${url}, not this one.`,
  startOnPort: ({ port, commands }: { port: number; commands: readonly [run: string, env: string] }) =>
    `To run both, start the local gateway with \`${commands[0]}\`, set OPENCLAW_GATEWAY_PORT to ${port}, and run \`${commands[1]}\`.`,
  foreignAnswers:
    "That gateway does not prove that it has the local gateway token of this profile. It may belong to another profile or user, or to an older openclaw.",
  otherAnswers: (url: string) => `Another program answers at ${url}, or the local gateway does not answer in time.`,
  otherProcessAnswers: ({ url, pid }: { url: string; pid: number | undefined }) =>
    pid === undefined
      ? `A process other than the service answers at ${url}.`
      : `Process ${pid} answers at ${url}, but it is not the service.`,
  notReady: "The local gateway cannot serve all requests.",
  notReadyWhy: (command: string) => `The local gateway cannot serve all requests. To see why, run \`${command}\`.`,
  outdated: (command: string) => `The installed service is out of date. To update it, run \`${command}\`.`,
  notEnabled: (command: string) => `The service does not start when you log in. To fix this, run \`${command}\`.`,
  otherVersion: ({ running, own }: { running: string; own: string }) =>
    `The running gateway is openclaw ${running}, but ${own} is installed. Restart the gateway to update it.`,
  seeDoctor: ({ problem, command }: { problem: string; command: string }) =>
    `${problem} For details, run \`${command}\`.`,
});
