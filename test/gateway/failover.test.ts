import { describe, expect, it } from "vitest";
import type { NetworkFaultKind } from "../../src/core/http.ts";
import { Cooldowns, type FaultClass } from "../../src/gateway/cooldowns.ts";
import {
  type Candidate,
  FailoverRun,
  type Failure,
  faultClassOf,
  MOST_STALE,
  recoveryFor,
} from "../../src/gateway/failover.ts";
import { namesRetryTime, retryAfterMs, toFailure } from "../../src/gateway/upstream-failure.ts";
import { recoveryIn } from "../support/diagnosis-cases.ts";

interface Answered {
  readonly said?: string;
  readonly retryAfterMs?: number;
}

const answer = (status: number, code: string, { said = "", retryAfterMs = 0 }: Answered = {}): Failure => ({
  kind: "response",
  status,
  code,
  ...recoveryIn(code, status),
  upstreamMessage: said,
  retryAfterMs,
});

const fault = (kind: NetworkFaultKind, isStale = false): Failure => ({
  kind: "fault",
  fault: kind,
  isStale,
  code: `network.${kind}`,
});

const OVERLOADED = answer(529, "anthropic.overloaded");
const SPENT = answer(429, "gateway.spend-limit");
const THROTTLED = answer(401, "gateway.token-rejected");
const REJECTED = answer(401, "anthropic.key-rejected");

const anthropic = (message: string) =>
  JSON.stringify({ type: "error", error: { type: "invalid_request_error", message } });

describe("the recovery from a failure", () => {
  it.each<[string, Failure, ReturnType<typeof recoveryFor>]>([
    ["a rate limit", answer(429, "anthropic.rate-limited"), "next-model"],
    ["a spend limit", SPENT, "next-model"],
    ["a spend limit under another status", answer(402, "gateway.spend-limit"), "next-model"],
    ["an overload", OVERLOADED, "next-model"],
    ["an internal error", answer(500, "anthropic.internal"), "next-model"],
    ["an origin that is slow", answer(524, "edge.origin-slow"), "next-model"],
    ["a model that is not there", answer(404, "anthropic.model-not-found"), "next-model"],
    [
      "a 404 that nobody knows and that speaks of the model",
      answer(404, "http-404", { said: "model 'qwen' not found" }),
      "next-model",
    ],
    [
      "a model that has retired",
      answer(400, "anthropic.request-invalid", {
        said: anthropic("The model claude-3-opus-20240229 has been retired."),
      }),
      "next-model",
    ],
    [
      "a model that was decommissioned",
      answer(400, "answer.unknown", {
        said: "The model `mixtral-8x7b` has been decommissioned and is no longer supported.",
      }),
      "next-model",
    ],
    ["an address that is not there", answer(404, "anthropic.path-not-found"), "none"],
    ["a 404 that says nothing", answer(404, "answer.unknown"), "none"],
    ["a web page where an address is wrong", answer(404, "answer.page", { said: "<title>Our models</title>" }), "none"],
    [
      "a bad request",
      answer(400, "anthropic.request-invalid", { said: anthropic("messages: Field required") }),
      "none",
    ],
    [
      "a parameter that the model has no more",
      answer(400, "anthropic.request-invalid", { said: anthropic("`temperature` is deprecated for this model.") }),
      "none",
    ],
    [
      "a talk about retirement",
      answer(400, "anthropic.request-invalid", { said: anthropic("messages.0: a retired teacher is no role") }),
      "none",
    ],
    [
      "a retirement under another status",
      answer(403, "anthropic.permission", { said: "The model is retired" }),
      "none",
    ],
    ["a key that is refused", REJECTED, "none"],
    ["a permission that is missing", answer(403, "anthropic.permission"), "none"],
    ["credits that are used up", answer(402, "gateway.no-credits"), "next-model"],
    ["a bill that nobody has diagnosed", answer(402, "http-402"), "next-model"],
    [
      "a spending limit in words",
      answer(403, "answer.unknown", { said: '{"error":{"message":"Insufficient credits"}}' }),
      "next-model",
    ],
    ["a key that is missing, under the code of the credits", answer(402, "gateway.key-missing"), "none"],
    ["a prompt that the guardrails block", answer(424, "gateway.prompt-guarded"), "none"],
    ["a body that is too large", answer(413, "anthropic.too-large"), "none"],
    ["2009, which may be a throttle", THROTTLED, "retry-same"],
    ["2009 without a token", answer(401, "gateway.token-missing"), "retry-same"],
    ["a connection that was closed while it was kept", fault("cut-off", true), "retry-same"],
  ])("%s", (_, failure, recovery) => {
    expect(recoveryFor(failure)).toBe(recovery);
  });

  it("of the network is another model if the connection is at fault", () => {
    const recoveries: Record<NetworkFaultKind, ReturnType<typeof recoveryFor>> = {
      "name-not-found": "next-model",
      refused: "next-model",
      unreachable: "next-model",
      "connect-timeout": "next-model",
      "answer-timeout": "next-model",
      "cut-off": "next-model",
      tls: "next-model",
      proxy: "next-model",
      certificate: "none",
      "not-http": "none",
      aborted: "none",
    };
    for (const [kind, recovery] of Object.entries(recoveries))
      expect([kind, recoveryFor(fault(kind as NetworkFaultKind))]).toEqual([kind, recovery]);
  });

  it("is one retry at the same model", () => {
    expect(recoveryFor(THROTTLED, true)).toBe("none");
    expect(recoveryFor(fault("cut-off", true), true)).toBe("next-model");
  });
});

