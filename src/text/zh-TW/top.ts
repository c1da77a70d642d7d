import type { top as english } from "../en/top.ts";
import { grouped } from "../numbers.ts";
import { zh } from "./words.ts";

export const top = (): ReturnType<typeof english> => ({
  intervalFlag: "每次更新的間隔，至少 1s（預設：2s）",
  periodFlag: "數字的統計期間",
  onceFlag: "顯示一次狀態後結束",
  jsonFlag: "輸出一次狀態，格式為一份 JSON 文件",
  useInterval: "請用 `1s` 到 `1h` 的時間。",

  silent: ({ url, reason }) => zh`${url} 沒有回應：${reason}。`,
  refused: (url) => zh`${url} 的 Gateway 拒絕本機 Gateway 權杖。`,
  showsNothing: ({ url, command }) =>
    zh`${url} 的 Gateway 不提供統計數字。Cloudflare Workers 上的 Gateway 一律不提供。如果 openclaw 已更新，請執行 \`${command}\`。`,
  failed: ({ url, status }) => zh`${url} 的 Gateway 回應狀態 ${status}。`,
  unreadable: (url) => zh`這個版本無法讀取 ${url} 的 Gateway 的回應。`,

  up: (time) => zh`已執行 ${time}`,
  again: "會再試一次。",
  open: (requests) => zh`${grouped(requests)} 個進行中`,
  perMinute: (requests) => zh`每分鐘 ${grouped(requests)} 個`,
  processes: ({ serving, wanted }) => zh`${serving}/${wanted} 個程序`,
  facts: (all) => all.join("，"),
  inPeriod: ({ period, facts }) => `${period}：${facts}`,
  periods: {
    "1h": "過去一小時",
    "24h": "過去 24 小時",
    "7d": "過去 7 天",
    "30d": "過去 30 天",
    "90d": "過去 90 天",
  },
  requests: (requests) => zh`${grouped(requests)} 個請求`,
  failedRequests: (requests) => zh`${grouped(requests)} 個失敗`,
  failovers: (requests) => zh`${grouped(requests)} 次容錯移轉`,
  tokens: ({ input, output }) => zh`輸入 ${input} token、輸出 ${output}`,
  firstByte: ({ p50, p95 }) => zh`首位元組 p50 ${p50}、p95 ${p95}`,
  cooldowns: "冷卻期",
  cooldown: ({ model, until, says }) => zh`${model} 到 ${until}：${says}`,
  lastRequests: "最近的請求：首位元組 / 全程時間、輸入 > 輸出 token",
  lastRequestsNarrow: "最近的請求：全程時間、輸入 > 輸出 token",
  noRequests: "還沒有。",
  recordOff: "記錄已關閉，這裡不會有新的請求。要記錄，請移除 OPENCLAW_GATEWAY_USAGE 或 `--usage off`。",
  keys: "q 離開 · p 期間",
});
