import { VARIABLE_NAME } from "../config/variables.ts";
import type { Context } from "../core/context.ts";
import { fail, ok, type Problem, type Result } from "../core/result.ts";
import type { GivenFlags } from "../onboard/resolve-answers.ts";
import type { Provider } from "../providers/provider.ts";
import type { Flags } from "./onboard-flags.ts";

/** Far more than any credential has; a device or another big file given by mistake is not read to its end. */
const MAX_SECRET_BYTES = 64 * 1024;

/** Whether any of a provider's own flags was given. */
export function mentions({ fields }: Provider, flags: Flags): boolean {
  return fields.some(({ flag }) => Object.values(ofField(flag, flags)).some((value) => value !== undefined));
}

/** Every variable that a flag names, so that it is looked up with the others. */
export function variablesNamed(providers: readonly Provider[], flags: Flags): readonly string[] {
  const named = providers.flatMap(({ fields }) => fields.map(({ flag }) => ofField(flag, flags).variable));
  return [...named, flags.gatewayTokenRefEnv].filter(
    (name) => name !== undefined && VARIABLE_NAME.test(name),
  ) as string[];
}

/** A provider's flags with files read, and every problem among them. What may be a credential is never repeated. */
export async function readFieldFlags(
  provider: Provider | undefined,
  flags: Flags,
  context: Pick<Context, "files" | "readStdin" | "terminal">,
): Promise<{ readonly given: GivenFlags; readonly problems: readonly Problem[] }> {
  const raw: Record<string, { raw: string; source: string }> = {};
  const variables: Record<string, string> = {};
  const empty: string[] = [];
  const problems: Problem[] = [];
  for (const { id, flag } of provider?.fields ?? []) {
    const { value, path, variable } = ofField(flag, flags);
    if ([value, path, variable].filter((part) => part !== undefined).length > 1) {
      const message = `Only one of --${flag}, --${flag}-file and --${flag}-env can be given.`;
      problems.push({ where: `--${flag}`, message });
    }
    if (variable !== undefined && VARIABLE_NAME.test(variable)) variables[id] = variable;
    else if (variable !== undefined) problems.push(notAName(`--${flag}-env`));
    const source = path === undefined ? `--${flag}` : `--${flag}-file`;
    const read = path === undefined ? ok(value) : await readSecretFile(path, source, context);
    if (!read.ok) problems.push(read.error);
    else if (read.value?.trim() === "") empty.push(id);
    else if (read.value !== undefined) raw[id] = { raw: read.value, source };
  }
  return { given: { raw, variables, empty, mode: flags.secretInputMode ?? "plaintext" }, problems };
}

/** What is said of a flag that wants the name of a variable, and may have got its value. */
const notAName = (where: string): Problem => ({
  where,
  message: "This is not the name of a variable.",
  hint: "It takes upper-case letters, digits and '_'; the value itself belongs into the variable.",
});

function ofField(flag: string, flags: Flags): { value?: string; path?: string; variable?: string } {
  const [value, path, variable] = ["", "-file", "-env"].map((ending) => flags[camelCase(flag + ending)]);
  const texts = { value, path, variable };
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => typeof text === "string"));
}

async function readSecretFile(
  path: string,
  where: string,
  { files, readStdin, terminal }: Pick<Context, "files" | "readStdin" | "terminal">,
): Promise<Result<string>> {
  if (path === "-") {
    if (terminal.stdin)
      return fail({ where, message: "Standard input is a terminal.", hint: "Pipe the value in, or name a file." });
    return ok(await readStdin());
  }
  try {
    const stats = files.statSync(path);
    if (!stats.isFile()) return fail({ where, message: "It names something that is not a file." });
    if (stats.size > MAX_SECRET_BYTES) return fail({ where, message: "The file is too large to hold a credential." });
    return ok(files.readFileSync(path, "utf8"));
  } catch (error) {
    // The path is not repeated: people put the credential itself here.
    return fail({
      where,
      message: `The file that it names cannot be read (${(error as NodeJS.ErrnoException).code}).`,
    });
  }
}

/** As commander names what it parsed. */
function camelCase(flag: string): string {
  return flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
