import type { Choice, Context } from "../core/context.ts";
import { ok, type Result } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import type { Account, AccountAccess, Gateway, GatewayIds, GatewayRequirements } from "../providers/discovery.ts";
import type { Finding } from "../providers/finding.ts";
import type { Field, Provider, Values } from "../providers/provider.ts";

type Found<T> = Promise<Result<T, Finding>>;

/** What can be looked up, and created, in the name of one token. */
export interface Lookup {
  /** What a field that can be looked up may be answered with, given the answers so far. */
  readonly choices: (field: Field, values: Values, signal?: AbortSignal) => Found<readonly Choice<string>[]>;
  /** What is to be known about a gateway; undefined when that cannot be found out. */
  readonly needs: (place: GatewayIds, signal?: AbortSignal) => Promise<GatewayRequirements | undefined>;
  /** Creates a gateway that asks for a token and keeps logs. Undefined where nothing may be changed. */
  readonly create?: (place: GatewayIds, signal?: AbortSignal) => Found<Gateway>;
}

/** Undefined for a provider with which nothing can be looked up. */
export type OpenLookup = (provider: Provider, token: Secret) => Promise<Lookup | undefined>;

/** How answers are looked up. */
export function lookupOpener(
  { userAgent, mayCreate }: Pick<AccountAccess, "userAgent"> & { readonly mayCreate: boolean },
  context: Pick<Context, "http" | "delay" | "env">,
): OpenLookup {
  return async (provider, token) => {
    const discovery = await provider.discovery?.();
    if (discovery === undefined) return undefined;
    const inquiry = (signal?: AbortSignal): AccountAccess => ({ token, userAgent, ...(signal && { signal }) });
    const create: Lookup["create"] = ({ accountId, gatewayId: id }, signal) =>
      discovery.create(inquiry(signal), accountId, { id, authentication: true, logs: true }, context);
    return {
      choices: async ({ found }, { accountId = "" }, signal) => {
        if (found === "account") return mapped(await discovery.accounts(inquiry(signal), context), accountChoice);
        return mapped(await discovery.gateways(inquiry(signal), accountId, context), gatewayChoice);
      },
      needs: async (place, signal) => {
        const settings = await discovery.settings(inquiry(signal), place, context);
        if (!settings.ok) return undefined;
        const keys = await discovery.storedKeys(inquiry(signal), place, context);
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

const gatewayChoice = ({ id }: Gateway): Choice<string> => ({ value: id, label: id });

const mapped = <T, U>(found: Result<readonly T[], Finding>, choice: (item: T) => U): Result<readonly U[], Finding> =>
  found.ok ? ok(found.value.map(choice)) : found;
