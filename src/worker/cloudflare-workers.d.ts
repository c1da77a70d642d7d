/** What the runtime brings along. @source developers.cloudflare.com/workers/runtime-apis/context, /durable-objects/api/base. */
declare module "cloudflare:workers" {
  export abstract class DurableObject {
    constructor(state: unknown, bindings: unknown);
  }
  /** For the request that is being served. */
  export const waitUntil: (work: Promise<unknown>) => void;
}
