import { cloudflareAiGateway } from "./cloudflare-ai-gateway/provider.ts";
import type { Endpoint, Provider } from "./provider.ts";

/** Every provider the program can set up; a new one is one folder and one line here. */
export const PROVIDERS: readonly Provider[] = [cloudflareAiGateway];

/** Every entry of `models.providers` that the program knows how to make. */
export const ENDPOINTS: readonly Endpoint[] = PROVIDERS.flatMap(({ endpoints }) => endpoints);
