import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Context, Files } from "../../src/core/context.ts";
import { secretsText } from "../support/home-files.ts";
import { ACCOUNT, CANARY_KEY, DOCUMENTED, filesBelow, openclaw, temporaryHome } from "../support/program.ts";
import { machine } from "../support/real-context-machine.ts";

const KEY_FILE = "--cloudflare-ai-gateway-api-key-file";
const WITHOUT_KEY = DOCUMENTED.slice(0, -2);

describe("a local gateway token", () => {
  it.each([
    ["gänseblümchen-gänseblümchen", "It contains a non-ASCII character at character 2. Use only ASCII letters"],
    ["sixteen letters and spaces", "It contains a space or tab at character 8. Use only ASCII letters"],
    ["short", "The token needs at least 16 characters. "],
    ["kürz", "It contains a non-ASCII character at character 2."],
  ])("is refused for what is wrong with it: %s", async (token, sentence) => {
    const { status, stderr } = await openclaw([...DOCUMENTED, "--gateway-token", token], { home: temporaryHome() });
    expect(status).toBe(2);
    expect(stderr).toContain(`--gateway-token: ${sentence}`);
    if (!token.startsWith("short")) expect(stderr).not.toContain("16 characters");
  });
});

describe("a file for a credential", () => {
  it.each([
    ["an empty file", "", KEY_FILE, "The file is empty."],
    ["a file of blanks", " \n\n", KEY_FILE, "The file is empty."],
    ["an empty file for what is optional", "\n", "--cloudflare-ai-gateway-token-file", "The file is empty."],
  ])("is blamed itself: %s", async (_, content, flag, sentence) => {
    const home = temporaryHome();
    writeFileSync(join(home, "key"), content);
    const { status, stderr } = await openclaw([...WITHOUT_KEY, flag, "key"], {
      home,
      env: { ANTHROPIC_API_KEY: CANARY_KEY },
    });
    expect(status).toBe(2);
    expect(stderr).toContain(`${flag}: ${sentence}`);
    expect(stderr).not.toContain("shell variable");
    expect(filesBelow(home).size).toBe(1);
  });

  it("is blamed itself if it is standard input", async () => {
    const { status, stderr } = await openclaw([...WITHOUT_KEY, KEY_FILE, "-"], { home: temporaryHome(), input: "\n" });
    expect(status).toBe(2);
    expect(stderr).toContain(`${KEY_FILE}: Standard input was empty.`);
  });

  /** Real files, which a relative path does not reach: the process works in another folder than the context. */
  const absoluteOnly = new Proxy(machine.files, {
    get: (real, name: keyof Files) => {
      const act = real[name] as (...args: unknown[]) => unknown;
      return (path: unknown, ...rest: unknown[]) => {
        if (typeof path === "string" && !path.startsWith("/")) throw new Error(`a relative path: ${path}`);
        return act(path, ...rest);
      };
    },
  });

  it.each(["key", "./key", "below/../key", "~/keys/key"])("starts at the working folder: %s", async (path) => {
    const home = temporaryHome();
    const cwd = join(home, "keys");
    mkdirSync(join(cwd, "below"), { recursive: true });
    writeFileSync(join(cwd, "key"), CANARY_KEY);
    const context: Partial<Context> = { files: absoluteOnly };
    const { status } = await openclaw([...WITHOUT_KEY, KEY_FILE, path], { home, cwd, context });
    expect(status).toBe(0);
    expect(secretsText(home)).toContain(`CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\n`);
  });

  it("does not start there where the configuration names it: that file is not found in every folder", async () => {
    const home = temporaryHome();
    const token = (path: string) => ({
      gateway: { auth: { mode: "token", token: { source: "file", provider: "mine", id: "value" } } },
      secrets: { providers: { mine: { source: "file", path, mode: "singleValue" } } },
    });
    mkdirSync(join(home, ".openclaw"));
    writeFileSync(join(home, "key.txt"), "local-token-0123456789\n");
    writeFileSync(join(home, ".openclaw", "openclaw.json"), JSON.stringify(token("key.txt")));
    const refused = await openclaw(["gateway", "token"], { home, cwd: home });
    expect(refused).toMatchObject({ status: 1, stdout: "" });
    expect(refused.stderr).toContain('secrets.providers.mine: The path "key.txt" is relative');
    writeFileSync(join(home, ".openclaw", "openclaw.json"), JSON.stringify(token("~/key.txt")));
    const { stdout } = await openclaw(["gateway", "token"], { home, cwd: home });
    expect(stdout).toBe("local-token-0123456789\n");
  });
});

