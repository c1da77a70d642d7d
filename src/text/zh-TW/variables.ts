import type { variables as english } from "../en/variables.ts";

const EVERY_COMMAND = "每個指令";
const EVERY_REQUEST = "每個請求";
const SERVICE_COMMANDS = "`gateway install` 等服務指令";
const SAME = "同上。";

/** Every environment variable that the program reads: who reads it and what it means. */
export const variables = (): ReturnType<typeof english> => ({
  CLOUDFLARE_AI_GATEWAY_API_KEY: {
    readBy: "`onboard`、`models`、`doctor`、`gateway`",
    meaning: "API 金鑰。`onboard` 會提供它作為選項，並以這個名稱儲存。",
  },
  CLOUDFLARE_AI_GATEWAY_API_KEYS: {
    readBy: "`models`、`doctor`、`gateway`",
    meaning:
      "其他的 API 金鑰，以逗號、分號或空白分隔。其中一個達到速率上限時，本機 Gateway 會改用下一個。其他金鑰的變數也可以加上 `S`。",
  },
  CLOUDFLARE_AI_GATEWAY_API_KEY_1: {
    readBy: "`models`、`doctor`、`gateway`",
    meaning: "另一個 API 金鑰，最多到 `_20`。其他金鑰的變數也可以加上數字。",
  },
  ANTHROPIC_API_KEY: {
    readBy: "`onboard`",
    meaning: "上面的變數沒有值時，提供它作為 API 金鑰的選項。",
  },
  OPENAI_API_KEY: {
    readBy: "`onboard`、`models`、`doctor`、`gateway`",
    meaning: "端點 `openai` 的 API 金鑰。`onboard` 以這個名稱儲存。",
  },
  CF_AIG_TOKEN: {
    readBy: "`onboard`、`models`、`doctor`、`gateway`",
    meaning: "Gateway 權杖。需要驗證的 Gateway 必須有它。",
  },
  CLOUDFLARE_ACCOUNT_ID: {
    readBy: "`onboard`、`usage`",
    meaning: "設定中沒有帳戶 ID 時，提供它作為選項。對 `usage --worker` 而言，是 Worker 所在的帳戶，預設取自設定。",
  },
  CF_ACCOUNT_ID: { readBy: "`doctor`", meaning: "在報告中遮蔽，與帳戶 ID 相同。" },
  CLOUDFLARE_GATEWAY_ID: {
    readBy: "`onboard`",
    meaning: "設定中沒有 Gateway ID 時，提供它作為選項。",
  },
  CLOUDFLARE_API_TOKEN: {
    readBy: "`onboard`、`usage`",
    meaning:
      "Cloudflare API 權杖。`onboard` 用它找出你的帳戶和 Gateway，不會儲存；`usage --worker` 需要具有 Account Analytics Read 權限的權杖，也會在 `.env` 裡找。",
  },
  CLOUDFLARE_API_BASE_URL: {
    readBy: "`onboard`、`models`、`doctor`、`usage`",
    meaning: "Cloudflare API 的基底 URL，預設為 `https://api.cloudflare.com/client/v4`。Wrangler 使用相同的名稱。",
  },
  OPENCLAW_GATEWAY_TOKEN: {
    readBy: "`onboard`、`doctor`、`gateway`",
    meaning: "本機 Gateway 權杖，由用戶端傳送。`onboard` 會隨機產生一個。",
  },
  OPENCLAW_GATEWAY_REMOTE_TOKEN: {
    readBy: "`onboard`",
    meaning: "遠端 Gateway 的權杖。`onboard --mode remote` 以這個名稱儲存。",
  },
  OPENCLAW_GATEWAY_TOKENS: {
    readBy: "`doctor`、`gateway`",
    meaning:
      "多個使用者或程式的本機 Gateway 權杖，寫成 `name=token`，以逗號分隔。不會在登入 shell 中查詢。`gateway token add` 可建立權杖。",
  },
  OPENCLAW_GATEWAY_LIMITS: {
    readBy: "Workers 上的 Gateway",
    meaning:
      "每個權杖可以傳送的請求數，例如 `120/minute,alice=60/minute`；由 `gateway worker --limit` 寫入 wrangler.jsonc。",
  },
  OPENCLAW_GATEWAY_PORT: {
    readBy: "`doctor`、`gateway`",
    meaning: "本機 Gateway 的連接埠。優先於 `gateway.port`，但 `--port` 優先於它。",
  },
  OPENCLAW_GATEWAY_BIND: {
    readBy: "`doctor`、`gateway`",
    meaning: "`loopback`、`lan` 或位址。優先於 `gateway.bind`，但 `--bind` 優先於它。",
  },
  OPENCLAW_GATEWAY_STRIP_PREFILL: {
    readBy: "`gateway run`",
    meaning: "`thinking` 或 `unsupported`，與 `--strip-prefill` 相同。",
  },
  OPENCLAW_GATEWAY_UPSTREAM_TIMEOUT: {
    readBy: "`gateway run`",
    meaning: "提供者可以多久不傳送任何內容，與 `--upstream-timeout` 相同。",
  },
  OPENCLAW_GATEWAY_CLIENT_METADATA: {
    readBy: "`gateway run`",
    meaning: "`on` 或 `off`，與 `--client-metadata` 相同。",
  },
  OPENCLAW_GATEWAY_WORKERS: {
    readBy: "`gateway run`",
    meaning: "處理請求的程序數，或 `auto`，與 `--workers` 相同。",
  },
  OPENCLAW_GATEWAY_WORKER: {
    readBy: "`gateway run`",
    meaning: "由啟動這些程序的程序為每一個設定。在其他地方沒有作用。",
  },
  OPENCLAW_GATEWAY_USAGE: {
    readBy: "`gateway run`",
    meaning: "`off`，或請求記錄保留的天數，與 `--usage` 相同。",
  },
  OPENCLAW_GATEWAY_METRICS_PORT: {
    readBy: "`gateway run`",
    meaning: "不需要權杖即可讀取指標的連接埠，或 `off`，與 `--metrics-port` 相同。",
  },
  OPENCLAW_GATEWAY_ALLOWED_HOSTS: {
    readBy: "`gateway run`",
    meaning: "本機 Gateway 會回應的主機名稱，以逗號分隔。會與 `--allow-host` 合併。",
  },
  OPENCLAW_GATEWAY_ALLOWED_ORIGINS: {
    readBy: "`gateway run`",
    meaning: "可以對它傳送請求的網頁，以逗號分隔。會與 `--allow-origin` 合併。",
  },
  OPENCLAW_SERVICE_MANAGER: {
    readBy: "`gateway run`",
    meaning:
      "在 launchd 的代理程式（agent）中設為 `launchd`。此時 `gateway run` 以結束代碼 0 而非 78 結束，讓 launchd 不再重新啟動它。",
  },
  OPENCLAW_HOME: {
    readBy: EVERY_COMMAND,
    meaning: "取代家目錄。必須是絕對路徑，以下兩個也是；都可以用 `~/` 開頭。",
  },
  OPENCLAW_STATE_DIR: {
    readBy: EVERY_COMMAND,
    meaning: "取代 `~/.openclaw`。除非它和下一個變數指向 `--profile` 的資料夾，否則會與該旗標衝突。",
  },
  OPENCLAW_CONFIG_PATH: {
    readBy: EVERY_COMMAND,
    meaning: "取代狀態資料夾中的 `openclaw.json`。其他檔案都留在狀態資料夾。",
  },
  OPENCLAW_CONFIG_READONLY: {
    readBy: "`onboard`、`doctor`、`undo`",
    meaning:
      "`1` 會拒絕對設定和 `.env` 的所有變更。只讀取的指令，以及 `gateway install` 和 `models refresh`，不受影響。",
  },
  OPENCLAW_NIX_MODE: { readBy: "`onboard`、`doctor`、`undo`", meaning: "`1`：同上。" },
  OPENCLAW_INCLUDE_ROOTS: {
    readBy: EVERY_COMMAND,
    meaning: "`$include` 可以另外讀取的資料夾，分隔方式與 `PATH` 相同。",
  },
  OPENCLAW_LOAD_SHELL_ENV: {
    readBy: EVERY_COMMAND,
    meaning: "`1` 會從登入 shell 讀取缺少的變數，與 `env.shellEnv.enabled` 相同。",
  },
  OPENCLAW_SHELL_ENV_TIMEOUT_MS: {
    readBy: EVERY_COMMAND,
    meaning: "登入 shell 的時間限制，以毫秒計，預設為 15000。`env.shellEnv.timeoutMs` 優先於它。",
  },
  OPENCLAW_ACCESSIBLE: {
    readBy: "每個問題",
    meaning: "空值和 `0` 以外的任何值：以純文字和編號提問，與 `--accessible` 相同。",
  },
  OPENCLAW_LANG: {
    readBy: EVERY_COMMAND,
    meaning: "訊息的語言，`en` 或 `zh-TW`。旗標 `--lang` 優先。",
  },
  LC_ALL: { readBy: EVERY_COMMAND, meaning: "沒有設定 `OPENCLAW_LANG` 時，訊息的語言。" },
  LC_MESSAGES: { readBy: EVERY_COMMAND, meaning: "同上，但在 `LC_ALL` 也沒有設定時。" },
  LANG: { readBy: EVERY_COMMAND, meaning: "同上，但在以上都沒有設定時。" },
  NO_COLOR: { readBy: EVERY_COMMAND, meaning: "空值以外的任何值：不使用色彩。" },
  FORCE_COLOR: {
    readBy: EVERY_COMMAND,
    meaning: "空值和 `0` 以外的任何值：即使輸出不是終端機，也使用色彩。",
  },
  TERM: {
    readBy: EVERY_COMMAND,
    meaning: "`dumb`：不使用色彩，並以純文字和編號提問。也用來判斷終端機能否開啟連結。",
  },
  FORCE_HYPERLINK: {
    readBy: EVERY_COMMAND,
    meaning: "空值和 `0` 以外的任何值：位址在所有終端機中都是連結。`0`：都不是。",
  },
  TERM_PROGRAM: { readBy: EVERY_COMMAND, meaning: "由終端機設定，用來判斷它能否開啟連結。" },
  VTE_VERSION: { readBy: EVERY_COMMAND, meaning: SAME },
  KONSOLE_VERSION: { readBy: EVERY_COMMAND, meaning: SAME },
  WT_SESSION: { readBy: EVERY_COMMAND, meaning: SAME },
  TMUX: { readBy: EVERY_COMMAND, meaning: "由 tmux 設定：不使用連結。" },
  STY: { readBy: EVERY_COMMAND, meaning: "由 screen 設定：不使用連結。" },
  CI: { readBy: EVERY_COMMAND, meaning: "空值以外的任何值：不使用連結，也不開啟網頁。" },
  DISPLAY: { readBy: "`onboard`", meaning: "在圖形工作階段中設定；問題可以在其中開啟它提到的網頁。" },
  WAYLAND_DISPLAY: { readBy: "`onboard`", meaning: SAME },
  SSH_CONNECTION: { readBy: "`onboard`", meaning: "在來自其他機器的工作階段中設定：不開啟網頁。" },
  HTTPS_PROXY: {
    readBy: EVERY_REQUEST,
    meaning: "對 `https:` 請求使用的代理伺服器。它和以下兩個變數也可以用小寫，並可設在 `.env` 中。",
  },
  HTTP_PROXY: {
    readBy: EVERY_REQUEST,
    meaning: "對 `http:` 請求使用的代理伺服器；沒有設定 `HTTPS_PROXY` 時，也用於 `https:`。",
  },
  NO_PROXY: { readBy: EVERY_REQUEST, meaning: "不經代理伺服器的主機。" },
  ALL_PROXY: { readBy: "`doctor`", meaning: "不使用。只設定它時，`doctor` 會提出警告。" },
  NODE_EXTRA_CA_CERTS: {
    readBy: "Node",
    meaning: "含有其他可信任憑證授權單位的檔案。`gateway install` 會將它傳給服務。",
  },
  HOME: {
    readBy: EVERY_COMMAND,
    meaning: "家目錄，必須是絕對路徑。空白時，使用系統為該使用者記載的家目錄。",
  },
  PATH: { readBy: "每個被執行的程式", meaning: "傳給該程式，`HOME` 也是。" },
  SHELL: { readBy: EVERY_COMMAND, meaning: "如果 `/etc/shells` 列有它，就是登入 shell，否則為 `/bin/sh`。" },
  VISUAL: { readBy: "`config edit`", meaning: "你的編輯器指令，可含引數。" },
  EDITOR: {
    readBy: "`config edit`",
    meaning: "同上，在未設定 `VISUAL` 時使用。兩者都沒有時使用 `vi`，在 Windows 上使用 `notepad`。",
  },
  NOTIFY_SOCKET: {
    readBy: "`gateway run`",
    meaning: "由 systemd 設定：用來回報 Gateway 已就緒的通訊端。",
  },
  CLAUDE_CONFIG_DIR: {
    readBy: "`gateway env`",
    meaning: "Claude Code 設定的資料夾，預設為 `~/.claude`。",
  },
  CODEX_HOME: { readBy: "`gateway env`", meaning: "Codex 設定的資料夾，預設為 `~/.codex`。" },
  OPENCLAW_LOG_LEVEL: {
    readBy: EVERY_COMMAND,
    meaning:
      "同 `--log-level`：`silent`、`fatal`、`error`、`warn`、`info`、`debug` 或 `trace`。`gateway run` 記錄的最低層級；自 `debug` 起，會記錄成功的探測，並顯示對提供者的每個請求。",
  },
  XDG_CONFIG_HOME: {
    readBy: "`gateway env`、`completion`",
    meaning: "含有 `opencode/`、`fish/` 與 `powershell/` 的資料夾，預設為 `~/.config`。",
  },
  ZDOTDIR: {
    readBy: "`completion`",
    meaning: "zsh 啟動檔所在的資料夾，預設為你的家目錄。",
  },
  XDG_RUNTIME_DIR: {
    readBy: SERVICE_COMMANDS,
    meaning: "用來找到使用者的 systemd，預設為 `/run/user/…`。",
  },
  SUDO_USER: {
    readBy: SERVICE_COMMANDS,
    meaning: "由 sudo 設定。這些指令會要求你不要用 sudo 執行。",
  },
});
