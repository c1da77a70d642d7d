import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { textWidth } from "../../src/terminal/width.ts";
import { formatLine, type UsageLine } from "../../src/usage/line.ts";
import { calendarOf } from "../../src/usage/period.ts";
import { openclaw, temporaryHome } from "../support/program.ts";
import { CLAUDE, DAY_MS, NOW, served } from "../support/served-line.ts";

const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
const day = (before: number) => calendarOf(timeZone)(NOW.getTime() - before * DAY_MS);

const folder = (home: string) => join(home, ".openclaw", "usage");

function record(home: string, lines: readonly UsageLine[]): void {
  mkdirSync(folder(home), { recursive: true });
  for (const line of lines) appendFileSync(join(folder(home), `${line.time.slice(0, 10)}.jsonl`), formatLine(line));
}

const LINES = [
  served(0),
  served(0, { client: "anna", session: "s-1", cacheReadTokens: 900_000 }),
  served(1, { client: "ci", status: 529, ended: "overloaded", inputTokens: undefined, outputTokens: undefined }),
  served(2, { client: "anna", session: "s-1", tried: [`${CLAUDE}/claude-opus-5-5: overloaded`], firstByteMs: 2_340 }),
  served(2, { client: "anna", status: 200, ended: "client-gone", outputTokens: undefined }),
  served(30, {}, "claude-haiku-5-5"),
];

function usage(
  home: string,
  args: readonly string[] = [],
  columns?: number,
  env: Readonly<Record<string, string>> = {},
) {
  return openclaw(["usage", ...args], { home, env, context: { now: () => NOW, columns: () => columns } });
}

async function usageJson(home: string, args: readonly string[] = []) {
  const { stdout, status, stderr } = await usage(home, ["--json", ...args]);
  return { status, stderr, document: JSON.parse(stdout) };
}

function homeWith(lines: readonly UsageLine[] = LINES): string {
  const home = temporaryHome();
  record(home, lines);
  return home;
}

