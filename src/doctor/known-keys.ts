import { isList, isObject, type JsonPath, type JsonValue } from "../config/json5-value.ts";

/** A part of the configuration and the keys it may have; `*` stands for any key or place in a list. */
interface Part {
  readonly at: readonly string[];
  readonly keys: readonly string[];
  /** False where newer versions add keys often: then only what looks like a slip of the pen is worth a word. */
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
  readonly key: string;
  /** What else may stand there. */
  readonly known: readonly string[];
  readonly complete: boolean;
}

/** Every key in the judged parts that is not on their lists. */
export function unknownKeys(value: JsonValue): readonly UnknownKey[] {
  return PARTS.flatMap(({ at, keys, complete }) =>
    placesOf(value, at).flatMap(({ path, node }) =>
      isObject(node)
        ? Object.keys(node)
            .filter((key) => !keys.includes(key))
            .map((key) => ({ path: [...path, key], key, known: keys, complete }))
        : [],
    ),
  );
}

function placesOf(
  node: JsonValue | undefined,
  [step, ...rest]: readonly string[],
  path: JsonPath = [],
): readonly { path: JsonPath; node: JsonValue }[] {
  if (node === undefined) return [];
  if (step === undefined) return [{ path, node }];
  if (isList(node)) return step === "*" ? node.flatMap((item, index) => placesOf(item, rest, [...path, index])) : [];
  if (!isObject(node)) return [];
  const keys = step === "*" ? Object.keys(node) : Object.keys(node).filter((key) => key === step);
  return keys.flatMap((key) => placesOf(node[key], rest, [...path, key]));
}
