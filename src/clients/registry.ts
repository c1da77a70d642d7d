import { CLAUDE_CODE } from "./claude-code.ts";
import type { Client, ClientId } from "./client.ts";
import { CODEX } from "./codex.ts";
import { OPENCODE } from "./opencode.ts";

/** Every client that is known, by id. */
export const CLIENTS: Readonly<Partial<Record<ClientId, Client>>> = {
  "claude-code": CLAUDE_CODE,
  codex: CODEX,
  opencode: OPENCODE,
};
