import { describe, expect } from "vitest";
import type { PinnedId } from "./pinned.ts";
import { type Machine, type Protocol, shows } from "./shows.ts";
import { CANARY_CLIENT_TOKEN } from "./world.ts";

/** How a library is asked, in a program that prints each piece of the answer on a line of its own. */
interface Way {
  readonly protocol: Protocol;
  readonly program: string;
  /** The path below the gateway's address at Cloudflare. */
  readonly path: string;
}

const PRINT = "const print = (text) => text && process.stdout.write(`piece: ${JSON.stringify(text)}\\n`);";

const WAYS = {
  "anthropic-sdk": [
    {
      protocol: "Messages",
      path: "/anthropic/v1/messages",
      program: `import Anthropic from "@anthropic-ai/sdk";
        const messages = [{ role: "user", content: "Hi" }];
        const stream = new Anthropic({ maxRetries: 0 }).messages.stream({ model: "claude-sonnet-4-6", max_tokens: 9, messages });
        for await (const event of stream) print(event.delta?.text);`,
    },
  ],
  "openai-sdk": [
    {
      protocol: "Responses",
      path: "/openai/responses",
      program: `import OpenAI from "openai";
        const client = new OpenAI({ maxRetries: 0 });
        const stream = await client.responses.create({ model: "gpt-5.5", input: "Hi", stream: true });
        for await (const event of stream) if (event.type === "response.output_text.delta") print(event.delta);`,
    },
    ...["gpt-5.5", "claude-sonnet-4-6"].map(
      (model) =>
        ({
          protocol: "Chat completions",
          path: model === "gpt-5.5" ? "/openai/chat/completions" : "/anthropic/v1/chat/completions",
          program: `import OpenAI from "openai";
            const client = new OpenAI({ maxRetries: 0 });
            const messages = [{ role: "user", content: "Hi" }];
            const stream = await client.chat.completions.create({ model: "${model}", messages, stream: true });
            for await (const { choices } of stream) print(choices[0]?.delta?.content);`,
        }) as const,
    ),
  ],
  "ai-sdk": [
    [
      "Messages",
      "/anthropic/v1/messages",
      'import { anthropic } from "@ai-sdk/anthropic";',
      'anthropic("claude-sonnet-4-6")',
    ],
    ["Responses", "/openai/responses", 'import { openai } from "@ai-sdk/openai";', 'openai("gpt-5.5")'],
    [
      "Chat completions",
      "/openai/chat/completions",
      'import { openai } from "@ai-sdk/openai";',
      'openai.chat("gpt-5.5")',
    ],
    [
      "Chat completions",
      "/openai/chat/completions",
      'import { createOpenAICompatible } from "@ai-sdk/openai-compatible"; const { OPENAI_BASE_URL: baseURL, OPENAI_API_KEY: apiKey } = process.env;',
      'createOpenAICompatible({ name: "openclaw", baseURL, apiKey })("gpt-5.5")',
    ],
  ].map(([protocol = "", path = "", imports, model]) => ({
    protocol: protocol as Protocol,
    path,
    program: `import { streamText } from "ai"; ${imports}
      const onError = ({ error }) => { console.error("Error", error.statusCode); process.exitCode = 1; };
      for await (const text of streamText({ model: ${model}, prompt: "Hi", maxRetries: 0, onError }).textStream) print(text);`,
  })),
  langchain: [
    [
      "Messages",
      "/anthropic/v1/messages",
      "anthropic",
      'new ChatAnthropic({ model: "claude-sonnet-4-6", maxRetries: 0 })',
    ],
    [
      "Responses",
      "/openai/responses",
      "openai",
      'new ChatOpenAI({ model: "gpt-5.5", maxRetries: 0, useResponsesApi: true })',
    ],
    ["Chat completions", "/openai/chat/completions", "openai", 'new ChatOpenAI({ model: "gpt-5.5", maxRetries: 0 })'],
  ].map(([protocol = "", path = "", name = "", model]) => ({
    protocol: protocol as Protocol,
    path,
    program: `import * as models from "@langchain/${name}"; const { ChatAnthropic, ChatOpenAI } = models;
      for await (const chunk of await ${model}.stream("Hi")) print(chunk.text);`,
  })),
} as const satisfies Partial<Record<PinnedId, readonly Way[]>>;

