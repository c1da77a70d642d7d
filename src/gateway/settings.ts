import type { PageSessions } from "../config/page-session.ts";
import type { HttpResponse, NetworkFault } from "../core/http.ts";
import type { Result } from "../core/result.ts";
import type { Finding } from "../providers/finding.ts";
import type { ListedModel, ModelRef } from "../providers/model.ts";
import type { Api, Attribute, PathKind } from "../providers/provider.ts";
import type { ErrorResponse } from "./error-response.ts";
import type { RequestRules } from "./request-head.ts";
import type { ResponseRules } from "./response-head.ts";

/** Diagnoses a response or the lack of one; `undefined` if only the upstream can tell. */
export type Diagnose = (response: Result<HttpResponse, NetworkFault>, model: string) => Promise<Finding | undefined>;

/** A provider's entry with every reference resolved, ready for requests. */
export interface Upstream {
  readonly providerId: string;
  readonly api: Api;
  readonly origin: string;
  /** The base URL's path without a trailing slash; may be empty. */
  readonly basePath: string;
  /** Headers for every request, by lower-case name: the key, the provider's own and its rules. Never logged. */
  readonly headers: ReadonlyMap<string, string>;
  /** Tells the provider who asks, if it can be told. */
  readonly attribute: Attribute | undefined;
  readonly paths: ReadonlySet<PathKind>;
  /** True if the configuration describes the model here. */
  readonly describes: (model: string) => boolean;
  /** True if the model's id shows that it is served here and nowhere else. */
  readonly owns: (model: string) => boolean;
  /** True if the model's id shows that it is one of those served here. */
  readonly names: (model: string) => boolean;
  /** False if the model's id shows that it is another provider's. Nobody knows what a provider of the user's own serves. */
  readonly maySend: (model: string) => boolean;
  /** The provider pays for the models, and charges a fee for it. */
  readonly hasFee: boolean;
  readonly diagnose: Diagnose;
  /** The same with the next keys, in the order in which they are taken. */
  readonly nextKeys: readonly Upstream[];
}

/** A provider as its models' ids show it, whether it is set up or not. */
export interface ModelOwner {
  readonly providerId: string;
  readonly label: string;
  readonly paths: readonly PathKind[];
  /** The command that sets it up. */
  readonly setUp: string;
}

/** Whoever holds a token of the gateway. */
export interface Client {
  /** `undefined` for the token without a name. */
  readonly name: string | undefined;
}

export type Access =
  | { readonly mode: "none" }
  | {
      readonly mode: "token";
      /** Compares in constant time. */
      readonly clientWith: (token: string) => Client | undefined;
      /** Replies to a command that proves that it knows the token. */
      readonly reply: (proof: string) => string | undefined;
      readonly sessions: PageSessions;
    };

/** Whose trailing assistant turns are removed: requests with thinking on, or also those to models that reject them. */
export type StripPrefill = "thinking" | "unsupported";

/** Everything that can change while the gateway runs. */
export interface GatewaySettings {
  /** By provider id, in the order of the configuration. */
  readonly upstreams: ReadonlyMap<string, Upstream>;
  /** Providers that cannot be used, each with an English sentence that says why and what to do. */
  readonly unusable: ReadonlyMap<string, string>;
  /** The default model and its fallbacks; empty if there is no default. */
  readonly defaults: readonly ModelRef[];
  /** Resolves an alias, and returns other text unchanged. */
  readonly resolveAlias: (text: string) => string;
  /** Has the models asked for that are not known, or not lately; `undefined` if there are none. */
  readonly freshenCatalog: () => Promise<void> | undefined;
  /** The models that are known of each provider, by its id, as they are known now. */
  readonly catalog: () => ReadonlyMap<string, readonly Pick<ListedModel, "id" | "name">[]>;
  /** Whose model it is, judging by its id. */
  readonly ownerOf: (model: string) => ModelOwner | undefined;
  /** The provider whose model it is if the name before it is that of its maker, as in `anthropic/claude-sonnet-4-6`. */
  readonly makerOf: (named: ModelRef) => string | undefined;
  /** Providers that could be set up, by id. */
  readonly knownProviders: ReadonlyMap<string, ModelOwner>;
  readonly access: Access;
  readonly stripPrefill: StripPrefill;
  /** The provider is told the client's name and session. */
  readonly namesClients: boolean;
  /** Requests for the default model can be served, or without a default, at least some can. */
  readonly isReady: boolean;
  readonly problems: readonly string[];
  /** Host names, in lower case, that requests may use besides this machine's own addresses. */
  readonly allowedHosts: Pick<ReadonlySet<string>, "has">;
  /** Web pages that may send requests, such as `https://example.com`. */
  readonly allowedOrigins: ReadonlySet<string>;
  /** Name of this process to upstreams that may lead back to it; it says nothing of the user. */
  readonly hop?: string;
  /** Why nothing is served: every request that is for an upstream gets it. Strangers do only if it `isPublic`. */
  readonly diagnosis?: { readonly error: ErrorResponse; readonly isPublic: boolean };
  /** Of the configuration, told only to holders of a token. */
  readonly version?: string;
  readonly requestRules: RequestRules;
  readonly responseRules: ResponseRules;
}
