export interface BindingCallDeps {
  readonly delay: (ms: number) => Promise<void>;
  /** Told once, until it works again. */
  readonly onFault: (error: unknown) => void;
}

/** Calls to a binding that may fail or hang, without which requests are served all the same. */
export class BindingCalls {
  readonly #longestMs: number;
  readonly #deps: BindingCallDeps;
  #hasFailed = false;

  constructor(longestMs: number, deps: BindingCallDeps) {
    this.#longestMs = longestMs;
    this.#deps = deps;
  }

  /** `undefined` if it fails, or takes too long. */
  async ask<T>(call: () => Promise<T>): Promise<T | undefined> {
    try {
      const late = this.#deps
        .delay(this.#longestMs)
        .then(() => Promise.reject(new Error("it does not respond in time")));
      late.catch(() => {});
      const answer = await Promise.race([call(), late]);
      this.#hasFailed = false;
      return answer;
    } catch (error) {
      if (!this.#hasFailed) this.#deps.onFault(error);
      this.#hasFailed = true;
      return undefined;
    }
  }
}
