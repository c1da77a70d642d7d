import type { Provider } from "../provider.ts";
import { ENDPOINTS } from "./endpoints.ts";
import { FIELDS } from "./fields.ts";

export const cloudflareAiGateway: Provider = {
  id: "cloudflare-ai-gateway",
  label: "Cloudflare AI Gateway",
  authChoice: "cloudflare-ai-gateway-api-key",
  fields: FIELDS,
  endpoints: ENDPOINTS,
  discovery: () => import("./discovery.ts"),
  replaces: { baseUrl: ["accountId", "gatewayId"] },
};
