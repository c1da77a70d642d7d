import type { TroubleshootingWords } from "../troubleshooting-page.ts";
import { NOTES } from "./troubleshooting-notes.ts";

export const CHINESE: TroubleshootingWords = {
  title: "疑難排解",
  introduction: `[English](../troubleshooting.md)

一個請求會經過好幾層：網路、可能有的代理伺服器、Cloudflare 的邊緣節點、AI Gateway，最後是 Anthropic、OpenAI 或 Workers AI。查詢帳戶和 Gateway 時，則是送到 Cloudflare 的 API。以下每一項都說明哪裡出錯、由哪一層回報、如何辨識，以及如何處理。_這種字體_ 代表實際的值；基底路徑依端點而定，是 \`/anthropic\`、\`/openai\` 或 \`/workers-ai/v1\`。代碼的意義永遠不變。

回報問題時，附上畫面顯示的 ID 最有幫助：\`cf-ray\`、\`cf-aig-log-id\`、\`request-id\`。這些 ID 不是機密。`,
  withoutAnswer: "有五個代碼不需要收到回應就會出現：",
  columns: ["代碼", "意義"],
  codesWithoutAnswer: {
    "credentials.unresolved": "設定參照的變數沒有值。請在 `.env` 中設定，或用 export 匯出。沒有送出任何請求。",
    "request.unsendable": "HTTP 無法傳送這樣的標頭或金鑰。訊息會指出位置和正確的寫法。沒有送出任何請求。",
    "credentials.malformed": "這個值不符合 Cloudflare API 權杖的格式，因此沒有送出。",
    "environment.invalid": "`CLOUDFLARE_API_BASE_URL` 不是可以送出權杖的位址。請修正或取消設定。",
    "models.unreadable": "回應中沒有模型清單，或清單沒有盡頭；也可能是不知道要向 Workers AI 查詢哪個帳戶。",
  },
  layer: "**來源**：",
  recognisedBy: "**辨識方式**：",
  background: "**背景**：",
  fix: "**處理**：",
  code: "代碼",
  workers: {
    title: "Workers 上的 Gateway",
    introduction:
      "`openclaw doctor --worker` 連不上 Worker 的原因（[worker.md](../worker.md#check-it)）。Worker 對上游的說明，使用前面的代碼。",
    error: "錯誤",
  },
  between: { values: "、", kinds: "；" },
  notes: NOTES,
  placeholders: {
    alias: "別名",
    basePath: "基底路徑",
    code: "代碼",
    gateway: "名稱",
    host: "主機",
    model: "模型",
    number: "號碼",
    permission: "權限名稱",
    provider: "提供者",
    proxy: "位址",
    reason: "原因",
    status: "狀態碼",
    target: "位址",
    url: "URL",
    waitSeconds: "n",
  },
};
