import { type Client, type ClientVariable, choiceOf, removed, text, token } from "./client.ts";

/**
 * @source Qwen Code 0.15.10 and 0.24.4, run: without a choice in its settings it takes OpenAI's protocol if all three
 * variables of that are set, else Anthropic's, whose base URL has no `/v1`.
 */
export const QWEN_CODE: Client = {
  id: "qwen-code",
  name: "Qwen Code",
  apis: ["anthropic-messages", "openai-completions"],
  speaks: "one",
  means: "variables",
  variables: (access): readonly ClientVariable[] => {
    const chosen = choiceOf(QWEN_CODE, access);
    if (chosen === undefined) return [];
    const [own, other] = chosen.api === "anthropic-messages" ? ["ANTHROPIC", "OPENAI"] : ["OPENAI", "ANTHROPIC"];
    return [
      text(`${own}_BASE_URL`, own === "ANTHROPIC" ? access.url : `${access.url}/v1`),
      token(`${own}_API_KEY`),
      ...(chosen.model === undefined ? [] : [text(`${own}_MODEL`, chosen.model.id)]),
      removed(`${other}_BASE_URL`),
      removed(`${other}_MODEL`),
    ];
  },
};
