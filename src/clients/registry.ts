import { CLAUDE_CODE } from "./claude-code.ts";
import type { Client, ClientId } from "./client.ts";
import { CLINE } from "./cline.ts";
import { CODEX } from "./codex.ts";
import { CONTINUE } from "./continue.ts";
import { AI_SDK, ANTHROPIC_SDK, LANGCHAIN, OPENAI_SDK } from "./libraries.ts";
import { OPENCODE } from "./opencode.ts";
import { QWEN_CODE } from "./qwen-code.ts";

/** Every client that is known, by id. */
export const CLIENTS: Readonly<Record<ClientId, Client>> = {
  "claude-code": CLAUDE_CODE,
  "anthropic-sdk": ANTHROPIC_SDK,
  "openai-sdk": OPENAI_SDK,
  codex: CODEX,
  opencode: OPENCODE,
  "ai-sdk": AI_SDK,
  cline: CLINE,
  continue: CONTINUE,
  langchain: LANGCHAIN,
  "qwen-code": QWEN_CODE,
};
