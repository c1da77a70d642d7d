import type { HttpResponse, NetworkFault } from "../core/http.ts";
import type { Result } from "../core/result.ts";
import type { Finding } from "../providers/finding.ts";
import type { ModelRef } from "../providers/model.ts";
import type { Api } from "../providers/provider.ts";
import type { RequestRules, ResponseRules } from "./headers.ts";

/** Finds what is wrong with an answer, or with the way to it; undefined where only the upstream can tell. */
export type Diagnose = (answer: Result<HttpResponse, NetworkFault>, model: string) => Promise<Finding | undefined>;

/** A provider's entry with every reference resolved, ready to be sent to. */
export interface Upstream {
  readonly providerId: string;
  readonly api: Api;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path of the base URL without a slash at its end; empty when there is none. */
  readonly basePath: string;
  /** Headers that every request carries, by lower-case name: the key, the provider's own and its rules. Never logged. */
  readonly headers: ReadonlyMap<string, string>;
  /** True where the configuration describes the model here, or its id shows that it is served here. */
  readonly serves: (model: string) => boolean;
  readonly diagnose: Diagnose;
}

/** The token that clients have to present, if any. */
export type Access =
  | { readonly mode: "none" }
  /** Compares in constant time. */
  | { readonly mode: "token"; readonly isToken: (text: string) => boolean };

/** Requests whose trailing assistant turns are removed: those with thinking on, or also those to models that refuse them. */
export type StripPrefill = "thinking" | "unsupported";

/** Everything that can change while the gateway runs. */
export interface GatewaySettings {
  /** By provider id, in the order of the configuration. */
  readonly upstreams: ReadonlyMap<string, Upstream>;
  /** Configured providers that cannot be used, each with an English sentence that says why and what to do. */
  readonly unusable: ReadonlyMap<string, string>;
  /** The default model and its fallbacks; empty when there is no default. */
  readonly defaults: readonly ModelRef[];
  /** The reference that an alias stands for, any other text unchanged. */
  readonly resolveAlias: (text: string) => string;
  readonly access: Access;
  readonly stripPrefill: StripPrefill;
  /** Requests for the default model can be served or, where there is no default, some can. */
  readonly isReady: boolean;
  /** Problems of the providers, each an English sentence. */
  readonly problems: readonly string[];
  /** Host names that requests may name besides this machine's own addresses, in lower case. */
  readonly allowedHosts: ReadonlySet<string>;
  /** Web pages that may send requests: `https://example.com`. */
  readonly allowedOrigins: ReadonlySet<string>;
  readonly requestRules: RequestRules;
  readonly responseRules: ResponseRules;
}
