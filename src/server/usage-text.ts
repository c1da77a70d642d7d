import type { TokenCounts } from "../gateway/answer-usage.ts";
import type { LogSecrets } from "../gateway/log-secrets.ts";
import type { ServedRequest } from "../gateway/served-request.ts";
import { formatLine, type UsageLine } from "../usage/line.ts";

const LONGEST_NAME = 200;

/** Names that clients and upstreams choose, one line and not long. */
const named = (text: string | undefined): string | undefined => text?.slice(0, LONGEST_NAME) || undefined;

function lineOf(time: string, served: ServedRequest): UsageLine {
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

const NO_COUNTS: TokenCounts = {};

/**
 * A request's line, without the tokens and keys that somebody put into a name.
 * @why the line as a whole is looked at, since hardly any has one; what is escaped in it is looked at field by field.
 */
export function usageText(time: string, served: ServedRequest, secrets: Pick<LogSecrets, "without">): string {
  const line = lineOf(time, served);
  const text = formatLine(line);
  if (!text.includes("\\") && secrets.without(text) === text) return text;
  const clean = Object.entries(line).map(([name, value]) => [name, withoutSecrets(value, secrets)]);
  return formatLine(Object.fromEntries(clean) as UsageLine);
}

function withoutSecrets(value: unknown, secrets: Pick<LogSecrets, "without">): unknown {
  if (typeof value === "string") return secrets.without(value);
  return Array.isArray(value) ? value.map((each) => withoutSecrets(each, secrets)) : value;
}
