import { formatPath } from "../../config/json5-value.ts";
import { idsInUrl } from "../../providers/paste.ts";
import type { Endpoint } from "../../providers/provider.ts";
import { type Message, say } from "../../text/message.ts";
import type { Check, Finding } from "../check.ts";
import { type Facts, type ProviderEntry, providerEntries, textAt } from "../input.ts";

/** Whether requests go where they should, in the protocol that is spoken there. */
export const ENDPOINT_CHECKS: readonly Check[] = [
  {
    id: "endpoint.base-url",
    title: "Every base URL is one that a client can append its own path to.",
    readsConfig: true,
    run: (facts) => providerEntries(facts).flatMap((entry) => baseUrlFaults(entry, facts)),
  },
  {
    id: "endpoint.api",
    title: "Every provider says which protocol it speaks.",
    readsConfig: true,
    run: (facts) => providerEntries(facts).flatMap((entry) => api(entry, facts)),
  },
];

/** @source https://developers.cloudflare.com/ai-gateway/: `/v1/{account_id}/{gateway_id}/{provider}`. */
const GATEWAY = /^https:\/\/gateway\.ai\.cloudflare\.com\//i;

const speaksAnthropic = ({ entry, ours }: ProviderEntry) => (ours?.api ?? entry.api) === "anthropic-messages";

/** What is wrong with the address of a provider. */
export function baseUrlFaults(provider: ProviderEntry, facts: Facts): readonly Finding[] {
  const { path, entry, ours } = provider;
  const at = [...path, "baseUrl"];
  const url = textAt(entry, ["baseUrl"]);
  const place = facts.config.placeOf(at);
  const fail = (message: Message, fix: Message): Finding => ({
    status: "fail",
    message: (text) => `${formatPath(at)} ${say(message, text)}`,
    fix,
    ...place,
  });
  if (url === undefined || url === "") {
    return ours === undefined ? [] : [fail("is missing.", "Run `openclaw onboard`, or set it to the gateway's URL.")];
  }
  const mended = mendedUrl(url, provider);
  if (mended !== url) {
    const repair = { kind: "set" as const, path: at, value: mended };
    // Some clients take off a slash, and nothing else.
    const status = onlySlashes(url, mended) ? "warn" : "fail";
    return [{ ...fail(`${endFault(url, mended, provider)}: ${url}`, `Set it to ${mended}`), status, repair }];
  }
  if (/[{}]/.test(url)) {
    const message = `${formatPath(at)} has a placeholder in it, which only the published OpenClaw fills in: ${url}`;
    return [{ status: "warn", message, fix: "Write the ids themselves.", ...place }];
  }
  return ours === undefined ? [] : ownUrl(url, provider, fail, place);
}

/** What is wrong with the address of a provider of ours beyond its end. */
function ownUrl(
  url: string,
  { ours }: ProviderEntry,
  fail: (message: Message, fix: Message) => Finding,
  place: Pick<Finding, "where" | "position">,
): readonly Finding[] {
  const field = (id: string) => ours?.fields.find((candidate) => candidate.id === id);
  const checked = field("baseUrl")?.check(url);
  if (checked !== undefined && !checked.ok) {
    return [
      fail(
        (text) => `cannot be used: ${say(checked.error.message, text)}`,
        checked.error.hint ?? "Run `openclaw onboard`.",
      ),
    ];
  }
  if (!GATEWAY.test(url)) return [];
  const path = new URL(url).pathname.split("/").slice(4).join("/");
  if (`/${path}` !== ours?.basePath) {
    const named = path === "" ? "names no provider" : `is that of another provider ('${path}')`;
    return [fail(`${named}: ${url}`, `It has to end in ${ours?.basePath}, since ${ours?.api} is spoken there.`)];
  }
  const ids = Object.entries(idsInUrl(url) ?? {});
  return ids.flatMap(([id, value]) => {
    const judged = field(id)?.check(value);
    if (judged === undefined) return [];
    if (!judged.ok)
      return [
        fail(
          (text) => `has a wrong ${field(id)?.label ?? id}. ${say(judged.error.message, text)}`,
          "Run `openclaw onboard`.",
        ),
      ];
    return judged.value.warnings.map((message) => ({
      status: "warn" as const,
      message,
      fix: "Compare it with the dashboard.",
      ...place,
    }));
  });
}

/** The address without what clients append themselves, with nothing twice, and with its end where that is known. */
function mendedUrl(url: string, provider: ProviderEntry): string {
  const single = url.replace(/\/v1(?:\/v1)+(?=\/|$)/g, "/v1").replace(/\/+$/, "");
  const { ours } = provider;
  if (ours !== undefined && GATEWAY.test(single)) return single.replace(endOf(ours), ours.basePath);
  if (!speaksAnthropic(provider)) return single.replace(/\/(?:chat\/completions|responses)$/, "");
  return GATEWAY.test(single)
    ? single.replace(/(?<=\/anthropic)\/v1(?:\/.*)?$/, "")
    : single.replace(/\/v1(?:\/messages)?$/, "");
}

/** What follows the gateway: the endpoint's own segment, and whatever of its path is there or too much. */
function endOf({ basePath }: Endpoint): RegExp {
  const [, segment = ""] = basePath.split("/");
  return new RegExp(
    `(?<=^https://[^/]+/v1/[^/]+/[^/]+)/${segment}(?:/v1(?:/.*)?|/(?:chat/completions|responses|models))?$`,
    "i",
  );
}

const onlySlashes = (url: string, mended: string) => url.replace(/\/+$/, "") === mended;

function endFault(url: string, mended: string, provider: ProviderEntry): string {
  if (onlySlashes(url, mended)) return "ends in a slash";
  if (/\/v1\/v1(?:\/|$)/.test(url)) return "has /v1 twice";
  if (mended.startsWith(url)) return `lacks ${mended.slice(url.length)} at its end`;
  if (!/\/v1\/*$/.test(url)) return "ends in a path that clients append themselves";
  return `ends in /v1, which ${speaksAnthropic(provider) ? "clients append themselves" : "this endpoint does not have"}`;
}

function api({ id, path, entry, ours }: ProviderEntry, { config }: Facts): readonly Finding[] {
  const wanted = ours?.api;
  if (entry.api === undefined) {
    return [
      {
        status: wanted === undefined ? "warn" : "fail",
        message: `${formatPath(path)} says no api; the published OpenClaw then takes openai-completions.`,
        fix: `Add api: "${wanted ?? "…"}" to ${id}.`,
        ...config.placeOf(path),
      },
    ];
  }
  if (wanted === undefined || entry.api === wanted) return [];
  return [
    {
      status: "fail",
      message: `${formatPath([...path, "api"])} is not ${wanted}; the published OpenClaw then sends the key in another header.`,
      fix: `Set it to "${wanted}", or give the other protocol a provider of another name.`,
      ...config.placeOf([...path, "api"]),
    },
  ];
}
