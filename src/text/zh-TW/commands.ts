import type { commands as english } from "../en/commands.ts";
import { shownMs } from "../numbers.ts";
import { oneOf, zh } from "./words.ts";

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  address: "位址",
  alias: "別名",
  days: "天數",
  dir: "資料夾",
  worker: "名稱",
  host: "主機",
  limit: "上限",
  auth: "驗證方式",
  bind: "繫結",
  choice: "選項",
  client: "用戶端",
  command: "指令",
  file: "檔案",
  flags: "旗標",
  flow: "流程",
  id: "識別碼",
  kind: "種類",
  language: "語言",
  level: "層級",
  list: "清單",
  mode: "模式",
  model: "模型",
  ms: "毫秒",
  n: "數量",
  name: "名稱",
  number: "數量",
  origin: "來源",
  path: "路徑",
  paths: "路徑",
  port: "連接埠",
  position: "位置",
  ref: "模型",
  runtime: "執行環境",
  scope: "範圍",
  severity: "嚴重程度",
  time: "時間",
  token: "權杖",
  url: "網址",
  value: "值",
  values: "值",
  variable: "變數",
  when: "時機",
  day: "日期",
  what: "項目",
  where: "位址",
};

/** Of `<on|off>`, the words are the values themselves. */
const withPlaceholders = (form: string): string =>
  form.replace(
    /([<[])([a-z|-]+)(?=[>\].])/g,
    (_, bracket: string, names: string) =>
      bracket +
      names
        .split("|")
        .map((name) => PLACEHOLDERS[name] ?? name)
        .join("|"),
  );

/** Descriptions of commands and flags, and what several commands say. */
export const commands = (): ReturnType<typeof english> => ({
  description: "透過 Cloudflare AI Gateway 使用 OpenClaw：設定、列出模型、診斷、還原。",
  summaries: {
    onboard: "設定提供者",
    models: "顯示、選擇並列出你可以使用的模型",
    config: "讀取、變更並檢查設定檔",
    gateway: "執行本機 Gateway，可手動或以服務執行",
    usage: "查看本機 Gateway 處理的請求與費用",
    doctor: "找出問題，並修復可以安全修復的項目",
    undo: "還原最後一次的設定變更",
    logout: "移除提供者的憑證",
    uninstall: "移除服務、檔案與憑證",
    completion: "在 shell 中自動完成指令、旗標與值",
  },
  /** Of commands that have only sub-commands. */
  groups: {
    models: "顯示、選擇並列出你可以使用的模型。不加指令時，等同執行 `openclaw models status`。",
    gateway:
      "執行本機 Gateway，可手動或以服務執行。Claude Code 等用戶端可透過它使用你的提供者，不需要提供者的金鑰。也稱為 `daemon`。",
  },
  helpCommand: "顯示指令的說明",
  versionFlag: "顯示版本",
  helpFlag: "顯示這份說明",
  profileFlag: "以 ~/.openclaw-<名稱> 取代 ~/.openclaw",
  devFlag: "--profile dev 的簡寫",
  langFlag: "訊息的語言",
  noColorFlag: "不使用色彩",
  verboseFlag: "顯示更多：細節、對提供者的每個請求、錯誤的代碼",
  logLevelFlag: "`gateway run` 記錄的最低層級；debug 也會顯示對提供者的每個請求",
  requested: ({ method, url, outcome, ms }) => zh`${method} ${url}：${outcome}，${shownMs(ms)}`,
  errorCode: ({ code, meaning }) => zh`代碼：${code}。${meaning}`,
  withPlaceholders,
  helpTitles: { "Usage:": "用法：", "Arguments:": "引數：", "Options:": "旗標：", "Commands:": "指令：" },
  flagWithValues: ({ description, choices = [], preset }) => {
    const values = choices.length === 0 ? "" : zh`（${choices.join("、")}）`;
    return typeof preset === "string" ? zh`${description}${values}；預設：${preset}` : zh`${description}${values}`;
  },

  usage: {
    unknownCommand: (name) => zh`未知的指令「${name}」。`,
    unknownFlag: (flag) => zh`未知的旗標 ${flag}。`,
    unexpectedArgument: (argument) => zh`多餘的引數「${argument}」。`,
    missingArgument: (name) => zh`缺少引數 ${withPlaceholders(`<${name}>`)}。`,
    takesNoValue: (flag) => zh`${flag} 不接受值。`,
    missingValue: (flag) => zh`${withPlaceholders(flag)} 缺少值。`,
    lastTaken: (flag) => zh`${flag} 只接受一個值，卻指定了多次。採用最後一個值。`,
    flagProblem: ({ flag, sentence }) => zh`${flag}：${sentence}`,
    missingFlag: (flag) => zh`缺少旗標 ${withPlaceholders(flag)}。`,
    notAllowed: ({ flag, value }) => zh`${flag} 的值「${value}」無效。`,
    noSuchDay: ({ flag, day }) => zh`${flag} 指定的日期 ${day} 不存在。`,
    inFuture: ({ flag, time }) => zh`${flag} 指定的時間 ${time} 還沒到。`,
    wholeDays: ({ flag, value }) => zh`${flag} 在這裡以整天計算，不能用「${value}」。`,
    didYouMean: (words) => zh`你是指 ${oneOf(words.map((word) => `\`${word}\``))} 嗎？`,
    seeHelp: (command) => zh`要查看說明，請執行 \`${command} --help\`。`,
  },

  // `openclaw` without a command.
  bare: {
    nothingSetUp: "尚未完成任何設定。",
    howToSetUp:
      "請在終端機中執行 `openclaw onboard`。要以旗標取代問答，請執行 `openclaw onboard --help` 查看可用的旗標。",
    startsOnboard: "尚未完成任何設定，現在開始執行 `openclaw onboard`。要查看所有指令，請執行 `openclaw --help`。",
    providers: () => "提供者",
    ready: (id) => zh`${id}：憑證齊全`,
    lacksCredential: (id) => zh`${id}：缺少憑證`,
    defaultModel: "預設模型",
    none: "無",
    localGateway: "本機 Gateway",
    remoteGateway: "遠端 Gateway",
    gateway: ({ url, answers }) =>
      ({ gateway: zh`執行中，位於 ${url}`, other: zh`未執行；在 ${url} 回應的是其他程式`, nobody: "未執行" })[answers],
    next: "要檢查所有項目，請執行 `openclaw doctor`。要查看所有指令，請執行 `openclaw --help`。",
  },

  bug: ({ version, node, platform }) => zh`這是 openclaw ${version} 的程式錯誤（Node ${node}、${platform}）。`,
  reportBug: "請附上以上幾行回報；其中不含憑證。",

  note: (sentence) => zh`注意：${sentence}`,
  jsonFlag: "以 JSON 格式輸出",
  dryRunFlag: "只顯示將進行的變更，不實際執行",
  dryRun: "模擬執行：沒有變更任何檔案。",
});
