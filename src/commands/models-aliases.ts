import type { Command } from "commander";
import { aliasEdits, removeAlias } from "../config/model-edits.ts";
import { type LoadedFiles, loadReadable } from "../config/resolve.ts";
import type { Config } from "../config/schema.ts";
import { OpenclawError } from "../core/errors.ts";
import { CREDENTIAL_HERE, looksLikeCredential, withoutCredentials } from "../core/redact.ts";
import { nearest } from "../core/similar.ts";
import { doubtsAbout } from "../models/doubts.ts";
import { namedModel } from "../models/named.ts";
import { formatModelRef } from "../providers/model.ts";
import type { Message } from "../text/message.ts";
import type { Invocation } from "./invocation.ts";
import { type ChangeFlags, changeConfig, type Decision } from "./models-change.ts";
import { assertSetUp, namesKnown } from "./models-known.ts";
import { type NamesFlags, printNames } from "./models-names.ts";

/** @source the published OpenClaw, seen in 2026.5.28: it refuses other characters. */
const ALIAS = /^[A-Za-z0-9._:-]+$/;

export function defineAliases(aliases: Command, invocation: Invocation): void {
  const { modelEdits: text, models, commands } = invocation.context.text;
  const sub = (name: keyof typeof models.aliasCommands) =>
    aliases
      .command(name, { isDefault: name === "list" })
      .summary(models.aliasCommands[name])
      .description(text.aliasHelp[name]);
  sub("list")
    .option("--json", commands.jsonFlag)
    .option("--plain", text.plainListFlag)
    .action((flags: NamesFlags) => list(flags, invocation));
  sub("add")
    .argument("<alias>", text.aliasArgument)
    .argument("<model>", text.modelArgument)
    .option("--dry-run", commands.dryRunFlag)
    .option("--json", commands.jsonFlag)
    .action((alias: string, model: string, flags: ChangeFlags) => add(alias, model, flags, invocation));
  sub("remove")
    .argument("<alias>", text.aliasToRemove)
    .option("--dry-run", commands.dryRunFlag)
    .option("--json", commands.jsonFlag)
    .action((alias: string, flags: ChangeFlags) => remove(alias, flags, invocation));
}

/** Each alias with its model, the first of two equal ones, which counts. */
function aliasesIn({ agents }: Config): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [ref, { alias }] of Object.entries(agents?.defaults?.models ?? {}))
    if (alias !== undefined && !found.has(alias)) found.set(alias, ref);
  return found;
}

async function list(flags: NamesFlags, invocation: Invocation): Promise<void> {
  const { context, paths } = invocation;
  const { config } = await loadReadable(paths(), context);
  const all = [...aliasesIn(config.config)].map((pair) => pair.map(withoutCredentials) as [string, string]);
  const names = {
    document: { aliases: Object.fromEntries(all) },
    title: context.text.modelEdits.aliases(all.length),
    plain: all.map((pair) => pair.join(" ")),
    listed: all.map((pair) => pair.join(" -> ")),
  };
  printNames(names, flags, invocation);
}

async function add(alias: string, name: string, flags: ChangeFlags, invocation: Invocation): Promise<void> {
  assertAllowed(alias);
  const knownIn = await namesKnown(invocation);
  const decide = (files: LoadedFiles): Decision => {
    const known = knownIn(files);
    const { config } = known;
    assertSetUp(config);
    const model = namedModel(name, known);
    const ref = formatModelRef(model);
    const owner = aliasesIn(config).get(alias);
    if (owner !== undefined && owner !== ref)
      throw new OpenclawError((t) => t.modelEdits.aliasTaken({ alias, model: owner }), {
        code: "usage.conflict",
        hint: (t) => t.modelEdits.removeAliasFirst(alias),
      });
    const edits = aliasEdits(alias, ref, config);
    if (edits.length === 0 && owner === undefined)
      throw new OpenclawError((t) => t.modelEdits.noListPossible, {
        code: "config.edit",
        hint: (t) => t.modelEdits.setDefaultFirst,
      });
    const before = config.agents?.defaults?.models?.[ref]?.alias;
    return {
      edits,
      says: [(t) => t.modelEdits.aliasAdded({ alias, model: ref })],
      warnings: [
        ...doubtsAbout(model, known, invocation.context.now()),
        ...(before === undefined || before === alias
          ? []
          : [((t) => t.modelEdits.aliasReplaced({ alias, before })) satisfies Message]),
      ],
      json: { alias, model: ref },
    };
  };
  await changeConfig(decide, flags, invocation);
}

function assertAllowed(alias: string): void {
  if (looksLikeCredential(alias))
    throw new OpenclawError(CREDENTIAL_HERE.message, {
      code: "usage.invalid",
      ...(CREDENTIAL_HERE.hint && { hint: CREDENTIAL_HERE.hint }),
    });
  if (!ALIAS.test(alias)) throw new OpenclawError((t) => t.modelEdits.aliasNotAllowed, { code: "usage.invalid" });
}

async function remove(alias: string, flags: ChangeFlags, invocation: Invocation): Promise<void> {
  const decide = ({ config: { config } }: LoadedFiles): Decision => {
    const models = Object.entries(config.agents?.defaults?.models ?? {}).flatMap(([ref, entry]) =>
      entry.alias === alias ? [ref] : [],
    );
    if (models.length === 0) throw unknownAlias(alias, config);
    return {
      edits: removeAlias(alias, config),
      opposite: (before) => models.flatMap((ref) => aliasEdits(alias, ref, before)),
      says: [(t) => t.modelEdits.aliasRemoved({ alias, models })],
      json: { alias, models },
    };
  };
  await changeConfig(decide, flags, invocation);
}

function unknownAlias(alias: string, config: Config): OpenclawError {
  const all = [...aliasesIn(config).keys()].map(withoutCredentials);
  const meant = nearest(alias, all);
  return new OpenclawError((t) => t.modelEdits.unknownAlias(alias), {
    code: "model.unknown",
    hint: (t) => {
      if (all.length === 0) return t.modelEdits.noAliases;
      return meant === undefined ? t.modelEdits.aliasesAre(all) : t.config.didYouMean(meant);
    },
  });
}
