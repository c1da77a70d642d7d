import type { ClientId } from "../clients/client.ts";
import type { Applied } from "../config/apply.ts";
import { jsonDocument } from "../core/json.ts";
import { maskUrls, withoutCredentials } from "../core/redact.ts";
import type { Shown } from "../core/shown.ts";
import { SKIP } from "../onboard/answers.ts";
import { changeList, describePlan, valueAfter } from "../onboard/changes.ts";
import type { CurrentState } from "../onboard/current-state.ts";
import type { Resolution } from "../onboard/resolve-answers.ts";
import type { Api } from "../providers/provider.ts";
import { wrap } from "../terminal/layout.ts";
import { textWidth } from "../terminal/width.ts";
import type { Texts } from "../text/message.ts";
import { evaluation, type Shell } from "./shell-words.ts";
import { filesJson, type WrittenFiles, writtenLines } from "./written-files.ts";

/** The changes an onboarding run made or, with `dryRun`, would do. */
export interface Outcome extends WrittenFiles {
  readonly dryRun: boolean;
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
    ...(typeof primary === "string" && { defaultModel: withoutCredentials(primary) }),
    gateway: {
      port: Number(after("gateway", "port")),
      bind: String(after("gateway", "bind")),
      authMode: String(after("gateway", "auth", "mode")),
    },
  };
}

export interface ReportDeps {
  readonly shown: Shown;
  /** The width of the terminal. */
  readonly columns: number | undefined;
  readonly shell: Shell;
  /** True if the gateway will be running as a service, and the report goes on with that. */
  readonly hasService: boolean;
}

export function report(
  outcome: Outcome,
  resolution: Resolution,
  { shown, columns = Number.POSITIVE_INFINITY, shell, hasService }: ReportDeps,
  text: Texts,
): string {
  const { onboard: t } = text;
  const { dryRun, files, loose, backups, providers, defaultModel } = outcome;
  if (files.length === 0 && loose.length === 0) return `${t.upToDate}\n`;
  if (dryRun) return shown.text(`${changeList(files, loose, resolution, text)}\n${text.commands.dryRun}\n`);
  const lines = [wrap(writtenLines(outcome, text).join("\n"), columns)];
  if (providers.length > 0) lines.push("", wrap(t.baseUrls(providers.map(({ baseUrl }) => baseUrl)), columns));
  if (defaultModel !== undefined) lines.push(wrap(t.newDefault(defaultModel), columns));
  const [first, second] = providers;
  const which = first === undefined || second !== undefined ? "--all" : `--provider ${first.id}`;
  const use: readonly Advice[] =
    hasService || defaultModel === undefined ? [] : useNow(outcome, resolution, shown, shell, text);
  const client = clientOf(outcome, resolution);
  const next: readonly Advice[] = [
    ...(client === undefined
      ? []
      : [[shown.command(`gateway env --client ${client.id} --write`), t.nextClient(client.name)] as const]),
    [shown.command(`models list ${which}`), t.nextModels],
    [shown.command("doctor"), t.nextDoctor],
    ...(backups.length > 0 ? [[shown.command("undo"), t.nextUndo] as const] : []),
  ];
  const advice = [...use, ...next];
  const width = Math.max(...advice.map(([command]) => command.length));
  // A narrow terminal would break the lines within words, and a command could not be copied.
  const fits = advice.every(([, why]) => width + textWidth(why) + 4 <= columns);
  const shownAdvice = (list: readonly Advice[]) =>
    list.flatMap(([command, why]) => (fits ? [`  ${command.padEnd(width)}  ${why}`] : [`  ${command}`, `    ${why}`]));
  if (use.length > 0) lines.push("", t.useNow, ...shownAdvice(use));
  lines.push("", t.next, ...shownAdvice(next));
  return `${lines.join("\n")}\n`;
}

type Advice = readonly [command: string, why: string];

/** The protocol of the default model. */
const apiOf = ({ defaultModel = "" }: Outcome, { endpoints }: Resolution): Api | undefined =>
  endpoints.find(({ providerId }) => defaultModel.startsWith(`${providerId}/`))?.api;

/** A client that speaks the protocol of the default model, and whose file can be edited. */
function clientOf(outcome: Outcome, resolution: Resolution) {
  const api = apiOf(outcome, resolution);
  return api === undefined ? undefined : CLIENT_FOR[api];
}

const CLIENT_FOR: Readonly<Record<Api, { readonly id: ClientId; readonly name: string }>> = {
  "anthropic-messages": { id: "claude-code", name: "Claude Code" },
  "openai-responses": { id: "codex", name: "Codex" },
  "openai-completions": { id: "opencode", name: "opencode" },
};

/** The commands that start what was set up. Claude Code speaks Anthropic's protocol only. */
function useNow(
  outcome: Outcome,
  resolution: Resolution,
  shown: Shown,
  shell: Shell,
  { onboard: t }: Texts,
): readonly Advice[] {
  const run = shown.command("gateway run");
  if (apiOf(outcome, resolution) !== "anthropic-messages") return [[run, t.nextGateway]];
  return [
    [run, t.inOneTerminal],
    [withClaude(shown, shell), t.inAnother],
  ];
}

const withClaude = (shown: Shown, shell: Shell): string =>
  `${evaluation(shown.command("gateway env"), shell)}${shell === "powershell" ? "; " : " && "}claude`;

/** What was done besides, if it was requested. */
interface AlsoDone {
  readonly service?: object | undefined;
  readonly clients?: readonly object[] | undefined;
  /** The file that was written. */
  readonly schema?: string | undefined;
}

/** `warnings` are English sentences. */
export function reportJson(
  outcome: Outcome,
  warnings: readonly string[],
  { service, clients, schema }: AlsoDone,
): string {
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
    ...(clients !== undefined && { clients }),
    ...(schema !== undefined && { schema }),
    files: filesJson({ files, backups }),
  };
  return jsonDocument(document);
}
