import { isAbsolute, resolve } from "node:path";
import type { Texts } from "../text/message.ts";
import { type Context, lookUp, type VariableName } from "./context.ts";
import { OpenclawError, unlessFails } from "./errors.ts";

/** Why a variable's value is no path that anybody meant. Each has a sentence in `Texts.core.oddPath`. */
type Oddity = keyof Texts["core"]["oddPath"];

type PathContext = Pick<Context, "env" | "homedir" | "cwd">;

export function expandHome(path: string, context: Pick<Context, "homedir">): string {
  return path.replace(/^~(?=$|[\\/])/, () => context.homedir());
}

/** The absolute path that a person wrote; the working folder, which may be gone, is asked for only if it is needed. */
export function absolutePath(path: string, context: Pick<Context, "homedir" | "cwd">): string {
  const expanded = expandHome(path, context);
  return isAbsolute(expanded) ? expanded : resolve(context.cwd(), expanded);
}

/**
 * The absolute path that a variable names, with `~` as the home folder. Empty counts as unset. Throws `usage.invalid`
 * for a value that would lead to a folder nobody meant, and says what was probably meant.
 */
export function pathIn(name: VariableName, context: PathContext): string | undefined {
  const value = context.env[name]?.trim();
  if (!value) return undefined;
  const oddity = oddityOf(value);
  if (oddity === undefined) return resolve(expandHome(value, context));
  const meant = oddity === "noValue" && !/[\\/]/.test(value) ? undefined : probablyMeant(value, context);
  throw new OpenclawError(({ core }) => core.oddPath[oddity]({ name, value }), {
    code: "usage.invalid",
    hint: ({ core }) => core.fixPath({ name, meant }),
  });
}

/** Node shows bytes of a variable that are not UTF-8 as this character, and would create another folder. */
export const isUtf8Variable = (value: string): boolean => !value.includes("\uFFFD");

const NAME_IN_PATH = /\$\{(\w+)\}|\$(\w+)|%(\w+)%/g;

const QUOTES = /^["']|["']$|"/;

/** Texts that programs write for a variable without a value, alone or as the start of a path. */
const NO_VALUE = /^(?:undefined|null|none|nil|NaN|false|\[object Object\])(?=$|[\\/])/;

function oddityOf(value: string): Oddity | undefined {
  if (!isUtf8Variable(value)) return "notUtf8";
  if (/\p{Cc}/u.test(value)) return "controlCharacter";
  if (QUOTES.test(value)) return "quotes";
  if (value.search(NAME_IN_PATH) !== -1) return "unexpanded";
  if (NO_VALUE.test(value) || /^\/(?:undefined|null)(?=$|\/)/.test(value)) return "noValue";
  return isAbsolute(value) || /^~(?=$|[\\/])/.test(value) ? undefined : "relative";
}

/** `undefined` where no sound path can be made of the value. */
function probablyMeant(value: string, context: PathContext): string | undefined {
  const unquoted = value.replace(/^["']|["']$/g, "").replaceAll('"', "");
  const names = [...unquoted.matchAll(NAME_IN_PATH)].map(([, ...found]) => found.find(Boolean) ?? "");
  // A name without a value leaves no path to suggest.
  if (names.some((name) => !lookUp(name, context.env))) return undefined;
  const filled = unquoted.replace(NAME_IN_PATH, (_, ...found) => lookUp(found.find(Boolean) ?? "", context.env) ?? "");
  const rooted = filled.replace(/^\/?(?:undefined|null|none|nil)(?=[\\/])/, "~");
  if (rooted === "" || /\p{Cc}|\uFFFD|^~[^\\/]/u.test(rooted)) return undefined;
  // Without a home or working folder, what is wrong is said all the same.
  return unlessFails(() => resolve(absolutePath(rooted, context)));
}
