import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect } from "vitest";
import type { Host, LogLine, Setup } from "./host.ts";
import { HttpReader, type HttpText, normalForm } from "./http-text.ts";
import { HOP, type Step } from "./row.ts";
import type { RawUpstream, UpstreamConnection } from "./upstream.ts";

interface Client {
  readonly socket: Socket;
  readonly reader: HttpReader;
  isClosed: boolean;
  method: string;
}

/** Ends a row whose next step never comes; nothing is judged by it. */
const STUCK_MS = 20_000;

/** For lines that never come. */
const LAST_LINES_MS = 2_000;

const latin1 = (bytes: string | Buffer) => (typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);

/** Something else than the row says; it has the difference. */
class Mismatch extends Error {}

export interface Stage {
  readonly host: Host;
  readonly upstream: RawUpstream;
  /** Tells the next change of anything. */
  readonly changes: { readonly listeners: Set<() => void> };
}

/** Plays a row on a host. Returns the log lines of its requests. Throws what differs. */
export async function play(
  setup: Setup,
  steps: readonly Step[],
  stage: Stage,
  stuckMs = STUCK_MS,
): Promise<readonly LogLine[]> {
  const { host, upstream, changes } = stage;
  await host.use(setup);
  const clients: Client[] = [];
  let client: Client | undefined;
  let connection: UpstreamConnection | undefined;
  let asked = 0;
  /** What the log has to say of each request that was answered. */
  const expected = new Map<number, LogLine>();
  const changed = () => {
    for (const look of changes.listeners) look();
  };

  /** Resolves with what is found. `instead` says what has happened in its place, which ends the row. */
  const found = <T>(look: () => T | undefined, wanted: string, instead: () => string | undefined = () => undefined) =>
    new Promise<T>((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        changes.listeners.delete(again);
      };
      const again = () => {
        const value = look();
        const other = value === undefined ? instead() : undefined;
        if (value === undefined && other === undefined) return;
        done();
        if (value === undefined) reject(new Mismatch(`${wanted}, but ${other}`));
        else resolve(value);
      };
      const timer = setTimeout(() => {
        done();
        const heard = client?.reader.raw.toString("latin1");
        reject(new Mismatch(`${wanted}: did not come. The client has heard ${JSON.stringify(heard)}.`));
      }, stuckMs);
      changes.listeners.add(again);
      again();
    });

  const logged = (count: number) => unlessStuck(host.logged(count), `${count} requests are logged`, stuckMs);
  const answerSoFar = () => client?.reader.peek(client.method);
  const wholeAnswer = () => {
    const answer = answerSoFar();
    return answer !== undefined && answer.state !== "open" ? normalForm(answer) : undefined;
  };
  const unexpected = () => {
    const more = upstream.take();
    return more && `an upstream got ${normalForm(more.request)}`;
  };
  const answered = () => {
    const answer = wholeAnswer();
    return (
      (answer && `the client was answered ${answer}`) ?? (client?.isClosed ? "its connection was closed" : undefined)
    );
  };

  async function take(step: Step): Promise<void> {
    switch (step.kind) {
      case "asks":
        asked += 1;
        if (!step.isSameConnection || client === undefined) {
          client = newClient(host.port, changed);
          clients.push(client);
        }
        client.method = step.method;
        client.socket.write(typeof step.bytes === "string" ? latin1(step.bytes.replace(HOP, host.hop)) : step.bytes);
        return;
      case "adds":
        client?.socket.write(latin1(step.bytes));
        return;
      case "halves":
        client?.socket.end();
        return;
      case "leaves":
        if (step.how === "reset") client?.socket.resetAndDestroy();
        else client?.socket.destroy();
        return;
      case "gets": {
        const { begunBytes } = step;
        const got = await found(() => upstream.take(begunBytes), `An upstream gets ${step.text}`, answered);
        connection = got.from;
        expect(normalForm(got.request)).toBe(step.text);
        return;
      }
      case "says":
        connection?.socket.write(latin1(step.bytes));
        return;
      case "closes":
        if (step.how === "reset") connection?.socket.resetAndDestroy();
        else connection?.socket.end();
        return;
      case "let-go":
        await found(() => connection?.isClosed || undefined, "The gateway lets go of the upstream");
        return;
      case "hears": {
        const wanted = latin1(step.body);
        const heard = await found(
          () => {
            const body = answerSoFar()?.body;
            return body !== undefined && body.length >= wanted.length ? body : undefined;
          },
          `The client hears ${JSON.stringify(wanted.toString("latin1"))}`,
          () => answered() ?? unexpected(),
        );
        expect(heard.toString("latin1")).toBe(wanted.toString("latin1"));
        return;
      }
      case "answers": {
        const answer = await found(wholeAnswer, `The client is answered ${step.text}`, unexpected);
        const answered = client?.reader.take(client.method);
        expect(answer).toBe(step.text);
        if (client !== undefined && answered !== undefined) expected.set(asked - 1, loggedOf(client.method, answered));
        return;
      }
      case "drops":
        await found(
          () => (client?.isClosed && wholeAnswer() === undefined) || undefined,
          "The client is dropped",
          () => wholeAnswer(),
        );
        return;
      case "passes":
        await unlessStuck(host.pass(step.ms, step.timerMs), "Time passes", stuckMs);
        return;
      case "unlogged":
        asked -= 1;
        expected.delete(asked);
        return;
      case "logs":
        expect((await logged(step.request))[step.request - 1]).toMatchObject(step.fields);
        return;
    }
  }

  try {
    for (const step of steps) await take(step);
    const more = upstream.take();
    if (more !== undefined) throw new Mismatch(`An upstream got more: ${normalForm(more.request)}`);
    const lines = await logged(asked);
    for (const [index, line] of expected) {
      const { responseBytes, ...always } = line;
      // An event of the gateway's own, by which it ends a broken stream, does not count.
      const isOurs = /^upstream-/.test(String(lines[index]?.ended));
      expect(lines[index]).toMatchObject(isOurs || responseBytes === undefined ? always : line);
    }
    return lines;
  } catch (error) {
    for (const { socket } of clients) socket.destroy();
    // What is over is logged before the next row begins, however late its requests reach the upstream.
    const last = { logged: false };
    void host.logged(asked).then(() => {
      last.logged = true;
    });
    for (const end = Date.now() + LAST_LINES_MS; !last.logged && Date.now() < end; ) {
      await upstream.clear();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw error;
  } finally {
    for (const { socket } of clients) socket.destroy();
    await upstream.clear();
  }
}

/** Method, status and size are those of the answer. */
function loggedOf(method: string, { startLine, body, state }: HttpText): LogLine {
  const status = Number(startLine.split(" ")[1]);
  if (status < 200) return {};
  return { method, status, ...(method !== "HEAD" && state === "whole" && { responseBytes: body.length }) };
}

function unlessStuck<T>(work: Promise<T>, wanted: string, stuckMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const stuck = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Mismatch(`${wanted}: did not come.`)), stuckMs);
  });
  return Promise.race([work, stuck]).finally(() => clearTimeout(timer));
}

function newClient(port: number, changed: () => void): Client {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const client: Client = { socket, reader: new HttpReader("answers"), isClosed: false, method: "" };
  socket.on("data", (bytes: Buffer) => {
    client.reader.add(bytes);
    changed();
  });
  const closed = () => {
    client.isClosed = true;
    client.reader.close();
    changed();
  };
  // A reset is one more way to close.
  socket.on("error", () => {});
  socket.on("end", closed);
  socket.on("close", closed);
  void once(socket, "close").catch(() => {});
  return client;
}
