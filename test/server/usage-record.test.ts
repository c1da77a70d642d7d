import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  watch,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { appendLines } from "../../src/system/append-file.ts";
import type { UsageLine } from "../../src/usage/line.ts";
import { ask } from "../support/client.ts";
import { CLAUDE, claudeAt, GATEWAY_SECRETS, GPT, gatewayConfig, gptAt } from "../support/gateway-home.ts";
import {
  CANARY_CLIENT_TOKEN,
  type GatewayOptions,
  startGatewayHere,
  startGatewayProcess,
  writeHome,
} from "../support/gateway-process.ts";
import { modeOf } from "../support/home-files.ts";
import { CANARY_KEY, filesBelow, openclaw, temporaryHome } from "../support/program.ts";
import { startUsageUpstream, type UsageUpstream } from "../support/usage-upstream.ts";

const TOKEN = { "x-api-key": CANARY_CLIENT_TOKEN };
function homeFor({ url }: UsageUpstream, secrets: Readonly<Record<string, string>> = GATEWAY_SECRETS): string {
  const home = temporaryHome();
  writeHome(home, gatewayConfig({ ...claudeAt(url), ...gptAt(url) }), secrets);
  return home;
}

/** For tests of the file of a day: so that none begins meanwhile. */
const NOON = new Date("2026-11-28T12:00:00.000Z");

const folderOf = (home: string) => join(home, ".openclaw", "usage");

const textOf = (home: string) => [...filesBelow(folderOf(home)).values()].join("");

const linesOf = (home: string): readonly UsageLine[] =>
  textOf(home)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as UsageLine);

const REQUESTS = [
  { path: "/v1/messages", body: { model: "claude-sonnet-5-5", max_tokens: 9, messages: [] } },
  { path: "/v1/responses", body: { model: "gpt-5.5", input: "CANARY asked" } },
  { path: "/v1/chat/completions", body: { model: "gpt-5.5", messages: [{ role: "user", content: "CANARY asked" }] } },
];

/** Sends so many requests of all kinds, some at a time. */
async function sendMixed(url: string, count: number, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  let next = 0;
  const sendOn = async () => {
    for (let index = next++; index < count; index = next++) {
      const { path, body } = REQUESTS[index % REQUESTS.length] ?? { path: "", body: {} };
      await ask(`${url}${path}`, { body, headers: { ...TOKEN, ...headers } });
    }
  };
  await Promise.all(Array.from({ length: 8 }, sendOn));
}

/** Runs a gateway while something is done with it, and until it has written everything. */
async function whileRunning(
  options: GatewayOptions & Parameters<typeof startGatewayHere>[0],
  act: (url: string) => Promise<void>,
): Promise<string> {
  const gateway = await startGatewayHere(options);
  await act(gateway.url);
  gateway.kill("SIGTERM");
  await gateway.ended;
  return gateway.printed();
}

