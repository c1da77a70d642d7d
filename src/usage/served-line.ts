import type { UsageLine } from "./line.ts";

/** A request that was forwarded, as the gateway tells it when it is over. */
interface Served {
  readonly logged: Pick<
    UsageLine,
    | "model"
    | "client"
    | "method"
    | "path"
    | "status"
    | "firstByteMs"
    | "durationMs"
    | "requestBytes"
    | "responseBytes"
    | "logId"
    | "requestId"
    | "tried"
    | "ended"
  >;
  readonly provider: string | undefined;
  readonly asked: string | undefined;
  readonly answered: string | undefined;
  /** Empty if the client names none. */
  readonly session: string;
  readonly counts: Counts | undefined;
  readonly cacheStatus: string | undefined;
  readonly hasFee: boolean;
}

/** Tokens as the protocol counts them. */
interface Counts {
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly cacheReadTokens?: number | undefined;
  readonly cacheWriteTokens?: number | undefined;
  readonly cacheWrite1hTokens?: number | undefined;
  readonly isCacheInInput?: true | undefined;
}

const LONGEST_NAME = 200;

/** Names that clients and upstreams choose, one line and not long. */
const named = (text: string | undefined): string | undefined => text?.slice(0, LONGEST_NAME) || undefined;

/** `time` in ISO 8601 and UTC. Some of its texts are as clients and upstreams sent them. */
export function servedLine(time: string, served: Served): UsageLine {
  const { logged, provider, asked, answered, session, counts = NO_COUNTS, cacheStatus, hasFee } = served;
  const { inputTokens, cacheReadTokens, cacheWriteTokens, cacheWrite1hTokens } = counts;
  // Anthropic's input is what no cache held; OpenAI's is everything.
  const cached = counts.isCacheInInput ? (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0) : 0;
  return {
    time,
    provider,
    asked: named(asked),
    model: logged.model,
    answered: named(answered),
    client: logged.client,
    session: named(session),
    method: logged.method,
    path: logged.path,
    status: logged.status,
    firstByteMs: logged.firstByteMs,
    durationMs: logged.durationMs,
    requestBytes: logged.requestBytes,
    responseBytes: logged.responseBytes,
    inputTokens: inputTokens === undefined ? undefined : Math.max(inputTokens - cached, 0),
    outputTokens: counts.outputTokens,
    cacheReadTokens,
    cacheWrite5mTokens:
      cacheWriteTokens === undefined ? undefined : Math.max(cacheWriteTokens - (cacheWrite1hTokens ?? 0), 0),
    cacheWrite1hTokens,
    cacheStatus: named(cacheStatus),
    logId: logged.logId,
    requestId: logged.requestId,
    tried: logged.tried,
    ended: logged.ended,
    unifiedBilling: hasFee ? true : undefined,
  };
}

const NO_COUNTS: Counts = {};
