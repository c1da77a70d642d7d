import { configurationVersion } from "../config/configuration-version.ts";
import { hostInUrl, type ListenAddress } from "../config/listen-address.ts";
import { maskUrls, scrub } from "../core/redact.ts";
import type { Secret } from "../core/secret.ts";
import type { SharedCooldown } from "../gateway/cooldown-book.ts";
import type { SecretSource } from "../models/credential-status.ts";
import { type CredentialSources, type SecretFiles, shownPlace } from "../models/secret-place.ts";
import { formatModelRef } from "../providers/model.ts";
import { type Message, say, type Texts } from "../text/message.ts";
import type { ShownProblem, ShownProcesses, ShownSetup, StateDocument } from "./dashboard-documents.ts";
import type { GatewaySetup } from "./gateway-setup.ts";
import type { MetProblem } from "./met-problems.ts";

/** The state of one process. */
export interface OwnState {
  readonly openRequests: number;
  /** Of bodies that wait to be sent. */
  readonly heldBytes: number;
  readonly met: readonly ShownProblem[];
}

export const shownProblem = (
  { code, layer, says, hint, model, lastMs, times, isOver }: MetProblem,
  text: Texts,
): ShownProblem => ({
  code,
  layer,
  says: say(says, text),
  hint: say(hint, text),
  model,
  last: new Date(lastMs).toISOString(),
  times,
  over: isOver,
});

/** The same that several processes have met, once. */
export function mergedProblems(all: readonly (readonly ShownProblem[])[]): readonly ShownProblem[] {
  const known = new Map<string, ShownProblem>();
  for (const one of all.flat()) {
    const key = JSON.stringify([one.code, one.model]);
    const other = known.get(key);
    const [later, earlier] = (other?.last ?? "") > (one.last ?? "") ? [other ?? one, one] : [one, other];
    const times = (one.times ?? 1) + (other?.times ?? 0);
    known.set(key, { ...later, times, over: later.over === true && (earlier?.over ?? true) });
  }
  return [...known.values()].toSorted((one, other) => ((one.last ?? "") < (other.last ?? "") ? 1 : -1));
}

/** The state of all processes together. */
export interface WholeState extends OwnState {
  readonly processes?: ShownProcesses;
  readonly cooldowns: readonly SharedCooldown[];
}

/** Of the process that listens. */
export type Identity = Pick<StateDocument, "version" | "pid" | "startedAt">;

export interface StateInput {
  readonly now: Date;
  readonly about: Identity;
  readonly setup: GatewaySetup;
  /** The address at which it listens, which a changed configuration does not change. */
  readonly listen: ListenAddress;
  readonly files: SecretFiles;
  /** Why a changed configuration is not used; empty if it is. */
  readonly notUsed: readonly Message[];
  readonly isStopping: boolean;
}

/** Sentences are in the language of the texts; names and layers are not. */
export function stateDocument(input: StateInput, whole: WholeState, text: Texts): StateDocument {
  const { now, about, setup, listen, files, notUsed, isStopping } = input;
  const { processes, cooldowns, openRequests, heldBytes, met } = whole;
  const { settings } = setup;
  return {
    time: now.toISOString(),
    ok: settings.isReady && !isStopping,
    ...about,
    problems: [...ownProblems(setup, notUsed, text), ...met].map(withoutSecrets),
    openRequests,
    heldBytes,
    ...(processes && { processes }),
    cooldowns: cooldowns
      .filter(({ leftMs }) => leftMs > 0)
      .toSorted((one, other) => other.leftMs - one.leftMs)
      .map(({ id, leftMs, why, fault }) => ({
        model: scrub(id),
        until: new Date(now.getTime() + leftMs).toISOString(),
        code: why,
        says: text.server.coolingDown[fault],
      })),
    setup: shownSetup(setup, listen, files, text),
  };
}

function ownProblems(
  { problems, facts: { profile } }: GatewaySetup,
  notUsed: readonly Message[],
  text: Texts,
): readonly ShownProblem[] {
  const ofConfiguration = { layer: "configuration", code: "gateway.config" };
  const hint = text.server.checkConfiguration(profile);
  const sentences = notUsed.map((message) => say(message, text));
  const ofFiles =
    sentences.length === 0 ? [] : [{ ...ofConfiguration, says: text.server.notReloaded(sentences), hint }];
  return [...ofFiles, ...problems.map((message) => ({ ...ofConfiguration, says: say(message, text), hint }))];
}

const withoutSecrets = (problem: ShownProblem): ShownProblem => ({
  ...problem,
  says: maskUrls(scrub(problem.says)),
  hint: maskUrls(scrub(problem.hint)),
});

function shownSetup(
  { facts, settings, unusable, sources }: GatewaySetup,
  listen: ListenAddress,
  files: SecretFiles,
  text: Texts,
): ShownSetup {
  const { config, credentials, clients, profile, usageDays } = facts;
  const providers = Object.entries(config.models?.providers ?? {}).map(([id, { baseUrl, api }]) => {
    const found = credentials.get(id);
    const why = unusable.get(id);
    return {
      id,
      api: settings.upstreams.get(id)?.api ?? api ?? null,
      baseUrl: baseUrl === undefined ? null : maskUrls(scrub(baseUrl), { wholeQuery: true }),
      credentials: found?.ok ? maskedCredentials(found.value, shownSources(id, sources, files, text), text) : [],
      problem: why === undefined ? null : maskUrls(scrub(say(why, text))),
    };
  });
  return {
    profile: profile ?? null,
    listen: `http://${hostInUrl(listen.host)}:${listen.port}`,
    configFile: files.config,
    configVersion: configurationVersion(config),
    usageDays,
    defaults: settings.defaults.map(formatModelRef),
    providers,
    auth: clients === undefined ? "none" : "token",
    tokens: (clients ?? []).map(({ name }) => name ?? null),
  };
}

interface Credentials {
  readonly apiKey?: Secret;
  readonly moreKeys?: readonly { readonly value: Secret; readonly variable: string }[];
  readonly headers: Readonly<Record<string, Secret>>;
}

interface ShownSources {
  /** Of a header, or of the key; `undefined` for what is no credential. */
  readonly of: (header?: string) => string | undefined;
  readonly ofVariable: (name: string) => string | undefined;
}

function shownSources(
  id: string,
  { ofProvider, ofVariable }: CredentialSources,
  files: SecretFiles,
  text: Texts,
): ShownSources {
  const shown = (sources: readonly SecretSource[] = []): string | undefined =>
    sources.length === 0 ? undefined : sources.map((source) => shownPlace(source, files, text)).join(", ");
  return {
    of: (header) =>
      shown(ofProvider.get(id)?.find((one) => one.header?.toLowerCase() === header?.toLowerCase())?.sources),
    ofVariable: (name) => {
      const source = ofVariable(name);
      return source && shown([source]);
    },
  };
}

function maskedCredentials(
  { apiKey, moreKeys = [], headers }: Credentials,
  sources: ShownSources,
  { dashboard: { setup } }: Texts,
) {
  const masked = (name: string, value: Secret, source: string | undefined) => ({
    name,
    masked: String(value),
    ...(source !== undefined && { source }),
  });
  return [
    ...(apiKey === undefined ? [] : [masked(setup.apiKey, apiKey, sources.of())]),
    ...moreKeys.map(({ value, variable }, index) =>
      masked(setup.furtherKey(index + 2), value, sources.ofVariable(variable)),
    ),
    ...Object.entries(headers).map(([name, value]) => masked(name, value, sources.of(name))),
  ];
}
