import type { HttpResponse, NetworkFault } from "../core/http.ts";
import type { Result } from "../core/result.ts";
import type { Finding } from "../providers/finding.ts";
import type { ModelRef } from "../providers/model-ref.ts";
import type { Api } from "../providers/provider.ts";

/** What is wrong with an answer, or with the way to it; undefined where only the upstream can tell. */
export type Diagnose = (answer: Result<HttpResponse, NetworkFault>, model: string) => Promise<Finding | undefined>;

/** Who answers requests: a provider's entry with every reference resolved. */
export interface Upstream {
  readonly providerId: string;
  readonly api: Api;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path of the base URL without a slash at its end; empty when there is none. */
  readonly basePath: string;
  /** Headers that every request carries, by lower-case name: the key, the provider's own and its rules. Never logged. */
  readonly headers: ReadonlyMap<string, string>;
  /** Whether the configuration describes a model here, or its id shows that it is served here. */
  readonly serves: (model: string) => boolean;
  readonly diagnose: Diagnose;
}

/** What a request has to show. */
export type Access =
  | { readonly mode: "none" }
  /** Tells the token from any other text, in a time that says nothing about it. */
  | { readonly mode: "token"; readonly isToken: (text: string) => boolean };

/** For which requests trailing assistant turns are removed: those with thinking on, or also those to models that refuse them. */
export type StripPrefill = "thinking" | "unsupported";

/** Everything that can change while the gateway runs. */
export interface GatewaySettings {
  /** By provider id, in the order of the configuration. */
  readonly upstreams: ReadonlyMap<string, Upstream>;
  /** Providers that are configured and cannot be used, each with the sentence that says why and what to do. */
  readonly unusable: ReadonlyMap<string, string>;
  /** The default model and what takes its place when it fails; empty when there is no default. */
  readonly defaults: readonly ModelRef[];
  /** The reference that an alias stands for, any other text unchanged. */
  readonly resolveAlias: (text: string) => string;
  readonly access: Access;
  readonly stripPrefill: StripPrefill;
  /** Requests for the default model can be served or, where there is no default, some can. */
  readonly isReady: boolean;
  /** What is wrong with providers that could be used, each a sentence. */
  readonly problems: readonly string[];
  /** Host names that requests may name besides this machine's own addresses, in lower case. */
  readonly allowedHosts: ReadonlySet<string>;
  /** Web pages that may send requests: `https://example.com`. */
  readonly allowedOrigins: ReadonlySet<string>;
}

/** What a gateway spends at most; sizes in bytes, times in milliseconds. */
export interface Limits {
  /** @source docs.claude.com, "Request size limits": 32 MB for Messages and token counting. */
  readonly bodyBytes: number;
  /** Of all bodies that are held at one time. */
  readonly heldBytes: number;
  readonly headerBytes: number;
  readonly headersTimeoutMs: number;
  /** For a whole request to arrive. */
  readonly requestTimeoutMs: number;
  /** How often those two are looked at. */
  readonly checkEveryMs: number;
  readonly keepAliveTimeoutMs: number;
  /** How long the rest of a request that was refused is read, so that its client gets to see the answer. */
  readonly lingerMs: number;
  /** How long a client may take none of its answer. */
  readonly stalledMs: number;
  readonly concurrentRequests: number;
  readonly connections: number;
  /** How long running requests may go on after the gateway was told to stop. */
  readonly drainMs: number;
  /** Before a request is sent once more that was refused for a reason that may pass by itself. */
  readonly pauseMs: number;
}

/**
 * @why generous for one person and their tools, small against the memory of any machine that runs them. A request may
 * take as long to arrive as Anthropic's clients wait for its answer.
 */
export const LIMITS: Limits = {
  bodyBytes: 32 * 1024 * 1024,
  heldBytes: 512 * 1024 * 1024,
  headerBytes: 32 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 600_000,
  checkEveryMs: 5_000,
  keepAliveTimeoutMs: 65_000,
  lingerMs: 5_000,
  stalledMs: 300_000,
  concurrentRequests: 2_048,
  connections: 4_096,
  drainMs: 30_000,
  pauseMs: 2_000,
};
