import { NO_PAGES, type PageRequest, type Pages } from "../gateway/pages.ts";
import { headerRecord } from "../gateway/raw-headers.ts";
import { respondWithError } from "../gateway/relay.ts";
import type { SayMetrics } from "./gateway-metrics.ts";
import type { MetricsFormat } from "./metrics-text.ts";

/** @source prometheus.io, "Exposition formats", and openmetrics.io, 1.0.0. */
const CONTENT_TYPES: Readonly<Record<MetricsFormat, string>> = {
  prometheus: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/** The one that a scraper asks for; Prometheus names several, with how much it likes them. */
export function formatFor(accept: string): MetricsFormat {
  const weightOf = (type: string) => {
    const weights = accept.split(",").flatMap((part) => {
      const [name = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
      // Later versions have other rules, and whoever wants them says so apart.
      const isMeant = name === type && parameters.every((text) => !/^version=(?!0\.0\.[14]$|1\.0\.0$)/.test(text));
      const weight = Number(parameters.find((text) => text.startsWith("q="))?.slice(2) ?? 1);
      return isMeant ? [weight] : [];
    });
    return Math.max(0, ...weights);
  };
  const open = weightOf("application/openmetrics-text");
  return open > 0 && open > weightOf("text/plain") ? "openmetrics" : "prometheus";
}

/** The headers and the body of the page. */
export async function metricsResponse(
  accept: string,
  say: SayMetrics,
): Promise<{ readonly headers: readonly string[]; readonly body: Buffer }> {
  const format = formatFor(accept);
  const body = Buffer.from(await say(format));
  const type = ["content-type", CONTENT_TYPES[format], "cache-control", "no-store"];
  return { headers: [...type, "content-length", String(body.length)], body };
}

/** `/metrics` of the gateway's own port; what the host shows besides is left to `others`. */
export const metricsPages =
  (say: SayMetrics, others?: Pages): Pages =>
  (page) =>
    page.path === "/metrics" ? respondWithMetrics(page, say) : (others ?? refuse)(page);

const refuse: Pages = ({ request, ownHeaders }) => void respondWithError(request, NO_PAGES, ownHeaders);

async function respondWithMetrics({ request, ownHeaders }: PageRequest, say: SayMetrics): Promise<void> {
  const { accept = "" } = headerRecord(request.headers);
  const { headers, body } = await metricsResponse(accept, (format) => say(format, 1));
  request.trace.see(body);
  request.respond(200, [...ownHeaders, ...headers], body);
}
