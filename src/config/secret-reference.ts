import { isAbsolute } from "node:path";
import { readIfPresent } from "../core/atomic-file.ts";
import { type ChildEnv, type Context, lookUp } from "../core/context.ts";
import { otherEncoding } from "../core/encoding.ts";
import { attempt, unlessRefused } from "../core/errors.ts";
import { isObject, parseJson } from "../core/json.ts";
import { expandHome } from "../core/path-variable.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import { say } from "../text/message.ts";
import { valueAt } from "./json5-value.ts";
import type { Config, SecretReference } from "./schema.ts";
import { pathFault } from "./trusted-path.ts";
import { missingVariables, type ValueFiles, type VariableValues } from "./variables.ts";

export interface ReferenceInput {
  readonly config: Config;
  readonly variables: VariableValues;
  readonly from?: ValueFiles;
}

export type ResolveContext = Pick<Context, "files" | "run" | "env" | "homedir" | "uid">;

type SecretProvider = NonNullable<NonNullable<Config["secrets"]>["providers"]>[string];

/** @source the published OpenClaw's limits: 5 s and 1 MiB (docs/gateway/secrets in npm openclaw@2026.9.6). */
const EXEC_TIMEOUT_MS = 5_000;
const MAX_BYTES = 1024 * 1024;

/** Sources of the published OpenClaw that this program does not read. */
const UNSUPPORTED: readonly string[] = ["store"];

/**
 * Resolves `{source, provider, id}`: a variable, part of a file, or a program's output. Problems name the secret
 * provider and why it has no value.
 * @source the published OpenClaw's `secrets.providers`, run against 2026.5.28.
 */
export async function readReference(
  { source, provider, id }: SecretReference,
  { variables, config, from }: ReferenceInput,
  context: ResolveContext,
): Promise<Result<Secret>> {
  const place = `secrets.providers.${provider}`;
  const settings = config.secrets?.providers?.[provider];
  const isOther = settings === undefined || settings.source !== source;
  if (UNSUPPORTED.includes(source))
    return fail({
      message: (text) => text.config.unsupportedSecretSource({ place, source }),
      hint: (text) => text.config.useSupportedSource,
    });
  if (source === "env") {
    // Any other name could be a misspelt one that has an allowlist.
    const isDefault = provider === (config.secrets?.defaults?.env ?? "default");
    if (isOther && !isDefault) return fail({ message: (text) => text.config.noSecretSource({ place, source }) });
    const allowed = isOther ? undefined : settings.allowlist;
    if (allowed !== undefined && !allowed.includes(id))
      return fail({ message: (text) => text.config.variableNotAllowed({ place, name: id }) });
    const found = variables.get(id);
    return found === undefined ? fail(missingVariables([id], from)) : ok(found.value);
  }
  if (isOther) return fail({ message: (text) => text.config.noSecretSource({ place, source }) });
  if (source !== "file" && source !== "exec")
    return fail({ message: (text) => text.config.unknownSecretSource({ place, source }) });
  if (source === "exec" && settings.command === undefined)
    return fail({
      message: (text) => text.config.pluginSecretSource(place),
      hint: (text) => text.config.useCommand,
    });
  const { path = "", command = "" } = settings;
  const untrusted = pathFault(source === "file" ? path : command, source, settings, context);
  const value =
    untrusted !== undefined
      ? fail(untrusted)
      : source === "file"
        ? await fromFile(id, settings, context)
        : await fromProgram(id, provider, settings, variables, context);
  if (value.ok) return ok(new Secret(value.value));
  const { message, hint } = value.error;
  return fail({
    message: (text) => text.config.secretSourceFailed({ place, sentence: say(message, text) }),
    ...(hint !== undefined && { hint }),
  });
}

/** The variables that programs of secret references are passed. */
export const passedVariables = ({ secrets }: Config): readonly string[] =>
  Object.values(secrets?.providers ?? {}).flatMap(({ source, passEnv = [] }) => (source === "exec" ? passEnv : []));

/** The files that references can point into. */
export const secretFiles = ({ secrets }: Config, context: Pick<Context, "homedir">): readonly string[] =>
  Object.values(secrets?.providers ?? {})
    .map(({ source, path = "" }) => (source === "file" ? expandHome(path, context) : ""))
    .filter((path) => isAbsolute(path));