const TARGETS = [{ ref: "p/a" }, { ref: "p/b" }, { ref: "q/c" }] as const;

/** Goes the way of one request to its end, past the failures given. Who was asked, in order; a pause is a dot. */
function go(
  failures: readonly Failure[],
  cooldowns = new Cooldowns(),
  nowMs = 0,
  targets: ConstructorParameters<typeof FailoverRun>[0] = TARGETS,
) {
  const run = new FailoverRun<Candidate, undefined>(targets, cooldowns, nowMs);
  const asked = [run.target.ref];
  for (const failure of failures) {
    const step = run.failed(failure, nowMs, 0, undefined);
    if (step.kind === "stop") return { asked, left: run.skipped, end: step.code };
    expect(run.target).toBe(step.target);
    asked.push(step.isDelayed ? `. ${step.target.ref}` : step.target.ref);
  }
  run.served();
  return { asked, left: run.skipped, end: "served" };
}

describe("a failover run", () => {
  it.each<[string, Failure[], ReturnType<typeof go>]>([
    ["ends at the first that serves", [], { asked: ["p/a"], left: [], end: "served" }],
    [
      "goes on to the next, and the next",
      [SPENT, OVERLOADED],
      { asked: ["p/a", "p/b", "q/c"], left: ["p/a: gateway.spend-limit", "p/b: anthropic.overloaded"], end: "served" },
    ],
    [
      "ends with the first failure when all may pass",
      [SPENT, fault("refused"), OVERLOADED],
      {
        asked: ["p/a", "p/b", "q/c"],
        left: ["p/a: gateway.spend-limit", "p/b: network.refused", "q/c: anthropic.overloaded"],
        end: "gateway.spend-limit",
      },
    ],
    ["ends where nothing helps", [REJECTED], { asked: ["p/a"], left: [], end: "anthropic.key-rejected" }],
    [
      "goes on past a fallback that refuses",
      [OVERLOADED, REJECTED],
      {
        asked: ["p/a", "p/b", "q/c"],
        left: ["p/a: anthropic.overloaded", "p/b: anthropic.key-rejected"],
        end: "served",
      },
    ],
    ["ends when the client leaves", [fault("aborted")], { asked: ["p/a"], left: [], end: "network.aborted" }],
    [
      "waits once after 2009",
      [THROTTLED],
      { asked: ["p/a", ". p/a"], left: ["p/a: gateway.token-rejected"], end: "served" },
    ],
    [
      "takes 2009 for what it says the second time",
      [THROTTLED, THROTTLED],
      { asked: ["p/a", ". p/a"], left: ["p/a: gateway.token-rejected"], end: "gateway.token-rejected" },
    ],
    [
      "goes on after 2009 when something else comes then",
      [THROTTLED, OVERLOADED, THROTTLED],
      {
        asked: ["p/a", ". p/a", "p/b", ". p/b"],
        left: ["p/a: gateway.token-rejected", "p/a: anthropic.overloaded", "p/b: gateway.token-rejected"],
        end: "served",
      },
    ],
    [
      "takes a new connection for one that was closed, without a word",
      [fault("cut-off", true)],
      { asked: ["p/a", "p/a"], left: [], end: "served" },
    ],
    [
      "goes on when too many are closed",
      Array.from({ length: MOST_STALE + 1 }, () => fault("cut-off", true)),
      {
        asked: [...Array.from({ length: MOST_STALE + 1 }, () => "p/a"), "p/b"],
        left: ["p/a: network.cut-off"],
        end: "served",
      },
    ],
    [
      "waits once after 2009, also after connections that were closed",
      [fault("cut-off", true), fault("cut-off", true), THROTTLED, fault("cut-off", true)],
      { asked: ["p/a", "p/a", "p/a", ". p/a", "p/a"], left: ["p/a: gateway.token-rejected"], end: "served" },
    ],
  ])("%s", (_, failures, expected) => {
    expect(go(failures)).toEqual(expected);
  });

  it("ends after the only model", () => {
    expect(go([OVERLOADED], new Cooldowns(), 0, [{ ref: "p/a" }])).toEqual({
      asked: ["p/a"],
      left: [],
      end: "anthropic.overloaded",
    });
  });

  it("tries a model once that is named twice", () => {
    const targets = [{ ref: "p/a" }, { ref: "p/b" }, { ref: "p/a" }, { ref: "p/b" }] as const;
    expect(go([SPENT, SPENT], new Cooldowns(), 0, targets).asked).toEqual(["p/a", "p/b"]);
  });

  it("skips a model that failed until it has cooled down, and says so", () => {
    const cooldowns = new Cooldowns();
    go([SPENT], cooldowns, 0);
    expect(go([], cooldowns, 599_999)).toEqual({
      asked: ["p/b"],
      left: ["p/a: cooling down (gateway.spend-limit)"],
      end: "served",
    });
    expect(go([], cooldowns, 600_000).asked).toEqual(["p/a"]);
  });

  it("skips it for as long as it asked", () => {
    const cooldowns = new Cooldowns();
    go([answer(429, "anthropic.rate-limited", { retryAfterMs: 45_000 })], cooldowns, 0);
    expect(go([], cooldowns, 44_999).asked).toEqual(["p/b"]);
    expect(go([], cooldowns, 45_000).asked).toEqual(["p/a"]);
  });

  it("forgets that a model has failed as soon as it serves", () => {
    const cooldowns = new Cooldowns();
    go([OVERLOADED], cooldowns, 0);
    go([], cooldowns, 30_000);
    go([OVERLOADED], cooldowns, 31_000);
    expect(go([], cooldowns, 61_000).asked).toEqual(["p/a"]);
  });

  it("takes the first to be ready when all are cooling down", () => {
    const cooldowns = new Cooldowns();
    const asked = (retryAfterMs: number) => answer(429, "anthropic.rate-limited", { retryAfterMs });
    go([asked(30_000), asked(10_000), asked(20_000)], cooldowns, 0);
    expect(go([OVERLOADED], cooldowns, 5_000)).toEqual({
      asked: ["p/b"],
      left: ["p/a: cooling down (anthropic.rate-limited)", "q/c: cooling down (anthropic.rate-limited)"],
      end: "anthropic.overloaded",
    });
    expect(go([], cooldowns, 20_000).asked).toEqual(["p/b"]);
  });

  it("cools nothing down after a failure that no other model helps with", () => {
    const cooldowns = new Cooldowns();
    for (const failure of [REJECTED, fault("aborted"), fault("certificate")]) go([failure], cooldowns);
    go([THROTTLED, THROTTLED], cooldowns);
    expect(go([], cooldowns).asked).toEqual(["p/a"]);
  });
});

