import fc from "fast-check";
import { afterAll, beforeAll, describe, it } from "vitest";
import type { Setup } from "./host.ts";
import { startNodeHost } from "./node-host.ts";
import { play, type Stage } from "./play.ts";
import type { Step } from "./row.ts";
import { BLOCK, DELTA, EVENTS, START, STOP, STREAMED, stream } from "./rows/streams.ts";
import { answers, asks, BY, gets, MESSAGE, post } from "./said.ts";
import { placed, setup } from "./setups.ts";
import { startRawUpstream } from "./upstream.ts";
import { startWorkerHost } from "./worker-host.ts";

/** Cut at so many places, given as parts of a thousand. */
function cutAt(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const ends = [...places.map((place) => Math.floor((place / 1_000) * bytes.length)), bytes.length].sort(
    (one, other) => one - other,
  );
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end)).filter(({ length }) => length > 0);
}

const places = fc.array(fc.nat(999), { maxLength: 12 });
const comment = fc.constantFrom(": a comment\n\n", 'event: ping\ndata: {"type":"ping"}\n\n', "\n");
const delta = fc
  .string({ unit: "binary", maxLength: 40 })
  .map((text) => DELTA.replace(/"text":"[^"]*"/, () => `"text":${JSON.stringify(text)}`));

/** A whole stream of events, as upstreams write them. */
const streamed = fc
  .record({ middle: fc.array(fc.oneof(delta, comment), { maxLength: 8 }), isCrLf: fc.boolean() })
  .map(({ middle, isCrLf }) => {
    const text = START + BLOCK + middle.join("") + STOP;
    return Buffer.from(isCrLf ? text.replaceAll("\n", "\r\n") : text);
  });

const how = fc.record({
  body: streamed,
  /** Where the upstream's pieces begin, and where what it writes at once. */
  pieces: places,
  writes: places,
  /** Where what the client writes at once begins. */
  asked: places,
});

describe("however a stream and its request are cut, the client gets the same bytes", () => {
  const setups: readonly Setup[] = [setup()];
  const stages: Stage[] = [];
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    for (const start of [startNodeHost, startWorkerHost]) {
      const listeners = new Set<() => void>();
      const upstream = await startRawUpstream(() => {
        for (const look of listeners) look();
      });
      const placedSetups = setups.map((one) => ({ ...one, config: placed(one.config, upstream.port, 1) }));
      const host = await start(placedSetups);
      stages.push({ host, upstream, changes: { listeners } });
      closing.push(host.close, upstream.close);
      configured.set(host.name, placedSetups[0] as Setup);
    }
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });
  const configured = new Map<string, Setup>();

  it("on both hosts", async () => {
    await fc.assert(
      fc.asyncProperty(how, async ({ body, pieces, writes, asked }) => {
        const [first = Buffer.alloc(0), ...others] = cutAt(
          Buffer.from(post("/v1/messages", STREAMED), "latin1"),
          asked,
        );
        const chunked = cutAt(body, pieces).map((piece) =>
          Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n")]),
        );
        const head = `HTTP/1.1 200 OK\r\ncontent-type: ${EVENTS["content-type"]}\r\ntransfer-encoding: chunked\r\n\r\n`;
        const said = Buffer.concat([Buffer.from(head), ...chunked, Buffer.from("0\r\n\r\n")]);
        const steps: readonly Step[] = [
          { ...asks(first), method: "POST" } as Step,
          ...others.map((bytes): Step => ({ kind: "adds", bytes })),
          gets("/v1/messages", STREAMED),
          ...cutAt(said, writes).map((bytes): Step => ({ kind: "says", bytes })),
          stream(body),
        ];
        for (const stage of stages) await play(configured.get(stage.host.name) as Setup, steps, stage);
      }),
      { numRuns: 40 },
    );
  });

  it("the same of a document", async () => {
    await fc.assert(
      fc.asyncProperty(places, places, fc.string({ unit: "binary", maxLength: 200 }), async (asked, writes, text) => {
        const question = { model: STREAMED.model, messages: [{ role: "user", content: text }] };
        const [first = Buffer.alloc(0), ...others] = cutAt(
          Buffer.from(post("/v1/messages", question), "latin1"),
          asked,
        );
        const answer = Buffer.from(JSON.stringify({ ...MESSAGE, content: [{ type: "text", text }] }));
        const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${answer.length}\r\n\r\n`;
        const steps: readonly Step[] = [
          { ...asks(first), method: "POST" } as Step,
          ...others.map((bytes): Step => ({ kind: "adds", bytes })),
          gets("/v1/messages", question),
          ...cutAt(Buffer.concat([Buffer.from(head), answer]), writes).map((bytes): Step => ({ kind: "says", bytes })),
          answers(200, answer, BY),
        ];
        for (const stage of stages) await play(configured.get(stage.host.name) as Setup, steps, stage);
      }),
      { numRuns: 20 },
    );
  });
});
