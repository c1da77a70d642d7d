import { leftBehind } from "../config/apply.ts";
import { authProfiles } from "../config/credentials.ts";
import { duplicateKeys, placeOf } from "../config/json5-document.ts";
import { formatPath } from "../config/json5-value.ts";
import { loosePermissions } from "../config/permissions.ts";
import { type InspectedFiles, inspectFiles, resolveVariables, withProxy } from "../config/resolve.ts";
import { unlessRefused } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { attempt, problemsOf } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import type { Endpoint } from "../providers/provider.ts";
import { askProviders, type LiveOptions } from "./ask-providers.ts";
import { neededVariables } from "./checks/variables.ts";
import type { ConfigInput, DoctorInput, SecretsInput, ServiceInput } from "./input.ts";

/** What collecting takes from the outside world. */
export type CollectContext = Pick<
  Context,
  "files" | "env" | "homedir" | "platform" | "run" | "now" | "pid" | "isAlive" | "http" | "delay"
>;

/** What the caller knows without looking. */
interface Surroundings {
  readonly paths: Paths;
  readonly endpoints: readonly Endpoint[];
  /** The version of Node, as in `v20.19.0`. */
  readonly node: string;
}

export interface CollectOptions extends Surroundings, LiveOptions {
  /** Finds the service that starts the gateway, and which of these variables it gets. */
  readonly findService: (names: readonly string[]) => Promise<ServiceInput | undefined>;
}

/** Collects everything the checks look at. Damaged files and folders become part of the result; they are never thrown. */
export async function collect(
  { findService, userAgent, offline, verify, ...surroundings }: CollectOptions,
  context: CollectContext,
): Promise<DoctorInput> {
  const files = await inspectFiles(surroundings.paths, context);
  const input = await collectFrom(files, surroundings, context);
  const service = await findService(input.needed);
  const live = await askProviders(input, { userAgent, offline, verify }, withProxy(files.values, context));
  return { ...input, service, live };
}

/** The same from files that have been read, without looking for a service or asking a provider. */
export async function collectFrom(
  read: InspectedFiles,
  { paths, endpoints, node }: Surroundings,
  context: CollectContext,
): Promise<DoctorInput> {
  const { files, env, now } = context;
  const config = configInput(read);
  const needed = neededVariables({ config, endpoints });
  const { variables } = await resolveVariables({ variables: needed }, read.values, context);
  const loose = await attempt(() => loosePermissions(paths, context));
  return {
    paths,
    stateDirExists:
      unlessRefused(() => files.statSync(paths.stateDir, { throwIfNoEntry: false }))?.isDirectory() ?? false,
    homedir: context.homedir(),
    now: now(),
    node,
    env,
    config,
    secrets: secretsInput(read),
    needed,
    variables,
    loose: loose.ok ? loose.value : [],
    unknownModes: loose.ok ? [] : problemsOf(loose.error),
    leftovers: leftBehind(paths, context),
    service: undefined,
    profiles: authProfiles(paths, context),
    endpoints,
    live: [],
  };
}

function configInput({ config: read, values, invalidParts, configError }: InspectedFiles): ConfigInput {
  const problems = configError === undefined ? [] : problemsOf(configError);
  if (read === undefined) {
    const nothing = { invalid: [], duplicates: [], value: {}, config: {}, invalidParts: [], locate: () => ({}) };
    return { state: "unreadable", faults: problems, ...nothing };
  }
  const { exists, root, value, bytes, read: source } = read;
  return {
    state: exists ? "readable" : "absent",
    faults: [],
    invalid: problems,
    duplicates: [...bytes].flatMap(([where, content]) =>
      duplicateKeys(content?.toString("utf8") ?? "").map(({ path, position }) => ({
        message: (t) => t.doctor.duplicate(formatPath(path)),
        where,
        position,
      })),
    ),
    value,
    config: values.config,
    invalidParts,
    locate: (path) => placeOf(path, root, source),
  };
}

const secretsInput = ({ secrets, secretsError }: InspectedFiles): SecretsInput => ({
  exists: secretsError !== undefined || secrets.bytes !== undefined,
  faults: secretsError === undefined ? [] : problemsOf(secretsError),
  values: secrets.values,
});
