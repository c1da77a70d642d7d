import type { models as english } from "../en/models.ts";
import { grouped } from "../numbers.ts";
import { allOf, oneOf, zh } from "./words.ts";

const UNITS = { day: "天", hour: "小時", minute: "分鐘" };

export const models = (): ReturnType<typeof english> => ({
  commands: {
    status: {
      summary: "顯示預設模型、備援模型與憑證",
      description:
        "顯示預設模型、備援模型、別名，以及向每個提供者提出請求時使用的憑證。單獨執行 `openclaw models` 的結果相同。",
    },
    list: {
      summary: "列出模型",
      description: "列出已設定的模型。加上 --provider 或 --all 時，也列出提供者提供的模型。",
    },
    set: {
      summary: "選擇預設模型",
      description: "將某個模型設為預設模型。在終端機中不指定模型時，可從清單中選擇。",
    },
    fallbacks: {
      summary: "列出或變更備援模型",
      description: "列出或變更備援模型。預設模型失敗時，會依序嘗試這些模型。",
    },
    aliases: {
      summary: "列出或變更模型的別名",
      description: "列出或變更代表模型的簡短名稱。",
    },
    refresh: {
      summary: "向提供者查詢模型",
      description: "向每個已設定的提供者查詢模型，並儲存結果供 `models list` 使用。",
    },
    auth: {
      summary: "儲存提供者的 API 金鑰",
      description: "儲存提供者的 API 金鑰。要先檢查再更換金鑰，請參閱 `openclaw onboard --rotate-key`。",
    },
  },
  fallbackCommands: {
    list: "列出備援模型",
    add: "在最後加上一個備援模型",
    remove: "移除一個備援模型",
    clear: "移除所有備援模型",
    move: "變更備援模型的順序",
  },
  aliasCommands: {
    list: "列出別名",
    add: "為模型取別名",
    remove: "移除別名",
  },
  allFlag: "加上所有已知提供者的模型",
  providerFlag: "只列出這個提供者，包含它提供的每個模型",
  liveFlag: "立即向提供者查詢；沒有 --provider 時等同加上 --all",
  refreshFlag: "列出之前先向提供者查詢，並儲存結果",
  localFlag: "只列出由本機或區域網路提供的模型",
  plainFlag: "每行只印一個模型，不印其他內容",
  refreshProviderFlag: "只查詢這個提供者",

  model: "模型",
  input: "輸入",
  context: "上下文",
  local: "本機",
  auth: "驗證",
  tags: "標籤",
  yes: "是",
  no: "否",

  nothingSetUp: "尚未設定任何提供者。請執行 `openclaw onboard`。",
  noModels: "找不到模型。要新增提供者，請執行 `openclaw onboard`。",
  damagedCache: (path) => zh`${path} 已損毀，因此忽略。要重新產生，請執行 \`openclaw models refresh\`。`,
  fromCacheNow: "這是 Gateway 剛才列出的清單。要再次查詢，請執行 `openclaw models refresh`。",
  fromCache: ({ unit, number }) =>
    `這是 Gateway 在 ${number} ${UNITS[unit]}前列出的清單。要再次查詢，請執行 \`openclaw models refresh\`。`,
  fromBuiltIn: (date) => zh`這是 ${date} 的內建清單。要向 Gateway 查詢，請執行 \`openclaw models refresh\`。`,
  notSaved: (problem) => `清單沒有儲存。${problem}`,
  saved: ({ provider, models, file }) => zh`${provider}：${grouped(models)} 個模型，已存到 ${file}`,

  keyElsewhere: (path) => zh`官方版 OpenClaw 有自己的金鑰，存在 ${path}。本程式不會使用它。`,
  unknownProvider: (provider) => `未知的提供者「${provider}」。`,
  knownProviders: (providers) => zh`已知的提供者：${allOf(providers)}。`,
  cannotList: (provider) => `提供者「${provider}」無法列出模型。`,
  canList: (providers) => zh`請使用 ${oneOf(providers)}。`,
  noneListed: "沒有任何提供者列出模型。",
  noneReady: "沒有任何提供者可以列出模型。",
  notSetUp: "尚未設定。",
  noCredential: "沒有設定 API 金鑰或權杖。",
});
