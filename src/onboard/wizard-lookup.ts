import type { Prompter } from "../core/context.ts";
import { problemText } from "../core/result.ts";
import { type Finding, findingLines } from "../providers/finding.ts";
import { type Field, helperOf } from "../providers/provider.ts";
import { en } from "../text/en/index.ts";
import { say } from "../text/message.ts";
import { defaultFor, knownValues, shownAnswer } from "./answers.ts";
import type { Today } from "./current-state.ts";
import type { Lookup, OpenLookup } from "./lookup.ts";
import { isReplaced } from "./resolve-answers.ts";
import { askField, filledBesides } from "./wizard-questions.ts";
import type { Patch, WizardState } from "./wizard-state.ts";

const TYPE = Symbol("type");
const CREATE = Symbol("create");

/** Has a field's answer chosen among those that the token finds; typed where there is no token, or it finds nothing. */
export async function askFound(
  field: Field,
  state: WizardState,
  today: Today,
  openLookup: OpenLookup | undefined,
  prompter: Prompter,
): Promise<Patch> {
  const typed = async (): Promise<Patch> => {
    const patch = await askField(field, state, today, prompter, { looksUp: openLookup !== undefined });
    const token = state.provider && helperOf(state.provider);
    const isNew = patch !== "back" && token && patch.answers?.[token.id] !== state.answers[token.id];
    // The same one, given again, is to be tried again.
    return isNew ? { ...patch, deadToken: undefined } : patch;
  };
  const { provider, answers } = state;
  const lookup = await lookupFor(state, today, openLookup);
  // Lines that wait to be answers were pasted by somebody who has them at hand.
  if (!provider || lookup === undefined || state.pending.length > 0) return typed();
  const values = knownValues(provider, answers, today);
  const known = answers[field.id] ?? defaultFor(field, provider, today);
  const preset = known?.kind === "value" ? known.value : undefined;
  for (;;) {
    const found = await prompter.busy(`Looking up your ${field.found}s`, (signal) =>
      lookup.choices(field, values, signal),
    );
    if (!found.ok) return typeAfter(found.error, typed, state, today, prompter);
    const mayCreate = field.found === "gateway" && lookup.create !== undefined;
    const isListed = found.value.some(({ value }) => value === preset);
    const reply = await prompter.choose<string | typeof TYPE | typeof CREATE>({
      message: say(field.label, en),
      choices: [
        ...found.value,
        ...(mayCreate ? [{ value: CREATE, label: "Create a new gateway" } as const] : []),
        { value: TYPE, label: "Type it instead" },
      ],
      // Enter alone never replaces an answer that is not on the list.
      ...(preset !== undefined && { initial: isListed ? preset : TYPE }),
    });
    if (reply.kind === "back") return "back";
    if (reply.value === TYPE) {
      const patch = await typed();
      if (patch === "back") continue;
      return patch;
    }
    const value = reply.value === CREATE ? await create(field, values.accountId ?? "", lookup, prompter) : reply.value;
    if (value === undefined) continue;
    return { answers: { ...answers, [field.id]: { kind: "value", value } }, filledBy: filledBesides(field, state) };
  }
}

/** What a token lacks for one list it may have for the next; of any other that failed no more is asked. */
async function typeAfter(
  finding: Finding,
  typed: () => Promise<Patch>,
  state: WizardState,
  today: Today,
  prompter: Prompter,
): Promise<Patch> {
  const { token, given } = tokenFor(state, today) ?? {};
  // One that stands in a variable was used without anybody having been told.
  if (token && given) prompter.note(`  ${say(token.label, en)} ${shownAnswer(given)}:`);
  noteFinding(finding, prompter);
  const patch = await typed();
  const mayBeTried = finding.code === "api.permission-missing" || (patch !== "back" && "deadToken" in patch);
  if (patch === "back" || given?.kind !== "store" || mayBeTried) return patch;
  return { ...patch, deadToken: given.value };
}

/** The id of a gateway that did not exist before; undefined when there is none after all. */
async function create(
  { check }: Field,
  accountId: string,
  lookup: Lookup,
  prompter: Prompter,
): Promise<string | undefined> {
  const reply = await prompter.text({
    message: "ID of the new gateway",
    secret: false,
    problem: (raw) => {
      const checked = check(raw);
      // What is odd about an id that exists would keep one that does not from being created.
      return checked.ok ? checked.value.warnings.map((one) => say(one, en))[0] : problemText(checked.error, en);
    },
  });
  const checked = reply.kind === "back" ? undefined : check(reply.value);
  if (!checked?.ok) return undefined;
  const gatewayId = checked.value.value;
  prompter.note("  It will ask every request for a token, and keep prompts and answers in its logs.");
  const agreed = await prompter.confirm({ message: `Create the gateway '${gatewayId}' at Cloudflare?`, initial: true });
  if (agreed.kind === "back" || !agreed.value) return undefined;
  const created = await prompter.busy("Creating the gateway", async (signal) =>
    lookup.create?.({ accountId, gatewayId }, signal),
  );
  if (created?.ok) prompter.note(`✔ The gateway '${created.value.id}' is there, and stays, whatever is written here.`);
  else if (created !== undefined) noteFinding(created.error, prompter);
  return created?.ok ? created.value.id : undefined;
}

/** Says what is to be known about the gateway that was named, and which answers it will need. */
export async function readNeeds(
  state: WizardState,
  today: Today,
  openLookup: OpenLookup | undefined,
  prompter: Prompter,
): Promise<Patch> {
  const { provider, answers } = state;
  const lookup = await lookupFor(state, today, openLookup);
  if (!provider || lookup === undefined) return {};
  const { accountId, gatewayId } = knownValues(provider, answers, today);
  const isElsewhere = provider.fields.some(
    (field) => field.found !== undefined && isReplaced(field, provider, answers),
  );
  if (accountId === undefined || gatewayId === undefined || isElsewhere) return {};
  const needs = await prompter.busy("Reading the gateway's settings", (signal) =>
    lookup.needs({ accountId, gatewayId }, signal),
  );
  for (const note of needs?.notes ?? []) prompter.note(`  ${say(note, en)}`);
  return { needed: needs?.required ?? [] };
}

async function lookupFor(state: WizardState, today: Today, openLookup: OpenLookup | undefined) {
  const { given } = tokenFor(state, today) ?? {};
  if (given?.kind !== "store" || given.value.equals(state.deadToken)) return undefined;
  return state.provider ? openLookup?.(state.provider, given.value) : undefined;
}

/** The field of the token to look things up with, and its answer. */
function tokenFor({ provider, answers }: WizardState, today: Today) {
  const token = provider && helperOf(provider);
  return provider && token && { token, given: answers[token.id] ?? defaultFor(token, provider, today) };
}

function noteFinding(finding: Finding, prompter: Prompter): void {
  for (const line of findingLines(finding, en)) prompter.note(`  ${line}`);
}
