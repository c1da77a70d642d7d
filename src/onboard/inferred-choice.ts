import { type Answers, isFromFlag, type SettingId, SKIP, settingIn } from "./answers.ts";
import { type CurrentState, configuredEndpoints } from "./current-state.ts";
import { requestedModel } from "./default-model.ts";

/**
 * The choice of an earlier run, for one that does not say what to set up: the provider that is configured, else the local
 * gateway alone. Empty on a machine where nothing is set up, and for a model that nothing here serves.
 */
export function inferredChoice(given: Answers, current: CurrentState): Answers {
  if (given.authChoice !== undefined) return {};
  const { gateway, models } = current.config.config;
  const served = Object.keys(models?.providers ?? {});
  const provider = current.providers.find((one) => configuredEndpoints(one, current).length > 0);
  if (provider === undefined && gateway?.mode === undefined && served.length === 0) return {};
  const model = provider === undefined ? requestedModel(given, current.providers[0], current) : undefined;
  if (model?.ok && !served.includes(model.value.provider)) return {};
  const value = provider?.authChoice ?? SKIP;
  return { authChoice: { kind: "value", value, source: { kind: "file", path: current.config.root.path } } };
}

/** True if nobody said what to set up, so that what is set up is only added to. */
export const isInferred = ({ authChoice }: Answers): boolean => authChoice?.source.kind === "file";

/** True if the run changes other things than a provider's entries, such as the default model or a port. */
export const leavesEntries = (given: Answers, fields: readonly { readonly id: string }[]): boolean =>
  isInferred(given) &&
  settingIn(given, "secretInputMode") !== "ref" &&
  fields.every(({ id }) => given[id] === undefined);

/** Settings that are no reason to ask about anything else. */
const SETTINGS: readonly SettingId[] = [
  "model",
  "setDefault",
  "gateway.port",
  "gateway.bind",
  "gateway.customBindHost",
  "gateway.auth.mode",
  "gateway.auth.token",
];

export const isSettingGiven = (given: Answers): boolean => SETTINGS.some((id) => isFromFlag(given[id]));