const ask = (
  { folder, run }: Machine,
  program: string,
  env: Readonly<Record<string, string>>,
  onOutput = (_: string) => {},
) =>
  run({
    command: process.execPath,
    args: ["--input-type=module", "-e", `${PRINT}\n${program}`],
    env,
    cwd: folder,
    onOutput,
  });

describe.each(Object.keys(WAYS) as (keyof typeof WAYS)[])("%s", (id) => {
  for (const { protocol, program, path } of WAYS[id] as readonly Way[]) {
    const about = program.includes("Compatible") ? ", through its package for compatible services" : "";
    const of = path.includes("anthropic") ? "Claude" : "GPT";
    shows(id, protocol, `answers as ${of} with the printed variables, piece by piece${about}`, async (machine) => {
      const { upstream } = machine;
      const env = await machine.printedVariables(id);
      upstream.hold();
      let wasHeld = false;
      const run = await ask(machine, program, env, (printed) => {
        if (wasHeld || !printed.includes(upstream.pieces[0])) return;
        wasHeld = !printed.includes(upstream.pieces[1]);
        upstream.release();
      });
      expect({ status: run.status, stderr: run.stderr }).toEqual({
        status: 0,
        stderr: expect.not.stringContaining("rror"),
      });
      expect(run.stdout.match(/piece: .*/g)).toEqual(upstream.pieces.map((text) => `piece: ${JSON.stringify(text)}`));
      expect(wasHeld).toBe(true);
      machine.assertReceived(path);
    });
  }

  const [{ protocol, program }] = WAYS[id] as unknown as readonly [Way];
  shows(id, protocol, "is refused with another token", async (machine) => {
    const printed = await machine.printedVariables(id);
    const wrong = Object.entries(printed).map(([name, value]) => [
      name,
      value === CANARY_CLIENT_TOKEN ? "not-the-token" : value,
    ]);
    const { status, stderr } = await ask(machine, program, Object.fromEntries(wrong));
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining("401") });
    expect(machine.upstream.requests).toEqual([]);
  });
});

describe("more of the SDKs", () => {
  for (const [id, protocol, program] of [
    [
      "anthropic-sdk",
      "Messages",
      `import Client from "@anthropic-ai/sdk";
        const ask = (client, content) =>
          client.messages.create({ model: "claude-sonnet-4-6", max_tokens: 9, messages: [{ role: "user", content }] });`,
    ],
    [
      "openai-sdk",
      "Responses",
      `import Client from "openai";
        const ask = (client, input) => client.responses.create({ model: "gpt-5.5", input });`,
    ],
  ] as const)
    shows(id, protocol, "is told that its request is too large, before it has sent all of it", async (machine) => {
      const asking = `${program}
        await ask(new Client({ maxRetries: 0 }), "x".repeat(40_000_000)).catch(({ status }) => print(String(status)));`;
      const { stdout } = await ask(machine, asking, await machine.printedVariables(id));
      expect(stdout).toContain('piece: "413"');
      expect(machine.upstream.requests).toEqual([]);
    });

  shows("anthropic-sdk", "Messages", "counts tokens and lists models", async (machine) => {
    const program = `import Anthropic from "@anthropic-ai/sdk";

      const client = new Anthropic();
      print((await client.messages.countTokens({ model: "claude-sonnet-4-6", messages: [{ role: "user", content: "Hi" }] })).input_tokens);
      for await (const { id } of client.models.list({ limit: 2 })) print(id);`;
    const { stdout } = await ask(machine, program, await machine.printedVariables("anthropic-sdk"));
    expect(stdout).toContain("piece: 42\n");
    expect(stdout).toContain('piece: "claude-sonnet-4-6"');
    expect(stdout).toContain('piece: "gpt-5.5"');
  });

  shows("openai-sdk", "Responses", "lists models, and has a conversation compacted", async (machine) => {
    const program = `import OpenAI from "openai";

      const client = new OpenAI();
      for await (const { id } of client.models.list()) print(id);
      print((await client.responses.compact({ model: "gpt-5.5", input: "Hi" })).object);`;
    const { stdout } = await ask(machine, program, await machine.printedVariables("openai-sdk"));
    expect(stdout).toContain('piece: "gpt-5.5"');
    expect(stdout).toContain('piece: "claude-sonnet-4-6"');
    expect(stdout).toContain('piece: "response.compaction"');
    machine.assertReceived("/openai/responses/compact");
  });
});
