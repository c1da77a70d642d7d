import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { nativeProgram } from "./install.ts";
import { type Machine, shows } from "./shows.ts";
import { CANARY_CLIENT_TOKEN, type Run } from "./world.ts";

type Variables = Readonly<Record<string, string>>;

const program = ({ folder }: Machine, name: string) => join(folder, "node_modules", ".bin", name);

/** Asks with a client's own command; `args` go before the prompt. */
type Ask = (machine: Machine, prompt: string, env: Variables, args?: readonly string[]) => Promise<Run>;

const wrong = (variables: Variables): Variables =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, value === CANARY_CLIENT_TOKEN ? "not-the-token" : value]),
  );

async function assertAnswered(machine: Machine, run: Run, ...paths: readonly string[]): Promise<void> {
  expect({ status: run.status, printed: run.printed }).toEqual({
    status: 0,
    printed: expect.stringContaining(machine.upstream.answer),
  });
  machine.assertReceived(...paths);
  expect(machine.upstream.requests.map(({ body }) => body.stream)).toContain(true);
}

function assertRefused({ status, printed }: Run, { upstream }: Machine): void {
  expect(printed).not.toContain(upstream.answer);
  expect({ status: status === 0, printed }).toEqual({
    status: expect.any(Boolean),
    printed: expect.stringMatching(/401|token/i),
  });
  expect(upstream.requests).toEqual([]);
}

describe("opencode", () => {
  /** @source opencode.ai/docs/cli, "Environment variables". */
  const QUIET = {
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    OPENCODE_DISABLE_MODELS_FETCH: "1",
    OPENCODE_DISABLE_DEFAULT_PLUGINS: "1",
  };
  const ask: Ask = (machine, prompt, env, args = []) => {
    const command = nativeProgram(machine.folder, "opencode", "bin/opencode");
    return machine.run({ command, args: ["run", ...args, prompt], env: { ...QUIET, ...env } });
  };

  shows("opencode", "Messages", "answers as Claude with the printed configuration", async (machine) => {
    await assertAnswered(machine, await ask(machine, "Hi", await machine.setUp("opencode")), "/anthropic/v1/messages");
  });

  shows("opencode", "Responses", "answers as GPT with the printed configuration", async (machine) => {
    const run = await ask(machine, "Hi", await machine.setUp("opencode"), ["-m", "openclaw-openai/gpt-5.5"]);
    await assertAnswered(machine, run, "/openai/responses");
  });

  shows(
    "opencode",
    "Messages",
    "answers after `gateway env --write`, and is as before after `--undo`",
    async (machine) => {
      const path = ".config/opencode/opencode.json";
      machine.write(path, '{\n  // mine\n  "autoshare": false\n}\n');
      await machine.program("gateway", "env", "--client", "opencode", "--write", "--yes");
      const run = await ask(machine, "Hi", { OPENCLAW_CLIENT_TOKEN: CANARY_CLIENT_TOKEN });
      await assertAnswered(machine, run, "/anthropic/v1/messages");
      await machine.program("gateway", "env", "--client", "opencode", "--undo", "--yes");
      // opencode itself has added a line with the address of the schema.
      const left = readFileSync(join(machine.home, path), "utf8").replace(/ *"\$schema".*\n/, "");
      expect(left).toBe('{\n  // mine\n  "autoshare": false\n}\n');
    },
  );

  shows("opencode", "Messages", "is refused with another token", async (machine) => {
    assertRefused(await ask(machine, "Hi", wrong(await machine.setUp("opencode"))), machine);
  });

  shows("opencode", "Messages", "uses a tool and goes on with its result", async (machine) => {
    const env = await machine.setUp("opencode");
    machine.upstream.call({ name: "bash", input: { command: "echo made > by-a-tool", description: "Make a file" } });
    await assertAnswered(machine, await ask(machine, "Make a file", env), "/anthropic/v1/messages");
    expect(readFileSync(join(machine.home, "project", "by-a-tool"), "utf8")).toBe("made\n");
  });
});

