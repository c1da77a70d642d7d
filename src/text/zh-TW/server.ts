import type { server as english } from "../en/server.ts";
import { grouped } from "../numbers.ts";
import { allOf, zh } from "./words.ts";

export const server = (): ReturnType<typeof english> => ({
  listening: ({ version, url }) => zh`openclaw ${version} 正在監聽 ${url}`,
  metricsAt: (url) => `指標位於 ${url}，供本機上的程式讀取，不需要權杖。`,
  useMetricsPort: "請使用 0 到 65535 的連接埠，或 `off`。Gateway 會在那裡顯示指標，不需要權杖，且僅限本機。",
  isOwnPort: (port) => `${port} 是 Gateway 自己的連接埠。`,
  useOtherPort: "請使用其他連接埠，例如 9464。有權杖的話，Gateway 自己的連接埠也在 `/metrics` 提供指標。",
  noTokenNeeded: "不需要權杖：本機上的任何程式都能使用這個 Gateway。",
  notNotified: "systemd 正在等待 Gateway 回報已就緒，但 `systemd-notify` 執行失敗。",
  reloaded: "已重新載入設定。",
  usageLost: (sentence) =>
    zh`請求仍會處理，但沒有留下記錄。${sentence}要完全不記錄，請設定 \`OPENCLAW_GATEWAY_USAGE=off\`。`,
  usageDiskSlow: (folder) => zh`寫入 ${folder} 花費的時間太長。`,
  usageRecovered: (lines) => zh`已恢復記錄請求。有 ${grouped(lines)} 個請求沒有記錄。`,
  useUsageDays: "請使用 `off`，或記錄要保留的天數，例如 `90d`，最多 `3650d`。",
  useDuration: "請使用 90s、10m 或 1h 這樣的時間，最長 24 小時。",
  restartNeeded: "連接埠、位址、程序數、代理伺服器或時限已變更。請重新啟動 Gateway 才會生效。",
  notReloaded: (sentences) => `未重新載入設定，繼續使用先前的設定。${sentences.join("")}`,
  stopping: (seconds) => `正在停止：最多等待 ${seconds} 秒，讓進行中的請求完成。再按一次 Ctrl-C 立即結束。`,
  cutOff: (requests) => `已中斷 ${grouped(requests)} 個進行中的請求。`,
  stopped: "已停止。",
  processes: (pids) => `由 ${pids.length} 個程序處理請求：${pids.join("、")}。`,
  processServes: (pid) => `程序 ${pid} 已接替。`,
  processEnded: ({ pid, status, signal, seconds, isReplaced }) => {
    const how = signal === null ? `以狀態碼 ${status ?? 1} 結束` : zh`被 ${signal} 終止`;
    const next = isReplaced ? "新的程序會接替它。" : "";
    return `程序 ${pid} 執行 ${seconds} 秒後${how}，它的請求已中斷。${next}`;
  },
  processNotStarted: ({ reason, isReplaced }) => zh`無法啟動程序：${reason}。${isReplaced ? "將再試一次。" : ""}`,
  notPrepared: "有程序無法使用它。原因請看上面的記錄。",
  processesKeepEnding: "處理請求的程序不斷結束。",
  seeLog: "上面的記錄說明了它們如何結束。",
  otherVersion: ({ version, own }) => `磁碟上的 openclaw 是 ${version}，這個 Gateway 則是 ${own}。請重新啟動 Gateway。`,
  useWorkers: (most) => `請使用 1 到 ${most} 的數字，或 auto。`,

  coolingDown: {
    moment: "連線中斷，或上游發生錯誤。會先嘗試其他模型。",
    limit: "已達上限，或回應太久。會先嘗試其他模型。",
    payment: "上游要求付款。會先嘗試其他模型。",
    refusal: "上游拒絕這個模型或它的憑證。會先嘗試其他模型。",
  },
  checkConfiguration: (profile) =>
    `要查看問題與位置，請執行 \`openclaw ${profile === undefined ? "" : `--profile ${profile} `}doctor\`。`,
  undiagnosed: ({ model, code }) => zh`對 ${model} 的請求失敗（${code}）。`,
  checkUpstream: "請查看提供者的狀態頁面。要檢查它的 base URL 與金鑰，請執行 `openclaw doctor`。",

  cannotStart: "本機 Gateway 無法以這份設定啟動。",
  noUsableProvider: "沒有任何已設定的提供者能處理請求。",
  flagProblem: ({ flag, sentence }) => `${flag}：${sentence}`,
  openToNetwork: (host) => zh`沒有權杖的話，任何能連到 ${host} 的人都能使用這個 Gateway。`,
  noTrustedProxy: "不支援「trusted-proxy」模式。",
  noRateLimit: ({ variable, binding }) =>
    zh`${variable} 需要速率限制 ${binding}，但這個 Worker 沒有它，因此不會套用這項限制。請再次執行 \`openclaw gateway worker DIR\` 並重新部署。`,
  noToken: "沒有設定本機 Gateway 權杖。",
  tokenUnusable: "本機 Gateway 權杖無法使用。",
  setToken: '請將 gateway.auth 設為 `{ mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" }`。',
  everyPage: "這樣網際網路上的任何網頁都能使用這個 Gateway。",
  nameOrigins: "請指明每個網頁的來源（origin），例如 `http://localhost:3000`。",
  notOnlyOrigin: (value) => `「${value}」除了來源（origin）還有其他內容。`,
  writeOrigin: (origin) => `請寫成 \`${origin}\`。`,
  nameHosts: "請照位址中的寫法指明每個主機，例如 `box.local`。",

  workerRefuses: "這個 Worker 沒有可供用戶端使用的權杖，因此拒絕所有請求。",
  workerWrong: "設定修正之前，這個 Worker 不會處理任何請求。",
  putSecrets: (commands) => zh`請在它的專案資料夾中執行 ${allOf(commands)}。`,
  writeWorkerAgain: "請執行 `openclaw gateway worker DIR` 重新寫入，然後部署。",

  cannotListen: ({ address, reason }) => zh`本機 Gateway 無法監聽 ${address}。${reason}`,
  portTaken: ({ program, pid, isPublished } = {}) => {
    const process = pid === undefined ? "" : `程序 ${pid}`;
    const inBrackets = process === "" ? "" : `（${process}）`;
    if (isPublished) return `連接埠已被官方版 OpenClaw 自己的 Gateway 占用${inBrackets}。`;
    if (program !== undefined) return zh`連接埠已被 ${program} 占用${inBrackets}。`;
    return process === "" ? "連接埠已被占用。" : `連接埠已被${process} 占用。`;
  },
  freePort: (flag) => `請停止該程式，或用 \`${flag}\` 選擇其他連接埠。`,
  besidePublished: (command) => `兩者預設使用同一個連接埠。要同時執行兩者，請執行 \`${command}\`。`,
  systemPort: "1024 以下的連接埠保留給系統使用。",
  choosePort: (flag) => `請用 \`${flag}\` 選擇其他連接埠。`,
  noSuchAddress: "本機沒有這個位址。",
  chooseAddress: "請用 `--bind` 選擇其他位址。",
});
