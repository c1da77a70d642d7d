import { cpSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { main } from "../../src/commands/main.ts";
import type { Context, Prompter } from "../../src/core/context.ts";
import { faultyFiles } from "../support/faulty-files.ts";
import { DOCUMENTED } from "../support/program.ts";
import { temporaryFolder, testContext } from "../support/real-context.ts";
import { type Exchange, script } from "../support/scripted-prompter.ts";

const ABOUT = { version: "1.2.3", node: process.version, platform: process.platform };
const NAMED = ["--auth-choice", "cloudflare-ai-gateway-api-key"];
const NEW_KEY = "sk-ant-api03-NEWkeyNEWkeyNEWkeyNEWkey-efghQrSt";

/** Two runs that have nothing to do with each other. */
const PORT = ["onboard", "--non-interactive", ...NAMED, "--gateway-port", "21000"];
const KEY = ["onboard", "--non-interactive", ...NAMED, "--cloudflare-ai-gateway-api-key", NEW_KEY];

const pathIn = (home: string, name: string) => join(home, ".openclaw", name);
const configIn = (home: string) => JSON.parse(readFileSync(pathIn(home, "openclaw.json"), "utf8"));
const secretsIn = (home: string) => readFileSync(pathIn(home, ".env"), "utf8");

async function run(args: readonly string[], home: string, context: Partial<Context> = {}) {
  const full = testContext({ homedir: () => home, ...context });
  return { status: await main(args, ABOUT, full), err: full.written.err.join("") };
}

async function setUpHome(): Promise<string> {
  const home = temporaryFolder();
  expect(await run(DOCUMENTED, home)).toMatchObject({ status: 0 });
  return home;
}

function copyOf(home: string): string {
  const copy = temporaryFolder();
  cpSync(home, copy, { recursive: true });
  return copy;
}

/** Replaces a file as a run does that holds the lock meanwhile. */
function replaceWith(other: string, home: string, name: string): void {
  writeFileSync(pathIn(home, `${name}.other`), readFileSync(pathIn(other, name)));
  renameSync(pathIn(home, `${name}.other`), pathIn(home, name));
}

describe("two runs at once on a home that is set up", () => {
  it.each([
    ["the one with a port", PORT, KEY],
    ["the one with a key", KEY, PORT],
  ])("keep each other's answers whenever the other one writes during %s", async (_, args, others) => {
    const home = await setUpHome();
    const other = copyOf(home);
    expect(await run(others, other)).toMatchObject({ status: 0 });
    let moments = 0;
    // Once there is the lock, the other one waits for it, and then reads what this one wrote: every moment is the same.
    for (let hadLock = false, at = 1; !hadLock; at += 1) {
      const copy = copyOf(home);
      const files = faultyFiles({
        before: () => {
          if (files.log.length !== at) return;
          hadLock = existsSync(pathIn(copy, "openclaw.json.lock"));
          moments += 1;
          if (hadLock) return;
          for (const name of [".env", "openclaw.json"]) replaceWith(other, copy, name);
        },
      });
      const { status, err } = await run(args, copy, { files });
      expect(files.log.length).toBeGreaterThanOrEqual(at);
      if (hadLock) expect(await run(others, copy)).toMatchObject({ status: 0 });
      const told = `operation ${at}, ${files.log[at - 1]}: ${err}`;
      expect([status, configIn(copy).gateway.port], told).toEqual([0, 21_000]);
      expect(secretsIn(copy), told).toContain(`CLOUDFLARE_AI_GATEWAY_API_KEY=${NEW_KEY}\n`);
    }
    expect(moments).toBeGreaterThan(10);
  });
});

/** Saves a file as an editor does, in place or by another file, and says what must be there afterwards. */
interface Edit {
  readonly name: string;
  readonly change: (text: string) => string;
}

const ROTATE: Edit = { name: ".env", change: (text) => text.replace(/(?<=_API_KEY=).*/, NEW_KEY) };
const ADD_VARIABLE: Edit = { name: ".env", change: (text) => `${text}MINE=1\n` };
const SET_PORT: Edit = { name: "openclaw.json", change: (text) => text.replace('"port": 18789', '"port": 21000') };
const ADD_COMMENT: Edit = { name: "openclaw.json", change: (text) => `// mine\n${text}` };

/** Each at every second moment, which together are all. */
const SAVES: readonly (readonly [string, number, (path: string, text: string) => void])[] = [
  ["in place", 1, writeFileSync],
  [
    "by another file",
    2,
    (path, text) => {
      writeFileSync(`${path}.editor`, text);
      renameSync(`${path}.editor`, path);
    },
  ],
];

describe.each(SAVES)("an editor that saves %s while a run works", (_, first, save) => {
  it.each([
    ["a rotated key", PORT, ROTATE, (home: string) => secretsIn(home).includes(NEW_KEY)],
    ["a variable", KEY, ADD_VARIABLE, (home: string) => secretsIn(home).includes("MINE=1\n")],
    ["a port", KEY, SET_PORT, (home: string) => configIn(home).gateway.port === 21_000],
    [
      "a comment",
      PORT,
      ADD_COMMENT,
      (home: string) => readFileSync(pathIn(home, "openclaw.json"), "utf8").startsWith("// mine\n"),
    ],
  ] as const)(
    "keeps %s, at whatever moment, and the run's answer where it ends with 0",
    async (__, args, edit, isKept) => {
      const home = await setUpHome();
      let kept = 0;
      for (let at = first; ; at += 2) {
        const copy = copyOf(home);
        const path = pathIn(copy, edit.name);
        // Nothing comes between the last look at the file and the rename but the system itself.
        let isLastInstant = false;
        const files = faultyFiles({
          before: (operation, target) => {
            if (files.log.length !== at) return;
            isLastInstant = operation === "renameSync" && String(target).includes(`/.${edit.name.replace(/^\./, "")}.`);
            if (!isLastInstant) save(path, edit.change(readFileSync(path, "utf8")));
          },
        });
        const { status, err } = await run(args, copy, { files });
        if (files.log.length < at) break;
        if (isLastInstant) continue;
        kept += 1;
        const told = `operation ${at}, ${files.log[at - 1]}: ${err}`;
        expect([status, isKept(copy)], told).toEqual([0, true]);
        const text = readFileSync(pathIn(copy, "openclaw.json"), "utf8");
        if (args === PORT) expect(text, told).toContain('"port": 21000');
        else expect(secretsIn(copy), told).toContain(NEW_KEY);
      }
      expect(kept).toBeGreaterThan(15);
    },
  );
});

/** Answers the wizard's questions, and does something of one's own when one of them is on the screen. */
async function answer(
  args: readonly string[],
  exchanges: readonly Exchange[],
  home: string,
  meddle: (message: string) => void,
) {
  const { run: scripted, said } = script(exchanges);
  const ended = await scripted((prompter) => {
    const meddling: Prompter = {
      ...prompter,
      text: (question) => {
        meddle(question.message);
        return prompter.text(question);
      },
      confirm: (question) => {
        meddle(question.message);
        return prompter.confirm(question);
      },
    };
    const terminal = { stdin: true, stdout: true, stderr: true };
    return run(["onboard", "--no-verify", ...NAMED, ...args], home, { terminal, prompter: async () => meddling });
  });
  return { ...ended, said };
}

const KEPT: readonly Exchange[] = [
  ["Account ID", ""],
  ["Gateway ID", ""],
  ["API key", ""],
];
const WRITE: Exchange = ["Save these changes?", true];
const CHANGED = "Another program changed the files. This is the new list of changes.";

describe("files that change while the wizard asks", () => {
  it.each(["Account ID", "Gateway ID", "API key", "Save these changes?"])(
    "keep a key that is stored by hand during '%s'",
    async (question) => {
      const home = await setUpHome();
      const byHand = secretsIn(home).replace(/(?<=_API_KEY=).*/, NEW_KEY);
      const { status, said } = await answer(["--gateway-port", "21000"], [...KEPT, WRITE], home, (message) => {
        if (message === question) writeFileSync(pathIn(home, ".env"), byHand);
      });
      expect([status, secretsIn(home), configIn(home).gateway.port]).toEqual([0, byHand, 21_000]);
      expect(said).not.toContain(CHANGED);
    },
  );

  it.each(["Account ID", "Gateway ID", "API key", "Save these changes?"])(
    "keep all that another run stored during '%s'",
    async (question) => {
      const home = await setUpHome();
      const others: Promise<unknown>[] = [];
      const { status } = await answer(["--gateway-port", "21000"], [...KEPT, WRITE], home, (message) => {
        if (message === question && others.length === 0) others.push(run(KEY, home));
      });
      expect([status, await Promise.all(others)]).toEqual([0, [expect.objectContaining({ status: 0 })]]);
      expect(configIn(home).gateway.port).toBe(21_000);
      expect(secretsIn(home)).toContain(`CLOUDFLARE_AI_GATEWAY_API_KEY=${NEW_KEY}\n`);
    },
  );

  /** Takes the network out of the configuration once, while permission is asked. */
  const withoutBind = (home: string) => {
    let times = 0;
    return (message: string) => {
      times += message === WRITE[0] ? 1 : 0;
      if (message !== WRITE[0] || times > 1) return;
      const config = configIn(home);
      delete config.gateway.bind;
      writeFileSync(pathIn(home, "openclaw.json"), JSON.stringify(config));
    };
  };

  it("have the changes shown anew where more would be written than was agreed to", async () => {
    const home = await setUpHome();
    const { status, said } = await answer(
      ["--gateway-port", "21000"],
      [...KEPT, WRITE, WRITE],
      home,
      withoutBind(home),
    );
    expect([status, configIn(home).gateway]).toEqual([0, expect.objectContaining({ port: 21_000, bind: "loopback" })]);
    const shown = said.slice(said.indexOf(CHANGED));
    expect(shown).toEqual([CHANGED, expect.stringContaining('  + gateway.bind  "loopback"\n')]);
    expect(said.filter((text) => text.includes("gateway.bind"))).toHaveLength(1);
  });

  it("stay as they are when the new list is refused", async () => {
    const home = await setUpHome();
    const exchanges: readonly Exchange[] = [...KEPT, WRITE, ["Save these changes?", false]];
    const { status, err } = await answer(["--gateway-port", "21000"], exchanges, home, withoutBind(home));
    expect([status, err]).toEqual([130, expect.stringContaining("No files were changed.")]);
    expect(configIn(home).gateway).not.toHaveProperty("bind");
    expect(configIn(home).gateway.port).toBe(18_789);
  });

  it("do not open the gateway to others by taking its token away meanwhile", async () => {
    const home = await setUpHome();
    const { status, err } = await answer(["--gateway-bind", "lan"], [...KEPT, WRITE], home, (message) => {
      if (message !== WRITE[0]) return;
      const config = configIn(home);
      writeFileSync(
        pathIn(home, "openclaw.json"),
        JSON.stringify({ ...config, gateway: { ...config.gateway, auth: { mode: "none" } } }),
      );
    });
    expect([status, err]).toEqual([2, expect.stringContaining('"lan" without a token')]);
    expect(configIn(home).gateway.bind).toBe("loopback");
  });
});
