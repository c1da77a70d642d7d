import type { core as english } from "../en/core.ts";
import { allOf, oneOf, zh } from "./words.ts";

type Core = ReturnType<typeof english>;

const CHECK_PERMISSIONS = "請檢查檔案與其資料夾的擁有者和權限。";
const FREE_SPACE = "請釋放一些空間，再試一次。";
const MOUNT_FOLDER = "請改為掛載包含該檔案的資料夾。";
const CLOSE_PROGRAMS = "請關閉一些程式，再執行一次這個指令。";

/** By the system's code for it. */
const REFUSALS: Readonly<Record<string, ReturnType<Core["refusal"]>>> = {
  EACCES: { reason: "權限不足", hint: CHECK_PERMISSIONS },
  EPERM: {
    reason: "系統不允許這項操作",
    hint: "請檢查檔案與其資料夾的擁有者和權限，並以 `lsattr -d` 檢查其中是否有不可變更（immutable）的項目。",
  },
  EROFS: { reason: "檔案系統是唯讀的", hint: "請讓它可以寫入，或改用其他資料夾。" },
  ENOSPC: { reason: "磁碟已滿", hint: FREE_SPACE },
  EDQUOT: { reason: "磁碟配額已用完", hint: FREE_SPACE },
  ENOENT: { reason: "所在的資料夾不存在", hint: "請先建立該資料夾。" },
  EEXIST: { reason: "這個名稱已被使用", hint: "請將它移到別處。" },
  EISDIR: { reason: "它是資料夾", hint: "請將該資料夾移到別處，或選擇其他路徑。" },
  ENOTDIR: { reason: "路徑中有一部分不是資料夾", hint: "請檢查路徑。" },
  ELOOP: { reason: "符號連結形成迴圈", hint: "請移除這些連結。" },
  ENAMETOOLONG: { reason: "路徑太長", hint: "請使用較短的路徑。" },
  EBUSY: { reason: "它正在使用中，無法取代（可能只有這個檔案掛載到容器中）", hint: MOUNT_FOLDER },
  EXDEV: { reason: "它與所在的資料夾位於不同的檔案系統（可能只有這個檔案是掛載進來的）", hint: MOUNT_FOLDER },
  EINTR: { reason: "操作被訊號中斷", hint: "請再執行一次這個指令。" },
  EFBIG: { reason: "它會超過這裡允許的檔案大小", hint: "請檢查 `ulimit -f` 和檔案系統的限制。" },
  EMFILE: { reason: "開啟的檔案太多", hint: "請提高 `ulimit -n`，再執行一次這個指令。" },
  ENFILE: { reason: "系統上開啟的檔案太多", hint: CLOSE_PROGRAMS },
  ENOMEM: { reason: "系統的記憶體已用完", hint: CLOSE_PROGRAMS },
  ESTALE: { reason: "網路檔案系統找不到它了", hint: "請重新掛載該檔案系統，再執行一次這個指令。" },
  EIO: { reason: "磁碟回報錯誤", hint: "請檢查磁碟。" },
};

