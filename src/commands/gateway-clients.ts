import { assignment, removal, type Shell, type Value } from "./shell-words.ts";

export const CLIENTS = ["claude-code", "anthropic-sdk"] as const;

export type Client = (typeof CLIENTS)[number];

export interface EnvFlags {
  readonly shell?: Shell;
  readonly client: Client;
}

/**
 * Where each client looks for its credential, and the variable beside it that would get in the way.
 * @source Claude Code takes ANTHROPIC_AUTH_TOKEN for a gateway's token and reports a conflict when a key is set as well;
 * every Anthropic SDK knows ANTHROPIC_API_KEY, and sends both when both are set.
 */
const VARIABLES: Readonly<Record<Client, { readonly credential: string; readonly other: string }>> = {
  "claude-code": { credential: "ANTHROPIC_AUTH_TOKEN", other: "ANTHROPIC_API_KEY" },
  "anthropic-sdk": { credential: "ANTHROPIC_API_KEY", other: "ANTHROPIC_AUTH_TOKEN" },
};

/** The commands, a line each, that lead a client to the gateway. */
export function clientCommands(
  { client, shell }: { readonly client: Client; readonly shell: Shell },
  { url, token }: { readonly url: string; readonly token: Value },
): readonly string[] {
  const { credential, other } = VARIABLES[client];
  return [
    assignment("ANTHROPIC_BASE_URL", { text: url }, shell),
    assignment(credential, token, shell),
    removal(other, shell),
  ];
}
