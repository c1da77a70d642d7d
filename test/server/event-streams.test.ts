import { describe, expect, it } from "vitest";
import type { ProxiedRequest } from "../../src/gateway/host.ts";
import { EventStreams, MOST_STREAMS } from "../../src/server/event-streams.ts";

const event = (text: string) => `event: request\ndata: "${text}"\n\n`;

/** A reader that takes what it is sent only when the test says so, once it is slow. */
function reader() {
  const heard: string[] = [];
  let catchUp = () => {};
  const request = {
    isGone: false,
    isSlow: false,
    hasEnded: false,
    write: (bytes: Buffer) => {
      heard.push(bytes.toString());
      if (!request.isSlow) return undefined;
      return new Promise<void>((resolve) => {
        catchUp = resolve;
      });
    },
    end: (last?: string) => {
      heard.push(last ?? "");
      request.hasEnded = true;
    },
  };
  return { request, heard, catchUp: () => catchUp(), asRequest: request as unknown as ProxiedRequest };
}

function streams() {
  const gone: number[] = [];
  const ticks = new Map<number, () => void>();
  const all = new EventStreams(
    (ms, each) => {
      ticks.set(ms, each);
      return () => void ticks.delete(ms);
    },
    (stream) => gone.push(stream),
  );
  return {
    all,
    gone,
    tick: () => ticks.get(15_000)?.(),
    second: () => ticks.get(1_000)?.(),
    isTicking: () => ticks.size > 0,
  };
}

describe("streams of events", () => {
  it("keep nothing for a reader that is slow, tell it how much it missed, and hold up no other", async () => {
    const { all } = streams();
    const [slow, quick] = [reader(), reader()];
    void all.add(1, slow.asRequest);
    void all.add(2, quick.asRequest);
    slow.request.isSlow = true;
    for (const text of ["a", "b", "c"]) for (const stream of [1, 2]) all.send(stream, event(text));
    expect(slow.heard).toEqual([event("a")]);
    expect(quick.heard).toEqual([event("a"), event("b"), event("c")]);
    slow.request.isSlow = false;
    slow.catchUp();
    await Promise.resolve();
    all.send(1, event("d"));
    expect(slow.heard.slice(1)).toEqual(['event: lost\ndata: {"lines":2}\n\n', event("d")]);
  });

  it("are forgotten when their reader has gone, and their timer with the last", async () => {
    const { all, gone, tick, isTicking } = streams();
    const [one, other] = [reader(), reader()];
    const over = all.add(1, one.asRequest);
    void all.add(2, other.asRequest);
    tick();
    expect(one.heard).toEqual([": keep-alive\n\n"]);
    one.request.isGone = true;
    tick();
    await over;
    expect({ gone, size: all.size }).toEqual({ gone: [1], size: 1 });
    other.request.isGone = true;
    all.send(2, event("a"));
    expect({ gone, size: all.size, isTicking: isTicking() }).toEqual({ gone: [1, 2], size: 0, isTicking: false });
    expect(other.heard).toEqual([": keep-alive\n\n", ": keep-alive\n\n"]);
  });

  it("make room for others within a second of their reader's leaving, though nothing happens", async () => {
    const { all, gone, second, isTicking } = streams();
    const readers = [reader(), reader(), reader()];
    const over = readers.map((one, index) => all.add(index, one.asRequest));
    for (const { request } of readers.slice(0, 2)) request.isGone = true;
    second();
    expect({ gone, heard: readers.map(({ heard }) => heard) }).toEqual({ gone: [0, 1], heard: [[], [], []] });
    for (const { request } of readers) request.isGone = true;
    second();
    await Promise.all(over);
    expect({ gone, isTicking: isTicking() }).toEqual({ gone: [0, 1, 2], isTicking: false });
  });

  it("end in good order, and are not too many", async () => {
    const { all } = streams();
    const readers = Array.from({ length: MOST_STREAMS }, reader);
    const over = readers.map((one, index) => all.add(index, one.asRequest));
    expect(all.isFull).toBe(true);
    const [first] = readers;
    if (first !== undefined) first.request.isGone = true;
    expect(all.isFull).toBe(false);
    all.endAll();
    await Promise.all(over);
    expect(
      readers.slice(1).every(({ request, heard }) => request.hasEnded && heard[0] === "event: end\ndata: {}\n\n"),
    ).toBe(true);
    expect(first?.request.hasEnded).toBe(false);
  });
});
