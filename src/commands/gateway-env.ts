import { type Command, Option } from "commander";
import { CLIENT_IDS } from "../clients/client.ts";
import { CLIENTS } from "../clients/registry.ts";
import { isTokenName, unknownTokenName } from "../config/named-tokens.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { commandLine } from "../core/paths.ts";
import { openGateway } from "./client-access.ts";
import { accessFor, DEFAULT_CLIENT, type PrintFlags, printForClient } from "./client-print.ts";
import type { Invocation } from "./invocation.ts";
import { evaluation, SHELLS, userShell } from "./shell-words.ts";

interface EnvFlags extends PrintFlags {
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
    .addOption(new Option("--json", text.commands.jsonFlag).conflicts(["write", "undo", "shell"]))
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

async function printMain(invocation: Invocation): Promise<void> {
  const { context, paths: locate, shown } = invocation;
  refuseTerminal(shown.command("gateway env"), context);
  const paths = locate();
  const { tokens, isRemote } = await openGateway(paths, context);
  if (tokens.main !== undefined) return context.out(`${tokens.main.reveal()}\n`);
  const [first] = tokens.named;
  if (first === undefined)
    throw new OpenclawError((t) => (isRemote ? t.service.remote.noToken : t.service.tokenNotUsed), {
      code: "credentials.missing",
    });
  throw new OpenclawError((t) => t.service.onlyNamedTokens, {
    code: "credentials.missing",
    hint: (t) => t.service.showNamed(commandLine(paths.profile, `gateway token show ${first.name}`)),
  });
}

async function printNamed(name: string, { context, paths: locate, shown }: Invocation): Promise<void> {
  refuseTerminal(shown.command(`gateway env --as ${isTokenName(name) ? name : "NAME"}`), context);
  const gateway = await openGateway(locate(), context);
  const { named } = gateway.tokens;
  if (gateway.isRemote) (await import("./remote-access.ts")).assertNoName(name, gateway);
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
