import { type Command, Option } from "commander";
import { gatewayUrl } from "../config/listen-address.ts";
import {
  allTokens,
  type ClientTokens,
  clientTokens,
  isTokenName,
  unknownTokenName,
  weakTokens,
} from "../config/named-tokens.ts";
import { fileValues, loadReadable, resolveVariables } from "../config/resolve.ts";
import { isWrong } from "../config/unresolved.ts";
import { type Context, lookUp, type VariableName } from "../core/context.ts";
import { OpenclawError, problemsOf } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { commandLine } from "../core/paths.ts";
import { isOnPath } from "../core/program-command.ts";
import { problemLines } from "../core/result.ts";
import { endpointsOf, PLACEHOLDER_KEY } from "../providers/provider.ts";
import type { Invocation } from "./invocation.ts";
import {
  assignment,
  evaluation,
  removal,
  SHELLS,
  type Shell,
  type ShellValue,
  shellCalled,
  userShell,
} from "./shell-words.ts";

const CLIENTS = ["claude-code", "anthropic-sdk"] as const;

type Client = (typeof CLIENTS)[number];

interface EnvFlags {
  readonly shell?: (typeof SHELLS)[number];
  readonly client: Client;
  /** The name of the token that the client is to send. */
  readonly as?: string;
  readonly write?: boolean;
  readonly undo?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

export function defineEnv(command: Command, invocation: Invocation): void {
  const { text } = invocation.context;
  const { shellFlag, clientFlag, asFlag } = text.service.commands.env;
  command
    .addOption(new Option("--shell <shell>", shellFlag).choices(SHELLS))
    .addOption(new Option("--client <client>", clientFlag).choices(CLIENTS).default("claude-code"))
    .option("--as <name>", asFlag)
    .addOption(new Option("--write", text.clientFiles.writeFlag).conflicts(["undo", "shell"]))
    .addOption(new Option("--undo", text.clientFiles.undoFlag).conflicts(["shell", "as"]))
    .option("--yes", text.clientFiles.yesFlag)
    .option("--dry-run", text.commands.dryRunFlag)
    .action((flags: EnvFlags) =>
      flags.write || flags.undo ? changeFile(flags, invocation) : printVariables(flags, invocation),
    );
}

/** Puts into the client's own file what the variables would say, or takes it out again. */
async function changeFile({ client: id, as, undo, yes = false, dryRun = false }: EnvFlags, invocation: Invocation) {
  const paths = invocation.paths();
  const context = { ...invocation.context, shown: invocation.shown };
  const { setUpClient, takeBackClient } = await import("./client-file.ts");
  const { CLIENTS: known } = await import("../clients/registry.ts");
  const client = known[id];
  if (undo) return takeBackClient(client, { yes, dryRun }, paths, context);
  const { url, tokens } = await gatewayAccess(paths, context);
  assertHas(as, tokens, paths);
  await assertNotPublished(url, paths, context);
  const { servedModels } = await import("../clients/served-models.ts");
  const { loadConfig } = await import("../config/config-file.ts");
  const { config } = await loadConfig(paths.config, context);
  const served = servedModels({ config, endpoints: endpointsOf(await invocation.providers()), url });
  const tokenCommand = allTokens(tokens).length === 0 ? undefined : commandForToken(as, paths, context);
  await setUpClient(client, { url, tokenCommand, ...served }, { yes, dryRun }, paths, context);
}

const commandForToken = (as: string | undefined, paths: Paths, context: Context): readonly string[] => [
  ...ownCommand(paths, context),
  "gateway",
  "token",
  ...(as === undefined ? [] : ["show", as]),
];

/** Programs ask for a token often; whatever changes one is loaded only then. */
const editing = () => import("./gateway-token.ts");

export function defineToken(command: Command, invocation: Invocation): void {
  const { text } = invocation.context;
  const { add, list, show, remove } = text.service.commands.token;
  const below = (name: string, { summary, description }: typeof add) =>
    command.command(name).summary(summary).description(description);
  command.action(() => printMain(invocation));
  below("add", add)
    .argument("<name>")
    .action(async (name: string) => (await editing()).addToken(name, invocation));
  below("list", list)
    .option("--json", text.commands.jsonFlag)
    .action(async (flags: { readonly json?: boolean }) => (await editing()).listTokens(flags, invocation));
  below("show", show)
    .argument("<name>")
    .action((name: string) => printNamed(name, invocation));
  below("remove", remove)
    .argument("<name>")
    .action(async (name: string) => (await editing()).removeToken(name, invocation));
}

async function printVariables(
  { shell: chosen, client, as }: EnvFlags,
  { context, paths: locate, shown }: Invocation,
): Promise<void> {
  const paths = locate();
  const { commands, service } = context.text;
  const shell = shellCalled(chosen, context);
  const flag = shell === userShell(context) ? "" : ` --shell ${shell}`;
  const { url, tokens } = await gatewayAccess(paths, context);
  assertHas(as, tokens, paths);
  await assertNotPublished(url, paths, context);
  const isOpen = allTokens(tokens).length === 0;
  const value: ShellValue = isOpen ? { text: PLACEHOLDER_KEY } : { outputOf: commandForToken(as, paths, context) };
  context.out(`${clientCommands({ client, shell }, { url, token: value }).join("\n")}\n`);
  if (context.terminal.stdout)
    context.err(`\n${service.applyInShell(evaluation(shown.command(`gateway env${flag}`), shell))}\n`);
  if (isProxied(context)) context.err(`${commands.note(service.bypassProxy)}\n`);
}

/** Whoever shares the gateway says who they are, unless there is a token without a name. */
function assertHas(name: string | undefined, { main, named }: ClientTokens, { profile }: Paths): void {
  const [first] = named;
  if (name === undefined && main === undefined && first !== undefined)
    throw new OpenclawError((t) => t.service.onlyNamedTokens, {
      code: "usage.missing",
      hint: (t) => t.service.showNamed(commandLine(profile, `gateway env --as ${first.name}`)),
    });
  if (name !== undefined && !named.some((one) => one.name === name)) throw unknownTokenName(name, profile);
}

async function printMain(invocation: Invocation): Promise<void> {
  const { context, paths: locate, shown } = invocation;
  refuseTerminal(shown.command("gateway env"), context);
  const paths = locate();
  const { tokens } = await gatewayAccess(paths, context);
  if (tokens.main !== undefined) return context.out(`${tokens.main.reveal()}\n`);
  const [first] = tokens.named;
  if (first === undefined) throw new OpenclawError((t) => t.service.tokenNotUsed, { code: "credentials.missing" });
  throw new OpenclawError((t) => t.service.onlyNamedTokens, {
    code: "credentials.missing",
    hint: (t) => t.service.showNamed(commandLine(paths.profile, `gateway token show ${first.name}`)),
  });
}

async function printNamed(name: string, { context, paths: locate, shown }: Invocation): Promise<void> {
  refuseTerminal(shown.command(`gateway env --as ${isTokenName(name) ? name : "NAME"}`), context);
  const { named } = (await gatewayAccess(locate(), context)).tokens;
  const found = named.find((one) => one.name === name);
  if (found === undefined) throw unknownTokenName(name, locate().profile);
  context.out(`${found.token.reveal()}\n`);
}

/** `example`: a command that has a program read a token. */
function refuseTerminal(example: string, context: Context): void {
  if (!context.terminal.stdout) return;
  throw new OpenclawError((t) => t.service.tokenNotOnTerminal, {
    code: "terminal.secret",
    hint: (t) => t.service.readTokenByProgram(evaluation(example, userShell(context))),
  });
}

/** @why clients would talk to the gateway of the published OpenClaw, which has the same default port. */
async function assertNotPublished(url: string, { profile }: Paths, context: Context): Promise<void> {
  const { checkHealth } = await import("../service/health.ts");
  const { isPublished } = await checkHealth({ url, token: undefined }, context);
  if (!isPublished) return;
  const port = Number(new URL(url).port) + 1;
  const commands = [commandLine(profile, `gateway run --port ${port}`), commandLine(profile, "gateway env")] as const;
  throw new OpenclawError((t) => t.service.publishedAnswersAt(url), {
    code: "gateway.listen",
    hint: (t) => t.service.startOnPort({ port, commands }),
  });
}

/** No token if the gateway requires none. Throws `credentials.missing`, `config.*`, `secrets.*`. */
async function gatewayAccess(
  paths: Paths,
  context: Context,
): Promise<{ readonly url: string; readonly tokens: ClientTokens }> {
  const loaded = await loadReadable(paths, context);
  const files = fileValues(loaded);
  const resolved = await resolveVariables({ gatewayToken: true }, files, context);
  const tokens = await clientTokens(resolved, context);
  const { error } = loaded.secrets;
  if (!tokens.ok && error !== undefined) throw error;
  const weak = await weakTokens(tokens, resolved);
  const unread = error === undefined ? [] : problemsOf(error);
  for (const line of problemLines([...unread, ...resolved.warnings, ...weak], context.text))
    context.err(`${context.text.commands.note(line)}\n`);
  if (tokens.ok) return { url: gatewayUrl(files, context.env, paths), tokens: tokens.value };
  const problems = tokens.error;
  if (problems.some(isWrong))
    throw new OpenclawError((t) => t.server.tokenUnusable, { code: "credentials.missing", problems });
  throw new OpenclawError((t) => t.server.noToken, {
    code: "credentials.missing",
    problems,
    hint: (t) => t.service.createToken(commandLine(paths.profile, "onboard")),
  });
}

interface ClientVariables {
  readonly credential: string;
  readonly other: string;
  /** Switched on. */
  readonly more?: readonly string[];
}

/**
 * The variable each client reads its credential from, and the other one, which would interfere.
 * @source Claude Code takes ANTHROPIC_AUTH_TOKEN for a gateway's token and reports a conflict when a key is set as
 * well; every Anthropic SDK knows ANTHROPIC_API_KEY, and sends both when both are set.
 */
const CLIENT_VARIABLES: Readonly<Record<Client, ClientVariables>> = {
  "claude-code": {
    credential: "ANTHROPIC_AUTH_TOKEN",
    other: "ANTHROPIC_API_KEY",
    // Has it offer the gateway's models.
    more: ["CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY"],
  },
  "anthropic-sdk": { credential: "ANTHROPIC_API_KEY", other: "ANTHROPIC_AUTH_TOKEN" },
};

/** One shell command per line, to point a client at the gateway. */
function clientCommands(
  { client, shell }: { readonly client: Client; readonly shell: Shell },
  { url, token }: { readonly url: string; readonly token: ShellValue },
): readonly string[] {
  const { credential, other, more = [] } = CLIENT_VARIABLES[client];
  return [
    assignment("ANTHROPIC_BASE_URL", { text: url }, shell),
    assignment(credential, token, shell),
    removal(other, shell),
    ...more.map((name) => assignment(name, { text: "1" }, shell)),
  ];
}

/** Words that start this program in any folder: its name if that finds this copy, else the paths of Node and the script. */
function ownCommand({ profile }: Paths, context: Context): readonly string[] {
  const { started } = context;
  const program = isOnPath(context) ? ["openclaw"] : [started.node, started.script];
  return [...program, ...(profile === undefined ? [] : ["--profile", profile])];
}

/** True if clients that honour the proxy variables would send requests for 127.0.0.1 to a proxy. */
function isProxied({ env }: Context): boolean {
  const value = (name: VariableName) => env[name] || lookUp(name.toLowerCase(), env) || "";
  const hasProxy = value("HTTP_PROXY") !== "" || value("HTTPS_PROXY") !== "";
  return hasProxy && !/(?:^|[\s,])(?:\*|127\.0\.0\.1)(?:$|[\s,:])/.test(value("NO_PROXY"));
}