describe("the record of requests", () => {
  it("has the tokens that upstreams say, of every kind of answer, and `usage` sums them", async () => {
    const upstream = await startUsageUpstream();
    const home = homeFor(upstream);
    await whileRunning({ home }, (url) => sendMixed(url, 300));
    const { stdout } = await openclaw(["usage", "--json", "--since", "2d", "--by", "model"], { home });
    const { total, rows } = JSON.parse(stdout);
    expect(total).toMatchObject({ ...upstream.said, unpricedRequests: 0 });
    expect(upstream.said.failures).toBeGreaterThan(10);
    expect(rows.map(({ key }: { key: string }) => key).sort()).toEqual(
      [`${GPT}/gpt-5.5`, `${CLAUDE}/claude-sonnet-5-5`].sort(),
    );
  });

  it("is that of the whole where several processes serve", async () => {
    const upstream = await startUsageUpstream();
    const home = homeFor(upstream);
    const gateway = await startGatewayProcess({ home, args: ["--workers", "2"] });
    await sendMixed(gateway.url, 120);
    gateway.kill("SIGTERM");
    await gateway.ended;
    const { stdout } = await openclaw(["usage", "--json", "--since", "2d"], { home });
    expect(JSON.parse(stdout)).toMatchObject({ damagedLines: 0, total: { ...upstream.said, unpricedRequests: 0 } });
  });

  it("says of each request what it was, and nothing of what was said", async () => {
    const home = homeFor(await startUsageUpstream(), {
      ...GATEWAY_SECRETS,
      OPENCLAW_GATEWAY_TOKENS: "anna=CANARY-token-of-anna-for-this-gateway",
    });
    const session = "0191f3a2-6c1d-7e2a-9d0b-2f1f6d3a7c55";
    await whileRunning({ home }, async (url) => {
      const headers = { "x-api-key": "CANARY-token-of-anna-for-this-gateway", "x-claude-code-session-id": session };
      await ask(`${url}/v1/messages`, { body: { max_tokens: 1, messages: [{ content: "CANARY" }] }, headers });
    });
    const [line, ...others] = linesOf(home);
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      provider: CLAUDE,
      model: `${CLAUDE}/claude-sonnet-5-5`,
      client: "anna",
      session,
      method: "POST",
      path: "/v1/messages",
      cacheStatus: "MISS",
      logId: "01KBGATEWAYLOG0000000000ID",
    });
    expect(textOf(home)).not.toContain("CANARY");
  });

  it.each([
    ["模型-大", "模型-大", /^\?\?-\?$/],
    ["modèle-e\u0301té", "modèle-e\u0301té", /^mod\?le-e\?t\?$/],
    ["🦀/модель", "🦀/модель", /^\?+\/\?{6}$/],
    ["\u3164a\ufe0fb\u034fc\u2800d\u{e0100}", "?a?b?c?d?", /^\?a\?b\?c\?d\?$/],
    ["a\u202e\u001b[2Jb\u200f\u2028c\u009bd\u200be\ud800 f", "a??[2Jb??c?d?e??f", /^a\?\?\[2Jb\?\?c\?d\?e\?\?f$/],
  ])(
    "keeps the name of a model in any script, and nothing that a terminal obeys: %j",
    async (model, kept, ofHeader) => {
      const home = homeFor(await startUsageUpstream());
      const printed = await whileRunning({ home }, async (url) => {
        const body = { model: `${CLAUDE}/${model}`, max_tokens: 1, messages: [] };
        const { headers } = await ask(`${url}/v1/messages`, { body, headers: TOKEN });
        expect(headers["x-openclaw-model"]?.slice(CLAUDE.length + 1)).toMatch(ofHeader);
      });
      const shown = `${CLAUDE}/${kept}`;
      expect(linesOf(home).map((line) => [line.model, line.asked])).toEqual([[shown, shown]]);
      expect(printed).toContain(`"model":"${shown}"`);
      const { stdout } = await openclaw(["usage", "--since", "2d", "--by", "model"], { home });
      expect(stdout).toContain(`\n${shown} `);
      expect((await openclaw(["gateway", "logs"], { home })).stdout).toContain(` ${shown} `);
    },
  );

  it.each([
    ["Codex", { "session-id": "019a-codex", "thread-id": "019a-thread" }, "019a-codex"],
    ["an older Codex", { conversation_id: "019a-c", session_id: "019a-c" }, "019a-c"],
    [
      "opencode",
      { "x-session-affinity": "ses_01", "x-session-id": "ses_01", "x-parent-session-id": "ses_00" },
      "ses_01",
    ],
    ["Amp", { "x-amp-thread-id": "T-019dce25" }, "T-019dce25"],
    ["a client without one", { "x-session-id": "" }, undefined],
  ] as const)("has the session of %s", async (_, headers, session) => {
    const home = homeFor(await startUsageUpstream());
    await whileRunning({ home }, (url) => sendMixed(url, 1, headers));
    expect(linesOf(home).map((line) => line.session)).toEqual([session]);
  });

  it("is for its owner only", async () => {
    const home = homeFor(await startUsageUpstream());
    await whileRunning({ home }, (url) => sendMixed(url, 1));
    const [name = ""] = readdirSync(folderOf(home));
    expect([modeOf(folderOf(home)), modeOf(join(folderOf(home), name))]).toEqual(["700", "600"]);
    expect(name).toMatch(/^\d{4}-\d{2}-\d{2}\.jsonl$/);
  });

  it("has no request that was never to be forwarded", async () => {
    const home = homeFor(await startUsageUpstream());
    await whileRunning({ home }, async (url) => {
      await ask(`${url}/healthz`, {});
      await ask(`${url}/v1/models`, { headers: TOKEN });
      await ask(`${url}/v1/messages`, { body: {}, headers: { "x-api-key": "wrong" } });
    });
    expect(existsSync(folderOf(home)) ? linesOf(home).filter(({ method }) => method === "POST") : []).toEqual([]);
  });

  it("masks what a client puts into a name", async () => {
    const home = homeFor(await startUsageUpstream());
    await whileRunning({ home }, async (url) => {
      for (const secret of [CANARY_KEY, CANARY_CLIENT_TOKEN, `x"${CANARY_CLIENT_TOKEN}\\`]) {
        const body = { model: `${CLAUDE}/claude-${secret}`, max_tokens: 1, messages: [] };
        await ask(`${url}/v1/messages`, { body, headers: { ...TOKEN, "x-claude-code-session-id": secret } });
      }
    });
    expect(linesOf(home)).toHaveLength(3);
    expect(textOf(home)).not.toContain("CANARY");
  });

  it("masks what is cut before it is cut, and what is left out of it", async () => {
    const home = homeFor(await startUsageUpstream());
    const key = `sk-ant-${"a1B2".repeat(20)}`;
    const said = [CANARY_CLIENT_TOKEN, key].flatMap((secret) => [
      ...[20, 40, 50, 57, 60, 63].map((room) => `${"s".repeat(room)}.${secret}`),
      ...[`s "${secret}`, `Bearer ${secret}`],
    ]);
    // Together again once blanks are left out.
    said.push(`s ${CANARY_CLIENT_TOKEN.slice(0, 9)} ${CANARY_CLIENT_TOKEN.slice(9)}`);
    await whileRunning({ home }, async (url) => {
      for (const session of said) {
        const model = `${CLAUDE}/claude-${"m".repeat(180 - session.length)}${session.replaceAll(" ", "")}`;
        const body = { model, max_tokens: 1, messages: [] };
        await ask(`${url}/v1/messages`, { body, headers: { ...TOKEN, "x-claude-code-session-id": session } });
      }
    });
    expect(linesOf(home)).toHaveLength(said.length);
    expect(linesOf(home).map(({ session }) => session?.replace(/^s[s.]*/, "") ?? "")).toEqual(
      linesOf(home).map(() => expect.stringMatching(/^(?:Bearer)?\**$/)),
    );
    expect(textOf(home)).not.toMatch(/CANA|sk-a|a1B/);
  });

  it.each([
    [["--usage", "off"], {}],
    [[], { OPENCLAW_GATEWAY_USAGE: "off" }],
  ] as const)("is switched off by %j %j", async (args, env) => {
    const home = homeFor(await startUsageUpstream());
    await whileRunning({ home, args, env }, (url) => sendMixed(url, 3));
    expect(existsSync(folderOf(home))).toBe(false);
  });

  it.each([
    ["one process", startGatewayHere, []],
    ["two processes", startGatewayProcess, ["--workers", "2"]],
    ["three processes", startGatewayProcess, ["--workers", "3"]],
  ] as const)("is switched off and on by a line of .env, without a restart, in %s", async (_name, start, args) => {
    const upstream = await startUsageUpstream();
    const home = homeFor(upstream);
    const gateway = await start({ home, args });
    const setTo = async (value: string) => {
      const lines = Object.entries({ ...GATEWAY_SECRETS, OPENCLAW_GATEWAY_USAGE: value });
      writeFileSync(join(home, ".openclaw", ".env"), lines.map(([name, text]) => `${name}=${text}\n`).join(""));
      await gateway.says(/was reloaded/);
    };
    await sendMixed(gateway.url, 1);
    await setTo("off");
    await sendMixed(gateway.url, 2);
    await setTo("30d");
    await sendMixed(gateway.url, 1);
    gateway.kill("SIGTERM");
    await gateway.ended;
    expect(linesOf(home)).toHaveLength(2);
  });

  it.each(["0", "-1", "9999", "forever", "1w"])("refuses %s days", async (days) => {
    const home = homeFor(await startUsageUpstream());
    const { status, stderr } = await openclaw(["gateway", "run", "--usage", days], { home });
    expect(status).toBe(2);
    expect(stderr).toContain("--usage");
    expect(stderr).toContain("Use `off`, or the number of days to keep the record");
  });

  it("is kept for as many days as it should, and nothing else is removed", async () => {
    const home = homeFor(await startUsageUpstream());
    mkdirSync(folderOf(home), { recursive: true });
    const day = (ago: number) => `${new Date(NOON.getTime() - ago * 86_400_000).toISOString().slice(0, 10)}.jsonl`;
    for (const name of [day(1), day(4), day(90), "notes.txt", "1999-01-01.jsonl.bak"])
      writeFileSync(join(folderOf(home), name), "\n");
    await whileRunning({ home, args: ["--usage", "3d"], context: { now: () => NOON } }, (url) => sendMixed(url, 1));
    expect(readdirSync(folderOf(home)).sort()).toEqual(["1999-01-01.jsonl.bak", day(1), day(0), "notes.txt"].sort());
  });
});

