import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { credentialMarks, PROOF_HEADER, prover } from "../../src/config/token-proof.ts";
import { Secret } from "../../src/core/secret.ts";

/** Version of this program. */
export const VERSION: string = JSON.parse(
  readFileSync(join(import.meta.dirname, "..", "..", "package.json"), "utf8"),
).version;

interface Answering {
  readonly port: number;
  readonly url: string;
  /** The head of each request, as it came. */
  readonly heads: readonly string[];
  /** Changes the answers from now on. */
  readonly become: (answers: Partial<Answers>) => void;
  readonly close: () => Promise<void>;
}

interface Answers {
  readonly version: string;
  readonly pid: number;
  /** Reasons why it cannot serve requests. */
  readonly problems: readonly string[];
  /** The `.env` that holds its token. */
  readonly secrets: string;
  /** True if it takes another token, so that it says no reasons and proves nothing. */
  readonly isForeign: boolean;
  /** The credentials that it says it sends; nothing unless given, as an earlier version. */
  readonly sends: readonly string[] | undefined;
  /** The body to answer with instead. */
  readonly instead: string | undefined;
}

/** The local gateway token in a `.env`, empty if there is none. */
export const tokenIn = (secrets: string): string =>
  existsSync(secrets) ? (/^OPENCLAW_GATEWAY_TOKEN=(.+)$/m.exec(readFileSync(secrets, "utf8"))?.[1] ?? "") : "";

/** A server that answers `/healthz` and `/readyz` as a running gateway does. */
export async function answeringGateway(first: Partial<Answers> = {}): Promise<Answering> {
  let answers: Answers = {
    version: VERSION,
    pid: 4242,
    problems: [],
    secrets: "",
    isForeign: false,
    sends: undefined,
    instead: undefined,
    ...first,
  };
  const heads: string[] = [];
  const server = createServer((request, response) => {
    const { version, pid, problems, secrets, isForeign, sends, instead } = answers;
    heads.push([request.url, ...request.rawHeaders].join("\n"));
    if (instead !== undefined) return void response.end(instead);
    if (request.url === "/healthz") return void response.end(JSON.stringify({ ok: true, version, pid }));
    response.statusCode = problems.length === 0 ? 200 : 503;
    const asked = String(request.headers[PROOF_HEADER] ?? "");
    const proof = prover([new Secret(tokenIn(secrets))])(asked);
    const known = { problems, proof, sends: proof && sends && credentialMarks(sends, asked) };
    response.end(JSON.stringify({ ok: problems.length === 0, ...(!isForeign && known) }));
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
    heads,
    become: (next) => {
      answers = { ...answers, ...next };
    },
  };
}
