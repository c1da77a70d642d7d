import { type Command, Option } from "commander";
import { CLIENT_IDS, type Client, type ClientId, type GatewayAccess, usableApis } from "../clients/client.ts";
import { CLIENTS } from "../clients/registry.ts";
import { isTokenName, unknownTokenName } from "../config/named-tokens.ts";
import { type Context, lookUp, type VariableName } from "../core/context.ts";
import { OpenclawError, unlessRefused } from "../core/errors.ts";
import { commandLine, type Paths } from "../core/paths.ts";
import { type Api, endpointsOf, type Provider } from "../providers/provider.ts";
import { checkListener, clientAccess, openGateway, shellLine } from "./client-access.ts";
import type { Invocation } from "./invocation.ts";
import { evaluation, SHELLS, type Shell, shellCalled, userShell } from "./shell-words.ts";

const DEFAULT_CLIENT: ClientId = "claude-code";

interface EnvFlags {
  readonly shell?: (typeof SHELLS)[number];
  readonly client: ClientId;
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
    .addOption(new Option("--client <client>", clientFlag).choices(CLIENT_IDS).default(DEFAULT_CLIENT))
    .option("--as <name>", asFlag)
    .addOption(new Option("--write", text.clientFiles.writeFlag).conflicts(["undo", "shell"]))
    .addOption(new Option("--undo", text.clientFiles.undoFlag).conflicts(["shell", "as"]))
    .option("--yes", text.clientFiles.yesFlag)
    .option("--dry-run", text.commands.dryRunFlag)
    .action((flags: EnvFlags) =>
      flags.write || flags.undo ? changeFile(flags, invocation) : printForClient(flags, invocation),
    );
}

/** Puts into the client's own file what it would be told, or takes it out again. */
async function changeFile({ client: id, as, undo, yes = false, dryRun = false }: EnvFlags, invocation: Invocation) {
  const paths = invocation.paths();
  const context = { ...invocation.context, shown: invocation.shown };
  const { clientToSetUp, setUpClients, takeBackClient } = await import("./client-file.ts");
  const client = CLIENTS[id];
  if (undo) return takeBackClient(client, { yes, dryRun }, paths, context);
  const access = await accessFor(client, as, paths, invocation);
  await setUpClients([clientToSetUp(client, access, paths, context)], access, { yes, dryRun }, paths, context);
}

/** Throws `credentials.missing`, `provider.unserved`, `gateway.listen`, and what reading throws. */
async function accessFor(
  client: Client,
  as: string | undefined,
  paths: Paths,
  { context, providers: load }: Invocation,
): Promise<GatewayAccess & { readonly isListening: boolean }> {
  const gateway = await openGateway(paths, context);
  const providers = await load();
  const access = clientAccess(gateway, as, providers, paths, context);
  assertServed(client, access, providers, paths);
  const isListening = await checkListener(gateway, paths, context);
  return { ...access, isListening };
}

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

async function printForClient({ shell: chosen, client: id, as }: EnvFlags, invocation: Invocation): Promise<void> {
  const { context } = invocation;
  const paths = invocation.paths();
  const client = CLIENTS[id];
  const access = await accessFor(client, as, paths, invocation);
  if (!access.isListening && context.terminal.stdout)
    context.err(`${context.text.clients.startGateway(commandLine(paths.profile, "gateway run"))}\n`);
  const shell = shellCalled(chosen, context);
  const lines = (client.variables?.(access) ?? []).map((variable) => shellLine(variable, access, shell));
  if (client.means === "file" && client.file !== undefined) {
    const { snippet } = await import("../clients/snippet.ts");
    await sayWhere(client, lines, paths, context);
    context.out(snippet(client.file, client.file.settings(access)));
  } else {
    context.out(`${lines.join("\n")}\n`);
    if (context.terminal.stdout) context.err(`\n${applied(id, as, shell, invocation)}\n`);
  }
  for (const note of missingNotes(client, access, await invocation.providers(), paths, context))
    context.err(`${note}\n`);
  if (isProxied(context)) context.err(`${context.text.commands.note(context.text.service.bypassProxy)}\n`);
}