describe("standard input that does not end", () => {
  it("is waited for aloud", async () => {
    let end = (_: string) => {};
    const waits: string[] = [];
    const context: Partial<Context> = {
      readStdin: () =>
        new Promise((resolve) => {
          end = resolve;
        }),
      // The time is up at once.
      delay: async () => {},
      err: (text) => {
        waits.push(text);
        end(CANARY_KEY);
      },
    };
    const home = temporaryHome();
    expect((await openclaw([...WITHOUT_KEY, KEY_FILE, "-"], { home, context })).status).toBe(0);
    expect(waits).toEqual([`${KEY_FILE}: waiting for standard input to end.\n`]);
    expect(secretsText(home)).toContain(CANARY_KEY);
  });

  it("is not spoken of where it ends in time", async () => {
    const delay: Context["delay"] = (_, signal) =>
      new Promise((resolve) => signal?.addEventListener("abort", () => resolve()));
    const { status, stderr } = await openclaw([...WITHOUT_KEY, KEY_FILE, "-"], {
      home: temporaryHome(),
      input: CANARY_KEY,
      context: { delay },
    });
    expect([status, stderr]).toEqual([0, ""]);
  });
});

describe("a wrong flag without a terminal", () => {
  it.each([
    [["--auth-choice", "nope"], `--auth-choice: Invalid value "nope". Use cloudflare-ai-gateway-api-key or skip.`],
    [["--gateway-port", "x"], `--gateway-port: Invalid value "x". Use a whole number`],
    [["--cloudflare-ai-gateway-account-id", "a/b"], "--cloudflare-ai-gateway-account-id: It contains '/'"],
    [["--non-interactive", "--auth-choice", "nope"], `--auth-choice: Invalid value "nope".`],
  ])("is what is reported, once: %j", async (args, sentence) => {
    const { status, stderr } = await openclaw(["onboard", ...args], { home: temporaryHome() });
    expect(status).toBe(2);
    expect(stderr).toContain("1 answer is missing or invalid.");
    expect(stderr.split(sentence)).toHaveLength(2);
    expect(stderr.split(args.at(-2) ?? "")).toHaveLength(2);
    expect(stderr).not.toContain("terminal");
  });

  it("leaves the terminal to be reported where nothing else is wrong", async () => {
    const { status, stderr } = await openclaw(["onboard", "--cloudflare-ai-gateway-account-id", ACCOUNT], {
      home: temporaryHome(),
    });
    expect(status).toBe(2);
    expect(stderr).toContain("There is no terminal to ask questions on.");
  });
});

describe("a wrong flag of `gateway run` in an empty home", () => {
  it.each([
    ["--port", "abc", 'Invalid value "abc"'],
    ["--port", "70000", 'Invalid value "70000"'],
    ["--bind", "nope", "nope"],
    ["--strip-prefill", "nope", 'Invalid value "nope"'],
  ])("is reported before the missing provider: %s %s", async (flag, value, sentence) => {
    const { status, stderr } = await openclaw(["gateway", "run", flag, value], { home: temporaryHome() });
    expect(status).toBe(2);
    expect(stderr).toContain(`${flag}: `);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain("provider");
  });

  it("is not made of what only the files can tell", async () => {
    const { status, stderr } = await openclaw(["gateway", "run", "--bind", "custom"], { home: temporaryHome() });
    expect(status).toBe(78);
    expect(stderr).toContain("No provider is set up yet.");
  });
});
