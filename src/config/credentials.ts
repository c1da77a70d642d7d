import { join } from "node:path";
import { readIfPresent, unlessRefused } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { attempt } from "../core/errors.ts";
import { expandHome, type Paths } from "../core/paths.ts";
import { fail, ok, type Problem, type Result } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import { say } from "../text/message.ts";
import { valueAt } from "./json5-value.ts";
import type { Config, ProviderConfig, SecretInput, SecretReference } from "./schema.ts";
import { missingVariables, substitute, type VariableValues, variablesIn } from "./variables.ts";

/** The API key and headers of a provider's requests, with every reference resolved. */
export interface Credentials {
  /** Absent when neither the configuration nor a variable gives one. */
  readonly apiKey?: Secret;
  readonly headers: Readonly<Record<string, Secret>>;
}

/** The values that references are resolved with. */
export interface ReferenceInput {
  readonly config: Config;
  readonly variables: VariableValues;
}

export type ResolveContext = Pick<Context, "files" | "run" | "env" | "homedir">;

/** The name of a variable as a whole value, which OpenClaw takes as a reference in `apiKey`. */
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

/** Every variable that may be needed to resolve a provider; `keyVariable` is the one that OpenClaw assigns to it. */
export function variablesNeeded(
  { apiKey, headers }: ProviderConfig,
  keyVariable: string | undefined,
): readonly string[] {
  const inputs = [keyAsText(apiKey), ...Object.values(headers ?? {})];
  return [...(keyVariable === undefined ? [] : [keyVariable]), ...inputs.flatMap(variablesOf)];
}

/**
 * Resolves the key and headers of a provider. The provider's own variable wins over `apiKey`, as in the published
 * OpenClaw (seen in 2026.5.28). A reference that cannot be resolved is a problem, never literal text.
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

/** The variable with the local gateway's token, unless the configuration refers to another one. */
export const GATEWAY_TOKEN_VARIABLE = "OPENCLAW_GATEWAY_TOKEN";

/** The gateway token as a provider's key, since both allow the same references. */
function gatewayTokenEntry({ gateway }: Config): ProviderConfig {
  const { mode, token, password } = gateway?.auth ?? {};
  return { apiKey: (mode === "password" ? password : token) || `\${${GATEWAY_TOKEN_VARIABLE}}` };
}

/** The variables that may be needed to resolve the gateway token. */
export const gatewayTokenVariables = (config: Config): readonly string[] =>
  variablesNeeded(gatewayTokenEntry(config), undefined);

/** The token or password that clients of the local gateway present; undefined when it requires none. */
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
 * The value that `{source, provider, id}` refers to: a variable, a part of a file, or the answer of a program. A
 * problem names the secret provider, and says why it cannot give the value.
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
  if (source !== "file" && source !== "exec")
    return fail({ message: (text) => text.config.unknownSecretSource({ place, source }) });
  const value =
    source === "file" ? await fromFile(id, settings, context) : await fromProgram(id, provider, settings, context);
  if (value.ok) return ok(new Secret(value.value));
  const { message, hint } = value.error;
  return fail({
    message: (text) => text.config.secretSourceFailed({ place, sentence: say(message, text) }),
    ...(hint !== undefined && { hint }),
  });
}

/** The whole file in mode `singleValue`, else the string that `id` points to in it. */
async function fromFile(
  id: string,
  { path: written = "", mode = "json" }: SecretProvider,
  context: Pick<Context, "files" | "homedir">,
): Promise<Result<string>> {
  const read = await attempt(() => {
    const path = expandHome(written, context);
    return { path, content: readIfPresent(path, context)?.toString("utf8") };
  });
  if (!read.ok) return fail({ message: read.error.says, ...(read.error.hint && { hint: read.error.hint }) });
  const { path, content } = read.value;
  if (content === undefined) return fail({ message: ({ config }) => config.secretFileMissing(path) });
  if (mode === "singleValue") {
    const value = content.replace(/\r?\n$/, "");
    return value === "" ? fail({ message: ({ config }) => config.secretFileEmpty(path) }) : ok(value);
  }
  const document = parseJson(content);
  if (document === undefined)
    return fail({
      message: ({ config }) => config.secretFileNotJson(path),
      hint: ({ config }) => config.singleValueMode,
    });
  const value = atPointer(document.value, id);
  return value ? ok(value) : fail({ message: ({ config }) => config.noSecretAt({ path, id }) });
}

async function fromProgram(
  id: string,
  provider: string,
  { command = "", args = [], timeoutMs = EXEC_TIMEOUT_MS }: SecretProvider,
  context: Pick<Context, "run" | "env">,
): Promise<Result<string>> {
  const { status, stdout, failure } = await context.run(command, args, {
    // The program gets what it needs to start, not our credentials.
    env: { PATH: context.env.PATH, HOME: context.env.HOME },
    input: JSON.stringify({ protocolVersion: 1, provider, ids: [id] }),
    timeoutMs,
    maxOutputBytes: EXEC_OUTPUT_BYTES,
  });
  if (status === null) return fail({ message: ({ system }) => system.runFailure[failure ?? "killed"](command) });
  if (status !== 0) return fail({ message: ({ config }) => config.secretProgramFailed({ command, status }) });
  const document = parseJson(stdout);
  if (document === undefined) return fail({ message: ({ config }) => config.secretProgramNotJson(command) });
  const value = valueAt(document.value, ["values", id]);
  return typeof value === "string" && value !== ""
    ? ok(value)
    : fail({ message: ({ config }) => config.secretProgramGaveNone({ command, id }) });
}

/** The string at a JSON pointer such as `/providers/anthropic`; a bare name is a key at the top. */
function atPointer(document: unknown, pointer: string): string | undefined {
  const steps = pointer
    .replace(/^\//, "")
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const value = valueAt(document, steps);
  return typeof value === "string" ? value : undefined;
}

/** The credential store of the published OpenClaw, which this program only reads. */
export interface AuthProfiles {
  readonly path: string;
  /** The providers with a credential in it; none if the file is missing or has an unknown format. */
  readonly providers: readonly string[];
}

/**
 * The providers for which the published OpenClaw has a credential of its own, which wins over every other there.
 * @source the published OpenClaw's order of precedence, seen in 2026.5.28.
 */
export function authProfiles({ stateDir }: Pick<Paths, "stateDir">, { files }: Pick<Context, "files">): AuthProfiles {
  const path = join(stateDir, "agents", "main", "agent", "auth-profiles.json");
  const document = parseJson(unlessRefused(() => files.readFileSync(path, "utf8")) ?? "");
  const profiles = valueAt(document?.value, ["profiles"]) ?? {};
  const providers = Object.values(profiles).map((profile) => valueAt(profile, ["provider"]));
  return { path, providers: providers.filter((provider) => typeof provider === "string") };
}

/** Undefined for a text that is not JSON. */
function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
