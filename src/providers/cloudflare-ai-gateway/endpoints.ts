import type { Api, Endpoint, Setup } from "../provider.ts";
import { addressIn, baseUrlFor, ownUrl } from "./address.ts";
import { ATTRIBUTION } from "./attribution.ts";
import { ENDPOINT_ROWS, type EndpointRow } from "./endpoint-rows.ts";
import { ENDPOINT_FLAG, FIELDS } from "./fields.ts";
import { ALIAS_HEADER, isKeyless, paymentHeaders, paymentIn, requestHeaders, TOKEN_HEADER } from "./headers.ts";
import { CATALOG_DATE } from "./models.ts";

const ID = "cloudflare-ai-gateway";
const LABEL = "Cloudflare AI Gateway";

const [anthropic, ...others] = ENDPOINT_ROWS;

export const ENDPOINTS: readonly [Endpoint, ...Endpoint[]] = [endpointOf(anthropic), ...others.map(endpointOf)];

function endpointOf(row: EndpointRow): Endpoint {
  const {
    id,
    upstream,
    isPlain,
    api,
    basePath,
    keyField,
    keyVariable,
    defaultModel,
    models,
    retirements = {},
    successors,
    owns,
    names = owns,
    isClosed,
    paths,
  }: EndpointRow = row;
  const label = isPlain ? LABEL : `${LABEL} (${upstream})`;
  const carried = (setup: Setup) => requestHeaders(row.hasOwnKey ? setup : withOwnKey(setup), keyHeaderOf(api));
  return {
    id,
    providerId: isPlain ? ID : `${ID}-${id}`,
    label,
    api,
    basePath,
    keyField,
    ...(keyVariable !== undefined && { keyVariable }),
    setUpFlags: `--${ENDPOINT_FLAG} ${id}`,
    fields: FIELDS.filter((field) => row.fields.includes(field.id)),
    defaultModel,
    alias: isPlain ? LABEL : `Cloudflare ${upstream}`,
    models,
    catalogDate: CATALOG_DATE,
    retirements,
    ...(successors !== undefined && { successors }),
    owns: (model) => owns?.test(model) ?? false,
    names: (model) => names?.test(model) ?? false,
    ...(isClosed && { isClosed }),
    ...(paths !== undefined && { paths }),
    entry: (values, { gatewayToken }) => ({
      baseUrl: baseUrlFor(values, basePath),
      api,
      ...(row.hasOwnKey && isKeyless(values.credentials) && { auth: "token" }),
      headers: {
        ...(gatewayToken !== undefined && { [TOKEN_HEADER]: `Bearer \${${gatewayToken}}` }),
        ...(row.hasOwnKey && paymentHeaders(values)),
      },
    }),
    answersIn: ({ baseUrl, auth, headers = {} }) => ({
      ...addressIn(baseUrl, basePath),
      ...(row.hasOwnKey && paymentIn(auth, headers)),
    }),
    ownUrl,
    reservedHeaders: [TOKEN_HEADER, ALIAS_HEADER],
    logIdHeader: "cf-aig-log-id",
    cacheStatusHeader: "cf-aig-cache-status",
    hasFee: ({ values }) => row.hasOwnKey && values.credentials === "billing",
    attribution: ATTRIBUTION,
    requestHeaders: carried,
    checks: async () => ({
      ...(await import("./probe.ts")).checksOf(row, carried),
      headerAdvice: (await import("./header-values.ts")).headerAdvice,
      ...(id === "workers-ai" && { also: (await import("./listing.ts")).verifyAgainstApi }),
    }),
    listing: async () => {
      const { listWorkersAi, listingOf } = await import("./listing.ts");
      return id === "workers-ai" ? listWorkersAi : listingOf(row, label, carried);
    },
    prices: async () => (await import("./prices.ts")).priceTable(id),
  };
}

const keyHeaderOf = (api: Api) => (key: string) =>
  api === "anthropic-messages" ? (["x-api-key", key] as const) : (["authorization", `Bearer ${key}`] as const);

/** Cloudflare's own models are always paid for with the request's token. */
function withOwnKey({ values: { credentials: _, ...values }, ...setup }: Setup): Setup {
  return { ...setup, values };
}
