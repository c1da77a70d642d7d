import { cloudflareAiGateway } from "./cloudflare-ai-gateway/provider.ts";
import type { Provider } from "./provider.ts";

/** A new provider is one folder, and one line here. */
export const PROVIDERS: readonly Provider[] = [cloudflareAiGateway];
