import { inspectFiles, type LoadedFiles } from "../config/resolve.ts";
import { type Context, lookUp, type Prompter } from "../core/context.ts";
import { OpenclawError, unlessRefused } from "../core/errors.ts";
import { jsonDocument } from "../core/json.ts";
import { commandLine, type Paths } from "../core/paths.ts";
import { problemText } from "../core/result.ts";
import type { Provider } from "../providers/provider.ts";
import { singleKeys } from "../reset/credentials.ts";
import { otherCopies, type Rotation } from "../reset/rotation.ts";
import type { Standing } from "../reset/standing.ts";
import { credentialUse, type GatewayUse } from "../service/credential-use.ts";
import { managerIfAny } from "../service/find-manager.ts";
import { startService } from "../service/lifecycle.ts";
import type { ServiceManager } from "../service/manager.ts";
import { gatewayRuntime, profileService } from "../service/runtime.ts";
import { loadTexts } from "../text/language.ts";
import { type Message, say, type Texts } from "../text/message.ts";
import { printStanding, standingElsewhere, standingJson } from "./credential-places.ts";
import { isService, useJson } from "./credential-use-report.ts";
import type { Invocation } from "./invocation.ts";
import { linePrinter } from "./print.ts";
import { labelOf } from "./rotate-value.ts";

export interface Rotated {
  readonly rotations: readonly Rotation[];
  readonly checked: "works" | "unchecked" | "skipped" | "failed";
  readonly written: readonly string[];
  readonly dryRun: boolean;
  readonly json: boolean;
  /** Restart of a service that still runs with the old credential. */
  readonly restarts: "yes" | "ask" | "no";
}

interface Surroundings {
  readonly files: LoadedFiles;
  readonly paths: Paths;
  readonly providers: readonly Provider[];
  readonly prompter: Prompter | undefined;
}

/** A running gateway after the change: the credential it uses, and its service's restart. */
interface Running {
  readonly gateway: GatewayUse | undefined;
  readonly restarted: boolean;
  readonly messages: readonly Message[];
}

const NOT_RUNNING: Running = { gateway: undefined, restarted: false, messages: [] };

/** Says what was replaced, what still has or hides the old value, and restarts the service if that is wanted. */
export async function afterRotation(rotated: Rotated, around: Surroundings, invocation: Invocation): Promise<void> {
  const { context, shown } = invocation;
  const { rotations, dryRun, json, checked } = rotated;
  const { files, paths } = around;
  const print = linePrinter(context.out, context, shown);
  const tell = (line: string) => void (json || print(line));
  const { rotate } = context.text.reset;
  const english = await loadTexts("en");
  if (rotations.length === 0) {
    tell(rotate.unchanged);
    if (json) context.out(rotationJson(rotated, around, [], NOT_RUNNING, english));
    return;
  }
  for (const one of rotations) {
    const values = {
      label: labelOf(one, context.text),
      path: paths.secrets,
      from: String(one.old),
      to: String(one.value),
    };
    tell(dryRun ? rotate.wouldReplace(values) : rotate.replaced(values));
    if (one.literals.length > 0) tell(rotate.movedFrom(paths.config));
  }
  if (checked === "unchecked") tell(rotate.cannotCheck);
  const standing = await hiding(rotations, around, context);
  const running = dryRun ? NOT_RUNNING : await settleRunning(rotated, around, invocation);
  if (json) return context.out(rotationJson(rotated, around, standing, running, english));
  if (dryRun) tell(context.text.commands.dryRun);
  const copies = [...new Set(rotations.flatMap((one) => otherCopies(one, files.secrets.values)))];
  if (copies.length > 0) tell(rotate.copies({ names: copies, path: paths.secrets }));
  printStanding(standing, context, shown, rotate.standing);
  for (const message of running.messages) tell(say(message, context.text));
  const pages = [...new Set(rotations.flatMap(({ field }) => field?.page ?? []))];
  if (!dryRun && pages.length > 0) tell(`\n${rotate.revoke(pages)}`);
}

/** Places that win over `.env`, or give programs the old value, apart from those that have the new one already. */
async function hiding(
  rotations: readonly Rotation[],
  { paths }: Surroundings,
  context: Context,
): Promise<readonly Standing[]> {
  const isNew = ({ kind, name }: Standing) =>
    kind === "environment" &&
    rotations.some(({ variable, value }) => variable === name && lookUp(name, context.env) === value.reveal());
  const sought = {
    names: [...new Set(rotations.map(({ variable }) => variable))],
    providerIds: [...new Set(rotations.flatMap(({ usedBy }) => usedBy))],
    withGateway: false,
  };
  const found = await standingElsewhere(sought, await inspectFiles(paths, context), paths, context);
  const kinds = ["environment", "session", "shell profile", "working folder", "published store", "published service"];
  return found.filter((one) => kinds.includes(one.kind) && !isNew(one));
}

