import { once } from "node:events";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { formatLine } from "../../src/usage/line.ts";
import { ask } from "../support/client.ts";
import { CLIENT_TOKEN, MODEL, OURS } from "../support/local-gateway.ts";
import { openclaw, temporaryHome, WITHOUT_PAUSES } from "../support/program.ts";
import { CLAUDE, NOW, pointOf, served } from "../support/served-line.ts";
import type { Datasets } from "../support/stand-in/analytics-sql.ts";
import { type StandIn, type StandInOptions, startStandIn } from "../support/stand-in/stand-in.ts";
import { KNOWN } from "../support/stand-in/world.ts";
import { pointsIn, withDataset } from "../support/usage-dataset.ts";
import { startUsageUpstream } from "../support/usage-upstream.ts";
import { startWorker } from "../support/worker.ts";

const DATASET = "usage_openclaw_gateway";

const LINES = [
  served(0),
  served(0, { client: "anna", session: "s-1", cacheReadTokens: 900_000 }),
  served(1, { client: "ci", status: 529, ended: "overloaded", inputTokens: undefined, outputTokens: undefined }),
  served(2, { client: "anna", session: "s-1", tried: [`${CLAUDE}/claude-opus-5-5: overloaded`], firstByteMs: 2_340 }),
  served(2, { client: "anna", status: 200, ended: "client-gone", outputTokens: undefined }),
  served(30, { client: "=1+1", unifiedBilling: true }, "claude-haiku-5-5"),
  served(40, {}, "unheard-of"),
];

const POINTS = LINES.map((line) => pointOf(line));

interface Machine {
  readonly home: string;
  readonly api: StandIn;
  readonly usage: (args?: readonly string[], env?: Readonly<Record<string, string>>) => ReturnType<typeof openclaw>;
}

/** A machine whose configuration has an account, and whose token is in `.env`. */
async function machine(
  datasets: Datasets = { [DATASET]: POINTS },
  { token = KNOWN.fullToken, now = NOW, ...world }: { token?: string; now?: Date } & StandInOptions = {},
): Promise<Machine> {
  const api = await startStandIn({ datasets, ...world });
  onTestFinished(() => api.close());
  const home = temporaryHome();
  const folder = join(home, ".openclaw");
  mkdirSync(folder, { recursive: true });
  const baseUrl = `https://gateway.ai.cloudflare.com/v1/${KNOWN.accountId}/my-gw/anthropic`;
  const config = { models: { providers: { [CLAUDE]: { baseUrl, api: "anthropic-messages" } } } };
  writeFileSync(join(folder, "openclaw.json"), JSON.stringify(config));
  if (token !== "") writeFileSync(join(folder, ".env"), `CLOUDFLARE_API_TOKEN=${token}\n`, { mode: 0o600 });
  return {
    home,
    api,
    usage: (args = [], env = {}) =>
      openclaw(["usage", ...args], {
        home,
        env: { CLOUDFLARE_API_BASE_URL: api.apiBase, ...env },
        context: { now: () => now, ...WITHOUT_PAUSES },
      }),
  };
}

const asked = ({ api }: Machine) => api.requests.map(({ body }) => body);

