import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { DOCUMENTED, openclawProcess, PROGRAM, temporaryHome } from "../support/program.ts";

/** What a start loaded, in its own words. */
interface Loaded {
  readonly builtins: readonly string[];
  readonly files: readonly string[];
}

/** Runs at the end of the process and tells what it loaded; it loads nothing itself that an empty program does not. */
const HOOK = `process.on("exit", () => require("fs").writeFileSync(__filename + ".json", JSON.stringify({
  builtins: process.moduleLoadList.flatMap((entry) => /^NativeModule (.*)/.exec(entry)?.[1] ?? []),
  files: Object.keys(require.cache).filter((path) => path !== __filename),
})));`;

/** Runs the program, its output on a pipe, and returns what it loaded. */
async function loadedBy(args: readonly string[], home: string, alsoRequire = "", language = "en"): Promise<Loaded> {
  const hook = join(home, "hook.cjs");
  writeFileSync(hook, `${HOOK}${alsoRequire}`);
  const { status, stderr } = await openclawProcess(args, {
    home,
    env: { NODE_OPTIONS: `--require ${hook}`, ...(language !== "" && { OPENCLAW_LANG: language }) },
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return JSON.parse(readFileSync(`${hook}.json`, "utf8"));
}

/** What Node loads anyway to run a CommonJS file. */
async function builtinsOfAnEmptyFile(): Promise<readonly string[]> {
  const home = temporaryHome();
  const args = ["--version"];
  return (await loadedBy(args, home)).builtins;
}

const SLOW_BUILTINS =
  /^(?:_?http.*|https|http2|net|_?tls.*|crypto|child_process|readline.*|tty|repl|worker_threads|inspector|internal\/deps\/undici\/.*)$/;

/** Modules that `models list` has no use for, as rolldown names them above their code. */
const SLOW_MODULES = {
  inquirer: /(?:^|\/)node_modules\/@inquirer\//,
  chalk: /(?:^|\/)node_modules\/chalk\//,
  "the prompter": /^src\/terminal\/(?:prompter|text-prompt|keyboard)\.ts$/,
  "the JSON5 editor": /^src\/config\/(?:json5-(?:document|edits|tree|style)|config-edit)\.ts$/,
  onboarding: /^src\/(?:onboard\/|commands\/onboard)/,
  "asking for models": /^src\/(?:models\/live|providers\/.*\/listing)\.ts$/,
  "the cache of models": /^src\/models\/cache\.ts$/,
  "the local gateway": /^src\/(?:gateway\/|server\/|http\/upstream|commands\/gateway)/,
  undo: /^src\/(?:undo\/|commands\/undo)/,
  "the wizard": /^src\/onboard\/(?:wizard(?:-\w+)?|lookup|verify)\.ts$/,
} as const;

/** The rooms whose sentences a command may load beside those of every command. */
const ROOMS: readonly (readonly [args: readonly string[], rooms: readonly string[]])[] = [
  [["--help"], []],
  [["models", "list"], []],
  [["__complete", "zsh", "+"], []],
  [["__complete", "zsh", "+-", "models", "list"], []],
  [["__complete", "zsh", "+", "models", "set"], ["model-edits"]],
  [
    ["__complete", "zsh", "+", "onboard", "--model"],
    ["cloudflare", "onboard"],
  ],
  [["models", "status"], ["model-status"]],
  [["config", "get"], ["settings"]],
  [["gateway", "token"], ["service"]],
  [DOCUMENTED, ["cloudflare", "onboard"]],
];

const EVERYDAY_ROOMS = ["commands", "help", "models"];

/** The rooms of a language in what was loaded. */
const roomsIn = ({ files }: Loaded): readonly string[] =>
  files
    .flatMap(modulesIn)
    .flatMap((name) => /^src\/text\/en\/([\w-]+)\.ts$/.exec(name)?.[1] ?? [])
    .filter((room) => !["index", "words", ...EVERYDAY_ROOMS].includes(room));

/** The modules that were bundled into a built file. */
function modulesIn(path: string): readonly string[] {
  return [...readFileSync(path, "utf8").matchAll(/^\s*\/\/ ((?:src|\S*node_modules)\/\S+)$/gm)].map(
    ([, name = ""]) => name,
  );
}

/** What was loaded in vain. */
function slowIn({ builtins, files }: Loaded, floor: readonly string[]): readonly string[] {
  const modules = files.flatMap(modulesIn);
  return [
    ...builtins.filter((name) => SLOW_BUILTINS.test(name) && !floor.includes(name)),
    ...Object.entries(SLOW_MODULES).flatMap(([what, named]) =>
      modules.some((name) => named.test(name)) ? [what] : [],
    ),
  ];
}

async function onboarded(): Promise<string> {
  const home = temporaryHome();
  expect((await openclawProcess(DOCUMENTED, { home })).status).toBe(0);
  return home;
}

/** The same configuration as a person would keep it. */
function writeAsJson5(home: string): void {
  const path = join(home, ".openclaw", "openclaw.json");
  const text = readFileSync(path, "utf8").replace("{", "{\n  // the gateway at home");
  writeFileSync(path, text.replaceAll(/^(\s*)"(\w+)":/gm, "$1$2:").replace(/\n\}\s*$/, ",\n}\n"));
}

describe("start-up", () => {
  it("of --version loads the starter and nothing else", async () => {
    for (const flag of ["--version", "-V"]) {
      expect((await loadedBy([flag], temporaryHome())).files).toEqual([PROGRAM]);
    }
  });

  it("of --help loads the command tree and no command", async () => {
    const { files, builtins } = await loadedBy(["--help"], temporaryHome());
    expect(files.map((path) => basename(path).replace(/-[\w-]{8}\.cjs$/, ".cjs"))).toEqual([
      "openclaw.cjs",
      "main.cjs",
      "rolldown-runtime.cjs",
      "text-en.cjs",
    ]);
    expect(slowIn({ files, builtins }, await builtinsOfAnEmptyFile())).toEqual([]);
    expect(
      files
        .flatMap(modulesIn)
        .filter((name) => /^src\/commands\/(?!entry|main|program|help|given-flags|global-flags|run\b)/.test(name)),
    ).toEqual([]);
  });

  it("of models status loads nothing that asks, edits, talks or paints", async () => {
    const loaded = await loadedBy(["models", "status"], await onboarded());
    expect(slowIn(loaded, await builtinsOfAnEmptyFile())).toEqual([]);
  });

  it.each([
    ["JSON", () => {}],
    ["JSON5", writeAsJson5],
  ])(
    "of models list loads nothing that asks, edits, talks or paints, with a configuration in %s",
    async (_, rewrite) => {
      const home = await onboarded();
      rewrite(home);
      const floor = await builtinsOfAnEmptyFile();
      const loaded = await loadedBy(["models", "list"], home);
      expect(slowIn(loaded, floor)).toEqual([]);
      const above = loaded.builtins.filter((name) => !floor.includes(name));
      expect(above.length, above.join(", ")).toBeLessThanOrEqual(15);
    },
  );

  it.each([
    ["JSON", () => {}],
    ["JSON5", writeAsJson5],
  ])("of config get loads nothing else either, with a configuration in %s", async (_, rewrite) => {
    const home = await onboarded();
    rewrite(home);
    const args = ["config", "get", "gateway.port"];
    expect(slowIn(await loadedBy(args, home), await builtinsOfAnEmptyFile())).toEqual([]);
  });

  it("of onboard --non-interactive loads nothing that asks, talks or paints", async () => {
    const home = temporaryHome();
    const slow = slowIn(await loadedBy(DOCUMENTED, home), await builtinsOfAnEmptyFile());
    expect(slow.filter((name) => !["onboarding", "the JSON5 editor", "crypto"].includes(name))).toEqual([]);
  });

  it.each([[["--help"]], [["models", "list"]], [DOCUMENTED]])("of %j in Chinese loads no English", async (args) => {
    const { files } = await loadedBy(args, await onboarded(), "", "zh-TW");
    const languages = files.flatMap((path) => /^text-(en|zh-TW)\b/.exec(basename(path))?.[1] ?? []);
    expect([...new Set(languages)]).toEqual(["zh-TW"]);
  });

  it.each(ROOMS)("of %j loads no sentences of rooms that say nothing", async (args, rooms) => {
    expect([...roomsIn(await loadedBy(args, await onboarded()))].sort()).toEqual(rooms);
  });

  it.each([
    [["models", "list"], 5],
    [["models", "status"], 7],
    [["config", "get", "gateway.port"], 7],
    [["gateway", "token"], 7],
    [["__complete", "zsh", "+"], 6],
    [["__complete", "zsh", "+--", "onboard"], 8],
    [["__complete", "zsh", "+models.", "config", "set"], 11],
    [DOCUMENTED, 9],
  ])("of %j opens no more files than it did", async (args, most) => {
    const files = (await loadedBy(args, await onboarded())).files.map((path) => basename(path));
    expect(files.length, files.join(", ")).toBeLessThanOrEqual(most);
  });

  it.each([[["models", "list"]], [["models", "status"]], [["gateway", "token"]], [DOCUMENTED]])(
    "of %j starts no program where nothing has to be written",
    async (args) => {
      const home = await onboarded();
      const floor = await builtinsOfAnEmptyFile();
      const { builtins } = await loadedBy(args, home);
      expect(builtins.filter((name) => /child_process/.test(name) && !floor.includes(name))).toEqual([]);
    },
  );

  it("reads files of one byte a character", () => {
    const dist = join(PROGRAM, "..", "..", "dist");
    const beyond = readdirSync(dist).filter(
      (name) => name.endsWith(".cjs") && readFileSync(join(dist, name)).some((byte) => byte > 127),
    );
    expect(beyond).toEqual([]);
  });

  describe("the guard itself", () => {
    it("notices a command that loads more", async () => {
      const loaded = await loadedBy(["onboard", "--help"], temporaryHome());
      expect(slowIn(loaded, await builtinsOfAnEmptyFile())).toEqual(expect.arrayContaining(["onboarding"]));
    });

    it("notices builtins", async () => {
      const loaded = await loadedBy(["--help"], temporaryHome(), `require("node:https"); require("node:readline");`);
      const slow = slowIn(loaded, await builtinsOfAnEmptyFile());
      expect(slow).toEqual(expect.arrayContaining(["https", "net", "tls", "crypto", "readline"]));
    });

    it.each(Object.entries(SLOW_MODULES))("knows %s by name in the built files", (what) => {
      const dist = join(PROGRAM, "..", "..", "dist");
      const holding = readdirSync(dist)
        .map((name) => join(dist, name))
        .filter((file) => slowIn({ builtins: [], files: [file] }, []).includes(what));
      expect(holding).not.toEqual([]);
    });
  });
});
