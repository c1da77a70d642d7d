import type { clients as english } from "../en/clients.ts";
import { oneOf, zh } from "./words.ts";

export const clients = (): ReturnType<typeof english> => ({
  protocols: {
    "anthropic-messages": "Anthropic 的 Messages API",
    "openai-responses": "OpenAI 的 Responses API",
    "openai-completions": "Chat Completions API",
  },
  notServed: ({ client, protocols }) => zh`${client} 需要 ${oneOf(protocols)}，但沒有為此設定提供者。`,
  setUp: (command) => `要設定提供者，請執行 \`${command}\`。`,
  alsoSpeaks: ({ client, protocol, command }) =>
    zh`${client} 也能使用 ${protocol}，但沒有為此設定提供者。要設定提供者，請執行 \`${command}\`。`,
  putIntoFile: ({ client, path }) => zh`請將這些內容存成 ${path}，${client} 會讀取它。`,
  addToFile: ({ client, path }) => zh`請將這些內容加到 ${client} 讀取的 ${path}。檔案已存在，請保留其他內容。`,
  setVariable: ({ client, command }) => zh`${client} 從變數讀取權杖。請先在每個 shell 中執行 \`${command}\`。`,
  writeInstead: (command) => `要由程式代勞，請執行 \`${command}\`。`,
  writeIntoFile: ({ path, command }) => zh`要改為寫入 ${path}，請執行 \`${command}\`。`,
  otherListens: (url) =>
    zh`有其他程式在監聽 ${url}，或那裡的 openclaw 沒有及時回應。用戶端會將本機 Gateway 權杖送到那裡。`,
  foreignListens: (url) => zh`${url} 的 Gateway 無法證明它有這個 profile 的權杖，可能屬於其他 profile 或使用者。`,
  useOtherPort: ({ port, command }) => `請停止該程式，或執行 \`${command}\` 並將 OPENCLAW_GATEWAY_PORT 設為 ${port}。`,
  startGateway: ({ url, command }) => zh`目前沒有程式在監聽 ${url}。要啟動本機 Gateway，請執行 \`${command}\`。`,
});
