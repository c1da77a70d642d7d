import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { answeringGateway } from "../support/answering-gateway.ts";
import { readConfig, readText } from "../support/doctor.ts";
import { startGateway } from "../support/gateway.ts";
import { startGatewayHere } from "../support/gateway-process.ts";
import { configPath, secretsPath } from "../support/home-files.ts";
import { CANARY_KEY, CANARY_TOKEN, openclaw, temporaryHome, WITHOUT_PAUSES } from "../support/program.ts";
import { machine, orders, put, UNIT } from "../support/service-machine.ts";
import { answer, choose, describeInTerminal, leaks, openTerminal } from "../support/terminal.ts";

const OLD_KEY = "sk-ant-api03-CANARYoldCANARYoldCANARYoldCANARYold-abcdAbCd";
const KEY = "CLOUDFLARE_AI_GATEWAY_API_KEY";

const setUp = (baseUrl: string, key = OLD_KEY) => [
  "onboard",
  "--non-interactive",
  "--auth-choice",
  "cloudflare-ai-gateway-api-key",
  "--cloudflare-ai-gateway-base-url",
  baseUrl,
  "--cloudflare-ai-gateway-api-key",
  key,
];

/** A home whose key the gateway does not know, unlike the canary; with more flags if given. */
async function home(more: readonly string[] = []) {
  const gateway = await startGateway();
  const folder = temporaryHome();
  await openclaw([...setUp(gateway.baseUrl), ...more], { home: folder });
  return {
    ...gateway,
    home: folder,
    key: () => new RegExp(`^${KEY}=(.*)$`, "m").exec(readText(secretsPath(folder)))?.[1],
  };
}

const ROTATE = ["onboard", "--rotate-key"];