/** The whole file in `singleValue` mode, otherwise the string `id` points to. */
async function fromFile(
  id: string,
  { path: written = "", mode = "json", maxBytes = MAX_BYTES }: SecretProvider,
  context: Pick<Context, "files" | "homedir">,
): Promise<Result<string>> {
  const path = expandHome(written, context);
  const stats = unlessRefused(() => context.files.statSync(path));
  // Reading a pipe would wait for whoever writes into it.
  if (stats !== undefined && !stats.isFile() && !stats.isDirectory())
    return fail({ message: ({ config }) => config.secretFileIrregular(path) });
  if (stats?.isFile() && stats.size > maxBytes)
    return fail({ message: ({ config }) => config.secretFileTooLarge({ path, maxBytes }) });
  const read = await attempt(() => {
    const bytes = readIfPresent(path, context);
    return { content: bytes?.toString("utf8"), encoding: bytes && otherEncoding(bytes) };
  });
  if (!read.ok) return fail({ message: read.error.says, ...(read.error.hint && { hint: read.error.hint }) });
  const { content, encoding } = read.value;
  if (encoding !== undefined)
    return fail({
      message: ({ config }) => config.otherEncoding({ path, encoding }),
      hint: ({ config }) => config.saveAsUtf8,
    });
  if (content === undefined) return fail({ message: ({ config }) => config.secretFileMissing(path) });
  if (mode === "singleValue") {
    const value = content.replace(/\r?\n$/, "");
    return value.trim() === "" ? fail({ message: ({ config }) => config.secretFileEmpty(path) }) : ok(value);
  }
  const document = parseJson(content);
  if (document === undefined)
    return fail({
      message: ({ config }) => config.secretFileNotJson(path),
      hint: ({ config }) => config.singleValueMode,
    });
  const value = atPointer(document, id);
  return value ? ok(value) : fail({ message: ({ config }) => config.noSecretAt({ path, id }) });
}

async function fromProgram(
  id: string,
  provider: string,
  settings: SecretProvider,
  variables: VariableValues,
  context: Pick<Context, "run" | "env" | "homedir">,
): Promise<Result<string>> {
  const { command = "", args = [], timeoutMs = EXEC_TIMEOUT_MS, noOutputTimeoutMs, jsonOnly = true } = settings;
  const { status, stdout, failure } = await context.run(expandHome(command, context), args, {
    env: childEnv(settings, variables, context),
    input: JSON.stringify({ protocolVersion: PROTOCOL_VERSION, provider, ids: [id] }),
    timeoutMs,
    ...(noOutputTimeoutMs !== undefined && { silenceMs: noOutputTimeoutMs }),
    maxOutputBytes: settings.maxOutputBytes ?? MAX_BYTES,
  });
  if (status === null) return fail({ message: ({ system }) => system.runFailure[failure ?? "killed"](command) });
  if (status !== 0) return fail({ message: ({ config }) => config.secretProgramFailed({ command, status }) });
  const document = parseJson(stdout);
  const isPlain = !jsonOnly && (!isObject(document) || !("values" in document || "errors" in document));
  if (isPlain) {
    const value = stdout.replace(/\r?\n$/, "");
    return value.trim() === ""
      ? fail({ message: ({ config }) => config.secretProgramGaveNone({ command, id }) })
      : ok(value);
  }
  if (document === undefined)
    return fail({
      message: ({ config }) => config.secretProgramNotJson(command),
      ...(jsonOnly && { hint: ({ config }) => config.plainOutput }),
    });
  const version = valueAt(document, ["protocolVersion"]) ?? PROTOCOL_VERSION;
  if (version !== PROTOCOL_VERSION)
    return fail({ message: ({ config }) => config.secretProtocol({ command, version: PROTOCOL_VERSION }) });
  const value = valueAt(document, ["values", id]);
  if (typeof value === "string" && value !== "") return ok(value);
  const reason = CODES.find((code) => code === valueAt(document, ["errors", id, "code"]));
  return fail({
    message: ({ config }) =>
      reason === undefined
        ? config.secretProgramGaveNone({ command, id })
        : config.secretProgramRefused[reason]({ command, id }),
  });
}

/** The protocol of a program. @source docs/gateway/secrets in npm openclaw@2026.9.6, and seen in 2026.5.28. */
const PROTOCOL_VERSION = 1;

/** @why anything else that a program says of an id may contain the secret. */
const CODES = ["NOT_FOUND", "AMBIGUOUS_DUPLICATE_KEY"] as const;

/** Variables that a program needs to start, and those named for it, but none of our credentials. */
function childEnv(
  { env = {}, passEnv = [] }: SecretProvider,
  variables: VariableValues,
  context: Pick<Context, "env">,
): ChildEnv {
  const passed = passEnv.map((name) => [name, lookUp(name, context.env) ?? variables.get(name)?.value.reveal()]);
  return { PATH: context.env.PATH, HOME: context.env.HOME, ...Object.fromEntries(passed), ...env };
}

/** Resolves a JSON pointer such as `/providers/anthropic`; a bare name is a top-level key. */
function atPointer(document: unknown, pointer: string): string | undefined {
  const steps = pointer
    .replace(/^\//, "")
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const value = valueAt(document, steps);
  return typeof value === "string" ? value : undefined;
}
