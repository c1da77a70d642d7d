import type { cloudflare as english } from "../en/cloudflare.ts";
import { grouped } from "../numbers.ts";
import { oneOf, zh } from "./words.ts";

export const cloudflare = (): ReturnType<typeof english> => ({
  fields: {
    accountId: {
      label: "帳戶 ID",
      help: "它在儀表板的網址裡：dash.cloudflare.com/<帳戶 ID>。也可以直接貼上 Gateway 的 URL。",
      correction: "變更帳戶 ID",
    },
    gatewayId: {
      label: "Gateway ID",
      help: "就是 Gateway 在儀表板（AI > AI Gateway）中的名稱。",
      correction: "變更 Gateway ID",
    },
    endpoint: {
      label: "端點",
      question: "要使用哪些模型？",
      help: "每個選項都會成為 openclaw.json 中的一個提供者。",
      correction: "變更要使用的模型",
      choices: {
        anthropic: "Claude，使用 Anthropic 金鑰",
        "workers-ai": "Workers AI 上的模型，使用 Cloudflare 權杖",
        openai: "GPT，使用 OpenAI 金鑰",
      },
    },
    credentials: {
      label: "付費方式",
      question: "模型的費用怎麼付？",
      help: "優先使用請求附上的金鑰，其次是已儲存的金鑰，最後才是 Unified Billing。",
      correction: "變更付費方式",
      choices: {
        key: "自己的金鑰，隨每個請求送出",
        stored: "自己的金鑰，存放在 Cloudflare",
        billing: ({ percent }) => `Unified Billing（由 Cloudflare 收費，另加 ${percent}% 手續費）`,
      },
    },
    apiKey: {
      label: "API 金鑰",
      help: "請使用 Anthropic 金鑰（sk-ant-…），可在 console.anthropic.com > API keys 建立。",
      correction: "變更 API 金鑰",
    },
    openaiApiKey: {
      label: "OpenAI API 金鑰",
      help: "請使用 OpenAI 金鑰（sk-…），可在 platform.openai.com > API keys 建立。",
      correction: "變更 OpenAI API 金鑰",
    },
    gatewayToken: {
      label: "Gateway 權杖",
      help: "請到 dash.cloudflare.com/profile/api-tokens 建立，只給 AI Gateway Run 權限；要用 Workers AI 再加上 Workers AI Read。",
      correction: "變更 Gateway 權杖",
    },
    byokAlias: {
      label: "已儲存金鑰的別名",
      help: "只有在金鑰不是以別名「default」儲存時才需要。",
      correction: "變更已儲存金鑰的別名",
    },
    paidFallback: {
      label: "缺少金鑰時付費",
      help: "請求沒有可用的金鑰時，是否由 Cloudflare 向你收費（Unified Billing）。",
      choices: { no: "否：拒絕請求", yes: "是：計費" },
    },
    baseUrl: {
      label: "基底 URL",
      help: "使用自訂網域時填寫，取代帳戶 ID 和 Gateway ID。",
      correction: "變更基底 URL",
    },
    apiToken: {
      label: "Cloudflare API 權杖",
      help: "用來找出你的帳戶和 Gateway，不會儲存。它需要 AI Gateway Read 權限。",
    },
  },

  things: {
    accountId: "帳戶 ID",
    gatewayId: "Gateway ID",
    anthropicKey: "Anthropic API 金鑰",
    anthropicAdminKey: "Anthropic 管理金鑰",
    claudeToken: "Claude 訂閱方案的權杖",
    claudeRefreshToken: "Claude 訂閱方案的更新權杖",
    openaiKey: "OpenAI API 金鑰",
    openaiAdminKey: "OpenAI 管理金鑰",
    apiToken: "Cloudflare API 權杖",
    globalKey: "Cloudflare 全域 API 金鑰",
  },
  wrongThing: ({ found, wanted }) => zh`這是 ${found}，不是 ${wanted}。`,
  nothingStored: "沒有儲存。",
  belongsTo: ({ label, flag }) => `它應該填在「${label}」（\`--${flag}\`）。`,
  createAnthropicKey: "請到 console.anthropic.com 建立 API 金鑰。",
  adminKeyForAnthropic: "管理金鑰不能傳送訊息。請到 console.anthropic.com 建立 API 金鑰。",
  claudeTokenForAnthropic: "它只能當作 bearer 權杖使用。請到 console.anthropic.com 建立 API 金鑰。",
  createOpenaiKey: "請到 platform.openai.com 建立 API 金鑰。",
  adminKeyForOpenai: "管理金鑰不能呼叫模型。請到 platform.openai.com 建立 API 金鑰。",
  createGatewayToken: "請建立具有 AI Gateway Run 權限的 Cloudflare API 權杖。",
  createApiToken: "請到 Cloudflare 儀表板的 API Tokens 建立 API 權杖。",
  globalKeyForProvider: "它能存取整個 Cloudflare 帳戶，請勿用在這裡。",
  globalKeyForGateway: "它能存取整個 Cloudflare 帳戶。請改為建立具有 AI Gateway Run 權限的 API 權杖。",
  globalKeyForAccount: "它能存取整個 Cloudflare 帳戶，因此沒有送出。請改為建立 API 權杖。",

  idCharacter: ({ character, position }) =>
    zh`第 ${position} 個字元是 ${character}；只能使用英文字母、數字、「-」和「_」。`,
  oddAccountId: "這不像帳戶 ID。帳戶 ID 是 32 個十六進位數字。",
  oddGatewayId: "這不像 Gateway ID。Gateway ID 最多 64 個字元，只有 a-z、0-9、「_」和不連續的「-」。",
  aliasForm: "這不是別名。請使用 1 到 64 個英文字母、數字、「-」和「_」。",

  otherUrl: (wanted) => zh`這個 URL 不屬於 Cloudflare，或不含 ${wanted}。`,
  useBaseUrl: (flag) => `如果這是自訂網域的位址，請用 \`--${flag}\` 指定。`,
  compatEndpoint: "不支援與 OpenAI 相容的端點 /compat。",
  endpointInUrl: (endpoint) => zh`這個 URL 屬於端點 /${endpoint}，不支援這個端點。`,
  endpointUrls: "請使用以 /anthropic、/workers-ai/v1 或 /openai 結尾的 URL。",
  baseUrlForm: "這不是 URL。",
  baseUrlFormHint: "請使用以 https:// 開頭的 URL。",
  baseUrlPassword: "基底 URL 含有使用者名稱或密碼。",
  baseUrlQuery: "基底 URL 含有「?」或「#」。",
  removeIt: "請移除。",
  baseUrlPlain: (protocol) => zh`${protocol}// 會以未加密的方式送出憑證。`,
  useHttps: "請使用 https://；http:// 只能用於本機。",
  apiBaseForm: (variable) => zh`${variable} 不是 URL。`,
  correctOrUnset: "請修正，或取消設定。",
  apiBasePlain: (variable) => zh`${variable} 會以未加密的方式送出權杖。`,
  apiBaseExtra: (variable) => zh`${variable} 除了主機和路徑還有其他內容。`,
  removeRest: "請移除其餘部分。",

  tokenRequired: "Gateway 要求每個請求都附上權杖。",
  keyRequired: "Gateway 要求 API 金鑰，可隨請求送出或事先儲存。",
  hasStoredKeys: (keys) => `Gateway 有已儲存的金鑰，可以用來代替自己的金鑰：${keys.join("、")}。`,
  mayBill: "請求沒有 API 金鑰時，Cloudflare 可能會向你收費。除非你選擇 Unified Billing，否則 openclaw 會禁止這種情況。",
  hasCache: (seconds) => `在 ${grouped(seconds)} 秒內，Gateway 會用快取回答相同的請求。`,
  keepsLogs: "Gateway 會將提示詞和回答保留在記錄中。",
  hasRateLimit: ({ requests, seconds }) => `Gateway 每 ${grouped(seconds)} 秒允許 ${grouped(requests)} 個請求。`,

  header: {
    oneOf: (values) => zh`Gateway 只認得 ${oneOf(values)}。`,
    between: ({ min, max }) => `Gateway 只接受 ${min} 到 ${max} 的整數。`,
    cacheKey: "無論請求什麼，都會得到以這個鍵快取的回答。",
    metadataForm: "不是 JSON 物件的內容，Gateway 會忽略。",
    metadataNested: (key) => `Gateway 會忽略全部內容，因為「${key}」不是字串、數字或布林值。`,
    metadataReserved: (key) => `Gateway 會捨棄「${key}」，因為「cf.」開頭的名稱由它保留。`,
    metadataMany: (entries) => `共有 ${grouped(entries)} 個項目，Gateway 只保留前 5 個。`,
    metadataBytes: "Gateway 可能會誤讀非 ASCII 字元，請改用 \\u 跳脫序列。",
  },

  endlessModels: (number) => `Workers AI 的模型清單沒有盡頭；讀到 ${grouped(number)} 個模型後停止。`,
  noAccountInUrl: "Workers AI 依帳戶列出模型，但基底 URL 不含帳戶 ID。",
});
