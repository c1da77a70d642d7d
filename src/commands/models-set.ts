import type { Command } from "commander";
import type { ConfigEdit } from "../config/config-edit.ts";
import type { JsonPath, JsonValue } from "../config/json5-value.ts";
import { allowEdits, defaultEdits, fallbacksIn } from "../config/model-edits.ts";
import { type LoadedFiles, loadReadable } from "../config/resolve.ts";
import { doubtsAbout, retirementOfModel } from "../models/doubts.ts";
import { type KnownNames, namedModel } from "../models/named.ts";
import { formatModelRef, type ModelRef } from "../providers/model.ts";
import { describedModel } from "../providers/provider.ts";
import { canPrompt } from "../terminal/interaction.ts";
import type { Message } from "../text/message.ts";
import type { Invocation } from "./invocation.ts";
import { type ChangeFlags, changeConfig, type Decision } from "./models-change.ts";
import { assertSetUp, type KnownIn, namesKnown } from "./models-known.ts";

export function defineSet(command: Command, invocation: Invocation): void {
  const { modelEdits: text, commands } = invocation.context.text;
  command
    .argument("[model]", text.modelArgument)
    .option("--dry-run", commands.dryRunFlag)
    .option("--json", commands.jsonFlag)
    .action((model: string | undefined, flags: ChangeFlags) => set(model, flags, invocation));
}

async function set(name: string | undefined, flags: ChangeFlags, invocation: Invocation): Promise<void> {
  const { context } = invocation;
  const knownIn = await namesKnown(invocation);
  const wanted =
    name === undefined
      ? await (await import("./models-choose.ts")).chooseModel(knownIn, invocation)
      : await unlessRetired(name, flags, knownIn, invocation);
  const decide = (files: LoadedFiles): Decision => {
    const known = knownIn(files);
    assertSetUp(known.config);
    const model = namedModel(wanted, known);
    const ref = formatModelRef(model);
    const isFallback = fallbacksIn(known.config).some((one) => one.ref === ref);
    return {
      edits: usedEdits(model, defaultEdits(ref, known.config), known),
      says: [(t) => t.modelEdits.isDefault(ref)],
      warnings: [
        ...doubtsAbout(model, known, context.now()),
        ...(isFallback ? [((t) => t.modelEdits.alsoFallback(ref)) satisfies Message] : []),
      ],
      next: (t) => t.modelEdits.nextProbe,
      json: { defaultModel: ref },
    };
  };
  await changeConfig(decide, flags, invocation);
}

/** At a terminal, offers the successor of a retired model. */
async function unlessRetired(
  name: string,
  { json }: ChangeFlags,
  knownIn: KnownIn,
  invocation: Invocation,
): Promise<string> {
  const { context, paths } = invocation;
  if (json || !canPrompt(context)) return name;
  const known = knownIn(await loadReadable(paths(), context));
  assertSetUp(known.config);
  const model = namedModel(name, known);
  const retirement = retirementOfModel(model, known, context.now());
  if (retirement?.state !== "over" || retirement.successor === undefined) return name;
  const said = { model: model.model, date: retirement.date, successor: retirement.successor };
  const { successorInstead } = await import("./models-choose.ts");
  return (await successorInstead(said, invocation)) ? said.successor : name;
}

/**
 * `edits`, and what the model needs besides: a description in its provider's entry, which some versions demand, and a place
 * in the lists of what may be used.
 */
export function usedEdits(ref: ModelRef, edits: readonly ConfigEdit[], known: KnownNames): readonly ConfigEdit[] {
  return [...descriptionEdits(ref, known), ...edits, ...allowEdits([formatModelRef(ref)], known.config)];
}

/** Another program's provider is not described, since nothing is known of it. */
function descriptionEdits({ provider, model }: ModelRef, known: KnownNames): readonly ConfigEdit[] {
  const endpoint = known.endpoints.find(({ providerId }) => providerId === provider);
  const entry = known.config.models?.providers?.[provider];
  if (endpoint === undefined || entry === undefined || entry.models?.some(({ id }) => id === model)) return [];
  const value = describedModel(model, endpoint, known.listed.get(provider)) as unknown as JsonValue;
  const path: JsonPath = ["models", "providers", provider, "models"];
  return [entry.models === undefined ? { path, value: [value] } : { path: [...path, entry.models.length], value }];
}
