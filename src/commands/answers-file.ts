import type { SecretEdit } from "../config/apply.ts";
import type { JsonObject } from "../config/json5-value.ts";
import { isPort } from "../config/listen-address.ts";
import { fileValues, loadReadable } from "../config/resolve.ts";
import type { Config } from "../config/schema.ts";
import { readReference } from "../config/secret-reference.ts";
import { decodeUtf8 } from "../config/utf8.ts";
import { findVariables } from "../config/variables.ts";
import { readIfPresent } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { absolutePath } from "../core/path-variable.ts";
import type { Paths } from "../core/paths.ts";
import type { Problem } from "../core/result.ts";
import type { Answer, Answers } from "../onboard/answers.ts";
import {
  type AnswersFile,
  REMOTE_TOKEN_ANSWER,
  readAnswers,
  type SecretAnswer,
  TOKEN_ANSWER,
  variableIn,
} from "../onboard/answers-file.ts";
import { mergedSecrets } from "../onboard/merged-secrets.ts";
import { REMOTE_TOKEN } from "../onboard/remote-token.ts";
import { assertResolved } from "../onboard/resolve-answers.ts";
import type { Provider } from "../providers/provider.ts";
import { patchSecret, type Reading, wrongKeys } from "./answers-patch.ts";
import { fieldFlags, valueName } from "./field-flags.ts";
import { EDITED_CLIENTS, type Flags } from "./onboard-flags.ts";

/** The answers of a file, as the command line would give them. */
export interface FiledAnswers {
  readonly flags: Partial<Flags>;
  /** Secrets that are written as references. */
  readonly references: Answers;
  readonly patch: JsonObject;
  /** What the patch refers to and the environment holds, for `.env`. */
  readonly patchSecrets: readonly SecretEdit[];
  readonly sources: Config["secrets"];
  /** Says of an error about a flag where its answer is in the file, or that it is not in it. */
  readonly placed: (error: OpenclawError) => OpenclawError;
}

interface FiledDeps {
  /** Names of the flags of the command line, which come first. */
  readonly given: ReadonlySet<string>;
  /** True if secrets that are only referred to must have a value now. */
  readonly mustHaveValues: boolean;
  readonly paths: Paths;
  readonly providers: readonly Provider[];
  readonly context: Context;
}

/** Far more than answers take; keeps a device or a huge file given by mistake from being read completely. */
const MOST_BYTES = 1024 * 1024;

/** The flags that give the same answer as a part of the file. */
interface Row {
  readonly name: string;
  readonly flags: readonly string[];
}

const SETTING_FLAGS: readonly Row[] = [
  { name: "authChoice", flags: ["--auth-choice"] },
  { name: "secretInputMode", flags: ["--secret-input-mode"] },
  { name: "model", flags: ["--model"] },
  { name: "setDefault", flags: ["--set-default"] },
  { name: "service", flags: ["--install-daemon"] },
  { name: "clients", flags: ["--client"] },
  { name: "gateway.mode", flags: ["--mode"] },
  { name: "gateway.port", flags: ["--gateway-port"] },
  { name: "gateway.bind", flags: ["--gateway-bind"] },
  { name: "gateway.customBindHost", flags: ["--gateway-custom-host"] },
  { name: "gateway.auth.mode", flags: ["--gateway-auth"] },
  { name: TOKEN_ANSWER, flags: ["--gateway-token", "--gateway-token-ref-env"] },
  { name: "gateway.remote.url", flags: ["--remote-url"] },
  { name: REMOTE_TOKEN_ANSWER, flags: fieldFlags(REMOTE_TOKEN) },
];

/**
 * Reads a file of answers, or standard input for `-`. Throws `usage.*` with line and column of everything that is wrong,
 * `file.access`, and what reading the configuration throws.
 */
