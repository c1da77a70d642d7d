import type { workerProject as english } from "../en/worker-project.ts";
import { grouped } from "../numbers.ts";
import { allOf, zh } from "./words.ts";

export const workerProject = (): ReturnType<typeof english> => ({
  nameFlag: "Worker 的名稱（預設：openclaw-gateway）",
  domainFlag: "以你帳戶中某個網域（zone）的主機名稱提供服務，而不是 workers.dev",
  limitFlag:
    "權杖可以傳送的請求數：120/minute 用於每個權杖，alice=60/minute 只用於 alice，ci=none 表示不限制；可重複指定",
  cooldownsFlag: "透過 Durable Object，讓 Worker 的所有執行個體共用冷卻期",
  noCooldownsFlag: "不再共用：每個執行個體各自計算冷卻期",
  usageFlag: "把請求記到 Workers Analytics Engine，由 `openclaw usage --worker` 讀取",
  noUsageFlag: "不再記錄；Cloudflare 已有的資料會保留三個月",

  badName: "這不是有效的 Worker 名稱。",
  nameForm: "請使用小寫字母、數字和連字號，最多 63 個字元，頭尾必須是字母或數字。",
  badDomain: "這不是主機名稱。",
  domainNoUrl: "自訂網域只是主機名稱，不含通訊協定、連接埠或路徑。",
  domainNoWildcard: "自訂網域不能使用萬用字元。",
  domainOfWorkers: "workers.dev 的主機不是自訂網域。要使用 workers.dev，請不要加這個旗標。",
  domainForm: "請指定你 Cloudflare 帳戶中某個網域的主機，例如 llm.example.com。",

  noFolder: "資料夾名稱是空的。",
  notAFolder: (path) => zh`${path} 不是資料夾。`,
  danglingLink: (path) => zh`${path} 是指向不存在位置的連結。`,
  nameAFolder: "請指定專案的資料夾；不存在時會自動建立。",
  inOwnFolder: ({ path, folder }) => zh`${path} 在 ${folder} 裡面，\`openclaw uninstall\` 會把它一併移除。`,
  nameOutside: (folder) => zh`請指定 ${folder} 以外的資料夾。`,
  limitOfNobody: ({ name, add }) =>
    zh`沒有名為「${name}」的權杖，所以它的 \`--limit\` 不會限制任何人。請更正名稱，或建立這個權杖：\`${add}\`。`,
  ownFolder: (path) => zh`${path} 存放 openclaw 自己的設定。`,
  foreign: ({ path, files }) => zh`${path} 存放另一個專案：${allOf(files)}。`,
  nameAnother: "請指定其他資料夾或空的資料夾。",
  recordUnreadable: (path) => zh`無法讀取 ${path}，因此無法分辨你的編輯和 openclaw 寫入的內容。`,
  restoreRecord: "請還原這個檔案，例如用 `git checkout`，或指定其他資料夾。",
  noProject: (path) => zh`${path} 中沒有 \`openclaw gateway worker\` 的專案。`,
  writeFirst: (command) => `請先寫入專案：\`${command}\``,
  editedWorker: (path) => zh`${path} 已被手動修改。`,
  moveEdited: "請移走這個檔案，再執行一次指令，它會重新寫入。",
  notPlain: (path) => zh`${path} 不是純 JSON，而 Worker 只讀純 JSON。`,
  fixConfiguration: "請修正它，或移除檔案後再執行一次指令。",
  noBuild: (path) => `找不到建置好的 Worker：${path}`,
  reinstall: "請重新安裝 openclaw。在它的儲存庫中，請執行 `npm run build`。",

  wranglerUnreadable: (path) => zh`無法編輯 ${path}。`,
  wranglerNoObject: "檔案內容必須是一個物件。",
  fixWrangler: "請修正檔案，再執行一次指令。",
  routeInTheWay: "wrangler.jsonc 中有 `route`，不能同時有 `routes`。",
  moveRoute: "請將它移到清單 `routes` 中，再執行一次指令。",
  limitsUnreadable: (path) => zh`無法讀取 ${path} 中的上限。`,
  fixLimits: "請修正或移除 `vars.OPENCLAW_GATEWAY_LIMITS`。",

  cannotWrite: "這份設定無法在 Worker 上運作：",
  ownLeftOut: (id) => `models.providers.${id} 指向這台電腦的 Gateway，因此略過。其他提供者會提供它的模型。`,
  leftOut: (sentence) => `已略過：${sentence}`,
  localProvider: ({ id, host }) => zh`models.providers.${id} 指向 ${host}，位於這台電腦或它的網路，Worker 無法連線。`,
  useReachable: "請使用網際網路上的位址，或從要部署的設定中移除這個提供者。",
  secretInFile: "給 Worker 的設定會含有憑證。",
  useVariable: "請改為引用變數，例如 ${NAME}。",

  willWrite: (path) => zh`這會寫入 ${path}：`,
  willCreateFile: (name) => `  + ${name}`,
  willReplaceFile: (name) => `  ~ ${name}`,
  wroteFile: (path) => zh`已寫入 ${path}`,
  keptValues: ({ path, names }) => zh`保留 ${path} 中的 ${allOf(names)}，因為你編輯過。要重新寫入，請在檔案中刪除它。`,
  upToDate: (path) => zh`${path} 已是最新狀態。`,
  notIgnored: (path) => zh`${path} 沒有讓 git 忽略 .dev.vars。請加上這一行：\`.dev.vars\`。`,
  openSecrets: ({ path, names }) =>
    zh`${path} 的 \`vars\` 中有 ${allOf(names)}，任何人都能讀取。請改列在 \`secrets.required\` 中。`,
  nextIn: (path) => zh`在 ${path} 中執行：`,
  nextLogin: "登入 Cloudflare",
  nextSecrets: (number) => zh`上傳 ${grouped(number)} 個機密`,
  nextDeploy: "部署，並查看 Worker 的網址",
  nextDoctor: "檢查已部署的 Worker",

  secretsOnTerminal: "機密不會印到終端機上。",
  secretsIntoFile: "機密只透過管線傳送，絕不寫入檔案。",
  pipeThem: (command) => `請用管線傳遞：\`${command}\``,
  secretsMissing: "Worker 有機密沒有可用的值：",
  noSecretNames: (path) => zh`${path} 的 \`secrets.required\` 沒有列出任何機密。`,
  writeAgain: (command) => `請重新寫入專案：\`${command}\``,
  noToken: "沒有設定 Gateway 權杖，而沒有權杖的 Worker 會拒絕所有請求。",
  makeToken: ({ add, again }) => `請用 \`${add}\` 建立權杖，再執行 \`${again}\`。`,
  notNeeded: (name) => zh`${name} 在這裡沒有值，也不再需要。`,
  noOrigin: ({ name, path }) => zh`${name} 在這裡沒有值。請將它加到 ${path}。`,
  tooLong: ({ name, bytes, most }) =>
    zh`${name} 有 ${grouped(bytes)} 位元組；Workers 的機密最多 ${grouped(most)} 位元組。`,
  shortenTokens: "請移除沒有人使用的權杖：`openclaw gateway token list`。",
  shortenValue: "請使用較短的值。",
  notListed: ({ names, command }) =>
    zh`專案沒有列出 ${allOf(names)}，但設定現在需要它。請執行 \`${command}\`，再上傳一次機密。`,
  handedOver: ({ names, worker }) => zh`已將 ${worker} 的 ${names.length} 個機密傳入管線：${allOf(names)}。`,

  wranglerComments: ["你可以編輯這個檔案：`openclaw gateway worker` 只會變更必須變更的內容，其餘保留。"],
  devVarsComments: ({ secrets }) => [
    "只供 `npx wrangler dev` 使用：請將這個檔案複製為 .dev.vars 並填入值。絕不要提交 .dev.vars。",
    `已部署的 Worker 由這個指令取得值：${secrets} | npx wrangler secret bulk`,
  ],
  ignoreComments: "`wrangler dev` 的機密，以及 wrangler 寫入的檔案。",
  readme: ({ name, address, secrets, commands }) => `# ${name}

以 Cloudflare Worker 執行的 openclaw Gateway：Anthropic 和 OpenAI 的用戶端帶著你的權杖向它送出請求，由它加上提供者的憑證。

## 部署

請在存有 openclaw 設定的電腦上，於這個資料夾中執行。\`openclaw\` 必須在 PATH 中：在它的原始碼資料夾中執行 \`npm link\` 即可。

\`\`\`sh
npx wrangler login
${commands.secrets} | npx wrangler secret bulk
npx wrangler deploy
${commands.doctor}
\`\`\`

- 第二個指令上傳 ${secrets.map((secret) => `\`${secret}\``).join("、")}。它們只經過管線，不會寫入任何檔案。如果 wrangler 詢問是否
  建立 Worker，請回答是。金鑰或權杖變更後請再執行一次，不需要重新部署。
- 最後一個指令檢查已部署的 Worker。它的網址是 ${address}。

## 使用

\`\`\`sh
curl ${address}/v1/models -H "Authorization: Bearer $OPENCLAW_GATEWAY_TOKEN"
\`\`\`

## 變更

- openclaw 的設定或版本變更後：\`${commands.write}\`，然後 \`npx wrangler deploy\`。
- 你可以編輯 \`wrangler.jsonc\` 和這個檔案：你的變更會保留。\`openclaw.json\` 由 openclaw 自己的設定產生，不含憑證；請在那裡
  變更。\`worker.mjs\` 是程式。
- 要記錄它處理的請求與費用：\`${commands.write} --usage\`，然後 \`npx wrangler deploy\`。用 \`${commands.usage}\` 查看。
- 要在這裡試用：將 \`.dev.vars.example\` 複製為 \`.dev.vars\`，填入值，再執行 \`npx wrangler dev\`。
- 要移除：\`npx wrangler delete\`，然後刪除這個資料夾。
`,
  workersDevAddress: (name) => `https://${name}.<你的子網域>.workers.dev`,
});
