import type { Command } from "commander";
import { applyPlan } from "../config/apply.ts";
import { attributesLost } from "../config/attributes.ts";
import { assertWritable } from "../config/read-only.ts";
import { fileValues, type LoadedFiles, loadFiles } from "../config/resolve.ts";
import { findVariable } from "../config/variables.ts";
import type { Context, Prompter } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { Secret } from "../core/secret.ts";
import { findingLines } from "../providers/finding.ts";
import type { Provider } from "../providers/provider.ts";
import { credentialVariables } from "../reset/credentials.ts";
import { literalEdits, namedRotatable, newText, type Rotatable, type Rotation, rotatables } from "../reset/rotation.ts";
import { canPrompt, openPrompter } from "../terminal/interaction.ts";
import { say } from "../text/message.ts";
import { afterRotation } from "./after-rotation.ts";
import { fieldFlags } from "./field-flags.ts";
import type { Invocation } from "./invocation.ts";
import type { Flags } from "./onboard-flags.ts";
import { showWarnings } from "./print.ts";
import { askValue, declined, missing, type NewValues, valueFromInput, valuesFromFlags } from "./rotate-value.ts";
import { type Checked, checkRotation } from "./rotation-check.ts";

/** Flags of `onboard` that mean something here; any other asks for a change of the set-up. */
const USABLE =
  /^--(?:rotate-key|auth-choice|non-interactive|yes|verify|no-verify|accessible|dry-run|verbose|json|flow|accept-risk|secret-input-mode)$/;

/** A rotation with the result of its check; `skipped` if the person or a flag wanted none. */
export interface CheckedRotation {
  readonly rotations: readonly Rotation[];
  readonly checked: "works" | "unchecked" | "skipped" | "failed";
}

/** Replaces a credential in `.env` by a new one that has proved to work, and says what still runs with the old one. */
export async function rotateKey(
  flags: Flags,
  command: Command,
  providers: readonly Provider[],
  invocation: Invocation,
): Promise<void> {
  const { context, about } = invocation;
  const paths = invocation.paths();
  const isScript = flags.nonInteractive === true || flags.yes === true || !canPrompt(context);
  const { dryRun = false } = flags;
  if (!dryRun) assertWritable(context);
  assertAlone(command, providers);
  const files = await loadFiles(paths, context);
  const candidates = rotatables(files.config.config, files.secrets.values, providers);
  const named = nameIn(flags, candidates);
  if (candidates.length === 0) throw nothingStored(files, providers, paths, context);
  const given = await valuesFromFlags(flags, candidates, providers, context);
  for (const note of given.notes) context.err(`${say(note, context.text)}\n`);
  const prompter = isScript ? undefined : await openPrompter(flags, context);
  const first = await firstValues(given, named, candidates, prompter, context);
  const changed = first.rotations.filter(({ old, value }) => !value.equals(old));
  const kind = flags.verify === "message" ? ("message" as const) : ("models" as const);
  const check = (rotations: readonly Rotation[], signal?: AbortSignal) =>
    checkRotation(
      rotations,
      files,
      { kind, userAgent: `openclaw/${about.version}`, ...(signal && { signal }) },
      { providers, context },
    );
  const wantsCheck = flags.verify !== false && changed.length > 0;
  const rotated = !wantsCheck
    ? ({ rotations: changed, checked: "skipped" } as const)
    : prompter === undefined
      ? { rotations: changed, checked: assertWorks(await check(changed)) }
      : await untilItWorks(changed, check, prompter, context);
  const written = dryRun || changed.length === 0 ? [] : await write(rotated.rotations, providers, paths, context);
  await afterRotation(
    { ...rotated, written, dryRun, json: flags.json ?? false, restarts: flags.yes ? "yes" : prompter ? "ask" : "no" },
    { files, paths, providers, prompter },
    invocation,
  );
}

/** Refuses what would change more than a credential. Throws `usage.conflict`. */
function assertAlone(command: Command, providers: readonly Provider[]): void {
  const secrets = new Set(providers.flatMap(({ fields }) => fields.filter(({ secret }) => secret).flatMap(fieldFlags)));
  const other = command.options
    .filter((option) => command.getOptionValueSource(option.attributeName()) === "cli")
    .map(({ long }) => long ?? "")
    .find((flag) => !USABLE.test(flag) && !secrets.has(flag));
  if (other === undefined) return;
  throw new OpenclawError((t) => t.core.cannotCombine({ flag: "--rotate-key", other }), {
    code: "usage.conflict",
    hint: (t) => t.reset.rotate.oneAtATime,
  });
}

function nameIn({ rotateKey: name }: Flags, candidates: readonly Rotatable[]): Rotatable | undefined {
  if (typeof name !== "string") return undefined;
  const found = namedRotatable(name, candidates);
  if (found !== undefined || candidates.length === 0) return found;
  throw new OpenclawError((t) => t.core.invalidValue(name.slice(0, 60)), {
    code: "usage.invalid",
    hint: (t) => t.core.useOneOf(candidates.map(({ id }) => id)),
  });
}

