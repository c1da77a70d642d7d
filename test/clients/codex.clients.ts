import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { type Machine, shows } from "./shows.ts";
import { CANARY_CLIENT_TOKEN } from "./world.ts";

const CONFIG = ".codex/config.toml";

/** @source the configuration reference of developers.openai.com/codex. */
const QUIET = ["analytics.enabled=false", "check_for_update_on_startup=false"].flatMap((setting) => ["-c", setting]);

function codex({ folder, run }: Machine, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const command = join(folder, "node_modules", ".bin", "codex");
  return run({ command, args: ["exec", "--skip-git-repo-check", "--json", ...QUIET, ...args], env });
}

/** The answer, and what went wrong on the way. */
function said(stdout: string) {
  const events = stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
  const items = events.filter(({ type }) => type === "item.completed").map(({ item }) => item);
  return {
    answers: items.filter(({ type }) => type === "agent_message").map(({ text }) => text),
    errors: events.filter(({ type }) => type === "error" || type === "turn.failed"),
  };
}

/** Its built-in provider, which is more than a provider of one's own. */
const builtIn = ({ gateway }: Machine) => `openai_base_url = "${gateway.url}/v1"\nmodel = "gpt-5.5"\n`;

const turns = ({ upstream }: Machine) => upstream.requests.filter(({ path }) => path.endsWith("/responses"));

describe("Codex", () => {
  shows("codex", "Responses", "answers with the printed configuration", async (machine) => {
    await machine.setUp("codex");
    const { status, stdout } = await codex(machine, ["Hi"]);
    expect({ status, ...said(stdout) }).toEqual({ status: 0, answers: [machine.upstream.answer], errors: [] });
    machine.assertReceived("/openai/responses");
    expect(turns(machine).map(({ body }) => body.stream)).toEqual([true]);
    expect(machine.gateway.printed()).not.toContain('"status":426');
  });

  shows(
    "codex",
    "Responses",
    "goes on with POST in the same turn, where it tries a WebSocket first",
    async (machine) => {
      machine.write(CONFIG, builtIn(machine));
      const { status, stdout } = await codex(machine, ["Hi"], { CODEX_API_KEY: CANARY_CLIENT_TOKEN });
      expect({ status, ...said(stdout) }).toEqual({ status: 0, answers: [machine.upstream.answer], errors: [] });
      expect(machine.gateway.printed()).toMatch(/"path":"\/v1\/responses","status":426/);
      machine.assertReceived("/openai/responses");
      expect(turns(machine)).toHaveLength(1);
    },
  );

  shows(
    "codex",
    "Responses",
    "answers after `gateway env --write`, and is as before after `--undo`",
    async (machine) => {
      machine.write(CONFIG, '# mine\nmodel_reasoning_effort = "low"\n');
      await machine.program("gateway", "env", "--client", "codex", "--write", "--yes");
      const { status, stdout } = await codex(machine, ["Hi"]);
      expect({ status, ...said(stdout) }).toEqual({ status: 0, answers: [machine.upstream.answer], errors: [] });
      machine.assertReceived("/openai/responses");
      await machine.program("gateway", "env", "--client", "codex", "--undo", "--yes");
      const left = readFileSync(join(machine.home, CONFIG), "utf8");
      expect(left).toMatch(/^# mine\nmodel_reasoning_effort = "low"\n/);
      expect(left).not.toContain("openclaw");
    },
  );

  shows("codex", "Responses", "is refused with another token", async (machine) => {
    machine.write(CONFIG, builtIn(machine));
    const { status, stdout } = await codex(machine, ["Hi"], { CODEX_API_KEY: "not-the-token-at-all" });
    expect({ status, answers: said(stdout).answers }).toEqual({ status: 1, answers: [] });
    expect(JSON.stringify(said(stdout).errors)).toContain("401");
    expect(machine.upstream.requests).toEqual([]);
  });

  shows("codex", "Responses", "uses a tool and goes on with its result", async (machine) => {
    await machine.setUp("codex");
    machine.upstream.call({ name: "exec_command", input: { cmd: "echo made > by-a-tool" } });
    const { status, stdout } = await codex(machine, ["--dangerously-bypass-approvals-and-sandbox", "Make a file"]);
    expect({ status, answers: said(stdout).answers }).toEqual({ status: 0, answers: [machine.upstream.answer] });
    expect(readFileSync(join(machine.home, "project", "by-a-tool"), "utf8")).toBe("made\n");
    expect(turns(machine)).toHaveLength(2);
  });

  shows("codex", "Responses", "has a long conversation compacted, and goes on", async (machine) => {
    machine.write(CONFIG, builtIn(machine));
    machine.upstream.call({ name: "exec_command", input: { cmd: "true" } });
    const args = ["-c", "model_auto_compact_token_limit=50000", "--dangerously-bypass-approvals-and-sandbox", "Do it"];
    const { status, stdout } = await codex(machine, args, { CODEX_API_KEY: CANARY_CLIENT_TOKEN });
    expect({ status, answers: said(stdout).answers }).toEqual({ status: 0, answers: [machine.upstream.answer] });
    machine.assertReceived("/openai/responses");
    expect(turns(machine).map(({ text }) => text.includes(machine.upstream.compacted))).toEqual([false, false, true]);
  });

  shows("codex", "Responses", "gets the answer after its model was overloaded for a moment", async (machine) => {
    await machine.setUp("codex");
    const error = { type: "server_error", code: "server_is_overloaded", message: "Overloaded" };
    machine.upstream.fail({ path: /responses$/, model: /./, status: 503, body: { error }, times: 1 });
    const { status, stdout } = await codex(machine, ["Hi"]);
    expect({ status, answers: said(stdout).answers }).toEqual({ status: 0, answers: [machine.upstream.answer] });
    expect(turns(machine)).toHaveLength(2);
  });
});
