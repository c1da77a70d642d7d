import { OpenclawError } from "../core/errors.ts";
import { commandLine } from "../core/paths.ts";
import { looksLikeCredential } from "../core/redact.ts";
import { fail, ok, type Problem, type Result } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import { unsendableToken } from "../core/sendable.ts";
import { type UnresolvedKind, unresolvedIn } from "../core/unresolved.ts";
import type { Message } from "../text/message.ts";
import {
  GATEWAY_TOKEN_VARIABLE,
  gatewayToken,
  gatewayTokenVariables,
  isWeakToken,
  MIN_TOKEN_LENGTH,
  weakTokenFault,
} from "./credentials.ts";
import type { ReferenceInput, ResolveContext } from "./secret-reference.ts";
import { type CredentialProblem, isWrong, placeOfVariable } from "./unresolved.ts";

/*
 * Tokens for several people or programs: `anna=…,ci=…` in one variable. Blanks and line ends around a name, a token, `=`
 * and `,` mean nothing, and neither does an empty entry. No message quotes an entry, whose name may be a token.
 */

export const NAMED_TOKENS_VARIABLE = "OPENCLAW_GATEWAY_TOKENS";

/** Stands in log lines and in metadata, so that it needs no escaping. */
const NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;
/** @why every request is compared with all of them. */
export const MOST_TOKENS = 200;

export const isTokenName = (text: string): boolean => NAME.test(text) && !looksLikeCredential(text);

export interface NamedToken {
  readonly name: string;
  readonly token: Secret;
}

/** The tokens that clients of the local gateway may present. Empty if none is required. */
export interface ClientTokens {
  /** The one without a name, which onboarding makes. */
  readonly main: Secret | undefined;
  readonly named: readonly NamedToken[];
}

export const NO_TOKENS: ClientTokens = { main: undefined, named: [] };

export const allTokens = ({ main, named }: ClientTokens): readonly Secret[] => [
  ...(main === undefined ? [] : [main]),
  ...named.map(({ token }) => token),
];

/** A part of the variable's text between two commas; offsets are those of its first character in the text. */
interface Entry {
  readonly start: number;
  readonly end: number;
  /** `undefined` without `=`. */
  readonly name: string | undefined;
  readonly token: string;
  readonly tokenStart: number;
}

function entriesIn(text: string): readonly Entry[] {
  let end = -1;
  return text.split(",").flatMap((part) => {
    const start = end + 1;
    end = start + part.length;
    if (part.trim() === "") return [];
    const equals = part.indexOf("=");
    const rest = part.slice(equals + 1);
    return [
      {
        start: start + part.length - part.trimStart().length,
        end,
        name: equals < 0 ? undefined : part.slice(0, equals).trim(),
        token: rest.trim(),
        tokenStart: start + equals + 1 + rest.length - rest.trimStart().length,
      },
    ];
  });
}

/** What is wrong with one entry, and at which offset. */
interface Fault {
  readonly kind: "problem" | "weak";
  readonly at: number;
  readonly message: Message;
  readonly hint: Message;
}

export interface JudgedToken {
  /** `undefined` if the entry has none that can be shown. */
  readonly name: string | undefined;
  readonly token: string;
  readonly faults: readonly Fault[];
}

/** Every entry with what is wrong with it. `main` is the token without a name. */
export function judgeNamedTokens(text: string, main: Secret | undefined): readonly JudgedToken[] {
  const entries = entriesIn(text);
  return entries.map((entry, index) => {
    const name = entry.name !== undefined && isTokenName(entry.name) ? entry.name : undefined;
    const earlier = entries.slice(0, index);
    return { name, token: entry.token, faults: faultsOf(entry, index + 1, earlier, main) };
  });
}

function faultsOf(
  { start, name, token, tokenStart }: Entry,
  number: number,
  earlier: readonly Entry[],
  main: Secret | undefined,
): readonly Fault[] {
  const of = (kind: Fault["kind"], at: number, message: Message, hint: Message): Fault => ({ kind, at, message, hint });
  const problem = (at: number, message: Message, hint: Message) => [of("problem", at, message, hint)];
  if (number > MOST_TOKENS)
    return problem(
      start,
      (t) => t.config.namedTokens.many(MOST_TOKENS),
      (t) => t.config.namedTokens.removeSome,
    );
  if (name === undefined)
    return problem(
      start,
      (t) => t.config.namedTokens.noName(number),
      (t) => t.config.namedTokens.form,
    );
  if (!isTokenName(name))
    return problem(
      start,
      (t) => t.config.namedTokens.badName(number),
      (t) => t.config.namedTokens.nameForm,
    );
  if (earlier.some((other) => other.name === name))
    return problem(
      start,
      (t) => t.config.namedTokens.nameTwice(name),
      (t) => t.config.namedTokens.removeOne,
    );
  if (token === "")
    return problem(
      tokenStart,
      (t) => t.config.namedTokens.empty(name),
      (t) => t.config.namedTokens.makeNew(name),
    );
  const kind: UnresolvedKind | undefined = unresolvedIn(token)?.kind;
  if (kind !== undefined)
    return problem(
      tokenStart,
      (t) => t.core.unresolved[kind](t.config.namedTokens.tokenOf(name)),
      (t) => (kind === "reference" ? t.config.nothingReplaced : t.config.writeValue),
    );
  const odd = /\s/.test(token) ? token.search(/\s/) : -1;
  const unsendable = unsendableToken(token, [NAMED_TOKENS_VARIABLE]);
  if (odd >= 0)
    return problem(
      tokenStart + odd,
      (t) => t.config.namedTokens.blank(name),
      (t) => t.config.namedTokens.separate,
    );
  if (unsendable !== undefined) return problem(tokenStart, unsendable.message, unsendable.hint);
  if (main?.reveal() === token)
    return problem(
      tokenStart,
      (t) => t.config.namedTokens.isMain(name),
      (t) => t.config.namedTokens.makeNew(name),
    );
  const same = earlier.find((other) => other.token === token)?.name;
  if (same !== undefined)
    return problem(
      tokenStart,
      (t) => t.config.namedTokens.sameToken({ name, other: same }),
      (t) => t.config.namedTokens.makeNew(name),
    );
  if (!isWeakToken(new Secret(token))) return [];
  const message: Message = (t) =>
    t.config.tokenShort({ name: t.config.namedTokens.tokenOf(name), least: MIN_TOKEN_LENGTH });
  return [of("weak", tokenStart, message, (t) => t.config.namedTokens.makeNew(name))];
}

