import { once } from "./once.ts";
import type { Problem } from "./result.ts";

/*
 * The one policy of what is secret and how it is masked: on the screen, in reports, differences, logs and errors.
 * A value is secret by the name of its place (a configuration key, a header, a variable, a flag, a URL parameter), or by
 * its own shape wherever it appears.
 */

export const MASK = "********";

/** Long enough that its last four characters give nothing away. */
const SHOW_TAIL_FROM = 20;

/** Enough to recognise one's own key: `********wXyZ`. Short values show nothing, and no mask shows the length. */
export const mask = (value: string): string => (value.length >= SHOW_TAIL_FROM ? `${MASK}${value.slice(-4)}` : MASK);

/** Words that mark a name as holding a credential. */
const CREDENTIAL_WORD = "key|token|secret|password|passwd|passphrase|credential";

/** Words that mark a name as possibly holding a credential, so it is masked to be safe. `auth` excludes `author`. */
const SUSPECT_WORD = `${CREDENTIAL_WORD}|pass|auth(?!or(?!i))|cookie|headers`;

const CREDENTIAL_NAME = new RegExp(CREDENTIAL_WORD, "i");
const CREDENTIAL_KEY = new RegExp(`${CREDENTIAL_WORD}|^headers$`, "i");
/** `--rotate-key` takes the name of a variable. */
const CREDENTIAL_FLAG = new RegExp(`^--(?!rotate-key(?:=|$))[\\w-]*(?:${CREDENTIAL_WORD})(?:=(.*))?$`, "is");
const SUSPECT_NAME = new RegExp(SUSPECT_WORD, "i");
const SUSPECT_FLAG = new RegExp(`^-{1,2}[\\w-]*(?:${SUSPECT_WORD})[\\w-]*$`, "i");
const SUSPECT_ASSIGNMENT = new RegExp(`^[\\w-]*(?:${SUSPECT_WORD})[\\w-]*=.`, "is");
const SUSPECT_LINE = new RegExp(`^(.*?(?:${SUSPECT_WORD})[\\w-]*["']?\\s*[:=,]\\s*)(.*)$`, "i");

/** Any value below these keys may be a credential, whatever its own name. */
const CONTAINER_KEY = /^(?:env|vars)$/i;

/** Maps whose keys the user chooses, where a key such as `my-token` means nothing. */
const USER_NAMED = [
  ["models", "providers"],
  ["agents", "defaults", "models"],
];

const CREDENTIAL_HEADER = /(?:^|-)(?:authorization|api-key|client-secret|access-token)$/i;

/** Headers that only name or describe something, such as one of several stored keys, and may be shown. */
const OPEN_HEADER =
  /^(?:accept(?:-[a-z]+)?|anthropic-(?:beta|version)|cf-aig-(?!authorization$)[a-z-]+|content-type|(?:http-)?referer|openai-beta|origin|user-agent|x-title)$/i;

/** Keys that name people; what is no name may be a credential that got there. */
const AUTHOR = /author(?!i)/i;
/** @measured A literal with letters of all scripts costs every start 0.2 ms wherever it stands: V8 reads it at once. */
const LETTER = String.raw`\p{L}\p{M}`;
const person = once(() => new RegExp(`^(?!.*\\p{N})[${LETTER}'’.,()<>@ _-]{1,60}$`, "u"));

const isPerson = (key: string, text: string): boolean =>
  AUTHOR.test(key) && !SUSPECT_NAME.test(key) && person().test(text);

/** A boolean is not secret, whatever its key. */
const SWITCH = /^(?:true|false)$/;

/** Keys that name an authentication method, and OpenClaw's names for the methods. */
const METHOD_KEY = /^(?:auth|mode)$/;
const METHOD = /^(?:api-key|aws-sdk|none|oauth|password|token|trusted-proxy)$/;

/** True if a text is nothing but a variable reference, such as `Bearer ${NAME}`. */
export const isReference = (text: string): boolean => /^(?:Bearer:? ?)?\$\{\w+\}$/.test(text);

