import { fail, ok, type Result } from "../../core/result.ts";
import type { Texts } from "../../text/message.ts";
import { repairPaste } from "../paste.ts";
import type { CheckedAnswer } from "../provider.ts";

/**
 * Who pays the provider, and so what a request has to carry.
 * @source https://developers.cloudflare.com/ai-gateway/configuration/bring-your-own-keys/ and unified billing: a key in the
 * request wins over a stored one, which wins over billing; the latter two need an authenticated gateway.
 */
export const CREDENTIALS = [
  { value: "key", label: (t: Texts) => t.cloudflare.fields.credentials.choices.key },
  { value: "stored", label: (t: Texts) => t.cloudflare.fields.credentials.choices.stored },
  { value: "billing", label: (t: Texts) => t.cloudflare.fields.credentials.choices.billing },
] as const;

/** Whether requests must carry no provider key: even a placeholder would be passed on, and refused. */
export const isKeyless = (credentials: string | undefined): credentials is "stored" | "billing" =>
  credentials === "stored" || credentials === "billing";

/** Judges an answer that is one of a few, or with `several` some of them with commas between. */
export function checkChoice(
  allowed: readonly string[],
  { several = false } = {},
): (raw: string) => Result<CheckedAnswer> {
  return (raw) => {
    const given = (several ? raw.split(",") : [raw]).map((part) => part.trim());
    const unknown = given.find((part) => !allowed.includes(part));
    if (unknown !== undefined)
      return fail({
        message: (t) => t.providers.noChoice({ given: unknown.slice(0, 20), allowed: allowed.join(", ") }),
      });
    return ok({ value: allowed.filter((choice) => given.includes(choice)).join(","), repairs: [], warnings: [] });
  };
}

/** @source the dashboard's own form: letters, digits, `-` and `_`, at most 64. */
export function checkAlias(raw: string): Result<CheckedAnswer> {
  const { value, repairs } = repairPaste(raw);
  if (/^[\w-]{1,64}$/.test(value)) return ok({ value, repairs, warnings: [] });
  return fail({ message: (t) => t.cloudflare.aliasForm });
}
