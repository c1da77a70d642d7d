import { describe, expect, it } from "vitest";
import type { Context } from "../../src/core/context.ts";
import { RecordReader } from "../../src/server/record-reader.ts";
import type { FromRecordThread, ToRecordThread } from "../../src/server/record-thread.ts";

const DATA = { folder: "/usage", tables: new Map(), configured: new Map() };

/** Threads that the test answers for, and waits that it ends. */
function threads() {
  const all: {
    readonly heard: ToRecordThread[];
    say: (message: FromRecordThread) => void;
    end: () => void;
    isEnded: boolean;
  }[] = [];
  const waits: { readonly ms: number; readonly pass: () => void }[] = [];
  const context: Pick<Context, "startThread" | "delay"> = {
    startThread: async (_script, _data, { onMessage, onEnd }) => {
      const thread = { heard: [] as ToRecordThread[], say: onMessage, end: onEnd, isEnded: false };
      all.push(thread);
      return {
        send: (message) => void thread.heard.push(message as ToRecordThread),
        end: () => {
          thread.isEnded = true;
        },
      };
    },
    delay: (ms, signal) =>
      new Promise((resolve) => {
        waits.push({ ms, pass: resolve });
        signal?.addEventListener("abort", () => resolve());
      }),
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  /** Waits of so long are over. */
  const pass = async (ms: number) => {
    for (const wait of waits.splice(0)) wait.ms === ms ? wait.pass() : waits.push(wait);
    await settle();
  };
  return { all, context, settle, pass, passIdle: () => waits.at(-1)?.pass() };
}

const idOf = (message: ToRecordThread | undefined) => (message !== undefined && "id" in message ? message.id : 0);

describe("the reader of the record", () => {
  it("starts a thread when it is asked, and ends it when nobody has asked for long", async () => {
    const { all, context, settle, passIdle } = threads();
    const reader = new RecordReader("", DATA, context);
    await settle();
    expect(all).toHaveLength(0);
    const asked = reader.figures("24h");
    await settle();
    all[0]?.say({ kind: "answer", id: idOf(all[0].heard[0]), text: "{}" });
    expect(await asked).toBe("{}");
    passIdle();
    await settle();
    expect(all[0]?.isEnded).toBe(true);
    void reader.figures("24h");
    await settle();
    expect(all).toHaveLength(2);
    reader.close();
  });

  it("tells whoever waits that nothing comes if the thread ends, and starts another", async () => {
    const { all, context, settle } = threads();
    const reader = new RecordReader("", DATA, context);
    const seen: (string | undefined)[] = [];
    reader.watch((events) => seen.push(events));
    const asked = reader.figures("24h");
    await settle();
    all[0]?.end();
    expect(await asked).toBeUndefined();
    expect(seen).toEqual([undefined]);
    void reader.figures("1h");
    await settle();
    // What the first one says is too late.
    all[0]?.end();
    all[0]?.say({ kind: "news", text: "late" });
    expect(all).toHaveLength(2);
    expect(seen).toEqual([undefined]);
    reader.close();
  });

  it("tells each who watches the latest, then what comes, and stops when the last has gone", async () => {
    const { all, context, settle } = threads();
    const reader = new RecordReader("", DATA, context);
    const seen: (string | undefined)[] = [];
    const stop = reader.watch((events) => seen.push(events));
    await settle();
    const [thread] = all;
    thread?.say({ kind: "news", text: "before" });
    thread?.say({ kind: "answer", id: idOf(thread.heard.find(({ kind }) => kind === "latest")), text: "latest" });
    await settle();
    thread?.say({ kind: "news", text: "next" });
    expect(seen).toEqual(["latest", "next"]);
    stop();
    await settle();
    expect(thread?.heard.at(-1)).toEqual({ kind: "watch", isOn: false });
    reader.close();
  });

  it("begins anew with other prices, and not with the same", async () => {
    const { all, context, settle } = threads();
    const reader = new RecordReader("", DATA, context);
    void reader.figures("24h");
    await settle();
    reader.use({ ...DATA, configured: new Map() });
    await settle();
    expect(all[0]?.isEnded).toBe(false);
    reader.use({ ...DATA, configured: new Map([["own", [{ id: "m", cost: { input: 1, output: 2 } }]]]) });
    await settle();
    expect(all[0]?.isEnded).toBe(true);
    reader.close();
  });

  it("gives up a thread that says nothing, answers at once by then, and starts another when it has ended", async () => {
    const { all, context, pass, settle } = threads();
    const reader = new RecordReader("", DATA, context);
    const seen: (string | undefined)[] = [];
    reader.watch((events) => seen.push(events));
    const asked = reader.figures("24h");
    await settle();
    await pass(12_000);
    expect([await asked, seen, reader.isAnswering]).toEqual([undefined, [undefined], false]);
    expect(await reader.figures("24h")).toBeUndefined();
    expect(all[0]?.isEnded).toBe(false);
    await pass(48_000);
    expect(all[0]?.isEnded).toBe(true);
    // It hangs on: another one would hang with it.
    expect(await reader.figures("24h")).toBeUndefined();
    expect(all).toHaveLength(1);
    all[0]?.end();
    const again = reader.figures("24h");
    await settle();
    all[1]?.say({ kind: "answer", id: idOf(all[1].heard[0]), text: "{}" });
    expect(await again).toBe("{}");
    reader.close();
  });

  it("goes on with a thread that was slow", async () => {
    const { all, context, pass, settle } = threads();
    const reader = new RecordReader("", DATA, context);
    const asked = reader.figures("24h");
    await settle();
    await pass(12_000);
    expect(await asked).toBeUndefined();
    all[0]?.say({ kind: "answer", id: idOf(all[0].heard[0]), text: "late" });
    expect(reader.isAnswering).toBe(true);
    const next = reader.figures("24h");
    await settle();
    await pass(48_000);
    expect(all[0]?.isEnded).toBe(false);
    all[0]?.say({ kind: "answer", id: idOf(all[0].heard[1]), text: "{}" });
    expect(await next).toBe("{}");
    reader.close();
  });
});
