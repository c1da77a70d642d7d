/**
 * How long a start of the built program takes, compared with a start of Node that does nothing.
 * `npm run bench:startup` builds the program, bundles this file and runs it in the project's folder; see README.md here
 * for what is measured and how. It never fails on a figure: it is for reading, the guards are among the tests.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { jsonLine, markdownTable, type Quartiles, quartiles, shuffled } from "./figures.ts";

const PROGRAM = resolve("bin", "openclaw.cjs");
const MANIFEST = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

/** @why fewer than 21 rounds move a quartile by more than the differences that matter here. */
const ROUNDS = Math.max(21, Number(process.env.OPENCLAW_BENCH_ROUNDS ?? 25));
/** The Node that runs this, and more of them if named. */
const NODES = [process.execPath, ...(process.env.OPENCLAW_BENCH_NODES ?? "").split(delimiter).filter(Boolean)];

const ONBOARD = [
  ...["onboard", "--non-interactive", "--mode", "local", "--auth-choice", "cloudflare-ai-gateway-api-key"],
  ...["--cloudflare-ai-gateway-account-id", "0123456789abcdef0123456789abcdef"],
  ...["--cloudflare-ai-gateway-gateway-id", "my-gateway"],
  ...["--cloudflare-ai-gateway-api-key", "sk-ant-api03-not-a-key-not-a-key-not-a-key-1234"],
];

interface Target {
  readonly commit: number;
  readonly stretch?: number;
}

interface Subject {
  readonly name: string;
  readonly args: readonly string[];
  /** The home to start from; a fresh copy is made of it for every start when the command writes. */
  readonly home: "empty" | "onboarded" | "commented" | "large";
  readonly writes?: boolean;
  readonly target: Target;
  /** Whether it printed what it should. */
  readonly isRight: (output: string) => boolean;
}

const LIST: Target = { commit: 1.5, stretch: 1.25 };
/** At most 1.25 times what `models list` takes. */
const BESIDE_LIST: Target = { commit: 1.25 * LIST.commit };
/** The word at the cursor, behind a plus, and the words before it. */
const COMPLETED: readonly (readonly [name: string, words: readonly string[]])[] = [
  ["a command", ["+"]],
  ["flags of onboard", ["+--", "onboard"]],
  ["a model", ["+", "models", "set"]],
  ["a configuration path", ["+models.", "config", "set"]],
];
const SET_UP: Target = { commit: 2.4 };
/** A second on a machine that starts Node in 33 ms. */
const LARGE: Target = { commit: 30 };
const isList = (output: string) => /^Model +Input +Ctx/.test(output) && output.includes("cloudflare-ai-gateway/");

const SUBJECTS: readonly Subject[] = [
  {
    name: "--version",
    args: ["--version"],
    home: "empty",
    target: { commit: 1.1, stretch: 1.03 },
    isRight: (output) => output === `${MANIFEST.version}\n`,
  },
  {
    name: "--help",
    args: ["--help"],
    home: "empty",
    target: { commit: 1.6, stretch: 1.35 },
    isRight: (output) => output.startsWith("Usage: ") && output.includes("onboard"),
  },
  { name: "models list", args: ["models", "list"], home: "onboarded", target: LIST, isRight: isList },
  {
    name: "models list --provider …",
    args: ["models", "list", "--provider", "cloudflare-ai-gateway"],
    home: "onboarded",
    target: LIST,
    isRight: isList,
  },
  {
    name: "models status",
    args: ["models", "status"],
    home: "onboarded",
    // At most 1.25 times `models list`.
    target: { commit: 1.25 * LIST.commit, stretch: LIST.commit },
    isRight: (output) => /^Default model +cloudflare-ai-gateway\//.test(output) && output.includes("********"),
  },
  {
    name: "models list --provider …, JSON5",
    args: ["models", "list", "--provider", "cloudflare-ai-gateway"],
    home: "commented",
    target: LIST,
    isRight: isList,
  },
  ...COMPLETED.map(
    ([name, words]): Subject => ({
      name: `completing ${name}`,
      args: ["__complete", "zsh", ...words],
      home: "onboarded",
      target: BESIDE_LIST,
      isRight: (output) => output.startsWith("words\n "),
    }),
  ),
  {
    name: "config get",
    args: ["config", "get", "agents.defaults.model.primary"],
    home: "onboarded",
    target: BESIDE_LIST,
    isRight: (output) => output.startsWith("cloudflare-ai-gateway/"),
  },
  {
    name: "config get, all of it, JSON5",
    args: ["config", "get"],
    home: "commented",
    target: BESIDE_LIST,
    isRight: (output) => output.includes('"gateway": {'),
  },
  {
    name: "onboard, first run",
    args: ONBOARD,
    home: "empty",
    writes: true,
    target: SET_UP,
    isRight: (output) => output.includes("Wrote "),
  },
  {
    name: "onboard, second run",
    args: ONBOARD,
    home: "onboarded",
    writes: true,
    target: SET_UP,
    isRight: (output) => output.includes("Already up to date"),
  },
  {
    name: "onboard, 1 MB of JSON5",
    args: ONBOARD,
    home: "large",
    writes: true,
    target: LARGE,
    isRight: (output) => output.includes("Wrote "),
  },
];

