import { basename } from "node:path";
import type { LoosePermissions } from "../config/permissions.ts";
import type { Change, FileChanges } from "../onboard/changes.ts";

/** What an onboarding run did, or with `dryRun` would do. */
export interface Outcome {
  readonly dryRun: boolean;
  readonly files: readonly FileChanges[];
  readonly loose: readonly LoosePermissions[];
  /** Files that were written and have a backup of what they held. */
  readonly backups: readonly string[];
  readonly warnings: readonly string[];
  readonly authChoice: string;
  /** What was set up; nothing where no provider was wanted. */
  readonly providers: readonly { readonly id: string; readonly baseUrl: string }[];
  readonly defaultModel?: string;
  readonly gateway: { readonly port: number; readonly bind: string; readonly authMode: string };
}

const octal = (mode: number) => mode.toString(8).padStart(4, "0");

/** The changes, file by file; the same text before writing, after it, and for `--dry-run`. */
export function changeList(files: readonly FileChanges[], loose: readonly LoosePermissions[]): string {
  const blocks = files.map(({ path, changes }) => [path, ...changes.map(changeLine)].join("\n"));
  const modes = loose.map(({ path, mode, wanted }) => `${path}\n  ~ mode ${octal(mode)} -> ${octal(wanted)}`);
  return [...blocks, ...modes].join("\n");
}

function changeLine({ kind, name, before, after }: Change): string {
  if (kind === "remove") return `  - ${name}  ${before}`;
  return kind === "add" ? `  + ${name}  ${after}` : `  ~ ${name}  ${before} -> ${after}`;
}

export function report({ dryRun, files, loose, backups, providers, defaultModel }: Outcome): string {
  if (files.length === 0 && loose.length === 0) return `Already up to date; no file was touched.\n`;
  if (dryRun) return `${changeList(files, loose)}\nDry run: nothing was written.\n`;
  const lines = files.map(({ path, changes }) => {
    const backup = backups.includes(path) ? `, backup in ${basename(path)}.bak` : "";
    return `Wrote ${path} (${changes.length} ${changes.length === 1 ? "value" : "values"}${backup})`;
  });
  lines.push(...loose.map(({ path, wanted }) => `Closed ${path} to others (mode ${octal(wanted)})`));
  if (providers.length > 0) lines.push("");
  for (const { baseUrl } of providers) lines.push(`Base URL       ${baseUrl}`);
  if (defaultModel !== undefined) lines.push(`Default model  ${defaultModel}`);
  const [first, second] = providers;
  const which = first === undefined || second !== undefined ? "--all" : `--provider ${first.id}`;
  const next = [
    [`openclaw models list ${which}`, "see your models"],
    ["openclaw doctor", "check everything"],
    ...(defaultModel === undefined ? [] : [["openclaw gateway run", "serve clients on this machine"]]),
    ...(backups.length > 0 ? [["openclaw undo", "go back"]] : []),
  ];
  lines.push("", "Next:", ...next.map(([command = "", why]) => `  ${command.padEnd(53)}  ${why}`));
  return `${lines.join("\n")}\n`;
}

/** `service` is what installing it came to, where that was wanted. */
export function reportJson({ files, loose, backups, dryRun, ...rest }: Outcome, service?: object): string {
  const document = {
    ok: true,
    mode: "local",
    changed: !dryRun && files.length + loose.length > 0,
    dryRun,
    // The published program's scripts know one provider.
    ...(rest.providers[0] && { provider: rest.providers[0] }),
    ...rest,
    ...(service !== undefined && { service }),
    files: files.map((file) => ({ ...file, ...(backups.includes(file.path) && { backup: `${file.path}.bak` }) })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
