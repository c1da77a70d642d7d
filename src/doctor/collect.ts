import { leftBehind } from "../config/apply.ts";
import { authProfiles } from "../config/auth-profiles.ts";
import { assertValid, type ReadConfig, readConfig } from "../config/config-file.ts";
import { resolveVariables, valuesOf } from "../config/environment.ts";
import { duplicateKeys } from "../config/json5-document.ts";
import { formatPath, isObject } from "../config/json5-value.ts";
import { looseModes } from "../config/modes.ts";
import { placeOf } from "../config/place.ts";
import { withProxy } from "../config/proxy.ts";
import { schemaProblems } from "../config/schema.ts";
import { type LoadedSecrets, loadSecrets } from "../config/secrets-file.ts";
import { unlessRefused } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import type { Problem } from "../core/result.ts";
import type { Endpoint } from "../providers/provider.ts";
import { neededVariables } from "./checks/variables.ts";
import type { ConfigFacts, Facts, SecretsFacts, ServiceFacts } from "./input.ts";
import { type LiveOptions, liveFacts } from "./live-facts.ts";

type Looking = Pick<
  Context,
  "files" | "env" | "homedir" | "platform" | "run" | "now" | "pid" | "isAlive" | "http" | "delay"
>;

interface GatherOptions extends LiveOptions {
  readonly paths: Paths;
  readonly endpoints: readonly Endpoint[];
  readonly node: string;
  /** Looks for what starts the gateway, and with which of these variables. */
  readonly serviceWith: (names: readonly string[]) => Promise<ServiceFacts | undefined>;
}

/** Looks at everything the checks want to know. It throws nothing that a damaged set-up could be the reason of. */
export async function gather(
  { paths, endpoints, node, serviceWith, ...how }: GatherOptions,
  context: Looking,
): Promise<Facts> {
  const config = await attempt(() => readConfig(paths.config, context));
  const secrets = await attempt(() => loadSecrets(paths.secrets, context));
  const facts = await gatherFrom(config, secrets, { paths, endpoints, node }, context);
  const known = { secrets: facts.secrets.values, config: facts.config.config };
  const service = await serviceWith([...facts.variables.keys()]);
  return { ...facts, service, live: await liveFacts(facts, how, withProxy(known, context)) };
}

/** The same from files that have been read, without asking anybody. */
export async function gatherFrom(
  read: Attempt<ReadConfig>,
  loaded: Attempt<LoadedSecrets>,
  { paths, endpoints, node }: Pick<GatherOptions, "paths" | "endpoints" | "node">,
  context: Looking,
): Promise<Facts> {
  const { files, env, now } = context;
  const config = await configFacts(read);
  const secrets = secretsFacts(loaded);
  const input = { secrets: secrets.values, config: config.config };
  const names = neededVariables({ config, endpoints });
  const resolved = await resolveVariables(names, input, context);
  const inShell = (name: string) => {
    const found = resolved.get(name);
    return found?.source === "login shell" ? [found] : [];
  };
  return {
    paths,
    stateDirExists:
      unlessRefused(() => files.statSync(paths.stateDir, { throwIfNoEntry: false }))?.isDirectory() ?? false,
    homedir: context.homedir(),
    now: now(),
    node,
    env,
    config,
    secrets,
    variables: new Map(names.map((name) => [name, [...valuesOf(name, input, env), ...inShell(name)]])),
    loose: orNone(() => looseModes(paths, context)),
    leftBehind: orNone(() => leftBehind(paths, context)),
    service: undefined,
    profiles: authProfiles(paths, context),
    endpoints,
    live: [],
  };
}

type Attempt<T> = { readonly value: T } | { readonly faults: readonly Problem[] };

async function attempt<T>(act: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await act() };
  } catch (error) {
    return { faults: problemsOf(error) };
  }
}

function orNone<T>(act: () => readonly T[]): readonly T[] {
  try {
    return act();
  } catch (error) {
    if (error instanceof OpenclawError) return [];
    throw error;
  }
}

/** What an error says is wrong; one that is no error of ours is a bug and goes on. */
function problemsOf(error: unknown): readonly Problem[] {
  if (!(error instanceof OpenclawError)) throw error;
  const { message, hint, problems } = error;
  return problems.length > 0 ? problems : [{ message, ...(hint !== undefined && { hint }) }];
}

async function configFacts(read: Attempt<ReadConfig>): Promise<ConfigFacts> {
  if ("faults" in read) {
    const nothing = { misfits: [], duplicates: [], value: {}, config: {}, unjudged: [], placeOf: () => ({}) };
    return { state: "unreadable", faults: read.faults, ...nothing };
  }
  const { exists, root, value, bytes, read: source } = read.value;
  const judged = await attempt(() => assertValid(value, root, source));
  const misfits = "faults" in judged ? judged.faults : [];
  const unjudged = schemaProblems(value).flatMap(({ path: [part] }) => (part === undefined ? [] : [String(part)]));
  return {
    state: exists ? "readable" : "absent",
    faults: [],
    misfits,
    duplicates: [...bytes].flatMap(([where, content]) =>
      duplicateKeys(content?.toString("utf8") ?? "").map(({ path, position }) => ({
        message: `${formatPath(path)} is given more than once.`,
        where,
        position,
      })),
    ),
    value,
    config: Object.fromEntries(isObject(value) ? Object.entries(value).filter(([key]) => !unjudged.includes(key)) : []),
    unjudged,
    placeOf: (path) => {
      try {
        return placeOf(path, root, source);
      } catch {
        // Put together from several files: none of them is the place.
        return { where: root.path };
      }
    },
  };
}

function secretsFacts(loaded: Attempt<LoadedSecrets>): SecretsFacts {
  if ("faults" in loaded) return { exists: true, faults: loaded.faults, values: new Map() };
  return { exists: loaded.value.bytes !== undefined, faults: [], values: loaded.value.values };
}