/** 1 MB of them. */
const LARGE_MODELS = 28_000;

interface Start {
  readonly wallMs: number;
  readonly cpuMs?: number;
  readonly peakMiB?: number;
}

/** What one command took in one round, of each of the two kinds of start. */
type Sample = Required<Start>;

const work = mkdtempSync(join(tmpdir(), "openclaw-bench-"));
const file = (name: string, text: string) => {
  writeFileSync(join(work, name), text);
  return join(work, name);
};
/** Loaded into the starts that count CPU and memory: only the process itself knows them to the microsecond. */
const meter = file(
  "meter.cjs",
  `process.on("exit",()=>require("fs").writeSync(3,JSON.stringify(process.resourceUsage())))`,
);
const empty = file("empty.cjs", "");

let homes = 0;

function homeFor({ home, writes }: Subject): string {
  const template = join(work, home);
  if (!writes) return template;
  const fresh = join(work, `home-${homes++}`);
  cpSync(template, fresh, { recursive: true });
  return fresh;
}

/**
 * Nothing of the developer's own: NODE_OPTIONS and NODE_COMPILE_CACHE would change what is measured, and with
 * NODE_EXTRA_CA_CERTS alone an empty start of Node 20 takes three times as long, which makes every ratio look good.
 */
const environment = (home: string) => ({ HOME: home, PATH: process.env.PATH ?? "" });

