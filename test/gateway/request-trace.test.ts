import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RequestTrace } from "../../src/gateway/request-trace.ts";
import type { Target } from "../../src/gateway/targets.ts";
import { typedEvent } from "../support/typed-event.ts";

/** A text cut into pieces of at least that many bytes. */
const cut = (text: string, minBytes: number) =>
  fc.array(fc.integer({ min: minBytes, max: minBytes + 400 }), { maxLength: 30 }).map((sizes) => {
    const pieces: Buffer[] = [];
    let rest = Buffer.from(text);
    for (const size of sizes) {
      if (rest.length <= size) break;
      pieces.push(rest.subarray(0, size));
      rest = rest.subarray(size);
    }
    return [...pieces, rest];
  });

function traceOf(pieces: readonly Buffer[]): RequestTrace {
  const trace = new RequestTrace(() => 0);
  for (const piece of pieces) trace.see(piece);
  return trace;
}

/** Tokens that went in and came out, as the log says them. */
function tokensIn(trace: RequestTrace, protocol: Target["protocol"]): readonly (number | undefined)[] {
  trace.target = { protocol, model: "m", shown: "p/m", upstream: { headers: new Map() } } as unknown as Target;
  const { inputTokens, outputTokens } = trace.record({
    id: 1,
    method: "POST",
    url: "/v1/any",
    status: 200,
    requestBytes: 0,
  });
  return [inputTokens, outputTokens];
}

const said = (text: string) => typedEvent("content_block_delta", { delta: { type: "text_delta", text } });

const STREAM = [
  typedEvent("message_start", {
    message: { usage: { input_tokens: 321, cache_read_input_tokens: 5, output_tokens: 1 } },
  }),
  ...Array.from({ length: 40 }, (_, index) => said(`word ${index} "input_tokens":9 "output_tokens":9`)),
  typedEvent("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: 77 } }),
  typedEvent("message_stop", {}),
].join("");

describe("the trace of an answer", () => {
  const long = "x".repeat(30_000);

  it.each([
    ["complete", "response.completed", "\n"],
    ["complete", "response.completed", "\r\n"],
    ["error", "response.failed", "\n"],
    ["incomplete", "response.output_item.done", "\n"],
  ] as const)("knows that a stream is %s after a long %s, in whatever pieces", (end, type, newline) => {
    const head = [typedEvent("response.created", { long }), typedEvent("response.output_text.delta", {})];
    const text = [...head, typedEvent(type, { long }), ": comment\n\n"].join("").replaceAll("\n", newline);
    const endOf = (first: number, each: number) => {
      const trace = new RequestTrace(() => 0);
      const bytes = Buffer.from(text);
      trace.seeEvents(bytes.subarray(0, first));
      for (let at = first; at < bytes.length; at += each) trace.seeEvents(bytes.subarray(at, at + each));
      return trace.streamEnd;
    };
    const last = text.lastIndexOf("event:");
    for (const each of [1_024, 4_000, 16_384, 65_536])
      expect([endOf(last, each), endOf(last + 100, each), endOf(last - 100, each)]).toEqual([end, end, end]);
    expect([endOf(text.length, 1), endOf(last, 500)]).toEqual([end, "unknown"]);
    // However its beginning is cut.
    for (let at = -8; at < 40; at += 1) expect([at, endOf(last + at, 5_000)]).toEqual([at, end]);
    // Where it comes in short pieces, nobody knows.
    const pieces = fc.tuple(fc.integer({ min: 1, max: 70_000 }), fc.integer({ min: 1, max: 20_000 }));
    fc.assert(
      fc.property(pieces, ([first, each]) => [end, ...(each < 1_024 ? ["unknown"] : [])].includes(endOf(first, each))),
      { numRuns: 2_000 },
    );
  });

  it("finds the tokens of a stream, wherever it is cut", () => {
    fc.assert(
      fc.property(cut(STREAM, 150), (pieces) => {
        const trace = traceOf(pieces);
        expect(tokensIn(trace, "anthropic-messages")).toEqual([321, 77]);
        expect(trace.sizeBytes).toBe(Buffer.byteLength(STREAM));
        expect([trace.isBetweenEvents, trace.streamEnd]).toEqual([true, "complete"]);
      }),
    );
  });

  it("finds the tokens of a document, in each protocol", () => {
    const text = "x".repeat(100_000);
    const anthropic = JSON.stringify({ content: [{ text }], usage: { input_tokens: 1, output_tokens: 2 } });
    const openai = JSON.stringify({ choices: [{ text }], usage: { prompt_tokens: 3, completion_tokens: 4 } });
    const read = (document: string, protocol: Target["protocol"]) =>
      tokensIn(traceOf([Buffer.from(document)]), protocol);
    expect(read(anthropic, "anthropic-messages")).toEqual([1, 2]);
    expect(read(openai, "openai-completions")).toEqual([3, 4]);
    // Counts without a usage around them, as of a request whose tokens are only counted.
    expect(read('{"input_tokens":5}', "anthropic-messages")).toEqual([5, undefined]);
    expect(read('{"input_tokens":5}', "openai-completions")).toEqual([undefined, undefined]);
  });

  it.each([
    ["nothing yet", [], true],
    ["a whole event", ["data: x\n\n"], true],
    ["a whole event of another system", ["data: x\r\n\r\n"], true],
    ["an event whose end came in two pieces", ["data: x\n", "\n"], true],
    ["a half event", ["data: x\n\ndata: y"], false],
    ["a half line's end", ["data: x\r\n\r"], false],
  ])("knows if it is between two events: %s", (_, pieces, between) => {
    expect(traceOf(pieces.map((piece) => Buffer.from(piece))).isBetweenEvents).toBe(between);
  });

  it("knows if the stream ended in an error", () => {
    expect(traceOf([Buffer.from(STREAM), Buffer.from(typedEvent("error", {}))]).streamEnd).toBe("error");
  });
});
