import { NOTES } from "./troubleshooting-notes.ts";
import type { TroubleshootingWords } from "./troubleshooting-page.ts";

export const ENGLISH: TroubleshootingWords = {
  title: "Troubleshooting",
  introduction: `[繁體中文](zh-TW/troubleshooting.md)

A request passes several layers: the network, perhaps a proxy, Cloudflare's edge, AI Gateway, and behind it Anthropic,
OpenAI or Workers AI. Lookups go to Cloudflare's API. Each entry says what is wrong, which layer said so, how its answer is
recognised, and what to do. _Words like these_ stand for values; a base path is \`/anthropic\`, \`/openai\` or
\`/workers-ai/v1\`, as the endpoint is. Codes never change their meaning.

A report helps most with the IDs that are shown: \`cf-ray\`, \`cf-aig-log-id\`, \`request-id\`. They are not secret.`,
  withoutAnswer: "Five codes need no answer:",
  columns: ["code", "meaning"],
  codesWithoutAnswer: {
    "credentials.unresolved":
      "The configuration refers to a variable that has no value. Set it in `.env` or export it. Nothing was sent.",
    "request.unsendable":
      "HTTP cannot carry a header or the key as it is set. The message says where, and what to write. Nothing was sent.",
    "credentials.malformed": "The value does not have the form of a Cloudflare API token. It was not sent.",
    "environment.invalid":
      "`CLOUDFLARE_API_BASE_URL` is not an address that a token may be sent to. Correct or unset it.",
    "models.unreadable":
      "The answer contains no list of models, or the list never ends; or no account is known to ask Workers AI about.",
  },
  layer: "**Layer:** ",
  recognisedBy: "**Recognised by:** ",
  background: "**Background:** ",
  fix: "**Fix:** ",
  code: "code",
  workers: {
    title: "A gateway on Workers",
    introduction:
      "What keeps `openclaw doctor --worker` from a Worker ([worker.md](worker.md#check-it)). What a Worker says of its upstreams has the codes above.",
    error: "error",
  },
  between: { values: ", ", kinds: "; " },
  notes: NOTES,
  placeholders: {
    alias: "alias",
    basePath: "base path",
    code: "code",
    gateway: "gateway",
    host: "host",
    model: "model",
    number: "number",
    permission: "permission",
    provider: "provider",
    proxy: "proxy",
    reason: "reason",
    status: "status",
    target: "address",
    url: "URL",
    waitSeconds: "n",
  },
};
