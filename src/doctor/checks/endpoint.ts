import { formatPath } from "../../config/json5-value.ts";
import { findingLines } from "../../providers/finding.ts";
import type { Endpoint, OwnUrl } from "../../providers/provider.ts";
import { type Message, say } from "../../text/message.ts";
import type { Check, CheckResult } from "../check.ts";
import { type DoctorInput, type InspectedProvider, inspectedProviders, textAt } from "../input.ts";

export const ENDPOINT_CHECKS: readonly Check[] = [
  {
    id: "endpoint.base-url",
    title: (t) => t.doctor.baseUrlsRight,
    needs: ["readableConfig", "provider"],
    run: (input) => inspectedProviders(input).flatMap((provider) => inspectBaseUrl(provider, input)),
  },
  {
    id: "endpoint.api",
    title: (t) => t.doctor.protocolsNamed,
    needs: ["readableConfig", "provider"],
    run: (input) => inspectedProviders(input).flatMap((provider) => checkApi(provider, input)),
  },
];

export const LIVE_CHECKS: readonly Check[] = [
  { id: "live", title: (t) => t.providers.noneSetUp, needs: ["readableConfig", "provider"], run: liveResults },
];

const speaksAnthropic = ({ entry, endpoint }: InspectedProvider) =>
  (endpoint?.api ?? entry.api) === "anthropic-messages";

export function inspectBaseUrl(provider: InspectedProvider, input: DoctorInput): readonly CheckResult[] {
  const { entry, endpoint } = provider;
  const at = [...provider.path, "baseUrl"];
  const path = formatPath(at);
  const location = input.config.locate(at);
  const fail = (message: Message, fix: Message): CheckResult => ({ status: "fail", message, fix, ...location });
  const url = textAt(entry, ["baseUrl"]);
  if (url === undefined || url === "") {
    if (endpoint === undefined) return [];
    return [
      fail(
        (t) => t.doctor.noBaseUrl(path),
        (t) => t.doctor.setBaseUrl,
      ),
    ];
  }
  const repaired = repairedUrl(url, provider, input);
  if (repaired !== url) {
    const result = fail(endFault({ path, url }, repaired, provider), (t) => t.doctor.setTo(repaired));
    // Some clients strip a slash, but nothing else.
    const status = onlySlashes(url, repaired) ? "warn" : "fail";
    return [{ ...result, status, repair: { kind: "set", path: at, value: repaired } }];
  }
  if (/[{}]/.test(url)) {
    const result = fail(
      (t) => t.doctor.placeholder({ path, url }),
      (t) => t.doctor.replacePlaceholder,
    );
    return [{ ...result, status: "warn" }];
  }
  return endpoint === undefined ? [] : checkOwnUrl({ path, url }, endpoint, fail);
}

/** Checks the base URL of a built-in endpoint, apart from its end. */
function checkOwnUrl(
  at: { readonly path: string; readonly url: string },
  { fields, basePath, api, ownUrl }: Endpoint,
  fail: (message: Message, fix: Message) => CheckResult,
): readonly CheckResult[] {
  const { path, url } = at;
  const field = (id: string) => fields.find((candidate) => candidate.id === id);
  const checked = field("baseUrl")?.check(url);
  if (checked !== undefined && !checked.ok) {
    const { message, hint } = checked.error;
    return [
      fail((t) => t.doctor.badBaseUrl({ path, problem: say(message, t) }), hint ?? ((t) => t.providers.runOnboard)),
    ];
  }
  const own = ownUrl?.(url);
  if (own === undefined) return [];
  if (own.path !== basePath) {
    const found = own.path.slice(1);
    return [
      fail(
        (t) => (found === "" ? t.doctor.noProviderInUrl(at) : t.doctor.otherProviderInUrl({ ...at, found })),
        (t) => t.doctor.endWith({ end: basePath, api }),
      ),
    ];
  }
  return Object.entries(own.answers).flatMap(([id, value]): readonly CheckResult[] => {
    const known = field(id);
    if (known === undefined) return [];
    const judged = known.check(value);
    if (!judged.ok) {
      const { message } = judged.error;
      return [
        fail(
          (t) => t.doctor.badId({ path, label: say(known.label, t), problem: say(message, t) }),
          (t) => t.providers.runOnboard,
        ),
      ];
    }
    return judged.value.warnings.map((message) => ({ ...fail(message, (t) => t.doctor.compareId), status: "warn" }));
  });
}

