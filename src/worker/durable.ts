/** @source developers.cloudflare.com/durable-objects/api: state, storage, namespace. */

/** Of one Durable Object. */
export interface DurableState {
  readonly blockConcurrencyWhile: (work: () => Promise<void>) => Promise<void>;
  readonly storage: {
    readonly get: <T>(key: string) => Promise<T | undefined>;
    /** `allowUnconfirmed`: responses do not wait until it is written. */
    readonly put: <T>(key: string, value: T, options: { readonly allowUnconfirmed: true }) => Promise<void>;
  };
}

/** Durable Objects of one class; `T` has the methods that can be called. */
export interface DurableNamespace<T> {
  readonly idFromName: (name: string) => unknown;
  readonly get: (id: unknown) => T;
}
