import { join } from "node:path";
import { jsonDocument } from "../core/json.ts";
import type { Paths } from "../core/paths.ts";
import { maskUrls, withoutCredentials } from "../core/redact.ts";
import { problemText, shownProblem } from "../core/result.ts";
import type { CredentialStatus, SecretSource } from "../models/credential-status.ts";
import { shownPlace, variableFile } from "../models/secret-place.ts";
import {
  checkStatus,
  type ModelsStatus,
  type ProviderStatus,
  type RetiringModel,
  type SelectedModel,
} from "../models/status.ts";
import { labelled, oneLine, wrap } from "../terminal/layout.ts";
import { loadTexts } from "../text/language.ts";
import type { Texts } from "../text/message.ts";
import type { Invocation } from "./invocation.ts";
import { widthFor } from "./models-list.ts";

/** @why all of it fits a window of 24 lines with one provider. */
const MOST_MODELS = 6;

const clean = (text: string): string => oneLine(withoutCredentials(text));

export const statusPlain = ({ primary }: ModelsStatus): string =>
  primary === undefined ? "" : `${clean(primary.ref)}\n`;

interface TextDeps {
  readonly paths: Paths;
  /** Each provider's answer, by its id. */
  readonly probes: ReadonlyMap<string, readonly Row[]> | undefined;
  /** True if there is no configuration at all. */
  readonly isNew: boolean;
}

export async function statusText(
  status: ModelsStatus,
  { paths, isNew, probes }: TextDeps,
  { context, shown }: Invocation,
): Promise<string> {
  const { text } = context;
  const columns = context.columns();
  if (isNew) return `${wrap(shown.text(text.models.nothingSetUp), columns)}\n`;
  const blocks = [
    modelRows(status, text),
    ...status.providers.map((provider) => [
      ...providerRows(provider, paths, text),
      ...(probes?.get(provider.id) ?? []),
    ]),
  ].map((rows, index) =>
    rows.map((row) => row.map((cell, column) => (index > 0 && column === 0 ? INDENT : "") + oneLine(shown.text(cell)))),
  );
  const width = await widthFor(blocks.flat());
  const titles = [
    "",
    ...status.providers.map(({ id, label }) => wrap(clean(text.modelStatus.provider({ label, id })), columns)),
  ];
  const shownBlocks = blocks.map((rows, index) =>
    [...(titles[index] ? [titles[index]] : []), labelled(rows, width, columns)].join("\n"),
  );
  const notes = noteLines(status, text).map((line) => wrap(shown.text(line), columns));
  return `${[...shownBlocks, ...(notes.length === 0 ? [] : [notes.join("\n")])].join("\n\n")}\n`;
}

/** Of the facts about a provider, below its name. */
const INDENT = "  ";

export type Row = readonly [label: string, fact: string];

/** The label stands beside the first fact only. */
export const under = (label: string, facts: readonly string[]): readonly Row[] =>
  facts.map((fact, index) => [index === 0 ? label : "", fact]);

function modelRows(status: ModelsStatus, { modelStatus: text }: Texts): readonly Row[] {
  const { primary, fallbacks, image, imageFallbacks, aliases, configured } = status;
  const named = ({ text: written, ref }: SelectedModel) =>
    written === ref ? clean(ref) : text.fromAlias({ ref: clean(ref), alias: clean(written) });
  const numbered = (models: readonly SelectedModel[]) =>
    models.map((model, index) => text.place({ number: index + 1, ref: named(model) }));
  const orNone = (facts: readonly string[]) => (facts.length === 0 ? [text.none] : facts);
  const more = configured.length - MOST_MODELS;
  return [
    ...under(text.defaultModel, [primary === undefined ? text.none : named(primary)]),
    ...under(text.fallbacks, orNone(numbered(fallbacks))),
    ...(image === undefined ? [] : under(text.imageModel, [named(image)])),
    ...under(text.imageFallbacks, numbered(imageFallbacks)),
    ...under(
      text.aliases,
      orNone([...aliases].map(([alias, ref]) => text.alias({ alias: clean(alias), ref: clean(ref) }))),
    ),
    ...under(
      text.configured,
      orNone([...configured.slice(0, MOST_MODELS).map(clean), ...(more > 0 ? [text.more(more)] : [])]),
    ),
  ];
}

function providerRows(provider: ProviderStatus, paths: Paths, text: Texts): readonly Row[] {
  const { modelStatus: t } = text;
  const { baseUrl, endpoint, api, payment, paidFallback, credentials, moreKeys, problems, stores } = provider;
  const paid = payment && t.payments[payment];
  return [
    ...(baseUrl === undefined ? [] : under(t.baseUrl, [maskUrls(baseUrl)])),
    ...under(t.endpoint, [t.endpointIs({ endpoint, api })]),
    ...(paid === undefined ? [] : under(t.payment, [paidFallback ? t.withPaidFallback(paid) : paid])),
    ...credentials.flatMap((credential) =>
      under(credential.header ?? t.apiKey, [
        valueFact(credential, paths, text),
        ...credential.hides.map(({ isSame, ...source }) =>
          t[isSame ? "hidesSame" : "hidesOther"](shownPlace(source, paths, text)),
        ),
        ...(credential.header === undefined && moreKeys > 0 ? [t.moreKeys(moreKeys)] : []),
      ]),
    ),
    ...under(
      t.usable,
      problems.length === 0
        ? [text.models.yes]
        : [text.models.no, ...new Set(problems.map((one) => problemText(one, text)))],
    ),
    ...under("", stores.map(t.store)),
  ];
}

