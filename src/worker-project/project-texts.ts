import type { ReadmeValues } from "../text/en/worker-project.ts";
import type { Texts } from "../text/message.ts";
import type { ProjectFile } from "./read-folder.ts";

/** The files with sentences, each whole. */
export function projectTexts(values: ReadmeValues, { workerProject: t }: Texts): ReadonlyMap<ProjectFile, string> {
  const comments = (lines: readonly string[]) => lines.map((line) => `# ${line}\n`).join("");
  const variables = values.secrets.map((name) => `${name}=\n`).join("");
  const ignored = [".dev.vars*", "!.dev.vars.example", ".env*", ".wrangler/", "node_modules/"];
  return new Map<ProjectFile, string>([
    ["README.md", t.readme(values)],
    [".dev.vars.example", comments(t.devVarsComments(values.commands)) + variables],
    [".gitignore", `${comments([t.ignoreComments])}${ignored.map((line) => `${line}\n`).join("")}`],
  ]);
}