/** The URL without repetitions and anything clients append themselves, and with its proper end if known. */
function repairedUrl(url: string, provider: InspectedProvider, { endpoints }: DoctorInput): string {
  const single = url.replace(/\/v1(?:\/v1)+(?=\/|$)/g, "/v1").replace(/\/+$/, "");
  const { endpoint } = provider;
  const own = endpoint?.ownUrl?.(single);
  if (endpoint !== undefined && own !== undefined)
    return endsLike(own, endpoint) ? own.root + endpoint.basePath : single;
  if (!speaksAnthropic(provider)) return single.replace(/\/(?:chat\/completions|responses)$/, "");
  const known = endpoints.find(({ api, ownUrl }) => api === "anthropic-messages" && ownUrl?.(single) !== undefined);
  return known === undefined
    ? single.replace(/\/v1(?:\/messages)?$/, "")
    : single.replace(new RegExp(`(?<=${known.basePath})/v1(?:/.*)?$`), "");
}

/** True if the path is the endpoint's own segment, possibly with parts missing or extra. */
function endsLike({ path }: OwnUrl, { basePath }: Endpoint): boolean {
  const [, segment = ""] = basePath.split("/");
  return new RegExp(`^/${segment}(?:/v1(?:/.*)?|/(?:chat/completions|responses|models))?$`, "i").test(path);
}

const onlySlashes = (url: string, repaired: string) => url.replace(/\/+$/, "") === repaired;

function endFault(
  at: { readonly path: string; readonly url: string },
  repaired: string,
  provider: InspectedProvider,
): Message {
  const { url } = at;
  if (onlySlashes(url, repaired)) return (t) => t.doctor.endsInSlash(at);
  if (/\/v1\/v1(?:\/|$)/.test(url)) return (t) => t.doctor.versionTwice(at);
  if (repaired.startsWith(url)) return (t) => t.doctor.lacksEnd({ ...at, end: repaired.slice(url.length) });
  if (!/\/v1\/*$/.test(url)) return (t) => t.doctor.endsInPath(at);
  return (t) => (speaksAnthropic(provider) ? t.doctor.versionAdded(at) : t.doctor.versionUnknown(at));
}

function checkApi({ id, path, entry, endpoint }: InspectedProvider, { config }: DoctorInput): readonly CheckResult[] {
  const wanted = endpoint?.api;
  if (entry.api === undefined) {
    return [
      {
        status: wanted === undefined ? "warn" : "fail",
        message: (t) => t.doctor.noApi(formatPath(path)),
        fix: (t) => (wanted === undefined ? t.doctor.addAnyApi(id) : t.doctor.addApi({ api: wanted, provider: id })),
        ...config.locate(path),
      },
    ];
  }
  if (wanted === undefined || entry.api === wanted) return [];
  const at = [...path, "api"];
  return [
    {
      status: "fail",
      message: (t) => t.doctor.wrongApi({ path: formatPath(at), api: wanted }),
      fix: (t) => t.doctor.setApi(wanted),
      ...config.locate(at),
    },
  ];
}

function liveResults({ live }: DoctorInput): readonly CheckResult[] {
  return live.map(({ label, diagnosis, notAsked }) => {
    if (notAsked === "offline") return { status: "skipped", message: (t) => t.doctor.offline(label) };
    if (notAsked === "key elsewhere") return { status: "skipped", message: (t) => t.doctor.keyElsewhere(label) };
    if (notAsked === "unusable") {
      return { status: "warn", message: (t) => t.doctor.unusable(label), fix: (t) => t.doctor.fixConfigFirst };
    }
    if (notAsked === "no credentials") return { status: "skipped", message: (t) => t.doctor.lacksCredentials(label) };
    if (diagnosis === undefined) return { status: "ok", message: (t) => t.doctor.answers(label) };
    return {
      status: "fail",
      message: (t) => t.doctor.refused({ label, finding: findingLines(diagnosis, t)[0] ?? "" }),
      fix: diagnosis.fix,
      details: (t) => findingLines(diagnosis, t).slice(2),
    };
  });
}
