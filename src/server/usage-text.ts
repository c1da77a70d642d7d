import type { LogSecrets } from "../gateway/log-secrets.ts";
import type { ServedRequest } from "../gateway/served-request.ts";
import { formatLine, type UsageLine } from "../usage/line.ts";
import { servedLine } from "../usage/served-line.ts";

/**
 * A request's line, without the tokens and keys that somebody put into a name.
 * @why the line as a whole is looked at, since hardly any has one; what is escaped in it is looked at field by field.
 */
export function usageText(time: string, served: ServedRequest, secrets: Pick<LogSecrets, "without">): string {
  const line = servedLine(time, served, (said) => secrets.without(said));
  const text = formatLine(line);
  if (!text.includes("\\") && secrets.without(text) === text) return text;
  const clean = Object.entries(line).map(([name, value]) => [name, withoutSecrets(value, secrets)]);
  return formatLine(Object.fromEntries(clean) as UsageLine);
}

function withoutSecrets(value: unknown, secrets: Pick<LogSecrets, "without">): unknown {
  if (typeof value === "string") return secrets.without(value);
  return Array.isArray(value) ? value.map((each) => withoutSecrets(each, secrets)) : value;
}