/** Says where the credential is that `.env` does not have. */
function nothingStored(files: LoadedFiles, providers: readonly Provider[], paths: Paths, context: Context) {
  const values = fileValues(files);
  const elsewhere = credentialVariables(values.config, providers)
    .filter(({ of, usedBy }) => of === "provider" && usedBy.length > 0)
    .flatMap(({ name }) => {
      const found = findVariable(name, values, context.env);
      return found === undefined ? [] : [{ name, source: found.source }];
    })[0];
  if (elsewhere !== undefined)
    return new OpenclawError(
      (t) =>
        t.reset.rotate.keptElsewhere({
          name: elsewhere.name,
          place: t.config.variableSources[elsewhere.source],
          path: paths.secrets,
        }),
      { code: "credentials.missing", hint: (t) => t.reset.rotate.replaceThere },
    );
  return new OpenclawError((t) => t.reset.rotate.nothingStored(paths.secrets), {
    code: "credentials.missing",
    hint: (t) => t.providers.runOnboard,
  });
}

async function firstValues(
  given: NewValues,
  named: Rotatable | undefined,
  candidates: readonly Rotatable[],
  prompter: Prompter | undefined,
  context: Context,
): Promise<NewValues> {
  if (given.rotations.length > 0) return given;
  if (prompter !== undefined) return askValue(named, candidates, prompter, context.text);
  if (context.terminal.stdin) throw missing(candidates, (t) => t.reset.rotate.noValue);
  const found = await valueFromInput(named, candidates, context);
  for (const note of found.notes) context.err(`${say(note, context.text)}\n`);
  return found;
}

/** Throws `verify.failed`. */
export function assertWorks(checked: Checked): "works" | "unchecked" {
  if (typeof checked === "string") return checked;
  throw new OpenclawError((t) => findingLines(checked, t)[0] ?? "", {
    code: "verify.failed",
    hint: (t) => [...findingLines(checked, t).slice(1), t.reset.rotate.keptOld].join("\n"),
  });
}

/** Checks, and asks for another value, until one works or the person saves or leaves. Throws `prompt.cancelled`. */
async function untilItWorks(
  first: readonly Rotation[],
  check: (rotations: readonly Rotation[], signal: AbortSignal) => Promise<Checked>,
  prompter: Prompter,
  { text }: Pick<Context, "text">,
): Promise<CheckedRotation> {
  let rotations = first;
  for (;;) {
    const now = rotations;
    const reply = await prompter.busy(text.reset.rotate.checking, (signal) => check(now, signal));
    if (reply.kind === "skipped") return { rotations, checked: "skipped" };
    if (reply.kind === "answer" && typeof reply.value === "string") {
      if (reply.value === "works") prompter.note(`✔ ${text.onboard.works}`);
      return { rotations, checked: reply.value };
    }
    if (reply.kind === "answer" && typeof reply.value !== "string")
      for (const line of findingLines(reply.value, text)) prompter.note(`  ${line}`);
    const next = await prompter.choose<"other" | "again" | "save" | "leave">({
      message: text.onboard.whatNow,
      choices: [
        { value: "other", label: text.reset.rotate.enterAnother },
        { value: "again", label: text.onboard.tryAgain },
        { value: "save", label: text.onboard.saveAnyway },
        { value: "leave", label: text.onboard.leaveUnsaved },
      ],
      initial: "other",
    });
    if (next.kind === "back" || next.value === "leave") throw declined();
    if (next.value === "save") return { rotations, checked: "failed" };
    if (next.value === "other") rotations = (await askValue(rotations[0], rotations, prompter, text)).rotations;
  }
}

/** Replaces all of them at once, under the lock. Returns the files that were written. */
export async function write(
  rotations: readonly Rotation[],
  providers: readonly Provider[],
  paths: Paths,
  context: Context,
): Promise<readonly string[]> {
  showWarnings(await attributesLost([paths.secrets], context), context);
  const { written } = await applyPlan<LoadedFiles>(
    (known) => loadFiles(paths, context, { known }),
    (files) => ({
      config: rotations.flatMap((one) => literalEdits(one, files.config.config, providers)),
      secrets: mergedTexts(rotations, files.secrets.values, paths),
    }),
    paths,
    context,
  );
  return written;
}

/** Several keys of one list become one text. */
function mergedTexts(rotations: readonly Rotation[], values: ReadonlyMap<string, string>, { secrets }: Paths) {
  const texts = new Map(values);
  for (const one of rotations) {
    const next = newText(one, texts);
    if (next === undefined)
      throw new OpenclawError((t) => t.core.changedMeanwhile(secrets), {
        code: "config.changed",
        hint: (t) => t.core.runAgain,
      });
    texts.set(one.variable, next);
  }
  return [...new Set(rotations.map(({ variable }) => variable))].map((name) => ({
    name,
    value: new Secret(texts.get(name) ?? ""),
  }));
}
