import { isThisMachine } from "../config/listen-address.ts";
import { allTokens } from "../config/named-tokens.ts";
import { withProxy } from "../config/resolve.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { commandLine, type Paths } from "../core/paths.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import type { Message } from "../text/message.ts";
import { type OpenGateway, openGateway } from "./client-access.ts";

/** A running gateway that has proved that it knows our token, or wants none. */
export interface ViewedGateway {
  /** As the configuration writes it. */
  readonly address: string;
  /** The body of an answer of 200; else why there is none. */
  readonly get: (path: string, signal?: AbortSignal) => Promise<Result<string, Message>>;
  /** Calls back with the text of a stream; resolves to why it has ended, or did not begin. */
  readonly stream: (path: string, onText: (text: string) => void, signal: AbortSignal) => Promise<Message>;
}

const LIMITS = {
  connectTimeoutMs: 5_000,
  idleTimeoutMs: 15_000,
  totalTimeoutMs: 20_000,
  maxBodyBytes: 4 * 1024 * 1024,
};

/** @why the gateway sends a comment each 15 s. */
const STREAM_IDLE_MS = 45_000;

/** Throws `gateway.listen` if it does not answer or is another one; `credentials.missing`, `config.*`. */
export async function viewedGateway(paths: Paths, context: Context): Promise<ViewedGateway> {
  const gateway = await openGateway(paths, context);
  const proxied = withProxy(gateway.files, context);
  const [token] = allTokens(gateway.tokens);
  await (gateway.isRemote ? assertRemote : assertHere)(gateway, token, paths, proxied);
  const { url, shown } = gateway;
  const how = { method: "GET", direct: isThisMachine(new URL(url).hostname), ...LIMITS } as const;
  const headers: Readonly<Record<string, string>> =
    token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` };
  return {
    address: shown,
    get: async (path, signal) => {
      const response = await proxied.http({ ...how, url: `${url}${path}`, headers, ...(signal && { signal }) });
      if (!response.ok)
        return fail((t) => t.top.silent({ url: shown, reason: t.onboard.remote.faults[response.error.kind] }));
      const { status, body } = response.value;
      return status === 200 ? ok(body) : fail(refusal(status, shown, paths));
    },
    stream: async (path, onText, signal) => {
      const decoder = new TextDecoder();
      const { totalTimeoutMs: _, ...unlimited } = how;
      const response = await proxied.http({
        ...unlimited,
        idleTimeoutMs: STREAM_IDLE_MS,
        url: `${url}${path}`,
        headers,
        signal,
        onData: (chunk) => onText(decoder.decode(chunk, { stream: true })),
      });
      if (!response.ok)
        return (t) => t.top.silent({ url: shown, reason: t.onboard.remote.faults[response.error.kind] });
      return refusal(response.value.status, shown, paths);
    },
  };
}

const refusal = (status: number, url: string, { profile }: Pick<Paths, "profile">): Message => {
  if (status === 401) return (t) => t.top.refused(url);
  if (status === 404) return (t) => t.top.showsNothing({ url, command: commandLine(profile, "gateway restart") });
  return (t) => t.top.failed({ url, status });
};

async function assertHere(
  { url }: OpenGateway,
  token: Secret | undefined,
  { profile }: Paths,
  context: Context,
): Promise<void> {
  const { checkHealth } = await import("../service/health.ts");
  const { answers, isOwn, isPublished } = await checkHealth({ url, token }, context);
  const refuse = (says: Message) => new OpenclawError(says, { code: "gateway.listen" });
  const command = commandLine(profile, "gateway run");
  if (answers === "nobody") throw refuse((t) => t.service.nothingAnswers({ url, command }));
  if (isPublished) throw refuse((t) => t.service.publishedAnswersAt(url));
  if (answers === "other") throw refuse((t) => t.service.otherAnswers(url));
  if (isOwn === false) throw refuse((t) => t.service.foreignAnswers);
}

async function assertRemote(
  { url, shown }: OpenGateway,
  token: Secret | undefined,
  paths: Paths,
  context: Context,
): Promise<void> {
  const { remoteHealth } = await import("../service/remote-health.ts");
  const health = await remoteHealth({ url, token }, context);
  if (health.answers === "gateway" && ["known", "unneeded"].includes(health.token)) return;
  const { remoteProblems } = await import("../service/remote-problems.ts");
  const [first = (t) => t.service.publishedAnswersAt(shown)] = remoteProblems(shown, health, paths);
  throw new OpenclawError(first, { code: "gateway.listen" });
}