/** Starts Node once; its output goes to pipes that are read. Throws when the run does not end with status 0. */
function start(node: string, args: readonly string[], home: string, metered: boolean): Start & { output: string } {
  const before = process.hrtime.bigint();
  const ended = spawnSync(node, metered ? ["--require", meter, ...args] : args, {
    cwd: home,
    env: environment(home),
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const wallMs = Number(process.hrtime.bigint() - before) / 1e6;
  const [, stdout, stderr, usage] = ended.output ?? [];
  if (ended.status !== 0)
    throw new Error(`${node} ${args.join(" ")}: ${ended.error ?? `status ${ended.status}`}\n${stderr}`);
  const output = String(stdout);
  if (!metered) return { wallMs, output };
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(String(usage)) as NodeJS.ResourceUsage;
  return { wallMs, cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMiB: maxRSS / 1024, output };
}

function once(node: string, subject: Subject, metered: boolean): Start {
  const home = homeFor(subject);
  const { output, ...taken } = start(node, [PROGRAM, ...subject.args], home, metered);
  // A program that does nothing would be the fastest.
  if (!subject.isRight(output)) throw new Error(`${subject.name} printed something else:\n${output}`);
  if (subject.writes) rmSync(home, { recursive: true });
  return taken;
}

/** Homes by the program's own hand, and one with the configuration as a person would keep it. */
function prepareHomes(): void {
  for (const name of ["empty", "onboarded", "commented", "large"]) mkdirSync(join(work, name));
  for (const name of ["onboarded", "commented"]) {
    start(process.execPath, [PROGRAM, ...ONBOARD], join(work, name), false);
  }
  const path = join(work, "commented", ".openclaw", "openclaw.json");
  const text = readFileSync(path, "utf8").replace("{", "{\n  // the gateway at home");
  writeFileSync(path, text.replaceAll(/^(\s*)"(\w+)":/gm, "$1$2:").replace(/\n\}\s*$/, ",\n}\n"));
  const models = Array.from({ length: LARGE_MODELS }, (_, at) => `        "openrouter/model-${at}": {},\n`);
  const large = `// mine\n{\n  agents: {\n    defaults: {\n      models: {\n${models.join("")}      },\n    },\n  },\n}\n`;
  mkdirSync(join(work, "large", ".openclaw"), { mode: 0o700 });
  writeFileSync(join(work, "large", ".openclaw", "openclaw.json"), large, { mode: 0o600 });
}

const FLOOR = "node -e 0";

/** Every round starts the floor and each command once for the time and once for the rest, in an order of its own. */
function measure(node: string): ReadonlyMap<string, readonly Sample[]> {
  const starts = new Map<string, (metered: boolean) => Start>([
    [FLOOR, (metered) => start(node, ["-e", "0"], join(work, "empty"), metered)],
    ["an empty file", (metered) => start(node, [empty], join(work, "empty"), metered)],
    ...SUBJECTS.map((subject) => [subject.name, (metered: boolean) => once(node, subject, metered)] as const),
  ]);
  const samples = new Map([...starts.keys()].map((name) => [name, [] as Sample[]]));
  // The first round fills the disk cache and does not count.
  for (let round = 0; round <= ROUNDS; round++) {
    const taken = new Map<string, Start>();
    for (const [name, metered] of shuffled(
      [...starts.keys()].flatMap(
        (key) =>
          [
            [key, false],
            [key, true],
          ] as const,
      ),
    )) {
      const one = starts.get(name)?.(metered);
      taken.set(name, { ...taken.get(name), ...one, wallMs: (metered ? taken.get(name)?.wallMs : one?.wallMs) ?? 0 });
    }
    if (round > 0) for (const [name, sample] of taken) samples.get(name)?.push(sample as Sample);
  }
  return samples;
}

interface Row {
  readonly name: string;
  readonly target?: Target;
  readonly wall: Quartiles;
  readonly cpu: Quartiles;
  readonly peak: Quartiles;
  readonly addedMs: Quartiles;
}

function rowsOf(samples: ReadonlyMap<string, readonly Sample[]>): readonly Row[] {
  const floor = samples.get(FLOOR) ?? [];
  const per = (of: readonly Sample[], figure: (sample: Sample, base: Sample) => number) =>
    quartiles(of.map((sample, round) => figure(sample, floor[round] as Sample)));
  return [...samples].slice(1).map(([name, own]) => {
    const target = SUBJECTS.find((subject) => subject.name === name)?.target;
    return {
      name,
      ...(target && { target }),
      wall: per(own, (sample, base) => sample.wallMs / base.wallMs),
      cpu: per(own, (sample, base) => sample.cpuMs / base.cpuMs),
      peak: per(own, (sample, base) => sample.peakMiB / base.peakMiB),
      addedMs: per(own, (sample, base) => sample.wallMs - base.wallMs),
    };
  });
}

function table(rows: readonly Row[]): string {
  const two = (value: number | undefined) => value?.toFixed(2) ?? "";
  const cells = [
    ["command", "time", "quartiles", "commit", "stretch", "CPU", "quartiles", "memory", "added ms"],
    ...rows.map(({ name, target, wall, cpu, peak, addedMs }) => [
      ...[name, two(wall.median), `${two(wall.lower)}-${two(wall.upper)}`, two(target?.commit), two(target?.stretch)],
      ...[two(cpu.median), `${two(cpu.lower)}-${two(cpu.upper)}`, two(peak.median), addedMs.median.toFixed(1)],
    ]),
  ];
  return markdownTable(cells);
}

try {
  prepareHomes();
  for (const node of NODES) {
    for (const subject of SUBJECTS) once(node, subject, false);
    const version = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
    const load = loadavg()[0] ?? 0;
    const samples = measure(node);
    const rows = rowsOf(samples);
    const floorMs = quartiles((samples.get(FLOOR) ?? []).map(({ wallMs }) => wallMs));
    const about = {
      node: version,
      cpu: cpus()[0]?.model ?? "",
      cpus: cpus().length,
      load: [load, loadavg()[0]],
      n: ROUNDS,
    };
    console.log(
      `Node ${version}, ${about.cpus} x ${about.cpu}, load ${load.toFixed(1)}, n ${ROUNDS}; ` +
        `ratios to \`${FLOOR}\` (${floorMs.median.toFixed(1)} ms); memory to commit: 1.15\n\n${table(rows)}\n`,
    );
    console.log(`${jsonLine({ ...about, floorMs, rows })}\n`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
} finally {
  rmSync(work, { recursive: true, force: true });
}
