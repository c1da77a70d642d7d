import type { Problem } from "../core/result.ts";
import { ownerOf, type ReadSource, type SourceFile } from "./include.ts";
import { locate } from "./json5-document.ts";
import type { JsonPath } from "./json5-value.ts";

/** The file and position that decide a value, includes followed. */
export function placeOf(path: JsonPath, root: SourceFile, read: ReadSource): Pick<Problem, "where" | "position"> {
  const { file, path: inFile } = ownerOf(root, path, read);
  const position = locate(file.text, inFile);
  return position === undefined ? { where: file.path } : { where: file.path, position };
}
