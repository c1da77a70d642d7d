import { join } from "node:path";
import { unlessRefused } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { expandHome, type Paths } from "../core/paths.ts";
import { fail, ok, type Problem, type Result } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import type { Config, ProviderConfig, SecretInput, SecretReference } from "./schema.ts";
import { missingVariables, substitute, type VariableValues, variablesIn } from "./variables.ts";

/** What a provider's requests carry, with every reference resolved. */
export interface Credentials {
  /** Absent where the configuration has none and no variable gives one. */
  readonly apiKey?: Secret;
  readonly headers: Readonly<Record<string, Secret>>;
}

/** What references are resolved with. */
export interface ReferenceInput {
  readonly config: Config;
  readonly variables: VariableValues;
}

type ResolveContext = Pick<Context, "files" | "run" | "env" | "homedir">;

/** A whole value that is nothing but a variable's name, which OpenClaw takes as a reference in `apiKey`. */
const BARE_NAME = /^\$?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)$/;

function keyAsText(apiKey: SecretInput | undefined): SecretInput | undefined {
  return typeof apiKey === "string" ? apiKey.replace(BARE_NAME, (_, name: string) => `\${${name}}`) : apiKey;
}

/** The variables that a secret refers to. */
export function variablesOf(input: SecretInput | undefined): readonly string[] {
  if (input === undefined) return [];
  if (typeof input === "string") return variablesIn(input);
  return input.source === "env" ? [input.id] : [];
}

/** Every variable that may be needed to resolve a provider; `keyVariable` is the one that OpenClaw ties to it. */
export function variablesNeeded(
  { apiKey, headers }: ProviderConfig,
  keyVariable: string | undefined,
): readonly string[] {
  const inputs = [keyAsText(apiKey), ...Object.values(headers ?? {})];
  return [...(keyVariable === undefined ? [] : [keyVariable]), ...inputs.flatMap(variablesOf)];
}

/**
 * Resolves the key and headers of a provider. The provider's own variable wins over `apiKey`, as it does in the
 * published OpenClaw (seen in 2026.5.28); a reference that cannot be resolved is a problem, never literal text.
 */
export async function resolveCredentials(
  { apiKey, headers = {} }: ProviderConfig,
  keyVariable: string | undefined,
  known: ReferenceInput,
  context: ResolveContext,
): Promise<Result<Credentials, readonly Problem[]>> {
  const problems: Problem[] = [];
  const resolve = async (input: SecretInput): Promise<Secret | undefined> => {
    const resolved =
      typeof input === "string" ? substitute(input, known.variables) : await readReference(input, known, context);
    if (resolved.ok) return resolved.value;
    problems.push(resolved.error);
    return undefined;
  };
  const own = keyVariable === undefined ? undefined : known.variables.get(keyVariable)?.value;
  const written = keyAsText(apiKey);
  const key = own ?? (written === undefined || written === "" ? undefined : await resolve(written));
  const resolvedHeaders: Record<string, Secret> = {};
  for (const [name, input] of Object.entries(headers)) {
    const value = await resolve(input);
    if (value !== undefined) resolvedHeaders[name] = value;
  }
  if (problems.length > 0) return fail(problems);
  return ok({ ...(key !== undefined && { apiKey: key }), headers: resolvedHeaders });
}

/** The variable that holds what clients of the local gateway present, unless the configuration says something else. */
export const GATEWAY_TOKEN_VARIABLE = "OPENCLAW_GATEWAY_TOKEN";

/** What clients present, as if it were a provider's key: it may be referred to in the same ways. */
function gatewayTokenEntry({ gateway }: Config): ProviderConfig {
  const { mode, token, password } = gateway?.auth ?? {};
  return { apiKey: (mode === "password" ? password : token) || `\${${GATEWAY_TOKEN_VARIABLE}}` };
}

/** The variables that may be needed to know it. */
export const gatewayTokenVariables = (config: Config): readonly string[] =>
  variablesNeeded(gatewayTokenEntry(config), undefined);

/** What clients of the local gateway present; undefined where it asks for nothing. */
export async function gatewayToken(
  known: ReferenceInput,
  context: ResolveContext,
): Promise<Result<Secret | undefined, readonly Problem[]>> {
  if (known.config.gateway?.auth?.mode === "none") return ok(undefined);
  const resolved = await resolveCredentials(gatewayTokenEntry(known.config), undefined, known, context);
  return resolved.ok ? ok(resolved.value.apiKey) : resolved;
}