describe("Qwen Code", () => {
  /** @source Qwen Code's docs, "Configuration". */
  const QUIET = { QWEN_USAGE_STATISTICS_ENABLED: "false", QWEN_TELEMETRY_ENABLED: "false" };
  const ask: Ask = (machine, prompt, env) =>
    machine.run({ command: program(machine, "qwen"), args: ["-p", prompt], env: { ...QUIET, ...env } });

  shows("qwen-code", "Messages", "answers with the printed variables", async (machine) => {
    const run = await ask(machine, "Hi", await machine.printedVariables("qwen-code"));
    await assertAnswered(machine, run, "/anthropic/v1/messages");
  });

  shows("qwen-code", "Messages", "is refused with another token", async (machine) => {
    assertRefused(await ask(machine, "Hi", wrong(await machine.printedVariables("qwen-code"))), machine);
  });
});

describe("Continue", () => {
  const QUIET = { CONTINUE_TELEMETRY_ENABLED: "0", CONTINUE_CLI_ENABLE_TELEMETRY: "0" };
  const ask: Ask = (machine, prompt, env) =>
    machine.run({
      command: program(machine, "cn"),
      args: ["-p", prompt, "--config", join(machine.home, ".continue", "config.yaml")],
      env: { ...QUIET, ...env },
    });

  shows("continue", "Messages", "answers with the printed configuration", async (machine) => {
    await assertAnswered(machine, await ask(machine, "Hi", await machine.setUp("continue")), "/anthropic/v1/messages");
  });

  shows("continue", "Messages", "is refused with another token", async (machine) => {
    assertRefused(await ask(machine, "Hi", wrong(await machine.setUp("continue"))), machine);
  });
});

describe("Cline", () => {
  const QUIET = { DO_NOT_TRACK: "1", CLINE_NO_AUTO_UPDATE: "1" };
  const ask: Ask = (machine, prompt, env) =>
    machine.run({ command: program(machine, "cline"), args: [prompt], env: { ...QUIET, ...env } });

  shows("cline", "Messages", "answers with the printed configuration", async (machine) => {
    const run = await ask(machine, "Say hello to me", await machine.setUp("cline"));
    await assertAnswered(machine, run, "/anthropic/v1/messages");
  });

  shows("cline", "Messages", "is refused with another token", async (machine) => {
    assertRefused(await ask(machine, "Say hello to me", wrong(await machine.setUp("cline"))), machine);
  });

  shows("cline", "Chat completions", "answers as GPT after `cline auth openai`", async (machine) => {
    const url = `${machine.gateway.url}/v1`;
    const args = ["auth", "openai", "--apikey", CANARY_CLIENT_TOKEN, "--baseurl", url, "--modelid", "gpt-5.5"];
    expect((await machine.run({ command: program(machine, "cline"), args, env: QUIET })).status).toBe(0);
    await assertAnswered(machine, await ask(machine, "Say hello to me", {}), "/openai/chat/completions");
  });
});

describe("pi", () => {
  const ask: Ask = (machine, prompt, env, args = []) =>
    machine.run({ command: program(machine, "pi"), args: ["-p", ...args, prompt], env: { PI_OFFLINE: "1", ...env } });
  const env = { OPENCLAW_CLIENT_TOKEN: CANARY_CLIENT_TOKEN };

  for (const [provider, api, model, path] of [
    ["openclaw", "anthropic-messages", "claude-sonnet-4-6", "/anthropic/v1/messages"],
    ["openclaw-openai", "openai-responses", "gpt-5.5", "/openai/responses"],
  ] as const)
    shows("pi", api === "openai-responses" ? "Responses" : "Messages", `answers as ${model}`, async (machine) => {
      const baseUrl = api === "openai-responses" ? `${machine.gateway.url}/v1` : machine.gateway.url;
      const entry = { baseUrl, api, apiKey: "OPENCLAW_CLIENT_TOKEN", models: [{ id: model }] };
      machine.write(".pi/agent/models.json", JSON.stringify({ providers: { [provider]: entry } }));
      const run = await ask(machine, "Hi", env, ["--provider", provider, "--model", model]);
      await assertAnswered(machine, run, path);
    });
});
