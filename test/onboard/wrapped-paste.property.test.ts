import fc from "fast-check";
import { expect, it } from "vitest";
import { problemWith, readAnswer } from "../../src/onboard/typed-answer.ts";
import { cloudflareAiGateway as provider } from "../../src/providers/cloudflare-ai-gateway/provider.ts";
import { en } from "../../src/text/en/index.ts";
import { say } from "../../src/text/message.ts";
import { ACCOUNT } from "../support/program.ts";

const hex = fc.stringMatching(/^[0-9a-f]{32}$/);
const gatewayId = fc.stringMatching(/^[a-z0-9_]{2,12}(-[a-z0-9_]{1,12}){0,3}$/);
/** Whatever follows a break and begins like another key is one, as far as anybody can tell. */
const hasOneStart = (key: string) => key.lastIndexOf("sk-") === 0;
const anthropicKey = fc.stringMatching(/^sk-ant-api03-[\w-]{40,95}$/).filter(hasOneStart);
const openaiKey = fc.stringMatching(/^sk-proj-[\w-]{40,95}$/).filter(hasOneStart);
const token = fc.oneof(
  fc.stringMatching(/^cfut_[A-Za-z0-9]{40,60}$/),
  fc.stringMatching(/^[\w-]{40}$/).filter((text) => /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text)),
);

/** The field that is asked for, its variable, its header, and a value. */
const answer = fc.oneof(
  fc.tuple(fc.constant(["accountId", "CLOUDFLARE_ACCOUNT_ID", ""] as const), hex),
  fc.tuple(fc.constant(["accountId", "CLOUDFLARE_AI_GATEWAY_ACCOUNT_ID", ""] as const), hex),
  fc.tuple(fc.constant(["gatewayId", "CLOUDFLARE_AI_GATEWAY_GATEWAY_ID", ""] as const), gatewayId),
  fc.tuple(fc.constant(["apiKey", "ANTHROPIC_API_KEY", "x-api-key: "] as const), anthropicKey),
  fc.tuple(fc.constant(["openaiApiKey", "OPENAI_API_KEY", ""] as const), openaiKey),
  fc.tuple(fc.constant(["gatewayToken", "CF_AIG_TOKEN", "cf-aig-authorization: Bearer "] as const), token),
);

/** What a terminal or a mail program puts into a value, and before every line. */
const lineBreak = fc
  .tuple(fc.constantFrom("", " ", "\t"), fc.constantFrom("\n", "\r\n", "\r"), fc.constantFrom("", " ", "    ", "\t"))
  .map(([before, end, indent]) => `${before}${end}${indent}`);
const margin = fc.constantFrom("", "> ", ">> ", "> > ");

const wrap = fc.record({
  places: fc.uniqueArray(fc.double({ min: 0.01, max: 0.99, noNaN: true }), { minLength: 1, maxLength: 3 }),
  lineBreak,
  margin,
});
type Wrap = typeof wrap extends fc.Arbitrary<infer T> ? T : never;

const piecesOf = (value: string, { places }: Wrap) => {
  const cuts = [...new Set(places.map((place) => Math.max(1, Math.floor(place * value.length))))].sort((a, b) => a - b);
  return [0, ...cuts].map((start, index) => value.slice(start, cuts[index]));
};
const wrapped = (value: string, how: Wrap) =>
  piecesOf(value, how)
    .join(how.lineBreak)
    .replace(/(^|\r\n|[\r\n])/g, `$1${how.margin}`);

const fieldOf = (id: string) => {
  const found = provider.fields.find((field) => field.id === id);
  if (found === undefined) throw new Error(id);
  return found;
};

const plain = (answers: ReturnType<typeof readAnswer>["answers"], id: string) => {
  const found = answers[id];
  if (found?.kind === "secret") return found.value.reveal();
  return found?.kind === "value" ? found.value : undefined;
};

/** Taken whole, which is said, or refused with a place: whichever question the text was pasted at. */
function expectWhole(raw: string, question: string, id: string, value: string) {
  const asked = { field: fieldOf(question), provider, preset: undefined };
  const problem = problemWith(raw, asked, en);
  if (problem !== undefined) return expect(problem).toMatch(/at character \d+/);
  const { answers, notes, pending } = readAnswer(raw, asked);
  const said = notes.map((note) => say(note, en)).join("\n");
  const taken = plain(answers, id);
  expect(pending).toEqual([]);
  if (taken === undefined) return expect(said).toMatch(/ignored\. .*at character \d+/);
  expect(taken).toBe(value);
  return expect(said).toMatch(/[Jj]oined from/);
}

const RUNS = { numRuns: 300 };

it("a wrapped value alone is joined or refused with its place, and never cut", () => {
  fc.assert(
    fc.property(answer, wrap, fc.constantFrom("", '"', "'"), ([[id], value], how, quote) => {
      expectWhole(wrapped(`${quote}${value}${quote}`, how), id, id, value);
    }),
    RUNS,
  );
});

it("a wrapped value in a pasted file is, too", () => {
  const others = ["# mine", "LOG_LEVEL=debug", "export LANG=C", ""];
  fc.assert(
    fc.property(
      answer,
      wrap,
      fc.constantFrom("", '"', "'"),
      fc.constantFrom("", "export "),
      fc.subarray(others),
      fc.subarray(others),
      fc.constantFrom("accountId", "gatewayId", "apiKey"),
      ([[id, name], value], how, quote, word, before, after, question) => {
        const start = `${how.margin}${word}${name}=`;
        const line = start + wrapped(`${quote}${value}${quote}`, how).slice(how.margin.length);
        expectWhole([...before, line, ...after].join("\n"), question, id, value);
      },
    ),
    RUNS,
  );
});

it("a wrapped header of a command is, too", () => {
  const keyed = answer.filter(([[, , header]]) => header !== "");
  fc.assert(
    fc.property(keyed, wrap, fc.constantFrom("'", '"'), ([[id, , header], value], how, quote) => {
      const broken = wrapped(value, { ...how, margin: "" });
      const block = `curl https://example.com/ \\\n  -H ${quote}${header}${broken}${quote} \\\n  -d '{"a": 1}'`;
      expectWhole(block, "accountId", id, value);
    }),
    RUNS,
  );
});

it("a wrapped URL is, too, alone and in a command", () => {
  fc.assert(
    fc.property(
      gatewayId,
      wrap,
      fc.constantFrom("", "https://"),
      fc.constantFrom("", "/anthropic", "/openai", "/workers-ai/v1", "/anthropic/v1/messages"),
      fc.constantFrom("", "curl ", "ANTHROPIC_BASE_URL="),
      (id, how, scheme, path, start) => {
        const url = `${scheme}gateway.ai.cloudflare.com/v1/${ACCOUNT}/${id}${path}`;
        const raw = wrapped(start + url, { ...how, places: how.places.map((place) => 0.3 + place * 0.7) });
        const asked = { field: fieldOf("accountId"), provider, preset: undefined };
        const problem = problemWith(raw, asked, en);
        if (problem !== undefined) return;
        const { answers } = readAnswer(raw, asked);
        for (const [field, whole] of [
          ["accountId", ACCOUNT],
          ["gatewayId", id],
          ["endpoint", /\/(openai|workers-ai)/.exec(path)?.[1]],
        ] as const)
          expect([undefined, whole]).toContain(plain(answers, field));
        if (/openai|workers-ai/.test(path) && plain(answers, "gatewayId") !== undefined)
          expect(plain(answers, "endpoint")).toBeDefined();
      },
    ),
    RUNS,
  );
});
