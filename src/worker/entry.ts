import { waitUntil } from "cloudflare:workers";
import { endpointsOf } from "../providers/provider.ts";
import { PROVIDERS } from "../providers/registry.ts";
import { english } from "./english.ts";
// Beside the built Worker, in its project.
import written from "./openclaw.json";
import { createWorker } from "./worker.ts";

/** What isolates share, if wrangler.jsonc binds it. */
export { SharedCooldowns } from "./shared-cooldowns-object.ts";

/** Filled in by the build. */
declare const OPENCLAW_VERSION: string;

// biome-ignore lint/style/noDefaultExport: it is what the runtime calls.
export default {
  fetch: createWorker({ version: OPENCLAW_VERSION, endpoints: endpointsOf(PROVIDERS), english, written, waitUntil }),
};
