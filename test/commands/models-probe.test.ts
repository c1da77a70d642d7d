import JSON5 from "json5";
import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../src/core/http.ts";
import { fail, ok } from "../../src/core/result.ts";
import { bucketOf } from "../../src/providers/cloudflare-ai-gateway/buckets.ts";
import { DIAGNOSIS_CODES } from "../../src/providers/cloudflare-ai-gateway/diagnose.ts";
import { unresolved } from "../../src/providers/finding.ts";
import { answer, anthropicError, fault, gatewayError, modelList, openaiError } from "../support/answers.ts";
import type { Loose } from "../support/doctor.ts";
import { startGateway } from "../support/gateway.ts";
import { CLAUDE, COMMENTED, GPT, homeOf, QUIET_DAY } from "../support/models.ts";
import { CANARY_KEY, openclaw, WITHOUT_PAUSES } from "../support/program.ts";

const send = async (_: HttpRequest) => ok(answer(200, "{}"));

const config = (change: (config: Loose) => void = () => {}): Loose => {
  const parsed = JSON5.parse(COMMENTED);
  change(parsed);
  return parsed;
};

/** Runs `models status --probe`, with these answers in place of the network. */
async function probe(home: string, args: readonly string[], http: (request: HttpRequest) => Promise<Loose>) {
  const context = { ...WITHOUT_PAUSES, http, now: () => QUIET_DAY };
  return openclaw(["models", "status", "--probe", ...args], { home, context });
}

const resultsOf = ({ stdout }: { readonly stdout: string }): Loose => JSON.parse(stdout).auth.probes.results;
const isGpt = ({ url }: HttpRequest) => url.includes("/openai/");
const good = (request: HttpRequest) => ok(modelList([isGpt(request) ? "gpt-5.5" : "claude-sonnet-4-6"]));

