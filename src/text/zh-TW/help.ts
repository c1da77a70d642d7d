import type { help as english } from "../en/help.ts";
import { zh } from "./words.ts";

/** The purposes of the examples on the help pages; the commands themselves stand in `src/commands/help.ts`. */
export const help = (): ReturnType<typeof english> => ({
  examplesTitle: "範例：",
  docs: (url) => zh`說明文件：${url}`,

  setUpAnything: "以問答方式完成所有設定",
  listModels: "列出你可以使用的模型",
  findFaults: "找出問題所在",
  flagsOf: "顯示某個指令的旗標",

  setUp: "以問答方式設定 Cloudflare AI Gateway",
  fromScript: "在指令稿中設定，金鑰放在檔案裡",
  oneAnswer: "只變更一項，其餘保留",
  replaceKey: "將金鑰換成可用的新金鑰",

  configuredModels: "列出已設定的模型",
  offeredModels: "一併列出提供者供應的模型",
  oneProvider: "列出某個提供者供應的所有模型",
  askNow: "立即向提供者查詢",
  searchNames: "搜尋名稱",
  refresh: "向每個已設定的提供者查詢，並儲存結果",

  getOne: "印出一個值",
  setOne: "變更一個值",
  getModel: "印出預設模型與備援模型",
  getFirst: "印出清單的第一個項目",
  getAll: "為其他程式印出整份設定，機密已遮蔽",
  trySet: "顯示會有哪些變更",
  setBatch: "套用一份清單中的變更，全部成功或全部不動",
  unsetOne: "恢復預設值",
  validateFile: "找出錯誤的值與拼錯的鍵",
  openFile: "閱讀這個檔案",

  runHere: "在這個終端機中執行本機 Gateway",
  asService: "以服務的形式執行",
  seeStatus: "檢查是否正在執行，以及還缺少什麼",
  configuredPort: "在已設定的連接埠上監聽",
  letOthersIn: "改用其他連接埠，並允許其他機器連線",
  install: "安裝或更新服務",
  uninstall: "移除服務",
  start: "啟動已安裝的服務",
  stop: "停止已安裝的服務",
  restart: "重新啟動已安裝的服務",
  status: "顯示服務、Gateway 與憑證的狀態",
  asJson: "以程式可讀的格式輸出相同內容",
  startClient: "透過本機 Gateway 啟動 Claude Code",
  inFish: "在 fish 中設定變數",
  forSdks: "印出 OpenAI SDK 所用的變數",
  forFile: "印出 Codex 設定檔的內容",
  giveToken: "將權杖交給程式",
  addToken: "為 Anna 建立權杖",
  tokenNames: "檢視誰有權杖",
  showToken: "將這個名稱的權杖交給程式",
  removeToken: "收回權杖",

  showFaults: "顯示問題",
  repair: "修復可以安全修復的問題",
  everyCheck: "顯示所有檢查，且不連線到任何地方",
  lastChange: "顯示最後一次變更",
  undoIt: "詢問後還原",

  logOut: "詢問後移除所有提供者的金鑰",
  logOutOfOne: "在指令碼中移除其中一個提供者的金鑰",
});
