import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type CodeSplittingNameFunction, defineConfig, type Plugin } from "rolldown";
import { dashboardPage } from "./scripts/dashboard-page.ts";

const CHILD_PROCESS = "require('node:child_process')";

/**
 * Leaves `node:child_process` out of commander, which needs it only for sub-commands that are programs of their own.
 * @measured It would load 30 modules of Node at every start: 4.6 ms and 2.4 MiB of `models list`.
 */
const commanderWithoutChildren: Plugin = {
  name: "commander-without-children",
  transform(code, id) {
    if (!id.endsWith("/commander/lib/command.js")) return null;
    if (!code.includes(CHILD_PROCESS)) throw new Error(`${id} does not say ${CHILD_PROCESS}`);
    return code.replace(CHILD_PROCESS, "{}");
  },
};

/** What is loaded where it is first used, by the start of its file's name. */
const DEFERRED = /^(?:text-[A-Za-z-]+-[a-z]+|failure)-/;

/**
 * Loads some files where something of theirs is first used, and not with the file that imports them. They do nothing when
 * they are loaded, so that it makes no difference when that is.
 * @why a sentence or a reason is asked for by functions that cannot wait for `import()`.
 * @measured 3 to 4 ms of a start of 24, Node 20: V8 reads 120 KB of sentences for the two or three that are said.
 */
const deferred: Plugin = {
  name: "deferred",
  renderChunk(code) {
    const names: string[] = [];
    const loads = code.replace(/^const (require_\w+) = (require\("\.\/([^"]+)"\));$/gm, (line, name, load, file) => {
      if (!DEFERRED.test(file)) return line;
      names.push(name);
      return `const ${name} = () => ${load};`;
    });
    if (names.length === 0) return null;
    return loads.replace(new RegExp(`\\b(${names.join("|")})\\.`, "g"), "$1().");
  },
};

const BEYOND_ASCII = /[^\0-\x7f]/;

/**
 * Writes characters beyond ASCII as escapes, last of all, since rolldown prints them as they are.
 * @measured one such character in a file has V8 hold all of it in two bytes a character: 0.3 ms of 140 KB.
 */
const inAscii: Plugin = {
  name: "in-ascii",
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== "chunk") continue;
      const raw = file.code.split("\n").find((line) => line.includes("String.raw") && BEYOND_ASCII.test(line));
      if (raw !== undefined) throw new Error(`${file.fileName}: an escape would stay as it is in ${raw}`);
      const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
      file.code = file.code.replace(new RegExp(BEYOND_ASCII, "g"), escaped);
    }
  },
};

/** Writes the licences of everything that is bundled; fails the build when a package comes without one. */
const thirdPartyLicences: Plugin = {
  name: "third-party-licences",
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap((file) => (file.type === "chunk" ? Object.keys(file.modules) : []));
    const folders = modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []);
    const sections = [...new Set(folders)].sort().map((folder) => {
      const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const file = readdirSync(folder).find((name) => /^licen[cs]e(?:\.|$)/i.test(name));
      if (!manifest.license || file === undefined) throw new Error(`${folder} has no licence, or no text of it`);
      const text = readFileSync(join(folder, file), "utf8").trim();
      return `${manifest.name} ${manifest.version} (${manifest.license})\n\n${text}\n`;
    });
    this.emitFile({
      type: "asset",
      fileName: "THIRD-PARTY-LICENSES.txt",
      source: `The files in this folder contain code of these packages.\n\n${sections.join(`\n${"-".repeat(80)}\n\n`)}`,
    });
  },
};

type Imports = (id: string) => readonly string[];

/** The modules that one loads when it is loaded itself, `import()` not counted. */
function loadedWith(module: string, imports: Imports): ReadonlySet<string> {
  const found = new Set([resolve(module)]);
  for (const id of found) for (const imported of imports(id)) found.add(imported);
  return found;
}

/** The one that asks for most speed is with the one that finds it: `eval "$(openclaw gateway env)"` in a shell's profile. */
const GATEWAY = [
  "src/commands/gateway.ts",
  "src/commands/gateway-env.ts",
  "src/commands/client-print.ts",
  "src/commands/client-access.ts",
  "src/config/used-gateway.ts",
];

/** The rows of the clients, and what they need; how their files are printed and changed is loaded where that is asked for. */
const CLIENT_ROWS = ["src/clients/registry.ts", "src/clients/served-models.ts"];

/** Commands that need the same of the configuration as `onboard`. */
const BESIDE_ONBOARD = ["src/commands/doctor.ts", "src/commands/undo.ts", "src/commands/gateway-service.ts"];

/** Files of a language that nearly every start needs, or that are small. */
const EVERYDAY_TEXTS: ReadonlySet<string> = new Set(["index", "words", "commands", "help", "models"]);
/** What the texts of every language need. */
const BESIDE_TEXTS = ["src/text/rooms.ts", "src/text/numbers.ts"];
/** Rooms in the file of another, since the same command needs both. */
const ROOM_BESIDE: Readonly<Record<string, string>> = { cloudflare: "onboard" };

