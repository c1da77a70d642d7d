import type { Plan } from "../config/apply.ts";
import { authStores } from "../config/auth-stores.ts";
import { valueFromVariables, variablesOf } from "../config/credentials.ts";
import { type Change, changeLine, changeOf, describeEdits, type FileChanges } from "../config/described-edits.ts";
import { definingFile } from "../config/include.ts";
import { formatPath, type JsonPath, type JsonValue, valueAt } from "../config/json5-value.ts";
import { type LoosePermissions, modeLines } from "../config/permissions.ts";
import { type Context, lookUp } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";
import { mask } from "../core/redact.ts";
import { problemText } from "../core/result.ts";
import { unsendableHeader, unsendableName } from "../core/sendable.ts";
import { formatModelRef } from "../providers/model.ts";
import type { Message, Texts } from "../text/message.ts";
import { settingIn, shownSource } from "./answers.ts";
import type { CurrentState } from "./current-state.ts";
import { currentPrimary, wouldReplaceDefault } from "./default-model.ts";
import { afterEdits } from "./merge-patch.ts";
import { isRunRecord, plannedEntry, storedSecrets } from "./plan.ts";
import type { Resolution } from "./resolve-answers.ts";

/** The plan for display, file by file, in the order they are written. */
export function describePlan({ config, secrets }: Plan, current: CurrentState, text: Texts): readonly FileChanges[] {
  const inSecrets = secrets.map(({ name, value }) => {
    const before = current.secrets.values.get(name);
    return changeOf(name, before === undefined ? undefined : mask(before), String(value));
  });
  const files = new Map<string, readonly Change[]>([[current.secrets.path, inSecrets]]);
  for (const { path, changes } of describeEdits(
    config.filter((edit) => !isRunRecord(edit)),
    current.config,
  ))
    files.set(path, [...(files.get(path) ?? []), ...changes]);
  // Shown as one line, since there is nothing to decide about its four values.
  const record = config.find(isRunRecord);
  if (record !== undefined) {
    const file = definingFile(current.config.root, record.path, current.config.read).file.path;
    files.set(file, [...(files.get(file) ?? []), changeOf("wizard", undefined, text.onboard.runRecord)]);
  }
  return [...files].map(([path, changes]) => ({ path, changes })).filter(({ changes }) => changes.length > 0);
}