describe("a record that cannot be written", () => {
  const refusing = (code: string) => async () => {
    throw Object.assign(new Error(code), { code });
  };

  it.each([
    ["ENOSPC", "the disk is full"],
    ["EROFS", "the file system is read-only"],
  ])("does not disturb requests (%s), and is told of once", async (code) => {
    const home = homeFor(await startUsageUpstream());
    const printed = await whileRunning({ home, context: { append: refusing(code) } }, async (url) => {
      await sendMixed(url, 20);
    });
    expect(printed.match(/Requests are served, but not recorded/g)).toHaveLength(1);
    expect(printed.match(/"status":(?:200|400)/g)).toHaveLength(20);
  });

  it.each([
    ["some lines and a half", (text: string) => text.indexOf("\n", text.indexOf("\n") + 1) + 20],
    ["half a line", () => 20],
    ["whole lines", (text: string) => text.lastIndexOf("\n", text.length - 2) + 1],
  ])("counts as lost what a full disk did not take, which took %s", async (_, room) => {
    const home = homeFor(await startUsageUpstream());
    let isFull = false;
    const append = async (path: string, bytes: Uint8Array) => {
      const writtenBytes = isFull ? 0 : room(Buffer.from(bytes).toString());
      isFull = true;
      await appendLines(path, bytes.subarray(0, writtenBytes));
      throw Object.assign(new Error("ENOSPC: short write"), { code: "ENOSPC", writtenBytes });
    };
    await whileRunning({ home, context: { append } }, async (url) => {
      await sendMixed(url, 8);
      const lost = async () => {
        const { body } = await ask(`${url}/metrics`, { headers: TOKEN });
        return Number(/lines_lost_total (\d+)/.exec(String(body))?.[1]);
      };
      await expect.poll(async () => (await lost()) + textOf(home).split("\n").length - 1).toBe(8);
    });
  });

  it("does not keep the gateway from ending, if the disk never answers", async () => {
    const home = homeFor(await startUsageUpstream());
    const context = { append: () => new Promise<never>(() => {}), delay: async () => {} };
    await whileRunning({ home, context }, (url) => sendMixed(url, 5));
  });

  it("is not where the state folder is none", async () => {
    const home = homeFor(await startUsageUpstream());
    writeFileSync(folderOf(home), "");
    const printed = await whileRunning({ home }, (url) => sendMixed(url, 2));
    expect(printed).toContain("Requests are served, but not recorded.");
  });

  it.each([
    ["a pipe", (path: string) => execFileSync("mkfifo", [path])],
    ["a link to a device", (path: string) => symlinkSync("/dev/zero", path)],
    ["a folder", (path: string) => mkdirSync(path)],
  ])("is told of where the file of the day is %s", async (_, make) => {
    const home = homeFor(await startUsageUpstream());
    mkdirSync(folderOf(home), { recursive: true });
    const file = join(folderOf(home), `${NOON.toISOString().slice(0, 10)}.jsonl`);
    make(file);
    const printed = await whileRunning({ home, context: { now: () => NOON } }, (url) => sendMixed(url, 3));
    expect(printed.match(/Requests are served, but not recorded/g)).toHaveLength(1);
    expect(printed).toContain(`not recorded. Cannot write to ${file}: `);
  });

  it("may stand in a folder elsewhere", async () => {
    const home = homeFor(await startUsageUpstream());
    const elsewhere = temporaryHome();
    symlinkSync(elsewhere, folderOf(home));
    const printed = await whileRunning({ home }, (url) => sendMixed(url, 3));
    expect(printed).not.toContain("not recorded");
    expect([...filesBelow(elsewhere).values()].join("").split("\n")).toHaveLength(4);
  });

  it("goes on when its folder was removed", async () => {
    const home = homeFor(await startUsageUpstream());
    const gateway = await startGatewayHere({
      home,
      context: {
        append: async (path, lines) => {
          if (existsSync(folderOf(home)) && !existsSync(join(home, "removed"))) {
            rmSync(folderOf(home), { recursive: true });
            writeFileSync(join(home, "removed"), "");
          }
          await appendLines(path, lines);
        },
      },
    });
    await sendMixed(gateway.url, 3);
    gateway.kill("SIGTERM");
    await gateway.ended;
    expect(linesOf(home)).toHaveLength(3);
    expect(gateway.printed()).not.toContain("not recorded");
  });
});

