import { leftBehind } from "../config/apply.ts";
import { authProfiles } from "../config/credentials.ts";
import { duplicateKeys } from "../config/json5-document.ts";
import { formatPath } from "../config/json5-value.ts";
import { looseModes } from "../config/modes.ts";
import { placeOf } from "../config/place.ts";
import { type InspectedFiles, inspectFiles, resolveVariables, withProxy } from "../config/resolve.ts";
import { unlessRefused } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError, problemsOf } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
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
  const read = await inspectFiles(paths, context);
  const facts = await gatherFrom(read, { paths, endpoints, node }, context);
  const service = await serviceWith([...facts.variables.keys()]);
  return { ...facts, service, live: await liveFacts(facts, how, withProxy(read.values, context)) };
}

/** The same from files that have been read, without asking anybody. */
export async function gatherFrom(
  read: InspectedFiles,
  { paths, endpoints, node }: Pick<GatherOptions, "paths" | "endpoints" | "node">,
  context: Looking,
): Promise<Facts> {
  const { files, env, now } = context;
  const config = configFacts(read);
  const names = neededVariables({ config, endpoints });
  const { variables } = await resolveVariables({ variables: names }, read.values, context);
  const valuesOf = (name: string) => {
    const found = variables.get(name);
    return found === undefined ? [] : [found, ...found.hides];
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
    secrets: secretsFacts(read),
    variables: new Map(names.map((name) => [name, valuesOf(name)])),
    loose: orNone(() => looseModes(paths, context)),
    leftBehind: orNone(() => leftBehind(paths, context)),
    service: undefined,
    profiles: authProfiles(paths, context),
    endpoints,
    live: [],
  };
}

function orNone<T>(act: () => readonly T[]): readonly T[] {
  try {
    return act();
  } catch (error) {
    if (error instanceof OpenclawError) return [];
    throw error;
  }
}

function configFacts({ config: read, values, invalidParts, configError }: InspectedFiles): ConfigFacts {
  const problems = configError === undefined ? [] : problemsOf(configError);
  if (read === undefined) {
    const nothing = { misfits: [], duplicates: [], value: {}, config: {}, unjudged: [], placeOf: () => ({}) };
    return { state: "unreadable", faults: problems, ...nothing };
  }
  const { exists, root, value, bytes, read: source } = read;
  return {
    state: exists ? "readable" : "absent",
    faults: [],
    misfits: problems,
    duplicates: [...bytes].flatMap(([where, content]) =>
      duplicateKeys(content?.toString("utf8") ?? "").map(({ path, position }) => ({
        message: `${formatPath(path)} is given more than once.`,
        where,
        position,
      })),
    ),
    value,
    config: values.config,
    unjudged: invalidParts,
    placeOf: (path) => placeOf(path, root, source),
  };
}

const secretsFacts = ({ secrets, secretsError }: InspectedFiles): SecretsFacts => ({
  exists: secretsError !== undefined || secrets.bytes !== undefined,
  faults: secretsError === undefined ? [] : problemsOf(secretsError),
  values: secrets.values,
});
