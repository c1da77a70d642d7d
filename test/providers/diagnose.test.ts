import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HttpResponse, NetworkFault, NetworkFaultKind } from "../../src/core/http.ts";
import { Secret } from "../../src/core/secret.ts";
import { DIAGNOSES, DIAGNOSIS_CODES, diagnose } from "../../src/providers/cloudflare-ai-gateway/diagnose.ts";
import { matches } from "../../src/providers/cloudflare-ai-gateway/matcher.ts";
import { readSignals, type SentRequest } from "../../src/providers/cloudflare-ai-gateway/response-signals.ts";
import type { HttpResult } from "../../src/providers/provider.ts";
import {
  answer,
  anthropicError,
  cloudflareApiError,
  edgeJson,
  events,
  fault,
  gatewayError,
  message,
  modelList,
  page,
} from "../support/answers.ts";
import {
  ACCOUNT,
  ACTIVE,
  API,
  BILLING,
  CASES,
  DOMAIN,
  GATEWAY,
  LIST,
  NO_ALIAS,
  OPEN,
  SPEND,
  STORED,
} from "../support/diagnosis-cases.ts";
import { readable } from "../support/saying.ts";

const toAnswer = (what: HttpResponse | NetworkFault): HttpResult =>
  "kind" in what ? { ok: false, error: what } : { ok: true, value: what };

/** The diagnosis, which there has to be. */
function diagnosed(what: HttpResponse | NetworkFault, asked: SentRequest, secrets: readonly Secret[] = []) {
  const diagnosis = diagnose(toAnswer(what), asked, secrets);
  if (diagnosis === undefined) throw new Error("taken for a success");
  return readable(diagnosis);
}

