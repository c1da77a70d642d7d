import type { undo as english } from "../en/undo.ts";
import { allOf, zh } from "./words.ts";

export const undo = (): ReturnType<typeof english> => ({
  description: "還原最後一次的設定變更；會先顯示內容並詢問。.env 中的機密會保留。",
  yesFlag: "不詢問，直接還原",

  allDamaged: (paths) => zh`所有備份都已損毀：${paths.join("、")}。`,
  repairBackup: "請手動修復其中一份，再執行一次 `openclaw undo`；或直接修正設定檔。",
  skippedDamaged: (path) => zh`${path} 已損毀，因此略過。`,
  backupLost: (path) => zh`${path} 在最後一次變更之前的備份已損毀或不存在。沒有變更任何檔案。`,
  restoreByHand: (paths) =>
    zh`最後一次變更涵蓋 ${allOf(paths)}。請比對同一處的 \`.bak\` 檔案，並複製彼此相符的那幾份。`,
  nothingToUndo: "沒有可以還原的變更。",
  whenBackedUp: (path) => zh`沒有 ${path} 較舊版本的備份。openclaw 會在變更檔案時建立備份。`,
  wouldRestore: ({ path, backup }) => zh`這會以 ${backup} 還原 ${path}：`,
  wouldRemove: (path) => zh`這會移除原本不存在的 ${path}，其內容會移到備份中。`,
  noLineEnd: "檔案結尾沒有換行",
  ask: "要還原這次變更嗎？",
  passYes: "要不經詢問直接還原，請加上 `--yes`。",
  secretsStay: (path) => zh`${path} 中的金鑰會保留。要移除它們，請執行 \`openclaw logout\`。`,
  secretsGone: (path) => zh`從 ${path} 移除的憑證不會恢復。要重新輸入，請執行 \`openclaw onboard\`。`,
  removed: (paths) => zh`已移除 ${allOf(paths)}。要換回來，請再執行一次 \`openclaw undo\`。`,
  done: (paths) => zh`已還原 ${allOf(paths)}。要換回來，請再執行一次 \`openclaw undo\`。`,
});
