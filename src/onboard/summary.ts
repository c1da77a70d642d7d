import type { Plan } from "../config/apply.ts";
import { BINDS } from "../config/bind.ts";
import { GATEWAY_TOKEN_VARIABLE } from "../config/credentials.ts";
import { type Change, changeLine, type FileChanges } from "../config/described-edits.ts";
import { formatPath } from "../config/json5-value.ts";
import { type LoosePermissions, modeLines } from "../config/permissions.ts";
import { maskUrls, scrub } from "../core/redact.ts";
import { endpointsOf } from "../providers/provider.ts";
import { say, type Texts } from "../text/message.ts";
import { foundIn, sourcedLine, valueAfter } from "./changes.ts";
import type { CurrentState } from "./current-state.ts";
import type { Resolution } from "./resolve-answers.ts";

/** @why so that all of it fits a window of 24 lines. */
const MOST_SHOWN = 8;

interface Planned {
  readonly plan: Plan;
  readonly current: CurrentState;
  readonly resolution: Resolution;
}

/**
 * The changes in words, for a first look: what is new is told by what it is for. Whatever takes the place of something,
 * or removes it, is named by its path.
 */
export function changeSummary(
  files: readonly FileChanges[],
  loose: readonly LoosePermissions[],
  { plan, current, resolution }: Planned,
  text: Texts,
): string {
  const lines = files.flatMap(({ path, changes }) => {
    const isSecrets = path === current.secrets.path;
    const rows = isSecrets
      ? changes.map((one) => secretLine(one, current, resolution, text))
      : settingLines(changes, plan, current, text);
    return [path, ...rows];
  });
  return [...lines, ...modeLines(loose, text)].join("\n");
}

function secretLine(one: Change, { providers }: CurrentState, resolution: Resolution, text: Texts): string {
  const field = providers.flatMap(({ fields }) => fields).find(({ secret, env }) => secret && env[0] === one.name);
  const name = one.name === GATEWAY_TOKEN_VARIABLE ? text.onboard.localToken : field && say(field.label, text);
  return sourcedLine({ ...one, name: name ?? one.name }, foundIn(one.name, resolution, text), text);
}

function settingLines(changes: readonly Change[], plan: Plan, current: CurrentState, text: Texts): readonly string[] {
  const { onboard } = text;
  const after = (...path: readonly string[]) => valueAfter(plan, current, path);
  const add = (name: string, value: string) => changeLine({ kind: "add", name, after: maskUrls(scrub(value)) });
  const told = new Set<Change>();
  /** True if everything below that path is new, and is told in words. */
  const isTold = (start: string) => {
    const below = changes.filter(({ name }) => name.startsWith(start));
    const isNew = below.length > 0 && below.every(({ kind }) => kind === "add");
    if (isNew) for (const one of below) told.add(one);
    return isNew;
  };
  const rows: string[] = [];
  for (const { providerId, label } of endpointsOf(current.providers)) {
    const path = formatPath(["models", "providers", providerId]);
    if (changes.some(({ name }) => name === `${path}.baseUrl`) && isTold(`${path}.`))
      rows.push(add(label, String(after("models", "providers", providerId, "baseUrl"))));
  }
  for (const path of [
    ["agents", "defaults", "model"],
    ["agents", "defaults", "model", "primary"],
  ])
    if (changes.some(({ name }) => name === formatPath(path)) && isTold(formatPath(path)))
      rows.push(add(onboard.defaultModel, String(after(...path))));
  if (isTold("gateway.")) {
    const bind = BINDS.find((one) => one === after("gateway", "bind")) ?? "loopback";
    const reach = bind === "custom" ? String(after("gateway", "customBindHost")) : onboard.reach[bind];
    const withToken = after("gateway", "auth", "mode") !== "none";
    rows.push(
      add(
        onboard.localGateway,
        onboard.localGatewaySettings({ port: String(after("gateway", "port")), reach, withToken }),
      ),
    );
  }
  // A row that goes without saying is found in the details.
  const isMinor = ({ kind, name }: Change) => kind === "add" && MINOR.test(name);
  const others = changes.filter((one) => !told.has(one) && !(rows.length > 0 && isMinor(one)));
  const shown = others.slice(0, MOST_SHOWN).map(changeLine);
  const more = others.length > shown.length ? [`  ${onboard.andMore(others.length - shown.length)}`] : [];
  return [...rows, ...shown, ...more];
}

/** The mode, the list of models to choose from, and the record of the run. */
const MINOR = /^(?:models\.mode$|agents\.defaults\.models[.[]|wizard$)/;
