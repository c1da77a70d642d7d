import type { completion as english } from "../en/completion.ts";
import { inBrackets, zh } from "./words.ts";

export const completion = (): ReturnType<typeof english> => ({
  description: "印出讓 shell 自動完成指令、旗標與值的指令碼，或安裝它。每次按 Tab，指令碼都會詢問 openclaw。",
  shellFlag: "以另一種方式指定 shell",
  installFlag: "為你的使用者安裝：指令碼，以及 shell 啟動檔中的一行",
  uninstallFlag: "移除 --install 寫入的內容",
  yesFlag: "不詢問",

  noShell: (shell) => zh`不支援你的 shell${inBrackets(shell)}的自動完成。`,
  nameShell: (shells) =>
    zh`請指定支援的 shell：${shells.map((shell) => `\`openclaw completion ${shell}\``).join("、")}。`,
  twoShells: ({ one, other }) => zh`指定了兩個 shell：${one} 和 ${other}。`,
  notOnPath: "`openclaw` 不在你的 PATH 中。將它放進 PATH 之後，`openclaw` 指令的自動完成才會生效。",

  willCreate: (path) => zh`會建立 ${path}`,
  willReplace: (path) => zh`會取代 ${path}`,
  willRemove: (path) => zh`會移除 ${path}`,
  willAdd: (path) => zh`會在 ${path} 加入：`,
  willTakeOut: (path) => zh`會從 ${path} 移除：`,
  askInstall: "要安裝嗎？",
  askUninstall: "要移除嗎？",
  passYes: "要不經詢問直接進行，請加上 `--yes`。",
  upToDate: (shell) => zh`${shell} 的自動完成已經安裝。沒有變更任何檔案。`,
  nothingInstalled: (shell) => zh`沒有安裝 ${shell} 的自動完成。沒有變更任何檔案。`,
  installed: (shell) => zh`已安裝 ${shell} 的自動完成，新開啟的 shell 就能使用。`,
  tryNow: (command) => zh`要在這個 shell 中使用，請執行 \`${command}\`。`,
  takeOut: (command) => zh`要再次移除，請執行 \`${command}\`。`,
  uninstalled: (shell) => zh`已移除 ${shell} 的自動完成，新開啟的 shell 不再有它。`,
});