/**
 * Every file that is opened costs a start about 0.4 ms, so that what is always loaded together is one: a file for every
 * command, another for what `models list` needs besides, and one for what commands share that write the configuration. The
 * rest is split by who needs it.
 */
const chunkOf: CodeSplittingNameFunction = (id, chunks) => {
  const imports = (module: string) => chunks.getModuleInfo(module)?.importedIds ?? [];
  // Only the language that is spoken is loaded, and of it the rooms that speak.
  const [, language, room = ""] = /\/src\/text\/([A-Za-z-]+)\/([\w-]+)\.ts$/.exec(id) ?? [];
  if (language !== undefined) {
    return EVERYDAY_TEXTS.has(room) ? `text-${language}` : `text-${language}-${ROOM_BESIDE[room] ?? room}`;
  }
  if (BESIDE_TEXTS.some((module) => id === resolve(module)) || loadedWith("src/commands/entry.ts", imports).has(id))
    return "main";
  const isIn = (entries: readonly string[]) => entries.some((entry) => loadedWith(entry, imports).has(id));
  const isClientRow = id.includes("/src/clients/") && isIn(CLIENT_ROWS);
  if (isClientRow || GATEWAY.some((module) => id === resolve(module))) return "gateway";
  // Each other command that needs the providers would open one file more, and none less.
  if (isIn(["src/commands/models.ts", "src/providers/registry.ts", "src/commands/shell-words.ts"])) return "models";
  if (isIn(["src/commands/config.ts"])) return "config";
  // The flags of `onboard` are needed for its help and completion, too.
  if (isIn(["src/commands/onboard-define.ts"])) return "onboard-flags";
  if (!isIn(["src/commands/onboard.ts"])) return isIn(["src/commands/models-status.ts"]) ? "models-status" : null;
  return isIn(BESIDE_ONBOARD) ? "setup" : "onboard";
};

const program = defineConfig({
  input: { main: "src/commands/entry.ts" },
  platform: "node",
  logLevel: "warn",
  // The entry may export more than it does by itself, so that others share its file instead of splitting it.
  preserveEntrySignatures: "allow-extension",
  plugins: [commanderWithoutChildren, deferred, inAscii, thirdPartyLicences],
  output: {
    dir: "dist",
    cleanDir: true,
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name]-[hash].cjs",
    // The licences are in a file of their own, and what a comment explains is in the sources.
    comments: false,
    codeSplitting: {
      // Each module is asked for: a file that is loaded later must not come with the one that names it.
      includeDependenciesRecursively: false,
      groups: [{ debugName: "what is always loaded together", name: chunkOf }],
    },
  },
});

const { version } = JSON.parse(readFileSync("package.json", "utf8"));

/** The configuration beside the Worker is its project's, and is found when that is bundled or started. */
const projectFiles: Plugin = {
  name: "project-files",
  resolveId: (id) => (id === "./openclaw.json" ? { id, external: true } : null),
};

/** A Worker has no `.env`, so that nothing is ever parsed. */
const withoutDotenv: Plugin = {
  name: "without-dotenv",
  resolveId: (id) => (id === "dotenv" ? resolve("src/worker/no-dotenv.ts") : null),
};

/** A file that is on its own, so that the licence of any package in it would have to be in it, too. */
const ownCodeOnly: Plugin = {
  name: "own-code-only",
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap((file) => (file.type === "chunk" ? Object.keys(file.modules) : []));
    const others = modules.filter((id) => id.includes("/node_modules/"));
    if (others.length > 0) throw new Error(`The file contains ${others.join(", ")}, whose licence it does not name.`);
  },
};

/** The gateway for Cloudflare Workers: one module. */
const worker = defineConfig({
  input: { worker: "src/worker/entry.ts" },
  platform: "node",
  external: ["cloudflare:workers"],
  logLevel: "warn",
  transform: { define: { OPENCLAW_VERSION: JSON.stringify(version) } },
  plugins: [projectFiles, withoutDotenv, ownCodeOnly],
  output: {
    dir: "dist",
    format: "esm",
    entryFileNames: "[name].mjs",
    codeSplitting: false,
    comments: false,
    minify: true,
    postBanner: `/* openclaw ${version}\n\n${readFileSync("LICENSE", "utf8").trim()} */`,
  },
});

/** The page of the local gateway: one file that needs no other. */
const dashboard = defineConfig({
  input: { dashboard: "src/dashboard/main.ts" },
  platform: "browser",
  logLevel: "warn",
  plugins: [dashboardPage],
  output: { dir: "dist", format: "iife", codeSplitting: false, comments: false, minify: true },
});

/** What reads the record beside whatever serves: one file, which a running gateway has read before it may be replaced. */
const recordThread = defineConfig({
  input: { "record-thread": "src/server/record-thread-entry.ts" },
  platform: "node",
  logLevel: "warn",
  plugins: [inAscii, ownCodeOnly],
  output: {
    dir: "dist",
    format: "cjs",
    entryFileNames: "[name].cjs",
    codeSplitting: false,
    comments: false,
  },
});

export default [program, worker, dashboard, recordThread];
