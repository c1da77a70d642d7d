import type { usage as english } from "../en/usage.ts";
import { grouped } from "../numbers.ts";
import { zh } from "./words.ts";

export const usage = (): ReturnType<typeof english> => ({
  description: "查看本機 Gateway 處理過的請求：數量、token 用量、費用、失敗與時間。",
  sinceFlag: "`7d` 或 `1w` 是今天與之前六天，也可以是 `today`、`yesterday`，或是 `2026-11-01` 這樣的日期",
  byFlag: "各列的分組方式",
  csvFlag: "輸出以逗號分隔的值，供試算表使用",
  workerFlag: "顯示 Worker 的用量，以名稱（預設：openclaw-gateway）或 workers.dev 網址指定；需要 CLOUDFLARE_API_TOKEN",
  workerDirFlag: "顯示這個資料夾裡的專案的 Worker 用量",

  title: ({ since, until, timeZone }) =>
    since === until ? zh`${since} 的用量，時區 ${timeZone}` : zh`${since} 到 ${until} 的用量，時區 ${timeZone}`,
  headings: {
    day: "日期",
    model: "模型",
    client: "用戶端",
    session: "工作階段",
    provider: "提供者",
    requests: "請求",
    input: "輸入",
    output: "輸出",
    cached: "快取",
    cost: "費用",
    failures: "失敗",
    p50: "p50",
    p95: "p95",
    failovers: "容錯移轉",
  },
  total: "合計",
  none: {
    day: "沒有日期",
    model: "沒有模型",
    client: "沒有名稱的權杖",
    session: "沒有工作階段",
    provider: "沒有提供者",
  },
  others: (rows) => zh`其他 ${grouped(rows)} 列`,
  mostRows: (rows) => zh`這裡是前 ${grouped(rows)} 列。\`--csv\` 和 \`--json\` 有全部的列。`,
  cutNames: "太長的名稱以「…」省略了中間。`--csv` 和 `--json` 有完整的名稱。",
  leftOut: (columns) =>
    zh`視窗太窄，省略了幾欄。整體：${columns.map(({ heading, total }) => zh`${heading} ${total}`).join("、")}。`,
  legend: "「輸入」和「輸出」是模型的 token 數，「快取」是輸入中來自快取的部分。p50 和 p95 是收到第一個位元組的時間。",
  bars: { cost: "長條是該列佔費用的比例。", requests: "長條是該列佔請求數的比例。" },
  unpriced: (requests) => zh`費用不含 ${grouped(requests)} 個請求，因為不知道價格或 token 數。這些列以 \`?\` 標示。`,
  billing: (fee) => zh`費用已含 Unified Billing 的 5 % 手續費 ${fee}。`,
  prices: (date) => zh`費用是以美元估計的金額，依 ${date} 的價格或你的設定計算，不含折扣與稅金。`,
  cancelled: (requests) => zh`有 ${grouped(requests)} 個請求因用戶端停止而結束。`,
  damaged: (lines) => zh`記錄中有 ${grouped(lines)} 行損毀，已略過。`,
  unreadable: (path) => zh`無法讀取 ${path}，這裡缺少其中的請求。`,
  pricesIgnored: "無法讀取設定檔，因此沒有使用其中的價格。",

  nothingYet: "還沒有記錄任何請求。`openclaw gateway run` 會在每個請求結束後約一秒記錄它。",
  switchedOff: (variable) => zh`${variable} 是 \`off\`，所以本機 Gateway 不會記錄任何請求。`,
  nothingThen: ({ since, until }) =>
    since === until ? zh`${since} 沒有記錄任何請求。` : zh`${since} 到 ${until} 沒有記錄任何請求。`,
  ofDataset: (dataset) => zh`Workers Analytics Engine 的資料集 ${dataset}`,
  noWorkerAddress: "這既不是 Worker 的名稱，也不是它在 workers.dev 的網址。",
  useWorkerName: "如果 Worker 使用自己的網域，請指定專案的資料夾：`--worker-dir`。",
  noDatasetBound: (path) => zh`${path} 沒有繫結資料集，所以這個 Worker 不會記錄請求。`,
  bindDataset: (command) => zh`請執行 \`${command}\`，再部署 Worker。`,
  datasetOdd: ({ path, dataset }) => zh`${path} 裡的資料集名稱「${dataset}」無法用在 SQL。`,
  datasetForm: "請使用英文字母、數字與 `_`，並以字母開頭。",
  noApiToken: "從 Cloudflare 讀取 Worker 的用量需要 API 權杖，但 CLOUDFLARE_API_TOKEN 沒有值。",
  makeApiToken: (path) =>
    zh`請到儀表板的 API Tokens 建立具有 Account Analytics Read 權限的權杖，並以 CLOUDFLARE_API_TOKEN 寫入 ${path}。`,
  noAccount: "不知道 Worker 在哪個 Cloudflare 帳戶。",
  setAccount: (path) => zh`請把帳戶 ID 以 CLOUDFLARE_ACCOUNT_ID 寫入 ${path}。`,
  noDataset: (dataset) => zh`這個 Cloudflare 帳戶沒有資料集 ${dataset}。`,
  writeDataset: (command) =>
    zh`Worker 記錄第一個請求時，Cloudflare 才會建立它。請檢查 Worker 的名稱，並確認是在執行 \`${command}\` 之後部署的。新的資料要幾分鐘才會出現。`,
  oddAnswer: "Cloudflare 的 SQL API 傳回非預期的回應。",
  tooMuch: "這段期間的列數太多。",
  shorter: "請縮短期間，或換一個 `--by`。",
  updateThis: "請再試一次。如果一直失敗，請更新 openclaw。",
  sampled: ({ points, requests }) =>
    zh`Cloudflare 從大約 ${grouped(requests)} 個請求中保留了 ${grouped(points)} 個樣本，所以這些數字是估計值。`,
  keptAtCloudflare: "Cloudflare 只保留三個月的資料，更早的請求不在其中。",
  delayed: "新的請求要幾分鐘才會出現。",
  useSince:
    "請使用 `7d` 或 `1w` 這樣的天數或週數、`today`、`yesterday`，或過去的日期，例如 `2026-11-01`。要查看最近幾小時的請求，請執行 `openclaw gateway logs --since 2h`。",
});
