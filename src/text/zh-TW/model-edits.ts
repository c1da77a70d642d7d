import type { modelEdits as english } from "../en/model-edits.ts";
import { grouped } from "../numbers.ts";
import { oneOf, zh } from "./words.ts";

/** `openclaw models set`, `fallbacks` and `aliases`. */
export const modelEdits = (): ReturnType<typeof english> => ({
  modelArgument: "別名、provider/model，或只有一個提供者有的模型 id",
  fallbackArgument: "備援模型或它的別名",
  positionArgument: "新的順位，從 1 開始",
  aliasArgument: "英文字母、數字、「.」、「_」、「:」與「-」",
  aliasToRemove: "別名",
  plainListFlag: "每行只印一個，不印其他內容",
  fallbackHelp: {
    list: "依嘗試的順序列出備援模型。",
    add: "在最後加上一個備援模型。預設模型與前面的備援模型都失敗時，才會嘗試它。",
    remove: "移除一個備援模型。",
    clear: "移除所有備援模型。",
    move: "將一個備援模型移到其他順位。",
  },
  aliasHelp: {
    list: "列出別名與對應的模型。",
    add: "為模型取別名，取代它現有的別名。",
    remove: "移除別名，保留它的模型。",
  },

  fallbacks: (number) => `備援模型（${grouped(number)}）：`,
  aliases: (number) => `別名（${grouped(number)}）：`,
  none: "無",

  whichModel: "要使用哪個模型？",
  shownFacts: "每一行都列出上下文長度、每百萬個 token 的美元價格（輸入與輸出），以及模型停止服務的日期。",
  current: "目前的預設模型",
  retired: (date) => zh`已於 ${date} 停止服務`,
  until: (date) => zh`到 ${date} 為止`,
  useSuccessor: ({ model, date, successor }) => zh`${model} 已於 ${date} 停止服務。要改用 ${successor} 嗎？`,
  defaultRetired: ({ model, date, isOver, successor }) =>
    zh`預設模型 ${model} ${isOver ? "已於" : "將於"} ${date} 停止服務。${successor === undefined ? "" : zh`後繼模型是 ${successor}。`}`,
  passModel:
    "請指定模型，例如 `openclaw models set provider/model`。要查看所有模型，請執行 `openclaw models list --all`。",

  isDefault: (model) => zh`預設模型：${model}`,
  fallbackAdded: ({ model, position }) => zh`備援模型 ${position}：${model}`,
  fallbackThere: ({ model, position }) => zh`${model} 已經是備援模型 ${position}。`,
  fallbackRemoved: (model) => zh`已移除備援模型 ${model}。`,
  fallbacksCleared: (number) => zh`已移除 ${grouped(number)} 個備援模型。`,
  noFallbacks: "沒有備援模型。",
  fallbackMoved: ({ model, position }) => zh`備援模型 ${position}：${model}`,
  aliasAdded: ({ alias, model }) => zh`別名 ${alias}：${model}`,
  aliasReplaced: ({ alias, before }) => zh`${alias} 取代了別名 ${before}。`,
  aliasRemoved: ({ alias, models }) => zh`已移除 ${models.join("、")} 的別名 ${alias}。`,

  nextProbe: "要檢查它，請執行 `openclaw models status --probe`。",

  retires: ({ model, date, isOver, successor }) => {
    const fact = isOver
      ? zh`${model} 已於 ${date} 停止服務，對它的請求會失敗。`
      : zh`從 ${date} 起，對 ${model} 的請求會失敗。`;
    return successor === undefined ? fact : zh`${fact}改用後繼模型：\`openclaw models set ${successor}\`。`;
  },
  inNoList: ({ model, provider, meant }) => {
    const fact = zh`「${model}」不在 ${provider} 的任何已知模型清單中。如果它不存在，請求會失敗。`;
    return meant === undefined ? fact : zh`${fact}你是指 ${meant} 嗎？`;
  },
  providerElsewhere: (provider) => zh`提供者「${provider}」不在 models.providers 中，因此本程式無法檢查這個模型。`,
  otherProtocol: ({ model, api, wanted }) =>
    zh`${model} 使用 ${api}，而預設模型使用 ${wanted}。本機 Gateway 會略過協定不同的備援模型。`,
  alsoFallback: (model) =>
    zh`${model} 同時也是備援模型，這沒有作用。要將它從備援模型中移除，請執行 \`openclaw models fallbacks remove ${model}\`。`,
  noDefault: "尚未設定預設模型。要選擇預設模型，請執行 `openclaw models set`。",

  nothingSetUp: "尚未設定任何提供者。",
  severalModels: (id) => zh`有多個提供者都有模型「${id}」。`,
  nameOneOf: (refs) => zh`請指定其中一個：${oneOf(refs)}。`,
  unknownModel: (name) => zh`「${name}」不是別名，也不是任何已設定提供者的模型。`,
  writeReference: "請寫成 provider/model。要查看所有模型，請執行 `openclaw models list --all`。",
  providerNotSetUp: (provider) => zh`提供者「${provider}」尚未設定。`,
  noFallback: (name) => zh`「${name}」不是備援模型。`,
  fallbacksAre: (refs) => zh`現有的備援模型：${refs.join("、")}。`,
  isTheDefault: (model) => zh`${model} 是預設模型。備援模型必須是其他模型。`,
  positionNotAllowed: (number) => zh`順位必須是 1 到 ${number} 的數字。`,
  aliasNotAllowed: "別名只能包含英文字母、數字、「.」、「_」、「:」與「-」。",
  aliasTaken: ({ alias, model }) => zh`別名 ${alias} 已屬於 ${model}。`,
  removeAliasFirst: (alias) => zh`要移除它，請執行 \`openclaw models aliases remove ${alias}\`。`,
  unknownAlias: (alias) => zh`沒有「${alias}」這個別名。`,
  aliasesAre: (aliases) => zh`現有的別名：${aliases.join("、")}。`,
  noAliases: "沒有別名。",
  noListPossible:
    "別名需要寫在 agents.defaults.models 中，而某些版本會把它當成允許使用的模型清單。使用中的模型沒有提供者，無法列入其中。",
  setDefaultFirst: "請重新選擇預設模型，並寫出提供者：`openclaw models set`。",
});
