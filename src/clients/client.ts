import type { JsonValue } from "../config/json5-value.ts";
import type { Env } from "../core/context.ts";
import type { Api } from "../providers/provider.ts";

/** The gateway as clients are told of it, without the token itself. */
export interface GatewayAccess {
  /** Without `/v1`: `http://127.0.0.1:18789`. */
  readonly url: string;
  /** True if it runs on another machine. */
  readonly isRemote?: boolean;
  /** Words of the command that prints the token, in any folder; `undefined` if the gateway requires none. */
  readonly tokenCommand: readonly string[] | undefined;
  readonly models: ServedModels;
  /** The protocol of the default model's provider. */
  readonly preferred?: Api;
}

export interface ServedModel {
  /** As a request names it. */
  readonly id: string;
  readonly name?: string;
  /** In tokens. */
  readonly contextWindow?: number;
  /** In tokens. */
  readonly maxTokens?: number;
}

/**
 * Models that the gateway serves, by protocol, the likeliest choice first. A protocol that no provider serves is
 * absent; one whose models nobody has described is empty.
 */
export type ServedModels = Readonly<Partial<Record<Api, readonly ServedModel[]>>>;

/** `token` stands for what the token command prints; in a file, a client's own reference stands for it. */
type VariableValue =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "token" }
  | { readonly kind: "removed" };

export interface ClientVariable {
  readonly name: string;
  readonly value: VariableValue;
}

/** One value at one path of a client's configuration file. */
export interface ClientSetting {
  readonly path: readonly [string, ...string[]];
  readonly value: JsonValue;
}

export type FileFormat = "json" | "jsonc" | "toml" | "yaml";

/** The file of a client's settings. The token is never among them, since such files are shared and committed. */
export interface ClientFile {
  readonly format: FileFormat;
  readonly path: (home: string, env: Env) => string;
  readonly settings: (access: GatewayAccess) => readonly ClientSetting[];
  /** True if the settings can go into a file that says more; else a person puts them in. */
  readonly isEdited?: boolean;
  /** Paths of settings that would win over these, and go. */
  readonly obstacles?: (access: GatewayAccess) => readonly ClientSetting["path"][];
}

/** A program or library that can use the local gateway. */
export interface Client {
  readonly id: ClientId;
  /** A product name, not translated. */
  readonly name: string;
  /** The command that starts it. */
  readonly program?: string;
  /** The protocols that it can speak, the best one first. */
  readonly apis: readonly [Api, ...Api[]];
  /** One of them at a time, or each of them for its own models. */
  readonly speaks: "one" | "each";
  /** `variables` if those alone are enough, `file` if settings in its file are needed. */
  readonly means: "variables" | "file";
  /** With settings, those that the settings need besides. */
  readonly variables?: (access: GatewayAccess) => readonly ClientVariable[];
  readonly file?: ClientFile;
}

export const CLIENT_IDS = [
  "claude-code",
  "anthropic-sdk",
  "openai-sdk",
  "codex",
  "opencode",
  "ai-sdk",
  "cline",
  "continue",
  "langchain",
  "qwen-code",
] as const;

export type ClientId = (typeof CLIENT_IDS)[number];

/**
 * Holds the token where a client's file can refer to a variable only.
 * @why a name of its own: this program and the published one read `OPENCLAW_GATEWAY_TOKEN`, so that an old value in a
 * shell would win over what `.env` says now.
 */
export const TOKEN_VARIABLE = "OPENCLAW_CLIENT_TOKEN";

/** The protocols that a client speaks and a provider serves, the best one first. */
export function usableApis({ apis }: Pick<Client, "apis">, { models, preferred }: ServedBy): readonly Api[] {
  const usable = apis.filter((api) => models[api] !== undefined);
  return preferred !== undefined && usable.includes(preferred)
    ? [preferred, ...usable.filter((api) => api !== preferred)]
    : usable;
}

type ServedBy = Pick<GatewayAccess, "models" | "preferred">;

/** Protocol and model of a client that speaks one protocol at a time, if anything is served by it. */
export function choiceOf(client: Pick<Client, "apis">, access: ServedBy) {
  const [api] = usableApis(client, access);
  return api === undefined ? undefined : { api, model: access.models[api]?.[0] };
}

export const text = (name: string, value: string): ClientVariable => ({ name, value: { kind: "text", text: value } });

export const token = (name: string): ClientVariable => ({ name, value: { kind: "token" } });

export const removed = (name: string): ClientVariable => ({ name, value: { kind: "removed" } });