describe("onboard --rotate-key", () => {
  it("checks the new key, replaces it in .env and nothing else", async () => {
    const { home: folder, received, key } = await home();
    const [config, secrets] = [readText(configPath(folder)), readText(secretsPath(folder))];
    put(join(folder, "key.txt"), `${CANARY_KEY}\n`);
    const { status, stdout, stderr } = await openclaw([...ROTATE, "--cloudflare-ai-gateway-api-key-file", "key.txt"], {
      home: folder,
    });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(`Replaced API key (${KEY}) in ~/.openclaw/.env: ********AbCd -> ********wXyZ\n`);
    expect(stdout).toContain("Revoke the old one: https://console.anthropic.com/settings/keys");
    expect(received.map(({ headers }) => headers["x-api-key"])).toEqual([CANARY_KEY]);
    expect(key()).toBe(CANARY_KEY);
    expect(readText(secretsPath(folder))).toBe(secrets.replace(OLD_KEY, CANARY_KEY));
    expect(readText(configPath(folder))).toBe(config);
    writeFileSync(join(folder, "key.txt"), "");
    expect(leaks(folder, stdout, stderr)).toEqual([]);
  });

  it.each<[string, readonly string[], Readonly<Record<string, string>>, string | undefined]>([
    ["a flag", ["--cloudflare-ai-gateway-api-key", CANARY_KEY], {}, undefined],
    ["a variable", ["--cloudflare-ai-gateway-api-key-env", "NEW_KEY"], { NEW_KEY: CANARY_KEY }, undefined],
    ["standard input, by its flag", ["--cloudflare-ai-gateway-api-key-file", "-"], {}, `${CANARY_KEY}\n`],
    ["standard input alone", [], {}, `${CANARY_KEY}\n`],
    ["standard input, quoted", [], {}, ` "${CANARY_KEY}"\n`],
  ])("takes the new key from %s", async (_, flags, env, input) => {
    const { home: folder, key } = await home();
    const { status, stdout, stderr } = await openclaw([...ROTATE, ...flags], {
      home: folder,
      env,
      ...(input !== undefined && { input }),
    });
    expect([status, key()]).toEqual([0, CANARY_KEY]);
    expect(leaks(folder, stdout, stderr)).toEqual([]);
  });

  it("keeps the old key where the new one is not accepted, unless the check is left out", async () => {
    const { home: folder, key } = await home();
    const wrong = `${CANARY_KEY}wrong`;
    const flags = [...ROTATE, "--cloudflare-ai-gateway-api-key", wrong];
    const { status, stdout, stderr } = await openclaw(flags, { home: folder });
    expect([status, stdout, key()]).toEqual([1, "", OLD_KEY]);
    expect(stderr).toContain("anthropic.key-rejected");
    expect(stderr).toContain("The old credential stays. To save the new one without checking it, pass `--no-verify`.");
    const json = await openclaw([...flags, "--json"], { home: folder });
    expect(JSON.parse(json.stdout).error.code).toBe("verify.failed");
    const unchecked = await openclaw([...flags, "--no-verify", "--json"], { home: folder });
    expect(JSON.parse(unchecked.stdout)).toMatchObject({
      ok: true,
      dryRun: false,
      verified: "skipped",
      written: [secretsPath(folder)],
      rotated: [{ id: KEY, name: KEY, field: "apiKey", providers: ["cloudflare-ai-gateway"], before: "********AbCd" }],
      gateway: { answers: "nobody", uses: "none" },
      restarted: false,
    });
    expect(key()).toBe(wrong);
    expect(leaks(folder, stdout, stderr, json.stdout, unchecked.stdout)).toEqual([]);
  });

  it("changes nothing with --dry-run, and for the same key", async () => {
    const { home: folder, key } = await home();
    const dry = await openclaw([...ROTATE, "--dry-run", "--cloudflare-ai-gateway-api-key", CANARY_KEY], {
      home: folder,
    });
    expect(dry.stdout).toContain(`This replaces API key (${KEY}) in ~/.openclaw/.env: ********AbCd -> ********wXyZ`);
    expect(dry.stdout).toContain("Dry run: no files were changed.");
    const same = await openclaw([...ROTATE, "--cloudflare-ai-gateway-api-key", OLD_KEY], { home: folder });
    expect([same.status, same.stdout]).toEqual([0, "The new value is the old one. No files were changed.\n"]);
    expect(key()).toBe(OLD_KEY);
  });

  it("takes no value of another credential", async () => {
    const { home: folder, key } = await home();
    const token = /^OPENCLAW_GATEWAY_TOKEN=(.*)$/m.exec(readText(secretsPath(folder)))?.[1] ?? "";
    const before = readText(secretsPath(folder));
    put(join(folder, "token.txt"), token);
    const runs = [
      { args: [...ROTATE, "--no-verify"], stdin: token },
      { args: [...ROTATE, "--no-verify", "--cloudflare-ai-gateway-api-key-file", "token.txt"], stdin: "" },
      { args: ["models", "auth", "paste-api-key", "--provider", "cloudflare-ai-gateway"], stdin: token },
    ];
    for (const { args, stdin } of runs) {
      const { status, stdout, stderr } = await openclaw(args, { home: folder, input: stdin });
      expect([status, stdout, stderr]).toEqual([
        2,
        "",
        expect.stringContaining("This is the value of OPENCLAW_GATEWAY_TOKEN"),
      ]);
      expect(stderr).not.toContain(token);
    }
    expect([readText(secretsPath(folder)), key()]).toEqual([before, OLD_KEY]);
  });

  it("replaces several at once, each by its flag, and tells them apart", async () => {
    const { home: folder, key } = await home(["--cloudflare-ai-gateway-token", `${CANARY_TOKEN}9`]);
    const { stdout } = await openclaw(
      [...ROTATE, "--cloudflare-ai-gateway-api-key", CANARY_KEY, "--cloudflare-ai-gateway-token", CANARY_TOKEN],
      { home: folder },
    );
    expect(stdout).toMatch(
      /Replaced API key \(CLOUDFLARE_AI_GATEWAY_API_KEY\) .*\nReplaced Gateway token \(CF_AIG_TOKEN\) /,
    );
    expect(key()).toBe(CANARY_KEY);
    expect(readText(secretsPath(folder))).toContain(`CF_AIG_TOKEN=${CANARY_TOKEN}\n`);
  });

  it("takes the one that is named, or that the value's form shows, and asks to be told otherwise", async () => {
    const { home: folder, key } = await home(["--cloudflare-ai-gateway-token", `${CANARY_TOKEN}9`]);
    const unclear = await openclaw([...ROTATE, "--no-verify"], { home: folder, input: "x".repeat(40) });
    expect(unclear.status).toBe(2);
    expect(unclear.stderr).toContain(`\`--rotate-key ${KEY}\` or \`--rotate-key CF_AIG_TOKEN\`.`);
    const empty = await openclaw([...ROTATE, "--json"], { home: folder });
    expect([empty.status, JSON.parse(empty.stdout).error.code]).toEqual([2, "usage.missing"]);
    expect((await openclaw([...ROTATE, "--no-verify"], { home: folder, input: CANARY_KEY })).status).toBe(0);
    expect(key()).toBe(CANARY_KEY);
    const named = await openclaw([...ROTATE, "CF_AIG_TOKEN", "--no-verify"], { home: folder, input: CANARY_TOKEN });
    expect(named.stdout).toContain("Replaced Gateway token (CF_AIG_TOKEN)");
    const wrong = await openclaw([...ROTATE, "NO_SUCH", "--json"], { home: folder, input: CANARY_TOKEN });
    expect([wrong.status, JSON.parse(wrong.stdout).error]).toMatchObject([
      2,
      { code: "usage.invalid", hint: `Use ${KEY} or CF_AIG_TOKEN.` },
    ]);
  });

  it("replaces one key of a list and keeps the others", async () => {
    const { home: folder, received } = await home();
    const keys = [OLD_KEY, `${OLD_KEY}2`, `${OLD_KEY}3`];
    put(secretsPath(folder), `${KEY}S=${keys.join(", ")}\nOPENCLAW_GATEWAY_TOKEN=0123456789abcdef0123456789\n`);
    const { status, stdout } = await openclaw([...ROTATE, `${KEY}S:2`], { home: folder, input: CANARY_KEY });
    expect([status, stdout]).toEqual([0, expect.stringContaining(`Replaced API key (${KEY}S:2)`)]);
    expect(readText(secretsPath(folder))).toContain(`${OLD_KEY}, ${CANARY_KEY}, ${OLD_KEY}3`);
    expect(received.map(({ headers }) => headers["x-api-key"])).toEqual([CANARY_KEY]);
  });

  it("replaces the variable that the configuration refers to, and moves what stands there as text", async () => {
    const { home: folder } = await home();
    const config = readConfig(folder);
    const entry = config.models.providers["cloudflare-ai-gateway"];
    entry.apiKey = "${MY_KEY}";
    put(configPath(folder), JSON.stringify(config));
    put(secretsPath(folder), `MY_KEY=${OLD_KEY}\n`);
    const own = await openclaw([...ROTATE, "--cloudflare-ai-gateway-api-key", CANARY_KEY], { home: folder });
    expect(own.stdout).toContain("Replaced API key (MY_KEY)");
    expect(readText(secretsPath(folder))).toBe(`MY_KEY=${CANARY_KEY}\n`);
    entry.apiKey = OLD_KEY;
    put(configPath(folder), JSON.stringify(config));
    put(secretsPath(folder), "");
    const text = await openclaw([...ROTATE, "--cloudflare-ai-gateway-api-key", CANARY_KEY], { home: folder });
    expect(text.stdout).toContain("It was text in ~/.openclaw/openclaw.json, which now refers to it.");
    expect(readText(secretsPath(folder))).toContain(`${KEY}=${CANARY_KEY}\n`);
    expect(readConfig(folder).models.providers["cloudflare-ai-gateway"].apiKey).toBe(`\${${KEY}}`);
  });

  it("says which key to change where .env does not hold it, and refuses other changes beside it", async () => {
    const { home: folder } = await home();
    put(secretsPath(folder), "");
    const elsewhere = await openclaw([...ROTATE, "--json"], {
      home: folder,
      env: { [KEY]: OLD_KEY },
      input: CANARY_KEY,
    });
    expect([elsewhere.status, JSON.parse(elsewhere.stdout).error]).toMatchObject([
      1,
      { code: "credentials.missing", message: expect.stringContaining(`${KEY} is set in the environment, not in`) },
    ]);
    const nothing = await openclaw(ROTATE, { home: temporaryHome(), input: CANARY_KEY });
    expect([nothing.status, nothing.stderr]).toEqual([1, expect.stringContaining("Run `openclaw onboard`.")]);
    const both = await openclaw([...ROTATE, "--gateway-port", "4000"], { home: folder });
    expect([both.status, both.stderr]).toEqual([
      2,
      expect.stringContaining("--rotate-key cannot be combined with --gateway-port."),
    ]);
    const pasted = await openclaw([...ROTATE, CANARY_KEY], { home: folder });
    expect(pasted.status).toBe(2);
    expect(`${pasted.stdout}${pasted.stderr}`).not.toContain("CANARY");
  });

  it("says what hides the new key", async () => {
    const { home: folder } = await home();
    put(join(folder, ".zshrc"), `export ${KEY}=${OLD_KEY}\n`);
    const { stdout } = await openclaw([...ROTATE, "--cloudflare-ai-gateway-api-key", CANARY_KEY], {
      home: folder,
      env: { [KEY]: OLD_KEY },
    });
    expect(stdout).toContain("These places hide the new value or still have an old one:\n");
    expect(stdout).toContain(`- ${KEY} is set in this shell. Run \`unset ${KEY}\`.`);
    expect(stdout).toContain(`- ~/.zshrc:1:8: ${KEY} is set here for every new shell. Remove the line.`);
  });

  it("says that a gateway that runs by hand still uses the old key, or already the new one", async () => {
    const { home: folder } = await home();
    const gateway = await answeringGateway({ secrets: secretsPath(folder), sends: [OLD_KEY] });
    const config = readConfig(folder);
    config.gateway.port = gateway.port;
    put(configPath(folder), JSON.stringify(config));
    const run = (key: string) =>
      openclaw([...ROTATE, "--no-verify", "--cloudflare-ai-gateway-api-key", key], {
        home: folder,
        context: { delay: async () => {} },
      });
    expect((await run(CANARY_KEY)).stdout).toContain(
      `The local gateway at ${gateway.url} (process 4242) still uses the old credential. Restart it where it was started, or run \`kill 4242\`.`,
    );
    gateway.become({ sends: [`${CANARY_KEY}2`] });
    expect((await run(`${CANARY_KEY}2`)).stdout).toContain(
      `The local gateway at ${gateway.url} already uses the new credential.`,
    );
    gateway.become({ sends: undefined });
    expect((await run(`${CANARY_KEY}3`)).stdout).toContain("does not say which credential it uses.");
  });

  it("learns from a real gateway that it uses the new key, or that its environment hides it; logout as well", async () => {
    const { home: folder } = await home();
    const free = await startGatewayHere({ home: folder });
    const tied = await startGatewayHere({ home: folder, env: { [KEY]: OLD_KEY } });
    const env = ({ url }: { readonly url: string }) => ({ OPENCLAW_GATEWAY_PORT: new URL(url).port });
    const rotated = await openclaw([...ROTATE, "--cloudflare-ai-gateway-api-key", CANARY_KEY], {
      home: folder,
      env: env(free),
    });
    expect(rotated.stdout).toContain(`The local gateway at ${free.url} already uses the new credential.`);
    const hidden = await openclaw([...ROTATE, "--no-verify", "--json"], {
      home: folder,
      env: env(tied),
      input: `${CANARY_KEY}2`,
      context: { delay: async () => {} },
    });
    // Its key is neither the one that was replaced nor the new one.
    expect(JSON.parse(hidden.stdout)).toMatchObject({
      gateway: { answers: "gateway", uses: "current" },
      notes: [expect.stringContaining("uses neither the old credential nor the new one.")],
    });
    const out = await openclaw(["logout", "--yes"], { home: folder, env: env(free) });
    expect(out.stdout).toContain(`The local gateway at ${free.url} no longer uses the removed credentials.`);
    expect(out.status).toBe(0);
  });

  it("restarts the service that still runs with the old key, with --yes, and only says so otherwise", async () => {
    const set = await machine();
    await set.run("install");
    set.gateway.become({ sends: [CANARY_KEY] });
    const args = [...ROTATE, "--no-verify", "--cloudflare-ai-gateway-api-key", OLD_KEY];
    const context = { delay: async () => {} };
    const before = orders(set).length;
    const told = await openclaw(args, { home: set.home, env: set.env, context });
    expect(told.stdout).toContain("To restart its service, run `openclaw gateway restart`.");
    expect(orders(set).slice(before)).toEqual([]);
    set.gateway.become({ sends: [OLD_KEY] });
    const again = [...ROTATE, "--no-verify", "--yes", "--json", "--cloudflare-ai-gateway-api-key", CANARY_KEY];
    const done = await openclaw(again, { home: set.home, env: set.env, context });
    expect(JSON.parse(done.stdout)).toMatchObject({ ok: true, restarted: true });
    expect(orders(set).slice(before)).toContain(`restart ${UNIT}`);
  });
});