describe("a failure without a diagnosis", () => {
  it.each<[string, number, string, FaultClass | "none"]>([
    ["OpenRouter's", 402, '{"error":{"message":"Insufficient credits. Add more","code":402}}', "payment"],
    ["DeepSeek's", 402, '{"error":{"message":"Insufficient Balance","type":"unknown_error"}}', "payment"],
    ["Anthropic's", 400, anthropic("Your credit balance is too low to access the Anthropic API."), "payment"],
    ["OpenAI's", 429, '{"error":{"type":"insufficient_quota","message":"You exceeded your current quota"}}', "payment"],
    ["a policy's", 429, '{"success":false,"error":{"message":"Spending limit exceeded"}}', "payment"],
    ["a key's limit", 403, '{"error":{"message":"Key spending limit reached"}}', "payment"],
    ["Google's", 429, '{"error":{"message":"You exceeded your current quota","status":"RESOURCE_EXHAUSTED"}}', "limit"],
    ["a rate limit", 429, anthropic("This request would exceed your rate limit"), "limit"],
    ["an overload", 529, anthropic("Overloaded"), "limit"],
    ["an internal error", 500, anthropic("Internal server error"), "moment"],
    ["a gateway's", 504, "", "limit"],
    ["a wrong request", 400, anthropic("messages: at least one message is required"), "none"],
    ["a permission", 403, anthropic("Your key does not have permission"), "none"],
  ])("%s %d is of its class", (_, status, said, fault) => {
    const failure = answer(status, `http-${status}`, { said });
    expect(recoveryFor(failure) === "none" ? "none" : faultClassOf(failure)).toBe(fault);
  });

  it.each<[string, readonly string[], number]>([
    ["in milliseconds, which are more exact", ["Retry-After-Ms", "1500", "retry-after", "2"], 1_500],
    ["in milliseconds that are none", ["retry-after-ms", "soon", "retry-after", "2"], 2_000],
    ["in no way", [], 0],
  ])("may name its time %s", (_, headers, retryAfterMs) => {
    const failed = { kind: "response", status: 429, headers, body: Buffer.from("") } as const;
    expect(toFailure(failed, undefined)).toMatchObject({ retryAfterMs });
    expect(namesRetryTime(headers)).toBe(headers.length > 0);
  });
});

describe("Retry-After", () => {
  const DATE = "Wed, 21 Oct 2026 07:28:00 GMT";
  it.each([
    ["30", undefined, 30_000],
    ["0", undefined, 0],
    ["1.5", undefined, 1_500],
    ["Wed, 21 Oct 2026 07:28:10 GMT", DATE, 10_000],
    ["Wed, 21 Oct 2026 07:27:50 GMT", DATE, 0],
    ["Wed, 21 Oct 2026 07:28:10 GMT", undefined, 0],
    ["Wed, 21 Oct 2026 07:28:10 GMT", "today", 0],
    ["soon", DATE, 0],
    ["-5", DATE, 0],
    ["", DATE, 0],
    [undefined, DATE, 0],
  ])("of %j at %j is %d ms", (retryAfter, date, expected) => {
    expect(retryAfterMs(retryAfter, date)).toBe(expected);
  });
});
