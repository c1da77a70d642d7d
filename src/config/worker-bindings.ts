/** The Durable Object through which a Worker's isolates share cooldowns: wrangler.jsonc binds it, and the Worker finds it so. */
export const COOLDOWNS_BINDING = "OPENCLAW_COOLDOWNS";

/** The dataset of Workers Analytics Engine that a Worker writes its record of requests to, bound in wrangler.jsonc. */
export const USAGE_BINDING = "OPENCLAW_USAGE";

/** The name of a Worker's dataset: one that SQL takes without quotes. */
export const usageDataset = (worker: string): string => `usage_${worker.replace(/\W/g, "_")}`;
