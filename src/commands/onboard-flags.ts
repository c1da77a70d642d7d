import { type Command, Option } from "commander";
import type { ClientId } from "../clients/client.ts";
import { BINDS, meantBind } from "../config/bind.ts";
import { isPort } from "../config/listen-address.ts";
import { looksLikeCredential } from "../core/redact.ts";
import type { Problem } from "../core/result.ts";
import { nearest } from "../core/similar.ts";
import { SKIP } from "../onboard/answers.ts";
import { REMOTE_TOKEN } from "../onboard/remote-token.ts";
import type { Field, Provider } from "../providers/provider.ts";
import { SCOPES, type Scope } from "../reset/scopes.ts";
import { type Message, say, type Texts } from "../text/message.ts";
import { collectFlagProblems, commaSeparated, offerValues, several } from "./given-flags.ts";

/** As commander passes them: by camel-case name, only those that were given. */
export interface Flags {
  readonly authChoice?: string;
  readonly nonInteractive?: boolean;
  readonly yes?: boolean;
  readonly answers?: string;
  readonly exportAnswers?: boolean;
  readonly mode?: "local" | "remote";
  readonly remoteUrl?: string;
  readonly flow?: "quickstart" | "advanced" | "manual";
  readonly model?: string;
  readonly setDefault?: boolean;
  readonly secretInputMode: "plaintext" | "ref";
  readonly gatewayPort?: number;
  readonly gatewayBind?: string;
  readonly gatewayCustomHost?: string;
  readonly gatewayAuth?: "token" | "none";
  readonly gatewayToken?: string;
  readonly gatewayTokenRefEnv?: string;
  readonly verify?: boolean | "message";
  readonly client?: readonly ClientId[];
  readonly editorSchema?: boolean;
  readonly installDaemon?: boolean;
  readonly skipDaemon?: boolean;
  readonly accessible?: boolean;
  readonly dryRun?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
  /** The credential to replace, or true for the one that other flags or the person name. */
  readonly rotateKey?: string | true;
  readonly reset?: boolean;
  readonly resetScope?: Scope | "config+creds+sessions";
  readonly [name: string]: unknown;
}

/** Suggests what was probably meant with a value that is not allowed. */
type Suggest = (raw: string) => Message | "" | undefined;

/** Clients whose own file can be edited, without loading what is known of each. */
export const EDITED_CLIENTS: readonly ClientId[] = ["claude-code", "codex", "opencode"];

/** A flag that collects its values is judged when it has them all. */
export const clientProblems = ({ client = [] }: Flags): readonly Problem[] =>
  client
    .filter((id) => !EDITED_CLIENTS.includes(id))
    .map((id) => {
      const meant = nearest(id, EDITED_CLIENTS);
      return {
        where: "--client",
        message: ({ core }) => core.invalidValue(looksLikeCredential(id) ? "" : id.slice(0, 40)),
        hint: meant ? ({ config }) => config.didYouMean(meant) : ({ core }) => core.useOneOf(EDITED_CLIENTS),
      };
    });

/** The flags of a remote gateway that were given. */
export const remoteFlagsOf = ({ remoteUrl, remoteToken, remoteTokenFile, remoteTokenEnv }: Flags): readonly string[] =>
  Object.entries({
    "--remote-url": remoteUrl,
    "--remote-token": remoteToken,
    "--remote-token-file": remoteTokenFile,
    "--remote-token-env": remoteTokenEnv,
  }).flatMap(([flag, value]) => (value === undefined ? [] : [flag]));

/** A scope alone resets nothing. */
export const resetProblems = ({ reset, resetScope }: Flags): readonly Problem[] =>
  resetScope === undefined || reset ? [] : [{ where: "--reset-scope", message: (t) => t.reset.start.needsReset }];

const FLOWS = ["quickstart", "advanced", "manual"] as const;

/** Flags of the published CLI that mean nothing here. Accepted so that scripts keep working. */
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

