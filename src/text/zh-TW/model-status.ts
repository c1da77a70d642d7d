import type { modelStatus as english } from "../en/model-status.ts";
import { grouped, shownMs } from "../numbers.ts";
import { inBrackets, zh } from "./words.ts";

/** `openclaw models status`. */
export const modelStatus = (): ReturnType<typeof english> => ({
  checkFlag: "結束代碼 0 表示可用，1 表示缺少必要的項目，2 表示有模型將在 30 天內停止服務",
  plainFlag: "只印出預設模型",
  probeFlag: "立即詢問每個提供者是否接受憑證",
  probeProviderFlag: "只詢問這個提供者",
  probeTimeoutFlag: "等待每個提供者回應的毫秒數",
  probeConcurrencyFlag: "同時詢問的提供者數量",
  verifyFlag: "查詢模型清單（免費），或傳送一則訊息（會計費）",
  asking: (number) => zh`正在詢問 ${grouped(number)} 個提供者……`,
  messageIsBilled: "每個提供者會產生一個 token，這會計費。",

  defaultModel: "預設模型",
  fallbacks: "備援模型",
  imageModel: "影像模型",
  imageFallbacks: "影像備援模型",
  aliases: "別名",
  configured: "模型",
  none: "無",
  fromAlias: ({ ref, alias }) => zh`${ref}（別名 ${alias}）`,
  place: ({ number, ref }) => `${number}. ${ref}`,
  alias: ({ alias, ref }) => `${alias} -> ${ref}`,
  more: (number) => zh`另有 ${grouped(number)} 個：\`openclaw models list\``,

  provider: ({ label, id }) => (label === undefined ? id : `${label}${inBrackets(id)}`),
  baseUrl: "基底 URL",
  endpoint: "端點",
  endpointIs: ({ endpoint, api }) => (endpoint === undefined ? api : zh`${endpoint}，${api}`),
  payment: "付費方式",
  payments: {
    key: "自己的 API 金鑰",
    stored: "存放在 Gateway 的金鑰",
    billing: "由 Cloudflare 收費（Unified Billing）",
    account: "權杖所屬的帳戶",
  },
  withPaidFallback: (payment) => zh`${payment}；失敗時改用 Unified Billing`,
  apiKey: "API 金鑰",
  from: ({ value, sources }) => zh`${value}，來自 ${sources.join("、")}`,
  noValue: "沒有值",
  inVariable: ({ name, place }) => zh`${place} 中的 ${name}`,
  inConfiguration: ({ path, file }) => zh`${file} 中的 ${path}`,
  inSecretProvider: (name) => `secrets.providers.${name}`,
  hidesOther: (place) => zh`蓋過不同的值：${place}`,
  hidesSame: (place) => zh`蓋過相同的值：${place}`,
  moreKeys: (number) => zh`另有 ${grouped(number)} 把金鑰，達到速率上限時依序改用`,
  usable: "可用",
  probe: "探測",
  store: (path) => zh`官方版 OpenClaw 使用自己的金鑰：${path}`,
  probed: ({ status, latency }) => (latency === undefined ? status : zh`${status}，${shownMs(latency)}`),

  wasRetired: ({ model, date, successor }) => zh`${model} 已於 ${date} 停止服務，對它的請求會失敗。${offer(successor)}`,
  willRetire: ({ model, date, successor }) => zh`${model} 將於 ${date} 停止服務。${offer(successor)}`,

  noDefault: "尚未設定預設模型。要選擇預設模型，請執行 `openclaw models set`。",
  noReference: (text) => zh`使用中的「${text}」不是 provider/model。要改用其他模型，請執行 \`openclaw models set\`。`,
  noBaseUrl: "沒有基底 URL。",
  notChecked: "本程式無法檢查這個提供者。",
  notNumber: (flag) => zh`${flag} 必須是大於 0 的整數。`,
});

const offer = (successor: string | undefined): string => (successor === undefined ? "" : zh`後繼模型：${successor}。`);
