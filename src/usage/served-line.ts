import { scrub } from "../core/redact.ts";
import { cacheWrite5mTokens } from "../core/token-counts.ts";
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
interface Counts extends Pick<UsageLine, "inputTokens" | "outputTokens" | "cacheReadTokens"> {
  readonly cacheWriteTokens?: number | undefined;
  readonly cacheWrite1hTokens?: number | undefined;
  readonly isCacheInInput?: true | undefined;
}

const LONGEST_NAME = 200;

/** @source Claude Code's is a UUID. What else is in it could be anything. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const LONGEST_SESSION = 64;

/** Returns a text without the secrets that are known. */
type Clean = (text: string) => string;

/** Names that clients and upstreams choose, one line and not long. @why cut last: a part of a secret would not be known. */
function named(text: string | undefined, clean: Clean): string | undefined {
  if (text === undefined || text === "") return undefined;
  const shown = clean(text);
  return shown.length > LONGEST_NAME ? shown.slice(0, LONGEST_NAME) : shown;
}

/** Secrets are looked for before anything is left out, and again in what that brings together. */
function sessionShown(session: string, clean: Clean): string | undefined {
  if (session === "") return undefined;
  if (UUID.test(session)) return clean(session);
  const masked = (text: string) => clean(scrub(text));
  return masked(masked(session).replace(/[^\w.:*-]/g, "")).slice(0, LONGEST_SESSION) || undefined;
}

/** `time` in ISO 8601 and UTC. `clean` is given the texts that are not in the log, which is clean already. */
export function servedLine(time: string, served: Served, clean: Clean): UsageLine {
  const { logged, provider, asked, answered, session, counts = NO_COUNTS, cacheStatus, hasFee } = served;
  const { inputTokens, cacheReadTokens, cacheWriteTokens, cacheWrite1hTokens } = counts;
  // Anthropic's input is what no cache held; OpenAI's is everything.
  const cached = counts.isCacheInInput ? (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0) : 0;
  return {
    time,
    provider,
    asked: named(asked, clean),
    model: logged.model,
    answered: named(answered, clean),
    client: logged.client,
    session: sessionShown(session, clean),
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
    cacheWrite5mTokens: cacheWrite5mTokens(counts),
    cacheWrite1hTokens,
    cacheStatus: named(cacheStatus, clean),
    logId: logged.logId,
    requestId: logged.requestId,
    tried: logged.tried,
    ended: logged.ended,
    unifiedBilling: hasFee ? true : undefined,
  };
}

const NO_COUNTS: Counts = {};
