import { editText, type ValueEdit } from "../../src/config/json5-document.ts";
import { parseJson5 } from "../../src/config/json5-parse.ts";
import type { JsonPath, JsonValue } from "../../src/config/json5-value.ts";

function editOne(text: string, edit: ValueEdit): string {
  const parsed = parseJson5(text);
  if (!parsed.ok) throw new Error(`${text} is not JSON5`);
  return editText({ text, value: parsed.value }, [edit]).text;
}

export const setValue = (text: string, path: JsonPath, value: JsonValue): string => editOne(text, { path, value });

export const removeValue = (text: string, path: JsonPath): string => editOne(text, { path, value: undefined });
