import type { system as english } from "../en/system.ts";
import { zh } from "./words.ts";

export const system = (): ReturnType<typeof english> => ({
  homeRelative: "HOME 不是絕對路徑。",
  homeNotUtf8: "HOME 不是 UTF-8。",
  fixHome: "請將 HOME 設為絕對路徑，或取消設定。",
  noHome: "這個使用者沒有家目錄。",
  systemHomeNotUtf8: "這個使用者的家目錄路徑不是 UTF-8。",
  systemHomeRelative: "這個使用者的家目錄路徑不是絕對路徑。",
  setHome: "請將 HOME 或 OPENCLAW_STATE_DIR 設為絕對路徑。",
  noWorkingFolder: "目前所在的資料夾已不存在，或無法讀取。",
  changeFolder: "請切換到其他資料夾，再試一次。",
  standardOutput: "標準輸出",
  standardError: "標準錯誤輸出",
  /** Reasons for which a program has no exit status. */
  runFailure: {
    "not-found": (program) => zh`找不到程式 \`${program}\`。`,
    "not-permitted": (program) => zh`這個使用者沒有執行 \`${program}\` 的權限。`,
    "not-started": (program) => zh`程式 \`${program}\` 無法啟動。`,
    "timed-out": (program) => zh`程式 \`${program}\` 未在時限內完成。`,
    "too-much-output": (program) => zh`程式 \`${program}\` 的輸出過多。`,
    killed: (program) => zh`程式 \`${program}\` 已被強制終止。`,
  },
});