function valueFact({ value, sources }: CredentialStatus, paths: Paths, text: Texts): string {
  const { modelStatus: t } = text;
  if (value === undefined && sources.length === 0) return t.noValue;
  const places = sources.map((source) => shownPlace(source, paths, text));
  return places.length === 0 ? (value ?? t.noValue) : t.from({ value: value ?? t.noValue, sources: places });
}

function noteLines({ faults, retiring }: ModelsStatus, text: Texts): readonly string[] {
  return [...faults.map((fault) => problemText(fault, text)), ...retiring.map((model) => retirementLine(model, text))];
}

function retirementLine({ ref, date, state, successor }: RetiringModel, { modelStatus: t }: Texts): string {
  const said = { model: clean(ref), date, successor };
  return state === "over" ? t.wasRetired(said) : t.willRetire(said);
}

interface JsonDeps {
  readonly paths: Paths;
  /** The providers' answers. */
  readonly probes: object | undefined;
  readonly shellEnv: { readonly enabled: boolean; readonly appliedKeys: readonly string[] };
}

/** Has the keys of the published OpenClaw where they mean the same, and ours beside them. */
export async function statusJson(status: ModelsStatus, { paths, shellEnv, probes }: JsonDeps): Promise<string> {
  const english = await loadTexts("en");
  const agentDir = join(paths.stateDir, "agents", "main", "agent");
  const refs = (models: readonly SelectedModel[]) => models.map(({ ref }) => withoutCredentials(ref));
  return jsonDocument({
    configPath: paths.config,
    agentDir,
    defaultModel: status.primary === undefined ? null : withoutCredentials(status.primary.text),
    resolvedDefault: status.primary === undefined ? null : withoutCredentials(status.primary.ref),
    fallbacks: refs(status.fallbacks),
    imageModel: status.image === undefined ? null : withoutCredentials(status.image.ref),
    imageFallbacks: refs(status.imageFallbacks),
    aliases: Object.fromEntries([...status.aliases].map((pair) => pair.map(withoutCredentials))),
    allowed: status.allowed.map(withoutCredentials),
    configured: status.configured.map(withoutCredentials),
    retiring: status.retiring.map(({ ref, isUsed, date, state, successor }) => ({
      model: withoutCredentials(ref),
      date,
      retired: state === "over",
      inUse: isUsed,
      successor: successor ?? null,
    })),
    check: checkStatus(status),
    problems: status.faults.map((fault) => shownProblem(fault, english)),
    auth: {
      storePath: join(agentDir, "auth-profiles.json"),
      shellEnvFallback: shellEnv,
      missingProvidersInUse: status.missing,
      providers: status.providers.map((provider) => providerJson(provider, paths, english)),
      ...(probes && { probes }),
    },
  });
}

export const isVariablePlace = ({ place }: SecretSource): boolean =>
  place !== "configuration" && place !== "secret provider";

function providerJson(provider: ProviderStatus, paths: Paths, english: Texts): object {
  const { id, baseUrl, endpoint, api, payment, paidFallback, credentials, moreKeys, usable, problems, stores } =
    provider;
  const key = credentials.find(({ header }) => header === undefined) ?? credentials[0];
  const source = key?.sources[0];
  const isVariable = source !== undefined && isVariablePlace(source);
  const value = key?.value ?? null;
  const kind = value === null ? "missing" : isVariable ? "env" : "models.json";
  const placeJson = ({ place, name }: SecretSource) => {
    if (place === "configuration" || place === "secret provider") return { source: place, path: name };
    return { source: place, variable: name, file: variableFile(place, paths) ?? null };
  };
  return {
    provider: id,
    effective: { kind, detail: value ?? "missing" },
    ...(kind === "env" && { env: { value, source: `env: ${source?.name}` } }),
    ...(kind === "models.json" && { modelsJson: { value, source: paths.config } }),
    baseUrl: baseUrl === undefined ? null : maskUrls(baseUrl),
    endpoint: endpoint ?? null,
    api,
    payment: payment ?? null,
    paidFallback,
    usable,
    credentials: credentials.map(({ header, value: masked, sources, hides }) => ({
      name: header ?? "apiKey",
      value: masked ?? null,
      sources: sources.map(placeJson),
      hides: hides.map(({ isSame, ...hidden }) => ({ ...placeJson(hidden), same: isSame })),
    })),
    furtherKeys: moreKeys,
    problems: problems.map((problem) => shownProblem(problem, english)),
    stores,
  };
}