describe("models status --probe", () => {
  it("asks each provider with what its requests carry, and tells the outcome and the diagnosis", async () => {
    const seen: HttpRequest[] = [];
    const finished = await probe(homeOf(), [], async (request) => {
      seen.push(request);
      return isGpt(request)
        ? ok(openaiError(401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided"))
        : good(request);
    });
    expect(finished.status).toBe(1);
    expect(finished.stdout).toMatch(/ {2}Usable +yes\n {2}Probe +ok, 0 ms\n/);
    expect(finished.stdout).toMatch(/ {2}Probe +auth, 0 ms\n.*\(openai, openai\.key-rejected\)\n/);
    expect(finished.stdout).toMatch(/ {2}Probe +unknown\n +This program cannot check this provider\.\n/);
    expect(seen.find((request) => !isGpt(request))?.headers).toMatchObject({ "x-api-key": CANARY_KEY });
    expect(finished.stdout + finished.stderr).not.toContain("CANARY");
  });

  it("has the published keys with --json, and the diagnosis beside them", async () => {
    const home = homeOf(config((one) => delete one.models.providers.mine));
    const finished = await probe(
      home,
      ["--json", "--probe-timeout", "5000", "--probe-concurrency", "2"],
      async (request) =>
        isGpt(request) ? ok(openaiError(429, "requests", "rate_limit_exceeded", "slow down")) : good(request),
    );
    const { probes } = JSON.parse(finished.stdout).auth;
    expect(probes).toMatchObject({
      startedAt: QUIET_DAY.getTime(),
      finishedAt: QUIET_DAY.getTime(),
      durationMs: 0,
      totalTargets: 2,
      options: { timeoutMs: 5000, concurrency: 2, kind: "models" },
    });
    expect(probes.results).toEqual([
      {
        provider: CLAUDE,
        model: "claude-sonnet-4-6",
        label: "Cloudflare AI Gateway",
        source: "env",
        mode: "api_key",
        status: "ok",
        latencyMs: 0,
      },
      expect.objectContaining({
        provider: GPT,
        status: "rate_limit",
        reasonCode: "openai.rate-limited",
        error: expect.stringContaining("openai.rate-limited"),
        diagnosis: expect.objectContaining({ code: "openai.rate-limited", layer: "openai" }),
      }),
    ]);
  });

  it.each([
    [
      "a key that is refused",
      ok(anthropicError(401, "authentication_error", "invalid x-api-key")),
      "auth",
      "anthropic.key-rejected",
    ],
    ["a gateway that wants a token", ok(gatewayError(2009, 401, "Unauthorized")), "auth", "gateway.token-missing"],
    ["a limit", ok(anthropicError(429, "rate_limit_error", "slow down")), "rate_limit", "anthropic.rate-limited"],
    [
      "an empty account",
      ok(anthropicError(400, "invalid_request_error", "Your credit balance is too low")),
      "billing",
      "anthropic.no-credit",
    ],
    ["silence", fail(fault("answer-timeout")), "timeout", "network.answer-timeout"],
    [
      "a gateway that does not exist",
      ok(gatewayError(2001, 404, "Please configure AI Gateway")),
      "format",
      "gateway.not-found",
    ],
    ["no such host", fail(fault("name-not-found")), "unknown", "network.name-not-found"],
  ])("sorts %s", async (_, response, bucket, code) => {
    const home = homeOf(config((one) => (one.models.providers = { [CLAUDE]: one.models.providers[CLAUDE] })));
    const finished = await probe(home, ["--json"], async () => response);
    expect(finished.status).toBe(1);
    expect(resultsOf(finished)).toMatchObject([{ status: bucket, reasonCode: code }]);
  });

  it("sorts a model that does not exist, and asks for a message where that is wanted", async () => {
    const bodies: (string | undefined)[] = [];
    const home = homeOf(config((one) => (one.models.providers = { [CLAUDE]: one.models.providers[CLAUDE] })));
    const finished = await probe(home, ["--json", "--verify", "message"], async ({ body }) => {
      bodies.push(body);
      return ok(anthropicError(404, "not_found_error", "model: claude-sonnet-4-6"));
    });
    expect(JSON.parse(bodies[0] ?? "")).toMatchObject({ model: "claude-sonnet-4-6", max_tokens: 1 });
    expect(resultsOf(finished)).toMatchObject([{ status: "no_model", reasonCode: "anthropic.model-not-found" }]);
    expect(finished.stderr).toContain("which is billed");
  });

  it("asks several at the same time, and no more than it may", async () => {
    for (const [most, args] of [
      [2, []],
      [1, ["--probe-concurrency", "1"]],
    ] as const) {
      let open = 0;
      let highest = 0;
      let release = () => {};
      const bothAsked = new Promise<void>((resolve) => {
        release = resolve;
      });
      const finished = await probe(homeOf(), [...args, "--json"], async (request) => {
        open += 1;
        highest = Math.max(highest, open);
        if (open === most) release();
        await bothAsked;
        open -= 1;
        return good(request);
      });
      expect(highest).toBe(most);
      expect(resultsOf(finished).map(({ status }: Loose) => status)).toEqual(["ok", "ok", "unknown"]);
    }
  });

  it("gives each request no longer than it may take", async () => {
    const seen: HttpRequest[] = [];
    await probe(homeOf(), ["--probe-timeout", "1234"], async (request) => {
      seen.push(request);
      return good(request);
    });
    expect(seen.length).toBeGreaterThan(0);
    for (const request of seen)
      expect(request).toMatchObject({ connectTimeoutMs: 1234, idleTimeoutMs: 1234, totalTimeoutMs: 1234 });
  });

  it("asks nobody with a credential that is missing or would go to the wrong place", async () => {
    const home = homeOf(
      config((one) => (one.models.providers[GPT].baseUrl = one.models.providers[CLAUDE].baseUrl)),
      "OPENAI_API_KEY=sk-CANARYopenaiCANARYopenaiCANARY00001111\n",
    );
    const finished = await probe(home, ["--json"], async () => {
      throw new Error("asked");
    });
    expect(finished.status).toBe(1);
    expect(resultsOf(finished)).toMatchObject([
      { provider: CLAUDE, status: "auth", error: expect.stringContaining("CLOUDFLARE_AI_GATEWAY_API_KEY") },
      { provider: GPT, status: "format", error: expect.any(String) },
      { provider: "mine", status: "unknown" },
    ]);
  });

  it("asks one provider alone, and knows no other", async () => {
    const finished = await probe(homeOf(), ["--probe-provider", GPT, "--json"], async (request) => good(request));
    expect(finished.status).toBe(0);
    expect(resultsOf(finished)).toMatchObject([{ provider: GPT, status: "ok" }]);
    const unknown = await probe(homeOf(), ["--probe-provider", "cloudflare-ai-gatway"], async () =>
      send({} as HttpRequest),
    );
    expect(unknown).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringContaining(`Did you mean \`${CLAUDE}\`?`),
    });
  });

  it.each(["0", "-1", "x", "1.5"])("takes no %s for a number", async (value) => {
    const finished = await probe(homeOf(), ["--probe-timeout", value], async () => send({} as HttpRequest));
    expect(finished).toMatchObject({ status: 2, stdout: "" });
  });

  it("is 0 with --check where all answer, and 2 where a model retires", async () => {
    const all = await probe(homeOf(), ["--check"], async (request) => good(request));
    expect(all.status).toBe(0);
    const retiring = homeOf(config((one) => (one.agents.defaults.models[`${CLAUDE}/claude-opus-4-1`] = {})));
    expect((await probe(retiring, ["--check"], async (request) => good(request))).status).toBe(2);
  });

  it("tells a person at a terminal that it is asking", async () => {
    const context = {
      ...WITHOUT_PAUSES,
      http: async (request: HttpRequest) => good(request),
      terminal: { stdin: true, stdout: true, stderr: true },
    };
    const { stderr } = await openclaw(["models", "--probe"], { home: homeOf(), context });
    expect(stderr).toBe("Asking 2 providers...\n");
  });

  it("asks over the network", async () => {
    const gateway = await startGateway();
    const home = homeOf(
      config(
        (one) => (one.models.providers = { [CLAUDE]: { ...one.models.providers[CLAUDE], baseUrl: gateway.baseUrl } }),
      ),
    );
    const finished = await openclaw(["models", "--probe", "--json"], { home });
    expect(resultsOf(finished)).toMatchObject([{ status: "ok" }]);
    expect(gateway.received.map(({ path }) => path)).toEqual(["/anthropic/v1/models?limit=1000"]);
  });
});

describe("the buckets", () => {
  it("have every diagnosis of a credential, a payment, a limit, a wait and a model", () => {
    const bucket = (code: string) => bucketOf({ ...unresolved([]), code });
    const wanted = [
      [/(?:key|token)-(?:missing|rejected)|permission/, "auth"],
      [/credit|billing(?!-rate)|payment/, "billing"],
      [/rate-limited|overloaded/, "rate_limit"],
      [/timeout/, "timeout"],
      [/model-not/, "no_model"],
    ] as const;
    for (const [shape, expected] of wanted)
      for (const code of DIAGNOSIS_CODES.filter((one) => shape.test(one)))
        expect([code, bucket(code)]).toEqual([code, expected]);
    expect(bucket("credentials.unresolved")).toBe("auth");
    expect(bucket("answer.unknown")).toBe("unknown");
  });
});
