import { type Command, Option } from "commander";
import { scrub } from "../core/redact.ts";
import type { Problem } from "../core/result.ts";
import { BINDS, isPort } from "../onboard/gateway-values.ts";
import type { Field, Provider } from "../providers/provider.ts";
import { say, type Texts } from "../text/message.ts";

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
  readonly installDaemon?: boolean;
  readonly skipDaemon?: boolean;
  readonly accessible?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly [name: string]: unknown;
}

const FLOWS = ["quickstart", "advanced", "manual"] as const;

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
  "--suppress-gateway-token-output",
  "--workspace <dir>",
  "--node-manager <name>",
  "--tailscale <mode>",
  "--tailscale-reset-on-exit",
];

/** Adds the flags. What is wrong with a value is added to `problems` while the command line is parsed. */
export function addFlags(command: Command, providers: readonly Provider[], problems: Problem[], text: Texts): Command {
  const choices = [...providers.map(({ authChoice }) => authChoice), SKIP];
  command
    .addOption(choice("--auth-choice <choice>", "what to set up", choices, problems))
    .option("--non-interactive", "ask nothing: take everything from flags, variables and today's files")
    .addOption(choice("--mode <mode>", "where the gateway runs", ["local"], problems))
    .addOption(choice("--flow <flow>", "how much to ask; manual is advanced", FLOWS, problems));
  for (const { fields } of providers) for (const field of fields) addFieldFlags(command, field, text);
  command
    .option("--model <ref>", "make this the default model")
    .option("--set-default", "make the provider's model the default even if another provider's is")
    .addOption(
      choice(
        "--secret-input-mode <mode>",
        "store secrets in .env, or refer to variables",
        ["plaintext", "ref"],
        problems,
      ).default("plaintext"),
    )
    .addOption(
      judged(
        new Option("--gateway-port <port>", "port of the local gateway"),
        "whole numbers from 1 to 65535",
        problems,
        (text) => (isPort(text) ? Number(text) : undefined),
      ),
    )
    .addOption(choice("--gateway-bind <bind>", "who may reach it", Object.keys(BINDS), problems))
    .addOption(choice("--gateway-auth <auth>", "how its clients identify themselves", ["token", "none"], problems))
    .option("--gateway-token <token>", "the token they present; a random one is made if there is none")
    .option("--gateway-token-ref-env <name>", "refer to this variable for the token instead of storing one")
    .addOption(
      new Option(
        "--verify [kind]",
        "check the set-up before saving; `message` has one token generated, which costs it",
      ).choices(["message"]),
    )
    .option("--no-verify", "do not check; at a terminal it is checked unless this is given")
    .option("--install-daemon", "then run the local gateway as a service of this user")
    .addOption(new Option("--no-install-daemon", "do not ask whether to").hideHelp())
    .addOption(new Option("--skip-daemon", "the same as --no-install-daemon").hideHelp())
    .addOption(choice("--daemon-runtime <runtime>", "what runs the service", ["node"], problems).hideHelp())
    .option("--accessible", "ask plain numbered questions; also OPENCLAW_ACCESSIBLE=1 or TERM=dumb")
    .option("--dry-run", "show what would change and write nothing")
    .option("--json", "print one JSON document")
    .addOption(new Option("--accept-risk", "accepted for scripts of the published CLI").hideHelp());
  for (const flags of WITHOUT_EFFECT) command.addOption(new Option(flags).hideHelp());
  return command;
}

function addFieldFlags(command: Command, { flag, label, secret, env, several, choices }: Field, text: Texts): void {
  const allowed =
    choices === undefined ? say(label, text) : `${say(label, text)}: ${choices.map(({ value }) => value).join(", ")}`;
  if (several) command.option(`--${flag} <value>`, `${allowed}; may be given more than once`, collected);
  else command.option(`--${flag} <value>`, allowed);
  if (!secret) return;
  command.option(`--${flag}-file <path>`, `the same, read from a file; - is standard input`);
  command.option(`--${flag}-env <name>`, `the same, read from another variable than ${env[0]}`);
}

const collected = (text: string, before: string | undefined) => (before === undefined ? text : `${before},${text}`);

/** Declares a flag whose value is judged later, so that one error can name everything that is wrong. */
function judged(option: Option, allowed: string, problems: Problem[], read: (text: string) => unknown): Option {
  return option.argParser((text) => {
    const value = read(text);
    if (value === undefined) {
      problems.push({
        where: option.long ?? "",
        message: `'${scrub(text).slice(0, 40)}' cannot be used.`,
        hint: `Allowed are ${allowed}.`,
      });
    }
    return value;
  });
}

function choice(flags: string, description: string, allowed: readonly string[], problems: Problem[]): Option {
  const option = new Option(flags, description).choices([...allowed]);
  return judged(option, allowed.join(", "), problems, (text) => (allowed.includes(text) ? text : undefined));
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
