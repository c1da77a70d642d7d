/**
 * How long `openclaw usage` takes over a long record, compared with a program that parses its lines as JSON and does nothing
 * else. `npm run bench:usage` builds the program, bundles this file and runs it in the project's folder; see README.md here.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { formatLine, type UsageLine } from "../src/usage/line.ts";
import { jsonLine, markdownTable, quartiles, shuffled, spread } from "./figures.ts";

const LINES = Number(process.env.OPENCLAW_BENCH_LINES ?? 1_000_000);
const ROUNDS = Number(process.env.OPENCLAW_BENCH_ROUNDS ?? 7);
const DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Parses every line, of which a file is held at once. */
const BASELINE = `
const { readdirSync, readFileSync } = require("node:fs");
const folder = process.env.HOME + "/.openclaw/usage/";
let requests = 0;
for (const name of readdirSync(folder))
  for (const line of readFileSync(folder + name, "utf8").split("\\n"))
    if (line !== "" && JSON.parse(line).status > 0) requests += 1;
console.log(JSON.stringify({ total: { requests } }));
`;

/** Says at the end what the process took, in a file. */
const PRELOAD = `
process.on("exit", () => {
  const { readFileSync, writeFileSync } = require("node:fs");
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  // What resourceUsage() says of memory begins with that of the process that started this one.
  const peakKiB = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "latin1"))?.[1]);
  writeFileSync(process.env.BENCH_TOOK, JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, peakKiB }));
});
`;

interface Sample {
  readonly ms: number;
  readonly cpuMs: number;
  readonly mib: number;
}

const work = mkdtempSync(join(tmpdir(), "openclaw-bench-"));
try {
  writeRecord();
  writeFileSync(join(work, "baseline.cjs"), BASELINE);
  writeFileSync(join(work, "preload.cjs"), PRELOAD);
  compare();
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** As a gateway writes them: of six models, four clients, and two sessions for three requests. */
function writeRecord(): void {
  const folder = join(work, ".openclaw", "usage");
  mkdirSync(folder, { recursive: true });
  let seed = 7;
  const any = (most: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * most);
  };
  const models = ["claude-sonnet-5-5", "claude-opus-5-5", "claude-haiku-5-5", "gpt-5.5", "gpt-5.5-pro", "gpt-5.4-mini"];
  const clients = ["anna", "ben", "ci", undefined];
  const firstMs = Math.floor(Date.now() / DAY_MS) * DAY_MS - (DAYS - 1) * DAY_MS;
  const perDay = Math.floor(LINES / DAYS);
  const line = (day: number, index: number): UsageLine => {
    const model = models[any(models.length)] ?? "";
    const provider = model.startsWith("gpt") ? "cloudflare-ai-gateway-openai" : "cloudflare-ai-gateway";
    const isGood = any(100) > 2;
    return {
      time: new Date(firstMs + day * DAY_MS + Math.floor((index / perDay) * DAY_MS)).toISOString(),
      provider,
      asked: model,
      model: `${provider}/${model}`,
      client: clients[any(clients.length)],
      session: `0191f3a2-6c1d-7e2a-9d0b-${any(LINES * 0.67)
        .toString(16)
        .padStart(12, "0")}`,
      method: "POST",
      path: "/v1/messages",
      status: isGood ? 200 : 529,
      firstByteMs: any(30_000) / 10,
      durationMs: any(100_000) / 10,
      requestBytes: any(100_000),
      responseBytes: any(10_000),
      ...(isGood && { inputTokens: any(5_000), outputTokens: any(1_000), cacheReadTokens: any(90_000) }),
      cacheStatus: "MISS",
      logId: "01KB7Y3M6Q3ZJ4T1C1Q5Z6H7E8",
      requestId: "req_011CVxyz",
      tried: any(50) === 0 ? ["cloudflare-ai-gateway/claude-opus-5-5: anthropic.overloaded"] : undefined,
    };
  };
  for (let day = 0; day < DAYS; day += 1) {
    const name = `${new Date(firstMs + day * DAY_MS).toISOString().slice(0, 10)}.jsonl`;
    const lines = Array.from({ length: perDay }, (_, index) => formatLine(line(day, index)));
    writeFileSync(join(folder, name), lines.join(""));
  }
}

function compare(): void {
  const ours = (program: string, ...more: string[]) => [program, "usage", "--since", `${DAYS + 1}d`, "--json", ...more];
  const before = process.env.OPENCLAW_BENCH_BEFORE;
  const subjects = new Map([
    ["JSON.parse alone", [join(work, "baseline.cjs")]],
    ...(before === undefined ? [] : ([["before, --by model", ours(before, "--by", "model")]] as const)),
    ["--by model", ours(resolve("bin", "openclaw.cjs"), "--by", "model")],
    ["--by session", ours(resolve("bin", "openclaw.cjs"), "--by", "session")],
  ]);
  const samples = new Map<string, Sample[]>();
  const loadBefore = loadavg()[0] ?? 0;
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [name, args] of shuffled([...subjects])) samples.set(name, [...(samples.get(name) ?? []), run(args)]);
  const base = samples.get("JSON.parse alone") ?? [];
  const figures = [...subjects.keys()].map((name) => {
    const own = samples.get(name) ?? [];
    const ratios = (of: (sample: Sample) => number) =>
      quartiles(own.map((sample, round) => of(sample) / of(base[round] as Sample)));
    const seconds = quartiles(own.map(({ ms }) => ms / 1000));
    const mib = quartiles(own.map((sample) => sample.mib)).median;
    return { name, seconds, mib, time: ratios(({ ms }) => ms), cpu: ratios(({ cpuMs }) => cpuMs) };
  });
  const load = [loadBefore, loadavg()[0] ?? 0];
  console.log(
    `${LINES} lines, Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}, ${ROUNDS} rounds, load ${load.map((one) => one.toFixed(1)).join(" to ")}\n`,
  );
  console.log(
    markdownTable([
      ["program", "seconds", "time to JSON.parse (quartiles)", "CPU (quartiles)", "peak memory, MiB"],
      ...figures.map(({ name, seconds, mib, time, cpu }) => [
        ...[name, seconds.median.toFixed(1), spread(time, 2), spread(cpu, 2), mib.toFixed(0)],
      ]),
    ]),
  );
  console.log(`\n${jsonLine({ lines: LINES, rounds: ROUNDS, load, figures })}`);
}

function run(args: readonly string[]): Sample {
  const [took, output] = [join(work, "took.json"), join(work, "output.json")];
  const startMs = performance.now();
  const { status } = spawnSync(
    "/bin/sh",
    ["-c", `exec "$0" "$@" >"${output}"`, process.execPath, "--require", join(work, "preload.cjs"), ...args],
    {
      env: { HOME: work, PATH: process.env.PATH ?? "", TZ: "UTC", BENCH_TOOK: took },
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  const ms = performance.now() - startMs;
  // The total stands at the end; by session the document is long.
  const total = /"requests": ?(\d+)[^{]*(?:\{[^{}]*\}[^{}]*)?\}\s*\}?\s*$/.exec(
    readFileSync(output, "latin1").slice(-2_000),
  )?.[1];
  const expected = Math.floor(LINES / DAYS) * DAYS;
  if (status !== 0 || Number(total) !== expected) throw new Error(`It ended with ${status}, and ${total} requests.`);
  const { cpuMs, peakKiB } = JSON.parse(readFileSync(took, "utf8")) as { cpuMs: number; peakKiB: number };
  return { ms, cpuMs, mib: peakKiB / 1024 };
}