/** How to put the variables into the shell that runs. */
function applied(id: ClientId, as: string | undefined, shell: Shell, { context, shown }: Invocation): string {
  const client = id === DEFAULT_CLIENT ? "" : ` --client ${id}`;
  const name = as === undefined ? "" : ` --as ${as}`;
  const flags = `${client}${name}${shell === userShell(context) ? "" : ` --shell ${shell}`}`;
  return context.text.service.applyInShell(evaluation(shown.command(`gateway env${flags}`), shell));
}

async function sayWhere(client: Client, lines: readonly string[], { profile }: Paths, context: Context): Promise<void> {
  const { clientFilePath, isWritable } = await import("../clients/write-client.ts");
  const { clients } = context.text;
  const { id, name, file } = client;
  const path = isWritable(client) ? clientFilePath(client, context) : file?.path(context.homedir(), context.env);
  if (path === undefined) return;
  const isThere = unlessRefused(() => context.files.statSync(path)) !== undefined;
  const where = { client: name, path };
  context.err(`${isThere ? clients.addToFile(where) : clients.putIntoFile(where)}\n`);
  if (isWritable(client))
    context.err(`${clients.writeInstead(commandLine(profile, `gateway env --client ${id} --write`))}\n`);
  if (lines.length > 0) context.err(`${clients.setVariable(name)}\n${lines.map((line) => `  ${line}\n`).join("")}`);
  context.err("\n");
}

/** Throws `provider.unserved` if no provider serves anything that the client speaks. */
function assertServed(client: Client, access: GatewayAccess, providers: readonly Provider[], paths: Paths): void {
  if (usableApis(client, access).length > 0) return;
  const { name, apis } = client;
  throw new OpenclawError(
    ({ clients: t }) => t.notServed({ client: name, protocols: apis.map((api) => t.protocols[api]) }),
    { code: "provider.unserved", hint: ({ clients: t }) => t.setUp(setUpCommand(apis[0], providers, paths)) },
  );
}

/** One for each protocol that a client with several could use as well. */
function missingNotes(
  client: Client,
  access: GatewayAccess,
  providers: readonly Provider[],
  paths: Paths,
  { text: { clients: t, commands } }: Context,
): readonly string[] {
  const usable = usableApis(client, access);
  const missing = client.speaks === "each" ? client.apis.filter((api) => !usable.includes(api)) : [];
  return missing.map((api) =>
    commands.note(
      t.alsoSpeaks({
        client: client.name,
        protocol: t.protocols[api],
        command: setUpCommand(api, providers, paths),
      }),
    ),
  );
}

function setUpCommand(api: Api, providers: readonly Provider[], { profile }: Paths): string {
  const endpoint = endpointsOf(providers).find((candidate) => candidate.api === api);
  const provider = providers.find(({ endpoints }) => endpoints.some((candidate) => candidate === endpoint));
  const flag = provider?.fields.find(({ id }) => id === "endpoint")?.flag;
  return commandLine(
    profile,
    endpoint === undefined || flag === undefined ? "onboard" : `onboard --${flag} ${endpoint.id}`,
  );
}

async function printMain(invocation: Invocation): Promise<void> {
  const { context, paths: locate, shown } = invocation;
  refuseTerminal(shown.command("gateway env"), context);
  const paths = locate();
  const { tokens } = await openGateway(paths, context);
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
  const { named } = (await openGateway(locate(), context)).tokens;
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

/** True if clients that honour the proxy variables would send requests for 127.0.0.1 to a proxy. */
function isProxied({ env }: Context): boolean {
  const value = (name: VariableName) => env[name] || lookUp(name.toLowerCase(), env) || "";
  const hasProxy = value("HTTP_PROXY") !== "" || value("HTTPS_PROXY") !== "";
  return hasProxy && !/(?:^|[\s,])(?:\*|127\.0\.0\.1)(?:$|[\s,:])/.test(value("NO_PROXY"));
}
