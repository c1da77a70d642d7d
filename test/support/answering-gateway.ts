import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Version of this program. */
export const VERSION: string = JSON.parse(
  readFileSync(join(import.meta.dirname, "..", "..", "package.json"), "utf8"),
).version;

interface Answering {
  readonly port: number;
  readonly url: string;
  /** The credential of each request, empty for none. */
  readonly presented: readonly string[];
  /** Changes the answers from now on. */
  readonly become: (answers: Partial<Answers>) => void;
  readonly close: () => Promise<void>;
}

interface Answers {
  readonly version: string;
  readonly pid: number;
  /** Reasons why it cannot serve requests. */
  readonly problems: readonly string[];
  /** True if it takes another token, so that it says no reasons. */
  readonly isForeign: boolean;
  /** The body to answer with instead. */
  readonly instead: string | undefined;
}

/** A server that answers `/healthz` and `/readyz` as a running gateway does. */
export async function answeringGateway(first: Partial<Answers> = {}): Promise<Answering> {
  let answers: Answers = { version: VERSION, pid: 4242, problems: [], isForeign: false, instead: undefined, ...first };
  const presented: string[] = [];
  const server = createServer((request, response) => {
    const { version, pid, problems, isForeign, instead } = answers;
    presented.push(String(request.headers["x-api-key"] ?? ""));
    if (instead !== undefined) return void response.end(instead);
    if (request.url === "/healthz") return void response.end(JSON.stringify({ ok: true, version, pid }));
    response.statusCode = problems.length === 0 ? 200 : 503;
    response.end(JSON.stringify({ ok: problems.length === 0, ...(!isForeign && { problems }) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(close);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    close,
    presented,
    become: (next) => {
      answers = { ...answers, ...next };
    },
  };
}
