import type { Prompter } from "../core/context.ts";
import { problemText } from "../core/result.ts";
import { PERMISSION_MISSING } from "../providers/discovery.ts";
import { type Finding, findingLines } from "../providers/finding.ts";
import { type Field, lookupField } from "../providers/provider.ts";
import { say, type Texts } from "../text/message.ts";
import { shownAnswer, valuesOf } from "./answers.ts";
import { currentAnswer } from "./current-state.ts";
import type { Lookup, OpenLookup } from "./lookup.ts";
import { isReplaced, resolveAnswers } from "./resolve-answers.ts";
import { type Asked, answered, askField, ownAnswers, type QuestionDeps, type WizardState } from "./wizard-field.ts";

const TYPE = Symbol("type");
const CREATE = Symbol("create");

interface LookupDeps extends QuestionDeps {
  readonly openLookup: OpenLookup | undefined;
}

/** Offers what the token finds for a field. Without a token or results, the answer is typed. */
export async function askFound(field: Field, state: WizardState, deps: LookupDeps, prompter: Prompter): Promise<Asked> {
  const { text, openLookup } = deps;
  const typed = async (): Promise<Asked> => {
    const asked = await askField(field, state, deps, prompter, { looksUp: openLookup !== undefined });
    // A token that is given again is tried again.
    return asked !== "back" && hasNewToken(asked, state, deps) ? { ...asked, deadToken: undefined } : asked;
  };
  const lookup = await lookupFor(state, deps);
  // Someone who pastes several lines has the answers at hand.
  if (lookup === undefined || state.pending.length > 0) return typed();
  const { provider, answers } = resolveAnswers(state.answers, deps.current);
  const known = answers[field.id] ?? (provider ? currentAnswer(field, provider, deps.current) : undefined);
  const preset = known?.kind === "value" ? known.value : undefined;
  const values = valuesOf(answers);
  const isGateway = field.lookup === "gateway";
  for (;;) {
    const message = isGateway ? text.onboard.lookingUpGateways : text.onboard.lookingUpAccounts;
    const waited = await prompter.busy(message, (signal) => lookup.choices(field, values, signal));
    if (waited.kind === "back") return "back";
    if (waited.kind === "skipped") return typed();
    const found = waited.value;
    if (!found.ok) return typeAfter(found.error, typed, state, deps, prompter);
    const mayCreate = isGateway && lookup.create !== undefined;
    const { list, isCut } = found.value;
    if (isCut) prompter.note(`  ${text.onboard.listIsCut(list.length)}`);
    const isListed = list.some(({ value }) => value === preset);
    const reply = await prompter.choose<string | typeof TYPE | typeof CREATE>({
      message: say(field.label, text),
      choices: [
        ...list,
        ...(mayCreate ? [{ value: CREATE, label: text.onboard.createGateway } as const] : []),
        { value: TYPE, label: text.onboard.typeInstead },
      ],
      // Enter alone must not replace an answer that is not on the list.
      ...(preset !== undefined && { initial: isListed ? preset : TYPE }),
    });
    if (reply.kind === "back") return "back";
    if (reply.value === TYPE) {
      const asked = await typed();
      if (asked === "back") continue;
      return asked;
    }
    const value =
      reply.value === CREATE ? await create(field, values.accountId ?? "", lookup, text, prompter) : reply.value;
    if (value === undefined) continue;
    return answered(field, value, known, { ...state, answers: ownAnswers(field, state.answers) });
  }
}

/**
 * A token without permission for this list may be able to read the next; after any other failure it is not tried again.
 */
async function typeAfter(
  finding: Finding,
  typed: () => Promise<Asked>,
  state: WizardState,
  deps: LookupDeps,
  prompter: Prompter,
): Promise<Asked> {
  const { token, given } = tokenFor(state, deps) ?? {};
  // A token from a variable was used without telling the user.
  if (token && given)
    prompter.note(
      `  ${deps.text.onboard.withToken({ label: say(token.label, deps.text), token: shownAnswer(given, deps.text) })}`,
    );
  noteFinding(finding, deps.text, prompter);
  const asked = await typed();
  if (asked === "back" || given?.kind !== "secret" || finding.code === PERMISSION_MISSING) return asked;
  return hasNewToken(asked, state, deps) ? asked : { ...asked, deadToken: given.value };
}

