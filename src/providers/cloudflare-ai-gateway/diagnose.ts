import type { Secret } from "../../core/secret.ts";
import { outsideId, outsideText } from "../sanitize.ts";
import { DIAGNOSES, DIAGNOSIS_CODES, type DiagnosisCode } from "./diagnoses.ts";
import { type BlamedField, type DiagnosisRow, type Facts, fits, type Layer, type Text } from "./matcher.ts";
import { readAnswer } from "./read-answer.ts";
import type { Answer, Asked, Clue } from "./response-signals.ts";

export type { Answer, Asked } from "./response-signals.ts";

/** What is wrong, whose doing it is, and what to do. */
export interface Diagnosis {
  readonly code: DiagnosisCode;
  readonly layer: Layer;
  /** One sentence, without secrets. */
  readonly message: string;
  /** One sentence. */
  readonly fix: string;
  /** The answer to correct, when one is to blame. */
  readonly field?: BlamedField;
  /** Worth another try after a pause before anything is blamed. */
  readonly transient: boolean;
  /** What support asks for, by header name. */
  readonly ids: Readonly<Record<string, string>>;
  /** The beginning of an answer that is not understood: one line. */
  readonly excerpt?: string;
}

/** @source developers.cloudflare.com/ai-gateway and docs.claude.com: ids that each layer gives its answers. */
const ID_HEADERS = ["request-id", "cf-aig-log-id", "cf-aig-request-id", "cf-aig-event-id", "cf-ray"];

const QUOTE_LIMIT = 200;
const EXCERPT_LIMIT = 200;

/**
 * What is wrong with an answer, or undefined when it is what was asked for. `secrets` are the credentials that were
 * sent: an answer may repeat them, and they can be cut out of its words only here, before those are shortened.
 */
export function diagnose(answer: Answer, asked: Asked, secrets: readonly Secret[] = []): Diagnosis | undefined {
  const clue = readAnswer(answer, asked);
  return clue.from === "success" ? undefined : describe(answer, clue, asked, secrets);
}

/** The same for an answer that is known not to be what was asked for. */
export function explain(answer: Answer, asked: Asked, secrets: readonly Secret[]): Diagnosis {
  return describe(answer, readAnswer(answer, asked), asked, secrets);
}

function describe(answer: Answer, clue: Clue, asked: Asked, secrets: readonly Secret[]): Diagnosis {
  const code = DIAGNOSIS_CODES.find((name) => DIAGNOSES[name].signs.some((sign) => fits(sign, clue, asked)));
  const row: DiagnosisRow = DIAGNOSES[code ?? "answer.unknown"];
  const facts = factsOf(clue, asked, secrets);
  const field = typeof row.field === "function" ? row.field(asked) : row.field;
  const excerpt = row.excerpt === undefined ? "" : excerptOf(answer, clue, secrets);
  return {
    code: code ?? "answer.unknown",
    layer: row.layer,
    message: say(row.message, facts),
    fix: say(row.fix, facts),
    ...(field === undefined ? {} : { field }),
    transient: typeof row.transient === "function" ? row.transient(clue) : row.transient,
    ids: idsOf(clue, secrets),
    ...(excerpt === "" ? {} : { excerpt }),
  };
}

const say = (text: Text, facts: Facts) => (typeof text === "string" ? text : text(facts));

/** Who is behind the gateway, as people say it, and what the base URL ends in then. */
const ENDPOINTS: Readonly<Record<Asked["endpoint"], readonly [provider: string, basePath: string]>> = {
  anthropic: ["Anthropic", "/anthropic"],
  "workers-ai": ["Workers AI", "/workers-ai/v1"],
  openai: ["OpenAI", "/openai"],
};

const inBrackets = (text: string) => (text === "" ? "" : ` (${text})`);

function factsOf(clue: Clue, asked: Asked, secrets: readonly Secret[]): Facts {
  const show = (text = "", limit = 100) => outsideText(text, limit, secrets);
  const retryAfter = clue.headers["retry-after"] ?? "";
  const [provider, basePath] = ENDPOINTS[asked.endpoint];
  return {
    status: clue.status,
    code: show(String(clue.codes[0] ?? clue.type), 40),
    quote: inBrackets(show(clue.said, QUOTE_LIMIT).replace(/[.\s]+$/, "")),
    host: show(asked.host),
    gateway: show(asked.gatewayId),
    provider,
    basePath,
    model: show(asked.model),
    alias: show(asked.alias ?? "default"),
    purpose: asked.account?.purpose ?? "",
    permission: asked.account?.permission ?? "",
    proxy: clue.fault?.proxy === undefined ? "" : ` ${show(clue.fault.proxy)}`,
    wait: /^\d{1,5}$/.test(retryAfter) ? `${retryAfter} seconds` : "a minute",
  };
}

function idsOf({ headers, ids }: Clue, secrets: readonly Secret[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    ID_HEADERS.flatMap((name) => {
      const id = outsideId(headers[name] ?? ids[name] ?? "", secrets);
      return id === undefined ? [] : [[name, id]];
    }),
  );
}

/** Of a page the title says more than its first characters do. */
function excerptOf(answer: Answer, { said }: Clue, secrets: readonly Secret[]): string {
  if (answer.kind === "fault") return "";
  const { body } = answer.response;
  return outsideText(/^\s*</.test(body) && said !== "" ? said : body, EXCERPT_LIMIT, secrets);
}
