import type { Command } from "commander";
import { applyPlan } from "../config/apply.ts";
import type { ConfigEdit } from "../config/config-edit.ts";
import { variablesNeeded } from "../config/credentials.ts";
import { assertWritable } from "../config/read-only.ts";
import { type LoadedFiles, loadFiles } from "../config/resolve.ts";
import type { ProviderConfig } from "../config/schema.ts";
import type { Context } from "../core/context.ts";
import { jsonDocument } from "../core/json.ts";
import type { Paths } from "../core/paths.ts";
import { Secret } from "../core/secret.ts";
import { endpointsOf, type Provider, storedUnder } from "../providers/provider.ts";
import { nameableProviders, storedCredentials } from "../reset/credentials.ts";
import { ofOtherKind, type Rotatable, type Rotation, rotatables } from "../reset/rotation.ts";
import { canPrompt, openPrompter } from "../terminal/interaction.ts";
import { loadTexts } from "../text/language.ts";
import { type Message, say } from "../text/message.ts";
import { afterRotation } from "./after-rotation.ts";
import type { Invocation } from "./invocation.ts";
import { linePrinter } from "./print.ts";
import { assertWorks, write } from "./rotate-key.ts";
import { askValue, labelOf, valueFromInput } from "./rotate-value.ts";
import { checkRotation } from "./rotation-check.ts";
import { unknownProvider } from "./unknown-provider.ts";

