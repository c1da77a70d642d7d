/**
 * Every environment variable that the program reads: who reads it and what it means. The type of `Context.env` has these
 * names and no others, and `docs/environment.md` is printed from here.
 */
export const variables = () => ({
  CLOUDFLARE_AI_GATEWAY_API_KEY: {
    readBy: "`onboard`, `models`, `doctor`, `gateway`",
    meaning: "The API key. `onboard` offers it and stores it under this name.",
  },
  CLOUDFLARE_AI_GATEWAY_API_KEYS: {
    readBy: "`models`, `doctor`, `gateway`",
    meaning:
      "Further API keys, with commas, semicolons or blanks between them. When one is rate limited, the local gateway takes the next. Any other key's variable takes an `S`, too.",
  },
  CLOUDFLARE_AI_GATEWAY_API_KEY_1: {
    readBy: "`models`, `doctor`, `gateway`",
    meaning: "One further API key, up to `_20`. Any other key's variable takes a number, too.",
  },
  ANTHROPIC_API_KEY: {
    readBy: "`onboard`",
    meaning: "Offered as the API key when the variable above has no value.",
  },
  OPENAI_API_KEY: {
    readBy: "`onboard`, `models`, `doctor`, `gateway`",
    meaning: "The API key of the endpoint `openai`. `onboard` stores it under this name.",
  },
  CF_AIG_TOKEN: {
    readBy: "`onboard`, `models`, `doctor`, `gateway`",
    meaning: "The gateway token. An authenticated gateway requires it.",
  },
  CLOUDFLARE_ACCOUNT_ID: {
    readBy: "`onboard`, `usage`",
    meaning:
      "Offered as the account ID when the configuration has none. For `usage --worker` it is the account of the Worker, by default the configuration's.",
  },
  CF_ACCOUNT_ID: { readBy: "`doctor`", meaning: "Masked in the report, as is the account ID." },
  CLOUDFLARE_GATEWAY_ID: {
    readBy: "`onboard`",
    meaning: "Offered as the gateway ID when the configuration has none.",
  },
  CLOUDFLARE_API_TOKEN: {
    readBy: "`onboard`, `usage`",
    meaning:
      "A Cloudflare API token. `onboard` finds your accounts and gateways with it and does not store it; `usage --worker` needs one with the permission Account Analytics Read, and looks for it in `.env` as well.",
  },
  CLOUDFLARE_API_BASE_URL: {
    readBy: "`onboard`, `models`, `doctor`, `usage`",
    meaning:
      "Base URL of Cloudflare's API, `https://api.cloudflare.com/client/v4` by default. Wrangler uses the same name.",
  },
  OPENCLAW_GATEWAY_TOKEN: {
    readBy: "`onboard`, `doctor`, `gateway`",
    meaning: "The local gateway token, which clients send. `onboard` generates a random one.",
  },
  OPENCLAW_GATEWAY_TOKENS: {
    readBy: "`doctor`, `gateway`",
    meaning:
      "Local gateway tokens of several people or programs, `name=token` with commas between them. Not looked up in the login shell. `gateway token add` makes one.",
  },
  OPENCLAW_GATEWAY_LIMITS: {
    readBy: "the gateway on Workers",
    meaning:
      "Requests that each token may send, such as `120/minute,alice=60/minute`; `gateway worker --limit` writes it into wrangler.jsonc.",
  },
  OPENCLAW_GATEWAY_REMOTE_TOKEN: {
    readBy: "`onboard`",
    meaning: "The token of a remote gateway. `onboard --mode remote` stores it under this name.",
  },
  OPENCLAW_GATEWAY_PORT: {
    readBy: "`doctor`, `gateway`",
    meaning: "The local gateway's port. `--port` overrides it, and it overrides `gateway.port`.",
  },
  OPENCLAW_GATEWAY_BIND: {
    readBy: "`doctor`, `gateway`",
    meaning: "`loopback`, `lan` or an address. `--bind` overrides it, and it overrides `gateway.bind`.",
  },
  OPENCLAW_GATEWAY_STRIP_PREFILL: {
    readBy: "`gateway run`",
    meaning: "`thinking` or `unsupported`, as for `--strip-prefill`.",
  },
  OPENCLAW_GATEWAY_UPSTREAM_TIMEOUT: {
    readBy: "`gateway run`",
    meaning: "How long a provider may send nothing, as for `--upstream-timeout`.",
  },
  OPENCLAW_GATEWAY_CLIENT_METADATA: {
    readBy: "`gateway run`",
    meaning: "`on` or `off`, as for `--client-metadata`.",
  },
  OPENCLAW_GATEWAY_WORKERS: {
    readBy: "`gateway run`",
    meaning: "The number of processes that serve, or `auto`, as for `--workers`.",
  },
  OPENCLAW_GATEWAY_WORKER: {
    readBy: "`gateway run`",
    meaning: "Set in each of these processes by the one that starts them. Counts for nothing elsewhere.",
  },
  OPENCLAW_GATEWAY_USAGE: {
    readBy: "`gateway run`",
    meaning: "`off`, or how many days the record of requests is kept, as for `--usage`.",
  },
  OPENCLAW_GATEWAY_METRICS_PORT: {
    readBy: "`gateway run`",
    meaning: "The port at which metrics are shown without a token, or `off`, as for `--metrics-port`.",
  },
  OPENCLAW_GATEWAY_ALLOWED_HOSTS: {
    readBy: "`gateway run`",
    meaning: "Host names that the local gateway answers to, separated by commas. Added to those of `--allow-host`.",
  },
  OPENCLAW_GATEWAY_ALLOWED_ORIGINS: {
    readBy: "`gateway run`",
    meaning: "Web pages that may send it requests, separated by commas. Added to those of `--allow-origin`.",
  },
  OPENCLAW_SERVICE_MANAGER: {
    readBy: "`gateway run`",
    meaning:
      "Set to `launchd` in its agent. `gateway run` then exits with 0 instead of 78, so that launchd does not restart it.",
  },
  OPENCLAW_HOME: {
    readBy: "every command",
    meaning: "Used instead of the home folder. An absolute path, as are the next two; each may begin with `~/`.",
  },
  OPENCLAW_STATE_DIR: {
    readBy: "every command",
    meaning:
      "Used instead of `~/.openclaw`. It and the next one conflict with `--profile` unless they name its folder.",
  },
  OPENCLAW_CONFIG_PATH: {
    readBy: "every command",
    meaning: "Used instead of `openclaw.json` in the state folder. All other files stay there.",
  },
  OPENCLAW_CONFIG_READONLY: {
    readBy: "`onboard`, `doctor`, `undo`",
    meaning:
      "`1` refuses every change of the configuration and `.env`. What only reads goes on, as do `gateway install` and `models refresh`.",
  },
  OPENCLAW_NIX_MODE: { readBy: "`onboard`, `doctor`, `undo`", meaning: "`1`: the same." },
  OPENCLAW_INCLUDE_ROOTS: {
    readBy: "every command",
    meaning: "More folders that `$include` may read from, separated as in `PATH`.",
  },
  OPENCLAW_LOAD_SHELL_ENV: {
    readBy: "every command",
    meaning: "`1` reads missing variables from the login shell, as `env.shellEnv.enabled` does.",
  },
  OPENCLAW_SHELL_ENV_TIMEOUT_MS: {
    readBy: "every command",
    meaning: "Time limit of the login shell in milliseconds, 15000 by default. `env.shellEnv.timeoutMs` overrides it.",
  },
  OPENCLAW_ACCESSIBLE: {
    readBy: "every question",
    meaning: "Any value but empty and `0`: plain numbered questions, as with `--accessible`.",
  },
  OPENCLAW_LANG: {
    readBy: "every command",
    meaning: "The language of messages, `en` or `zh-TW`. The flag `--lang` comes first.",
  },
  LC_ALL: { readBy: "every command", meaning: "The language of messages when `OPENCLAW_LANG` is not set." },
  LC_MESSAGES: { readBy: "every command", meaning: "The same, when `LC_ALL` is not set either." },
  LANG: { readBy: "every command", meaning: "The same, when none of the above is set." },
  NO_COLOR: { readBy: "every command", meaning: "Any value but empty: no color." },
  FORCE_COLOR: {
    readBy: "every command",
    meaning: "Any value but empty and `0`: color even when the output is not a terminal.",
  },
  TERM: {
    readBy: "every command",
    meaning: "`dumb`: no color, and plain numbered questions. Some terminals are known by it to open links.",
  },
  FORCE_HYPERLINK: {
    readBy: "every command",
    meaning: "Any value but empty and `0`: addresses are links in every terminal. `0`: in none.",
  },
  TERM_PROGRAM: { readBy: "every command", meaning: "Set by terminals; some are known by it to open links." },
  VTE_VERSION: { readBy: "every command", meaning: "The same." },
  KONSOLE_VERSION: { readBy: "every command", meaning: "The same." },
  WT_SESSION: { readBy: "every command", meaning: "The same." },
  TMUX: { readBy: "every command", meaning: "Set by tmux: no links." },
  STY: { readBy: "every command", meaning: "Set by screen: no links." },
  CI: { readBy: "every command", meaning: "Any value but empty: no links, and no page is opened." },
  DISPLAY: { readBy: "`onboard`", meaning: "Set in a graphical session, where a question can open the page it names." },
  WAYLAND_DISPLAY: { readBy: "`onboard`", meaning: "The same." },
  SSH_CONNECTION: { readBy: "`onboard`", meaning: "Set in a session from another machine: no page is opened." },
  HTTPS_PROXY: {
    readBy: "every request",
    meaning: "The proxy for requests to `https:`. It and the next two may also be lower case, and set in `.env`.",
  },
  HTTP_PROXY: {
    readBy: "every request",
    meaning: "The proxy for requests to `http:`, and to `https:` when `HTTPS_PROXY` is not set.",
  },
  NO_PROXY: { readBy: "every request", meaning: "Hosts that bypass the proxy." },
  ALL_PROXY: { readBy: "`doctor`", meaning: "Not used. `doctor` warns when it is the only one that is set." },
  NODE_EXTRA_CA_CERTS: {
    readBy: "Node",
    meaning: "A file of additional certificate authorities to trust. `gateway install` passes it on to the service.",
  },
  HOME: {
    readBy: "every command",
    meaning: "The home folder, an absolute path. When empty, the one that the system has for the user.",
  },
  PATH: { readBy: "every program that is run", meaning: "Passed on to the program, as is `HOME`." },
  SHELL: { readBy: "every command", meaning: "The login shell if `/etc/shells` lists it, otherwise `/bin/sh`." },
  VISUAL: { readBy: "`config edit`", meaning: "The command of your editor, perhaps with arguments." },
  EDITOR: {
    readBy: "`config edit`",
    meaning: "The same, where `VISUAL` is not set. Without both it is `vi`, on Windows `notepad`.",
  },
  NOTIFY_SOCKET: {
    readBy: "`gateway run`",
    meaning: "Set by systemd: the socket on which to report that the gateway is ready.",
  },
  CLAUDE_CONFIG_DIR: {
    readBy: "`gateway env`",
    meaning: "The folder of Claude Code's settings, `~/.claude` by default.",
  },
  CODEX_HOME: { readBy: "`gateway env`", meaning: "The folder of Codex's configuration, `~/.codex` by default." },
  OPENCLAW_LOG_LEVEL: {
    readBy: "every command",
    meaning:
      "As `--log-level`: `silent`, `fatal`, `error`, `warn`, `info`, `debug` or `trace`. The least level that `gateway run` logs; from `debug` on, answered probes are logged and each request to a provider is shown.",
  },
  XDG_CONFIG_HOME: {
    readBy: "`gateway env`, `completion`",
    meaning: "The folder that contains `opencode/`, `fish/` and `powershell/`, `~/.config` by default.",
  },
  ZDOTDIR: {
    readBy: "`completion`",
    meaning: "The folder of zsh's start file, your home folder by default.",
  },
  XDG_RUNTIME_DIR: {
    readBy: "`gateway install` and other service commands",
    meaning: "Finds the user's systemd, `/run/user/…` by default.",
  },
  SUDO_USER: {
    readBy: "`gateway install` and other service commands",
    meaning: "Set by sudo. These commands then ask you to run them without it.",
  },
});
