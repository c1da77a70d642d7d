import { VARIABLE_NAME } from "../config/variables.ts";
import type { Context } from "../core/context.ts";
import { otherEncoding } from "../core/encoding.ts";
import { absolutePath } from "../core/path-variable.ts";
import { looksLikeCredential } from "../core/redact.ts";
import { explainRefusal } from "../core/refusal.ts";
import { fail, ok, type Problem, type Result } from "../core/result.ts";
import {
  type Answer,
  type AnswerSource,
  type Answers,
  checkedAnswers,
  remarks,
  type SettingId,
  SKIP,
} from "../onboard/answers.ts";
import { localTokenAnswer } from "../onboard/local-gateway.ts";
import { checkAnswer, type Field, type Provider } from "../providers/provider.ts";
import type { Message } from "../text/message.ts";
import { fieldFlags, valueName } from "./field-flags.ts";
import type { Flags } from "./onboard-flags.ts";

export interface FlagAnswers {
  readonly answers: Answers;
  /** Flags that cannot be used. Anything that may be a credential is never repeated. */
  readonly problems: readonly Problem[];
  /** The repairs and oddities, one sentence each. */
  readonly notes: readonly Message[];
}

type ReadContext = Pick<Context, "files" | "readStdin" | "terminal" | "cwd" | "homedir" | "delay" | "err" | "text"> &
  Partial<Pick<Context, "uid">>;

/** Far more than any credential needs; keeps a device or a huge file given by mistake from being read completely. */
const MAX_SECRET_BYTES = 64 * 1024;

export async function answersFromFlags(
  flags: Flags,
  providers: readonly Provider[],
  context: ReadContext,
  others: Answers = {},
): Promise<FlagAnswers> {
  const named = providers.find(({ authChoice }) => authChoice === flags.authChoice);
  const mentioned = providers.find(({ fields }) => fields.some((field) => partsOf(field, flags).length > 0));
  const provider = flags.authChoice === undefined ? mentioned : named;
  const token = localTokenAnswer(flags.gatewayToken, flags.gatewayTokenRefEnv);
  const answers: Record<string, Answer> = {
    ...settingAnswers(flags, flags.authChoice === SKIP ? SKIP : provider?.authChoice),
    ...(token.answer && { "gateway.auth.token": token.answer }),
    ...others,
  };
  const problems: Problem[] = [];
  const notes: Message[] = [];
  for (const field of provider?.fields ?? []) {
    const read = await fieldAnswers(field, flags, context);
    const { [field.id]: own, ...others } = read.answers;
    if (own !== undefined) answers[field.id] = own;
    // Other answers in a URL do not replace what a flag says.
    for (const [id, other] of Object.entries(others)) answers[id] ??= other;
    problems.push(...read.problems);
    notes.push(...read.notes);
  }
  if (flags.skipDaemon && flags.installDaemon) problems.push(DAEMON_CONFLICT);
  const withImplied = { ...impliedAnswers(provider, answers), ...answers };
  return { answers: withImplied, problems: [...problems, ...token.problems], notes };
}

const DAEMON_CONFLICT: Problem = {
  where: "--install-daemon",
  message: ({ onboard }) => onboard.cannotBeCombined("--skip-daemon"),
  hint: ({ core }) => core.passOnlyOne,
};

function settingAnswers(flags: Flags, authChoice: string | undefined): Answers {
  const { model, setDefault, secretInputMode, mode, gatewayPort, gatewayBind, gatewayCustomHost, gatewayAuth } = flags;
  const service = flags.skipDaemon ? false : flags.installDaemon;
  const settings: readonly (readonly [SettingId, string, string | undefined])[] = [
    ["authChoice", "--auth-choice", authChoice],
    ["secretInputMode", "--secret-input-mode", secretInputMode],
    ["model", "--model", model],
    // Naming a model means making it the default.
    ["setDefault", "--set-default", setDefault || model !== undefined ? "yes" : undefined],
    ["service", "--install-daemon", service === undefined ? undefined : service ? "yes" : "no"],
    ["gateway.mode", "--mode", mode],
    ["gateway.port", "--gateway-port", gatewayPort?.toString()],
    // An address alone means that one.
    ["gateway.bind", "--gateway-bind", gatewayBind ?? (gatewayCustomHost === undefined ? undefined : "custom")],
    ["gateway.customBindHost", "--gateway-custom-host", gatewayCustomHost?.trim()],
    ["gateway.auth.mode", "--gateway-auth", gatewayAuth],
  ];
  const given = settings.flatMap(([id, name, value]): readonly [string, Answer][] =>
    value === undefined ? [] : [[id, { kind: "value", value, source: { kind: "flag", name } }]],
  );
  return Object.fromEntries(given);
}

