import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { nativeProgram } from "./install.ts";
import { type Machine, shows } from "./shows.ts";
import { CANARY_CLIENT_TOKEN, type Run } from "./world.ts";

/** @source code.claude.com/docs/en/env-vars */
const QUIET = { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", CLAUDE_CODE_MAX_RETRIES: "0" };

const MESSAGES = "/anthropic/v1/messages";

type Variables = Readonly<Record<string, string>>;

function claude({ folder, run }: Machine, args: readonly string[], env: Variables, onOutput?: (text: string) => void) {
  const command = nativeProgram(folder, "@anthropic-ai/claude-code", "claude");
  return run({ command, args, env: { ...QUIET, ...env }, ...(onOutput && { onOutput }) });
}

const asked = ({ upstream }: Machine) => upstream.requests.filter(({ path }) => path.endsWith("/v1/messages"));

function assertAnswered({ status, stdout, printed }: Run, { upstream }: Machine): void {
  expect({ status, printed }).toEqual({ status: 0, printed: expect.any(String) });
  expect(stdout).toContain(upstream.answer);
}

describe("Claude Code", () => {
  shows("claude-code", "Messages", "answers with the printed variables, piece by piece", async (machine) => {
    const { upstream, gateway, printedVariables, assertReceived } = machine;
    const env = await printedVariables("claude-code");
    upstream.hold();
    const args = ["-p", "Hi", "--output-format", "stream-json", "--verbose", "--include-partial-messages"];
    let wasHeld = false;
    const run = await claude(machine, args, env, (printed) => {
      if (wasHeld || !printed.includes(upstream.pieces[0])) return;
      wasHeld = !printed.includes(upstream.pieces[1]);
      upstream.release();
    });
    assertAnswered(run, machine);
    expect(wasHeld).toBe(true);
    assertReceived(MESSAGES);
    expect(asked(machine)[0]?.body.stream).toBe(true);
    expect(gateway.printed()).toMatch(/"path":"\/v1\/models","status":200/);
  });

  shows("claude-code", "Messages", "offers the gateway's models, asked in time", async (machine) => {
    assertAnswered(await claude(machine, ["-p", "Hi"], await machine.printedVariables("claude-code")), machine);
    const cache = join(machine.home, ".claude", "cache", "gateway-models.json");
    expect(existsSync(cache)).toBe(true);
    const { baseUrl, models } = JSON.parse(readFileSync(cache, "utf8"));
    expect(baseUrl).toBe(machine.gateway.url);
    expect(models.map(({ id }: { readonly id: string }) => id)).toContain("claude-sonnet-4-6");
  });

  shows(
    "claude-code",
    "Messages",
    "answers after `gateway env --write`, with `apiKeyHelper`, and is as before after `--undo`",
    async (machine) => {
      const file = ".claude/settings.json";
      machine.write(file, '{\n  "theme": "dark"\n}\n');
      await machine.program("gateway", "env", "--write", "--yes");
      expect(readFileSync(join(machine.home, file), "utf8")).toContain('"apiKeyHelper"');
      assertAnswered(await claude(machine, ["-p", "Hi"], {}), machine);
      await machine.program("gateway", "env", "--undo", "--yes");
      expect(readFileSync(join(machine.home, file), "utf8")).toBe('{\n  "theme": "dark"\n}\n');
      machine.assertReceived(MESSAGES);
    },
  );

  shows("claude-code", "Messages", "is refused with another token", async (machine) => {
    const env = { ...(await machine.printedVariables("claude-code")), ANTHROPIC_AUTH_TOKEN: "not-the-token-at-all" };
    const { status, printed } = await claude(machine, ["-p", "Hi"], env);
    expect(status).toBe(1);
    expect(printed).not.toContain(CANARY_CLIENT_TOKEN);
    expect(machine.upstream.requests).toEqual([]);
  });

  shows(
    "claude-code",
    "Messages",
    "uses a model marked `[1m]`, one with its maker's name, and a dated one",
    async (machine) => {
      const env = await machine.printedVariables("claude-code");
      for (const model of ["claude-sonnet-4-6[1m]", "anthropic/claude-sonnet-4-6", "claude-sonnet-4-5-20250929"])
        assertAnswered(await claude(machine, ["-p", "Hi", "--model", model], env), machine);
      const models = asked(machine).map(({ body }) => body.model);
      expect([...new Set(models)]).toEqual(["claude-sonnet-4-6", "claude-sonnet-4-5-20250929"]);
    },
  );

  shows("claude-code", "Messages", "counts tokens", async (machine) => {
    const env = await machine.printedVariables("claude-code");
    const { status, stdout } = await claude(machine, ["-p", "/context"], env);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("Tokens") });
    machine.assertReceived("/anthropic/v1/messages/count_tokens");
  });

  shows("claude-code", "Messages", "uses a tool and goes on with its result", async (machine) => {
    const env = await machine.printedVariables("claude-code");
    machine.upstream.call({ name: "Bash", input: { command: "echo made > by-a-tool", description: "Make a file" } });
    assertAnswered(await claude(machine, ["-p", "Make a file", "--allowedTools", "Bash"], env), machine);
    expect(readFileSync(join(machine.home, "project", "by-a-tool"), "utf8")).toBe("made\n");
    expect(asked(machine).length).toBeGreaterThan(1);
  });

  shows("claude-code", "Messages", "gets a fallback's answer when its model is overloaded", async (machine) => {
    const error = { type: "overloaded_error", message: "Overloaded" };
    machine.upstream.fail({ path: /messages$/, model: /sonnet-4-6/, status: 529, body: { type: "error", error } });
    const env = await machine.printedVariables("claude-code");
    assertAnswered(await claude(machine, ["-p", "Hi", "--model", "claude-sonnet-4-6"], env), machine);
    expect(asked(machine).map(({ body }) => body.model)).toEqual(["claude-sonnet-4-6", "claude-opus-4-8"]);
  });

  shows("claude-code", "Messages", "is told why a request is refused", async (machine) => {
    const error = { type: "request_too_large", message: "Request exceeds the maximum size" };
    machine.upstream.fail({ path: /messages$/, model: /./, status: 413, body: { type: "error", error } });
    const { status, printed } = await claude(machine, ["-p", "Hi"], await machine.printedVariables("claude-code"));
    expect({ status, printed }).toEqual({
      status: 1,
      printed: expect.stringMatching(/too large|too long|maximum size/i),
    });
  });
});
