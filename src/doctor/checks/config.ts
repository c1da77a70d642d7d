import {
  formatPath,
  isList,
  isObject,
  type JsonObject,
  type JsonPath,
  type JsonValue,
  valueAt,
} from "../../config/json5-value.ts";
import { listenAddress } from "../../config/listen-address.ts";
import type { Problem } from "../../core/result.ts";
import { nearest } from "../../core/similar.ts";
import type { Message } from "../../text/message.ts";
import { type Check, type CheckResult, type DoctorInput, inspectedProviders, objectAt } from "../check.ts";

export const CONFIG_CHECKS: readonly Check[] = [
  {
    id: "config.syntax",
    title: (t) => t.doctor.configReadable,
    needs: ["config"],
    run: ({ config }) => config.faults.map((fault) => asResult(fault, "fail", fixIn(config))),
  },
  {
    id: "secrets.syntax",
    title: (t) => t.doctor.secretsReadable,
    needs: ["secrets"],
    run: ({ secrets, gatewayEnv }) => [
      ...secrets.faults.map((fault) => asResult(fault, "fail", (t) => t.doctor.fixLine)),
      ...gatewayEnv.faults.map((fault) => asResult(fault, "warn", (t) => t.doctor.fixLine)),
    ],
  },
  {
    id: "secrets.reading",
    title: (t) => t.doctor.readAsWritten,
    needs: ["secrets"],
    run: ({ secrets, gatewayEnv, needed, variables }) =>
      [...secrets.readings, ...gatewayEnv.readings]
        // Said of the reference that lacks it.
        .filter(({ name, isEmpty }) => !(isEmpty && needed.includes(name) && !variables.has(name)))
        .map((reading) => asResult(reading, "warn", (t) => t.doctor.fixLine)),
  },
  {
    id: "config.schema",
    title: (t) => t.doctor.configAllowed,
    needs: ["readableConfig"],
    run: ({ config }) => config.invalid.map((problem) => asResult(problem, "fail", fixIn(config))),
  },
  {
    id: "config.duplicate-keys",
    title: (t) => t.doctor.noDuplicates,
    needs: ["readableConfig"],
    run: ({ config }) => config.duplicates.map((problem) => asResult(problem, "warn", (t) => t.doctor.keepOne)),
  },
  { id: "config.unknown-keys", title: (t) => t.doctor.keysKnown, needs: ["readableConfig"], run: unknown },
  {
    id: "config.listen-address",
    title: (t) => t.doctor.canListen,
    needs: ["readableConfig"],
    run: unlistenable,
  },
  { id: "config.newer-versions", title: (t) => t.doctor.keysAccepted, needs: ["readableConfig"], run: rejected },
];

const fixIn =
  ({ mayUndo }: DoctorInput["config"]): Message =>
  (t) =>
    mayUndo ? t.doctor.fixOrUndo : t.doctor.fixThere;

const asResult = ({ message, hint, where, position }: Problem, status: "warn" | "fail", fix: Message): CheckResult => ({
  status,
  message,
  fix: hint ?? fix,
  ...(where !== undefined && { where }),
  ...(position !== undefined && { position }),
});

function unlistenable({ config: { config, locate }, paths }: DoctorInput): readonly CheckResult[] {
  if (config.gateway?.bind !== "custom" || listenAddress({}, config, paths.defaultPort).ok) return [];
  const host = config.gateway?.customBindHost;
  const path = ["gateway", host === undefined ? "bind" : "customBindHost"];
  const message: Message = ({ doctor: t }) => (host === undefined ? t.noCustomHost : t.customHostForm);
  return [{ status: "fail", message, fix: (t) => t.doctor.setCustomHost, ...locate(path) }];
}

function unknown({ config }: DoctorInput): readonly CheckResult[] {
  return unknownKeys(config.value).map(({ path, meant }) => ({
    status: "warn",
    message: (t) => t.doctor.unknownKey(formatPath(path)),
    fix: (t) => (meant === undefined ? t.doctor.removeKey : t.doctor.didYouMean(meant)),
    ...config.locate(path),
  }));
}

/** A part of the configuration and its allowed keys; `*` in the path matches any key or index. */
interface Part {
  readonly at: readonly string[];
  readonly keys: readonly string[];
  /** False if newer versions often add keys, in which case only probable typos are reported. */
  readonly complete: boolean;
}

/**
 * Keys accepted by any published version, old or new.
 * @source the published OpenClaw's `config schema` of 2026.5.28 and 2026.9.6; its zod schema for `gateway`
 * (github.com/openclaw/openclaw).
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

interface UnknownKey {
  readonly path: JsonPath;
  readonly meant: string | undefined;
}

function unknownKeys(value: JsonValue): readonly UnknownKey[] {
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

/**
 * Keys written by one version and rejected by a later one.
 * @source the schemas of the published OpenClaw 2026.5.28 and 2026.9.6.
 */
const REJECTED: readonly JsonPath[] = [
  ["meta", "lastTouchedAt"],
  ["gateway", "tailscale", "resetOnExit"],
  ["models", "pricing"],
  ["auth", "cooldowns"],
];

/** More such keys, inside each provider. */
const REJECTED_OF_PROVIDERS = ["contextWindow", "contextTokens"];

/** What 2026.9.6 allows directly under `env`. */
const ENV_MEMBERS = ["vars", "shellEnv", "$include"];

function rejected(input: DoctorInput): readonly CheckResult[] {
  const { config } = input;
  const fixed = REJECTED.filter((path) => valueAt(config.value, path) !== undefined);
  const inProviders = inspectedProviders(input).flatMap(({ path, entry }) =>
    REJECTED_OF_PROVIDERS.filter((key) => key in entry).map((key) => [...path, key]),
  );
  const bare = Object.keys(objectAt(config.value, ["env"])).filter((key) => !ENV_MEMBERS.includes(key));
  const result = (path: JsonPath, fix: Message): CheckResult => ({
    status: "warn",
    message: (t) => t.doctor.rejectedKey(formatPath(path)),
    fix,
    ...config.locate(path),
  });
  return [
    ...[...fixed, ...inProviders].map((path) => result(path, (t) => t.doctor.removeRejected)),
    ...bare.map((key) => result(["env", key], (t) => t.doctor.moveToVars({ key, secretsPath: input.paths.secrets }))),
  ];
}
