import { delimiter, dirname } from "node:path";
import { readIfPresent, realPath } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { attempt, type ErrorCode, OpenclawError } from "../core/errors.ts";
import { expandHome } from "../core/paths.ts";
import { ok, type Position, type Result } from "../core/result.ts";
import { hasInclude, isInside, mergedValue, type ReadSource, type SourceFile } from "./include.ts";
import { type JsonValue, parsePlainJson } from "./json5-value.ts";
import { type Config, schemaProblems } from "./schema.ts";

/** Access that reading the configuration needs. */
export type ConfigContext = Pick<Context, "files" | "env" | "homedir">;

export interface LoadedConfig {
  /** False when there is no file yet; `config` is then empty. */
  readonly exists: boolean;
  readonly root: SourceFile;
  /** The merged content of all files, valid by the schema. */
  readonly config: Config;
  /** The bytes of every file that was read, by path. */
  readonly bytes: ReadonlyMap<string, Buffer | undefined>;
  readonly read: ReadSource;
}

/** @source the published OpenClaw refuses included files above this size. */
const MAX_INCLUDE_MIB = 2;

/** The text of a missing file, for an edit. */
export const EMPTY = "{}\n";

/** The content of the files, not yet judged by the schema. */
export interface ReadConfig extends Omit<LoadedConfig, "config"> {
  readonly value: JsonValue;
}

/**
 * Reads `openclaw.json` and what it includes. A missing file is an empty configuration.
 * Throws `config.syntax`, `config.invalid` (every problem, with line and column), `config.include`, `file.access`.
 */
export async function loadConfig(
  path: string,
  context: ConfigContext,
  onInclude?: (path: string) => void,
): Promise<LoadedConfig> {
  const { value, ...rest } = await readConfig(path, context, onInclude);
  await assertValid(value, rest.root, rest.read);
  return { ...rest, config: value as Config };
}

/**
 * The same without judging the content. `onInclude` is called for every included file, even if it cannot be read.
 * Throws `config.syntax`, `config.include`, `file.access`.
 */
export async function readConfig(
  path: string,
  context: ConfigContext,
  onInclude: (path: string) => void = () => {},
): Promise<ReadConfig> {
  const bytes = new Map<string, Buffer | undefined>();
  const sources = new Map<string, SourceFile>();
  const rootBytes = readIfPresent(path, context);
  const textOf = (file: string, content: Buffer | undefined) =>
    content === undefined ? EMPTY : decodeUtf8(content, file, "config.syntax");
  const parse = await parserFor(textOf(path, rootBytes));
  const source = (file: string, content: Buffer | undefined): SourceFile => {
    const text = textOf(file, content);
    const loaded = { path: file, text, value: parseSource(file, text, parse) };
    bytes.set(file, content);
    sources.set(file, loaded);
    return loaded;
  };
  const root = source(path, rootBytes);
  const read: ReadSource = (file) => {
    onInclude(file);
    return sources.get(file) ?? source(file, readInclude(file, path, context));
  };
  const value = hasInclude(root.value) ? mergedValue(root, read) : root.value;
  return { exists: bytes.get(path) !== undefined, root, value, bytes, read };
}

/** The files that a configuration includes, as far as they can be found if one of them is damaged. */
export async function includedFiles(path: string, context: ConfigContext): Promise<readonly string[]> {
  const files = new Set<string>();
  // A damaged configuration is a reason to undo.
  await attempt(() => readConfig(path, context, (file) => files.add(file)));
  files.delete(path);
  return [...files];
}

type Parser = (text: string) => Result<JsonValue>;

/** The JSON5 parser is large: it is loaded only if the root file is not plain JSON, or includes others. */
async function parserFor(rootText: string): Promise<Parser> {
  const plain = parsePlainJson(rootText);
  return plain === undefined || hasInclude(plain) ? (await import("./json5-parse.ts")).parseJson5 : () => ok(plain);
}

function parseSource(path: string, text: string, parse: Parser): JsonValue {
  const parsed = parse(text);
  if (parsed.ok) return parsed.value;
  throw new OpenclawError((text) => text.config.notReadable, {
    code: "config.syntax",
    problems: [{ ...parsed.error, where: path }],
    hint: (text) => text.config.fixOrUndo,
  });
}

/** Reads an included file, which must be in the configuration's folder or in one of `OPENCLAW_INCLUDE_ROOTS`. */
function readInclude(path: string, rootPath: string, context: ConfigContext): Buffer {
  const roots = (context.env.OPENCLAW_INCLUDE_ROOTS ?? "").split(delimiter).filter((root) => root !== "");
  // A file that is missing is reported as such below.
  const real = (file: string) => realPath(file, context) ?? file;
  const allowed = [dirname(rootPath), ...roots.map((root) => expandHome(root, context))];
  // The folder of the real file counts too, for a configuration that is a link into a dotfiles repository.
  const folders = [...allowed.map(real), dirname(real(rootPath))];
  const names = { file: rootPath, path };
  if (!isInside(real(path), folders)) {
    throw new OpenclawError(({ config }) => config.includeOutside(names), {
      code: "config.include",
      hint: ({ config }) => config.moveInclude,
    });
  }
  const content = readIfPresent(path, context);
  if (content === undefined)
    throw new OpenclawError(({ config }) => config.includeMissing(names), { code: "config.include" });
  if (content.length > MAX_INCLUDE_MIB * 1024 * 1024) {
    throw new OpenclawError(({ config }) => config.includeTooLarge({ ...names, maxMib: MAX_INCLUDE_MIB }), {
      code: "config.include",
    });
  }
  return content;
}

/** Throws `config.invalid`. */
export async function assertValid(value: JsonValue, root: SourceFile, read: ReadSource): Promise<void> {
  const problems = schemaProblems(value);
  if (problems.length === 0) return;
  // Finding places needs the scanner, which a good file never loads.
  const { placeOf } = await import("./json5-document.ts");
  throw new OpenclawError((text) => text.config.notAllowed, {
    code: "config.invalid",
    problems: problems.map(({ path, message }) => ({ message, ...placeOf(path, root, read) })),
    hint: (text) => text.config.fixOrUndo,
  });
}

const REPLACEMENT = "\uFFFD";

/**
 * The text of a file that may be rewritten, with its byte order mark. Bytes that are not UTF-8 would be lost, so it
 * throws `code` with the position of the first of them.
 */
export function decodeUtf8(bytes: Buffer, path: string, code: ErrorCode): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new OpenclawError(({ config }) => config.notUtf8, {
      code,
      problems: [{ message: ({ config }) => config.notUtf8Here, where: path, position: firstBadByte(bytes) }],
      hint: ({ config }) => config.saveAsUtf8,
      cause,
    });
  }
}

/** Compares each replacement character with the bytes, as the file may contain real ones. */
function firstBadByte(bytes: Buffer): Position {
  const text = bytes.toString("utf8");
  let [offset, from] = [0, 0];
  let at = text.indexOf(REPLACEMENT);
  while (at !== -1) {
    offset += Buffer.byteLength(text.slice(from, at));
    if (bytes.toString("latin1", offset, offset + 3) !== "\xEF\xBF\xBD") break;
    [offset, from] = [offset + 3, at + 1];
    at = text.indexOf(REPLACEMENT, from);
  }
  const lines = text
    .slice(0, Math.max(at, 0))
    .replace(/^\uFEFF/, "")
    .split(/\r\n?|\n/);
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
