import type { HttpRequest, HttpResponse, NetworkFault } from "../core/http.ts";
import type { Result } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";

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

/** What a raw answer came to. */
export interface CheckedAnswer {
  readonly value: string;
  /** What was removed or changed, each a few words: "removed quotes". */
  readonly repairs: readonly string[];
  /** What looks odd but is accepted, each a sentence. */
  readonly warnings: readonly string[];
  /** Answers to other fields that the same text held, by field id. */
  readonly also?: Readonly<Record<string, string>>;
}

/**
 * One thing a provider has to know. The wizard's questions, the command-line flags, the error that names what is
 * missing, the place where the answer is stored and the table in `docs/providers.md` all come from it.
 */
export interface Field {
  readonly id: string;
  readonly label: string;
  /** One line: where the answer is found. */
  readonly help: string;
  /** Long flag without its dashes; a secret also has `<flag>-file` and `<flag>-env`. */
  readonly flag: string;
  /** Variables it may be found in, best first. A secret is stored under the first. */
  readonly env: readonly string[];
  /** HTTP header that carries it; a pasted header line is recognised by it. */
  readonly header?: string;
  /** Goes to `.env` and is never shown. */
  readonly secret: boolean;
  readonly required: boolean;
  /** When the wizard asks: always, in the advanced flow, or never (flag only). */
  readonly asked: "always" | "advanced" | "never";
  /** Cleans and judges a raw answer. The problem never repeats the answer of a secret field. */
  readonly check: (raw: string) => Result<CheckedAnswer>;
}

/** One API behind the provider, which becomes one entry of `models.providers`. */
interface Endpoint {
  /** Key under `models.providers`. */
  readonly providerId: string;
  /** OpenClaw's name of the protocol. */
  readonly api: "anthropic-messages";
  readonly defaultModel: string;
  readonly models: readonly Model[];
  /** The day on which requests for a model begin to fail, as an ISO date by the model's id: in the past or to come. */
  readonly retirements: Readonly<Record<string, string>>;
}

/** How a provider's entry in `models.providers` has to look. */
interface ProviderEntry {
  readonly baseUrl: string;
  readonly api: Endpoint["api"];
  readonly headers: Readonly<Record<string, string>>;
}

/** A provider as its requests will find it: every reference resolved. */
export interface Setup {
  readonly baseUrl: string;
  readonly apiKey?: Secret;
  readonly headers: Readonly<Record<string, Secret>>;
  readonly model: string;
}

/** `models` costs nothing; `message` has one token generated, and alone proves credit and access to the model. */
export type ProbeKind = "models" | "message";

/** What is wrong with a set-up, whose doing it is, and what to do. */
export interface Finding {
  readonly code: string;
  readonly layer: string;
  /** One sentence, without secrets. */
  readonly message: string;
  /** One sentence. */
  readonly fix: string;
  /** The field to correct, when one is to blame. */
  readonly field?: string;
  /** Worth another try after a pause before anything is blamed. */
  readonly transient: boolean;
  /** What support asks for, by header name. */
  readonly ids: Readonly<Record<string, string>>;
  /** The beginning of an answer that is not understood: one line. */
  readonly excerpt?: string;
}

export interface Checks {
  /** A request that shows whether the set-up works, with exactly the headers that a real one will carry. */
  readonly probe: (setup: Setup, kind: ProbeKind, userAgent: string) => HttpRequest;
  /** What the answer to it says, or undefined when all is well. */
  readonly diagnose: (answer: Result<HttpResponse, NetworkFault>, setup: Setup, kind: ProbeKind) => Finding | undefined;
}

export interface Provider {
  readonly id: string;
  readonly label: string;
  readonly authChoice: string;
  readonly fields: readonly Field[];
  readonly endpoint: Endpoint;
  /** The alias that the default model gets. */
  readonly alias: string;
  /** Field whose secret is the entry's `apiKey`. */
  readonly keyField: string;
  /** Fields of which the answers can do without because another field was answered, by that field's id. */
  readonly replaces: Readonly<Record<string, readonly string[]>>;
  /** `variables` tells which variable each secret field is referenced by; a field absent from it is not used. */
  readonly entry: (
    values: Readonly<Record<string, string>>,
    variables: Readonly<Record<string, string>>,
  ) => ProviderEntry;
  /** The answers that an existing entry holds: the reverse of `entry`. */
  readonly answersIn: (entry: { readonly baseUrl?: string }) => Readonly<Record<string, string>>;
  /** How to find out whether a set-up works; loaded only when it is to be checked. */
  readonly checks: () => Promise<Checks>;
}
