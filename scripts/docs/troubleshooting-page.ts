import { DIAGNOSES, DIAGNOSIS_CODES } from "../../src/providers/cloudflare-ai-gateway/diagnose.ts";
import { type DiagnosisCode, layerOf, type Matcher } from "../../src/providers/cloudflare-ai-gateway/matcher.ts";
import { en } from "../../src/text/en/index.ts";
import { code, page, table } from "./markdown.ts";
import { NOTES } from "./troubleshooting-notes.ts";

const INTRODUCTION = `A request passes several layers: the network, perhaps a proxy, Cloudflare's edge, AI Gateway, and behind it Anthropic,
OpenAI or Workers AI. Lookups go to Cloudflare's API. Each entry says what is wrong, which layer said so, how its answer is
recognised, and what to do. _Words like these_ stand for values; a base path is \`/anthropic\`, \`/openai\` or
\`/workers-ai/v1\`, as the endpoint is. Codes never change their meaning.

A report helps most with the IDs that are shown: \`cf-ray\`, \`cf-aig-log-id\`, \`request-id\`. They are not secret.`;

const WITHOUT_ANSWER = "Five codes need no answer:";

const CODES_WITHOUT_ANSWER = [
  [
    "credentials.unresolved",
    "The configuration refers to a variable that has no value. Set it in `.env` or export it. Nothing was sent.",
  ],
  [
    "request.unsendable",
    "HTTP cannot carry a header or the key as it is set. The message says where, and what to write. Nothing was sent.",
  ],
  ["credentials.malformed", "The value does not have the form of a Cloudflare API token. It was not sent."],
  [
    "environment.invalid",
    "`CLOUDFLARE_API_BASE_URL` is not an address that a token may be sent to. Correct or unset it.",
  ],
  [
    "models.unreadable",
    "The answer contains no list of models, or the list never ends; or no account is known to ask Workers AI about.",
  ],
] as const;

/** Stand for the values of a message; the answer's own words are left out. */
const PLACEHOLDERS: Readonly<Record<string, unknown>> = {
  said: "…",
  waitSeconds: "_n_",
  basePath: "_base path_",
  isWorkersAi: false,
  ...Object.fromEntries(
    ["alias", "code", "gateway", "host", "model", "permission", "provider", "proxy", "status"].map((name) => [
      name,
      `_${name}_`,
    ]),
  ),
};

type DiagnosisText = string | ((values: never) => string);

const inWords = (text: DiagnosisText): string => (typeof text === "string" ? text : text(PLACEHOLDERS as never));

/** The signs by which the answer is known: any of them is enough, and one may be shared by several diagnoses. */
function signs(matchers: readonly Matcher[]): string {
  const statuses = matchers.flatMap((matcher) => matcher.statuses ?? []);
  const codes = matchers.flatMap((matcher) => matcher.codes ?? []);
  const names = matchers.flatMap(({ types = [], faults = [] }) => [...types, ...faults]);
  return [
    ...(statuses.length > 0 ? [`HTTP ${unique(statuses).join(", ")}`] : []),
    ...(codes.length > 0 ? [`code ${unique(codes).join(", ")}`] : []),
    ...unique(names).map(code),
  ].join("; ");
}

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

function entry(name: DiagnosisCode): readonly string[] {
  const { message, fix } = en.diagnoses[name];
  const { layer = layerOf(name), matchers } = DIAGNOSES[name];
  const [known, note] = [signs(matchers), NOTES[name]];
  return [
    `## ${code(name)}`,
    inWords(message),
    [
      `- **Layer:** ${layer}`,
      ...(known === "" ? [] : [`- **Recognised by:** ${known}`]),
      ...(note === undefined ? [] : [`- **Background:** ${note}`]),
      `- **Fix:** ${inWords(fix)}`,
    ].join("\n"),
  ];
}

/** `docs/troubleshooting.md`: every diagnosis. */
export function troubleshootingPage(): string {
  const withoutAnswer = CODES_WITHOUT_ANSWER.map(([name, meaning]) => [code(name), meaning]);
  return page(
    "# Troubleshooting",
    INTRODUCTION,
    WITHOUT_ANSWER,
    table(["code", "meaning"], withoutAnswer),
    ...DIAGNOSIS_CODES.flatMap(entry),
  );
}
