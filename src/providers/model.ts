/** One model a provider offers; the shape OpenClaw stores under `models.providers.<id>.models`. */
export interface Model {
  readonly id: string;
  readonly name: string;
  readonly reasoning: boolean;
  readonly input: readonly ("text" | "image")[];
  /** USD per million tokens. */
  readonly cost: {
    readonly input: number;
    readonly output: number;
    readonly cacheRead: number;
    readonly cacheWrite: number;
  };
  /** Tokens. */
  readonly contextWindow: number;
  /** Tokens. */
  readonly maxTokens: number;
}

/** A model as the provider lists it for the credentials that asked; what its answer does not say is absent. */
export interface ListedModel {
  readonly id: string;
  readonly name?: string;
  readonly input?: Model["input"];
  /** Tokens. */
  readonly contextWindow?: number;
  /** Tokens. */
  readonly maxTokens?: number;
  readonly reasoning?: boolean;
  /** USD per million tokens. */
  readonly cost?: Partial<Model["cost"]>;
  /** The day on which requests for it begin to fail, as an ISO date. */
  readonly retiresOn?: string;
}
