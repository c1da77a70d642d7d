import type { providers as english } from "../en/providers.ts";
import { zh } from "./words.ts";

export const providers = (): ReturnType<typeof english> => ({
  removedInvisible: "移除不可見字元",
  removedQuotes: "移除引號",
  removedVariable: "移除變數名稱",
  removedHeader: "移除標頭名稱",
  removedBearer: "移除「Bearer」",
  madeLowerCase: "改為小寫",
  changedTo: (value) => zh`改為 ${value}`,

  character: ({ character, position }) => zh`第 ${position} 個字元是 ${character}。`,
  copyAgain: "請重新複製完整的內容。",
  json: "這是 JSON，不是單一的值。",
  copyValueOnly: "請只複製值，不要包含引號和大括號。",
  placeholderHint: "請換成實際的值。",
  inField: ({ label, problem }) => `${label}：${problem}`,
  wrongBaseUrl: "基底 URL 指向的不是這個端點。",
  setBaseUrl: (url) => zh`請設為 ${url}。`,

  finding: ({ message, layer, code }) => `${message}（${layer === "this machine" ? "本機" : layer}，${code}）`,
  answered: (excerpt) => `收到的回應：${excerpt}`,
  noModelList: (label) => zh`${label} 的回應不是模型清單。`,
  endlessModelList: ({ label, pages }) => zh`${label} 的模型清單沒有盡頭；讀了 ${pages} 頁後停止。`,
  noAnswer: "沒有收到回應。",
  listLater: "請檢查基底 URL，或稍後再試。`openclaw models list` 離線也能使用。",

  noneSetUp: "尚未設定任何提供者。",
  runOnboard: "請執行 `openclaw onboard`。",
});