interface PasteFlags {
  readonly provider: string;
  readonly profileId?: string;
  readonly agent?: string;
  readonly verify?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** @source the published OpenClaw 2026.9.6: a key on standard input or asked for, `--provider` required. */
export function defineAuth(auth: Command, invocation: Invocation): void {
  const { reset, commands } = invocation.context.text;
  auth.option("--agent <id>", reset.paste.agentFlag);
  auth
    .command("paste-api-key")
    .summary(reset.paste.summary)
    .description(reset.paste.description)
    .requiredOption("--provider <id>", reset.paste.providerFlag)
    .option("--profile-id <id>", reset.paste.profileFlag)
    .option("--agent <id>", reset.paste.agentFlag)
    .option("--verify", reset.paste.verifyFlag)
    .option("--dry-run", commands.dryRunFlag)
    .option("--json", commands.jsonFlag)
    .action((flags: PasteFlags) => paste({ ...auth.opts(), ...flags }, invocation));
}

async function paste(flags: PasteFlags, invocation: Invocation): Promise<void> {
  const { context, about } = invocation;
  const { dryRun = false, json = false } = flags;
  const paths = invocation.paths();
  const providers = await invocation.providers();
  if (!dryRun) assertWritable(context);
  const files = await loadFiles(paths, context);
  const target = targetOf(flags.provider, files, providers);
  for (const flag of ["--profile-id", "--agent"] as const)
    if (flags[flag === "--agent" ? "agent" : "profileId"] !== undefined)
      context.err(`${context.text.reset.paste.noEffect(flag)}\n`);
  const prompter = canPrompt(context) ? await openPrompter({}, context) : undefined;
  const stored = storedCredentials(files.config.config, files.secrets.values, providers);
  const candidate: Rotatable = { ...target.candidate, others: ofOtherKind(target.candidate, stored) };
  const { rotations, notes } =
    prompter === undefined
      ? await valueFromInput(candidate, [candidate], context, (t) => t.reset.paste.pipeIn)
      : await askValue(candidate, [candidate], prompter, context.text);
  for (const note of notes) context.err(`${say(note, context.text)}\n`);
  const isSame = rotations.every(({ old, value }) => value.equals(old));
  const wanted = isSame ? [] : rotations;
  const how = { kind: "models" as const, userAgent: `openclaw/${about.version}` };
  const checked =
    flags.verify && wanted.length > 0
      ? assertWorks(await checkRotation(wanted, files, how, { providers, context }))
      : "skipped";
  const settled = { rotations: wanted, checked, dryRun, json, restarts: prompter ? "ask" : "no" } as const;
  if (target.isStored || isSame) {
    const written = dryRun || isSame ? [] : await write(wanted, providers, paths, context);
    return afterRotation({ ...settled, written }, { files, paths, providers, prompter }, invocation);
  }
  const written = dryRun ? [] : await store(wanted, target.edits, paths, context);
  return report({ ...target, rotations: wanted, written }, { dryRun, json, verified: checked }, paths, invocation);
}

interface Target {
  readonly candidate: Rotatable;
  /** True if there is a key to replace. */
  readonly isStored: boolean;
  readonly edits: readonly ConfigEdit[];
  /** The step that is left before the key is used. */
  readonly notes: readonly Message[];
}

/** The variable in which a provider's key belongs, and what refers to it. Throws `provider.unknown`. */
function targetOf(
  providerId: string,
  { config: { config }, secrets }: LoadedFiles,
  providers: readonly Provider[],
): Target {
  const known = nameableProviders(config, providers);
  if (!known.includes(providerId)) throw unknownProvider(providerId, known);
  const endpoint = endpointsOf(providers).find((one) => one.providerId === providerId);
  const entry: ProviderConfig | undefined = config.models?.providers?.[providerId];
  const field = endpoint?.fields.find(({ id }) => id === endpoint.keyField);
  const [referred] = entry?.apiKey === undefined ? [] : variablesNeeded({ apiKey: entry.apiKey }, undefined);
  const variable = referred ?? ((endpoint && storedUnder(endpoint, endpoint.keyField)) || ownVariable(providerId));
  const stored = rotatables(config, secrets.values, providers).find(
    (one) => one.variable === variable && one.position === undefined && one.usedBy.includes(providerId),
  );
  const keyless = entry?.auth === "token" && endpoint !== undefined && endpoint.keyField !== "gatewayToken";
  const notes: readonly Message[] =
    entry === undefined
      ? [(t) => t.reset.paste.notSetUp(providerId)]
      : keyless
        ? [(t) => t.reset.paste.keyless(providerId)]
        : [];
  if (stored !== undefined) return { candidate: stored, isStored: true, edits: [], notes };
  const old = secrets.values.get(variable) ?? (typeof entry?.apiKey === "string" && !referred ? entry.apiKey : "");
  const candidate = {
    id: variable,
    variable,
    ...(field && { field }),
    usedBy: [providerId],
    old: new Secret(old),
    literals: [],
  };
  const refers = entry === undefined || keyless || referred !== undefined;
  const edits = refers ? [] : [{ path: ["models", "providers", providerId, "apiKey"], value: `\${${variable}}` }];
  return { candidate, isStored: false, edits, notes };
}

/** @source the published OpenClaw's docs/concepts/model-providers.md: `<PROVIDER>_API_KEY`. */
const ownVariable = (providerId: string): string =>
  `${providerId
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^(?=\d)/, "_")}_API_KEY`;

async function store(
  rotations: readonly Rotation[],
  edits: readonly ConfigEdit[],
  paths: Paths,
  context: Context,
): Promise<readonly string[]> {
  const { written } = await applyPlan<LoadedFiles>(
    (known) => loadFiles(paths, context, { known }),
    () => ({ config: edits, secrets: rotations.map(({ variable, value }) => ({ name: variable, value })) }),
    paths,
    context,
  );
  return written;
}

async function report(
  {
    rotations,
    edits,
    notes,
    written,
  }: Omit<Target, "isStored"> & { rotations: readonly Rotation[]; written: readonly string[] },
  { dryRun, json, verified }: { readonly dryRun: boolean; readonly json: boolean; readonly verified: string },
  paths: Paths,
  { context, shown }: Invocation,
): Promise<void> {
  if (json) {
    const english = await loadTexts("en");
    return context.out(
      jsonDocument({
        ok: true,
        dryRun,
        path: paths.secrets,
        stored: rotations.map(({ variable, usedBy, value }) => ({
          name: variable,
          providers: usedBy,
          value: String(value),
        })),
        verified,
        written,
        notes: notes.map((note) => say(note, english)),
      }),
    );
  }
  const { paste: text } = context.text.reset;
  const tell = linePrinter(context.out, context, shown);
  for (const one of rotations) {
    const values = { label: labelOf(one, context.text), path: paths.secrets, value: String(one.value) };
    tell(dryRun ? text.wouldStore(values) : text.stored(values));
  }
  if (edits.length > 0) tell(text.refers(paths.config));
  for (const note of notes) tell(say(note, context.text));
  if (dryRun) tell(context.text.commands.dryRun);
}
