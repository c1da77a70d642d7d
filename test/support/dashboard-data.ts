import type { FiguresDocument, PricedLine, StateDocument } from "../../src/server/dashboard-documents.ts";
import type { Figures } from "../../src/usage/sums.ts";

/** The moment at which the data of the pictures was looked at. */
export const NOW = Date.parse("2026-11-28T10:15:42.000Z");

const PROVIDER = "cloudflare-ai-gateway";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** As `docs` of the contract says: how long a step is, and how many there are. */
const STEPS = {
  "1h": [MINUTE_MS, 61],
  "24h": [15 * MINUTE_MS, 97],
  "7d": [2 * HOUR_MS, 85],
  "30d": [6 * HOUR_MS, 121],
  "90d": [DAY_MS, 91],
} as const;

/** The same numbers from 0 to 1 in each run. */
function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const MODELS = [
  { id: "claude-sonnet-5-5", share: 0.52, input: 2_100, cached: 21_000, output: 540, usd: 0.019, firstByteMs: 1_150 },
  { id: "claude-opus-5", share: 0.13, input: 3_400, cached: 34_000, output: 910, usd: 0.071, firstByteMs: 1_900 },
  { id: "claude-haiku-5-5", share: 0.26, input: 900, cached: 2_600, output: 210, usd: 0.0021, firstByteMs: 480 },
  { id: "gpt-5.5-codex", share: 0.06, input: 4_800, cached: 9_000, output: 620, usd: 0.024, firstByteMs: 1_420 },
  { id: "@cf/qwen/qwen3-coder-next", share: 0.03, input: 1_800, cached: 0, output: 350, usd: null, firstByteMs: 760 },
] as const;

const CLIENTS = [
  { name: "anna", share: 0.44 },
  { name: "ci-runner", share: 0.31 },
  { name: "bo", share: 0.19 },
  { name: undefined, share: 0.06 },
] as const;

/** How busy a team is at an hour of the day in Taipei, and on a day of its week. */
function busy(ms: number): number {
  const local = new Date(ms + 8 * HOUR_MS);
  const hour = local.getUTCHours() + local.getUTCMinutes() / 60;
  const peak = (at: number, width: number) => Math.exp(-(((hour - at) / width) ** 2));
  const isWeekend = local.getUTCDay() === 0 || local.getUTCDay() === 6;
  return (0.05 + 0.8 * peak(11, 2.2) + peak(16.5, 2.6) + 0.35 * peak(21.5, 1.5)) * (isWeekend ? 0.45 : 1);
}

function sums(requests: number, model: (typeof MODELS)[number], failures: number): Figures {
  return {
    requests,
    failures,
    cancelled: Math.round(requests * 0.012),
    failovers: Math.round(requests * 0.009),
    cacheHits: 0,
    inputTokens: requests * model.input,
    outputTokens: requests * model.output,
    cacheReadTokens: requests * model.cached,
    cacheWrite5mTokens: Math.round(requests * model.input * 0.2),
    cacheWrite1hTokens: 0,
    costUsd: model.usd === null ? null : requests * model.usd,
    unifiedBillingFeeUsd: 0,
    unpricedRequests: model.usd === null ? requests : 0,
    firstByteMs: { p50: model.firstByteMs, p95: model.firstByteMs * 2.3 },
  };
}

function totalOf(all: readonly Figures[]): Figures {
  const sum = (pick: (sums: Figures) => number) => all.reduce((total, one) => total + pick(one), 0);
  const weight = sum(({ requests }) => requests) || 1;
  const known = all.filter(({ costUsd }) => costUsd !== null);
  return {
    requests: sum(({ requests }) => requests),
    failures: sum(({ failures }) => failures),
    cancelled: sum(({ cancelled }) => cancelled),
    failovers: sum(({ failovers }) => failovers),
    cacheHits: 0,
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
    cacheReadTokens: sum(({ cacheReadTokens }) => cacheReadTokens),
    cacheWrite5mTokens: sum(({ cacheWrite5mTokens }) => cacheWrite5mTokens),
    cacheWrite1hTokens: 0,
    costUsd: known.length === 0 ? null : sum(({ costUsd }) => costUsd ?? 0),
    unifiedBillingFeeUsd: 0,
    unpricedRequests: sum(({ unpricedRequests }) => unpricedRequests),
    firstByteMs: {
      p50: sum(({ requests, firstByteMs }) => requests * (firstByteMs.p50 ?? 0)) / weight,
      p95: sum(({ requests, firstByteMs }) => requests * (firstByteMs.p95 ?? 0)) / weight,
    },
  };
}