/** Looks at the gateway that runs, and restarts its service where it does not take the new credential up by itself. */
async function settleRunning(
  { rotations, json, restarts }: Rotated,
  { paths, providers, prompter }: Surroundings,
  { context }: Invocation,
): Promise<Running> {
  const manager = await managerIfAny(paths, context);
  const profile = { paths, providers };
  const { url, token } = await gatewayRuntime(profileService(profile, manager, context), context);
  const old = rotations.flatMap((one) => singleKeys({ name: one.id, value: one.old }));
  const look = () => credentialUse({ url, token }, old, context);
  const gateway = await look();
  const { use, health } = gateway;
  if (use === "none") return { ...NOT_RUNNING, gateway };
  if (use === "current") {
    const hasNew = rotations.some(({ value }) => health.sends?.(value));
    const names = hiddenIn(health.pid, rotations, context);
    const other: readonly Message[] = [
      (t) => t.reset.rotate.gatewayHasOther({ url, pid: health.pid }),
      ...(names.length > 0 ? [(t: Texts) => t.reset.rotate.hiddenInProcess(names)] : []),
    ];
    return { ...NOT_RUNNING, gateway, messages: hasNew ? [(t) => t.reset.rotate.gatewayHasNew(url)] : other };
  }
  const state = isService(manager, context) ? await manager?.state(context) : undefined;
  const byService = state?.isRunning === true && (state.pid === undefined || state.pid === health.pid);
  const says: Message = (t) =>
    (use === "old" ? t.reset.gatewayStillOld : t.reset.gatewayUnknown)({ url, pid: health.pid });
  const hidden = hiddenIn(health.pid, rotations, context);
  const why: readonly Message[] = hidden.length > 0 ? [(t) => t.reset.rotate.hiddenInProcess(hidden)] : [];
  if (!byService) {
    const hint: Message = (t) => t.reset.rotate.restartProcess(health.pid);
    return { ...NOT_RUNNING, gateway, messages: [(t) => problemText({ message: says, hint }, t), ...why] };
  }
  const command = commandLine(paths.profile, "gateway restart");
  if (!(await wantsRestart(restarts, says, prompter, context)))
    return {
      ...NOT_RUNNING,
      gateway,
      messages: [(t) => problemText({ message: says, hint: (x) => x.reset.rotate.restartService(command) }, t)],
    };
  return restart(profile, manager, look, json, context);
}

async function wantsRestart(
  restarts: Rotated["restarts"],
  says: Message,
  prompter: Prompter | undefined,
  { text }: Pick<Context, "text">,
): Promise<boolean> {
  if (restarts !== "ask" || prompter === undefined) return restarts === "yes";
  prompter.note(say(says, text));
  const reply = await prompter.confirm({ message: text.reset.rotate.askRestart, initial: true });
  return reply.kind === "answer" && reply.value;
}

/** The new credential is written whatever comes of this. */
async function restart(
  profile: Pick<Surroundings, "paths" | "providers">,
  manager: ServiceManager | undefined,
  look: () => Promise<GatewayUse>,
  json: boolean,
  context: Context,
): Promise<Running> {
  if (!json) context.err(`${context.text.reset.rotate.restarting}\n`);
  try {
    await startService(profile, "restart", context);
  } catch (error) {
    if (!(error instanceof OpenclawError)) throw error;
    const { says, code, hint, problems } = error;
    throw new OpenclawError((t) => t.reset.rotate.restartFailed(say(says, t)), {
      code,
      problems,
      ...(hint !== undefined && { hint }),
      cause: error,
    });
  }
  const gateway = await look();
  const messages: readonly Message[] =
    gateway.use === "old"
      ? [(t) => t.reset.rotate.stillHidden(manager?.file ?? "")]
      : [(t) => t.reset.rotate.restarted(gateway.health.url)];
  return { gateway, restarted: true, messages };
}

/** Linux only. The rotated variables that a process was started with, which wins over `.env`. */
function hiddenIn(
  pid: number | undefined,
  rotations: readonly Rotation[],
  { files }: Pick<Context, "files">,
): readonly string[] {
  if (pid === undefined) return [];
  const text = unlessRefused(() => files.readFileSync(`/proc/${pid}/environ`, "utf8")) ?? "";
  const names = new Set(text.split("\0").map((entry) => entry.split("=")[0]));
  return [...new Set(rotations.map(({ variable }) => variable))].filter((name) => names.has(name));
}

function rotationJson(
  { rotations, checked, dryRun, written }: Rotated,
  { paths }: Surroundings,
  standing: readonly Standing[],
  { gateway, restarted, messages }: Running,
  english: Texts,
): string {
  return jsonDocument({
    ok: true,
    dryRun,
    path: paths.secrets,
    rotated: rotations.map(({ id, variable, field, usedBy, old, value }) => ({
      id,
      name: variable,
      ...(field && { field: field.id }),
      providers: usedBy,
      before: String(old),
      after: String(value),
    })),
    verified: checked,
    written,
    standing: standingJson(standing, english),
    gateway: useJson(gateway),
    restarted,
    notes: messages.map((message) => say(message, english)),
  });
}
