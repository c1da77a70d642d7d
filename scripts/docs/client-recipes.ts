import { CLIENT_IDS, type ClientId, type GatewayAccess, type ServedModels } from "../../src/clients/client.ts";
import { CLIENTS } from "../../src/clients/registry.ts";
import { snippet } from "../../src/clients/snippet.ts";
import { shellLine } from "../../src/commands/client-access.ts";

/** A model of each endpoint, so that recipes stay short. */
const MODELS: ServedModels = {
  "anthropic-messages": [
    { id: "claude-sonnet-4-6", name: "Claude Sonnet 4.6", contextWindow: 1_000_000, maxTokens: 128_000 },
  ],
  "openai-responses": [{ id: "gpt-5.5", name: "GPT-5.5" }],
};

const ALONE: ReadonlySet<ClientId> = new Set(["opencode", "continue", "cline", "qwen-code"]);

const accessFor = (id: ClientId): GatewayAccess => {
  const { "anthropic-messages": claude = [] } = MODELS;
  const models = ALONE.has(id) ? { "anthropic-messages": claude } : MODELS;
  return { url: "http://127.0.0.1:18789", tokenCommand: ["openclaw", "gateway", "token"], models };
};

const linesFor = (id: ClientId): string =>
  (CLIENTS[id].variables?.(accessFor(id)) ?? []).map((line) => shellLine(line, accessFor(id), "bash")).join("\n");

/** What `gateway env` prints, by the name that a page calls it by. */
const PRINTED = new Map(
  CLIENT_IDS.flatMap((id): (readonly [string, string])[] => {
    const { file, means } = CLIENTS[id];
    if (file === undefined || means === "variables") return [[id, linesFor(id)]];
    return [
      [id, snippet(file, file.settings(accessFor(id))).trimEnd()],
      [`${id}-variables`, linesFor(id)],
    ];
  }),
);

/** The page with what `gateway env` prints in each block of code that follows `<!-- printed: … -->`. */
export const withRecipes = (page: string): string =>
  page.replace(/(<!-- printed: ([\w-]+) -->\n```\w+\n)[^`]*(```)/g, (_, start, name, end) => {
    const text = PRINTED.get(name);
    if (text === undefined) throw new Error(`Nothing is printed for ${name}.`);
    return `${start}${text}\n${end}`;
  });
