import type { clientFiles as english } from "../en/client-files.ts";
import { allOf, zh } from "./words.ts";

export const clientFiles = (): ReturnType<typeof english> => ({
  writeFlag: "將設定寫入用戶端自己的檔案；會先顯示並詢問",
  undoFlag: "從用戶端的檔案移除這些設定；會先顯示並詢問",
  yesFlag: "不詢問，直接寫入或還原",

  notReadable: "無法編輯用戶端的設定檔，檔案沒有變更。",
  notToml: "這不是 TOML。",
  notStrict: "這不是 JSON。這裡不能有註解和結尾逗號。",
  noObject: "檔案內容必須是一個物件 `{ … }`。",
  formUnknown: (path) => `\`${path}\` 的寫法無法在不損失內容的情況下編輯。`,
  cannotEdit: (path) => zh`編輯 ${path} 會損失其中的內容，因此檔案沒有變更。`,
  credentialInTheWay: "用戶端的設定檔裡有會因此遺失的憑證，因此檔案沒有變更。",
  removeCredential: (path) => `\`${path}\` 是你自己的憑證。請手動移除，再執行一次。`,
  putInByHand: (command) => `要手動加入設定，請用 \`${command}\` 印出內容。`,
  noFile: (client) => zh`${client} 沒有 openclaw 能編輯的設定檔。`,
  noFileHint: (command) => `要查看它需要什麼，請執行 \`${command}\`。`,

  willChange: (path) => zh`這會變更 ${path}：`,
  willCreate: (path) => zh`這會建立 ${path}：`,
  willRemove: (path) => zh`這會移除 openclaw 建立的 ${path}。`,
  group: ({ names, more }) => (more === 0 ? names.join("、") : zh`${names.join("、")} 等共 ${names.length + more} 項`),
  askUndo: "要還原這項變更嗎？",
  upToDate: ({ client, path }) => zh`${path} 中已有 ${client} 的設定，沒有變更任何檔案。`,
  nothingToUndo: (client) => zh`${client} 沒有可以還原的變更。`,
  leftAsIs: ({ path, names }) =>
    zh`${path} 中的 ${allOf(names.map((name) => `\`${name}\``))} 之後又有變更，因此保持原狀。`,
  undone: ({ client, path }) => zh`已從 ${path} 移除 ${client} 的設定。`,
  removed: (path) => zh`已移除 ${path}。`,
  replacesProfile: ({ client, profile }) =>
    profile === undefined
      ? zh`${client} 目前使用預設 profile 的 Gateway，這次變更會取代它。`
      : zh`${client} 目前使用 profile「${profile}」的 Gateway，這次變更會取代它。`,
  variableWins: ({ client, names }) =>
    zh`這個 shell 設定了 ${allOf(names)}，會優先使用。啟動 ${client} 前請先取消設定。`,
  needsVariable: ({ client, name, command }) =>
    zh`${client} 從 ${name} 讀取權杖。請先在每個 shell 中執行 \`${command}\`。`,
  startGateway: ({ clients, command }) =>
    zh`本機 Gateway 沒有在執行。使用 ${allOf(clients)} 前，請先用 \`${command}\` 啟動。`,
  takesEffectRemote: (clients) => zh`請重新啟動 ${allOf(clients)}，才會使用遠端 Gateway。`,
  takesEffect: (clients) => zh`請重新啟動 ${allOf(clients)}，才會使用本機 Gateway。`,
  takeBack: (commands) => zh`要還原，請執行 ${allOf(commands.map((command) => `\`${command}\``))}。`,

  offer: (clients) => zh`要讓 ${allOf(clients)} 使用本機 Gateway 嗎？`,
  offerWhich: "要設定哪些？",
  cannotOffer: ({ client, reason }) => zh`${client} 沒有設定成功。${reason}`,
});
