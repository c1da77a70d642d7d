/** Stops on the way of a request, in order. */
export const STOPS = ["client", "gateway", "network", "cloudflare", "provider"] as const;

export type Stop = (typeof STOPS)[number];

/** The stop of each layer that a diagnosis names. */
const STOP_OF: Readonly<Record<string, Stop>> = {
  client: "client",
  gateway: "gateway",
  configuration: "gateway",
  "this machine": "gateway",
  network: "network",
  proxy: "network",
  tls: "network",
  cloudflare: "cloudflare",
  "cloudflare-edge": "cloudflare",
  "cloudflare-api": "cloudflare",
  "ai-gateway": "cloudflare",
  provider: "provider",
  anthropic: "provider",
  openai: "provider",
  "workers-ai": "provider",
};

/** `undefined` for a layer that nobody knows. */
export const stopOf = (layer: string): Stop | undefined => (Object.hasOwn(STOP_OF, layer) ? STOP_OF[layer] : undefined);