describe("usage", () => {
  it("shows the last seven days, with a total and what the figures mean", async () => {
    const { stdout, stderr, status } = await usage(homeWith());
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toBe(
      [
        `Usage from ${day(6)} to ${day(0)}, time zone ${timeZone}`,
        "",
        "day         requests    in  out  cached     cost  failed     p50     p95  failovers",
        `${day(2)}         2  200k  20k       0  $0.40+?       0  820 ms   2.3 s          1`,
        `${day(1)}         1     0    0       0    $0.00       1       -       -          0`,
        `${day(0)}         2  1.1M  40k    900k    $0.89       0  820 ms  820 ms          0`,
        "total              5  1.3M  60k    900k  $1.29+?       1  820 ms   2.3 s          1",
        "",
        "`in` and `out` are tokens, `cached` those of `in` that a cache held. p50 and p95 are times to the first byte.",
        "1 request ended because the client stopped.",
        "The cost leaves out 1 request whose price or tokens are not known. A `?` marks their rows.",
        "Costs are estimates in USD, by the prices of 2026-10 or of your configuration. Discounts and taxes are left out.",
        "",
      ].join("\n"),
    );
  });

  it.each([
    ["en", "1,234 requests ended because the client stopped."],
    ["zh-TW", "有 1,234 個請求因用戶端停止而結束。"],
  ])("has numbers in sentences as in the table (%s)", async (language, sentence) => {
    const home = homeWith(Array.from({ length: 1_234 }, () => served(0, { ended: "client-gone" })));
    const { stdout } = await usage(home, [], undefined, { OPENCLAW_LANG: language });
    expect(stdout).toContain(sentence);
    expect(stdout).toMatch(new RegExp(`^${day(0)} +1,234 `, "m"));
  });

  it("has a bar for each row in a window", async () => {
    const home = homeWith(LINES.filter(({ ended }) => ended !== "client-gone"));
    const { stdout } = await usage(home, ["--since", "90d", "--by", "model"], 160);
    const rows = stdout.split("\n").slice(3, 6);
    expect(rows.map((row) => /[█▉▊▋▌▍▎▏]+$/.exec(row)?.[0].length ?? 0)).toEqual([30, 1, 0]);
    expect(stdout).toContain("A bar is a row's share of the cost.");
    expect((await usage(homeWith(), [], 140)).stdout).toContain("A bar is a row's share of the requests.");
  });

  it.each(["en", "zh-TW"])("fits a window of 80, 60 and 40 columns, and cuts nothing (%s)", async (language) => {
    const home = homeWith([...LINES, served(3, { session: "x".repeat(70), client: "小明" })]);
    for (const columns of [80, 60, 40])
      for (const by of ["day", "model", "client", "session", "provider"]) {
        const { stdout } = await usage(home, ["--since", "90d", "--by", by], columns, { OPENCLAW_LANG: language });
        for (const line of stdout.split("\n")) expect([line, textWidth(line) <= columns]).toEqual([line, true]);
        // What the table has no room for is said below it.
        for (const figure of ["$1.71+?", "2.3 s", "900k"]) expect(stdout).toContain(figure);
      }
  });

  it("sums up what is beyond a hundred rows in a window, and nowhere else", async () => {
    const home = homeWith(
      Array.from({ length: 130 }, (_, index) =>
        served(0, { client: `c${String(index).padStart(3, "0")}`, outputTokens: 10_000 - index }),
      ),
    );
    const { stdout } = await usage(home, ["--by", "client"], 100);
    const [, table = ""] = stdout.split("\n\n");
    const rows = table.split("\n").slice(1);
    expect([rows.length, rows[99]?.slice(0, 4), rows[100]?.trim().slice(0, 9)]).toEqual([102, "c099", "30 others"]);
    expect(rows[100]).toMatch(/^30 others {2,}30 {2}/);
    expect(stdout).toContain("These are the first 100 rows. `--csv` and `--json` have all.");
    expect((await usage(home, ["--by", "client"])).stdout.split("\n\n")[1]?.split("\n")).toHaveLength(132);
  });

  it("keeps a row of a day on one line of 80 columns where nothing failed", async () => {
    const { stdout } = await usage(homeWith([served(0), served(1)]), [], 80);
    expect(stdout.split("\n\n")[1]?.split("\n")).toHaveLength(4);
    expect(stdout).not.toContain("failovers");
  });

  it.each([
    ["en", "day", 80, "This window has no room for more columns. Overall: failovers 1."],
    ["en", "day", 60, "This window has no room for more columns. Overall: cached 900k, p95 2.3 s,\nfailovers 1."],
    ["en", "client", 80, "This window has no room for more columns. Overall: failovers 1."],
    ["zh-TW", "day", 60, "視窗太窄，省略了幾欄。整體：p95 2.3 s、容錯移轉 1。"],
    ["zh-TW", "day", 80, undefined],
  ])(
    "keeps a row on one line, and says what it has no room for: %s, by %s, %i",
    async (language, by, columns, said) => {
      const home = homeWith(LINES.slice(0, 4));
      const { stdout } = await usage(home, ["--by", by], columns, { OPENCLAW_LANG: language });
      const [, table = "", notes = ""] = stdout.split("\n\n");
      expect(table.split("\n")).toHaveLength(5);
      const joined = notes.replace(/\n/g, language === "en" ? " " : "");
      if (said === undefined) expect(notes).not.toContain("視窗太窄");
      else expect(joined).toContain(said.replace("\n", " "));
      expect(/[█▏▎▍▌▋▊▉]/.test(table)).toBe(/A bar|長條/.test(notes));
    },
  );

  it.each([
    [
      ["own-provider-of-the-team/a", "own-provider-of-the-team/b"],
      ["a ", "b "],
    ],
    [
      ["own/a", "other/b", `${CLAUDE}/claude-sonnet-5-5`],
      ["a ", "b ", "claude-sonnet-5-5 "],
    ],
    [
      ["own/a-model-of-a-long-name", "other/a-model-of-a-long-name"],
      ["own/a-model", "other/a-model"],
    ],
  ])("names models without their provider where it is narrow, and no two are the same: %j", async (models, names) => {
    const home = homeWith(models.map((model) => served(0, { model, status: 500, tried: ["x/y: down"] })));
    const { stdout } = await usage(home, ["--by", "model"], 72);
    const [, table = ""] = stdout.split("\n\n");
    for (const name of names) expect(`\n${table}`).toContain(`\n${name}`);
  });

  it.each([30, 24])("has bars of one scale, and no figures of nothing, in %i columns", async (columns) => {
    const home = homeWith(["a", "anna-of-the-team-and-of-another-one"].map((client) => served(0, { client })));
    const { stdout } = await usage(home, ["--by", "client"], columns);
    const bars = stdout.match(/(?<= )[█▉▊▋▌▍▎▏]+$/gm) ?? [];
    expect([bars.length, new Set(bars).size]).toEqual([2, 1]);
    for (const heading of ["failovers", "failed"]) expect(stdout).not.toContain(heading);
  });

  it.each([
    ["a", "x".repeat(39), 32],
    ["a", "x".repeat(70), 32],
    ["小明", "名".repeat(20), 32],
  ])("has a bar for each row, in one place, where a name leaves no room beside it: %s, %s, %i", async (...given) => {
    const [one, other, columns] = given;
    const home = homeWith([one, other].map((client) => served(0, { client })));
    const { stdout } = await usage(home, ["--by", "client"], columns);
    expect(stdout.match(/^ {2}[█▉▊▋▌▍▎▏]+$/gm)).toEqual(Array(2).fill(`  ${"█".repeat(30)}`));
  });

  it.each([
    [80, ["requests", "in", "out", "cached", "cost", "failed", "p50", "p95"]],
    [60, ["requests", "in", "out", "cost", "failed", "p50"]],
    [40, ["requests", "cost", "failed"]],
  ])("has a line for each session in a window of %i columns, and its whole id in CSV", async (columns, cells) => {
    const ids = ["55", "56"].map((end) => `0191f3a2-6c1d-7e2a-9d0b-2f1f6d3a7c${end}`);
    const kinds = [...ids, "nightly", undefined].flatMap((session) => [
      served(0, { session, cacheReadTokens: 900_000, tried: ["a/b: overloaded"] }),
      served(0, { session, status: 500, firstByteMs: 3_100 }),
    ]);
    const home = homeWith(kinds);
    const { stdout } = await usage(home, ["--by", "session"], columns);
    const [, table = "", notes = ""] = stdout.split("\n\n");
    const [headings = "", ...rows] = table.split("\n");
    expect([headings.trim().split(/ {2,}/), rows.length]).toEqual([["session", ...cells], 5]);
    for (const end of ["c55", "c56"])
      expect(rows.filter((row) => new RegExp(`^0191f\\S*…\\S*${end} `).test(row))).toHaveLength(1);
    expect(notes.replaceAll("\n", " ")).toContain(
      "Long names are cut at `…`. `--csv` and `--json` have the whole ones.",
    );
    const { stdout: csv } = await usage(home, ["--by", "session", "--csv"], columns);
    for (const whole of ids) expect(csv).toContain(`\n${whole},`);
  });

  it.each([
    ["pictures of several characters", "👨‍👩‍👧".repeat(12)],
    ["flags", "🇹🇼".repeat(20)],
    ["letters with marks", "हिन्दी".repeat(10)],
    ["wide letters", "模型".repeat(20)],
  ])("keeps to the window where it cuts a name of %s", async (_, model) => {
    const home = homeWith([served(0, { model: `p/${model}` }), served(0, { model: "p/a" })]);
    for (let columns = 35; columns < 90; columns += 1) {
      const { stdout } = await usage(home, ["--by", "model"], columns);
      const [, table = ""] = stdout.split("\n\n");
      const total = table.split("\n").find((line) => line.startsWith("total")) ?? "";
      expect([columns, total.length <= columns]).toEqual([columns, true]);
    }
  });

  it("puts no mark on the sign for what is left out", async () => {
    const home = homeWith([served(0, { client: "e\u0301".repeat(60) })]);
    for (const columns of [60, 61, 62, 63]) {
      const { stdout } = await usage(home, ["--by", "client"], columns);
      expect(stdout).toMatch(/e\u0301…e\u0301/);
    }
  });

  it.each([
    // `cached` goes before a name is cut, and the time to the first byte only after.
    [80, "x".repeat(36), "x".repeat(36), "token without a name", "cached 900k"],
    [80, "x".repeat(50), `${"x".repeat(8)}…${"x".repeat(9)}`, "token without a n…", undefined],
  ])("cuts names in %i columns only where little else is left to do: %s", async (...given) => {
    const [columns, client, name, unnamed, moved] = given;
    const kinds = [client, undefined].map((one) =>
      served(0, { client: one, status: 500, cacheReadTokens: 450_000, tried: ["a/b: overloaded"] }),
    );
    const { stdout } = await usage(homeWith(kinds), ["--by", "client"], columns);
    const names = stdout.match(/^(?:x|token).*?(?= {2})/gm);
    expect([names, / cached 900k/.exec(stdout)?.[0].trim()]).toEqual([[unnamed, name], moved]);
  });

  it("cuts no name at which two would be the same", async () => {
    const clients = ["1", "2"].map((middle) => `${"a".repeat(30)}${middle}${"b".repeat(30)}`);
    const { stdout } = await usage(homeWith(clients.map((client) => served(0, { client }))), ["--by", "client"], 60);
    for (const client of clients) expect(stdout.replaceAll("\n", "")).toContain(client);
    expect(stdout).not.toContain("…");
  });

  it.each([
    ["day", [day(30), day(2), day(1), day(0)]],
    ["model", [`${CLAUDE}/claude-sonnet-5-5`, `${CLAUDE}/claude-haiku-5-5`]],
    ["client", ["anna", null, "ci"]],
    ["session", ["s-1", null]],
    ["provider", [CLAUDE]],
  ])("sums by %s", async (by, keys) => {
    const { document, status } = await usageJson(homeWith(), ["--since", "90d", "--by", by]);
    expect(status).toBe(0);
    expect(document.rows.map(({ key }: { key: string }) => key)).toEqual(keys);
    expect(document.total.requests).toBe(LINES.length);
  });

  it.each([
    ["Pacific/Kiritimati", "Pacific/Kiritimati", "2026-11-29"],
    ["Etc/GMT+12", "Etc/GMT+12", "2026-11-28"],
    ["", "UTC", "2026-11-28"],
    ["Nowhere/Foo", "UTC", "2026-11-28"],
    ["UTC-3", "UTC", "2026-11-28"],
  ])("has the days of the time zone %j", async (zone, shown, last) => {
    vi.stubEnv("TZ", zone);
    try {
      const { document } = await usageJson(homeWith());
      expect([document.timeZone, document.until]).toEqual([shown, last]);
      expect(document.rows.at(-1).key).toBe(last);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it("has one document with all figures", async () => {
    const { document } = await usageJson(homeWith([LINES[1] as UsageLine]), ["--since", day(0)]);
    expect(document).toEqual({
      since: day(0),
      until: day(0),
      timeZone,
      by: "day",
      prices: ["2026-10"],
      damagedLines: 0,
      unreadable: [],
      rows: [{ key: day(0), ...document.total }],
      total: {
        requests: 1,
        failures: 0,
        cancelled: 0,
        failovers: 0,
        cacheHits: 0,
        inputTokens: 100_000,
        outputTokens: 20_000,
        cacheReadTokens: 900_000,
        cacheWrite5mTokens: 0,
        cacheWrite1hTokens: 0,
        costUsd: 0.49,
        unifiedBillingFeeUsd: 0,
        unpricedRequests: 0,
        firstByteMs: { p50: 820, p95: 820 },
      },
    });
  });

  it("writes a table for spreadsheets, in which nothing is a formula", async () => {
    const names = ["=1+1", 'a"b,c', "@SUM(A1)", "-2+3", "plain"];
    const { stdout } = await usage(homeWith(names.map((session) => served(0, { session }))), [
      "--by",
      "session",
      "--csv",
    ]);
    const [header, ...rows] = stdout.split("\r\n");
    expect(header).toBe(
      "session,requests,failures,cancelled,failovers,cacheHits,inputTokens,outputTokens,cacheReadTokens,cacheWrite5mTokens,cacheWrite1hTokens,unifiedBillingFeeUsd,unpricedRequests,costUsd,firstByteP50Ms,firstByteP95Ms",
    );
    expect(rows.map((row) => row.replace(/,1,0.*/, "")).sort()).toEqual(
      ["", '"a""b,c"', "'-2+3", "'=1+1", "'@SUM(A1)", "plain"].sort(),
    );
    expect(rows.find((row) => row.startsWith("plain"))).toBe("plain,1,0,0,0,0,100000,20000,0,0,0,0,0,0.4,820,820");
  });

  it("adds what Unified Billing costs, and says so", async () => {
    const home = homeWith([served(0, { unifiedBilling: true })]);
    expect((await usage(home)).stdout).toContain("The cost includes the 5 % fee of Unified Billing, $0.02.");
    expect((await usageJson(home)).document.total).toMatchObject({ costUsd: 0.42, unifiedBillingFeeUsd: 0.02 });
  });

  it("uses the prices of the configuration, and does without one that cannot be read", async () => {
    const home = homeWith([served(0, {}, "mine")]);
    const cost = { input: 1, output: 5, cacheRead: 0, cacheWrite: 0 };
    const models = { providers: { [CLAUDE]: { models: [{ id: "mine", name: "Mine", cost }] } } };
    const config = join(home, ".openclaw", "openclaw.json");
    writeFileSync(config, JSON.stringify({ models }));
    expect((await usageJson(home)).document.total.costUsd).toBe(0.2);
    writeFileSync(config, "{");
    const broken = await usageJson(home);
    expect(broken).toMatchObject({ status: 0, document: { total: { costUsd: null, unpricedRequests: 1 } } });
    expect(broken.stderr).toBe("The configuration cannot be read, so the prices in it are not used.\n");
  });
});

describe("usage of a record", () => {
  it("says what to do while there is none", async () => {
    const home = temporaryHome();
    const { stdout, status } = await usage(home);
    expect({ stdout, status }).toEqual({
      stdout:
        "No request has been recorded yet. `openclaw gateway run` records each one about a second after it ends.\n",
      status: 0,
    });
    expect((await usageJson(home)).document).toMatchObject({ rows: [], total: { requests: 0, costUsd: 0 } });
    expect((await usage(home, ["--csv"])).stdout.split("\r\n")).toHaveLength(2);
  });

  it.each([
    ["no record", () => temporaryHome(), []],
    ["a record", () => homeWith([served(0)]), ["cost"]],
    ["a record of another time", () => homeWith([served(30)]), ["No request was recorded"]],
  ])("says that the record is switched off, with %s", async (_, home, also) => {
    const { stdout } = await usage(home(), [], 160, { OPENCLAW_GATEWAY_USAGE: "off" });
    expect(stdout).toMatch(/(?:^|\n)OPENCLAW_GATEWAY_USAGE is `off`, so the local gateway records nothing\.\n$/);
    expect(stdout).not.toContain("gateway run");
    for (const part of also) expect(stdout).toContain(part);
  });

  it("says so if nothing was recorded at that time", async () => {
    const home = homeWith([served(30)]);
    expect((await usage(home)).stdout).toBe(`No request was recorded from ${day(6)} to ${day(0)}.\n`);
    expect((await usage(home, ["--since", "today"])).stdout).toBe(`No request was recorded on ${day(0)}.\n`);
  });

  it("skips half a line at the end, finds one behind half of another, and tells of both", async () => {
    const home = homeWith([served(0)]);
    const path = join(folder(home), `${NOW.toISOString().slice(0, 10)}.jsonl`);
    const line = formatLine(served(0));
    appendFileSync(path, `${line.slice(0, 90)}${line}not json\n\n${line.slice(0, 50)}`);
    const { document, stderr } = await usageJson(home);
    expect(document).toMatchObject({ damagedLines: 2, total: { requests: 2 } });
    expect(stderr).toBe("The record has 2 damaged lines, which were skipped.\n");
    writeFileSync(path, `not json\n${line}`);
    expect((await usageJson(home)).stderr).toBe("The record has 1 damaged line, which was skipped.\n");
  });

  it("looks at nothing but the files of days", async () => {
    const home = homeWith([served(0)]);
    mkdirSync(join(folder(home), `${day(1)}.jsonl`));
    writeFileSync(join(folder(home), "notes.txt"), formatLine(served(0)));
    const { document } = await usageJson(home);
    expect(document.total.requests).toBe(1);
  });

  it.skipIf(process.getuid?.() === 0)("names a file that it may not read", async () => {
    const home = homeWith([served(0)]);
    const path = join(folder(home), `${NOW.toISOString().slice(0, 10)}.jsonl`);
    chmodSync(path, 0);
    expect((await usage(home)).stderr).toBe(
      "~/.openclaw/usage/2026-11-28.jsonl cannot be read. Its requests are missing here.\n",
    );
  });

  it.each([
    ["a folder", (path: string) => mkdirSync(path)],
    ["a pipe that nobody writes to", (path: string) => execFileSync("mkfifo", [path])],
    ["a link to a device without end", (path: string) => symlinkSync("/dev/zero", path)],
    ["a link to nothing", (path: string) => symlinkSync("nowhere", path)],
  ])("names a day that is %s, and sums the others", async (_, make) => {
    const home = homeWith([served(0)]);
    const path = join(folder(home), `${new Date(NOW.getTime() - DAY_MS).toISOString().slice(0, 10)}.jsonl`);
    make(path);
    const { document, stderr, status } = await usageJson(home);
    expect({ status, unreadable: document.unreadable, requests: document.total.requests }).toEqual({
      status: 0,
      unreadable: [path],
      requests: 1,
    });
    expect(stderr).toContain("cannot be read. Its requests are missing here.");
  });

  it.each([
    ["a file", (path: string) => writeFileSync(path, "")],
    ["a link to itself", (path: string) => symlinkSync(path, path)],
  ])("says so where its folder is %s", async (_, make) => {
    const home = temporaryHome();
    mkdirSync(join(home, ".openclaw"));
    make(folder(home));
    const { document, status } = await usageJson(home);
    expect({ status, code: document.error.code }).toEqual({ status: 1, code: "file.access" });
    expect(document.error.message).toContain(folder(home));
  });

  it("reads a folder that stands elsewhere, and files without a line", async () => {
    const home = homeWith([served(0)]);
    const elsewhere = temporaryHome();
    renameSync(folder(home), join(elsewhere, "record"));
    symlinkSync(join(elsewhere, "record"), folder(home));
    writeFileSync(join(folder(home), "2026-11-27.jsonl"), "");
    const { document } = await usageJson(home);
    expect(document).toMatchObject({ damagedLines: 0, unreadable: [], total: { requests: 1 } });
  });

  it("reads lines that are longer than it reads at once", async () => {
    const long = served(0, { session: "x".repeat(1_500_000) });
    const home = homeWith([served(0), long, served(0)]);
    expect((await usageJson(home)).document.total.requests).toBe(3);
  });

  it("shows no credential that a client put into a name", async () => {
    const key = "sk-ant-api03-CANARYkeyCANARYkeyCANARYkey-abcdwXyZ";
    const { stdout } = await usage(homeWith([served(0, { session: key })]), ["--by", "session"]);
    expect(stdout).not.toContain("CANARYkey");
  });
});

describe("usage is refused", () => {
  it.each([
    [["--since", "soon"], "usage.invalid", "--since"],
    [["--since", "2999-01-01"], "usage.invalid", "--since"],
    [["--by", "week"], "usage.invalid", "--by"],
    [["--json", "--csv"], "usage.conflict", "--csv"],
    [["week"], "usage.unknown", "week"],
  ])("for %j", async (args, code, named) => {
    const { status, stdout, stderr } = await usage(temporaryHome(), args);
    expect(status).toBe(2);
    expect(stdout + stderr).toContain(named);
    const json = await usage(temporaryHome(), [...args, ...(args.includes("--json") ? [] : ["--json"])]);
    expect(JSON.parse(json.stdout).error.code).toBe(code);
  });

  it.each([
    ["2026-02-30", "--since: the day 2026-02-30 does not exist.", "--since 指定的日期 2026-02-30 不存在。"],
    ["2999-01-01", "--since: 2999-01-01 is in the future.", "--since 指定的時間 2999-01-01 還沒到。"],
    ["18:29", '--since takes whole days here, not "18:29".', "--since 在這裡以整天計算，不能用「18:29」。"],
    ["24h", '--since takes whole days here, not "24h".', "--since 在這裡以整天計算，不能用「24h」。"],
  ])("with what is wrong, and what works: %s", async (since, english, chinese) => {
    const run = (language: string) =>
      usage(temporaryHome(), ["--since", since], undefined, { OPENCLAW_LANG: language });
    const [en, zh] = [await run("en"), await run("zh-TW")];
    expect(en.stderr).toContain(`${english}\nUse days or weeks such as \`7d\``);
    expect(zh.stderr).toContain(chinese);
  });
});
