import type { DiagnosisRows } from "../matcher.ts";

/**
 * What Workers AI answers, in the form of Cloudflare's API or in OpenAI's.
 * @source developers.cloudflare.com/workers-ai/platform/errors, 29 July 2026.
 */
export const WORKERS_AI_DIAGNOSES = {
  "workers-ai.model-not-found": {
    layer: "workers-ai",
    signs: [
      { codes: [5007, 3042], endpoints: ["workers-ai"] },
      { from: "workers-ai", says: /no such model/i },
    ],
    message: ({ model }) =>
      model === "" ? "Workers AI has no such model." : `Workers AI has no model '${model}', or has it no longer.`,
    fix: "Choose another model; their names begin with @cf/ and stand at developers.cloudflare.com/workers-ai/models.",
    field: "model",
    transient: false,
  },
  "workers-ai.model-not-allowed": {
    layer: "workers-ai",
    signs: [{ codes: [5016, 5018, 3041], endpoints: ["workers-ai"] }],
    message: ({ model, quote }) => `The account may not use the model '${model}'${quote}.`,
    fix: "Agree to the model's terms in the dashboard, under AI > Workers AI, or choose another model.",
    field: "model",
    transient: false,
  },
  "workers-ai.account-blocked": {
    layer: "workers-ai",
    signs: [{ codes: [3023], endpoints: ["workers-ai"] }],
    message: "Workers AI is not available to this account.",
    fix: "Ask Cloudflare's support.",
    transient: false,
  },
  "workers-ai.allocation-used": {
    layer: "workers-ai",
    signs: [
      { codes: [3036, 4006], endpoints: ["workers-ai"] },
      { endpoints: ["workers-ai"], statuses: [429], says: /free allocation|neurons/i },
    ],
    message: "The account has used up what Workers AI gives away a day.",
    fix: "Wait until tomorrow (UTC), or take the paid plan of Workers.",
    transient: false,
  },
  "workers-ai.no-capacity": {
    layer: "workers-ai",
    signs: [
      { codes: [3040, 3007, 3008], endpoints: ["workers-ai"] },
      {
        from: "cloudflare-api",
        endpoints: ["workers-ai"],
        statuses: [408, 429, 500, 502, 503, 504],
        at: ["gateway", "own"],
      },
      { from: "workers-ai", statuses: [408, 429, 500, 502, 503, 504] },
    ],
    message: ({ status }) => `Workers AI cannot take the request at the moment (HTTP ${status}).`,
    fix: ({ wait }) => `Try again in ${wait}, or choose another model.`,
    transient: true,
  },
  "workers-ai.request-invalid": {
    layer: "workers-ai",
    signs: [{ codes: [5004, 5005, 5006, 3003, 3006], endpoints: ["workers-ai"] }, { from: "workers-ai" }],
    message: ({ quote }) => `Workers AI accepted the token but not the request${quote}.`,
    fix: "Change what the answer names; it is the request's form, not a key.",
    transient: false,
  },
} satisfies DiagnosisRows;
