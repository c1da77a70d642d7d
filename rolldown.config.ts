import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type CodeSplittingNameFunction, defineConfig, type Plugin } from "rolldown";

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

/** The modules that one loads when it is loaded itself, `import()` not counted. */
function loadedWith(module: string, imports: (id: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set([resolve(module)]);
  for (const id of found) for (const imported of imports(id)) found.add(imported);
  return found;
}

/**
 * Every file that is opened costs a start about 0.4 ms, so that what is always loaded together is one: a file for every
 * command, and another for what `models list` needs besides. The rest is split by who needs it.
 */
const chunkOf: CodeSplittingNameFunction = (id, chunks) => {
  const imports = (module: string) => chunks.getModuleInfo(module)?.importedIds ?? [];
  // A language is one file, and only the one that is spoken is loaded.
  const [, language] = /\/src\/text\/([A-Za-z-]+)\/[\w-]+\.ts$/.exec(id) ?? [];
  if (language !== undefined) return `text-${language}`;
  if (loadedWith("src/commands/entry.ts", imports).has(id)) return "main";
  // Each other command that needs the providers would open one file more, and none less.
  const isModels = ["src/commands/models.ts", "src/providers/registry.ts"].some((entry) =>
    loadedWith(entry, imports).has(id),
  );
  return isModels ? "models" : null;
};

export default defineConfig({
  input: { main: "src/commands/entry.ts" },
  platform: "node",
  logLevel: "warn",
  // The entry may export more than it does by itself, so that others share its file instead of splitting it.
  preserveEntrySignatures: "allow-extension",
  plugins: [commanderWithoutChildren, thirdPartyLicences],
  output: {
    dir: "dist",
    cleanDir: true,
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name]-[hash].cjs",
    // The licences are in a file of their own, and what a comment explains is in the sources.
    comments: false,
    codeSplitting: { groups: [{ debugName: "what is always loaded together", name: chunkOf }] },
  },
});
