import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { main } from "../../src/commands/main.ts";
import { faultyFiles } from "../support/faulty-files.ts";
import { DOCUMENTED, openclaw, shownPath, temporaryHome } from "../support/program.ts";
import { testContext } from "../support/real-context.ts";

const folder = (home: string) => join(home, ".openclaw");
const config = (home: string) => JSON.parse(readFileSync(join(folder(home), "openclaw.json"), "utf8"));
const secrets = (home: string) => readFileSync(join(folder(home), ".env"), "utf8");

function homeWith(files: Readonly<Record<string, string>>): string {
  const home = temporaryHome();
  mkdirSync(folder(home), { mode: 0o700 });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder(home), name), text, { mode: 0o600 });
  return home;
}

describe("the local gateway's token", () => {
  it("that is there but empty is made anew", async () => {
    const home = homeWith({ ".env": "OPENCLAW_GATEWAY_TOKEN=\n" });
    await openclaw(DOCUMENTED, { home });
    expect(secrets(home)).toMatch(/^OPENCLAW_GATEWAY_TOKEN=[\w-]{43}$/m);
  });

  it.each([
    ["", "If you passed a shell variable, set it first."],
    ["cfk_aaaaaaaaaaaaaaaaaaaaaaaaaaaa", "provider's credential"],
    ["sk-ant-api03-aaaaaaaaaaaaaaaa", "provider's credential"],
  ])("given as %j is refused", async (token, reason) => {
    const { status, stderr } = await openclaw([...DOCUMENTED, "--gateway-token", token], { home: temporaryHome() });
    expect(status).toBe(2);
    expect(stderr).toContain(reason);
    expect(stderr).not.toContain("aaaa");
  });
});

describe("what is said", () => {
  it("names every flag with a bad value in one error", async () => {
    const flags = ["--gateway-port", "abc", "--gateway-bind", "foo", "--flow", "slow", "--gateway-auth", "x"];
    const { status, stderr } = await openclaw([...DOCUMENTED, ...flags], { home: temporaryHome() });
    expect(status).toBe(2);
    for (const flag of ["--gateway-port", "--gateway-bind", "--flow", "--gateway-auth"])
      expect(stderr).toContain(`  ${flag}: `);
  });

  it("names the files that are changed, where the configuration includes others", async () => {
    const home = homeWith({
      "openclaw.json": `{ models: { $include: "./m.json5" }, gateway: { $include: "./gw.json5" } }`,
      "m.json5": "{ providers: {} }",
      "gw.json5": "{ port: 4000 }",
    });
    const { stdout } = await openclaw(DOCUMENTED, { home });
    for (const name of ["m.json5", "gw.json5", "openclaw.json"]) {
      expect(stdout).toMatch(
        new RegExp(`Wrote ${shownPath(join(folder(home), name), home)} \\(\\d+ values?, backup in ${name}\\.bak\\)`),
      );
    }
  });

  it.each(["--cloudflare-ai-gateway-api-key-env", "--cloudflare-ai-gateway-api-key-file", "--gateway-token-ref-env"])(
    "does not repeat a credential given to %s by mistake",
    async (flag) => {
      const { status, stderr } = await openclaw([...DOCUMENTED.slice(0, -2), flag, "notAKnownShape-1234567"], {
        home: temporaryHome(),
      });
      expect(status).toBe(2);
      expect(stderr).toContain(flag);
      expect(stderr).not.toContain("notAKnownShape");
    },
  );

  it("does not call a key missing whose flag is wrong", async () => {
    const { stderr } = await openclaw(
      [...DOCUMENTED.slice(0, -2), "--cloudflare-ai-gateway-api-key-file", "/nonexistent"],
      {
        home: temporaryHome(),
      },
    );
    expect(stderr).toContain("1 answer is missing or invalid");
  });

  it("a device is no file to read a key from", async () => {
    const { status, stderr } = await openclaw(
      [...DOCUMENTED.slice(0, -2), "--cloudflare-ai-gateway-api-key-file", "/dev/zero"],
      {
        home: temporaryHome(),
      },
    );
    expect([status, stderr.includes("not a regular file")]).toEqual([2, true]);
  });
});

describe("a default model without a provider", () => {
  it("stays allowed: no allow list is made that could not hold it", async () => {
    const home = homeWith({ "openclaw.json": '{"agents":{"defaults":{"model":"gpt-5.5"}}}' });
    await openclaw(DOCUMENTED, { home });
    expect(config(home).agents.defaults).toEqual({ model: "gpt-5.5" });
  });
});

describe("a folder that is not quite ours", () => {
  it("whose mode cannot be changed is used as it is, with a note", async () => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    chmodSync(folder(home), 0o755);
    const files = faultyFiles({ on: ["chmodSync"], errno: "EPERM" });
    const context = testContext({ homedir: () => home, files });
    expect(await main(DOCUMENTED, { version: "1", node: "v20", platform: "linux" }, context)).toBe(0);
    expect(context.written.err.join("")).toContain("Others can read ~/.openclaw");
  });

  it("may hold lock files of others, which stay", async () => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    writeFileSync(join(folder(home), "gateway.lock"), "theirs");
    writeFileSync(join(folder(home), "other.tmp"), "theirs");
    expect(await openclaw(DOCUMENTED, { home })).toEqual({
      status: 0,
      stdout: "Already up to date. No files were changed.\n",
      stderr: "",
    });
    expect(existsSync(join(folder(home), "gateway.lock"))).toBe(true);
  });

  it("is swept also where OPENCLAW_CONFIG_PATH leads", async () => {
    const home = temporaryHome();
    const env = { OPENCLAW_CONFIG_PATH: join(home, "c", "oc.json") };
    await openclaw(DOCUMENTED, { home, env });
    const leftover = join(home, "c", ".oc.json.4194305.abcdef.tmp");
    writeFileSync(leftover, "half");
    await openclaw(DOCUMENTED, { home, env });
    expect(existsSync(leftover)).toBe(false);
  });
});
