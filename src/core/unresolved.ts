import type { Texts } from "../text/message.ts";
import { once } from "./once.ts";

/*
 * The one rule of what is no credential but text in its place: a reference in a spelling that nothing replaces, a
 * command that nothing runs, a file that nothing reads, a placeholder, a masked value, or "Bearer" without a token.
 * Real keys may contain `$`, `%`, `{` and the like, so a form counts only where it is the whole text, or where it cannot
 * be there by chance.
 */

export type UnresolvedKind = keyof Texts["core"]["unresolved"];

export interface Unresolved {
  readonly kind: UnresolvedKind;
  /** The variable that is probably meant, in the spelling of variables. */
  readonly name?: string;
}

/** A name in one case, which random text hardly contains between braces. */
const PLAIN_NAME = "[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*|[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*";
const SCOPE = "env|ENV|process\\.env|import\\.meta\\.env|os\\.environ|secrets|vars";
/** Words that tell a reader what to fill in. */
const WORD = "key|token|secret|password|account|gateway|value|insert|paste|your|here";
const FOLDER = "run|var|home|etc|root|Users|mnt|secrets";

interface Form {
  readonly kind: UnresolvedKind;
  /** Without `^` it is found anywhere. The group `name` is the variable's name, and the last word of `text` may be. */
  readonly pattern: RegExp;
  /** True for what is ordinary text in an ordinary header: `API_KEY` as a kind, `env:prod` as a tag, a title with dots. */
  readonly credentialOnly?: true;
}