export function figuresOf(period: keyof typeof STEPS): FiguresDocument {
  const [stepMs, count] = STEPS[period];
  const last = Math.floor(NOW / stepMs) * stepMs;
  const first = last - (count - 1) * stepMs;
  const random = numbersFrom(stepMs / MINUTE_MS + 7);
  const steps = Array.from({ length: count }, (_, index) => {
    const begins = first + index * stepMs;
    const slices = Math.max(Math.round(stepMs / (2 * HOUR_MS)), 1);
    const level = Array.from({ length: slices }, (__, slice) => busy(begins + (slice * stepMs) / slices));
    const mean = level.reduce((sum, one) => sum + one, 0) / slices;
    const share = Math.min((NOW - begins) / stepMs, 1);
    const requests = Math.round(mean * (stepMs / HOUR_MS) * 118 * (0.7 + 0.6 * random()) * share);
    const isBad = period === "24h" && begins >= NOW - 4 * HOUR_MS && begins < NOW - 3.2 * HOUR_MS;
    const slow = 0.82 + 0.36 * random() + (isBad ? 0.9 : 0);
    const models = MODELS.map((model) => {
      const part = Math.round(requests * model.share * (0.8 + 0.4 * random()));
      return sums(part, model, Math.round(part * (isBad ? 0.3 : 0.004 * random() * 2)));
    });
    const total = totalOf(models);
    return { begins, total, models, slow };
  });
  const each = (pick: (sums: Figures) => number) => steps.map(({ total }) => pick(total));
  const time = (share: "p50" | "p95") =>
    steps.map(({ total, slow }) => (total.requests === 0 ? null : (total.firstByteMs[share] ?? 0) * slow));
  const byModel = MODELS.map((model, index) => ({
    ...totalOf(steps.map(({ models }) => models[index] ?? sums(0, model, 0))),
    firstByteMs: { p50: model.firstByteMs, p95: model.firstByteMs * 2.3 },
    key: `${PROVIDER}/${model.id}`,
  })).toSorted((a, b) => (b.costUsd ?? 0) - (a.costUsd ?? 0));
  const total = totalOf(byModel);
  const part = (share: number): Figures => {
    const of = (number: number) => Math.round(number * share);
    return {
      ...total,
      requests: of(total.requests),
      failures: of(total.failures),
      inputTokens: of(total.inputTokens),
      outputTokens: of(total.outputTokens),
      cacheReadTokens: of(total.cacheReadTokens),
      cacheWrite5mTokens: of(total.cacheWrite5mTokens),
      costUsd: (total.costUsd ?? 0) * share,
      unpricedRequests: share > 0.4 ? total.unpricedRequests : 0,
    };
  };
  return {
    period,
    since: new Date(first).toISOString(),
    until: new Date(NOW).toISOString(),
    stepMs,
    recordDays: 90,
    isRead: true,
    lastMinute: 12,
    damagedLines: 0,
    unreadable: [],
    prices: ["2026-11-01"],
    total,
    series: {
      time: steps.map(({ begins }) => begins / 1_000),
      requests: each(({ requests }) => requests),
      failures: each(({ failures }) => failures),
      inputTokens: each(({ inputTokens }) => inputTokens),
      outputTokens: each(({ outputTokens }) => outputTokens),
      cacheReadTokens: each(({ cacheReadTokens }) => cacheReadTokens),
      cacheWrite5mTokens: each(({ cacheWrite5mTokens }) => cacheWrite5mTokens),
      cacheWrite1hTokens: each(() => 0),
      costUsd: steps.map(({ total: { costUsd, requests } }) => (requests === 0 ? 0 : costUsd)),
      firstByteP50Ms: time("p50"),
      firstByteP95Ms: time("p95"),
    },
    byModel,
    byClient: CLIENTS.map(({ name, share }) => ({ ...part(share), key: name ?? null })),
    byProvider: [{ ...total, key: PROVIDER }],
  };
}

const NO_REQUESTS: Figures = { ...totalOf([]), costUsd: 0, firstByteMs: { p50: null, p95: null } };

/** Before the first request. */
export function emptyFigures(period: keyof typeof STEPS): FiguresDocument {
  const figures = figuresOf(period);
  const zeros = figures.series.time.map(() => 0);
  const none = figures.series.time.map(() => null);
  const series = {
    ...{ time: figures.series.time, requests: zeros, failures: zeros, inputTokens: zeros, outputTokens: zeros },
    ...{ cacheReadTokens: zeros, cacheWrite5mTokens: zeros, cacheWrite1hTokens: zeros, costUsd: zeros },
    ...{ firstByteP50Ms: none, firstByteP95Ms: none },
  };
  return { ...figures, total: NO_REQUESTS, series, byModel: [], byClient: [], byProvider: [] };
}

function pick<Item extends { readonly share: number }>(items: readonly Item[], number: number): Item {
  let left = number;
  for (const item of items) {
    left -= item.share;
    if (left < 0) return item;
  }
  return items[0] as Item;
}

/** The latest requests, the oldest first. */
export function linesOf(count: number): readonly PricedLine[] {
  const random = numbersFrom(41);
  const back = Array.from({ length: count }, () => 1_500 + random() ** 2 * 14_000);
  let ms = NOW - back.reduce((sum, one) => sum + one, 0);
  return back.map((step, index) => {
    ms += step;
    return line(ms, index, count - 1 - index, random);
  });
}