export async function answersFromFile(written: string, deps: FiledDeps): Promise<FiledAnswers> {
  const { given, mustHaveValues, paths, providers, context } = deps;
  const { path, content } = await contentOf(written, context);
  const read = readAnswers(content, path, providers, EDITED_CLIENTS);
  if (!read.ok) return refuse(read.error);
  const file = read.value;
  const keys = wrongKeys(file, content);
  if (keys.length > 0) return refuse(keys);
  const fields = providers.flatMap((provider) => provider.fields);
  const rows = [...SETTING_FLAGS, ...fields.map((field) => ({ name: field.id, flags: fieldFlags(field) }))];
  const isOverridden = (name: string) =>
    rows.find((row) => row.name === name)?.flags.some((flag) => given.has(flag)) ?? false;
  const files = fileValues(await loadReadable(paths, context));
  const inPatch = mergedSecrets(file.patch);
  const variables = await findVariables([...namesIn(file), ...inPatch.map(({ name }) => name)], files, context);
  const config = { ...files.config, secrets: { ...files.config.secrets, ...sourcesIn(file) } };
  const problems: Problem[] = [];
  const reading = { file, variables, problems };
  const flags = new Map<string, unknown>();
  const references = new Map<string, Answer>();
  for (const [name, value] of Object.entries(settingFlags(reading))) {
    const row = SETTING_FLAGS.find((one) => one.name === name);
    if (row !== undefined && !isOverridden(name)) flags.set(valueName(row.flags[0] ?? ""), value);
  }
  for (const field of fields) {
    const text = file.texts[field.id];
    if (text !== undefined && !isOverridden(field.id))
      flags.set(valueName(`--${field.flag}`), filledIn(text, field.id, reading));
  }
  const isReferred = flags.get("secretInputMode") === "ref";
  for (const [name, secret] of Object.entries(file.secrets)) {
    if (isOverridden(name)) continue;
    const field = fields.find(({ id }) => id === name);
    const [flag = ""] = rows.find((row) => row.name === name)?.flags ?? [];
    const input = keptInput(secret, flag);
    if (name === TOKEN_ANSWER && secret.kind === "variable") {
      if (isReferred) flags.set("gatewayTokenRefEnv", secret.name);
      else flags.set("gatewayToken", valueFor(secret.name, name, reading));
    } else if (secret.kind === "variable") flags.set(valueName(`--${(field ?? REMOTE_TOKEN).flag}-env`), secret.name);
    // Such a header has more to it than the secret.
    else if (field?.scheme !== undefined) {
      const known = { config, variables, ...(files.from && { from: files.from }) };
      const resolved = await readReference(secret.input, known, context);
      if (resolved.ok) flags.set(valueName(`--${field.flag}`), resolved.value.reveal());
      else problems.push({ ...resolved.error, ...file.placeOf(name) });
    } else if (input !== undefined) references.set(name, input);
  }
  const patchSecrets = inPatch.flatMap((one) => patchSecret(one, { isReferred, mustHaveValues }, reading));
  if (problems.length > 0) return refuse(problems);
  const places = { file, rows, isOverridden };
  return {
    flags: Object.fromEntries(flags),
    references: Object.fromEntries(references),
    patch: file.patch,
    patchSecrets,
    sources: sourcesIn(file),
    placed: (error) => placedError(error, places),
  };
}

function refuse(problems: readonly Problem[]): never {
  assertResolved({ problems, missing: [] });
  throw new Error("problems, and none of them");
}

async function contentOf(written: string, context: Context) {
  if (written === "-") return { path: "stdin", content: await context.readStdin() };
  const path = absolutePath(written, context);
  const bytes = readIfPresent(path, context);
  if (bytes === undefined)
    return refuse([{ where: "--answers", message: ({ onboard }) => onboard.answers.fileMissing(path) }]);
  if (bytes.length > MOST_BYTES)
    return refuse([
      { where: "--answers", message: ({ onboard }) => onboard.answers.fileTooLarge({ path, most: MOST_BYTES }) },
    ]);
  return { path, content: decodeUtf8(bytes, path, "usage.invalid") };
}

const sourcesIn = ({ patch }: AnswersFile) => patch.secrets as Config["secrets"];

/** Every variable that has to have a value. */
export function namesIn({ texts, settings, secrets }: AnswersFile): readonly string[] {
  const values = [...Object.values(texts), ...Object.values(settings)];
  const written = values.flatMap((value) => (typeof value === "string" ? (variableIn(value) ?? []) : []));
  const inSecrets = Object.values(secrets).flatMap((secret) => {
    if (secret.kind === "variable") return [secret.name];
    return secret.input.source === "env" ? [secret.input.id] : [];
  });
  return [...written, ...inSecrets];
}

function valueFor(variable: string, answer: string, { file, variables, problems }: Reading): string | undefined {
  const value = variables.get(variable)?.value.reveal();
  if (value === undefined)
    problems.push({
      ...file.placeOf(answer),
      message: ({ onboard }) => onboard.variableEmpty(variable),
      hint: ({ onboard }) => onboard.answers.setVariable(variable),
    });
  return value;
}

function filledIn(text: string, answer: string, reading: Reading): string | undefined {
  const variable = variableIn(text);
  return variable === undefined ? text : valueFor(variable, answer, reading);
}

/** The settings as flags have them. */
function settingFlags(reading: Reading): Readonly<Record<string, unknown>> {
  const { file, problems } = reading;
  const flags = Object.entries(file.settings).map(([name, value]) => {
    const filled = typeof value === "string" ? filledIn(value, name, reading) : value;
    if (name !== "gateway.port") return [name, filled] as const;
    if (filled !== undefined && !isPort(String(filled)))
      problems.push({
        ...file.placeOf(name),
        message: ({ core }) => core.invalidValue(String(filled).slice(0, 5)),
        hint: ({ onboard }) => onboard.usePort,
      });
    return [name, Number(filled)] as const;
  });
  return Object.fromEntries(flags);
}

const keptInput = (secret: SecretAnswer, flag: string): Answer | undefined =>
  secret.kind === "reference" ? { kind: "keep", input: secret.input, source: { kind: "flag", name: flag } } : undefined;

interface Places {
  readonly file: AnswersFile;
  readonly rows: readonly Row[];
  readonly isOverridden: (name: string) => boolean;
}

function placedError(error: OpenclawError, { file, rows, isOverridden }: Places): OpenclawError {
  if (error.problems.length === 0) return error;
  const problems = error.problems.map((problem): Problem => {
    const row = rows.find(({ flags }) => flags.some((flag) => flag === problem.where));
    if (row === undefined || isOverridden(row.name)) return problem;
    if (file.has(row.name)) return { ...problem, ...file.placeOf(row.name) };
    return { ...problem, where: file.path, hint: ({ onboard }) => onboard.answers.addKey(row.name) };
  });
  const { says, code, hint, cause } = error;
  return new OpenclawError(says, { code, problems, ...(hint !== undefined && { hint }), cause });
}
