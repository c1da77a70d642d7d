import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { configIn } from "./support/home-files.ts";
import { CANARY_KEY, cleanEnv, filesBelow, openclaw, temporaryHome } from "./support/program.ts";

const page = readFileSync(join(import.meta.dirname, "..", "docs", "fleet.md"), "utf8");
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, block = ""]) => block);
const [answers = ""] = blocks("json5");
const [ci = "", ansible = "", cloud = ""] = blocks("yaml");

const OPENAI_KEY = "sk-proj-CANARYopenaiCANARYopenaiCANARYopenaiCANARY";
const ENV = { GATEWAY_ID: "ci", CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY };

/** Runs lines of a page in a shell, as their runner does. */
async function shell(line: string, home: string, env: Record<string, string>) {
  const { stdout, stderr } = await promisify(execFile)("bash", ["-e", "-o", "pipefail", "-c", line], {
    cwd: home,
    env: cleanEnv(home, env),
  });
  expect(stdout + stderr).not.toContain("CANARY");
  return stdout;
}

/** A home with the file, and with the keys that it refers to. */
function machine(): string {
  const home = temporaryHome();
  writeFileSync(join(home, "fleet.json5"), answers);
  writeFileSync(join(home, ".openclaw-keys.json"), JSON.stringify({ openai: OPENAI_KEY }), { mode: 0o600 });
  return home;
}

describe("the page on many machines", () => {
  it("has an example that does what it says, and an export of it that does the same", async () => {
    const home = machine();
    const first = await openclaw(["onboard", "--answers", "fleet.json5"], { home, env: ENV });
    expect(first.status).toBe(0);
    const { models, agents } = configIn(home);
    expect(models.providers["cloudflare-ai-gateway"].baseUrl).toContain("/ci/anthropic");
    expect(models.providers["cloudflare-ai-gateway-openai"].apiKey).toEqual({
      source: "file",
      provider: "keys",
      id: "/openai",
    });
    expect(agents.defaults.model.fallbacks).toEqual(["cloudflare-ai-gateway-openai/gpt-5.5"]);
    for (const [path, text] of filesBelow(home))
      if (!/\.env$|-keys\.json$/.test(path)) expect([path, text.includes("CANARY")]).toEqual([path, false]);
    const other = machine();
    await shell(`${blocks("sh")[0]?.replace("fleet.json5", `${other}/fleet.json5`)}`, home, ENV);
    expect((await openclaw(["onboard", "--answers", "fleet.json5"], { home: other, env: ENV })).status).toBe(0);
    expect({ ...configIn(other), wizard: 0 }).toEqual({ ...configIn(home), wizard: 0 });
  });

  it("has a CI job whose steps run", async () => {
    const home = machine();
    const steps = [...ci.matchAll(/- run: (.*)$/gm)].map(([, line = ""]) => line);
    expect(steps).toHaveLength(3);
    const printed: string[] = [];
    for (const step of steps) printed.push(await shell(step, home, { ...ENV, OPENAI: OPENAI_KEY }));
    const listed = JSON.parse(printed.at(-1) ?? "") as { models: { key: string; available: boolean }[] };
    expect(listed.models.map(({ available }) => available)).not.toContain(false);
  });

  it("has a task that says whether it changed anything", async () => {
    const home = machine();
    const command = /cmd: (.*)$/m.exec(ansible)?.[1]?.split(" ").slice(1) ?? [];
    const run = async () => JSON.parse((await openclaw(command, { home, env: ENV, input: answers })).stdout);
    expect([(await run()).changed, (await run()).changed]).toEqual([true, false]);
  });

  it("has user data whose program gives the key", async () => {
    const home = temporaryHome();
    const bin = join(home, "bin");
    mkdirSync(bin);
    const write = (path: string, text: string) => {
      writeFileSync(path, text);
      chmodSync(path, 0o755);
    };
    write(join(bin, "vault"), `#!/bin/sh\n[ "$VAULT_TOKEN" = some-token ] && echo ${CANARY_KEY}\n`);
    const contents = [...cloud.matchAll(/content: \|\n((?: {6}.*\n)+)/g)].map(([, text = ""]) =>
      text.replace(/^ {6}/gm, ""),
    );
    const [program = "", file = ""] = contents;
    const secret = join(bin, "fleet-secret");
    write(secret, program);
    writeFileSync(join(home, "fleet.json5"), file.replace("/usr/local/bin/fleet-secret", secret));
    const args = /openclaw (onboard .*?)'$/m.exec(cloud)?.[1]?.replace("/etc/openclaw-fleet.json5", "fleet.json5");
    const env = { PATH: `${bin}:${process.env.PATH}` };
    const image = await openclaw((args ?? "").split(" "), { home, env });
    expect(image.status).toBe(0);
    const later = { ...env, VAULT_ADDR: "https://vault.example.com", VAULT_TOKEN: "some-token" };
    const verified = await openclaw(["onboard", "--answers", "fleet.json5"], { home, env: later });
    expect([verified.status, verified.stdout]).toEqual([0, "Already up to date. No files were changed.\n"]);
    const listed = await openclaw(["models", "list"], { home, env: later });
    expect(listed.stdout).toMatch(/claude-sonnet-4-6 .* yes +default/);
    for (const [path, text] of filesBelow(home))
      if (!path.endsWith("vault")) expect([path, text.includes("CANARY")]).toEqual([path, false]);
  });
});
