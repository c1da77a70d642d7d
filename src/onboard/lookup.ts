import type { Choice, Context } from "../core/context.ts";
import { fail, ok, type Problem, type Result } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import type {
  Account,
  AccountAccess,
  AccountGateway,
  GatewayIds,
  GatewayRequirements,
  Listing,
} from "../providers/discovery.ts";
import type { Finding } from "../providers/finding.ts";
import { type Field, lookupField, type Provider, type Values } from "../providers/provider.ts";
import { say } from "../text/message.ts";
import { type Answer, type Answers, valuesOf } from "./answers.ts";
import type { Resolution } from "./resolve-answers.ts";

type Answered<T> = Promise<Result<T, Finding>>;

interface Choices {
  readonly list: readonly Choice<string>[];
  /** There may be more, which can only be typed. */
  readonly isCut: boolean;
}

export interface Lookup {
  readonly choices: (field: Field, values: Values, signal?: AbortSignal) => Answered<Choices>;
  /** The requirements of a gateway; `undefined` if that cannot be determined. */
  readonly needs: (place: GatewayIds, signal?: AbortSignal) => Promise<GatewayRequirements | undefined>;
  /** Creates a gateway that requires a token and keeps logs. `undefined` if nothing may be changed. */
  readonly create?: (place: GatewayIds, signal?: AbortSignal) => Answered<AccountGateway>;
}

/** Resolves to `undefined` if the provider has nothing to look up. */
export type OpenLookup = (provider: Provider, token: Secret) => Promise<Lookup | undefined>;

export function lookupOpener(
  { userAgent, mayCreate }: Pick<AccountAccess, "userAgent"> & { readonly mayCreate: boolean },
  context: Pick<Context, "http" | "delay" | "env">,
): OpenLookup {
  return async (provider, token) => {
    const discovery = await provider.discovery?.();
    if (discovery === undefined) return undefined;
    const access = (signal?: AbortSignal): AccountAccess => ({ token, userAgent, ...(signal && { signal }) });
    const create: Lookup["create"] = ({ accountId, gatewayId: id }, signal) =>
      discovery.create(access(signal), accountId, { id, authentication: true, logs: true }, context);
    return {
      choices: async ({ lookup: kind }, { accountId = "" }, signal) => {
        if (kind === "account") return mapped(await discovery.accounts(access(signal), context), accountChoice);
        return mapped(await discovery.gateways(access(signal), accountId, context), gatewayChoice);
      },
      needs: async (place, signal) => {
        const settings = await discovery.settings(access(signal), place, context);
        if (!settings.ok) return undefined;
        const keys = await discovery.storedKeys(access(signal), place, context);
        return discovery.requirements(settings.value, keys.ok ? keys.value : []);
      },
      ...(mayCreate && { create }),
    };
  };
}

const accountChoice = ({ id, name }: Account): Choice<string> => ({
  value: id,
  label: name === id ? id : `${name} (${id})`,
});

const gatewayChoice = ({ id }: AccountGateway): Choice<string> => ({ value: id, label: id });

const mapped = <T>(
  found: Result<Listing<T>, Finding>,
  choice: (item: T) => Choice<string>,
): Result<Choices, Finding> =>
  found.ok ? ok({ list: found.value.items.map(choice), isCut: found.value.isCut }) : found;

/** Looks up missing answers with a token from the command line, and says why the rest were not found. */
export async function lookUpMissing(
  { provider, answers, missing }: Resolution,
  openLookup: OpenLookup,
): Promise<{ readonly answers: Answers; readonly problems: readonly Problem[] }> {
  const token = provider ? lookupField(provider) : undefined;
  const given = token && answers[token.id];
  const lookup = provider && given?.kind === "secret" ? await openLookup(provider, given.value) : undefined;
  const found: Record<string, Answer> = {};
  if (!provider || token === undefined || lookup === undefined) return { answers: found, problems: [] };
  for (const field of provider.fields) {
    const isMissing = field.lookup !== undefined && missing.some(({ where }) => where === `--${field.flag}`);
    if (!isMissing) continue;
    const only = onlyOne(field, token, await lookup.choices(field, valuesOf({ ...answers, ...found })));
    // The next question depends on what this one found.
    if (!only.ok) return { answers: found, problems: [only.error] };
    found[field.id] = { kind: "value", value: only.value, source: { kind: "lookup", label: token.label } };
  }
  return { answers: found, problems: [] };
}

/** @why as many gateways as an account can have; more would hide the sentence that they belong to. */
const MOST_NAMED = 20;

/** A single match is taken; among several, the user has to choose. */
function onlyOne(field: Field, token: Field, listed: Result<Choices, Finding>): Result<string> {
  const where = `--${field.flag}`;
  if (!listed.ok) return fail({ where: `--${token.flag}`, message: listed.error.message, hint: listed.error.fix });
  const { list, isCut } = listed.value;
  const [only, ...others] = list;
  if (only !== undefined && others.length === 0 && !isCut) return ok(only.value);
  const labels = list.slice(0, MOST_NAMED).map(({ label }) => label);
  const isAccount = field.lookup === "account";
  const found = { number: list.length, isCut };
  return fail({
    where,
    message: ({ onboard }) => (isAccount ? onboard.accountsFound(found) : onboard.gatewaysFound(found)),
    hint: (text) => {
      if (only === undefined) return say(field.help, text);
      return list.length > labels.length ? text.onboard.passOneSuchAs(labels) : text.onboard.passOneOf(labels);
    },
  });
}
