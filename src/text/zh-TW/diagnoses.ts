import type { diagnoses as english } from "../en/diagnoses.ts";
import { grouped } from "../numbers.ts";
import { inBrackets, zh } from "./words.ts";

interface Said {
  said: string;
}
interface RefusedWith extends Said {
  status: number;
  code: string;
}
interface Wait {
  waitSeconds: number;
}
interface BasePath {
  basePath: string;
}

const seconds = ({ waitSeconds }: Wait) => `${grouped(waitSeconds)} 秒`;
const theProxy = (proxy: string) => (proxy === "" ? "代理伺服器" : `代理伺服器 ${proxy}`);
const refusedWith = ({ status, code, said }: RefusedWith, word: string) =>
  `HTTP ${status}${code === "" ? "" : `，${word} ${code}`}${inBrackets(said)}`;

const OWN_KEY_OR_COVERED = "請改選 Unified Billing 支援的模型，或使用自己的 API 金鑰。";
const GUARDRAIL = "請修改提示詞，或調整 Gateway 設定中的 Guardrails。憑證沒有問題。";
const COMPARE_IDS = "請到儀表板（AI > AI Gateway）核對 Gateway ID 和帳戶 ID，或建立這個 Gateway。";
const REQUEST_FORM = "請依錯誤內容修正請求。憑證沒有問題。";
const COPY_ACCOUNT_ID = "帳戶 ID 在儀表板的網址裡，請從那裡複製：dash.cloudflare.com/<帳戶 ID>。";
const CLOUDFLARE_STATUS = "請一分鐘後再試。如果一直失敗，請查看 www.cloudflarestatus.com。";
const WITHOUT_PROXY = "請再試一次。如果一直失敗，請改為不經 VPN 或代理伺服器。";
const LOOK_UP = (vendor: string) => zh`請到 ${vendor} 的文件查這個錯誤。如果查不到，請附上畫面上的 ID 回報問題。`;
const SUPPORTED_COUNTRIES = (vendor: string) =>
  zh`請查看 ${vendor} 網站上的支援國家，並確認代理伺服器或 VPN 的出口位置。`;
const CHECK_BASE_URL = ({ basePath }: BasePath) => zh`請檢查基底 URL：必須指向 Gateway，且以 ${basePath} 結尾。`;