/** An entry of `models.providers`. The name is long, so it is printed once, above its values. */
const PROVIDER_ENTRY = /^models\.providers(?:\.\w+|\[[^\]]*\])(?=[.[])/;

/** The changes as lines, for the preview and `--dry-run`. For a secret that was found, says where. */
export function changeList(
  files: readonly FileChanges[],
  loose: readonly LoosePermissions[],
  resolution: Resolution,
  text: Texts,
): string {
  const lines = files.flatMap(({ path, changes }) => {
    const rows: string[] = [path];
    let entry: string | undefined;
    for (const one of changes) {
      const [prefix = ""] = PROVIDER_ENTRY.exec(one.name) ?? [];
      if (prefix !== "" && prefix !== entry) rows.push(`  ${prefix}`);
      entry = prefix;
      const name = one.name.slice(prefix.length).replace(/^\./, "");
      const row = sourcedLine({ ...one, name }, foundIn(one.name, resolution, text), text);
      rows.push(prefix === "" ? row : `  ${row}`);
    }
    return rows;
  });
  return [...lines, ...modeLines(loose, text)].join("\n");
}

/** With the source of the value, if it is to be named. */
export const sourcedLine = (change: Change, from: string | undefined, { onboard }: Texts): string =>
  changeLine(
    from === undefined ? change : { ...change, after: onboard.answerFrom({ answer: change.after ?? "", from }) },
  );

/** The place where a variable's secret was found; `undefined` if it was given. */
export function foundIn(variable: string, { provider, answers }: Resolution, text: Texts): string | undefined {
  const field = provider?.fields.find(({ secret, env }) => secret && env[0] === variable);
  const answer = field && answers[field.id];
  return answer && shownSource(answer.source, text);
}

export function valueAfter({ config }: Plan, current: CurrentState, path: JsonPath): unknown {
  return valueAt(afterEdits(current.config.config as JsonValue, config), path);
}

/** The obstacles that keep the written answers from taking effect, one sentence each. */
export const warnings = (
  resolution: Resolution,
  current: CurrentState,
  paths: Paths,
  context: Pick<Context, "env" | "files">,
): readonly Message[] => [
  ...overridden(resolution, paths, context),
  ...onlyInShell(resolution, current, paths),
  ...unsendable(resolution, current),
  ...keptDefault(resolution, current),
  ...(isKeyless(resolution, current) ? [({ onboard }: Texts) => onboard.keylessElsewhere] : []),
];

/**
 * Values that take precedence over the answers: the environment over `.env` and, in the published OpenClaw, a stored key
 * over both.
 * @source the published OpenClaw's order of precedence, seen in 2026.5.28 and 2026.9.6.
 */
function overridden(
  resolution: Resolution,
  paths: Paths,
  { env, files }: Pick<Context, "env" | "files">,
): readonly Message[] {
  const secrets = storedSecrets(resolution);
  const others = secrets.filter(({ name, value }) => ![undefined, "", value.reveal()].includes(lookUp(name, env)));
  const stores = resolution.endpoints.length === 0 ? [] : authStores(paths, { files });
  const inStores = stores.flatMap(({ path, providers, isUnreadable }): readonly Message[] => {
    const keyed = resolution.endpoints.filter(({ providerId }) => providers.includes(providerId));
    return [
      ...(isUnreadable ? [({ onboard }: Texts) => onboard.storeUnreadable(path)] : []),
      ...keyed.map(
        ({ label }): Message =>
          ({ onboard }) =>
            onboard.overriddenByProfile({ path, label }),
      ),
    ];
  });
  return [
    ...others.map(
      ({ name }): Message =>
        (text) =>
          text.onboard.overriddenByVariable({ name, path: paths.secrets }),
    ),
    ...inStores,
  ];
}

/** The default model of another provider, which stays unless the user asked to replace it or to keep it. */
function keptDefault({ answers, model }: Resolution, current: CurrentState): readonly Message[] {
  const kept = currentPrimary(current);
  if (model === undefined || kept === undefined || !wouldReplaceDefault(model, current)) return [];
  if (settingIn(answers, "setDefault") !== undefined) return [];
  return [({ onboard }) => onboard.defaultStays({ kept, offered: formatModelRef(model) })];
}

/** Variables that requests need and only the login shell sets. */
function onlyInShell(resolution: Resolution, current: CurrentState, { secrets: path }: Paths): readonly Message[] {
  const needed = resolution.endpoints.flatMap((endpoint) => {
    const { apiKey, headers } = plannedEntry(endpoint, resolution.answers, current);
    return [apiKey, ...Object.values(headers)].flatMap(variablesOf);
  });
  const stored = storedSecrets(resolution).map(({ name }) => name);
  return [...new Set(needed)]
    .filter((name) => !stored.includes(name) && current.variables.get(name)?.source === "login shell")
    .map(
      (name): Message =>
        ({ service }) =>
          service.onlyInLoginShell({ name, path }),
    );
}

/** Headers of the user's own that no request can be made of. */
const unsendable = ({ answers, endpoints }: Resolution, current: CurrentState): readonly Message[] =>
  endpoints.flatMap((endpoint) =>
    Object.entries(plannedEntry(endpoint, answers, current).headers).flatMap(([name, input]): readonly Message[] => {
      const value = input && valueFromVariables(input, current.variables);
      const fault = value === undefined ? unsendableName(name) : unsendableHeader(name, value, variablesOf(input));
      const path = formatPath(["models", "providers", endpoint.providerId, "headers", name]);
      if (input === undefined || fault === undefined) return [];
      return [(t) => t.onboard.headerUnsendable({ path, problem: problemText(fault, t) })];
    }),
  );

/**
 * True if the published OpenClaw cannot send the requests.
 * @source seen in 2026.5.28: it sends none without a key.
 */
const isKeyless = ({ answers, endpoints }: Resolution, current: CurrentState): boolean =>
  endpoints.some((endpoint) => plannedEntry(endpoint, answers, current).auth === "token");
