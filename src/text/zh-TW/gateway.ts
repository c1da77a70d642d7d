import type { gateway as english } from "../en/gateway.ts";
import { allOf, zh } from "./words.ts";

export const gateway = (): ReturnType<typeof english> => ({
  unsupportedProtocol: ({ id, protocol }) =>
    zh`models.providers.${id} 使用協定 ${String(protocol)}，本機 Gateway 不支援。`,
  providerProblem: ({ id, sentences }) => `models.providers.${id}：${sentences.join("")}`,
  noApiKey: (id) => zh`models.providers.${id} 沒有 API 金鑰。請執行 \`openclaw onboard\`。`,
  noBaseUrl: (id) => zh`models.providers.${id} 沒有 baseUrl。請執行 \`openclaw onboard\`。`,
  baseUrlNotUrl: (id) => zh`models.providers.${id}.baseUrl 必須是以 https:// 開頭、不含預留位置的 URL。`,
  baseUrlParts: (id) => zh`models.providers.${id}.baseUrl 含有使用者名稱、「?」或「#」。請移除。`,
  unencrypted: ({ id, host }) =>
    zh`提供者 ${id} 的連線未加密：這裡到 ${host} 之間的任何人都能讀取它的金鑰和所有提示詞。請使用 https://。`,
  noProvider: "尚未設定任何提供者。請執行 `openclaw onboard`。",

  ownProvider: (id) => zh`models.providers.${id} 指向這個 Gateway 自己。它的模型由其他提供者處理。`,
  modelOfNoProvider: (model) => `模型「${model}」不屬於任何已設定的提供者，因此略過。`,
  fallbackOfOtherProtocol: ({ fallback, primary }) =>
    `備援模型「${fallback}」使用的協定與「${primary}」不同，因此略過。`,
  noDefaultModel: "沒有設定預設模型，所以每個請求都必須指定模型。",
  defaultModel: (model) => zh`預設模型是 ${model}。`,
  defaultModels: ({ model, fallbacks }) => zh`預設模型是 ${model}。它失敗時，請求會依序改送 ${allOf(fallbacks)}。`,
});