export const diagnoses = (): ReturnType<typeof english> => ({
  "gateway.payment-required": {
    message: ({ host }) => zh`${host} 要求以 x402 付款，openclaw 不支援這種付款。`,
    fix: "請使用自己的 API 金鑰或 Unified Billing，並移除標頭 Payment-Method。",
  },
  "gateway.key-or-token-rejected": {
    message: "Cloudflare 拒絕了 API 權杖，或是提供者拒絕了存放在 Gateway 的金鑰。",
    fix: "請檢查權杖的權限，再到儀表板檢查 Gateway 的 Provider Keys。",
  },
  "gateway.token-missing": {
    message: "Gateway 要求 Gateway 權杖，但請求沒有附上。",
    fix: "請建立具有 AI Gateway Run 權限的 Cloudflare API 權杖，並輸入它作為 Gateway 權杖。",
  },
  "gateway.token-rejected": {
    message: "Gateway 拒絕了 Gateway 權杖，還沒有檢查 API 金鑰。",
    fix: "請確認權杖屬於這個帳戶、尚未到期，且具有 AI Gateway Run 權限。",
  },
  "gateway.not-found": {
    message: ({ gateway }) => (gateway === "" ? "這個位址沒有 Gateway。" : `帳戶裡沒有名為「${gateway}」的 Gateway。`),
    fix: COMPARE_IDS,
  },
  "gateway.policy-denied": {
    message: ({ model }) =>
      model === ""
        ? "Gateway 的原則禁止這個請求，或是沒有任何原則允許它。"
        : `Gateway 的原則禁止使用模型「${model}」，或是沒有任何原則允許它。`,
    fix: ({ model }) =>
      model === ""
        ? "模型清單的請求不帶模型名稱，原則無從允許。請改用 `--verify=message` 檢查，或修改原則。"
        : "請改選其他模型，或到儀表板修改 Gateway 的原則。憑證沒有問題。",
  },
  "gateway.spend-limit": {
    message: ({ said }) => `Gateway 的花費上限已用完${inBrackets(said)}。`,
    fix: ({ provider }) => zh`請等上限重設，或在 Gateway 的設定中調高。這不是 ${provider} 的限制。`,
  },
  "gateway.billing-rate-limited": {
    message: "已達 Unified Billing 或 Gateway 本身的速率上限。",
    fix: (wait) => zh`請等 ${seconds(wait)}，或使用自己的 API 金鑰，這樣就不受 Unified Billing 限制。`,
  },
  "gateway.rate-limited": {
    message: ({ provider }) => zh`已達 Gateway 本身的速率上限，請求沒有送到 ${provider}。`,
    fix: (wait) => zh`請等 ${seconds(wait)}，或在 Gateway 的設定中調高速率上限。`,
  },
  "gateway.provider-failed": {
    message: ({ model, provider, said }) =>
      model === ""
        ? zh`Gateway 沒有收到 ${provider} 的回應${inBrackets(said)}。`
        : zh`Gateway 向 ${provider} 請求模型「${model}」，但沒有收到回應${inBrackets(said)}。`,
    fix: "請一分鐘後再試。如果一直失敗，請檢查模型名稱和提供者的狀態頁面。",
  },
  "gateway.provider-unknown": {
    message: "Gateway 不認得基底 URL 裡的提供者。",
    fix: ({ basePath }) => zh`請改用以 ${basePath} 結尾的基底 URL。`,
  },
  "gateway.guardrails-unavailable": {
    message: "Gateway 的 Guardrails 沒有回應，所以請求被擋下。",
    fix: "請一分鐘後再試。如果一直失敗，請在 Gateway 的設定中將 Guardrails 改為 Flag。",
  },
  "gateway.guardrails-credits": {
    message: "Gateway 的 Guardrails 需要額度，但 Cloudflare 帳戶已無餘額。",
    fix: "請到儀表板（AI > AI Gateway）儲值，或關閉 Guardrails。問題不在 API 金鑰。",
  },
  "gateway.guarded": {
    message: ({ said }) => `Gateway 的 Guardrails 擋下了提示詞或回答${inBrackets(said)}。`,
    fix: GUARDRAIL,
  },
  "gateway.prompt-guarded": {
    message: ({ said }) => `Gateway 的 Guardrails 擋下了提示詞${inBrackets(said)}。`,
    fix: GUARDRAIL,
  },
  "gateway.answer-guarded": {
    message: ({ said }) => `Gateway 的 Guardrails 擋下了回答${inBrackets(said)}。`,
    fix: GUARDRAIL,
  },
  "gateway.model-unprefixed": {
    message: "使用這個基底 URL 時，模型名稱必須以提供者開頭。",
    fix: ({ basePath }) => zh`請改用以 ${basePath} 結尾的基底 URL，那裡直接使用模型原本的名稱。`,
  },
  "gateway.key-missing": {
    message: "請求送到 Gateway 時沒有 API 金鑰。",
    fix: "請重新輸入 API 金鑰，並確認沒有代理伺服器移除它的標頭。",
  },
  "gateway.stored-key-missing": {
    message: ({ gateway, provider }) =>
      gateway === ""
        ? zh`Gateway 沒有儲存 ${provider} 的金鑰。`
        : zh`Gateway「${gateway}」沒有儲存 ${provider} 的金鑰。`,
    fix: "請在儀表板裡這個 Gateway 的 Provider Keys 儲存金鑰，或在這裡輸入 API 金鑰。",
  },
  "gateway.no-credits": {
    message: "Cloudflare 帳戶的 Unified Billing 已無餘額。",
    fix: "請到儀表板（AI > AI Gateway）儲值，或使用自己的 API 金鑰。",
  },
  "gateway.billing-refused": {
    message: "Gateway 只接受帶有 API 金鑰的請求，因此無法使用 Unified Billing。",
    fix: "請輸入或儲存 API 金鑰，或在 Gateway 的設定中允許 Unified Billing。",
  },
  "gateway.prompt-sensitive": {
    message: ({ said }) => `Gateway 的資料外洩防護（DLP）擋下了提示詞${inBrackets(said)}。`,
    fix: "請移除提示詞裡的敏感資料，或修改 Gateway 的 DLP 原則。",
  },
  "gateway.answer-sensitive": {
    message: ({ said }) => `Gateway 的資料外洩防護（DLP）擋下了回答${inBrackets(said)}。`,
    fix: "請換個問題，或修改 Gateway 的 DLP 原則。",
  },
  "gateway.alias-not-found": {
    message: ({ alias, said }) => `Gateway 沒有別名為「${alias}」的金鑰${inBrackets(said)}。`,
    fix: "請改用 Gateway 已有的別名，或以這個別名儲存金鑰。",
  },
  "gateway.route-unsupported": {
    message: ({ model }) => `「${model}」是 Cloudflare 的路由，這個端點沒有。`,
    fix: ({ provider }) => zh`請選擇 ${provider} 的模型。`,
  },
  "gateway.model-elsewhere": {
    message: ({ model }) => `模型「${model}」在 Workers AI 上執行，屬於另一個端點。`,
    fix: "要設定該端點，請執行 `openclaw onboard --cloudflare-ai-gateway-endpoint workers-ai`。",
  },
  "gateway.route-not-found": {
    message: ({ said }) => `Gateway 不認得這個位址或模型${inBrackets(said)}。`,
    fix: ({ basePath }) => zh`請改用以 ${basePath} 結尾的基底 URL，並檢查模型名稱。`,
  },
  "gateway.workers-ai-token": {
    message: "Workers AI 拒絕了 Gateway 轉送的權杖。",
    fix: ({ isWorkersAi, basePath }) =>
      isWorkersAi
        ? "請為權杖加上 Workers AI Read 權限，並確認它屬於這個帳戶。"
        : zh`請改用以 ${basePath} 結尾的基底 URL。要使用 Workers AI，請為權杖加上 Workers AI Read 權限。`,
  },
  "gateway.unknown": {
    message: (refused) => `Gateway 拒絕了請求：${refusedWith(refused, "代碼")}。`,
    fix: "請在 Gateway 的記錄中找出這個請求。如果看不出原因，請附上畫面上的 ID 回報問題。",
  },

  "anthropic.billing-unavailable": {
    message: ({ model }) =>
      model === ""
        ? "Anthropic 沒有收到可接受的金鑰。Unified Billing 可能不支援這個請求。"
        : `Anthropic 沒有收到可接受的金鑰。Unified Billing 可能不支援模型「${model}」。`,
    fix: OWN_KEY_OR_COVERED,
  },
  "anthropic.stored-key-rejected": {
    message: ({ alias }) => `Anthropic 拒絕了以別名「${alias}」儲存的金鑰。`,
    fix: "請在儀表板裡 Gateway 的 Provider Keys 更換金鑰，且不要送出標頭 x-api-key。",
  },
  "anthropic.key-missing": {
    message: "Gateway 接受了請求，但 API 金鑰沒有送到 Anthropic。",
    fix: "請重新輸入 API 金鑰，並確認沒有代理伺服器移除標頭 x-api-key。",
  },
  "anthropic.key-rejected": {
    message: "Gateway 接受了請求，但 Anthropic 拒絕了 API 金鑰。",
    fix: "請重新複製金鑰，或到 console.anthropic.com > API keys 建立新的金鑰。",
  },
  "anthropic.no-credit": {
    message: "金鑰有效，但它的 Anthropic 帳戶已無餘額。",
    fix: "請到 console.anthropic.com > Plans & Billing 儲值。",
  },
  "anthropic.billing": {
    message: ({ said }) => `Anthropic 回報金鑰的帳戶有帳務問題${inBrackets(said)}。`,
    fix: "請查看 console.anthropic.com > Plans & Billing。",
  },
  "anthropic.country": {
    message: "Anthropic 不在這個請求的來源地區提供服務。",
    fix: SUPPORTED_COUNTRIES("Anthropic"),
  },
  "anthropic.permission": {
    message: ({ model, said }) =>
      model === ""
        ? `這把金鑰沒有這項操作的權限${inBrackets(said)}。`
        : `這把金鑰沒有使用模型「${model}」的權限${inBrackets(said)}。`,
    fix: "請使用有此權限的工作區的金鑰，或改選其他模型。",
  },
  "anthropic.model-not-found": {
    message: ({ model }) => (model === "" ? "Anthropic 沒有這個模型。" : `Anthropic 沒有模型「${model}」。`),
    fix: "請改選其他模型。已停止服務的模型列在 Anthropic 的「Model deprecations」頁面。",
  },
  "anthropic.path-not-found": {
    message: "Anthropic 沒有這個位址。",
    fix: "請改用以 /anthropic 結尾的基底 URL，後面不要加 /v1。",
  },
  "anthropic.prefill": {
    message: ({ model }) =>
      model === ""
        ? "這個模型不接受以助理訊息結尾的對話（prefill）。"
        : `模型「${model}」不接受以助理訊息結尾的對話（prefill）。`,
    fix: "對話的最後一則必須是使用者訊息。",
  },
  "anthropic.thinking": {
    message: ({ said }) => `這個模型不接受這樣的思考（thinking）設定或區塊${inBrackets(said)}。`,
    fix: "請依模型的要求設定思考，並將它的思考區塊原封不動送回。",
  },
  "anthropic.tool-pairing": {
    message: "對話裡有工具呼叫缺少結果，或有結果找不到對應的呼叫。",
    fix: "請將每個結果放在工具呼叫的下一則訊息，或開始新的對話。",
  },
  "anthropic.request-invalid": {
    message: ({ said }) => `Anthropic 接受了憑證，但不接受這個請求${inBrackets(said)}。`,
    fix: REQUEST_FORM,
  },
  "anthropic.conflict": {
    message: "這個請求與 Anthropic 正在處理的另一個請求衝突。",
    fix: "請再試一次。",
  },
  "anthropic.too-large": {
    message: "請求超過 Anthropic 接受的大小；訊息的上限是 32 MB。",
    fix: "請減少一次送出的內容，例如減少或縮小圖片和檔案。",
  },
  "anthropic.rate-limited": {
    message: "已達 Anthropic 的速率上限。憑證已通過驗證。",
    fix: (wait) => zh`請等 ${seconds(wait)}。各項上限列在 console.anthropic.com > Limits。`,
  },
  "anthropic.timeout": {
    message: "Anthropic 沒有在時限內完成回答。",
    fix: "請再試一次；較長的回答請使用串流。",
  },
  "anthropic.overloaded": {
    message: "Anthropic 目前負載過高。",
    fix: "請一分鐘後再試，或改選其他模型。",
  },
  "anthropic.internal": {
    message: "Anthropic 發生內部錯誤。",
    fix: "請一分鐘後再試。如果一直失敗，請查看 status.claude.com。",
  },
  "anthropic.unknown": {
    message: (refused) => `Anthropic 拒絕了請求：${refusedWith(refused, "錯誤")}。`,
    fix: LOOK_UP("Anthropic"),
  },

  "openai.billing-unavailable": {
    message: ({ model }) =>
      model === ""
        ? "OpenAI 沒有收到可接受的金鑰。Unified Billing 可能不支援這個請求。"
        : `OpenAI 沒有收到可接受的金鑰。Unified Billing 可能不支援模型「${model}」。`,
    fix: OWN_KEY_OR_COVERED,
  },
  "openai.stored-key-rejected": {
    message: ({ alias }) => `OpenAI 拒絕了以別名「${alias}」儲存的金鑰。`,
    fix: "請在儀表板裡 Gateway 的 Provider Keys 更換金鑰，且不要送出標頭 Authorization。",
  },
  "openai.key-missing": {
    message: "Gateway 接受了請求，但 API 金鑰沒有送到 OpenAI。",
    fix: "請重新輸入 OpenAI API 金鑰，並確認沒有代理伺服器移除標頭 Authorization。",
  },
  "openai.key-rejected": {
    message: ({ said }) => `Gateway 接受了請求，但 OpenAI 拒絕了 API 金鑰${inBrackets(said)}。`,
    fix: "請重新複製金鑰，或到 platform.openai.com > API keys 建立新的金鑰。",
  },
  "openai.no-credit": {
    message: "金鑰有效，但它的 OpenAI 帳戶已無餘額。",
    fix: "請到 platform.openai.com > Billing 儲值。",
  },
  "openai.country": {
    message: "OpenAI 不在這個請求的來源國家提供服務。",
    fix: SUPPORTED_COUNTRIES("OpenAI"),
  },
  "openai.permission": {
    message: ({ model, said }) =>
      model === ""
        ? `這把金鑰沒有這項操作的權限${inBrackets(said)}。`
        : `這把金鑰沒有使用模型「${model}」的權限${inBrackets(said)}。`,
    fix: "請使用有此權限的專案的金鑰，或改選其他模型。",
  },
  "openai.model-not-found": {
    message: ({ model }) =>
      model === "" ? "OpenAI 沒有開放這把金鑰使用這個模型。" : `OpenAI 沒有開放這把金鑰使用模型「${model}」。`,
    fix: "請改選其他模型。要列出這把金鑰可用的模型，請執行 `openclaw models list --live`。",
  },
  "openai.path-not-found": {
    message: "OpenAI 沒有這個位址。",
    fix: ({ basePath }) => zh`請改用以 ${basePath} 結尾的基底 URL，後面不要加 /v1。`,
  },
  "openai.request-invalid": {
    message: ({ said }) => `OpenAI 接受了憑證，但不接受這個請求${inBrackets(said)}。`,
    fix: REQUEST_FORM,
  },
  "openai.rate-limited": {
    message: "已達 OpenAI 的速率上限。憑證已通過驗證。",
    fix: (wait) => zh`請等 ${seconds(wait)}。各項上限列在 platform.openai.com > Limits。`,
  },
  "openai.internal": {
    message: ({ status }) => `OpenAI 發生內部錯誤或負載過高（HTTP ${status}）。`,
    fix: "請一分鐘後再試。如果一直失敗，請查看 status.openai.com。",
  },
  "openai.unknown": {
    message: (refused) => `OpenAI 拒絕了請求：${refusedWith(refused, "錯誤")}。`,
    fix: LOOK_UP("OpenAI"),
  },

  "workers-ai.model-not-found": {
    message: ({ model }) => (model === "" ? "Workers AI 沒有這個模型。" : `Workers AI 沒有模型「${model}」。`),
    fix: "請從 developers.cloudflare.com/workers-ai/models 改選其他模型，名稱以 @cf/ 開頭。",
  },
  "workers-ai.model-not-allowed": {
    message: ({ model, said }) =>
      model === ""
        ? `這個帳戶沒有使用這個模型的權限${inBrackets(said)}。`
        : `這個帳戶沒有使用模型「${model}」的權限${inBrackets(said)}。`,
    fix: "請到儀表板（AI > Workers AI）接受模型的條款，或改選其他模型。",
  },
  "workers-ai.account-blocked": {
    message: "這個帳戶無法使用 Workers AI。",
    fix: "請聯絡 Cloudflare 客服。",
  },
  "workers-ai.allocation-used": {
    message: "帳戶今天的 Workers AI 免費額度已用完。",
    fix: "請等到明天（UTC），或改用 Workers 付費方案。",
  },
  "workers-ai.no-capacity": {
    message: ({ status }) => `Workers AI 目前容量不足（HTTP ${status}）。`,
    fix: (wait) => zh`請 ${seconds(wait)} 後再試，或改選其他模型。`,
  },
  "workers-ai.request-invalid": {
    message: ({ said }) => `Workers AI 接受了權杖，但不接受這個請求${inBrackets(said)}。`,
    fix: REQUEST_FORM,
  },

  "api.token-malformed": {
    message: "Cloudflare 的 API 無法讀取這個權杖。",
    fix: "請重新複製權杖，不要包含「Bearer」、引號或換行。",
  },
  "api.token-unknown": {
    message: "Cloudflare 不認得這個權杖。",
    fix: "請重新複製，或到儀表板的 API Tokens 建立新的權杖。",
  },
  "api.token-expired": {
    message: "權杖已到期。",
    fix: "請到儀表板的 API Tokens 延長期限，或建立新的權杖。",
  },
  "api.token-disabled": {
    message: "權杖已停用。",
    fix: "請到儀表板的 API Tokens 啟用，或建立新的權杖。",
  },
  "api.permission-missing": {
    message: ({ permission }) => zh`權杖有效，但缺少 ${permission} 權限。`,
    fix: ({ isWorkersAi, isAnalytics }) =>
      isWorkersAi || isAnalytics
        ? "請到儀表板的 API Tokens，為這個帳戶加上此權限。"
        : "請到儀表板的 API Tokens 加上此權限；不加也能繼續，一般請求用不到它。",
  },
  "api.account-token": {
    message: "這個權杖屬於帳戶而不是使用者，無法列出帳戶。",
    fix: "請輸入帳戶 ID。它在儀表板的網址裡：dash.cloudflare.com/<帳戶 ID>。",
  },
  "api.token-rejected": {
    message: "Cloudflare 的 API 拒絕了權杖：權杖不存在，或缺少權限。",
    fix: ({ permission, isAnalytics }) =>
      isAnalytics
        ? zh`請到儀表板的 API Tokens 檢查權杖：它必須具有這個帳戶的 ${permission} 權限。`
        : zh`請為權杖加上 ${permission} 權限。送到 Gateway 的請求只需要 AI Gateway Run。`,
  },
  "api.access-refused": {
    message: "權杖有效，但無法存取這個帳戶。",
    fix: ({ permission }) => zh`請確認帳戶 ID 是權杖所屬的帳戶，且權杖具有 ${permission} 權限。`,
  },
  "api.model-not-found": {
    message: ({ model, said }) => `Cloudflare 的 API 不接受模型「${model}」或它的輸入${inBrackets(said)}。`,
    fix: "請檢查模型名稱。這個 API 的寫法是 author/model，版本號用點分隔。",
  },
  "api.account-not-found": {
    message: "Cloudflare 的 API 在這個位址找不到任何東西，帳戶 ID 可能有誤。",
    fix: COPY_ACCOUNT_ID,
  },
  "api.gateway-not-found": {
    message: ({ gateway }) =>
      gateway === "" ? "帳戶裡沒有這個名稱的項目。" : `帳戶裡沒有名為「${gateway}」的 Gateway。`,
    fix: COMPARE_IDS,
  },
  "api.gateway-exists": {
    message: ({ gateway }) => `帳戶裡已有名為「${gateway}」的 Gateway。`,
    fix: "請直接使用它，或換個名稱。",
  },
  "api.gateway-limit": {
    message: ({ said }) => `帳戶無法再新增 Gateway${inBrackets(said)}。`,
    fix: "請選用現有的 Gateway，或到儀表板刪除一個。上限是 10 個，付費方案是 20 個。",
  },
  "api.path-not-found": {
    message: ({ host }) => zh`${host} 沒有這個位址，例如模型清單的位址。`,
    fix: "請用 `openclaw onboard` 設定 Gateway 本身的位址 gateway.ai.cloudflare.com。",
  },
  "api.parameter-invalid": {
    message: ({ said }) => `Cloudflare 的 API 拒絕了一個參數${inBrackets(said)}。`,
    fix: "請更新 openclaw。如果一直失敗，請附上畫面上的 ID 回報問題。",
  },
  "api.rate-limited": {
    message: "已達 Cloudflare API 的速率上限。",
    fix: (wait) => zh`請等 ${seconds(wait)}。送到 Gateway 的請求不受影響。`,
  },
  "api.internal": {
    message: "Cloudflare 的 API 發生內部錯誤。",
    fix: CLOUDFLARE_STATUS,
  },
  "api.unexpected": {
    message: ({ host, status }) => zh`${host} 回應 HTTP ${status}，但內容不像 Cloudflare 的 API。`,
    fix: "請再試一次。如果一直失敗，請檢查是否設定了 CLOUDFLARE_API_BASE_URL，並更新 openclaw。",
  },
  "api.unknown": {
    message: (refused) => `Cloudflare 的 API 拒絕了請求：${refusedWith(refused, "代碼")}。`,
    fix: "請檢查帳戶 ID 和權杖的權限。如果都沒有問題，請附上畫面上的 ID 回報問題。",
  },

  "edge.access-denied": {
    message: ({ host }) => zh`Cloudflare Access 拒絕了 ${host} 的 Access 權杖。`,
    fix: "請確認權杖尚未到期，且有一條動作為 Service Auth 的 Access 原則允許它。",
  },
  "edge.access-login": {
    message: ({ host }) => zh`${host} 受 Cloudflare Access 保護，只有 Gateway 權杖無法通過。`,
    fix: "請加上服務權杖的標頭 CF-Access-Client-Id 和 CF-Access-Client-Secret，或改用 gateway.ai.cloudflare.com。",
  },
  "edge.challenge": {
    message: ({ host }) => zh`Cloudflare 要求以瀏覽器開啟 ${host}，還沒有檢查憑證。`,
    fix: "請讓這個網域不套用機器人規則，或改用其他網路、關閉 VPN。",
  },
  "edge.client-blocked": {
    message: "Cloudflare 封鎖了這類用戶端。問題不在憑證。",
    fix: "請檢查代理伺服器是否更改 User-Agent，並試試其他網路。",
  },
  "edge.address-blocked": {
    message: "Cloudflare 封鎖了這個網路位址或國家。問題不在憑證。",
    fix: "請改用其他網路或關閉 VPN。如果是自己的網域，請查看它的安全性事件。",
  },
  "edge.rate-limited": {
    message: "Cloudflare 從這個網路位址收到太多請求。",
    fix: (wait) => zh`請等 ${seconds(wait)} 再送出下一個請求。`,
  },
  "edge.domain-unready": {
    message: ({ host, code }) => zh`${host} 由 Cloudflare 代管，但沒有指向任何目的地（錯誤 ${code}）。`,
    fix: "請到儀表板確認 Gateway 的自訂網域已啟用。",
  },
  "edge.origin-slow": {
    message: "Cloudflare 後方的伺服器約 100 秒沒有送出任何資料。",
    fix: "請再試一次；較長的回答請使用串流。",
  },
  "edge.origin-failed": {
    message: ({ status }) => `Cloudflare 無法連上後方的伺服器（HTTP ${status}）。`,
    fix: CLOUDFLARE_STATUS,
  },
  "edge.unavailable": {
    message: ({ status }) => `Cloudflare 或後方的伺服器發生錯誤（HTTP ${status}）。`,
    fix: CLOUDFLARE_STATUS,
  },
  "edge.unknown": {
    message: (refused) => `Cloudflare 的邊緣節點拒絕了請求：${refusedWith(refused, "錯誤")}。`,
    fix: LOOK_UP("Cloudflare"),
  },

  "proxy.login-required": {
    message: ({ proxy }) => zh`${theProxy(proxy)} 需要使用者名稱和密碼，或是拒絕了你提供的。`,
    fix: "請將兩者做 URL 編碼，並將 HTTPS_PROXY 設為 `http://user:password@proxy:port`。",
  },
  "proxy.setting-invalid": {
    message: ({ proxy, said }) => {
      if (said === "ERR_INVALID_PROTOCOL") return zh`不支援 ${theProxy(proxy)} 的類型。`;
      return said === "ERR_INVALID_CREDENTIALS"
        ? "代理伺服器位址中的使用者名稱或密碼含有必須做 URL 編碼的字元，例如 @、# 或 /。"
        : "環境變數中的代理伺服器位址無效。";
    },
    fix: "請將 HTTPS_PROXY 設為 `http://proxy:port`，或 `http://user:password@proxy:port`（使用者名稱和密碼須做 URL 編碼）。",
  },
  "proxy.unreachable": {
    message: ({ proxy, host, said }) => zh`無法經由 ${theProxy(proxy)} 連上 ${host}${inBrackets(said)}。`,
    fix: "請檢查 HTTPS_PROXY，並將不需要代理伺服器的主機列在 NO_PROXY。",
  },
  "proxy.refused": {
    message: ({ proxy, host, status }) => zh`${theProxy(proxy)} 不允許連線到 ${host}（HTTP ${status}）。`,
    fix: "請代理伺服器的管理者允許這個主機；如果它不需要代理伺服器，請列在 NO_PROXY。",
  },
  "proxy.page": {
    message: ({ status, host }) => zh`本機和 ${host} 之間有設備回應了自己的頁面（HTTP ${status}）。`,
    fix: "請網路管理者允許這個主機，或改用其他網路。",
  },
  "network.captive-portal": {
    message: ({ host }) => zh`回應的不是 ${host}，而是網路本身的頁面，例如飯店或代理伺服器的登入頁。`,
    fix: "請開啟瀏覽器登入網路，或改用其他網路。",
  },
  "network.name-not-found": {
    message: ({ host, said }) => zh`找不到主機名稱 ${host} 的位址${inBrackets(said)}。`,
    fix: "請檢查網路，以及主機名稱的拼字。",
  },
  "network.refused": {
    message: ({ host, said }) => zh`${host} 拒絕連線${inBrackets(said)}。`,
    fix: "請檢查主機和連接埠，以及是否被防火牆阻擋。",
  },
  "network.unreachable": {
    message: ({ host, said }) => zh`從這裡無法連上 ${host}${inBrackets(said)}。`,
    fix: "請檢查網路。如果公司網路使用代理伺服器，請設定 HTTPS_PROXY。",
  },
  "network.connect-timeout": {
    message: ({ host }) => zh`連線到 ${host} 逾時。`,
    fix: "請再試一次，並檢查防火牆。如果公司網路使用代理伺服器，請設定 HTTPS_PROXY。",
  },
  "network.answer-timeout": {
    message: ({ host }) => zh`已連上 ${host}，但等待回應逾時。`,
    fix: "請再試一次。",
  },
  "network.cut-off": {
    message: ({ host, said }) => zh`與 ${host} 的連線在回應完成前中斷${inBrackets(said)}。`,
    fix: WITHOUT_PROXY,
  },
  "network.not-http": {
    message: ({ host }) => zh`${host} 的伺服器使用的不是 HTTP。`,
    fix: "請檢查連接埠，以及位址開頭是 https:// 還是 http://。",
  },
  "network.aborted": {
    message: "請求在收到回應前就停止了。",
    fix: "請再試一次。",
  },
  "tls.certificate": {
    message: ({ host, said }) => zh`本機不信任 ${host} 的 TLS 憑證${inBrackets(said)}。`,
    fix: "如果公司的代理伺服器會解開流量，請將 NODE_EXTRA_CA_CERTS 設為它的憑證檔。也請檢查系統時間和主機名稱。",
  },
  "tls.failed": {
    message: ({ host, said }) => zh`無法與 ${host} 建立 TLS 連線${inBrackets(said)}。`,
    fix: "請檢查連接埠，以及是否受代理伺服器或防毒軟體干擾。",
  },

  "answer.redirected": {
    message: ({ host, status }) => zh`${host} 重新導向到另一個位址（HTTP ${status}）；憑證不會送到那裡。`,
    fix: "請將基底 URL 設為直接回應的位址。",
  },
  "answer.page": {
    message: ({ host, status }) => zh`${host} 回應的是網頁（HTTP ${status}）。`,
    fix: CHECK_BASE_URL,
  },
  "answer.incomplete": {
    message: ({ host, status }) => zh`${host} 的回應不完整（HTTP ${status}）。`,
    fix: WITHOUT_PROXY,
  },
  "answer.unexpected": {
    message: ({ host, status, provider }) => zh`${host} 回應 HTTP ${status}，但內容不像 ${provider} 的回應。`,
    fix: CHECK_BASE_URL,
  },
  "answer.unknown": {
    message: ({ host, status, said }) => zh`${host} 回應 HTTP ${status}，格式無法辨識${inBrackets(said)}。`,
    fix: "請稍後再試。如果一直失敗，請附上畫面上的 ID 和回應的開頭回報問題。",
  },
});
