/** The ideographs that Traditional Chinese is written with: those of Big5, the character set of Taiwan. */
const TRADITIONAL = new Set(
  byteRange(0xa4, 0xf9).flatMap((lead) =>
    [...byteRange(0x40, 0x7e), ...byteRange(0xa1, 0xfe)].map((trail) =>
      new TextDecoder("big5").decode(Uint8Array.of(lead, trail)),
    ),
  ),
);

/** Common characters of Simplified Chinese that Big5 has as well, since they were once rare ones of their own. */
const SIMPLIFIED = new Set("么网构据离丰价优伙儿几划厂听圣坏宁岭帘庄怀惊扑晒极气洁痒种胜苹体万与并个");

function byteRange(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Words of the mainland as patterns, and what Taiwan says. */
const FOREIGN_WORDS: Readonly<Record<string, string>> = {
  默認: "預設",
  服務器: "伺服器",
  網絡: "網路",
  信息: "訊息",
  軟件: "軟體",
  硬件: "硬體",
  內存: "記憶體",
  磁盤: "磁碟",
  "用戶(?!端)": "使用者",
  字符: "字元",
  屏幕: "螢幕",
  緩存: "快取",
  鏈接: "連結",
  打印: "印出",
  加載: "載入",
  保存: "儲存",
  添加: "加入",
  端口: "連接埠",
  令牌: "權杖",
  密鑰: "金鑰",
  配置: "設定",
  賬戶: "帳戶",
  登錄: "登入",
  支持: "支援",
  激活: "啟用",
  超時: "逾時",
  進程: "程序",
  線程: "執行緒",
  變量: "變數",
  字段: "欄位",
  調用: "呼叫",
  "(?<!家)目錄": "資料夾",
  命令行: "命令列",
  數據: "資料",
  您: "你",
};

const IDEOGRAPH = String.raw`\p{Script=Han}`;
const WIDE_SIGN = "，。：；？！「」『』（）、";

const FAULTS: readonly (readonly [what: string, where: RegExp])[] = [
  [
    "a half-width sign after Chinese",
    new RegExp(`${IDEOGRAPH}[,;:!?.](?![\\w/])|${IDEOGRAPH}[(]|[)]${IDEOGRAPH}`, "u"),
  ],
  [
    "no space between Latin and Chinese",
    new RegExp(`${IDEOGRAPH}[\\w\`~$<"'/*%+=-]|[\\w\`~$>"'/*%+=-]${IDEOGRAPH}`, "u"),
  ],
  ["a space at a full-width sign", new RegExp(`[^\\s] [${WIDE_SIGN}]|[${WIDE_SIGN}] [^\\s]`, "u")],
  ["a space between Chinese characters", new RegExp(`${IDEOGRAPH} ${IDEOGRAPH}`, "u")],
];

/** Faults of a text in the Chinese of Taiwan, each with its place; code in backticks is not looked at. */
export function faultsIn(text: string): readonly string[] {
  const prose = text.replace(/`[^`\n]*`/g, "`x`");
  const simplified = [...prose].filter(
    (character) => hasChinese(character) && (!TRADITIONAL.has(character) || SIMPLIFIED.has(character)),
  );
  return [
    ...simplified.map((character) => `Simplified: ${character} in ${text}`),
    ...Object.entries(FOREIGN_WORDS).flatMap(([word, ours]) =>
      new RegExp(word, "u").test(prose) ? [`"${word}" is "${ours}" in Taiwan: ${text}`] : [],
    ),
    ...FAULTS.flatMap(([what, where]) =>
      where.test(prose) ? [`${what}, at "${where.exec(prose)?.[0]}": ${text}`] : [],
    ),
  ];
}

export const hasChinese = (text: string): boolean => new RegExp(IDEOGRAPH, "u").test(text);