export const core = (): Core => ({
  /** One sentence a code, for the table of error codes. */
  errorCodes: {
    "usage.unknown": "未知的指令、旗標或引數。",
    "usage.missing": "缺少必要的項目。",
    "usage.invalid": "旗標或變數的值無效。",
    "usage.conflict": "兩個旗標，或旗標與變數，互相矛盾。",
    "terminal.required": "必須提問，但沒有可以提問的終端機。",
    "terminal.secret": "機密會顯示在螢幕上。",
    "prompt.cancelled": "使用者在變更任何檔案之前離開。",
    "config.syntax": "`openclaw.json` 或它引入的檔案不是 UTF-8 編碼的 JSON5。",
    "config.invalid": "`openclaw.json` 是 JSON5，但含有無效的值。",
    "config.include": "某個 `$include` 無法讀取，或它所指的檔案無法編輯。",
    "config.missing": "還沒有 `openclaw.json`。",
    "config.path": "設定檔在這個路徑沒有值。",
    "config.edit": "這項編輯會讓檔案遺失其他內容，因此無法進行。",
    "config.read-only": "`OPENCLAW_CONFIG_READONLY` 或 `OPENCLAW_NIX_MODE` 禁止變更。",
    "config.changed": "編輯期間，另一個程式不斷變更檔案。",
    "client.syntax": "用戶端的設定檔格式不符，或不是 UTF-8。",
    "secrets.syntax": "`.env` 有一行不是 `NAME=value`，或檔案不是 UTF-8。",
    "secrets.unrepresentable": "某個值寫入 `.env` 後無法原樣讀回。",
    "credentials.missing": "必要的憑證沒有值。",
    "provider.unknown": "沒有已知或已設定的提供者使用這個名稱。",
    "provider.unserved": "沒有設定任何能滿足用戶端需求的提供者。",
    "verify.failed": "檢查發現設定無法運作；沒有變更任何檔案。",
    "model.unknown": "沒有這個名稱的模型、備援模型或別名，或有好幾個。",
    "models.unavailable": "沒有任何提供者列出模型；沒有儲存任何內容。",
    "analytics.unavailable": "無法從 Cloudflare 讀取 Worker 的用量。",
    "gateway.config": "本機 Gateway 無法以這份設定啟動，重試也沒有用。",
    "gateway.listen": "本機 Gateway 無法在它的位址上監聽。",
    "gateway.workers": "本機 Gateway 處理請求的程序不斷結束。",
    "gateway.unavailable": "這份設定的 Gateway 沒有在它的位址上回應，或它沒有頁面。",
    "backup.missing": "沒有可以還原的備份。",
    "service.unavailable": "這個使用者沒有能執行本機 Gateway 的 systemd 或 launchd。",
    "service.missing": "本機 Gateway 尚未安裝為服務。",
    "service.foreign": "另一個程式有同名的服務。",
    "service.failed": "systemd 或 launchd 未能完成要求的動作。",
    "project.foreign": "資料夾中有另一個專案，或沒有 `gateway worker` 寫入的專案。",
    "project.syntax": "無法讀取或編輯 Worker 專案的檔案。",
    "file.access": "檔案或資料夾無法讀取或寫入。",
    "file.locked": "另一個 openclaw 程序正在寫入。",
    "internal.bug": "程式本身出錯；訊息會說明如何回報。",
  },

  cannot: {
    create: ({ path, reason }) => zh`無法建立 ${path}：${reason}。`,
    date: ({ path, reason }) => zh`無法設定 ${path} 的時間：${reason}。`,
    lock: ({ path, reason }) => zh`無法鎖定 ${path}：${reason}。`,
    move: ({ path, reason }) => zh`無法移動 ${path}：${reason}。`,
    protect: ({ path, reason }) => zh`無法變更 ${path} 的權限：${reason}。`,
    read: ({ path, reason }) => zh`無法讀取 ${path}：${reason}。`,
    remove: ({ path, reason }) => zh`無法移除 ${path}：${reason}。`,
    write: ({ path, reason }) => zh`無法寫入 ${path}：${reason}。`,
  },
  refusal: (code) =>
    REFUSALS[code] ?? {
      reason: zh`系統回報 ${code}`,
      hint: "請再執行一次這個指令。如果錯誤仍在，請檢查檔案系統。",
    },
  linkToNowhere: ({ link, target }) => zh`${link} 是指向 ${target} 的連結，但該目標不存在`,
  createFolder: ({ folder, command, link }) =>
    zh`如果 ${folder} 在某個磁碟上，請掛載該磁碟。否則請執行 \`${command}\`，或移除 ${link}。`,
  partIsFile: (part) => zh`${part} 不是資料夾`,
  noFoldersIn: (folder) => zh`${folder} 中無法建立資料夾`,
  useOtherFolder: "請改用其他資料夾：設定 HOME 或 OPENCLAW_STATE_DIR。",
  letRead: ({ path, owner, uid }) =>
    zh`${path} 屬於 ${owner}。請讓${uid === undefined ? "你的使用者" : `ID 為 ${uid} 的使用者`}可以讀取它。`,
  belongsTo: ({ path, owner }) => zh`${path} 屬於 ${owner}。請以 ${owner} 的身分執行 openclaw，或改用其他資料夾。`,
  giveBack: ({ path, owner, command }) => zh`${path} 屬於 ${owner}。請執行 \`${command}\`。`,
  modeForbids: ({ path, mode, command }) => zh`${path} 是你的，但權限為 ${mode}。請執行 \`${command}\`。`,
  immutable: "它不可變更（immutable），或只能附加內容（append-only）",
  makeMutable: (path) =>
    zh`請執行 \`sudo chattr -i -a ${path}\`；在 macOS 上執行 \`sudo chflags nouchg,nouappnd ${path}\`。`,
  notRegularFile: "它不是一般檔案",
  putFileThere: "請改放檔案，或指向檔案的連結。",

  changedMeanwhile: (path) => zh`另一個程式同時變更了 ${path}。`,
  runAgain: "請再執行一次這個指令。",
  locked: ({ path, pid }) => (pid === undefined ? zh`不明的程序鎖定了 ${path}。` : zh`程序 ${pid} 鎖定了 ${path}。`),
  lockedElsewhere: ({ path, pid, host }) =>
    zh`另一個容器或另一台機器（主機 ${host || "不明"}）上的程序 ${pid} 鎖定了 ${path}。`,
  waitForAbandoned: ({ lock, minutes }) =>
    zh`請等它結束。${minutes} 分鐘後，它的鎖定會視為已放棄。如果它已經結束，請刪除 ${lock}。`,
  /** A reason why something cannot be locked. */
  tooLarge: (mb) => zh`它大於 ${mb} MB`,
  notALock: "鎖定檔的位置上是資料夾、連結、管線，或過大的檔案",
  moveAway: (path) => zh`請將 ${path} 移到別處。`,
  waitOrUnlock: (lock) => zh`請等它結束。如果它不是 openclaw 程序，請刪除 ${lock}。`,

  /** Says what stands in place of a credential. Without `what`, the sentence is about an answer just given. */
  unresolved: {
    reference: (what = "這個值") => zh`${what} 看起來是參照，但這裡不會換成實際的值。`,
    command: (what = "這個值") => zh`${what} 看起來是指令，但這裡不會執行指令。`,
    file: (what = "這個值") => zh`${what} 是檔案名稱，但這裡不會讀取檔案。`,
    store: (what = "這個值") => zh`${what} 指向機密儲存庫中的項目，但這裡不會查詢。`,
    placeholder: (what = "這個值") => zh`${what} 是預留位置，不是實際的值。`,
    masked: (what = "這個值") => zh`${what} 是遮蔽過的值，只剩下一部分。`,
    scheme: (what = "這個值") => zh`${what} 在「Bearer」之後就結束了，沒有權杖。`,
  },

  characters: {
    lineBreak: "換行",
    blank: "空格或定位字元",
    control: "控制字元",
    nonAscii: "非 ASCII 字元",
  },

  /** Says what HTTP cannot carry. */
  sendable: {
    noName: "有一個標頭沒有名稱。",
    nameIt: "請為它命名，或移除它。",
    name: ({ name, character, position }) => zh`標頭名稱「${name}」的第 ${position} 個字元是${character}。`,
    nameForm: "只能使用英文字母、數字和 `-`。",
    setByHttp: (name) => zh`標頭 ${name} 由 HTTP 自行設定，因此不能在設定中指定。`,
    remove: "請移除。",
    value: ({ name, character, position }) => zh`標頭 ${name} 的第 ${position} 個字元是${character}，無法傳送。`,
    key: ({ character, position }) => zh`API 金鑰的第 ${position} 個字元是${character}，無法傳送。`,
    token: ({ character, position }) => zh`本機 Gateway 權杖的第 ${position} 個字元是${character}，無法傳送。`,
    correct: (variables) => (variables.length === 0 ? "請更正這個值。" : zh`請更正 ${allOf(variables)} 的值。`),
    escape: ({ variables, example }) => {
      const what = variables.length === 0 ? "它" : allOf(variables);
      return zh`請將 ${what} 寫成單行的 JSON，並使用 \\u 跳脫${example === "" ? "。" : zh`：\`${example}\`。`}`;
    },
  },

  /** A value from a flag, a variable or a question; `useOneOf` or another advice follows. */
  invalidValue: (value) => zh`值「${value}」無效。`,
  useOneOf: (values) => zh`請使用 ${oneOf(values)}。`,
  cannotCombine: ({ flag, other }) => zh`${flag} 不能與 ${other} 併用。`,
  passOnlyOne: "請只指定其中一個。",
  credentialHere: "這看起來是憑證，不應該填在這裡。",
  credentialNotStored: "它沒有被儲存。",
  profileElsewhere: ({ flag, folder, name, path }) => zh`${flag} 代表 ${folder} 中的檔案，但 ${name} 是 ${path}。`,
  chooseProfile: ({ flag, name }) => zh`請不要使用 ${flag}，或先執行 \`unset ${name}\`。`,
  profileInvalid: "--profile 的值無效。只能使用英文字母、數字、`-` 和 `_`。",

  /** A path from a variable that leads to no folder anybody meant. `fixPath` follows. */
  oddPath: {
    notUtf8: ({ name }) => zh`${name} 不是 UTF-8。`,
    controlCharacter: ({ name }) => zh`${name} 含有換行或其他控制字元。`,
    quotes: ({ name, value }) => zh`${name} 的值含有引號：${value}`,
    unexpanded: ({ name, value }) => zh`${name} 含有變數的名稱，而不是它的值：${value}`,
    noValue: ({ name, value }) => zh`${name} 是「${value}」，這是程式對沒有值的變數的寫法。`,
    relative: ({ name, value }) => zh`${name} 是相對路徑，在每個工作資料夾中會指向不同的資料夾：${value}`,
  },
  sharedFolder: ({ name, path }) => zh`${name} 是 ${path}，其中不只有 OpenClaw 的檔案。`,
  fixPath: ({ name, meant }) =>
    meant === undefined
      ? zh`請將 ${name} 設為絕對路徑，或取消設定。`
      : zh`你是指 ${meant} 嗎？請將 ${name} 設為絕對路徑，或取消設定。`,
});