export const isSecretVariable = (name: string): boolean => CREDENTIAL_NAME.test(name);

/** Other headers are masked too, but not reported. */
export const isCredentialHeader = (name: string): boolean => CREDENTIAL_HEADER.test(name);

/** True if every text below this key of the configuration must be masked, at any depth. */
export const isSecretKey = (name: string): boolean =>
  !isOpenHeader(name) && (SUSPECT_NAME.test(name) || CONTAINER_KEY.test(name) || AUTHOR.test(name));

const isOpenHeader = (name: string): boolean => OPEN_HEADER.test(name);

/** True if the text of a header may be shown: by its name, unless its shape is a credential's. */
export const isOpenText = (name: string, text: string): boolean => isOpenHeader(name) && !looksLikeCredential(text);

/** True if a text may be shown despite its secret key: empty, a reference, a person, or an authentication method. */
export const isHarmless = (key: string, text: string): boolean =>
  text === "" ||
  SWITCH.test(text) ||
  isReference(text) ||
  isPerson(key, text) ||
  (METHOD_KEY.test(key) && METHOD.test(text));

export const isSecretAt = (path: readonly (string | number)[], text: string): boolean =>
  isUnder(isSecretKey, path, text);

/**
 * True if the text at a path of the configuration is a credential, to be masked wherever else it appears.
 * @why narrower than `isSecretAt`: masking a common word such as `anthropic` or `default` would garble a report.
 */
export const isCredentialAt = (path: readonly (string | number)[], text: string): boolean =>
  path[0] !== "secrets" &&
  !isOrdinaryAt(path, text) &&
  isUnder((key) => CREDENTIAL_KEY.test(key) || CONTAINER_KEY.test(key), path, text);

/** True for an ordinary header or variable. */
function isOrdinaryAt(path: readonly (string | number)[], text: string): boolean {
  const [container, name] = path.slice(-2).map(String);
  return container !== undefined && /^(?:headers|env|vars)$/i.test(container) && isOrdinary(name ?? "", text);
}

function isUnder(isSecret: (key: string) => boolean, path: readonly (string | number)[], text: string): boolean {
  const key = String(path.findLast((step) => typeof step === "string") ?? "");
  if (isOpenText(key, text) || isHarmless(key, text)) return false;
  const isChosen = (index: number) =>
    USER_NAMED.some((map) => map.length === index && map.every((step, depth) => path[depth] === step));
  return path.some((step, index) => typeof step === "string" && !isChosen(index) && isSecret(step));
}

/**
 * An everyday word, name or number: masking it elsewhere would garble a report and protect nothing. No issued key or
 * token looks like one.
 */
const ORDINARY = /^(?:(?=.{1,12}$)[A-Z]?[a-z]+(?:[A-Z][a-z]+)?|\d{1,6})$/;

/** True if a value is ordinary and its name, of a header or variable, does not say that it is a credential. */
export const isOrdinary = (name: string, value: string): boolean => ORDINARY.test(value) && !SUSPECT_NAME.test(name);

/** A credential that is stored elsewhere. */
interface SecretReference {
  readonly source: string;
  readonly provider: string;
  readonly id: string;
}

/**
 * True for a structured reference, which names a secret without being one.
 * @source the published OpenClaw's schema: the three keys, all required, and these sources (`store` since 2026.9.6).
 */
export function isSecretReference(value: unknown): value is SecretReference {
  if (typeof value !== "object" || value === null) return false;
  const { source, provider, id, ...others } = value as Readonly<Record<string, unknown>>;
  const isComplete = typeof provider === "string" && typeof id === "string" && Object.keys(others).length === 0;
  return isComplete && ["env", "file", "exec", "store"].includes(String(source));
}

/** True if the argument after this one must be masked, as after `--api-key` in any program's command line. */
export const isSecretFlag = (argument: string): boolean => SUSPECT_FLAG.test(argument);