type SecretProvider = NonNullable<NonNullable<Config["secrets"]>["providers"]>[string];

const EXEC_TIMEOUT_MS = 5_000;
const EXEC_OUTPUT_BYTES = 1024 * 1024;

/**
 * The value that `{source, provider, id}` stands for: a variable, a file, or what a program answers.
 * @source the published OpenClaw's `secrets.providers`, run against 2026.5.28.
 */
async function readReference(
  { source, provider, id }: SecretReference,
  { variables, config }: ReferenceInput,
  context: ResolveContext,
): Promise<Result<Secret>> {
  const place = `secrets.providers.${provider}`;
  const settings = config.secrets?.providers?.[provider];
  if (source === "env") {
    const allowed = settings?.allowlist;
    if (allowed !== undefined && !allowed.includes(id))
      return fail({ message: (text) => text.config.variableNotAllowed({ place, name: id }) });
    const found = variables.get(id);
    return found === undefined ? fail(missingVariables([id])) : ok(found.value);
  }
  if (settings === undefined || settings.source !== source)
    return fail({ message: (text) => text.config.noSecretSource({ place, source }) });
  const value =
    source === "file"
      ? fromFile(id, settings, context)
      : source === "exec"
        ? await fromProgram(id, provider, settings, context)
        : undefined;
  if (value) return ok(new Secret(value));
  return fail({ message: (text) => text.config.noSecretValue({ place, source, id }) });
}

function fromFile(
  id: string,
  { path = "", mode = "json" }: SecretProvider,
  context: Pick<Context, "files" | "homedir">,
): string | undefined {
  try {
    const text = context.files.readFileSync(expandHome(path, context), "utf8");
    return mode === "singleValue" ? text.replace(/\r?\n$/, "") : atPointer(JSON.parse(text), id);
  } catch {
    return undefined;
  }
}

/** A JSON pointer such as `/providers/anthropic`; a bare name is a key at the top. */
function atPointer(document: unknown, pointer: string): string | undefined {
  const steps = pointer
    .replace(/^\//, "")
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const value = steps.reduce<unknown>(
    (node, step) =>
      typeof node === "object" && node !== null && Object.hasOwn(node, step)
        ? (node as Record<string, unknown>)[step]
        : undefined,
    document,
  );
  return typeof value === "string" ? value : undefined;
}

async function fromProgram(
  id: string,
  provider: string,
  { command = "", args = [], timeoutMs = EXEC_TIMEOUT_MS }: SecretProvider,
  context: Pick<Context, "run" | "env">,
): Promise<string | undefined> {
  const { status, stdout } = await context.run(command, args, {
    // The program gets what it needs to start, not our credentials.
    env: { PATH: context.env.PATH, HOME: context.env.HOME },
    input: JSON.stringify({ protocolVersion: 1, provider, ids: [id] }),
    timeoutMs,
    maxOutputBytes: EXEC_OUTPUT_BYTES,
  });
  try {
    return status === 0
      ? atPointer(JSON.parse(stdout).values, `/${id.replaceAll("~", "~0").replaceAll("/", "~1")}`)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The credential store of the published OpenClaw, which this program never writes. */
export interface AuthProfiles {
  readonly path: string;
  /** The providers it holds a credential for; none when there is no such file, or it has a form that is not known. */
  readonly providers: readonly string[];
}

/**
 * The providers for which the published OpenClaw has a credential of its own, which wins over every other there.
 * @source the published OpenClaw's order of precedence, seen in 2026.5.28.
 */
export function authProfiles({ stateDir }: Pick<Paths, "stateDir">, { files }: Pick<Context, "files">): AuthProfiles {
  const path = join(stateDir, "agents", "main", "agent", "auth-profiles.json");
  const document = parsedJson(unlessRefused(() => files.readFileSync(path, "utf8")) ?? "");
  const providers = Object.values(memberOf(document, "profiles") ?? {}).map((profile) => memberOf(profile, "provider"));
  return { path, providers: providers.filter((provider) => typeof provider === "string") };
}

const memberOf = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;

/** Undefined for a text that is not JSON. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
