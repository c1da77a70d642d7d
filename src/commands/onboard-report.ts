import { basename } from "node:path";
import type { Applied } from "../config/apply.ts";
import type { LoosePermissions } from "../config/permissions.ts";
import { maskUrls } from "../core/redact.ts";
import type { Shown } from "../core/shown.ts";
import { SKIP } from "../onboard/answers.ts";
import { changeList, describePlan, type FileChanges, octal, valueAfter } from "../onboard/changes.ts";
import type { CurrentState } from "../onboard/current-state.ts";
import type { Resolution } from "../onboard/resolve-answers.ts";
import type { Texts } from "../text/message.ts";

/** What an onboarding run did or, with `dryRun`, would do. */
export interface Outcome {
  readonly dryRun: boolean;
  readonly files: readonly FileChanges[];
  readonly loose: readonly LoosePermissions[];
  /** The written files whose previous content was backed up. */
  readonly backups: readonly string[];
  readonly authChoice: string;
  readonly providers: readonly { readonly id: string; readonly baseUrl: string }[];
  readonly defaultModel?: string;
  readonly gateway: { readonly port: number; readonly bind: string; readonly authMode: string };
}

export function outcomeOf(
  { plan, current, backups }: Applied<CurrentState>,
  { provider, endpoints }: Resolution,
  how: Pick<Outcome, "dryRun" | "loose">,
  text: Texts,
): Outcome {
  const after = (...path: readonly string[]) => valueAfter(plan, current, path);
  const choice = after("agents", "defaults", "model");
  const primary = typeof choice === "string" ? choice : after("agents", "defaults", "model", "primary");
  return {
    ...how,
    files: describePlan(plan, current, text),
    backups,
    authChoice: provider?.authChoice ?? SKIP,
    providers: endpoints.map(({ providerId: id }) => ({
      id,
      baseUrl: maskUrls(String(after("models", "providers", id, "baseUrl"))),
    })),
    ...(typeof primary === "string" && { defaultModel: primary }),
    gateway: {
      port: Number(after("gateway", "port")),
      bind: String(after("gateway", "bind")),
      authMode: String(after("gateway", "auth", "mode")),
    },
  };
}

/** `columns` is the width of the terminal. */
export function report(
  outcome: Outcome,
  resolution: Resolution,
  { shown, columns = Number.POSITIVE_INFINITY }: { shown: Shown; columns: number | undefined },
  text: Texts,
): string {
  const { onboard: t } = text;
  const { dryRun, files, loose, backups, providers, defaultModel } = outcome;
  if (files.length === 0 && loose.length === 0) return `${t.upToDate}\n`;
  if (dryRun) return shown.text(`${changeList(files, loose, resolution, text)}\n${text.commands.dryRun}\n`);
  const lines = files.map(({ path, changes }) => {
    const values = changes.length;
    return backups.includes(path)
      ? t.wroteWithBackup({ path, values, backup: `${basename(path)}.bak` })
      : t.wrote({ path, values });
  });
  lines.push(...loose.map(({ path, wanted }) => t.closed({ path, mode: octal(wanted) })));
  if (providers.length > 0) lines.push("", t.baseUrls(providers.map(({ baseUrl }) => baseUrl)));
  if (defaultModel !== undefined) lines.push(t.newDefault(defaultModel));
  const [first, second] = providers;
  const which = first === undefined || second !== undefined ? "--all" : `--provider ${first.id}`;
  const next: (readonly [command: string, why: string])[] = [
    [shown.command(`models list ${which}`), t.nextModels],
    [shown.command("doctor"), t.nextDoctor],
    ...(defaultModel === undefined ? [] : [[shown.command("gateway run"), t.nextGateway] as const]),
    ...(backups.length > 0 ? [[shown.command("undo"), t.nextUndo] as const] : []),
  ];
  const width = Math.max(...next.map(([command]) => command.length));
  const beside = next.map(([command, why]) => `  ${command.padEnd(width)}  ${why}`);
  const fits = beside.every((line) => line.length <= columns);
  // A narrow terminal would break the lines within words, and a command could not be copied.
  lines.push("", t.next, ...(fits ? beside : next.flatMap(([command, why]) => [`  ${command}`, `    ${why}`])));
  return `${lines.join("\n")}\n`;
}

/** `service` is the result of installing it, if requested; `warnings` are English sentences. */
export function reportJson(outcome: Outcome, warnings: readonly string[], service?: object): string {
  const { files, loose, backups, dryRun, ...rest } = outcome;
  const { authChoice, ...after } = rest;
  const document = {
    ok: true,
    mode: "local",
    changed: !dryRun && files.length + loose.length > 0,
    dryRun,
    // Scripts for the published program expect a single provider.
    ...(rest.providers[0] && { provider: rest.providers[0] }),
    warnings,
    authChoice,
    ...after,
    ...(service !== undefined && { service }),
    files: files.map((file) => ({ ...file, ...(backups.includes(file.path) && { backup: `${file.path}.bak` }) })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
