import type { Model } from "../model.ts";
import type { Price, PriceTable } from "../price.ts";
import type { EndpointId } from "./endpoint-rows.ts";
import { CATALOG_DATE, CLAUDE_MODELS, GPT_MODELS, WORKERS_AI_MODELS } from "./models.ts";

type Cost = Pick<Model, "cost">["cost"];

/**
 * @source platform.claude.com, "Pricing", 2026: what is written for an hour costs twice the input, for five minutes the
 * catalog's price.
 */
const claude = ({ input, output, cacheRead, cacheWrite }: Cost): Price => ({
  input,
  output,
  cacheRead,
  cacheWrite5m: cacheWrite,
  cacheWrite1h: 2 * input,
});

const MYTHOS = { input: 10, output: 50, cacheWrite: 12.5 };

const CLAUDE: PriceTable["prices"] = {
  ...ofEach(CLAUDE_MODELS, claude),
  // @source Anthropic's page of the model, October 2026: five times as much from 100,000 tokens on.
  "claude-haiku-5-5": {
    ...claude({ input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 }),
    above: { promptTokens: 100_000, price: claude({ input: 0.5, output: 2.5, cacheRead: 0.05, cacheWrite: 0.625 }) },
  },
  // @source platform.claude.com, "Pricing", 2026: of limited availability.
  "claude-mythos-5-1": claude({ ...MYTHOS, cacheRead: 0.25 }),
  "claude-mythos-5": claude({ ...MYTHOS, cacheRead: 1 }),
};

/** @source developers.openai.com, "Pricing", June 2026: twice the input and one and a half times the output beyond that. */
const LONG_PROMPT = 272_000;

const gpt = (input: number, output: number, cacheRead?: number): Price => ({
  input,
  output,
  ...(cacheRead !== undefined && { cacheRead }),
});

const GPT: PriceTable["prices"] = {
  ...ofEach(GPT_MODELS, ({ input, output, cacheRead }) => ({
    ...gpt(input, output, cacheRead),
    above: { promptTokens: LONG_PROMPT, price: gpt(2 * input, 1.5 * output, 2 * cacheRead) },
  })),
  // @source developers.openai.com, "Pricing", June 2026.
  "gpt-5.5-pro": gpt(30, 180),
  "gpt-5.4-pro": gpt(30, 180),
  "gpt-5.4-mini": gpt(0.75, 4.5, 0.075),
  "gpt-5.4-nano": gpt(0.2, 1.25, 0.02),
};

/** A price of 0 for the cache is that of a model without one. */
const WORKERS_AI = ofEach(WORKERS_AI_MODELS, ({ input, output, cacheRead }) =>
  gpt(input, output, cacheRead > 0 ? cacheRead : undefined),
);

function ofEach(models: readonly Model[], priceOf: (cost: Cost) => Price): PriceTable["prices"] {
  return Object.fromEntries(models.map(({ id, cost }) => [id, priceOf(cost)]));
}

/** The models of an endpoint that have a known price. */
export const priceTable = (id: EndpointId): PriceTable => ({
  date: CATALOG_DATE,
  prices: { anthropic: CLAUDE, "workers-ai": WORKERS_AI, openai: GPT }[id],
});