/** The first that fits decides. */
const forms = once((): readonly Form[] => [
  { kind: "scheme", pattern: /^Bearer:?$/i },
  { kind: "masked", pattern: /\*{4,}|[•●]{3,}|^\[?(?:REDACTED|redacted)\]?$|^__OPENCLAW_REDACTED__$/ },
  // Shells, Compose, GitHub Actions, editors: `${NAME:-x}`, `${env:NAME}`, `${{ secrets.NAME }}`.
  { kind: "file", pattern: /^[$]?\{(?:file|path):.*\}$/ },
  {
    kind: "reference",
    pattern: /^(?=.*\}$)\$?\$\{\{?\s*!?(?:[a-z][\w.]*[:.])?(?<name>[A-Z_][A-Z0-9_]*(?!\w)|\w[\w-]*).*\}$/,
  },
  { kind: "reference", pattern: /^\$\{(?<name>[A-Z_][A-Z0-9_]*)$|^\$?\$\{.*\}$/ },
  {
    kind: "reference",
    pattern: new RegExp(`\\$\\{(?=[^{}]{3})(?:(?:${SCOPE})[:.])?(?<name>${PLAIN_NAME})(?:\\}|:?[-=?+][^{}\\n]*\\})`),
  },
  // The same without braces, also as PowerShell and Make write it; Kubernetes.
  { kind: "reference", pattern: /^\$env(?::|\{)(?<name>\w+)\}?$/i },
  { kind: "reference", pattern: /^\$?\$(?<name>[A-Z_][A-Z0-9_]*|[a-z][a-z0-9]*(?:_[a-z0-9]+)+)$/ },
  { kind: "reference", pattern: /^\$(?<name>[a-zA-Z]*(?:[kK]ey|[tT]oken|[sS]ecret|[pP]assword))$/ },
  { kind: "reference", pattern: /^\$\((?<name>[A-Z_][A-Z0-9_]*)\)$/ },
  { kind: "command", pattern: /^\$\(.*\)$|\$\([a-z][\w./-]*\s[^)\n]*\)/ },
  // Chats and mails put a value between the same marks.
  { kind: "command", pattern: /^`(?![\w-]{20,}`)[a-z/.~][\w./-]*(?:\s[^`\n]*)?`$/ },
  // cmd.exe.
  { kind: "reference", pattern: /^%(?<name>[A-Za-z_]\w*)%$/ },
  { kind: "reference", pattern: /^([%!@#$~|]{1,2})(?<name>[A-Z][A-Z0-9_]{2,})\1$/ },
  { kind: "reference", pattern: /%(?<name>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)%/ },
  // Jinja, Helm and Handlebars; ERB; Spring and Puppet; CMake and Maven; Octopus; opencode.
  { kind: "reference", pattern: /\{\{(?<text>[^{}]*)\}\}/ },
  { kind: "reference", pattern: /^<%(?<text>.*)%>$/ },
  { kind: "placeholder", pattern: /^\{%.*%\}$/ },
  { kind: "reference", pattern: /^#\{(?:[\w.]+[:.])?(?<name>\w+)\}#?$/ },
  { kind: "reference", pattern: /^__(?<name>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)__$/ },
  { kind: "reference", pattern: /^\{[\w.]+:(?<name>[\w.-]+)\}$/ },
  { kind: "placeholder", pattern: /^\{\s*[A-Za-z][\w .-]*\}$/ },
  // Text of a program.
  { kind: "placeholder", pattern: /^(?:undefined|NaN|\[object Object\])$/ },
  { kind: "placeholder", pattern: /^null$/, credentialOnly: true },
  {
    kind: "reference",
    pattern: /^(?:process\.env|import\.meta\.env|os\.environ)(?:\.|\[["']?)(?<name>[A-Za-z_]\w*)["']?\]?$/,
  },
  {
    kind: "reference",
    pattern: new RegExp(`^(?:${SCOPE})(?:[:.]|\\[["']?)(?<name>[A-Za-z_]\\w*)["']?\\]?$`),
    credentialOnly: true,
  },
  { kind: "reference", pattern: /^(?:[\w$]+\.)*(?:getenv|env|environ\.get|env\.get)!?\(["'](?<name>\w+)["'].*\)$/ },
  { kind: "reference", pattern: /^!(?:env|secret|vault)\s+(?<name>\w+)$/i },
  { kind: "file", pattern: new RegExp(`^(?:file:|@?(?:~|\\.\\.?|/(?:${FOLDER}))/)[\\w./@+-]+$`) },
  {
    kind: "store",
    pattern:
      /^(?!https?:)[a-z][a-z0-9+.-]+:\/\/\S+$|^(?:arn:aws|vault|keychain|keyring|secret|ssm|sops):\S+$|^projects\/[^/]+\/secrets\/\S+$/,
  },
  // For a reader to fill in.
  { kind: "placeholder", pattern: new RegExp(`<[\\w ,'’-]{0,40}(?:${WORD})[\\w ,'’-]{0,40}>`, "i") },
  {
    kind: "placeholder",
    pattern: new RegExp(`^[[(][\\w ,'’-]*(?:${WORD})[\\w ,'’-]*[\\])]$`, "i"),
    credentialOnly: true,
  },
  { kind: "placeholder", pattern: /^<(?!https?:)[\w .,:/'’-]*>$/ },
  {
    kind: "placeholder",
    pattern: /^(?:[a-z0-9]{1,6}[-_])*your[-_ ]?[\w -]*(?:key|token|secret|password)(?:[-_ ]?here)?$/i,
  },
  {
    kind: "placeholder",
    pattern: /^(?:insert|paste|enter|put|replace|change)[-_ ](?:[\w -]*[-_ ])?(?:key|token|secret|password|me|here)$/i,
  },
  { kind: "placeholder", pattern: /^(?:[\w-]*[-_])?[xX]{6,}$|^changeme$/ },
  { kind: "placeholder", pattern: /^[\w-]*(?:\.{3,}|…)[\w-]*$/, credentialOnly: true },
  // The name alone.
  {
    kind: "reference",
    pattern: /^(?<name>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:KEY|TOKEN|SECRET|PASSWORD))$/,
    credentialOnly: true,
  },
]);

/** The kinds that a text must not be, by its use. */
const KINDS: Readonly<Record<TextUse, readonly UnresolvedKind[]>> = {
  credential: ["reference", "command", "file", "store", "placeholder", "masked", "scheme"],
  /** Any text, such as an address. */
  header: ["reference", "command", "placeholder"],
  /** The key of a server on this machine, which takes whatever it gets. */
  "local key": ["reference", "command"],
};

export type TextUse = "credential" | "header" | "local key";

/**
 * Letters and digits alone, as most keys are, fit no form unless one of these words is in them.
 * @why compiling the forms takes longer than the rest of reading the files.
 */
const PLAIN = /^(?:[A-Za-z][\w-]*:?\s+)?["\w-]+$/;
const PLAIN_FORM =
  /^(?:bearer\s*)+$|redacted|^(?:\S+\s+)?(?:__|undefined$|null$|NaN$)|your|insert|paste|enter|put|replace|change|x{6}|_(?:KEY|TOKEN|SECRET|PASSWORD)$/i;

/** Longer text is a certificate, or a header with data. */
const LONGEST = 2_000;

/** `undefined` if the text may be a credential. A scheme such as `Bearer` may stand before it. */
export function unresolvedIn(text: string, use: TextUse = "credential"): Unresolved | undefined {
  const whole = text.trim();
  if (whole === "" || whole.length > LONGEST || (PLAIN.test(whole) && !PLAIN_FORM.test(whole))) return undefined;
  const scheme = use === "header" ? /^Bearer:?\s+/i : /^[A-Za-z][\w-]*:?\s+/;
  return formOf(whole, use) ?? (scheme.test(whole) ? formOf(whole.replace(scheme, ""), use) : undefined);
}

function formOf(value: string, use: TextUse): Unresolved | undefined {
  for (const { kind, pattern, credentialOnly } of forms()) {
    const isJudged = KINDS[use].includes(kind) && !(credentialOnly && use === "header");
    const match = isJudged ? pattern.exec(value) : null;
    if (match === null) continue;
    const { name = lastName(match.groups?.text), text } = match.groups ?? {};
    // A template without a name is for a reader to fill in.
    if (name === undefined) return { kind: text === undefined ? kind : "placeholder" };
    return { kind, name: variableName(name) };
  }
  return undefined;
}

const lastName = (text = ""): string | undefined =>
  text.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g)?.at(-1) ?? text.match(/[A-Za-z_]\w*/g)?.at(-1);

/** `apiKey`, `api-key` and `api.key` as `API_KEY`. */
function variableName(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/[^A-Za-z0-9]+/g, "_");
  return words.replace(/^(?=\d)|^_+(?=\d)/, "_").toUpperCase();
}
