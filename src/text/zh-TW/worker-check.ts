import type { workerCheck as english } from "../en/worker-check.ts";
import { grouped } from "../numbers.ts";
import { zh } from "./words.ts";

export const workerCheck = (): ReturnType<typeof english> => ({
  noUrl: "這不是 Worker 的 URL。",
  urlForm: "請寫成 `--worker https://gateway.example.workers.dev`。",
  urlExtras: "URL 中含有通訊協定、主機和連接埠以外的內容。",
  urlOpen: "傳送到這個 URL 的內容，途中可能被他人讀取。沒有傳送任何資料。",
  useHttps: "請使用 https://。",
  needsWorker: "--worker-dir 必須搭配 --worker。",
  noConfigIn: (path) => zh`${path} 不是 Worker 的設定。`,
  writeFirst: "請先寫出專案：`openclaw gateway worker DIR`。",

  reachable: "Worker 有回應。",
  answers: ({ url, version }) => zh`${url} 有回應：Workers 上的 openclaw ${version}。`,
  faults: {
    "worker.name-unknown": {
      message: ({ host }) => zh`找不到主機名稱 ${host}。`,
      fix: "請與 `npx wrangler deploy` 顯示的位址比對。新名稱要過幾分鐘才會在各處生效。",
    },
    "worker.unreachable": {
      message: ({ url, reason }) => zh`${url} 沒有回應：${reason}。`,
      fix: "請與 `npx wrangler deploy` 顯示的位址比對，並檢查這台機器的網路。",
    },
    "worker.certificate": {
      message: ({ host }) => zh`${host} 的憑證不受信任。`,
      fix: "新的自訂網域要過幾分鐘才有憑證。如果在公司的代理伺服器後面，請設定 NODE_EXTRA_CA_CERTS。",
    },
    "worker.tls": {
      message: ({ host }) => zh`無法與 ${host} 建立安全連線。`,
      fix: "新的自訂網域要過幾分鐘才有憑證。workers.dev 之下的主機，格式為 name.subdomain.workers.dev。",
    },
    "worker.proxy": {
      message: ({ host }) => zh`代理伺服器拒絕連線到 ${host}。`,
      fix: "請檢查 HTTPS_PROXY，或將該主機加入 NO_PROXY。",
    },
    "worker.missing": {
      message: ({ host }) => zh`Cloudflare 在 ${host} 沒有 Worker。`,
      fix: "請在專案資料夾中執行 `npx wrangler deploy`，並使用它顯示的位址。",
    },
    "worker.not-routed": {
      message: ({ host, number }) => zh`Cloudflare 在 ${host} 尋找伺服器，而不是 Worker（錯誤 ${number}）。`,
      fix: "請移除該名稱的 DNS 記錄，以 `--custom-domain` 寫出專案，再部署。",
    },
    "worker.exception": {
      message: () => "Worker 因例外而中斷（錯誤 1101）。",
      fix: "請執行 `npx wrangler tail` 並傳送一個請求，就會看到原因。接著以 `openclaw gateway worker DIR` 重新寫出專案並部署。",
    },
    "worker.exceeded": {
      message: () => "Worker 使用的處理器時間或記憶體超過方案的上限（錯誤 1102）。",
      fix: "免費方案的每個請求只有 10 ms 處理器時間。請使用 Workers 的付費方案。",
    },
    "worker.quota": {
      message: () => "這個帳戶今天的免費請求已經用完（錯誤 1027）。",
      fix: "次數會在 00:00 UTC 重新計算。Workers 的付費方案沒有這項限制。",
    },
    "worker.rate-limited": {
      message: ({ number }) => zh`Cloudflare 限制來自這個位址的請求（錯誤 ${number}）。`,
      fix: "請一分鐘後再試。如果仍然如此，請檢查該網域的速率限制規則。",
    },
    "worker.own-zone": {
      message: ({ number }) => zh`Cloudflare 拒絕 Worker 向自己所在的網域（zone）傳送請求（錯誤 ${number}）。`,
      fix: "請以 `openclaw gateway worker DIR` 重新寫出專案並部署：其中的旗標 global_fetch_strictly_public 會允許這種請求。",
    },
    "worker.blocked": {
      message: ({ number }) => zh`該網域的安全規則拒絕這個請求（錯誤 ${number}）。`,
      fix: "請在儀表板的 Security > WAF 中允許 Worker 的主機。",
    },
    "worker.challenge": {
      message: ({ host }) => zh`Cloudflare 在 ${host} 要求通過瀏覽器驗證，而用戶端做不到。`,
      fix: "請在儀表板的 Security > Bots 中，或以規則，為 Worker 的主機關閉機器人防護。",
    },
    "worker.access": {
      message: ({ host }) => zh`Cloudflare Access 在 ${host} 要求登入，而用戶端做不到。`,
      fix: "請將 Worker 的主機移出 Access 應用程式：Worker 有自己的權杖保護。",
    },
    "worker.edge": {
      message: ({ number }) => zh`還沒到 Worker，Cloudflare 就以錯誤 ${number} 回應。`,
      fix: "請在 developers.cloudflare.com 查詢該代碼，並查看 cloudflarestatus.com。",
    },
    "worker.redirect": {
      message: ({ host, target }) =>
        target === "" ? zh`${host} 重新導向到其他位址。` : zh`${host} 重新導向到 ${target}。`,
      fix: "請使用 Worker 本身的位址，並以 https:// 開頭。",
    },
    "worker.on-machine": {
      message: ({ url }) => zh`${url} 有回應：它是在某台機器上執行的 openclaw Gateway，而不是 Worker。`,
      fix: "要檢查該 Gateway，請在使用它的機器上執行 `openclaw gateway status`。",
    },
    "worker.published": {
      message: ({ url }) => zh`${url} 有回應：它是已發布版 OpenClaw 的 Gateway，而不是 openclaw 的 Worker。`,
      fix: "請與 `npx wrangler deploy` 顯示的位址比對。",
    },
    "worker.other": {
      message: ({ url, number }) => zh`${url} 以 HTTP ${number} 回應，但不是 openclaw 的 Worker。`,
      fix: "請與 `npx wrangler deploy` 顯示的位址比對；位址中沒有路徑。",
    },
  },

  sameVersion: "Worker 的版本與這個程式相同。",
  otherVersion: ({ worker, here }) => zh`Worker 是 openclaw ${worker}；這個程式是 ${here}。`,
  writeAgain: "請以 `openclaw gateway worker DIR` 重新寫出專案，再於該資料夾中執行 `npx wrangler deploy`。",

  closed: "Worker 會拒絕沒有權杖或權杖錯誤的請求。",
  open: {
    none: "Worker 會處理沒有權杖的請求。",
    wrong: "Worker 會處理權杖錯誤的請求。",
  },
  stopOpen: "請立即讓它離線：在其資料夾中執行 `npx wrangler delete`。接著重新寫出專案並部署。",
  otherRefusal: {
    none: (status) => zh`沒有權杖時，Worker 以 HTTP ${status} 回應，而不是 401。`,
    wrong: (status) => zh`權杖錯誤時，Worker 以 HTTP ${status} 回應，而不是 401。`,
  },
  noRefusal: "Worker 沒有回應不含權杖的請求。",
  tryAgain: "請稍後再試。",

  tokensKnown: "Worker 知道這台機器的所有權杖。",
  knowsTokens: (tokens) => zh`Worker 證明它知道這台機器的 ${grouped(tokens)} 個權杖。`,
  noToken: "這裡沒有設定 Gateway 權杖，無法檢查 Worker 的權杖。",
  setTokenHere: "請執行 `openclaw gateway token add`，或將 OPENCLAW_GATEWAY_TOKEN 設為 Worker 的權杖。",
  servesNobody: "Worker 沒有可用的權杖，因此拒絕所有請求。",
  tokenUnknown: "Worker 不知道這台機器的權杖。",
  namedUnknown: (name) => zh`Worker 不知道「${name}」的權杖。`,
  fillDevVars: "請依照 `.dev.vars.example`，將值填入專案資料夾的 `.dev.vars`，再重新啟動 `wrangler dev`。",
  handOver:
    "請上傳機密，並將 DIR 換成專案資料夾：`openclaw gateway worker secrets DIR | npx wrangler secret bulk --cwd DIR`",

  ready: "Worker 已就緒，也沒有回報任何問題。",
  readyRecording: "Worker 已就緒，沒有回報任何問題，並會記錄用量。",
  notReady: "Worker 尚未就緒，也沒有說明原因。",
  tail: "請在其資料夾中執行 `npx wrangler tail`，再傳送一個請求給它。",

  sameConfiguration: "Worker 的設定與本機相同。",
  hasVersion: ({ version, from }) => zh`Worker 的設定與 ${from} 相同（${version}）。`,
  otherConfiguration: ({ worker, wanted, from }) => zh`Worker 的設定（${worker}）與 ${from}（${wanted}）不同。`,
  unknownConfiguration: "Worker 沒有說明它的設定版本。它是較舊的版本。",
  notCompared: (problem) => zh`沒有比對設定。${problem}`,

  sameCredentials: "Worker 會傳送這裡設定的 API 金鑰。",
  keysNotCompared: "沒有比對 API 金鑰，因為 Worker 尚未就緒。",
  otherKey: (label) => zh`${label}：Worker 傳送的不是這裡設定的 API 金鑰。`,

  answersThrough: (label) => zh`${label} 透過 Worker 有回應。`,
  refusedThrough: ({ label, finding }) => zh`${label}（透過 Worker）：${finding}`,
  notReadyFor: (label) => zh`沒有詢問 ${label}，因為 Worker 尚未就緒。`,
  onlyByMessage: (label) => zh`沒有詢問 ${label}：這需要傳送訊息，請加上 \`--verify message\`。`,

  showAll: (url) => zh`要顯示每一項檢查，請執行 \`openclaw doctor --worker ${url} --verbose\`。`,
});
