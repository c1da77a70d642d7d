import type { config as english } from "../en/config.ts";
import { grouped } from "../numbers.ts";
import { allOf, oneOf, zh } from "./words.ts";

/** The empty path is the whole file. */
const placeName = (path: string): string => path || "這個檔案";

export const config = (): ReturnType<typeof english> => ({
  notReadable: "設定檔不是有效的 JSON5。",
  notAllowed: "設定檔含有無效的值。",
  fixFile: "請修正檔案，再執行一次這個指令。",
  fixOrUndo: "請修正檔案，或執行 `openclaw undo`。",

  readOnly: (name) => zh`設定是唯讀的：已設定 ${name}。`,
  changeElsewhere: (name) => zh`請在管理設定的地方變更，或執行 \`unset ${name}\`。`,

  notUtf8: "有檔案含有不是 UTF-8 的位元組，重寫會破壞它們。",
  notUtf8Here: "第一個無效的位元組在這裡。",
  wrongEncoding: "有檔案不是 UTF-8。",
  savedAs: (encoding) => zh`這個檔案以 ${encoding} 儲存，不是 UTF-8。`,
  otherEncoding: ({ path, encoding }) => zh`${path} 以 ${encoding} 儲存，不是 UTF-8。`,
  saveAsUtf8: "請將檔案存成 UTF-8。",

  // Files of OpenClaw that are not read; their path stands before.
  homeIsStateFolder: (stateDir) => zh`OPENCLAW_HOME 取代家目錄，因此檔案在 ${stateDir} 中。`,
  setHomeAbove: ({ home, folder }) =>
    zh`請將 OPENCLAW_HOME 設為 ${home}，或取消設定它，並將 OPENCLAW_STATE_DIR 設為 ${folder}。`,
  configAbove: (config) => zh`這份設定檔在使用中的設定檔的上一層資料夾；使用中的是 ${config}。`,
  configBelow: (config) => zh`這份設定檔在使用中的設定檔的下一層資料夾；使用中的是 ${config}。`,
  useFolder: (folder) => zh`要使用它，請將 OPENCLAW_STATE_DIR 設為 ${folder}。`,
  formerFolder: (stateDir) => zh`這個資料夾是 OpenClaw 以前的名稱；${stateDir} 存在之後，就不再讀取它。`,
  moveFolder: ({ from, to }) => zh`要保留其中的設定，請先取消，再執行 \`mv ${from} ${to}\`。`,
  moveNeeded: (stateDir) => zh`請將仍需要的內容移到 ${stateDir}，然後移除這個資料夾。`,
  formerConfig: (config) => zh`這份設定檔是 OpenClaw 以前的名稱；${config} 存在之後，就不再讀取它。`,
  moveFile: ({ from, to }) => zh`要使用它，請先取消，再執行 \`mv ${from} ${to}\`。`,
  removeFormer: (config) => zh`請將仍需要的內容移到 ${config}，然後移除它。`,

  mustBe: ({ path, expected }) => zh`${placeName(path)} 必須是${expected}。`,
  isMissing: (path) => zh`缺少 ${placeName(path)}。`,
  isMissingFor: ({ path, key, value }) => zh`缺少 ${placeName(path)}；${key} 為「${value}」時必須設定它。`,
  /** Words that follow "must be". */
  expected: {
    nonEmptyString: "非空的字串",
    string: "字串",
    boolean: "true 或 false",
    variable: '像 "${NAME}" 這樣的變數',
    positive: "大於 0 的數字",
    wholeFrom: (min) => zh`不小於 ${min} 的整數`,
    wholeBetween: ({ min, max }) => zh`${min} 到 ${max} 的整數`,
    oneOf: (allowed) => zh`${allowed.join("、")} 其中之一`,
    list: "清單（`[ ]`）",
    object: "物件（`{ }`）",
    either: (shapes) => oneOf(shapes),
  },

  emptyText: "這裡應有一個值，例如 `{}`，但檔案是空的。",
  tooDeep: (max) => zh`巢狀超過 ${max} 層。`,
  syntaxError: ({ expected, found }) => zh`這裡應該是${expected}，卻是${found}。`,
  /** Tokens that JSON5 allows at a place; follows "Expected". */
  syntaxExpected: {
    value: "一個值",
    item: (close) => zh`一個值或 ${close}`,
    key: (close) => zh`一個鍵或 ${close}`,
    colon: "鍵後面的 `:`",
    separator: (close) => zh`\`,\` 或 ${close}`,
    end: "檔案結尾",
    commentEnd: "結束註解的 `*/`",
    escape: "有效的跳脫序列",
    quote: (quote) => zh`結束字串的 ${quote}`,
  },
  /** Text that is there instead; follows "found". */
  syntaxFound: {
    end: "檔案結尾",
    lineEnd: "行尾",
    codePoint: (hexadecimal) => zh`字元 U+${hexadecimal}`,
  },

  includeOutside: ({ file, path }) => zh`${file} 引入了 ${path}，但後者不在它的資料夾中。`,
  moveInclude: "請將檔案移到那裡，或將它的資料夾加入 OPENCLAW_INCLUDE_ROOTS。",
  includeMissing: ({ file, path }) => zh`${file} 引入了 ${path}，但後者不存在。`,
  includeTooLarge: ({ file, path, maxMib }) => zh`${file} 引入了 ${path}，但後者大於 ${maxMib} MiB。`,
  includeLoop: (chain) => zh`有檔案引入了自己：${chain.join(" > ")}。`,
  includeTooDeep: ({ file, max }) => zh`${file} 的引入深度超過 ${max} 層。`,
  includeTooMuch: ({ file, max, maxMib }) =>
    zh`${file} 總共引入超過 ${grouped(max)} 個檔案或 ${maxMib} MiB；重複引入的檔案每次都計入。`,
  includeNotPath: (file) => zh`${file} 中的 $include 必須是路徑或路徑的清單。`,

  listInSeveralFiles: (path) => zh`${placeName(path)} 由多個檔案合併而成。`,
  editByHandIn: (files) => zh`請在 ${oneOf(files)} 中手動編輯。`,
  setInSeveralFiles: (path) => zh`${placeName(path)} 同時在多個檔案中設定。`,
  setByHand: "請在其中一個檔案中手動設定。",

  attributesLost: ({ path, names }) => zh`新的 ${path} 無法保留原檔案的延伸屬性：${allOf(names)}。`,
  editDropped: "沒有進行這項編輯，因為它會連帶變更其他內容。",
  cannotSet: ({ path, parent, line, column, kind }) =>
    zh`無法設定 ${path}：${placeName(parent)}（第 ${line} 行，第 ${column} 欄）是${kind}。`,
  /** The kind of a value; follows "is". */
  kind: {
    null: "null",
    list: (items) => zh`含 ${grouped(items)} 個項目的清單`,
    object: "物件",
    string: "字串",
    number: "數字",
    boolean: "true 或 false",
  },
  cannotRemoveAll: "無法從檔案中移除整個檔案。",

  secretsNotReadable: (path) => zh`${path} 有一行無法讀取。`,
  fixSecrets: "請修正檔案，再執行一次這個指令。",
  notAssignment: "這一行不是 NAME=value 的格式。",
  commentOut: "請寫成 NAME=value，或在前面加上 #。",
  quoteOpen: "引號從這裡開始，但沒有結束。",
  closeQuote: (quote) => zh`請以 ${quote} 結束。`,
  cannotWriteVariable: ({ name, path, reason }) => zh`無法將 ${name} 寫入 ${path}：${reason}。`,
  cannotRemoveVariable: ({ name, path }) => zh`無法從 ${path} 移除 ${name}。`,
  /** Reasons why a variable cannot be written. */
  variableObstacle: {
    name: "它不是變數名稱",
    nul: "值含有 NUL 字元",
    surrogate: "值含有半個代理對（surrogate pair），UTF-8 無法表示",
    quotesAndHash: "值同時含有三種引號和 `#`",
    quotesAndEscape: "值含有單引號、反引號和 n 或 r 之前的反斜線，並含有 `#` 或換行",
    carriageReturn: '值含有歸位字元，並含有 n 或 r 之前的反斜線，或同時含有 `"` 和 `#`',
    quoteInFile: "檔案中未結束的引號會把它吞掉",
  },
  nameVariable: "只能使用英文字母、數字和 `_`。",
  chooseOtherValue: "請選擇其他值，或在環境中設定這個變數。",
  closeQuoteInFile: "請結束該引號，或移除它前面的反斜線。",

  variablesMissing: (names) => zh`${allOf(names)} 沒有值。`,
  setVariables: ({ path }) => (path === undefined ? "請用 export 匯出。" : zh`請加到 ${path}，或用 export 匯出。`),
  /** The file that could not be read, or not all of it, is reported by itself. */
  variablesUnread: ({ names, path }) => zh`${allOf(names)} 可能在 ${path} 中，但該檔案無法讀取。`,
  linesUnread: ({ names, path }) => zh`${path} 可讀取的各行中沒有 ${allOf(names)}。`,
  fixSecretsFirst: "請先修正該檔案。",

  usePort: "請使用 0 到 65535 的整數。",
  didYouMean: (word) => zh`你是指 \`${word}\` 嗎？`,
  useCustomBind:
    "要使用單一位址，請用 `custom`，並將位址設在 gateway.customBindHost，或以 `--gateway-custom-host` 指定。",
  useBind: "請使用 loopback、lan，或本機的位址。",
  notAddress: "這不是 IP 位址。",
  setAddress: "請設為本機的 IP 位址。",

  /** Says what dotenv makes of a line of .env, where something else was probably meant. */
  reading: {
    cut: (name) => zh`${name} 到 \`#\` 為止：其後的內容是註解。`,
    comment: (name) => zh`${name} 沒有值：\`#\` 之後的內容是註解。`,
    quotes: (name) => zh`${name} 保留了引號，因為引號沒有包住整個值。`,
    backslash: (name) => zh`${name} 保留了反斜線；它在這裡沒有跳脫任何字元。`,
    rest: (name) => zh`${name} 包含了該行其餘的內容。`,
    lines: (name) => zh`${name} 把下一行也納入了。`,
    spaces: (name) => zh`${name} 保留了引號內的空格。`,
    escape: (name) => zh`${name} 含有換行：\`\\n\` 在雙引號中代表換行。`,
    equals: (name) => zh`${name} 以 \`=\` 開頭。`,
    command: (name) => zh`${name} 是反引號中的指令，不會執行。`,
    repeated: (name) => zh`${name} 設定了不只一次，以這一行為準。`,
  },
  readingHint: {
    cut: "請用單引號包住整個值，或在註解前加上空格。",
    comment: "請用單引號包住這個值。",
    quotes: "請用引號包住整個值，或移除引號。",
    backslash: "請移除它；如果它屬於這個值，請用單引號包住這個值。",
    rest: "請每行只寫一個設定，不要使用 `;` 或 `,`。",
    lines: "請在同一行結束引號，或把值寫在那裡。",
    spaces: "請移除空格。",
    escape: "如果不是要換行，請使用單引號。",
    equals: "請移除一個 `=`。",
    command: "請直接寫入值。",
    repeated: "請移除其他各行。",
  },

  tokenShort: ({ name, least }) => zh`${name} 少於 ${least} 個字元，可能被猜出。`,
  /** The variable with tokens of several people or programs. */
  limits: {
    noRate: (number) => zh`第 ${number} 個限制不是 Cloudflare 能計算的速率。`,
    form: (most) =>
      zh`請寫成 \`60/minute\` 或 \`10/10s\`；只限制一個權杖時，寫成 \`alice=60/minute\` 或 \`alice=none\`。請求數可為 1 到 ${most}。`,
    badName: (number) => zh`第 ${number} 個限制的名稱不符規則。`,
    nameTwice: (name) => zh`「${name}」有兩個限制。`,
    everyoneTwice: "有兩個沒有名稱的限制。",
  },
  namedTokens: {
    many: (most) => zh`OPENCLAW_GATEWAY_TOKENS 中的權杖超過 ${most} 個。`,
    full: (most) => zh`OPENCLAW_GATEWAY_TOKENS 已有 ${most} 個權杖。`,
    removeSome: "請移除沒有人使用的權杖。",
    noName: (number) => zh`OPENCLAW_GATEWAY_TOKENS 的第 ${number} 項沒有名稱。`,
    form: "請寫成 `name=token`，並以逗號分隔。",
    badName: (number) => zh`OPENCLAW_GATEWAY_TOKENS 第 ${number} 項的名稱不符規則。`,
    nameForm: "最多 64 個字元，只能使用英文字母、數字、`.`、`_` 和 `-`，並以字母或數字開頭。",
    nameTwice: (name) => zh`OPENCLAW_GATEWAY_TOKENS 中有兩個「${name}」的權杖。`,
    removeOne: "請移除其中一個。",
    tokenOf: (name) => zh`「${name}」的權杖`,
    empty: (name) => zh`「${name}」的權杖是空的。`,
    blank: (name) => zh`「${name}」的權杖含有空白字元。`,
    separate: "請在兩個權杖之間加上逗號。",
    isMain: (name) => zh`「${name}」的權杖與 OPENCLAW_GATEWAY_TOKEN 相同。`,
    sameToken: ({ name, other }) => zh`「${name}」的權杖與「${other}」的相同。`,
    makeNew: (name) =>
      zh`要產生新的權杖，請先執行 \`openclaw gateway token remove ${name}\`，再執行 \`openclaw gateway token add ${name}\`。`,
  },
  replacePassword: "請使用較長的密碼。",
  replaceToken: "請使用較長的權杖，或移除它，再執行 `openclaw onboard` 產生一個。",
  variableSkipped: (path) => zh`${path} 沒有值：OpenClaw 不會代換其中的參照，因此略過它。`,
  writeReference: (reference) => zh`請寫成 \`${reference}\`。`,
  referToVariable: "請直接寫入值，或寫成 `${NAME}`，其中是變數的名稱。",
  nothingReplaced: "請直接寫入值：在 .env、env.vars 和環境中，不會代換參照。",
  writeValue: "請直接寫入值。",
  storeValue: "請將值本身存在那裡。",
  extraText: ({ name, repairs }) =>
    zh`${name} 除了憑證還有其他內容；用 \`openclaw onboard\` 輸入時會自動處理（${repairs.join("、")}）。`,
  keepCredential: (name) => zh`${name} 請只保留憑證本身。`,
  keyInList: ({ list, position }) => zh`${list} 的第 ${position} 個金鑰`,
  ofKey: ({ key, sentence }) => zh`${key}：${sentence}`,
  variableIn: ({ name, place }) => zh`${place} 中的 ${name}`,
  /** Places of a variable's value; follows "from" or "in". */
  variableSources: {
    "process environment": "環境",
    ".env": ".env",
    "gateway.env": "~/.config/openclaw/gateway.env",
    "config env": "openclaw.json 的 env",
    "login shell": "登入 shell",
  },
  variableNotAllowed: ({ place, name }) => zh`${place} 的允許清單中沒有 ${name}。`,
  noSecretSource: ({ place, source }) => zh`${place} 不是以來源「${source}」設定的。`,
  unknownSecretSource: ({ place, source }) => zh`${place} 使用未知的來源「${source}」。`,
  /** `sentence` is the reason. */
  secretSourceFailed: ({ place, sentence }) => zh`${place}：${sentence}`,
  pathRelative: (path) => zh`路徑「${path}」是相對路徑，會因執行指令的資料夾而不同。`,
  pathWithNul: "路徑含有 NUL 字元。",
  writeFullPath: "請寫出完整路徑。",
  pathNotTrusted: (path) => zh`${path} 不在它的任何一個 \`trustedDirs\` 中。`,
  pathChangeable: (path) => zh`其他使用者可以變更 ${path}。`,
  protectPath: (command) => zh`請執行 \`${command}\`，或設定 \`allowInsecurePath\`。`,
  programOfOther: ({ path, owner }) => zh`程式 ${path} 屬於 ${owner}；它必須屬於你或 root。`,
  secretFileMissing: (path) => zh`${path} 不存在。`,
  secretFileEmpty: (path) => zh`${path} 是空的。`,
  secretFileNotJson: (path) => zh`${path} 不是 JSON。`,
  singleValueMode: "如果檔案中只有機密本身，請將 `mode` 設為「singleValue」。",
  noSecretAt: ({ path, id }) => zh`${path} 的「${id}」沒有字串。`,
  secretProgramFailed: ({ command, status }) => zh`程式 \`${command}\` 執行失敗，結束代碼為 ${status}。`,
  secretProgramNotJson: (command) => zh`程式 \`${command}\` 沒有輸出 JSON。`,
  secretProgramGaveNone: ({ command, id }) => zh`程式 \`${command}\` 沒有提供「${id}」的值。`,
  unsupportedSecretSource: ({ place, source }) => zh`${place}：這裡不支援來源「${source}」。`,
  useSupportedSource: "請使用來源 env、file 或 exec。",
  pluginSecretSource: (place) => zh`${place} 由官方版 OpenClaw 的外掛執行，這裡沒有該外掛。`,
  useCommand: "請將 `command` 設為程式的完整路徑。",
  secretFileIrregular: (path) => zh`${path} 不是一般檔案。`,
  secretFileTooLarge: ({ path, maxBytes }) => zh`${path} 大於 \`maxBytes\` 的上限 ${grouped(maxBytes)} 位元組。`,
  plainOutput: "如果它只輸出機密本身，請將 `jsonOnly` 設為 false。",
  secretProtocol: ({ command, version }) => zh`程式 \`${command}\` 沒有以協定第 ${version} 版回應。`,
  /** By the code that the program gave for the id. */
  secretProgramRefused: {
    NOT_FOUND: ({ command, id }) => zh`程式 \`${command}\` 找不到「${id}」。`,
    AMBIGUOUS_DUPLICATE_KEY: ({ command, id }) => zh`程式 \`${command}\` 找到多個「${id}」。`,
  },

  // The gateway of another machine.
  remote: {
    urlForm: "這不是 Gateway 的 URL。",
    urlFormHint: "請以 `--remote-url wss://gateway.example.com` 的格式指定。",
    urlExtras: "URL 含有使用者名稱、密碼、查詢字串或片段。",
    urlExtrasHint: "請以 `--remote-token-file` 提供權杖。",
    urlOpen: "途中的其他人可以讀取送往這個 URL 的內容。",
    urlOpenHint: "請使用 wss:// 或 https://，或以 SSH 通道連到 ws://127.0.0.1。",
    unusable: "以這份設定無法使用遠端 Gateway。",
    tokenUnusable: "無法使用遠端 Gateway 的權杖。",
    noUrl: "gateway.mode 是「remote」，但沒有 gateway.remote.url。",
    setUrl: (command) => zh`要設定它，請執行 \`${command}\`。`,
    notRunHere: (path) => zh`這台電腦不執行 Gateway：${path} 的 gateway.mode 是「remote」，使用的是別處的 Gateway。`,
    backToLocal: (command) => zh`要改在這裡執行，請先執行 \`${command}\`。`,
  },
});
