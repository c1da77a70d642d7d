import type { service as english } from "../en/service.ts";
import { grouped } from "../numbers.ts";
import { oneOf, zh } from "./words.ts";

export const service = (): ReturnType<typeof english> => ({
  commands: {
    run: {
      summary: "執行本機 Gateway，直到停止為止",
      description:
        "為本機上的 Anthropic 和 OpenAI 用戶端提供服務，請求經由已設定的提供者處理。收到 SIGTERM 或 Ctrl-C 時，Gateway 會等進行中的" +
        "請求完成後停止。收到 SIGHUP 或設定有變更時，會重新載入設定。",
      portFlag: "監聽的連接埠；0 表示自動選擇未使用的連接埠",
      bindFlag: "監聽的位址：loopback、lan，或本機的 IP 位址",
      stripPrefillFlag: "移除結尾的助理訊息：`thinking`（啟用思考時）或 `unsupported`（也包含不接受這種訊息的模型）",
      upstreamTimeoutFlag: "提供者多久沒有送出任何資料就結束請求，例如 90s、10m 或 1h（預設：10m）",
      clientMetadataFlag: "在 cf-aig-metadata 中告訴 Cloudflare 權杖的名稱和 Claude Code 的工作階段（預設：on）",
      workersFlag: "處理請求的程序數，1 到 64；`auto` 表示每個核心一個（預設：1）",
      usageFlag: "供 `openclaw usage` 使用的請求記錄要保留的天數，例如 30d；`off` 表示不記錄（預設：90d）",
      metricsPortFlag: "另外在這個本機連接埠提供 Prometheus 的指標，不需要權杖；0 表示任選可用的連接埠",
      allowHostFlag: "接受 Host 標頭中的這個名稱；可重複指定",
      allowOriginFlag: "接受來自這個來源（origin）網頁的請求；可重複指定",
    },
    install: {
      summary: "將本機 Gateway 安裝為服務並啟動",
      description:
        "將本機 Gateway 安裝為目前使用者的服務（Linux 用 systemd，macOS 用 launchd）並啟動。更新程式後請再執行一次，" +
        "只會變更過期的部分。服務檔不含機密。",
      forceFlag: "不詢問，直接移開其他程式的同名服務",
    },
    uninstall: {
      summary: "停止並移除服務",
      description: "停止服務，並移除 `gateway install` 建立的所有內容。",
    },
    start: { summary: "啟動服務", description: "啟動服務，並等到它有回應。" },
    stop: { summary: "停止服務", description: "停止服務，直到你再次登入或啟動它。" },
    restart: {
      summary: "重新啟動服務",
      description: "先讓進行中的請求完成，再重新啟動服務。",
    },
    status: {
      summary: "顯示本機 Gateway 和服務的狀態",
      description:
        "顯示服務、本機 Gateway 的位址上有什麼在回應，以及憑證的來源。Gateway 正在執行且能處理請求時，" +
        "結束代碼為 0，否則為 1。",
    },
    health: {
      summary: "詢問 Gateway 是否有回應",
      description:
        "詢問這裡使用的 Gateway 是否有回應，供容器的健康檢查或指令稿使用。不查詢也不送出任何憑證。Gateway 有回應時，" +
        "結束代碼為 0，否則為 1。",
      readyFlag: "無法處理預設模型的請求時，結束代碼也為 1",
    },
    dashboard: {
      summary: "開啟執行中 Gateway 的頁面",
      description:
        "在瀏覽器中開啟執行中 Gateway 的頁面：健康狀態、即時請求、用量與費用。無法開啟瀏覽器時，會印出位址。" +
        "位址只能使用一次，一分鐘內有效，不含權杖。",
      printFlag: "只印出位址，不開啟瀏覽器",
    },
    logs: {
      summary: "顯示本機 Gateway 的記錄",
      description:
        "顯示本機 Gateway 最後的記錄，一個請求一行，來自 journal 或 launchd 的檔案。" +
        "不是由服務執行的 Gateway，則顯示它記錄下來的請求。",
    },
    top: {
      summary: "即時查看本機 Gateway 的執行狀況",
      description:
        "顯示執行中 Gateway 的狀態、進行中的請求、各模型與用戶端的 token、費用、失敗與時間、冷卻期，以及最近的請求。" +
        "在終端機上會持續更新，按 q 離開；在其他地方每次更新輸出一行。也適用於另一台機器上的 Gateway。" +
        "使用 --once 或 --json 時，如果無法處理所有請求，結束代碼為 1。",
    },
    env: {
      summary: "印出用戶端需要的變數或設定",
      description:
        "印出讓用戶端使用本機 Gateway 的內容：設定變數的 shell 指令，或用戶端自己檔案的內容（codex、opencode、" +
        "cline、continue）。標準輸出只有 shell 或檔案需要的內容；該放在哪裡則寫在標準錯誤輸出。權杖不會印出，" +
        "由 shell 或用戶端自行讀取。",
      shellFlag: "為哪種 shell 印出指令；預設是目前的 shell",
      clientFlag: "為哪個用戶端印出",
      asFlag: "用戶端送出的權杖名稱，如 `gateway token list` 所列",
    },
    token: {
      summary: "印出本機 Gateway 權杖",
      description:
        "印出用戶端要送出的本機 Gateway 權杖，供程式讀取，絕不會印到終端機上。以下指令能讓每個人或程式各有一個" +
        "具名的權杖，名稱會顯示在記錄中。",
      add: {
        summary: "為某人或某程式建立權杖",
        description:
          "建立隨機權杖，以這個名稱存入 `.env` 的 OPENCLAW_GATEWAY_TOKENS。權杖會印出供程式讀取，絕不會印到終端機上。" +
          "執行中的 Gateway 會立即接受它。",
      },
      list: {
        summary: "列出擁有權杖的名稱",
        description: "列出擁有權杖的名稱，以及哪些權杖太短、重複或無法使用。",
      },
      show: {
        summary: "印出某個名稱的權杖",
        description: "印出這個名稱的權杖，供程式讀取，絕不會印到終端機上。",
      },
      remove: {
        summary: "移除權杖",
        description:
          "從 `.env` 移除這個名稱的權杖，並確認執行中的 Gateway 會拒絕它。如果 Gateway 仍接受它，結束代碼為 1。",
      },
    },
    worker: {
      summary: "寫入在 Cloudflare Workers 上執行 Gateway 的專案",
      description:
        "在這個資料夾寫入 `npx wrangler deploy` 可以直接使用的專案：建置好的 Worker、wrangler.jsonc、不含憑證的設定，以及 " +
        "README。再次寫入時，只會變更必須變更的內容，並保留你的編輯。",
      secrets: {
        summary: "將專案的機密傳給 wrangler",
        description:
          "將專案的 wrangler.jsonc 中 `secrets.required` 列出的值以 JSON 印出，供 `npx wrangler secret bulk` 從管線讀取。" +
          "絕不會印到終端機或檔案。",
      },
    },
  },

  underSudo: "服務屬於單一使用者，但這個指令是透過 sudo 以 root 執行。",
  withoutSudo: (command) => `請不要用 sudo 執行這個指令，或用 \`${command}\` 自行執行本機 Gateway。`,
  noLaunchdSession: (uid) => zh`使用者 ${String(uid)} 沒有 launchd 工作階段。`,
  logInOnMac: (command) => `請在這台 Mac 的螢幕前登入後再試，或用 \`${command}\` 自行執行本機 Gateway。`,
  unsupportedPlatform: (platform) => zh`openclaw 無法在 ${platform} 上安裝服務。`,
  noSystemd: "這個系統不使用 systemd。",
  systemdSilent: "目前使用者的 systemd 沒有回應。",
  noSystemdSession: "目前使用者沒有 systemd 工作階段，這在容器中或使用 su 時很常見。",
  logInOrLinger: (command) =>
    `請以這個使用者登入，或執行 \`loginctl enable-linger\`，然後再試一次。也可以用 \`${command}\` 自行執行本機 Gateway。`,
  runYourself: (command) => `請用 \`${command}\` 自行執行本機 Gateway。`,

  commandFailed: ({ command, status, output }) =>
    output === ""
      ? `\`${command}\` 失敗，結束代碼為 ${status}。`
      : `\`${command}\` 失敗，結束代碼為 ${status}：${output}`,
  unitNotFound: (file) => zh`systemd 找不到 ${file}。`,
  useOwnHome: "請以你自己的 HOME 執行這個指令，並取消設定 XDG_CONFIG_HOME。",
  otherUnitUsed: ({ found, file }) => zh`systemd 使用的是 ${found}，而不是 ${file}。`,
  removeOtherUnit: (found) => zh`請移除 ${found}，或對該 unit 執行 unmask。`,
  stopsAtLogout: "登出後服務就會停止。要讓它繼續執行，請執行 `loginctl enable-linger`。",

  commandUnwritable: "服務的命令列含有換行或其他控制字元。",
  variableUnwritable: (name) => zh`${name} 含有換行或其他控制字元。`,
  renameOrChange: "服務檔無法寫入這種字元。請重新命名資料夾，或修改變數。",
  temporaryScript: ({ script, command }) =>
    zh`${script} 在暫存資料夾中，可能會消失。請將 openclaw 安裝到固定的位置，再執行 \`${command}\`。`,
  nodeMayChange: ({ node, command }) => zh`服務使用 ${node}。更換該 Node 後，請執行 \`${command}\`。`,

  noConfig: (path) => zh`${path} 尚無設定檔。`,
  createConfig: (command) => `請執行 \`${command}\`。`,
  foreignFile: (file) => zh`${file} 是其他程式寫入的。`,
  forceMovesAside: (command) => `要先將它移開，直到解除安裝本機 Gateway，請執行 \`${command}\`。`,
  keptFileInTheWay: (kept) => zh`無法將它移開，因為 ${kept} 已存在。請移除其中一個。`,
  removeWithItsProgram: "請用寫入它的程式移除。",
  installReplaces: (command) => `要取代它，請執行 \`${command}\`。`,
  willMoveAside: (file) => zh`${file} 是其他程式寫入的。安裝時會將它移開，解除安裝時再放回。`,
  askMoveAside: "要將它移開並安裝本機 Gateway 嗎？",
  passForce: "要不經詢問直接移開，請加上 `--force`。",
  notInstalled: "本機 Gateway 尚未安裝為服務。",
  installIt: (command) => `要安裝，請執行 \`${command}\`。`,
  stopProcessFirst: ({ pid, url }) => zh`程序 ${pid} 已在 ${url} 回應。請先停止它。`,
  stopPublishedFirst: (url) => zh`官方版 OpenClaw 自己的 Gateway 已在 ${url} 回應。請先停止它，或選擇其他連接埠。`,
  stopProgramFirst: (url) => zh`其他程式已在 ${url} 回應。請先停止它。`,
  startedButSilent: (url) => zh`服務已啟動，但 ${url} 沒有回應。`,
  startedButPublished: (url) => zh`服務已啟動，但在 ${url} 回應的是官方版 OpenClaw 自己的 Gateway。`,
  startedButOther: (url) => zh`服務已啟動，但在 ${url} 回應的是其他程式。`,
  readLog: (log) => zh`請查看它的記錄：${log}`,
  onlyInShell: ({ name, path }) => zh`只有這個 shell 設定了 ${name}，所以服務取不到它。請將它加到 ${path}。`,
  noValue: ({ name, path }) => zh`${name} 沒有值。請將它加到 ${path}。`,
  onlyInLoginShell: ({ name, path }) =>
    zh`只有登入 shell 會設定 ${name}，所以服務每次啟動都要執行該 shell。請將它加到 ${path}。`,

  installed: (file) => zh`已安裝 ${file}`,
  updated: (file) => zh`已更新 ${file}`,
  started: (file) => `已啟動先前安裝的服務：${file}`,
  unchanged: (file) => `已安裝，且是最新狀態：${file}`,
  movedAside: (kept) => zh`已將原有的檔案移到 ${kept}`,
  answersAndStarts: (url) => zh`本機 Gateway 已在 ${url} 回應，並會在你登入時啟動。`,
  nextConnect: (command) => `要連接 Claude Code 或其他用戶端，請執行 \`${command}\`。`,
  removed: (file) => zh`已移除 ${file}`,
  nothingToRemove: "沒有安裝服務。",
  restored: (file) => `已放回原有的檔案，但沒有啟動它的服務：${file}`,
  running: ({ version, url }) => zh`服務正在執行：openclaw ${version}，位址是 ${url}。`,
  stopped: (command) => `已停止服務。下次登入時它會再次啟動。要避免這種情況，請執行 \`${command}\`。`,

  applyInShell: (command) => `要套用到目前的 shell，請執行 \`${command}\`。`,
  bypassProxy: "目前設定了代理伺服器，用戶端會經由它連到本機 Gateway。請將 127.0.0.1 加到 NO_PROXY。",
  tokenNotOnTerminal: "本機 Gateway 權杖絕不會印到終端機上。",
  readTokenByProgram: (command) => `請讓程式讀取它，例如 \`${command}\`。`,
  tokenNotUsed: "本機 Gateway 不需要權杖：gateway.auth.mode 是「none」。",
  onlyNamedTokens: "本機 Gateway 的權杖都有名稱。",
  showNamed: (command) => `請指明要印出哪一個，例如 \`${command}\`。`,
  noTokenFor: (name) => `「${name}」沒有本機 Gateway 權杖。`,
  noSuchToken: "沒有這個名稱的本機 Gateway 權杖。",
  seeNames: (command) => `要列出名稱，請執行 \`${command}\`。`,
  tokenNameNotAllowed: "不能使用這個名稱。",
  tokenExists: (name) => `「${name}」已有本機 Gateway 權杖。`,
  removeTokenFirst: (command) => `要更換它，請先執行 \`${command}\`。`,
  tokenAdded: ({ name, path }) => zh`已在 ${path} 加入「${name}」的權杖。`,
  handOver: (command) => `要交給對方，請讓程式讀取它，例如 \`${command} > token.txt\`。`,
  tokenRemoved: ({ name, path }) => zh`已從 ${path} 移除「${name}」的權杖。`,
  tokenStillAccepted: ({ name, command }) =>
    `執行中的 Gateway 仍接受「${name}」的權杖。要查看它為何沒有重新載入，請執行 \`${command}\`。`,
  tokensElsewhere: (place) => zh`OPENCLAW_GATEWAY_TOKENS 設定在 ${place}，蓋過了 .env。`,
  moveTokens: (path) => zh`請將它移到 ${path}。`,
  noNamedTokens: "沒有具名的權杖。",
  tokenMarks: ({ usable, weak, duplicate }) =>
    [...(usable ? [] : ["無法使用"]), ...(weak ? ["太短"] : []), ...(duplicate ? ["重複"] : [])].join("、"),
  createToken: (command) => `請執行 \`${command}\`。`,

  // A gateway on another machine.
  remote: {
    changeAddress: (command) => `要更改網址，請執行 \`${command}\`。`,
    startThere: "請在那台機器上啟動 Gateway，或檢查網路。",
    changeToken: (command) => `要更改它，請執行 \`${command}\`。`,
    notReady: (url) => zh`${url} 的 Gateway 無法處理所有請求。`,
    namesElsewhere: "這台電腦使用遠端 Gateway，權杖的名稱由那台機器管理。",
    nameThere: "請不要指定名稱，或在執行 Gateway 的機器上執行這個指令。",
    label: "遠端 Gateway",
    token: {
      known: "它認得這台電腦的權杖。",
      unneeded: "它不需要權杖。",
      unknown: "它不認得這台電腦的權杖。",
      needed: "它需要權杖，而這台電腦沒有。",
    },
    notServed: ({ client, protocols }) => zh`${client} 需要 ${oneOf(protocols)}，但遠端 Gateway 不提供。`,
    setUpThere: "請在執行 Gateway 的機器上設定對應的供應商。",
    modelsUnknown: (client) => zh`${client} 需要模型名稱，但遠端 Gateway 沒有列出。`,
    seeStatus: (command) => `要查看原因，請執行 \`${command}\`。`,
    notAsked: (url) => (url === "" ? "沒有可用的網址" : `${url}：未詢問`),
    noToken: "沒有設定遠端 Gateway 的權杖。",
    tokenOwner: "遠端 Gateway 的權杖",
    allWell: "遠端 Gateway 正在執行，已就緒。",
    answers: "遠端 Gateway 有回應。",
    serviceHere: ({ file, command }) =>
      zh`這台電腦上仍有服務在執行 Gateway：${file}。要移除它，請執行 \`${command}\`。`,
  },

  dashboard: {
    opening: "正在瀏覽器中開啟 Gateway 的頁面。",
    opened: "頁面已開啟，該分頁會保持登入 12 小時。",
    notOpened: (command) => `一分鐘內沒有瀏覽器開啟頁面。要取得位址，請執行 \`${command}\`。`,
    useSoon: "請在一分鐘內開啟這個位址，它只能使用一次。",
    forward: (port) => `這個工作階段來自另一台電腦。請先在那台電腦執行 \`ssh -N -L ${port}:127.0.0.1:${port} HOST\`。`,
    nobody: (url) => zh`${url} 沒有 Gateway 回應。`,
    startIt: (commands) => `要啟動它，請執行 ${oneOf(commands.map((one) => `\`${one}\``))}。`,
    other: (url) => zh`在 ${url} 回應的是另一個程式。`,
    foreign: (url) => zh`位於 ${url} 的 Gateway 不認得這份設定的權杖。`,
    seeStatus: (command) => `要查看是什麼在回應，請執行 \`${command}\`。`,
    noPage: (url) => zh`位於 ${url} 的 Gateway 沒有頁面。`,
    whichHave: "更新之後請重新啟動 Gateway。Cloudflare Workers 上的 Gateway 沒有頁面。",
  },

  statusLabels: {
    service: "服務",
    file: "檔案",
    running: "執行中",
    processes: "程序",
    gateway: "Gateway",
    metrics: "指標",
    credentials: "憑證",
    log: "記錄",
  },
  metricsAt: (url) => `${url}，不需要權杖`,
  serviceUnavailable: "無法使用：目前使用者沒有 systemd 或 launchd",
  serviceMissing: "未安裝",
  serviceMissingByHand: "未安裝；Gateway 是手動啟動的",
  serviceEnabled: ({ name, manager, state }) => `${name}（${manager}）：${state}，登入時啟動`,
  serviceDisabled: ({ name, manager, state }) => `${name}（${manager}）：${state}，登入時不會啟動`,
  serviceOfOther: {
    published: ({ name, manager, state }) => zh`未安裝；${name}（${manager}）屬於官方版 OpenClaw：${state}`,
    other: ({ name, manager, state }) => zh`未安裝；${name}（${manager}）屬於其他程式：${state}`,
  },
  runningSince: ({ since, pid }) =>
    [since === undefined ? [] : zh`自 ${since} 起`, pid === undefined ? [] : `程序 ${pid}`].flat().join("，"),
  processesServe: ({ wanted, pids, openRequests }) => {
    const how = pids.length === wanted ? `${wanted} 個處理請求` : `${wanted} 個中有 ${pids.length} 個處理請求`;
    return `${how}：${pids.join("、")}（進行中的請求：${grouped(openRequests)}）`;
  },
  fewerProcesses: ({ serving, wanted }) =>
    `Gateway 的 ${wanted} 個程序中只有 ${serving} 個在處理請求。原因請看它的記錄。`,
  gatewaySilent: (url) => `${url}：沒有回應`,
  gatewayPublished: (url) => `${url}：官方版 OpenClaw 自己的 Gateway`,
  gatewayForeign: ({ url, version }) => `${url}：openclaw ${version}，無法證明屬於這個 profile`,
  gatewayOther: (url) => `${url}：其他程式在回應`,
  gatewayReady: ({ url, version }) => `${url}：openclaw ${version}，已就緒`,
  gatewayNotReady: ({ url, version }) => `${url}：openclaw ${version}，尚未就緒`,
  credentialFrom: ({ name, source, owner }) => zh`${name}，來自 ${source}（${owner}）`,
  credentialUnread: ({ name, owner, path }) => zh`${name} 可能在 ${path} 中，但該檔案無法讀取（${owner}）`,
  credentialMissing: ({ name, owner }) => zh`${name} 沒有值（${owner}）`,
  credentialOnlyInShell: ({ name, owner }) => zh`${name} 只在這個 shell 中設定（${owner}）`,
  keysInRotation: ({ of, keys }) => zh`${keys} 組金鑰輪替（${of}）`,
  clientToken: "本機 Gateway 權杖",
  keySources: {
    "openclaw.json": "openclaw.json",
    "secrets.providers": "機密提供者",
  },
  allWell: "本機 Gateway 正在執行，且已就緒。",

  nothingAnswers: ({ url, command }) => zh`${url} 沒有回應。要啟動本機 Gateway，請執行 \`${command}\`。`,
  runsButSilent: ({ url, command }) => zh`服務正在執行，但 ${url} 沒有回應。要重新啟動，請執行 \`${command}\`。`,
  notRunning: (command) => `服務沒有在執行。要啟動，請執行 \`${command}\`。`,
  lastRunConfig: ({ status, command }) =>
    `上次執行的結束代碼是 ${status}：設定無效。要檢查設定，請執行 \`${command}\`。`,
  lastRunFailed: ({ status, log }) => `上次執行的結束代碼是 ${status}。請查看它的記錄：${log}`,
  noConfigYet: ({ path, command }) => zh`${path} 尚無設定檔。請執行 \`${command}\`。`,
  publishedAnswers: (command) => `官方版 OpenClaw 占用了本機 Gateway 的連接埠。要同時執行兩者，請執行 \`${command}\`。`,
  publishedAnswersAt: (url) => zh`在 ${url} 回應的是官方版 OpenClaw 自己的 Gateway，而不是本程式的。`,
  startOnPort: ({ port, commands }) =>
    `要同時執行兩者，請用 \`${commands[0]}\` 啟動本機 Gateway，將 OPENCLAW_GATEWAY_PORT 設為 ${port}，再執行 \`${commands[1]}\`。`,
  foreignAnswers:
    "該 Gateway 無法證明它有這個 profile 的本機 Gateway 權杖，可能屬於其他 profile 或使用者，或是較舊版本的 openclaw。",
  otherAnswers: (url) => zh`有其他程式在 ${url} 回應，或是本機 Gateway 沒有及時回應。`,
  otherProcessAnswers: ({ url, pid }) =>
    pid === undefined ? zh`在 ${url} 回應的程序不是這個服務。` : zh`在 ${url} 回應的是程序 ${pid}，而不是這個服務。`,
  notReady: "本機 Gateway 無法處理所有請求。",
  notReadyWhy: (command) => `本機 Gateway 無法處理所有請求。要查看原因，請執行 \`${command}\`。`,
  outdated: (command) => `已安裝的服務不是最新狀態。要更新，請執行 \`${command}\`。`,
  notEnabled: (command) => `登入時服務不會啟動。要修正，請執行 \`${command}\`。`,
  otherVersion: ({ running, own }) =>
    zh`執行中的 Gateway 是 openclaw ${running}，但已安裝的是 ${own}。請重新啟動 Gateway 以更新。`,
  seeDoctor: ({ problem, command }) => `${problem}要查看詳情，請執行 \`${command}\`。`,
});
