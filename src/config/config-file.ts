import { delimiter, dirname } from "node:path";
import { readIfPresent, realPath } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { attempt, OpenclawError } from "../core/errors.ts";
import { expandHome } from "../core/path-variable.ts";
import { ok, type Result } from "../core/result.ts";
import type { Message } from "../text/message.ts";
import { hasEarlierVersion } from "./backups.ts";
import { hasInclude, isInside, mergedValue, type ReadSource, type SourceFile } from "./include.ts";
import { type JsonValue, parsePlainJson } from "./json5-value.ts";
import { type Config, schemaProblems } from "./schema.ts";
import { decodeUtf8 } from "./utf8.ts";

export type ConfigContext = Pick<Context, "files" | "env" | "homedir">;

export interface LoadedConfig {
  /** False if there is no file yet; `config` is then empty. */
  readonly exists: boolean;
  readonly root: SourceFile;
  readonly config: Config;
  /** The raw content of every file read, by path. */
  readonly bytes: ReadonlyMap<string, Buffer | undefined>;
  readonly read: ReadSource;
}

/** @source the published OpenClaw rejects larger included files. */
const MAX_INCLUDE_MIB = 2;

export const EMPTY = "{}\n";

interface ReadOptions {
  /** Called for every included file, even one that cannot be read. */
  readonly onInclude?: ((path: string) => void) | undefined;
  /** Read in place of what the root file says. */
  readonly content?: Buffer | undefined;
  /** An earlier result; files with the same content are not parsed again. */
  readonly known?: Pick<LoadedConfig, "root" | "bytes" | "read"> | undefined;
}

export interface ReadConfig extends Omit<LoadedConfig, "config"> {
  readonly value: JsonValue;
}

/**
 * Reads `openclaw.json` and its includes. A missing file is an empty configuration. Throws `config.syntax`,
 * `config.invalid` (listing every problem with line and column), `config.include`, `file.access`.
 */
export async function loadConfig(path: string, context: ConfigContext, options?: ReadOptions): Promise<LoadedConfig> {
  const { value, ...rest } = await readConfig(path, context, options);
  await assertValid(value, rest.root, rest.read, context);
  return { ...rest, config: value as Config };
}

/** Like `loadConfig`, but without validation. Throws `config.syntax`, `config.include`, `file.access`. */
export async function readConfig(
  path: string,
  context: ConfigContext,
  { onInclude = () => {}, known, content }: ReadOptions = {},
): Promise<ReadConfig> {
  const bytes = new Map<string, Buffer | undefined>();
  const sources = new Map<string, SourceFile>();
  const rootBytes = content ?? readIfPresent(path, context);
  const textOf = (file: string, content: Buffer | undefined) =>
    content === undefined ? EMPTY : decodeUtf8(content, file, "config.syntax");
  const rootText = textOf(path, rootBytes);
  const parse = await parserFor(rootText);
  const parsed = (file: string, content: Buffer | undefined): SourceFile => {
    const text = content === rootBytes ? rootText : textOf(file, content);
    return { path: file, text, value: parseSource(file, text, parse, context) };
  };
  const source = (file: string, content: Buffer | undefined): SourceFile => {
    const loaded = knownSource(file, content, known) ?? parsed(file, content);
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

function knownSource(file: string, content: Buffer | undefined, known: ReadOptions["known"]): SourceFile | undefined {
  const before = known?.bytes.get(file);
  if (known === undefined || before === undefined || content === undefined || !content.equals(before)) return undefined;
  return file === known.root.path ? known.root : known.read(file);
}

/**
 * The files a configuration includes, as far as they can be discovered if one of them is damaged. Throws `file.access`:
 * what cannot be read for the moment may include more.
 */
export async function includedFiles(path: string, context: ConfigContext): Promise<readonly string[]> {
  const files = new Set<string>();
  const read = await attempt(() => readConfig(path, context, { onInclude: (file) => files.add(file) }));
  // A damaged configuration is a reason to run undo, so other errors are ignored.
  if (!read.ok && read.error.code === "file.access") throw read.error;
  files.delete(path);
  return [...files];
}

type Parser = (text: string) => Result<JsonValue>;

/** Loads the large JSON5 parser only if the root file is not plain JSON or has includes. */
async function parserFor(rootText: string): Promise<Parser> {
  const plain = parsePlainJson(rootText);
  return plain === undefined || hasInclude(plain) ? (await import("./json5-parse.ts")).parseJson5 : () => ok(plain);
}

function parseSource(path: string, text: string, parse: Parser, context: Pick<Context, "files">): JsonValue {
  const parsed = parse(text);
  if (parsed.ok) return parsed.value;
  throw new OpenclawError((text) => text.config.notReadable, {
    code: "config.syntax",
    problems: [{ ...parsed.error, where: path }],
    hint: fixHint(path, parse, context),
  });
}

/** Included files must be inside the configuration's folder or one of `OPENCLAW_INCLUDE_ROOTS`. */
function readInclude(path: string, rootPath: string, context: ConfigContext): Buffer {
  const roots = (context.env.OPENCLAW_INCLUDE_ROOTS ?? "").split(delimiter).filter((root) => root !== "");
  // A missing file is reported below.
  const real = (file: string) => realPath(file, context) ?? file;
  const allowed = [dirname(rootPath), ...roots.map((root) => expandHome(root, context))];
  // Also allow the real file's folder, for a configuration symlinked into a dotfiles repository.
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

export async function assertValid(
  value: JsonValue,
  root: SourceFile,
  read: ReadSource,
  context: Pick<Context, "files">,
): Promise<void> {
  const problems = schemaProblems(value);
  if (problems.length === 0) return;
  // Finding positions needs the scanner, which a valid file never loads.
  const { placeOf } = await import("./json5-document.ts");
  const { parseJson5 } = await import("./json5-parse.ts");
  throw new OpenclawError((text) => text.config.notAllowed, {
    code: "config.invalid",
    problems: problems.map(({ path, message, hint }) => ({
      message,
      ...(hint && { hint }),
      ...placeOf(path, root, read),
    })),
    hint: fixHint(root.path, parseJson5, context),
  });
}

/** Names `undo` only where it would find something. */
function fixHint(path: string, parse: Parser, context: Pick<Context, "files">): Message {
  const mayUndo = hasEarlierVersion(path, (text) => parse(text).ok, context);
  return ({ config }) => (mayUndo ? config.fixOrUndo : config.fixFile);
}
