import { OpenclawError } from "../core/errors.ts";
import type { Problem } from "../core/result.ts";
import { ownerOf, type ReadSource, type SourceFile } from "./include.ts";
import { locate } from "./json5-document.ts";
import type { JsonPath } from "./json5-value.ts";

/**
 * The file and position that decide a value, includes followed; the root file alone where that is an item of a list
 * that is put together from several files.
 */
export function placeOf(path: JsonPath, root: SourceFile, read: ReadSource): Pick<Problem, "where" | "position"> {
  try {
    const { file, path: inFile } = ownerOf(root, path, read);
    const position = locate(file.text, inFile);
    return position === undefined ? { where: file.path } : { where: file.path, position };
  } catch (error) {
    if (error instanceof OpenclawError && error.code === "config.include") return { where: root.path };
    throw error;
  }
}
