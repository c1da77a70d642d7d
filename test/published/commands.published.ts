import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CANARY_KEY, CANARY_TOKEN, DOCUMENTED, openclaw, temporaryHome } from "../support/program.ts";
import "./report.ts";
import { publishedVerdict, VERSIONS, type Version } from "./versions.ts";

type Commands = readonly (readonly string[])[];

const ONBOARD = DOCUMENTED.slice(0, -2);
const KEY = ["--cloudflare-ai-gateway-api-key", CANARY_KEY];
const PRIMARY = "cloudflare-ai-gateway/claude-sonnet-4-6";
const OTHER = "cloudflare-ai-gateway/claude-haiku-4-5";
const PROVIDER = 'models.providers["cloudflare-ai-gateway"]';

/** Each command with those that set the home up for it. The last one is shown. */
const ROWS: readonly (readonly [command: string, commands: Commands])[] = [
  ["onboard", [DOCUMENTED]],
  ["onboard, with a gateway token", [[...DOCUMENTED, "--cloudflare-ai-gateway-token", CANARY_TOKEN]]],
  [
    "onboard, with a stored key",
    [[...ONBOARD, "--cloudflare-ai-gateway-credentials", "stored", "--cloudflare-ai-gateway-token", CANARY_TOKEN]],
  ],
  ["onboard --secret-input-mode ref", [[...ONBOARD, "--secret-input-mode", "ref"]]],
  [
    "onboard, OpenAI beside Anthropic",
    [
      DOCUMENTED,
      [
        ...[...ONBOARD, "--cloudflare-ai-gateway-endpoint", "openai"],
        ...["--cloudflare-ai-gateway-openai-api-key", "sk-proj-CANARYopenaiCANARYopenaiCANARYopenaiCANARY"],
      ],
    ],
  ],
  [
    "onboard, Workers AI",
    [[...ONBOARD, "--cloudflare-ai-gateway-endpoint", "workers-ai", "--cloudflare-ai-gateway-token", CANARY_TOKEN]],
  ],
  ["onboard, twice", [DOCUMENTED, DOCUMENTED]],
  ["onboard --model", [DOCUMENTED, ["onboard", "--non-interactive", "--model", OTHER]]],
  [
    "onboard --gateway-port --gateway-bind",
    [DOCUMENTED, ["onboard", "--non-interactive", "--gateway-port", "21000", "--gateway-bind", "lan"]],
  ],
  [
    "onboard --mode remote",
    [
      [
        ...["onboard", "--yes", "--no-verify", "--mode", "remote"],
        ...["--remote-url", "wss://gateway.example", "--remote-token", "CANARYremoteCANARYremoteCANARYremote"],
      ],
    ],
  ],
  ["onboard --reset, and onboard", [DOCUMENTED, ["onboard", "--reset", "--yes", "--non-interactive"], DOCUMENTED]],
  [
    "onboard --rotate-key",
    [DOCUMENTED, ["onboard", "--rotate-key", "--no-verify", ...KEY.slice(0, 1), `${CANARY_KEY}2`]],
  ],
  ["config set", [DOCUMENTED, ["config", "set", "gateway.port", "21000", "gateway.bind", "lan"]]],
  [
    "config set, a reference",
    [DOCUMENTED, ["config", "set", `${PROVIDER}.apiKey`, "{ source: 'env', provider: 'default', id: 'A_KEY' }"]],
  ],
  ["config set, a header", [DOCUMENTED, ["config", "set", `${PROVIDER}.headers["x-team"]`, "docs"]]],
  ["config set, where nothing was", [["config", "set", "gateway.port", "21000", "gateway.mode", "local"]]],
  ["config unset", [DOCUMENTED, ["config", "unset", "gateway.bind", "agents.defaults.models"]]],
  ["onboard --editor-schema", [[...DOCUMENTED, "--editor-schema"]]],
  ["config schema --install", [DOCUMENTED, ["config", "schema", "--install"]]],
  ["models set", [DOCUMENTED, ["models", "set", OTHER]]],
  ["models fallbacks add", [DOCUMENTED, ["models", "fallbacks", "add", OTHER]]],
  [
    "models fallbacks move",
    [
      DOCUMENTED,
      ["models", "fallbacks", "add", OTHER],
      ["models", "fallbacks", "add", "cloudflare-ai-gateway/claude-opus-4-6"],
      ["models", "fallbacks", "move", OTHER, "2"],
    ],
  ],
  [
    "models fallbacks remove",
    [DOCUMENTED, ["models", "fallbacks", "add", OTHER], ["models", "fallbacks", "remove", OTHER]],
  ],
  ["models fallbacks clear", [DOCUMENTED, ["models", "fallbacks", "add", OTHER], ["models", "fallbacks", "clear"]]],
  ["models aliases add", [DOCUMENTED, ["models", "aliases", "add", "fast", OTHER]]],
  [
    "models aliases remove",
    [DOCUMENTED, ["models", "aliases", "add", "fast", PRIMARY], ["models", "aliases", "remove", "fast"]],
  ],
  [
    "models auth paste-api-key",
    [DOCUMENTED, ["models", "auth", "paste-api-key", "--provider", "cloudflare-ai-gateway"]],
  ],
  ["onboard --answers", [["onboard", "--yes", "--answers", "answers.json5"]]],
  ["logout", [DOCUMENTED, ["logout", "--yes"]]],
  ["gateway token add", [DOCUMENTED, ["gateway", "token", "add", "anna"]]],
  ["doctor --fix", [DOCUMENTED, ["doctor", "--fix", "--offline"]]],
  ["undo", [DOCUMENTED, ["config", "set", "gateway.port", "21000"], ["undo", "--yes"]]],
];

const ANSWERS = `{
  authChoice: "cloudflare-ai-gateway-api-key",
  accountId: "0123456789abcdef0123456789abcdef",
  gatewayId: "my-gw",
  apiKey: { source: "env", provider: "default", id: "CLOUDFLARE_AI_GATEWAY_API_KEY" },
}`;

/** Variables that a row needs besides. */
const ENV = { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY, A_KEY: CANARY_KEY };

describe("the published program accepts the configuration after", () => {
  it.for(ROWS)("%s", async ([command, commands], { task }) => {
    const home = temporaryHome();
    writeFileSync(join(home, "answers.json5"), ANSWERS);
    for (const args of commands) {
      const env = args.includes("ref") || args.includes("--answers") ? ENV : {};
      const { status, stderr } = await openclaw(args, { home, env, input: `${CANARY_KEY}\n` });
      expect({ args, status, stderr: status === 0 ? "" : stderr }).toEqual({ args, status: 0, stderr: "" });
    }
    const verdicts = {} as Record<Version, string>;
    for (const version of VERSIONS) {
      // The published program may convert what it reads.
      const copy = temporaryHome();
      cpSync(home, copy, { recursive: true });
      const { valid, says } = await publishedVerdict(version, copy);
      verdicts[version] = valid ? "valid" : says;
    }
    task.meta.published = { command, verdicts };
    expect(verdicts).toEqual(Object.fromEntries(VERSIONS.map((version) => [version, "valid"])));
  });
});
