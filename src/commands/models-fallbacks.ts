import type { Command } from "commander";
import { addFallback, clearFallbacks, fallbacksIn, moveFallback, removeFallback } from "../config/model-edits.ts";
import { modelChoice, resolveAlias } from "../config/model-selection.ts";
import { type LoadedFiles, loadReadable } from "../config/resolve.ts";
import type { Config } from "../config/schema.ts";
import { OpenclawError } from "../core/errors.ts";
import { withoutCredentials } from "../core/redact.ts";
import { nearest } from "../core/similar.ts";
import { doubtsAbout, otherProtocol } from "../models/doubts.ts";
import { namedModel } from "../models/named.ts";
import { formatModelRef, parseModelRef } from "../providers/model.ts";
import type { Message } from "../text/message.ts";
import type { Invocation } from "./invocation.ts";
import { type ChangeFlags, changeConfig, type Decision } from "./models-change.ts";
import { assertSetUp, namesKnown } from "./models-known.ts";
import { type NamesFlags, printNames } from "./models-names.ts";
import { usedEdits } from "./models-set.ts";

export function defineFallbacks(fallbacks: Command, invocation: Invocation): void {
  const { modelEdits: text, models, commands } = invocation.context.text;
  const sub = (name: keyof typeof models.fallbackCommands) =>
    fallbacks
      .command(name, { isDefault: name === "list" })
      .summary(models.fallbackCommands[name])
      .description(text.fallbackHelp[name]);
  const edit = (name: "add" | "remove" | "clear" | "move") =>
    sub(name).option("--dry-run", commands.dryRunFlag).option("--json", commands.jsonFlag);
  sub("list")
    .option("--json", commands.jsonFlag)
    .option("--plain", text.plainListFlag)
    .action((flags: NamesFlags) => list(flags, invocation));
  edit("add")
    .argument("<model>", text.modelArgument)
    .action((model: string, flags: ChangeFlags) => add(model, flags, invocation));
  edit("remove")
    .argument("<model>", text.fallbackArgument)
    .action((model: string, flags: ChangeFlags) => remove(model, flags, invocation));
  edit("clear").action((flags: ChangeFlags) => clear(flags, invocation));
  edit("move")
    .argument("<model>", text.fallbackArgument)
    .argument("<position>", text.positionArgument)
    .action((model: string, position: string, flags: ChangeFlags) => move(model, position, flags, invocation));
}

async function list(flags: NamesFlags, invocation: Invocation): Promise<void> {
  const { context, paths } = invocation;
  const { config } = await loadReadable(paths(), context);
  const refs = refsIn(config.config).map(withoutCredentials);
  const title = context.text.modelEdits.fallbacks(refs.length);
  printNames({ document: { fallbacks: refs }, title, plain: refs, listed: refs }, flags, invocation);
}

async function add(name: string, flags: ChangeFlags, invocation: Invocation): Promise<void> {
  const knownIn = await namesKnown(invocation);
  const decide = (files: LoadedFiles): Decision => {
    const known = knownIn(files);
    const { config } = known;
    assertSetUp(config);
    const model = namedModel(name, known);
    const ref = formatModelRef(model);
    const { primary } = modelChoice(config.agents?.defaults?.model);
    const first = primary === undefined ? undefined : resolveAlias(primary, config);
    if (first === ref) throw new OpenclawError((t) => t.modelEdits.isTheDefault(ref), { code: "usage.conflict" });
    const before = fallbacksIn(config).map((one) => one.ref);
    const position = before.includes(ref) ? before.indexOf(ref) + 1 : before.length + 1;
    const isThere = before.includes(ref);
    return {
      edits: usedEdits(model, addFallback(ref, config), known),
      says: [(t) => t.modelEdits[isThere ? "fallbackThere" : "fallbackAdded"]({ model: ref, position })],
      warnings: [
        ...doubtsAbout(model, known, invocation.context.now()),
        ...otherProtocol(model, parseModelRef(first ?? ""), known),
        ...(first === undefined ? [((t) => t.modelEdits.noDefault) satisfies Message] : []),
      ],
      next: (t) => t.modelEdits.nextProbe,
      json: { fallbacks: isThere ? before : [...before, ref] },
    };
  };
  await changeConfig(decide, flags, invocation);
}

async function remove(name: string, flags: ChangeFlags, invocation: Invocation): Promise<void> {
  const knownIn = await namesKnown(invocation);
  const decide = (files: LoadedFiles): Decision => {
    const { config } = files.config;
    const { index, ref } = found(name, config);
    const model = parseModelRef(ref);
    return {
      edits: removeFallback(index, config),
      opposite: (before) =>
        model === undefined ? [] : usedEdits(model, addFallback(ref, before), { ...knownIn(files), config: before }),
      says: [(t) => t.modelEdits.fallbackRemoved(ref)],
      json: { fallbacks: refsIn(config).toSpliced(index, 1) },
    };
  };
  await changeConfig(decide, flags, invocation);
}

async function clear(flags: ChangeFlags, invocation: Invocation): Promise<void> {
  const decide = ({ config: { config } }: LoadedFiles): Decision => {
    const { length } = fallbacksIn(config);
    return {
      edits: clearFallbacks(config),
      says: [(t) => (length === 0 ? t.modelEdits.noFallbacks : t.modelEdits.fallbacksCleared(length))],
      json: { fallbacks: [] },
    };
  };
  await changeConfig(decide, flags, invocation);
}

async function move(name: string, position: string, flags: ChangeFlags, invocation: Invocation): Promise<void> {
  const decide = ({ config: { config } }: LoadedFiles): Decision => {
    const { index, ref } = found(name, config);
    const before = refsIn(config);
    const to = /^\d{1,6}$/.test(position) ? Number(position) : 0;
    if (to < 1 || to > before.length)
      throw new OpenclawError((t) => t.modelEdits.positionNotAllowed(before.length), { code: "usage.invalid" });
    return {
      edits: moveFallback(index, to - 1, config),
      says: [(t) => t.modelEdits.fallbackMoved({ model: ref, position: to })],
      json: { fallbacks: before.toSpliced(index, 1).toSpliced(to - 1, 0, ref) },
    };
  };
  await changeConfig(decide, flags, invocation);
}

const refsIn = (config: Config): readonly string[] => fallbacksIn(config).map(({ ref }) => ref);

/** The fallback of that name: as it is written, by its reference, by an alias, or by its id alone. Throws `model.unknown`. */
function found(name: string, config: Config): { readonly index: number; readonly ref: string } {
  const all = fallbacksIn(config);
  const wanted = resolveAlias(name.trim(), config);
  const exact = all.findIndex(({ text, ref }) => text === name.trim() || ref === wanted);
  const byId = all.flatMap(({ ref }, index) => (parseModelRef(ref)?.model === wanted ? [index] : []));
  const index = exact >= 0 ? exact : byId.length === 1 ? (byId[0] ?? -1) : -1;
  const one = all[index];
  if (one !== undefined) return { index, ref: one.ref };
  const refs = all.map(({ ref }) => withoutCredentials(ref));
  const near = nearest(wanted, [...refs, ...refs.map((ref) => parseModelRef(ref)?.model ?? ref)]);
  const meant = refs.find((ref) => ref === near || parseModelRef(ref)?.model === near);
  throw new OpenclawError((t) => t.modelEdits.noFallback(name), {
    code: "model.unknown",
    hint: (t) => {
      if (refs.length === 0) return t.modelEdits.noFallbacks;
      return meant === undefined ? t.modelEdits.fallbacksAre(refs) : t.config.didYouMean(meant);
    },
  });
}