describe("a diagnosis", () => {
  it.each(CASES.map(([code, ...rest], index) => [index, code, ...rest] as const))(
    "%i: %s",
    (_, code, what, asked, field) => {
      const diagnosis = diagnosed(what, asked);
      expect([diagnosis.code, diagnosis.field]).toEqual([code, field]);
      for (const text of [diagnosis.message, diagnosis.fix]) {
        expect(text).toMatch(/^\S.*\.$/);
        expect(text).not.toMatch(/undefined|\[object|''|""| {2}|\.\.$/);
      }
    },
  );

  it("has a test case for every row of the table", () => {
    expect([...new Set(CASES.map(([code]) => code))].sort()).toEqual([...DIAGNOSIS_CODES].sort());
  });

  it("is hidden by no other: each way to recognise one decides a case", () => {
    const all = DIAGNOSIS_CODES.flatMap((code) => DIAGNOSES[code].matchers.map((matcher) => ({ code, matcher })));
    const deciding = new Set(
      CASES.map(([, what, asked]) => {
        const found = readSignals(toAnswer(what), asked);
        return all.find(({ matcher }) => matches(matcher, found, asked));
      }),
    );
    const hidden = all.filter((one) => !deciding.has(one));
    expect(hidden.map(({ code, matcher }) => `${code} ${JSON.stringify(matcher)} ${matcher.says}`)).toEqual([]);
  });

  it("exists for every kind of network fault", () => {
    const kinds: Record<NetworkFaultKind, true> = {
      "name-not-found": true,
      refused: true,
      unreachable: true,
      "connect-timeout": true,
      "answer-timeout": true,
      "cut-off": true,
      certificate: true,
      tls: true,
      proxy: true,
      "not-http": true,
      aborted: true,
    };
    for (const kind of Object.keys(kinds) as NetworkFaultKind[]) {
      expect(diagnosed({ kind }, GATEWAY).layer).toMatch(/^(?:network|proxy|tls)$/);
    }
  });

  it("does not exist for a good answer", () => {
    for (const response of [
      modelList(["claude-sonnet-4-6"]),
      modelList([]),
      message("claude-sonnet-4-6", "Hi"),
      answer(200, '{"type":"model","id":"claude-sonnet-4-6"}'),
      answer(200, '{"input_tokens":8}'),
      events({ type: "message_start" }, { type: "message_stop" }),
    ]) {
      expect(diagnose(toAnswer(response), GATEWAY)).toBeUndefined();
    }
    expect(diagnose(toAnswer(answer(200, '{"success":true,"errors":[],"result":[]}')), API)).toBeUndefined();
  });

  it("is transient where a retry may help", () => {
    const transient = (what: HttpResponse | NetworkFault, asked = GATEWAY) => diagnosed(what, asked).transient;
    expect(transient(gatewayError(2009, 401, "Unauthorized"))).toBe(true);
    expect(transient(gatewayError(2003, 429, "Rate limited"))).toBe(true);
    expect(transient(gatewayError(2045, 429, SPEND))).toBe(false);
    expect(transient(gatewayError(2099, 503, "New"))).toBe(true);
    expect(transient(gatewayError(2099, 400, "New"))).toBe(false);
    expect(transient(anthropicError(529, "overloaded_error", "Overloaded"))).toBe(true);
    expect(transient(anthropicError(401, "authentication_error", "invalid x-api-key"))).toBe(false);
    expect(transient(answer(500, "oops"))).toBe(true);
    expect(transient(answer(404, "oops"))).toBe(false);
    expect(transient(fault("name-not-found", { systemCode: "EAI_AGAIN" }))).toBe(true);
    expect(transient(fault("name-not-found", { systemCode: "ENOTFOUND" }))).toBe(false);
  });

  it("quotes the answer and names what was asked for", () => {
    const alias = diagnosed(gatewayError(2040, 400, NO_ALIAS), { ...STORED, alias: "work" });
    expect(alias.message).toContain('under the alias "work"');
    expect(alias.message).toContain("Configured aliases: 'default', 'other-studio'");
    expect(diagnosed(gatewayError(2045, 429, SPEND), GATEWAY).message).toContain("rule 'per-user'");
    expect(diagnosed(gatewayError(2001, 400, "x"), GATEWAY).message).toContain('"team-gateway"');
    expect(diagnosed(anthropicError(404, "not_found_error", "model: x"), GATEWAY).message).toContain(
      '"claude-sonnet-4-6"',
    );
    expect(diagnosed(anthropicError(429, "rate_limit_error", "x", { "retry-after": "17" }), GATEWAY).fix).toContain(
      "17 seconds",
    );
    expect(diagnosed(fault("proxy", { proxy: "http://proxy:3128", proxyStatus: 403 }), GATEWAY).message).toContain(
      "The proxy http://proxy:3128 does not allow connections to gateway.ai.cloudflare.com (HTTP 403)",
    );
  });

  it("keeps the ids for support, from headers and bodies", () => {
    expect(diagnosed(gatewayError(2009, 401, "Unauthorized"), GATEWAY).ids).toEqual({
      "cf-aig-log-id": "01KBGATEWAYLOG0000000000ID",
      "cf-ray": "9d3a1ccbaab15ec6-FRA",
    });
    const { body, status } = anthropicError(500, "api_error", "x");
    expect(diagnosed(answer(status, body), GATEWAY).ids).toEqual({ "request-id": "req_011CSHoEeqs5C35K2UUqR7Fy" });
    expect(diagnosed(edgeJson(502, 502, "Bad gateway"), GATEWAY).ids).toEqual({ "cf-ray": "9d3a1ccbaab15ec6" });
    expect(diagnosed(answer(500, "", { "cf-ray": "a\u001b[31m", "request-id": "x y" }), GATEWAY).ids).toEqual({});
  });

  it("shows the beginning of an unknown answer as one harmless line", () => {
    const unknown = diagnosed(answer(418, `{"tea": "\u001b[31mpot\u202e"}\r\n${"x ".repeat(500)}`), GATEWAY);
    expect(unknown.excerpt).toMatch(/^\{"tea": "\[31mpot"\} x x.*…$/);
    expect(unknown.excerpt).toHaveLength(200);
    expect(diagnosed(page(200, "Hotel\n Wi-Fi"), GATEWAY).excerpt).toBe("Hotel Wi-Fi");
    expect(diagnosed(gatewayError(2009, 401, "Unauthorized"), GATEWAY)).not.toHaveProperty("excerpt");
  });

  it("shows a hostile message as one short line", () => {
    const hostile = `Rule '\u001b]0;x\u0007\nFix: run this\u2028${"long ".repeat(9000)}'`;
    const { message: text } = diagnosed(gatewayError(2045, 429, hostile), GATEWAY);
    expect(text).toMatch(/^[\x20-\x7e…]*$/);
    expect(text.length).toBeLessThan(250);
  });

  it("reads large hostile bodies fast", () => {
    const parts = [
      " ",
      "<title",
      "Bearer ",
      '"error":{',
      "thinking ",
      "tool_use",
      "Error ",
      '"message":"',
      "\u200b ",
      "[{",
    ];
    for (const part of parts) {
      const filling = part.repeat(400_000 / part.length);
      for (const body of [
        filling,
        `{${filling}`,
        `<${filling}`,
        JSON.stringify({ type: "error", error: { type: "invalid_request_error", message: filling } }),
      ]) {
        expect(diagnosed(answer(400, body), GATEWAY).message.length).toBeLessThan(400);
      }
    }
  });
});

const ASKED = fc.constantFrom(GATEWAY, OPEN, STORED, BILLING, LIST, API, ACCOUNT, ACTIVE, DOMAIN);
const STATUS = fc.oneof(fc.constantFrom(200, 302, 400, 401, 402, 403, 404, 407, 429, 500, 511, 524, 529), fc.integer());
const CANARY = fc.oneof(
  // What has no shape of its own is known because it was sent.
  fc.stringMatching(/^[\w.~+/=-]{16,60}$/),
  fc.stringMatching(/^sk-ant-api03-\w{20,40}$/),
  fc.stringMatching(/^cfut_\w{20,40}$/),
);

/** Bodies in every known form, whole or cut off, with any text where words of others stand. */
const bodyWith = (text: string) =>
  fc
    .oneof(
      fc.constantFrom(...CASES.flatMap(([, what]) => ("kind" in what ? [] : [what.body]))),
      fc.constantFrom(
        gatewayError(2045, 429, text).body,
        gatewayError(2099, 400, text).body,
        anthropicError(400, "invalid_request_error", text).body,
        anthropicError(400, `${text}_error`, text).body,
        cloudflareApiError(1, 400, text).body,
        edgeJson(1, 400, text).body,
        page(200, text, text).body,
        `${text}`,
        `  {"a":"${text}`,
        JSON.stringify({ [text]: text, message: text }),
      ),
      fc.json(),
      fc.string({ unit: "binary", maxLength: 300 }).map((garbage) => garbage + text),
    )
    .chain((body) =>
      fc.oneof(
        fc.constant(body),
        fc.nat(body.length).map((end) => body.slice(0, end)),
      ),
    );

describe("any answer", () => {
  it("gives a diagnosis or a success, never an exception, and no secret", () => {
    fc.assert(
      fc.property(
        CANARY.chain((canary) =>
          fc.tuple(
            fc.constant(canary),
            fc.string({ maxLength: 300 }).chain((before) => bodyWith(`${before.replace(canary, "")} ${canary} rest`)),
          ),
        ),
        STATUS,
        fc.dictionary(fc.constantFrom("content-type", "location", "cf-ray", "retry-after", "request-id"), fc.string()),
        ASKED,
        fc.boolean(),
        ([canary, body], status, headers, asked, inHeader) => {
          const all = inHeader ? { ...headers, "cf-aig-log-id": canary, "retry-after": canary } : headers;
          const finding = diagnose(toAnswer({ status, headers: all, body }), asked, [new Secret(canary)]);
          const diagnosis = finding && readable(finding);
          expect(JSON.stringify(diagnosis) ?? "").not.toContain(JSON.stringify(canary).slice(1, -1));
          if (diagnosis === undefined) return;
          expect(diagnosis.message).toMatch(/^\S[^\p{Cc}]*\.$/u);
          expect(diagnosis.fix).toMatch(/^\S[^\p{Cc}]*\.$/u);
          expect(diagnosis.excerpt?.length ?? 0).toBeLessThanOrEqual(200);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("is shown without credentials, which are recognised by their shape", () => {
    const shaped = fc.oneof(
      fc.stringMatching(/^sk-ant-api03-\w{20,40}$/),
      fc.stringMatching(/^cfut_\w{20,40}$/),
      // A token of Cloudflare's older kind.
      fc.stringMatching(/^[a-z]\d[A-Z][\w-]{36}[a-z]$/),
    );
    fc.assert(
      fc.property(shaped, ASKED, (canary, asked) => {
        for (const response of [
          gatewayError(2045, 429, `token ${canary} used up`, { "cf-aig-log-id": canary }),
          anthropicError(400, "invalid_request_error", `x-api-key: ${canary}`),
          answer(418, `{"authorization":"${canary}"}`, { "request-id": canary }),
          page(200, canary),
        ]) {
          expect(JSON.stringify(diagnosed(response, asked))).not.toContain(canary);
        }
      }),
    );
  });
});
