import type { Choice } from "../core/context.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Finding } from "../providers/finding.ts";
import { type Field, helperOf } from "../providers/provider.ts";
import { en } from "../text/en/index.ts";
import { say } from "../text/message.ts";
import { type FieldAnswer, valuesOf } from "./answers.ts";
import type { OpenLookup } from "./lookup.ts";
import type { Wishes } from "./plan.ts";
import type { CommandLine, Settled } from "./settle.ts";

/** The command line with what the token on it finds for answers that are missing, and why it does not find the rest. */
export async function findMissing(
  line: CommandLine,
  { value, missing }: Settled<Wishes>,
  openLookup: OpenLookup,
): Promise<CommandLine> {
  const { provider, answers } = value.provider ?? {};
  const token = provider && helperOf(provider);
  const given = token && answers?.[token.id];
  const lookup = provider && given?.kind === "store" ? await openLookup(provider, given.value) : undefined;
  if (lookup === undefined) return line;
  const found: Record<string, FieldAnswer> = {};
  for (const field of provider?.fields ?? []) {
    const isMissing = field.found !== undefined && missing.some(({ where }) => where === `--${field.flag}`);
    if (!isMissing) continue;
    const only = onlyOne(field, token, await lookup.choices(field, valuesOf({ ...answers, ...found })));
    // What is asked for next depends on what was found before.
    if (!only.ok) return { ...line, found, problems: [...line.problems, only.error] };
    found[field.id] = { kind: "value", value: only.value, source: `the ${say(token?.label ?? "", en)}` };
  }
  return { ...line, found };
}

/** The only one of its kind is taken; of several somebody has to choose. */
function onlyOne(
  field: Field,
  token: Field | undefined,
  listed: Result<readonly Choice<string>[], Finding>,
): Result<string> {
  const where = `--${field.flag}`;
  if (!listed.ok) return fail({ where: `--${token?.flag}`, message: listed.error.message, hint: listed.error.fix });
  const [only, ...others] = listed.value;
  if (only === undefined) return fail({ where, message: `There is no ${field.found} yet.`, hint: field.help });
  if (others.length === 0) return ok(only.value);
  const hint = `Pass one of: ${listed.value.map(({ label }) => label).join(", ")}.`;
  return fail({ where, message: `The token finds ${listed.value.length} ${field.found}s.`, hint });
}
