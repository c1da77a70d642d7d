import { isList, isObject, type JsonPath, type JsonValue } from "../config/json5-value.ts";
import {
  isSecretAssignment,
  isSecretAt,
  isSecretFlag,
  isSecretReference,
  MASK,
  mask,
  maskUrls,
  withoutCredentials,
} from "../core/redact.ts";

/** A key that holds one credential, unlike `maxTokens`; people write passwords without quotes. */
const ONE_CREDENTIAL = /(?:key|token|secret|password|passwd|passphrase|credential)$/i;

/** A value of the configuration as it may be shown; `path` is where it stands. References stay as they are. */
export function maskedValue(value: JsonValue, path: JsonPath): JsonValue {
  if (typeof value === "string") return maskedText(value, path);
  if (typeof value === "number") return isSecretNumber(path) ? MASK : value;
  if (isList(value)) {
    return value.map((item, index) => {
      const before = value[index - 1];
      const isArgument = typeof item === "string" && typeof before === "string" && isSecretFlag(before);
      return isArgument ? mask(item) : maskedValue(item, [...path, index]);
    });
  }
  if (!isObject(value) || isSecretReference(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [withoutCredentials(key), maskedValue(item, [...path, key])]),
  );
}

function maskedText(text: string, path: JsonPath): string {
  if (isSecretAt(path, text)) return mask(text);
  if (isSecretAssignment(text)) return text.replace(/=.*/s, `=${MASK}`);
  return maskUrls(withoutCredentials(text));
}

function isSecretNumber(path: JsonPath): boolean {
  const keys = path.filter((step) => typeof step === "string");
  return ONE_CREDENTIAL.test(keys.at(-1) ?? "") || keys.some((key) => /^(?:headers|vars)$/i.test(key));
}