export function impliedAnswers(provider: Provider | undefined, answers: Answers): Answers {
  const implied = (provider?.fields ?? []).flatMap(({ id, implies = {} }) => {
    const answer = answers[id];
    if (answer === undefined || answer.kind === "none") return [];
    return Object.entries(implies).map(
      ([other, value]) => [other, { kind: "value", value, source: answer.source }] as const,
    );
  });
  // The first answer to imply something about a field wins.
  return Object.fromEntries(implied.toReversed());
}

export async function fieldAnswers(field: Field, flags: Flags, context: ReadContext): Promise<FlagAnswers> {
  const [flag = "", inFile, inVariable] = fieldFlags(field);
  const parts = partsOf(field, flags);
  const problems: Problem[] = [];
  if (parts.length > 1) problems.push({ where: flag, message: ({ onboard }) => onboard.onlyOneOf(fieldFlags(field)) });
  let answers: Answers = {};
  const notes: Message[] = [];
  for (const { name, text } of parts) {
    const source: AnswerSource = { kind: "flag", name };
    // A credential in place of a path or a name is reported with the command line.
    if (name !== flag && looksLikeCredential(text)) continue;
    if (name === inVariable) {
      if (VARIABLE_NAME.test(text)) answers = { [field.id]: { kind: "reference", variable: text, source }, ...answers };
      else problems.push(notAName(name));
      continue;
    }
    const read = name === inFile ? await readSecretFile(text, name, context) : ok(text);
    const checked = read.ok && read.value.trim() !== "" ? checkAnswer(field, read.value) : undefined;
    if (!read.ok) problems.push(read.error);
    else if (checked === undefined && name === inFile) problems.push(emptyFile(text, name));
    else if (checked === undefined) answers = { [field.id]: { kind: "none", source } };
    else if (!checked.ok) problems.push({ where: name, ...checked.error });
    else {
      answers = checkedAnswers(field, checked.value, source);
      notes.push(...remarks(() => name, checked.value));
    }
  }
  return { answers, problems, notes };
}

/** A file was named for what is in it, so nothing else may take its place. */
const emptyFile = (path: string, where: string): Problem => ({
  where,
  message: ({ onboard }) => (path === "-" ? onboard.stdinEmpty : onboard.fileEmpty),
  hint: ({ onboard }) => (path === "-" ? onboard.pipeOrNameFile : onboard.writeIntoFile),
});

/** Which of a field's flags were given: the value itself, or a file or variable that holds it. */
function partsOf(field: Field, flags: Flags): readonly { readonly name: string; readonly text: string }[] {
  return fieldFlags(field).flatMap((name) => {
    const text = flags[valueName(name)];
    return typeof text === "string" ? [{ name, text }] : [];
  });
}

/** For a flag that takes the name of a variable, and may have been given its value. Does not repeat it. */
const notAName = (where: string): Problem => ({
  where,
  message: ({ onboard }) => onboard.notAVariableName,
  hint: ({ onboard }) => onboard.valueGoesIntoVariable,
});

/** @why long enough for any program that writes a key, and shorter than people wait before they wonder. */
const STDIN_NOTICE_MS = 3_000;

/** Says that it waits when the end does not come. */
export async function readToEnd(flag: string, { readStdin, delay, err, text }: ReadContext): Promise<string> {
  const reading = new AbortController();
  const say = () => !reading.signal.aborted && err(`${text.onboard.waitingForStdin(flag)}\n`);
  void delay(STDIN_NOTICE_MS, reading.signal).then(say);
  try {
    return await readStdin();
  } finally {
    reading.abort();
  }
}

async function readSecretFile(path: string, where: string, context: ReadContext): Promise<Result<string>> {
  const { files, terminal } = context;
  if (path === "-") {
    if (!terminal.stdin) return ok(await readToEnd(where, context));
    return fail({
      where,
      message: ({ onboard }) => onboard.stdinIsTerminal,
      hint: ({ onboard }) => onboard.pipeOrNameFile,
    });
  }
  try {
    const absolute = absolutePath(path, context);
    const stats = files.statSync(absolute);
    if (!stats.isFile()) return fail({ where, message: ({ onboard }) => onboard.notAFile });
    if (stats.size > MAX_SECRET_BYTES) return fail({ where, message: ({ onboard }) => onboard.fileTooLarge });
    const bytes = files.readFileSync(absolute);
    const encoding = otherEncoding(bytes);
    if (encoding === undefined) return ok(bytes.toString("utf8"));
    return fail({
      where,
      message: ({ onboard }) => onboard.otherEncoding(encoding),
      hint: ({ config }) => config.saveAsUtf8,
    });
  } catch (error) {
    // The path is not repeated: people put the credential itself here. What is there, though, is no credential.
    const code = (error as NodeJS.ErrnoException).code ?? "";
    const hint =
      code === "EACCES" ? explainRefusal(code, "read", absolutePath(path, context), context)?.hint : undefined;
    return fail({ where, message: ({ onboard }) => onboard.fileNotReadable(code), ...(hint && { hint }) });
  }
}
