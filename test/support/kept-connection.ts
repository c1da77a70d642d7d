import { Agent, request } from "node:http";
import { onTestFinished } from "vitest";

/** A client that sends one request after the other on one connection, which it opens again when it breaks. */
export interface KeptConnection {
  /** Statuses, and the system's code of each request that had no answer. */
  readonly results: readonly (number | string)[];
  /** Resolves once it has so many more. */
  readonly more: (count: number) => Promise<void>;
  /** Sends no more, and resolves when the last is answered. */
  readonly stop: () => Promise<void>;
}

export function keptConnection(
  url: string,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: object },
): KeptConnection {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const results: (number | string)[] = [];
  const waiting = new Set<() => void>();
  const bytes = JSON.stringify(body);
  let isStopped = false;
  onTestFinished(() => {
    isStopped = true;
    agent.destroy();
  });
  const one = () =>
    new Promise<number | string>((resolve) => {
      const asked = request(url, { method: "POST", agent, headers }, (response) => {
        response.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
        response.on("end", () => resolve(response.statusCode ?? 0)).resume();
      });
      asked.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      asked.end(bytes);
    });
  const loop = (async () => {
    while (!isStopped) {
      results.push(await one());
      for (const look of waiting) look();
    }
  })();
  return {
    results,
    more: (count) =>
      new Promise((resolve) => {
        const wanted = results.length + count;
        const look = () => {
          if (results.length < wanted) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
      }),
    stop: () => {
      isStopped = true;
      return loop;
    },
  };
}