/** Invalid values are added to `problems` while the command line is parsed. */
export function addFlags(command: Command, providers: readonly Provider[], text: Texts, problems: Problem[]): Command {
  const help = text.onboard.flags;
  collectFlagProblems(command, problems);
  /** Validates a flag without throwing, so that one error can report everything that is wrong. */
  const judged = (option: Option, allowed: (raw: string) => Message, read: (raw: string) => unknown): Option =>
    option.argParser((raw) => {
      const value = read(raw);
      if (value === undefined && !looksLikeCredential(raw)) {
        problems.push({
          where: option.long ?? "",
          message: ({ core }) => core.invalidValue(raw.slice(0, 40)),
          hint: allowed(raw),
        });
      }
      return value;
    });
  const near = (allowed: readonly string[]) => (raw: string) => {
    const meant = nearest(raw, allowed);
    return meant && (({ config }: Texts) => config.didYouMean(meant));
  };
  const choice = (
    flags: string,
    description: string,
    allowed: readonly string[],
    meant: Suggest = near(allowed),
  ): Option =>
    judged(
      new Option(flags, description).choices([...allowed]),
      (raw) => meant(raw) || (({ core }) => core.useOneOf(allowed)),
      (raw) => (allowed.includes(raw) ? raw : undefined),
    );
  const hidden = (flags: string, description: string) => new Option(flags, description).hideHelp();
  const groups = text.onboard.flagGroups;
  const fields = providers.flatMap((provider) => provider.fields);
  command
    .optionsGroup(groups.setUp)
    .addOption(
      choice("--auth-choice <choice>", help.authChoice, [...providers.map(({ authChoice }) => authChoice), SKIP]),
    );
  for (const field of fields) if (!field.secret) addFieldFlags(command, field, text);
  command.option("--model <ref>", help.model).option("--set-default", help.setDefault).optionsGroup(groups.credentials);
  for (const field of fields) if (field.secret) addFieldFlags(command, field, text);
  const port = new Option("--gateway-port <port>", help.gatewayPort);
  command
    .addOption(choice("--secret-input-mode <mode>", help.secretInputMode, ["plaintext", "ref"]).default("plaintext"))
    .option("--rotate-key [variable]", help.rotateKey)
    .optionsGroup(groups.localGateway)
    .addOption(choice("--mode <mode>", help.mode, ["local", "remote"]))
    .addOption(
      judged(
        port,
        () => (t) => t.onboard.usePort,
        (raw) => (isPort(raw) ? Number(raw) : undefined),
      ),
    )
    .addOption(choice("--gateway-bind <bind>", help.gatewayBind, BINDS, meantBind))
    .option("--gateway-custom-host <address>", help.gatewayCustomHost)
    .addOption(choice("--gateway-auth <auth>", help.gatewayAuth, ["token", "none"]))
    .option("--gateway-token <token>", help.gatewayToken)
    .option("--gateway-token-ref-env <name>", help.gatewayTokenRefEnv)
    .addOption(new Option("--client <client>", help.client).choices(EDITED_CLIENTS).argParser(several))
    .option("--install-daemon", help.installDaemon)
    .addOption(hidden("--no-install-daemon", help.noInstallDaemon))
    .addOption(hidden("--skip-daemon", help.noInstallDaemon))
    .addOption(choice("--daemon-runtime <runtime>", help.daemonRuntime, ["node"]).hideHelp())
    .optionsGroup(groups.remoteGateway)
    .option("--remote-url <url>", help.remoteUrl);
  addFieldFlags(command, REMOTE_TOKEN, text);
  command
    .optionsGroup(groups.run)
    .option("--reset", help.reset)
    .addOption(choice("--reset-scope <scope>", help.resetScope, [...SCOPES, "config+creds+sessions"]))
    .option("--non-interactive", help.nonInteractive)
    .option("--yes", help.yes)
    .option("--answers <file>", help.answers)
    .option("--export-answers", help.exportAnswers)
    .addOption(choice("--flow <flow>", help.flow, FLOWS))
    .addOption(choice("--verify [kind]", help.verify, ["message"]))
    .option("--no-verify", help.noVerify)
    .option("--accessible", help.accessible)
    .option("--dry-run", text.commands.dryRunFlag)
    .option("--editor-schema", help.editorSchema)
    .option("--verbose", help.verbose)
    .option("--json", text.commands.jsonFlag)
    .addOption(hidden("--accept-risk", help.acceptRisk));
  for (const flags of WITHOUT_EFFECT) command.addOption(new Option(flags).hideHelp());
  return command;
}

function addFieldFlags(command: Command, field: Field, text: Texts): void {
  const { flag, secret, env, several, choices } = field;
  const help = text.onboard.flags;
  const label = say(field.label, text);
  const allowed = choices === undefined ? label : help.choices({ label, values: choices.map(({ value }) => value) });
  const option = new Option(`--${flag} <value>`, several ? help.repeatable(allowed) : allowed);
  if (several) option.argParser(commaSeparated);
  command.addOption(offerValues(option, choices?.map(({ value }) => value) ?? []));
  if (!secret) return;
  command.option(`--${flag}-file <path>`, help.fromFile(label));
  command.option(`--${flag}-env <name>`, help.fromVariable({ label, usual: env[0] ?? "" }));
}

/** The long names of the flags that the command line has. */
export const namesOfGiven = (command: Command): ReadonlySet<string> =>
  new Set(
    command.options
      .filter((option) => command.getOptionValueSource(option.attributeName()) === "cli")
      .map(({ long }) => long ?? ""),
  );

export function flagsWithoutEffect(command: Command): readonly string[] {
  const names = new Set(WITHOUT_EFFECT.map((flags) => flags.split(" ")[0]));
  return command.options
    .filter(({ long }) => long !== undefined && names.has(long))
    .filter((option) => command.getOptionValueSource(option.attributeName()) === "cli")
    .filter((option) => option.negate === (command.getOptionValue(option.attributeName()) === false))
    .map(({ long }) => long ?? "");
}
