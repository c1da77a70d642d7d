import { type Command, InvalidArgumentError, Option } from "commander";
import type { Context } from "../../core/context.ts";
import { fail, ok, type Problem, type Result } from "../../core/result.ts";
import type { GivenFlags } from "../../onboard/answers.ts";
import { BINDS, isPort } from "../../onboard/gateway-values.ts";
import type { Provider } from "../../providers/provider.ts";

/** Flags as commander hands them over: by camel-cased name, only those that were given. */
export interface Flags {
  readonly authChoice?: string;
  readonly nonInteractive?: boolean;
  readonly mode?: "local";
  readonly flow?: "quickstart" | "advanced" | "manual";
  readonly model?: string;
  readonly setDefault?: boolean;
  readonly secretInputMode: "plaintext" | "ref";
  readonly gatewayPort?: number;
  readonly gatewayBind?: string;
  readonly gatewayAuth?: "token" | "none";
  readonly gatewayToken?: string;
  readonly gatewayTokenRefEnv?: string;
  readonly verify?: boolean | "message";
  readonly accessible?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly [name: string]: unknown;
}

/** The choice that sets up the local gateway only. */
export const SKIP = "skip";

/** Flags of the published CLI that mean nothing here; scripts that pass them keep running. */
const WITHOUT_EFFECT = [
  "--skip-health",
  "--skip-channels",
  "--skip-skills",
  "--skip-search",
  "--skip-hooks",
  "--skip-ui",
  "--skip-bootstrap",
  "--skip-daemon",
  "--install-daemon",
  "--no-install-daemon",
  "--daemon-runtime <runtime>",
  "--suppress-gateway-token-output",
  "--workspace <dir>",
  "--node-manager <name>",
  "--tailscale <mode>",
  "--tailscale-reset-on-exit",
];

export function addFlags(command: Command, providers: readonly Provider[]): Command {
  command
    .addOption(
      new Option("--auth-choice <choice>", "what to set up").choices([
        ...providers.map(({ authChoice }) => authChoice),
        SKIP,
      ]),
    )
    .option("--non-interactive", "ask nothing: take everything from flags, variables and today's files")
    .addOption(new Option("--mode <mode>", "where the gateway runs").choices(["local"]))
    .addOption(
      new Option("--flow <flow>", "how much to ask; manual is advanced").choices(["quickstart", "advanced", "manual"]),
    );
  for (const { fields } of providers) for (const field of fields) addFieldFlags(command, field);
  command
    .option("--model <ref>", "make this the default model")
    .option("--set-default", "make the provider's model the default even if another provider's is")
    .addOption(
      new Option("--secret-input-mode <mode>", "store secrets in .env, or refer to variables")
        .choices(["plaintext", "ref"])
        .default("plaintext"),
    )
    .addOption(new Option("--gateway-port <port>", "port of the local gateway").argParser(parsePort))
    .addOption(new Option("--gateway-bind <bind>", "who may reach it").choices(Object.keys(BINDS)))
    .addOption(new Option("--gateway-auth <auth>", "how its clients identify themselves").choices(["token", "none"]))
    .option("--gateway-token <token>", "the token they present; a random one is made if there is none")
    .option("--gateway-token-ref-env <name>", "refer to this variable for the token instead of storing one")
    .addOption(
      new Option(
        "--verify [kind]",
        "check the set-up before saving; `message` has one token generated, which costs it",
      ).choices(["message"]),
    )
    .option("--no-verify", "do not check; at a terminal it is checked unless this is given")
    .option("--accessible", "ask plain numbered questions; also OPENCLAW_ACCESSIBLE=1 or TERM=dumb")
    .option("--dry-run", "show what would change and write nothing")
    .option("--json", "print one JSON document")
    .addOption(new Option("--accept-risk", "accepted for scripts of the published CLI").hideHelp());
  for (const flags of WITHOUT_EFFECT) command.addOption(new Option(flags).hideHelp());
  return command;
}

function addFieldFlags(command: Command, { flag, label, secret, env }: Provider["fields"][number]): void {
  command.option(`--${flag} <value>`, label);
  if (!secret) return;
  command.option(`--${flag}-file <path>`, `the same, read from a file; - is standard input`);
  command.option(`--${flag}-env <name>`, `the same, read from another variable than ${env[0]}`);
}

function parsePort(text: string): number {
  if (isPort(text)) return Number(text);
  throw new InvalidArgumentError("Allowed are whole numbers from 1 to 65535.");
}

/** The flags that were given and do nothing here, as they were spelled. */
export function flagsWithoutEffect(command: Command): readonly string[] {
  const names = new Set(WITHOUT_EFFECT.map((flags) => flags.split(" ")[0]));
  return command.options
    .filter(({ long }) => long !== undefined && names.has(long))
    .filter((option) => command.getOptionValueSource(option.attributeName()) === "cli")
    .filter((option) => option.negate === (command.getOptionValue(option.attributeName()) === false))
    .map(({ long }) => long ?? "");
}

/** Whether any of a provider's own flags was given. */
export function mentions({ fields }: Provider, flags: Flags): boolean {
  return fields.some(({ flag }) =>
    ["", "-file", "-env"].some((ending) => flags[camelCase(flag + ending)] !== undefined),
  );
}

/** A provider's flags with files read, and every problem among them. */
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
    const [value, path, variable] = ["", "-file", "-env"].map(
      (ending) => flags[camelCase(flag + ending)] as string | undefined,
    );
    const used = [value, path, variable].filter((part) => part !== undefined).length;
    if (used > 1)
      problems.push({
        where: `--${flag}`,
        message: `Only one of --${flag}, --${flag}-file and --${flag}-env can be given.`,
      });
    if (variable !== undefined) variables[id] = variable;
    const read = path === undefined ? ok(value) : await readSecretFile(path, `--${flag}-file`, context);
    if (!read.ok) problems.push(read.error);
    else if (read.value?.trim() === "") empty.push(id);
    else if (read.value !== undefined)
      raw[id] = { raw: read.value, source: path === undefined ? `--${flag}` : `--${flag}-file` };
  }
  return { given: { raw, variables, empty, mode: flags.secretInputMode }, problems };
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
    return ok(files.readFileSync(path, "utf8"));
  } catch (error) {
    return fail({ where, message: `${path} cannot be read (${(error as NodeJS.ErrnoException).code}).` });
  }
}

/** Every variable that a flag names, so that it is looked up with the others. */
export function variablesNamed(providers: readonly Provider[], flags: Flags): readonly string[] {
  const names = providers.flatMap(({ fields }) => fields.map(({ flag }) => flags[camelCase(`${flag}-env`)]));
  return [...names, flags.gatewayTokenRefEnv].filter((name) => typeof name === "string");
}

/** As commander names what it parsed. */
function camelCase(flag: string): string {
  return flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