function line(ms: number, index: number, age: number, random: () => number): PricedLine {
  const model = pick(MODELS, random());
  const client = pick(CLIENTS, random()).name;
  const scale = 0.4 + 1.4 * random();
  const base = {
    time: new Date(Math.round(ms)).toISOString(),
    provider: PROVIDER,
    asked: model.id.replace(/^claude-(\w+)-.*$/, "$1"),
    model: `${PROVIDER}/${model.id}`,
    ...(client !== undefined && { client }),
    session: "0191f3a2-6c1d-7e2a-9d0b-2f1f6d3a7c55",
    method: "POST",
    path: model.id.startsWith("claude") ? "/v1/messages" : "/v1/chat/completions",
  };
  const ids = {
    cacheStatus: "MISS",
    logId: `01KB7Y3M6Q3ZJ4T1C1Q5Z6H${String(1_000 + index).slice(1)}`,
    requestId: `req_011CVx${index}`,
  };
  const size = { requestBytes: Math.round(48_000 * scale), responseBytes: Math.round(9_100 * scale) };
  if (age === 4)
    return { ...base, ...size, ...ids, status: 429, durationMs: 212, tried: [], ended: undefined, costUsd: 0 };
  if (age === 9) return { ...base, ...size, status: 499, durationMs: 4_180, ended: "client-gone", costUsd: null };
  const firstByteMs = model.firstByteMs * (0.7 + 0.7 * random());
  return {
    ...base,
    ...size,
    ...ids,
    status: 200,
    firstByteMs,
    durationMs: firstByteMs + model.output * scale * 7,
    inputTokens: Math.round(model.input * scale),
    outputTokens: Math.round(model.output * scale),
    cacheReadTokens: Math.round(model.cached * scale),
    cacheWrite5mTokens: Math.round(model.input * scale * 0.2),
    cacheWrite1hTokens: 0,
    ...(age === 2 && { tried: [`${PROVIDER}/claude-opus-5: 429 anthropic.rate-limited`] }),
    costUsd: model.usd === null ? null : model.usd * scale,
  };
}

/** A gateway of two processes that works, but for one model at rest. */
const WORDS = {
  en: { rested: "Anthropic's rate limit is reached.", key: "API key" },
  "zh-TW": { rested: "已達到 Anthropic 的速率限制。", key: "API 金鑰" },
} as const;

export function healthyState(language: keyof typeof WORDS = "en"): StateDocument {
  const { rested, key } = WORDS[language];
  const at = (msAgo: number) => new Date(NOW - msAgo).toISOString();
  return {
    time: at(0),
    ok: true,
    version: "0.1.0",
    pid: 4_711,
    startedAt: at(3 * DAY_MS + 4.4 * HOUR_MS),
    problems: [],
    openRequests: 7,
    heldBytes: 412_000,
    processes: {
      wanted: 2,
      serving: [
        { pid: 4_718, startedAt: at(3 * DAY_MS + 4.4 * HOUR_MS), openRequests: 4, heldBytes: 281_000 },
        { pid: 4_719, startedAt: at(3 * DAY_MS + 4.4 * HOUR_MS), openRequests: 3, heldBytes: 131_000 },
      ],
    },
    cooldowns: [
      {
        model: `${PROVIDER}/claude-opus-5`,
        until: new Date(NOW + 22_000).toISOString(),
        code: "anthropic.rate-limited",
        says: rested,
      },
    ],
    setup: {
      profile: null,
      listen: "http://127.0.0.1:18789",
      configFile: "/home/anna/.openclaw/openclaw.json",
      configVersion: "5f0c2a9e",
      usageDays: 90,
      defaults: [`${PROVIDER}/claude-sonnet-5-5`, `${PROVIDER}/claude-haiku-5-5`],
      providers: [
        {
          id: PROVIDER,
          api: "anthropic-messages",
          problem: null,
          baseUrl: "https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/my-gateway/anthropic",
          credentials: [
            {
              name: key,
              masked: "********wXyZ",
              source: "CLOUDFLARE_AI_GATEWAY_API_KEY in /home/anna/.openclaw/.env",
            },
            { name: "cf-aig-authorization", masked: "********5678" },
          ],
        },
      ],
      auth: "token",
      tokens: ["anna", "bo", "ci-runner", null],
    },
  };
}

const FAULTS = {
  en: {
    says: "The gateway rejected the gateway token. It did not check the API key.",
    hint: "Create a Cloudflare API token with the permission AI Gateway Run, then run `openclaw onboard`.",
  },
  "zh-TW": {
    says: "Gateway 拒絕了 Gateway 權杖，沒有檢查 API 金鑰。",
    hint: "建立具有 AI Gateway Run 權限的 Cloudflare API 權杖，然後執行 `openclaw onboard`。",
  },
} as const;

export function faultyState(language: keyof typeof FAULTS): StateDocument {
  return {
    ...healthyState(language),
    ok: false,
    problems: [
      {
        ...{ code: "gateway.token-rejected", layer: "ai-gateway", ...FAULTS[language] },
        ...{ model: `${PROVIDER}/claude-sonnet-5-5`, last: new Date(NOW - 12_000).toISOString(), times: 3 },
      },
    ],
  };
}