/** The faults of one kind, each with its place. */
async function placed(
  judged: readonly JudgedToken[],
  kind: Fault["kind"],
  { config, variables, from }: ReferenceInput,
): Promise<readonly Problem[]> {
  const { source, value } = variables.get(NAMED_TOKENS_VARIABLE) ?? {};
  const faults = judged.flatMap((one) => one.faults.filter((fault) => fault.kind === kind));
  return Promise.all(
    faults.map(async ({ message, hint, at }) => {
      const place =
        source &&
        (await placeOfVariable(NAMED_TOKENS_VARIABLE, source, config, from, { text: value?.reveal() ?? "", at }));
      return { message, hint, where: NAMED_TOKENS_VARIABLE, ...place };
    }),
  );
}

/** Why tokens cannot be used, each with its place. */
export const namedTokenProblems = (
  judged: readonly JudgedToken[],
  known: ReferenceInput,
): Promise<readonly Problem[]> => placed(judged, "problem", known);

export const judgedIn = ({ variables }: ReferenceInput, main: Secret | undefined): readonly JudgedToken[] =>
  judgeNamedTokens(variables.get(NAMED_TOKENS_VARIABLE)?.value.reveal() ?? "", main);

/** The tokens that clients may present, or everything that is wrong with them. One without a name is not required. */
export async function clientTokens(
  known: ReferenceInput,
  context: ResolveContext,
): Promise<Result<ClientTokens, readonly CredentialProblem[]>> {
  if (known.config.gateway?.auth?.mode === "none") return ok(NO_TOKENS);
  const resolved = await gatewayToken(known, context);
  const main = resolved.ok ? resolved.value : undefined;
  const judged = judgedIn(known, main);
  const wrong = await namedTokenProblems(judged, known);
  const isLeftOut = judged.length > 0 && isMainLeftOut(resolved, known);
  const problems = [
    ...(resolved.ok || isLeftOut ? [] : resolved.error),
    ...wrong.map((problem) => ({ ...problem, fault: "unresolved" as const })),
  ];
  if (problems.length > 0) return fail(problems);
  const named = judged.flatMap(({ name, token }) => (name === undefined ? [] : [{ name, token: new Secret(token) }]));
  return ok({ main, named });
}

/** True if nobody set the token without a name, rather than that it cannot be read. */
function isMainLeftOut(
  main: Result<unknown, readonly CredentialProblem[]>,
  { config, variables, from }: ReferenceInput,
) {
  if (main.ok || main.error.some(isWrong) || from?.secrets.error !== undefined) return false;
  const [name, ...others] = gatewayTokenVariables(config);
  return name === GATEWAY_TOKEN_VARIABLE && others.length === 0 && !variables.has(name);
}

/** The faults of tokens that others can guess. */
export async function weakTokens(
  tokens: Result<ClientTokens, unknown>,
  known: ReferenceInput,
): Promise<readonly Problem[]> {
  if (!tokens.ok) return [];
  const { main, named } = tokens.value;
  const weak = await weakTokenFault(main, known);
  return [
    ...(weak === undefined ? [] : [weak]),
    ...(named.length === 0 ? [] : await placed(judgedIn(known, main), "weak", known)),
  ];
}

/** A name that is none may be a token, and is not repeated. */
export const unknownTokenName = (name: string, profile: string | undefined): OpenclawError =>
  new OpenclawError((t) => (isTokenName(name) ? t.service.noTokenFor(name) : t.service.noSuchToken), {
    code: "usage.invalid",
    hint: (t) => t.service.seeNames(commandLine(profile, "gateway token list")),
  });

/** The variable's text with one more token. */
export function withNamedToken(text: string, { name, token }: NamedToken): string {
  const kept = text.replace(/[\s,]+$/, "");
  return `${kept === "" ? "" : `${kept},`}${name}=${token.reveal()}`;
}

/** The variable's text without the token of that name; the same text if there is none. */
export function withoutNamedToken(text: string, name: string): string {
  const gone = entriesIn(text).filter((entry) => entry.name === name);
  return gone.reduceRight((left, { start, end }) => {
    const rest = left.slice(end).replace(/^,\s*/, "");
    return rest === "" ? left.slice(0, start).replace(/,\s*$/, "") : left.slice(0, start) + rest;
  }, text);
}
