import { isAbsolute } from "node:path";
import { readIfPresent } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { otherEncoding } from "../core/encoding.ts";
import { attempt } from "../core/errors.ts";
import { parseJson } from "../core/json.ts";
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

const EXEC_TIMEOUT_MS = 5_000;
const EXEC_OUTPUT_BYTES = 1024 * 1024;

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
  if (source === "env") {
    const allowed = settings?.allowlist;
    if (allowed !== undefined && !allowed.includes(id))
      return fail({ message: (text) => text.config.variableNotAllowed({ place, name: id }) });
    const found = variables.get(id);
    return found === undefined ? fail(missingVariables([id], from)) : ok(found.value);
  }
  if (settings === undefined || settings.source !== source)
    return fail({ message: (text) => text.config.noSecretSource({ place, source }) });
  if (source !== "file" && source !== "exec")
    return fail({ message: (text) => text.config.unknownSecretSource({ place, source }) });
  const { path = "", command = "" } = settings;
  const untrusted = pathFault(source === "file" ? path : command, source, settings, context);
  const value =
    untrusted !== undefined
      ? fail(untrusted)
      : source === "file"
        ? await fromFile(id, settings, context)
        : await fromProgram(id, provider, settings, context);
  if (value.ok) return ok(new Secret(value.value));
  const { message, hint } = value.error;
  return fail({
    message: (text) => text.config.secretSourceFailed({ place, sentence: say(message, text) }),
    ...(hint !== undefined && { hint }),
  });
}

/** The files that references can point into. */
export const secretFiles = ({ secrets }: Config, context: Pick<Context, "homedir">): readonly string[] =>
  Object.values(secrets?.providers ?? {})
    .map(({ source, path = "" }) => (source === "file" ? expandHome(path, context) : ""))
    .filter((path) => isAbsolute(path));

/** The whole file in `singleValue` mode, otherwise the string `id` points to. */
async function fromFile(
  id: string,
  { path: written = "", mode = "json" }: SecretProvider,
  context: Pick<Context, "files" | "homedir">,
): Promise<Result<string>> {
  const read = await attempt(() => {
    const path = expandHome(written, context);
    const bytes = readIfPresent(path, context);
    return { path, content: bytes?.toString("utf8"), encoding: bytes && otherEncoding(bytes) };
  });
  if (!read.ok) return fail({ message: read.error.says, ...(read.error.hint && { hint: read.error.hint }) });
  const { path, content, encoding } = read.value;
  if (encoding !== undefined)
    return fail({
      message: ({ config }) => config.otherEncoding({ path, encoding }),
      hint: ({ config }) => config.saveAsUtf8,
    });
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
  const value = atPointer(document, id);
  return value ? ok(value) : fail({ message: ({ config }) => config.noSecretAt({ path, id }) });
}

async function fromProgram(
  id: string,
  provider: string,
  { command = "", args = [], timeoutMs = EXEC_TIMEOUT_MS }: SecretProvider,
  context: Pick<Context, "run" | "env" | "homedir">,
): Promise<Result<string>> {
  const { status, stdout, failure } = await context.run(expandHome(command, context), args, {
    // The program gets what it needs to start, but not our credentials.
    env: { PATH: context.env.PATH, HOME: context.env.HOME },
    input: JSON.stringify({ protocolVersion: 1, provider, ids: [id] }),
    timeoutMs,
    maxOutputBytes: EXEC_OUTPUT_BYTES,
  });
  if (status === null) return fail({ message: ({ system }) => system.runFailure[failure ?? "killed"](command) });
  if (status !== 0) return fail({ message: ({ config }) => config.secretProgramFailed({ command, status }) });
  const document = parseJson(stdout);
  if (document === undefined) return fail({ message: ({ config }) => config.secretProgramNotJson(command) });
  const value = valueAt(document, ["values", id]);
  return typeof value === "string" && value !== ""
    ? ok(value)
    : fail({ message: ({ config }) => config.secretProgramGaveNone({ command, id }) });
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