describe("usage --worker", () => {
  it.each(["day", "model", "client", "session", "provider"])(
    "reports what `usage` does over the same requests, by %s",
    async (by) => {
      const { home, usage } = await machine();
      const folder = join(home, ".openclaw", "usage");
      mkdirSync(folder);
      for (const line of LINES) appendFileSync(join(folder, `${line.time.slice(0, 10)}.jsonl`), formatLine(line));
      for (const format of ["--json", "--csv", "--"]) {
        const args = ["--since", "90d", "--by", by, ...(format === "--" ? [] : [format])];
        const [there, here] = [await usage(["--worker", ...args]), await usage(args)];
        expect([there.status, there.stderr]).toEqual([0, ""]);
        if (format === "--json") {
          const { dataset, dataPoints, ...document } = JSON.parse(there.stdout);
          expect([dataset, dataPoints]).toEqual([DATASET, LINES.length]);
          expect(document).toEqual(JSON.parse(here.stdout));
        } else if (format === "--csv") expect(there.stdout).toBe(here.stdout);
        else expect(there.stdout).toBe(`Dataset ${DATASET} of Workers Analytics Engine\n${here.stdout}`);
      }
    },
  );

  it("equals what upstreams have told a Worker in workerd, in all three protocols", async () => {
    const upstream = await startUsageUpstream();
    const gpt = "cloudflare-ai-gateway-openai";
    const key = "${CLOUDFLARE_AI_GATEWAY_API_KEY}";
    const config = {
      models: {
        providers: {
          [OURS]: { baseUrl: `${upstream.url}/anthropic`, api: "anthropic-messages", apiKey: key },
          [gpt]: { baseUrl: `${upstream.url}/openai`, api: "openai-responses", apiKey: "${OPENAI_API_KEY}" },
        },
      },
      agents: { defaults: { model: { primary: `${OURS}/${MODEL}` } } },
    };
    const bindings = {
      OPENCLAW_GATEWAY_TOKEN: CLIENT_TOKEN,
      CLOUDFLARE_AI_GATEWAY_API_KEY: KNOWN.anthropicKey,
      OPENAI_API_KEY: KNOWN.openaiKey,
    };
    const worker = await startWorker({ config, bindings, ...withDataset() });
    const requests = [
      ["/v1/messages", { model: "claude-sonnet-5-5", max_tokens: 9, messages: [] }],
      ["/v1/responses", { model: "gpt-5.5", input: "Hello" }],
      ["/v1/chat/completions", { model: "gpt-5.5", messages: [{ role: "user", content: "Hello" }] }],
    ] as const;
    for (let count = 0; count < 120; count += 1) {
      const [path, body] = requests[count % 3] ?? requests[0];
      await ask(`${worker.url}${path}`, { body });
    }
    await expect.poll(() => pointsIn(worker.console)).toHaveLength(120);
    const { usage } = await machine({ [DATASET]: pointsIn(worker.console) }, { now: new Date() });
    const { stdout } = await usage(["--worker", "--json", "--since", "2d", "--by", "model"]);
    const { total, rows } = JSON.parse(stdout);
    expect(total).toMatchObject({ ...upstream.said, unpricedRequests: 0 });
    expect(total.costUsd).toBeGreaterThan(0.1);
    expect(upstream.said.failures).toBeGreaterThan(3);
    expect(rows.map(({ key: one }: { key: string }) => one).sort()).toEqual([
      `${gpt}/gpt-5.5`,
      `${OURS}/claude-sonnet-5-5`,
    ]);
  });

  it("says that figures are estimates where Cloudflare kept a sample", async () => {
    const { usage } = await machine({ [DATASET]: [pointOf(served(0), 10), pointOf(served(1), 3)] });
    const { stdout, stderr } = await usage(["--worker", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      dataPoints: 2,
      total: { requests: 13, inputTokens: 1_300_000, firstByteMs: { p50: 820, p95: 820 } },
    });
    expect(stderr).toContain("a sample of 2 requests out of about 13. The figures are estimates.");
  });

  it("reads page by page where there is much", async () => {
    const points = Array.from({ length: 5_200 }, (_, index) => pointOf(served(0, { session: `s-${index}` })));
    const one = await machine({ [DATASET]: points });
    const { stdout } = await one.usage(["--worker", "--json", "--by", "session"]);
    const { total, rows } = JSON.parse(stdout);
    expect([total.requests, rows.length, total.inputTokens]).toEqual([5_200, 5_200, 520_000_000]);
    expect(new Set(rows.map(({ firstByteMs }: { firstByteMs: { p50: number } }) => firstByteMs.p50))).toEqual(
      new Set([820]),
    );
    expect(asked(one)).toHaveLength(1 + 2 + 2 + 1);
  });

  it("has nothing to say of a period without requests, and asks only once", async () => {
    const one = await machine();
    const { status, stdout } = await one.usage(["--worker", "--since", "today"], { TZ: "UTC" });
    expect(status).toBe(0);
    expect(stdout).not.toContain("No request");
    const none = await machine({ [DATASET]: [pointOf(served(30))] });
    expect(await none.usage(["--worker"])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^No request was recorded from .*\nNew requests take some minutes to show\.\n$/),
    });
    expect(JSON.parse((await none.usage(["--worker", "--json"])).stdout)).toMatchObject({
      rows: [],
      total: { requests: 0 },
    });
    expect(asked(none)).toHaveLength(2);
  });

  it("says that Cloudflare keeps no more than three months", async () => {
    const { usage } = await machine();
    const { stderr } = await usage(["--worker", "--since", "2026-01-01"]);
    expect(stderr).toContain("Cloudflare keeps these data for three months.");
  });

  it.each([
    ["team-llm", "usage_team_llm"],
    ["https://Team-LLM.anna.workers.dev/", "usage_team_llm"],
    ["team-llm.anna.workers.dev", "usage_team_llm"],
  ])("takes %s for a Worker", async (name, dataset) => {
    const { usage } = await machine({ [dataset]: POINTS });
    expect(JSON.parse((await usage(["--worker", name, "--json"])).stdout)).toMatchObject({
      dataset,
      total: { requests: 5 },
    });
  });

  it.each(["https://llm.example.com", "a;DROP TABLE x", "a'b", "", "-", "ä", "a".repeat(80)])(
    "refuses %j, which is none",
    async (name) => {
      const one = await machine();
      expect(await one.usage([`--worker=${name}`])).toMatchObject({
        status: 2,
        stderr: expect.stringContaining("This is neither the name of a Worker nor its address on workers.dev."),
      });
      expect(asked(one)).toEqual([]);
    },
  );

  it("reads the dataset and the account of a project's Worker", async () => {
    const one = await machine({ llm: POINTS }, { accounts: [] });
    const write = (value: object) => {
      const folder = join(one.home, "gw");
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "wrangler.jsonc"), `// ours\n${JSON.stringify(value)}`);
      const record = { language: "en", files: {}, configuration: {}, secrets: [], vars: {} };
      writeFileSync(join(folder, ".openclaw-worker.json"), JSON.stringify(record));
      return one.usage(["--worker-dir", folder, "--json"], { CLOUDFLARE_ACCOUNT_ID: "f".repeat(32) });
    };
    const analytics_engine_datasets = [{ binding: "OPENCLAW_USAGE", dataset: "llm" }];
    const good = await write({ name: "gw", account_id: KNOWN.accountId, analytics_engine_datasets });
    expect(JSON.parse(good.stdout)).toMatchObject({ dataset: "llm", total: { requests: 5 } });
    expect(await write({ name: "gw" })).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("binds no dataset, so this Worker records nothing."),
    });
    const odd = [{ binding: "OPENCLAW_USAGE", dataset: "x'; SHOW TABLES --" }];
    expect(await write({ analytics_engine_datasets: odd })).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("has a name that cannot be used in SQL."),
    });
    expect(await write({ account_id: "not one!", analytics_engine_datasets })).toMatchObject({
      status: 2,
      stdout: expect.stringContaining("wrangler.jsonc: "),
    });
    expect(await write({ account_id: "mine", analytics_engine_datasets })).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("api.account-not-found"),
    });
    expect(await one.usage(["--worker-dir", one.home])).toMatchObject({ status: 1 });
    expect(await one.usage(["--worker-dir", ""])).toMatchObject({ status: 2 });
    expect(await one.usage(["--worker", "--worker-dir", one.home])).toMatchObject({ status: 2 });
  });

  it("says which token and account it needs, and where they belong", async () => {
    const one = await machine({}, { token: "" });
    expect(await one.usage(["--worker"])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /CLOUDFLARE_API_TOKEN has no value\.\n.*Account Analytics Read\. Put it into ~\/\.openclaw\/\.env/s,
      ),
    });
    writeFileSync(join(one.home, ".openclaw", "openclaw.json"), "{}");
    const env = { CLOUDFLARE_API_TOKEN: KNOWN.fullToken };
    expect(await one.usage(["--worker"], env)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("Put the account ID into ~/.openclaw/.env as CLOUDFLARE_ACCOUNT_ID."),
    });
    expect(await one.usage(["--worker"], { ...env, CLOUDFLARE_ACCOUNT_ID: "not one!" })).toMatchObject({ status: 2 });
    expect(asked(one)).toEqual([]);
  });

  const BROKEN: readonly (readonly [
    name: string,
    set: (one: Machine) => void,
    says: RegExp,
    world?: StandInOptions,
  ])[] = [
    [
      "no permission",
      () => {},
      /lacks the permission Account Analytics Read.*api\.permission-missing.*for this account/s,
      {
        tokens: [{ value: KNOWN.fullToken, permissions: ["run"] }],
      },
    ],
    ["an unknown token", () => {}, /Cloudflare does not know this token.*api\.token-unknown/s, { tokens: [] }],
    [
      "an expired token",
      () => {},
      /The token has expired/,
      { tokens: [{ value: KNOWN.fullToken, status: "expired" }] },
    ],
    [
      "another account",
      () => {},
      /lacks the permission Account Analytics Read.*for this account/s,
      {
        tokens: [{ value: KNOWN.fullToken, accountIds: ["f".repeat(32)] }],
      },
    ],
    [
      "no dataset yet",
      () => {},
      /no dataset usage_openclaw_gateway.*gateway worker DIR --usage.*some minutes/s,
      { datasets: { usage_other: POINTS } },
    ],
    ["a rate limit", ({ api }) => api.dial("api-971"), /api\.rate-limited/],
    ["an error of Cloudflare's", ({ api }) => api.dial("api-7000"), /api\.internal/],
    ["a page of the edge", ({ api }) => api.dial("edge-524"), /edge\.origin-slow/],
    ["a challenge", ({ api }) => api.dial("edge-challenge"), /edge\.challenge/],
    ["nothing", ({ api }) => api.dial("empty"), /api\.unexpected|answer\./],
    ["half an answer", ({ api }) => api.dial("half-answer"), /network\.cut-off/],
    ["garbage", ({ api }) => api.dial("garbage"), /network\.not-http/],
    ["a closed connection", ({ api }) => api.dial("reset"), /network\.cut-off/],
    ["nobody there", ({ api }) => void api.close(), /network\.refused/],
  ];

  it.each(BROKEN.map((row) => ({ name: row[0], row })))("names the layer and what to do: $name", async ({ row }) => {
    const [, set, says, world] = row;
    const one = await machine(undefined, world);
    set(one);
    for (const flags of [[], ["--json"]]) {
      const { status, stdout, stderr } = await one.usage(["--worker", ...flags]);
      expect(status).toBe(1);
      expect(stdout + stderr).toMatch(says);
      expect(stdout + stderr).not.toContain(KNOWN.fullToken);
      if (flags.length > 0) expect(JSON.parse(stdout)).toMatchObject({ error: { code: "analytics.unavailable" } });
    }
  });

  it.each([{ foo: 1 }, { points: "NaN" }, { points: null }, { points: 1e300 }])(
    "takes no answer without a number for one of nothing: %j",
    async (row) => {
      const { usage } = await machine();
      const server = createServer((request, response) => {
        request.resume();
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify({ meta: [], data: [row], rows: 1 }));
      }).listen(0, "127.0.0.1");
      onTestFinished(() => void server.close());
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const { status, stderr } = await usage(["--worker"], {
        CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${port}/client/v4`,
      });
      expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining("unexpected answer") });
    },
  );

  it("goes on after a failure that passes", async () => {
    const { usage, api } = await machine();
    api.dial("edge-524", { times: 1 });
    expect(await usage(["--worker"])).toMatchObject({ status: 0 });
  });

  it("shows its token nowhere, and sends it only in the header", async () => {
    const one = await machine();
    const { stdout, stderr } = await one.usage(["--worker", "--json"]);
    expect(stdout + stderr).not.toContain(KNOWN.fullToken);
    for (const { path, body, headers } of one.api.requests) {
      expect(path + body).not.toContain(KNOWN.fullToken);
      expect(headers).toMatchObject({ authorization: `Bearer ${KNOWN.fullToken}`, "content-type": "text/plain" });
      expect(path).toBe(`/client/v4/accounts/${KNOWN.accountId}/analytics_engine/sql`);
    }
  });
});
