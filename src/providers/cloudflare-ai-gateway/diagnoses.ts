import { ANTHROPIC_DIAGNOSES } from "./diagnoses/anthropic.ts";
import { CLOUDFLARE_API_DIAGNOSES } from "./diagnoses/cloudflare-api.ts";
import { EDGE_DIAGNOSES } from "./diagnoses/edge.ts";
import { GATEWAY_DIAGNOSES } from "./diagnoses/gateway.ts";
import { NETWORK_DIAGNOSES } from "./diagnoses/network.ts";
import { OPENAI_DIAGNOSES } from "./diagnoses/openai.ts";
import { UNCLEAR_DIAGNOSES } from "./diagnoses/unclear.ts";
import { WORKERS_AI_DIAGNOSES } from "./diagnoses/workers-ai.ts";

/** Every diagnosis, in the order they are tried: the first that fits is it. `docs/troubleshooting.md` explains each. */
export const DIAGNOSES = {
  ...GATEWAY_DIAGNOSES,
  ...ANTHROPIC_DIAGNOSES,
  ...OPENAI_DIAGNOSES,
  ...WORKERS_AI_DIAGNOSES,
  ...CLOUDFLARE_API_DIAGNOSES,
  ...EDGE_DIAGNOSES,
  ...NETWORK_DIAGNOSES,
  ...UNCLEAR_DIAGNOSES,
};

/** Part of the interface: a code never changes its meaning. */
export type DiagnosisCode = keyof typeof DIAGNOSES;

export const DIAGNOSIS_CODES = Object.keys(DIAGNOSES) as readonly DiagnosisCode[];
