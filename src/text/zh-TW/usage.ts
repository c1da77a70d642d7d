import type { usage as english } from "../en/usage.ts";
import { zh } from "./words.ts";

export const usage = (): ReturnType<typeof english> => ({
  description: "查看本機 Gateway 處理過的請求：數量、token 用量、費用、失敗與時間。",
  sinceFlag: "`7d` 是今天與之前六天，也可以是 `today`，或是 `2026-11-01` 這樣的日期",
  byFlag: "每一列代表什麼",
  csvFlag: "輸出以逗號分隔的值，供試算表使用",

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
  legend: "「輸入」和「輸出」是模型的 token 數，「快取」是輸入中來自快取的部分。p50 和 p95 是收到第一個位元組的時間。",
  bars: { cost: "長條是該列佔費用的比例。", requests: "長條是該列佔請求數的比例。" },
  unpriced: (requests) => zh`費用不含 ${requests} 個請求，因為不知道價格或 token 數。這些列以 \`?\` 標示。`,
  billing: (fee) => zh`費用已含 Unified Billing 的 5 % 手續費 ${fee}。`,
  prices: (date) => zh`費用是以美元估計的金額，依 ${date} 的價格或你的設定計算，不含折扣與稅金。`,
  cancelled: (requests) => zh`有 ${requests} 個請求因用戶端停止而結束。`,
  damaged: (lines) => zh`記錄中有 ${lines} 行損毀，已略過。`,
  unreadable: (path) => zh`無法讀取 ${path}，這裡缺少其中的請求。`,
  pricesIgnored: "無法讀取設定檔，因此沒有使用其中的價格。",

  nothingYet: "還沒有記錄任何請求。要開始記錄，請執行 `openclaw gateway run`。",
  switchedOff: (variable) => zh`${variable} 是 \`off\`，所以本機 Gateway 不會記錄任何請求。`,
  nothingThen: ({ since, until }) =>
    since === until ? zh`${since} 沒有記錄任何請求。` : zh`${since} 到 ${until} 沒有記錄任何請求。`,
  useSince: "請使用 `7d` 這樣的天數、`today`，或不在未來的日期，例如 `2026-11-01`。",
});
