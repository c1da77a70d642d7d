/** The Durable Object through which a Worker's isolates share cooldowns: wrangler.jsonc binds it, and the Worker finds it so. */
export const COOLDOWNS_BINDING = "OPENCLAW_COOLDOWNS";
