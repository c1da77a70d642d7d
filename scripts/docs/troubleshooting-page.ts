import { BY_NUMBER, WORKER_LAYERS, type WorkerFaultCode } from "../../src/doctor/worker-faults.ts";
import { DIAGNOSES, DIAGNOSIS_CODES } from "../../src/providers/cloudflare-ai-gateway/diagnose.ts";
import { type DiagnosisCode, layerOf, type Matcher } from "../../src/providers/cloudflare-ai-gateway/matcher.ts";
import type { Texts } from "../../src/text/message.ts";
import { code, page, table } from "./markdown.ts";

/** The page's own words, besides the diagnoses, in one language. */
export interface TroubleshootingWords {
  readonly title: string;
  readonly introduction: string;
  readonly withoutAnswer: string;
  readonly columns: readonly [code: string, meaning: string];
  readonly codesWithoutAnswer: Readonly<Record<CodeWithoutAnswer, string>>;
  /** The beginning of each line of an entry. */
  readonly layer: string;
  readonly recognisedBy: string;
  readonly background: string;
  readonly fix: string;
  readonly code: string;
  /** Above what keeps `doctor --worker` from a Worker. */
  readonly workers: { readonly title: string; readonly introduction: string; readonly error: string };
  readonly between: { readonly values: string; readonly kinds: string };
  /** Background of a diagnosis that its message and fix leave out. */
  readonly notes: Readonly<Partial<Record<DiagnosisCode, string>>>;
  /** Stand for the values of a message. */
  readonly placeholders: Readonly<Record<Placeholder, string>>;
}

type CodeWithoutAnswer =
  | "credentials.unresolved"
  | "request.unsendable"
  | "credentials.malformed"
  | "environment.invalid"
  | "models.unreadable";

type Placeholder =
  | "alias"
  | "basePath"
  | "code"
  | "gateway"
  | "host"
  | "model"
  | "number"
  | "permission"
  | "provider"
  | "proxy"
  | "reason"
  | "status"
  | "target"
  | "url"
  | "waitSeconds";

type DiagnosisText = string | ((values: never) => string);

/** The answer's own words are left out. */
function inWords(text: DiagnosisText, { placeholders }: TroubleshootingWords): string {
  if (typeof text === "string") return text;
  const named = Object.entries(placeholders).map(([name, word]) => [name, `_${word}_`]);
  return text({ said: "…", isWorkersAi: false, ...Object.fromEntries(named) } as never);
}

/** The signs by which the answer is known: any of them is enough, and one may be shared by several diagnoses. */
function signs(matchers: readonly Matcher[], words: TroubleshootingWords): string {
  const statuses = matchers.flatMap((matcher) => matcher.statuses ?? []);
  const codes = matchers.flatMap((matcher) => matcher.codes ?? []);
  const names = matchers.flatMap(({ types = [], faults = [] }) => [...types, ...faults]);
  return [
    ...(statuses.length > 0 ? [`HTTP ${unique(statuses).join(words.between.values)}`] : []),
    ...(codes.length > 0 ? [`${words.code} ${unique(codes).join(words.between.values)}`] : []),
    ...unique(names).map(code),
  ].join(words.between.kinds);
}

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

function entry(name: DiagnosisCode, texts: Texts, words: TroubleshootingWords): readonly string[] {
  const { message, fix } = texts.diagnoses[name];
  const { layer = layerOf(name), matchers } = DIAGNOSES[name];
  const [known, note] = [signs(matchers, words), words.notes[name]];
  return [
    `## ${code(name)}`,
    inWords(message, words),
    [
      `- ${words.layer}${layer}`,
      ...(known === "" ? [] : [`- ${words.recognisedBy}${known}`]),
      ...(note === undefined ? [] : [`- ${words.background}${note}`]),
      `- ${words.fix}${inWords(fix, words)}`,
    ].join("\n"),
  ];
}

function workerEntry(name: WorkerFaultCode, texts: Texts, words: TroubleshootingWords): readonly string[] {
  const { message, fix } = texts.workerCheck.faults[name];
  const numbers = BY_NUMBER.flatMap(([code, known]) => (code === name ? known : []));
  return [
    `## ${code(name)}`,
    inWords(message, words),
    [
      `- ${words.layer}${WORKER_LAYERS[name]}`,
      ...(numbers.length === 0
        ? []
        : [`- ${words.recognisedBy}${words.workers.error} ${numbers.join(words.between.values)}`]),
      `- ${words.fix}${inWords(fix, words)}`,
    ].join("\n"),
  ];
}

/** `troubleshooting.md` of one language: every diagnosis. */
export function troubleshootingPage(texts: Texts, words: TroubleshootingWords): string {
  const withoutAnswer = Object.entries(words.codesWithoutAnswer).map(([name, meaning]) => [code(name), meaning]);
  return page(
    `# ${words.title}`,
    words.introduction,
    words.withoutAnswer,
    table(words.columns, withoutAnswer),
    ...DIAGNOSIS_CODES.flatMap((name) => entry(name, texts, words)),
    `# ${words.workers.title}`,
    words.workers.introduction,
    ...(Object.keys(WORKER_LAYERS) as WorkerFaultCode[]).flatMap((name) => workerEntry(name, texts, words)),
  );
}
