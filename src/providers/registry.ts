import { cloudflareAiGateway } from "./cloudflare-ai-gateway/provider.ts";
import type { Provider } from "./provider.ts";

/** Every provider the program can set up; a new one is one folder and one line here. */
export const PROVIDERS: readonly Provider[] = [cloudflareAiGateway];
