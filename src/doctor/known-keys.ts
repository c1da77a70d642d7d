import { isList, isObject, type JsonObject, type JsonPath, type JsonValue } from "../config/json5-value.ts";
import { nearest } from "../core/similar.ts";

/** A part of the configuration and the keys it may have; `*` matches any key or index. */
interface Part {
  readonly at: readonly string[];
  readonly keys: readonly string[];
  /** False where newer versions add keys often: there, only a probable typing error is reported. */
  readonly complete: boolean;
}

/**
 * The keys that published versions accept, those of older and newer ones included.
 * @source the published OpenClaw's `config schema` of 2026.5.28 and 2026.9.6; its zod schema for `gateway` (github.com/openclaw/openclaw).
 */
const PARTS: readonly Part[] = [
  {
    at: [],
    complete: true,
    keys: words(`$schema $include meta env wizard diagnostics logging cli crestodian update browser ui secrets auth
      accessGroups acp models nodeHost agents tools security bindings broadcast audio media messages commands approvals
      session cron transcripts commitments hooks web channels canvasHost discovery talk gateway memory mcp skills plugins
      surfaces proxy`),
  },
  { at: ["models"], complete: true, keys: words("$include mode providers pricing catalogRefresh") },
  {
    at: ["models", "providers", "*"],
    complete: true,
    keys: words(`$include baseUrl apiKey auth api contextWindow contextTokens maxTokens timeoutSeconds region
      injectNumCtxForOpenAICompat params agentRuntime localService headers authHeader request models`),
  },
  {
    at: ["models", "providers", "*", "models", "*"],
    complete: true,
    keys: words(`$include id name api baseUrl reasoning input cost contextWindow contextTokens maxTokens params
      agentRuntime headers compat mediaInput metadataSource`),
  },
  {
    at: ["gateway"],
    complete: false,
    keys: words(`$include port mode bind customBindHost controlUi auth trustedProxies allowRealIpFallback tools webchat
      channelHealthCheckMinutes channelStaleEventThresholdMinutes channelMaxRestartsPerHour tailscale remote reload tls
      http push nodes`),
  },
  {
    at: ["gateway", "auth"],
    complete: false,
    keys: words("$include mode token password allowTailscale rateLimit trustedProxy"),
  },
  { at: ["agents", "defaults", "model"], complete: true, keys: words("$include primary fallbacks timeoutMs") },
];

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** A key that no published version knows. */
export interface UnknownKey {
  readonly path: JsonPath;
  /** The known key that was probably meant. */
  readonly meant: string | undefined;
}

/** Every key in the judged parts that is not on their lists. */
export function unknownKeys(value: JsonValue): readonly UnknownKey[] {
  return PARTS.flatMap(({ at, keys, complete }) =>
    objectsAt(value, at).flatMap(({ path, node }) =>
      Object.keys(node)
        .filter((key) => !keys.includes(key))
        .map((key) => ({ path: [...path, key], meant: nearest(key, keys) }))
        .filter(({ meant }) => complete || meant !== undefined),
    ),
  );
}

function objectsAt(
  node: JsonValue | undefined,
  [step, ...rest]: readonly string[],
  path: JsonPath = [],
): readonly { path: JsonPath; node: JsonObject }[] {
  if (step === undefined) return isObject(node) ? [{ path, node }] : [];
  if (isList(node)) return step === "*" ? node.flatMap((item, index) => objectsAt(item, rest, [...path, index])) : [];
  if (!isObject(node)) return [];
  const keys = step === "*" ? Object.keys(node) : Object.keys(node).filter((key) => key === step);
  return keys.flatMap((key) => objectsAt(node[key], rest, [...path, key]));
}
