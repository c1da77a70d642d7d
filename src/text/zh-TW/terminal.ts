import type { terminal as english } from "../en/terminal.ts";
import { grouped } from "../numbers.ts";
import { allOf, inBrackets, zh } from "./words.ts";

export const terminal = (): ReturnType<typeof english> => ({
  howToLeave: "按 Esc 返回上一題，按 Ctrl-C 結束。在你確認之前，不會變更任何檔案。",
  howToLeaveByTyping: "要返回上一題，請輸入 < 再按 Enter。要結束，請按 Ctrl-C。在你確認之前，不會變更任何檔案。",
  cancelled: "已取消，沒有變更任何檔案。",
  noTerminal: "沒有可以提問的終端機。沒有變更任何檔案。",
  declined: "沒有變更任何檔案。",

  opensPage: "按 Ctrl-O 開啟網頁。",
  opensPageByTyping: "要開啟網頁，請輸入 ? 再按 Enter。",
  pressEnterFor: (value) => zh`按 Enter 使用 ${value}。`,
  isHidden: "輸入的內容不會顯示。",
  pasted: (lines) => (lines === 1 ? "（已貼上）" : zh`（已貼上 ${grouped(lines)} 行）`),
  yes: "是",
  no: "否",
  yesOrNo: "請輸入 yes 或 no。",
  yesNoOrDetails: "請輸入 yes、no 或 d。",
  yesOrNoOrEnter: (preset) => zh`請輸入 yes 或 no，或按 Enter 選擇「${preset}」。`,
  number: (highest) => zh`請輸入 1 到 ${highest} 的數字。`,
  numbers: (highest) => zh`請輸入 1 到 ${highest} 的數字，以逗號分隔。`,
  numbersOrEnter: (presets) => zh`請輸入數字，以逗號分隔，或按 Enter 選擇 ${presets}。`,
  selectOne: "請至少選擇一項。",
  details: "詳細內容",
  typeForDetails: "輸入 d 可查看所有的值。",

  // While something is waited for.
  seconds: (number) => zh`${number} 秒`,
  stillWaiting: (seconds) => zh`已等候 ${seconds} 秒，仍在等候。`,
  stillWaitingWithKeys: (seconds) => zh`已等候 ${seconds} 秒，仍在等候。要略過，請按 Tab。要返回，請按 Escape。`,
  typedAhead: "你在等候期間輸入的內容未被採用。",

  numberOrName: "請輸入數字或名稱的一部分。",
  noMatch: (typed) => zh`沒有名稱包含「${typed}」。`,
  noMatchOfNumbered: ({ typed, highest }) =>
    zh`沒有名稱包含「${typed}」。請輸入名稱的一部分，或 1 到 ${highest} 的數字。`,
  severalMatch: ({ typed, names }) => zh`有多個名稱包含「${typed}」：${allOf(names)}。請輸入更完整的名稱，或輸入數字。`,
  /** The chosen rows. */
  list: (items) => items.join("、"),
  /** A choice with what is known of it. */
  withFacts: ({ label, facts }) => zh`${label}${inBrackets(facts.join("、"))}`,
  notListed: (typed) => zh`${typed}（不在清單中）`,

  /** Names and effects of keys, shown below a question. */
  keys: {
    space: "空白鍵",
    type: "輸入文字",
    move: "移動",
    scroll: (choices) => zh`捲動 ${choices} 個選項`,
    select: "選擇",
    toggle: "切換",
    all: "全選",
    invert: "反選",
    confirm: "確認",
    search: "搜尋",
    skip: "略過",
    back: "返回",
  },
});
