import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Problem } from "../core/result.ts";
import type { CommandLine, Settled } from "../onboard/settle.ts";
import type { Provider } from "../providers/provider.ts";
import { PROVIDERS } from "../providers/registry.ts";
import { mentions, readFieldFlags } from "./flag-answers.ts";
import { type Flags, SKIP } from "./onboard-flags.ts";

/** The command line with its files read and its provider found. */
export async function readCommandLine(
  flags: Flags,
  flagProblems: readonly Problem[],
  context: Context,
): Promise<CommandLine> {
  const provider = providerOf(flags);
  const { given, problems } = await readFieldFlags(provider ?? undefined, flags, context);
  return {
    provider,
    given,
    gateway: flags,
    service: flags.skipDaemon ? false : flags.installDaemon,
    model: flags.model,
    setDefault: flags.setDefault ?? false,
    flow: flags.flow === "quickstart" || flags.flow === undefined ? "quickstart" : "advanced",
    problems: [...flagProblems, ...problems, ...(flags.skipDaemon && flags.installDaemon ? [DAEMON_CONFLICT] : [])],
  };
}

const DAEMON_CONFLICT: Problem = {
  where: "--install-daemon",
  message: "It contradicts --skip-daemon.",
  hint: "Pass one of them.",
};

/** The provider that is named, or whose flags were given; null for none at all. */
function providerOf(flags: Flags): Provider | null | undefined {
  if (flags.authChoice === SKIP) return null;
  return PROVIDERS.find((provider) =>
    flags.authChoice === undefined ? mentions(provider, flags) : provider.authChoice === flags.authChoice,
  );
}

/** What was settled, once nothing stands against it; otherwise one error that names everything. Throws `usage.*`. */
export function decided<T>(
  { value, missing, notes, problems: unusable }: Settled<T>,
  context: Pick<Context, "err">,
): T {
  const problems = [...unusable, ...missing];
  if (problems.length > 0) {
    const what = problems.length === 1 ? "One answer is" : `${problems.length} answers are`;
    const code = unusable.length > 0 ? "usage.invalid" : "usage.missing";
    throw new OpenclawError(`${what} missing or cannot be used; nothing was written.`, { code, problems });
  }
  for (const note of notes) context.err(`${note}\n`);
  return value;
}