/** True for `name=value` with a value that must be masked, such as `--token=…` or `API_KEY=…`. */
export const isSecretAssignment = (text: string): boolean => SUSPECT_ASSIGNMENT.test(text);

/** Splits a line before the value of its first secret name, for text too damaged to parse. */
export function splitAtSecret(line: string): { readonly before: string; readonly value: string } | undefined {
  const [, before, value] = SUSPECT_LINE.exec(line) ?? authorLine(line) ?? [];
  return before === undefined || value === undefined ? undefined : { before, value };
}

const AUTHOR_LINE = /^(.*?author(?!i)[\w-]*["']?\s*[:=]\s*)(.*)$/i;

function authorLine(line: string): RegExpExecArray | undefined {
  const found = AUTHOR_LINE.exec(line);
  const text = found?.[2]?.replace(/^["']|["']?[\s,}\]]*$/g, "") ?? "";
  return found === null || text === "" || person().test(text) ? undefined : found;
}

/** The values of this program's flags that take credentials, unlike `…-key-file`, and what looks like one anywhere else. */
export function secretArguments(argv: readonly string[]): readonly string[] {
  return argv.flatMap((argument, index) => {
    const flag = CREDENTIAL_FLAG.exec(argument);
    if (flag !== null) return [flag[1] ?? argv[index + 1] ?? ""];
    const value = argument.replace(/^--[\w-]+=/, "");
    return isBareToken(value) ? [value] : [];
  });
}

/** `user:` and a password in a URL, rather than a host and a port; people do not encode what a password contains. */
const USER_PASSWORD = /(?<=:\/\/)[^\s/"'`:@]*:(?!\d+(?:[/?#\s"'`]|$))[^\s"'`]*@/;
/** The same; a password that begins like a port; a name without a password. Hiding part of a path costs little. */
const USER_INFO = new RegExp(
  `${USER_PASSWORD.source}|(?<=:\\/\\/)[^\\s/"'\`:@]*:\\d+\\/[^\\s"'\`]*[^\\s"'\`/]@|(?<=:\\/\\/)[^\\s/"'\`]+@`,
  "g",
);
const SECRET_PARAMETER = new RegExp(`([?&][\\w-]*(?:${SUSPECT_WORD})[\\w-]*=)[^&#\\s"'\`]+`, "gi");
const QUERY = /\b(https?:\/\/[^\s?"'`]+)\?[^\s"'`]*/gi;

/** Masks user information and secret parameters of every URL; with `wholeQuery`, all parameters. */
export function maskUrls(text: string, { wholeQuery = false }: { readonly wholeQuery?: boolean } = {}): string {
  const withoutUser = text.replace(USER_INFO, `${MASK}@`);
  return wholeQuery ? withoutUser.replace(QUERY, `$1?${MASK}`) : withoutUser.replace(SECRET_PARAMETER, `$1${MASK}`);
}

/**
 * Credential formats that are recognised anywhere.
 * @source Anthropic key prefixes; Cloudflare's token formats `cfut_`, `cfat_`, `cfk_` (developers.cloudflare.com,
 * "Token formats"); the others as their issuers document them for secret scanning: GitHub, GitLab, Groq, Hugging Face, npm,
 * xAI, Slack, Google, AWS, and JSON web tokens (RFC 7519).
 * Each is looked for only in texts that have one of its marks, in any case.
 * @measured V8 makes the expressions when they are first used, 0.6 ms of a start that shows a name.
 */
const CREDENTIAL_SHAPES: readonly (readonly [marks: readonly string[], shape: RegExp])[] = [
  [["sk-ant-"], /\bsk-ant-[\w-]{6,}/g],
  // A name of words and numbers, such as a gateway's or a host's, is none.
  [["sk-"], /\bsk-(?!(?:[a-z]{2,15}\d{0,4}|\d{1,4})(?:[-_](?:[a-z]{1,15}\d{0,4}|\d{1,4}))*(?![\w-]))[\w-]{20,}/g],
  [["cfut_", "cfat_", "cfk_"], /\bcf(?:ut|at|k)_[\w-]{8,}/g],
  [["gh", "github_pat_"], /\b(?:gh[oprsu]_|github_pat_)\w{30,}/g],
  [["gsk_", "hf_", "npm_"], /\b(?:gsk|hf|npm)_[A-Za-z0-9]{30,}/g],
  [["glpat-", "xai-", "xox"], /\b(?:glpat-|xai-|xox[abeprs]-)[\w-]{20,}/g],
  [["aiza"], /\bAIza[\w-]{30,}/g],
  [["akia", "asia"], /\bA(?:KIA|SIA)[A-Z2-7]{16}\b/g],
  [["eyj"], /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]*/g],
  [["bearer"], /(?<=\bBearer:?\s+)(?!\$\{)[\w.~+/=-]{8,}/gi],
];

/** Replacing anything shorter would garble ordinary words and protect nothing. */
const SHORTEST = 6;

/** Masks the given secrets, their URL-encoded and JSON-escaped forms, and anything shaped like a credential. */
export function scrub(text: string, secrets: Iterable<{ readonly reveal: () => string } | string> = []): string {
  const values = [...secrets].map((secret) => (typeof secret === "string" ? secret : secret.reveal()));
  const forms = values
    .filter((value) => value.length >= SHORTEST)
    .flatMap((value) => [value, encodeURIComponent(value.toWellFormed()), JSON.stringify(value).slice(1, -1)])
    // Longest first, so a secret that starts with another one leaves no remainder.
    .sort((a, b) => b.length - a.length);
  const known = forms.reduce((clean, form) => clean.replaceAll(form, MASK), text);
  const lower = known.toLowerCase();
  return CREDENTIAL_SHAPES.reduce(
    (clean, [marks, shape]) => (marks.some((mark) => lower.includes(mark)) ? clean.replace(shape, MASK) : clean),
    known,
  );
}

export const looksSecret = (text: string): boolean => scrub(text) !== text;

/** A credential without a known prefix: 40 characters mixing upper case, lower case and digits, unlike any id. */
export const isBareToken = (text: string): boolean => /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[\w-]{40}$/.test(text);

/** For names that are shown as they stand in the configuration, where a credential may have got. */
export const withoutCredentials = (text: string): string =>
  scrub(text).replace(/(?<![\w-])[\w-]{40}(?![\w-])/g, (word) => (isBareToken(word) ? MASK : word));

/** `Bearer` before a word of a sentence. */
const BEARER_WORD = /\bBearer:?\s+(?=[A-Za-z][a-z]{2,18}(?![\w~+/=-]))/g;

/**
 * True for a text that is or contains a credential, judged by its shape alone. Whatever takes none, be it a flag, a
 * field, a question or a key of the configuration, refuses such a text without repeating it.
 */
export const looksLikeCredential = (text: string): boolean => isCredential(text) || USER_PASSWORD.test(text);

const isCredential = (text: string): boolean => looksSecret(text.replace(BEARER_WORD, "")) || isBareToken(text.trim());

/** A URL with a password: how the published OpenClaw takes that of a proxy or a remote browser. */
const URL_ALONE = /^[a-z][a-z\d+.-]*:\/\/\S+$/i;

/** The problem of a credential in a place that takes none. */
export const CREDENTIAL_HERE: Problem = {
  message: ({ core }) => core.credentialHere,
  hint: ({ core }) => core.credentialNotStored,
};

/** True for a credential at a path of the configuration where none belongs, and where any program would print it. */
export const isMisplacedCredential = (path: readonly (string | number)[], text: string): boolean =>
  (URL_ALONE.test(text) ? isCredential(text) : looksLikeCredential(text)) && !isSecretAt(path, text);

/** True for a flag that takes a credential, unlike `…-key-file`. */
export const takesCredential = (flag: string): boolean => CREDENTIAL_FLAG.test(flag);