describeInTerminal("onboard --rotate-key at a terminal", () => {
  it("asks which one and for its value, checks it, and asks again when it does not work", async () => {
    const { home: folder, key } = await home(["--cloudflare-ai-gateway-token", CANARY_TOKEN]);
    const terminal = openTerminal(ROTATE, { home: folder, context: WITHOUT_PAUSES });
    await choose(terminal, "Which credential do you want to replace?", "API key");
    await answer(terminal, "New API key", `${CANARY_KEY}wrong`);
    await choose(terminal, "How do you want to continue?", "Enter another value");
    await answer(terminal, "New API key", CANARY_KEY);
    expect((await terminal.exit).status).toBe(0);
    expect(terminal.screen()).toContain("Everything works.");
    expect(key()).toBe(CANARY_KEY);
    expect(leaks(folder, terminal.bytes)).toEqual([]);
  });

  it("leaves the old key where the person leaves", async () => {
    const { home: folder, key } = await home();
    const terminal = openTerminal(ROTATE, { home: folder, context: WITHOUT_PAUSES });
    await answer(terminal, "New API key", `${CANARY_KEY}wrong`);
    await choose(terminal, "How do you want to continue?", "Leave without saving");
    expect((await terminal.exit).status).toBe(130);
    expect(key()).toBe(OLD_KEY);
    const cancelled = openTerminal(ROTATE, { home: folder });
    await cancelled.waitFor("? New API key");
    cancelled.press("ctrl-c");
    expect((await cancelled.exit).status).toBe(130);
  });

  it("asks before it restarts the service", async () => {
    const set = await machine();
    await set.run("install");
    set.gateway.become({ sends: [CANARY_KEY] });
    const args = [...ROTATE, "--no-verify"];
    const terminal = openTerminal(args, { home: set.home, env: set.env, context: { delay: async () => {} } });
    await answer(terminal, "New API key", OLD_KEY);
    await terminal.waitFor("? Restart the service now?");
    expect(readFileSync(secretsPath(set.home), "utf8")).toContain(OLD_KEY);
    set.gateway.become({ sends: [OLD_KEY] });
    terminal.press("enter");
    expect((await terminal.exit).status).toBe(0);
    expect(terminal.screen()).toContain("Restarted the service.");
    expect(orders(set)).toContain(`restart ${UNIT}`);
  });
});
