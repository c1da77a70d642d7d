import type { NOTES as ENGLISH } from "../troubleshooting-notes.ts";

export const NOTES: Readonly<Record<keyof typeof ENGLISH, string>> = {
  "gateway.payment-required":
    "請求帶有標頭 `Payment-Method: x402` 時，Machine Payments 會這樣回應；販售存取權的網域也是。回應的標頭 `PAYMENT-REQUIRED` 會說明費用。",
  "gateway.key-or-token-rejected":
    "自 2026-10-06 起，`/ai/run` 對這兩種情況使用同一個代碼。在 gateway.ai.cloudflare.com，這個代碼只代表 Gateway 權杖有問題。",
  "gateway.token-missing": "這個 Gateway 啟用了驗證：除了提供者的金鑰，還需要 Cloudflare 的權杖。",
  "gateway.token-rejected":
    "權杖有誤、已到期、缺少權限，或屬於別的帳戶。曾有負載過高的 Gateway 回應相同的內容，所以變更任何設定前請先再試一次。",
  "gateway.not-found": "如果使用自訂的基底 URL，請改為檢查該 URL。",
  "gateway.policy-denied":
    "Gateway 只要有一條原則，沒有被任何原則允許的請求就會被拒絕。原則的條件可以是模型、提供者、Cloudflare Access 的使用者、國家或 `cf-aig-metadata`。變更最多需要 15 分鐘生效。",
  "gateway.billing-rate-limited":
    "Unified Billing 對每個 Gateway 每 60 秒允許 200 個請求。使用自己的金鑰（隨請求送出或已儲存）的請求不計算在內。",
  "gateway.guardrails-unavailable":
    "設為封鎖的 Guardrails，連無法檢查的內容也會封鎖。換下一個模型也會經過同樣的 Guardrails，所以本機 Gateway 會對同一個模型再試一次。",
  "gateway.guardrails-credits": "Guardrails 在 Workers AI 上執行並由它計費，即使請求本身帶有金鑰也一樣。",
  "gateway.guarded": "`/ai/run` 對這兩種情況使用同一個代碼。",
  "gateway.route-unsupported":
    "動態路由（`dynamic/…`）只能用於 Chat Completions；Auto Router（`cloudflare/auto`）只能用於統一端點的 Chat Completions 和 Responses。",
  "gateway.rate-limited": "這個上限是 Gateway 的設定之一。",
  "gateway.provider-unknown": "位址中 Gateway ID 後面的部分不是提供者。",
  "gateway.model-unprefixed": "在這個位址，模型名稱的寫法是 `anthropic/…`。",
  "gateway.key-missing":
    "帶有金鑰的標頭在途中遺失，或金鑰是空的，而 Gateway 也沒有已儲存的金鑰可用。Guardrails 沒有餘額時也是同一個代碼 2021。",
  "gateway.stored-key-missing": "會收到哪一種回應，取決於 Gateway 的設定。",
  "gateway.answer-sensitive":
    "Gateway 的記錄和標頭 `cf-aig-dlp` 會指出是哪條原則。掃描回答時，串流也會等到完整後才送出。",
  "gateway.prompt-sensitive": "Gateway 的記錄和標頭 `cf-aig-dlp` 會指出是哪條原則。",
  "gateway.alias-not-found": "回應會列出現有的別名。",
  "gateway.spend-limit": "看起來像速率上限，但其實與提供者無關。",
  "gateway.workers-ai-token": "請求已轉送到 Workers AI，而它需要自己的權杖。",
  "gateway.unknown": "Cloudflare 可能在這個版本之後新增了代碼。",
  "anthropic.billing-unavailable": "對 Unified Billing 不支援的模型，送到 Anthropic 的請求不會帶金鑰。",
  "anthropic.stored-key-rejected":
    "已儲存的金鑰有誤或已撤銷。`x-api-key` 中的預留位置也會造成同樣的結果，因為它會蓋過已儲存的金鑰。",
  "anthropic.key-rejected": "金鑰有誤、不完整或已撤銷。",
  "anthropic.model-not-found": "名稱有誤，或模型已停止服務。",
  "anthropic.path-not-found": "位址多了或少了一段，常見的是重複的 `/v1`。",
  "anthropic.prefill": "對話以助理訊息結尾；4.6 之後的模型不再接續這種對話。",
  "anthropic.thinking": "模型不支援這種思考方式，或它的思考區塊被改動過。",
  "anthropic.rate-limited": "這是金鑰所屬帳戶在 Anthropic 的上限。",
  "anthropic.unknown": "Anthropic 可能在這個版本之後新增了錯誤。",
  "openai.billing-unavailable": "Unified Billing 只會為它支援的模型加上金鑰。",
  "openai.stored-key-rejected": "已儲存的金鑰有誤或已刪除，或被標頭 `Authorization` 蓋過。",
  "openai.key-missing": "標頭 `Authorization` 在途中遺失，或金鑰是空的。",
  "openai.no-credit": "看起來像速率上限，但等待沒有用。",
  "openai.path-not-found": "基底 URL 可能多了一個 `/v1`。",
  "openai.unknown": "OpenAI 可能在這個版本之後新增了錯誤。",
  "workers-ai.model-not-found": "名稱有誤，或模型已移除。",
  "workers-ai.model-not-allowed": "尚未接受模型的條款，或這是私有模型。",
  "workers-ai.no-capacity": "模型在各地都很忙碌，或處理時間太長。",
  "workers-ai.request-invalid": "例如提示詞超過模型的上下文長度。",
  "api.token-malformed": "複製權杖時連同其他內容一起複製了，例如 `Bearer` 或換行。",
  "api.token-unknown": "權杖輸入錯誤、已刪除或已更換。在需要個人權杖的地方使用帳戶權杖，也會得到這個結果。",
  "api.permission-missing":
    "權杖可用於其他用途。列出 Gateway 需要 _AI Gateway Read_，建立 Gateway 需要 _AI Gateway Edit_，列出帳戶需要 _Account Settings Read_，列出 Workers AI 的模型需要 _Workers AI Read_。經由 Gateway 的請求都不需要這些權限，只有 Workers AI 需要最後一項。",
  "api.account-token": "這種權杖以 `cfat_` 開頭。",
  "api.token-rejected": "這兩種情況 Cloudflare 的回應相同。只有 _AI Gateway Run_ 權限的權杖仍可用於請求。",
  "api.account-not-found": "也可能是權杖無法存取這個帳戶。",
  "api.gateway-not-found": "名稱有誤，或 Gateway 在別的帳戶裡。",
  "api.gateway-limit": "免費方案的帳戶最多 10 個 Gateway，付費方案 20 個。",
  "api.path-not-found": "對不存在的位址（例如 `/ai/v1/models`），Cloudflare 的 API 會回應 405，代碼是 7001。",
  "api.parameter-invalid": "API 不再接受這個版本送出的請求格式。",
  "api.unexpected": "`CLOUDFLARE_API_BASE_URL` 指向別的地方，或 API 在這個版本之後有變更。",
  "api.unknown": "Cloudflare 可能在這個版本之後新增了代碼。",
  "edge.access-denied":
    "請求帶有 Access 的服務權杖或使用者權杖，但必須有一條 Access 原則包含它；若是服務權杖，該原則的動作必須是 Service Auth。",
  "edge.access-login":
    "Gateway 的自訂網域受 Cloudflare Access 保護，這時要用 Access 的權杖取代 Gateway 權杖。gateway.ai.cloudflare.com 不會受 Access 保護。",
  "edge.address-blocked": "被防火牆規則封鎖，或整個網路或國家都被封鎖。",
  "edge.rate-limited": "可能有其他人共用這個位址。",
  "edge.domain-unready": "自訂網域沒有連接到 Gateway，或尚未完成連接。",
  "edge.origin-slow": "常見的原因是思考時間很長。",
  "edge.unknown": "Cloudflare 的文件依編號列出 1xxx 錯誤。",
  "network.name-not-found": "沒有網路、名稱被 DNS 過濾封鎖，或基底 URL 有錯字。",
  "network.connect-timeout": "常見的原因是防火牆直接丟棄封包。",
  "network.not-http": "那裡監聽的是別的服務，或是 `http` 和 `https` 用反了。",
  "tls.certificate": "通常是公司的代理伺服器用自己的憑證解開流量；也可能是系統時間不正確。",
  "tls.failed": "通常是連接埠錯誤，或受代理伺服器、防毒軟體影響。",
  "answer.page": "這個位址通往網站，而不是 Gateway。",
};
