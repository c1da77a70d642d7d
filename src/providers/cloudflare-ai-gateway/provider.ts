import type { Provider } from "../provider.ts";
import { idsInUrl, namedEndpoint } from "./address.ts";
import { ENDPOINTS } from "./endpoints.ts";
import { FIELDS } from "./fields.ts";

export const cloudflareAiGateway: Provider = {
  id: "cloudflare-ai-gateway",
  label: "Cloudflare AI Gateway",
  authChoice: "cloudflare-ai-gateway-api-key",
  fields: FIELDS,
  endpoints: ENDPOINTS,
  discovery: () => import("./discovery.ts"),
  answersInUrl: (text) => {
    const ids = idsInUrl(text);
    if (ids === undefined) return undefined;
    const { endpoint, ...others } = ids;
    return { ...others, ...namedEndpoint(endpoint) };
  },
  replaces: { baseUrl: ["accountId", "gatewayId"] },
};