/** The id of the new gateway; `undefined` if none was created. */
async function create(
  { check }: Field,
  accountId: string,
  lookup: Lookup,
  text: Texts,
  prompter: Prompter,
): Promise<string | undefined> {
  const reply = await prompter.text({
    message: text.onboard.newGatewayId,
    secret: false,
    problem: (raw) => {
      const checked = check(raw);
      if (!checked.ok) return problemText(checked.error, text);
      // An id that is merely unusual for an existing gateway cannot be used to create one.
      const [warning] = checked.value.warnings;
      return warning && say(warning, text);
    },
  });
  const checked = reply.kind === "back" ? undefined : check(reply.value);
  if (!checked?.ok) return undefined;
  const gatewayId = checked.value.value;
  prompter.note(`  ${text.onboard.newGatewaySettings}`);
  const agreed = await prompter.confirm({ message: text.onboard.createThisGateway(gatewayId), initial: true });
  if (agreed.kind === "back" || !agreed.value) return undefined;
  const waited = await prompter.busy(
    text.onboard.creatingGateway,
    async (signal) => lookup.create?.({ accountId, gatewayId }, signal),
    { mustEnd: true },
  );
  const created = waited.kind === "answer" ? waited.value : undefined;
  if (created?.ok) prompter.note(`✔ ${text.onboard.gatewayCreated(created.value.id)}`);
  else if (created !== undefined) noteFinding(created.error, text, prompter);
  return created?.ok ? created.value.id : undefined;
}

/** Says what the chosen gateway does with requests, and records which answers it requires. */
export async function readNeeds(state: WizardState, deps: LookupDeps, prompter: Prompter): Promise<Asked> {
  const { text, current } = deps;
  const { provider, answers } = resolveAnswers(state.answers, current);
  const lookup = await lookupFor(state, deps);
  if (!provider || lookup === undefined) return state;
  const { accountId, gatewayId } = valuesOf(answers);
  const isElsewhere = provider.fields.some(
    (field) => field.lookup !== undefined && isReplaced(field, provider, answers),
  );
  if (accountId === undefined || gatewayId === undefined || isElsewhere) return state;
  const waited = await prompter.busy(text.onboard.readingGateway, (signal) =>
    lookup.needs({ accountId, gatewayId }, signal),
  );
  if (waited.kind === "back") return "back";
  const needs = waited.kind === "answer" ? waited.value : undefined;
  for (const note of needs?.notes ?? []) prompter.note(`  ${say(note, text)}`);
  return { ...state, needed: needs?.required ?? [] };
}

async function lookupFor(state: WizardState, deps: LookupDeps): Promise<Lookup | undefined> {
  const { provider, given } = tokenFor(state, deps) ?? {};
  if (provider === undefined || given?.kind !== "secret" || given.value.equals(state.deadToken)) return undefined;
  return deps.openLookup?.(provider, given.value);
}

function hasNewToken(asked: WizardState, before: WizardState, deps: QuestionDeps): boolean {
  const { token } = tokenFor(before, deps) ?? {};
  return token !== undefined && asked.answers[token.id] !== before.answers[token.id];
}

function tokenFor({ answers }: WizardState, { current }: QuestionDeps) {
  const { provider, answers: resolved } = resolveAnswers(answers, current);
  const token = provider ? lookupField(provider) : undefined;
  if (!provider || token === undefined) return undefined;
  return { provider, token, given: resolved[token.id] ?? currentAnswer(token, provider, current) };
}

function noteFinding(finding: Finding, text: Texts, prompter: Prompter): void {
  for (const line of findingLines(finding, text)) prompter.note(`  ${line}`);
}
