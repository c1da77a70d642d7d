import type { logs as english } from "../en/logs.ts";
import { zh } from "./words.ts";

export const logs = (): ReturnType<typeof english> => ({
  followFlag: "持續輸出新的記錄，直到按下 Ctrl-C",
  errorsFlag: "只顯示警告與錯誤：失敗、中斷，或改由其他模型處理的請求",
  linesFlag: "最後幾行，或 `all`（預設：100；有 --since 時為全部）",
  sinceFlag:
    "只顯示此後的內容：`10m`、`2h`、`3d`、`1w`、`today`、`yesterday`、最近一次的 `18:29`，或 `2026-11-28 09:30` 這樣的當地時間",
  jsonFlag: "照原樣輸出每一行，一行一個 JSON 物件",
  useLines: "請用 1000000 以內的數字，或 `all`。",
  useSince:
    "請用 `10m`、`2h`、`3d`、`1w`、`today`、`yesterday` 或 `18:29`，或已經過去的時間，例如 `2026-11-28 09:30`。",

  elsewhere: (url) => zh`這份設定使用另一台機器上的 Gateway，位址是 ${url}。記錄在那台機器上。`,
  runThere: (command) =>
    zh`請在那台機器上執行 \`openclaw gateway logs\`。要從這裡查看它的狀態與請求，請執行 \`${command}\`。`,
  fromRecord: "這個 Gateway 不是由服務執行，記錄只在啟動它的終端機、檔案或容器裡。以下是它記錄下來的請求。",
  nothingStored: "這台機器上沒有本機 Gateway 的記錄，也沒有記錄下來的請求。",
  lookThere: (command) =>
    zh`請到啟動 Gateway 的地方查看：當時的終端機或檔案，或用 \`docker logs\`。要保留記錄，請執行 \`${command}\`。`,
  recordOff: (variable) => zh`${variable} 是 \`off\`，因此也沒有記錄請求。`,
  nothing: "沒有符合的記錄。",
  nothingYet: "還沒有符合的記錄。",
  notRunning: (state) => zh`服務沒有在執行：${state}。`,
  byHand: (url) => zh`在 ${url} 回應的 Gateway 是手動啟動的。它的記錄在啟動它的地方，不在這裡。`,
  ofSystem: (unit) => zh`這是系統單元 ${unit} 的記錄。`,
  joinJournalGroup: "要讀取 journal，請加入 `systemd-journal` 群組後重新登入，或以 root 執行。",
});