describe("lines at the end of a file", () => {
  it("begin anew behind half a line of a process that was killed", async () => {
    const path = join(temporaryHome(), "a.jsonl");
    writeFileSync(path, '{"a":1}\n{"half');
    await appendLines(path, Buffer.from('{"b":2}\n'));
    await appendLines(path, Buffer.from('{"c":3}\n'));
    expect(readFileSync(path, "utf8")).toBe('{"a":1}\n{"half\n{"b":2}\n{"c":3}\n');
  });

  it("go to the file of that name, a second after another one was moved there", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const path = join(temporaryHome(), "a.jsonl");
    const add = (line: string) => appendLines(path, Buffer.from(line));
    await add("1\n");
    renameSync(path, `${path}.old`);
    await add("2\n");
    vi.advanceTimersByTime(1_000);
    await add("3\n");
    rmSync(path);
    vi.advanceTimersByTime(1_000);
    await add("4\n");
    expect([readFileSync(`${path}.old`, "utf8"), readFileSync(path, "utf8")]).toEqual(["1\n2\n", "4\n"]);
  });

  it("of many writers are all there, and whole", async () => {
    const path = join(temporaryHome(), "a.jsonl");
    const batch = (writer: number) => `{"writer":${writer},"text":"${"x".repeat(3_000)}"}\n`.repeat(20);
    await Promise.all(Array.from({ length: 40 }, (_, writer) => appendLines(path, Buffer.from(batch(writer)))));
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(800);
    for (const line of lines) JSON.parse(line);
  });
});

/** Resolves when a file in the folder has something in it. */
function writtenIn(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return new Promise((resolve) => {
    const look = () => {
      if ([...filesBelow(folder).values()].join("") === "") return;
      watcher.close();
      resolve();
    };
    const watcher = watch(folder, look);
    // What was written before.
    look();
  });
}

it("loses no more than the last batch when the process is killed", async () => {
  const upstream = await startUsageUpstream();
  const home = homeFor(upstream);
  const gateway = await startGatewayProcess({ home });
  await sendMixed(gateway.url, 30);
  await writtenIn(folderOf(home));
  const before = linesOf(home).length;
  const sending = sendMixed(gateway.url, 500).catch(() => {});
  gateway.child.kill("SIGKILL");
  await Promise.all([sending, gateway.ended]);
  const second = await startGatewayProcess({ home });
  await sendMixed(second.url, 5);
  second.kill("SIGTERM");
  await second.ended;
  const { stdout } = await openclaw(["usage", "--json", "--since", "2d"], { home });
  const { total, damagedLines } = JSON.parse(stdout);
  expect(total.requests).toBeGreaterThanOrEqual(before + 5);
  expect(damagedLines).toBeLessThanOrEqual(1);
});
