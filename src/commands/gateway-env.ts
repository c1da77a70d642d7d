import { type Command, Option } from "commander";
import { gatewayToken, weakTokenFault } from "../config/credentials.ts";
import { gatewayUrl } from "../config/listen-address.ts";
import { fileValues, loadReadable, resolveVariables } from "../config/resolve.ts";
import { isWrong } from "../config/unresolved.ts";
import { type Context, lookUp, type VariableName } from "../core/context.ts";
import { OpenclawError, problemsOf } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { commandLine } from "../core/paths.ts";
import { isOnPath } from "../core/program-command.ts";
import { problemLines } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import { PLACEHOLDER_KEY } from "../providers/provider.ts";
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
}

export function defineEnv(command: Command, invocation: Invocation): void {
  const { shellFlag, clientFlag } = invocation.context.text.service.commands.env;
  command
    .addOption(new Option("--shell <shell>", shellFlag).choices(SHELLS))
    .addOption(new Option("--client <client>", clientFlag).choices(CLIENTS).default("claude-code"))
    .action((flags: EnvFlags) => printVariables(flags, invocation));
}

export const defineToken = (command: Command, invocation: Invocation): void =>
  void command.action(() => printToken(invocation));

async function printVariables(
  { shell: chosen, client }: EnvFlags,
  { context, paths: locate, shown }: Invocation,
): Promise<void> {
  const paths = locate();
  const { commands, service } = context.text;
  const shell = shellCalled(chosen, context);
  const flag = shell === userShell(context) ? "" : ` --shell ${shell}`;
  const { url, token } = await gatewayAccess(paths, context);
  await assertNotPublished(url, paths, context);
  const tokenCommand = [...ownCommand(paths, context), "gateway", "token"];
  const value: ShellValue = token === undefined ? { text: PLACEHOLDER_KEY } : { outputOf: tokenCommand };
  context.out(`${clientCommands({ client, shell }, { url, token: value }).join("\n")}\n`);
  if (context.terminal.stdout)
    context.err(`\n${service.applyInShell(evaluation(shown.command(`gateway env${flag}`), shell))}\n`);
  if (isProxied(context)) context.err(`${commands.note(service.bypassProxy)}\n`);
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

async function printToken({ context, paths: locate, shown }: Invocation): Promise<void> {
  const paths = locate();
  if (context.terminal.stdout) {
    const command = evaluation(shown.command("gateway env"), userShell(context));
    throw new OpenclawError((t) => t.service.tokenNotOnTerminal, {
      code: "terminal.secret",
      hint: (t) => t.service.readTokenByProgram(command),
    });
  }
  const { token } = await gatewayAccess(paths, context);
  if (token === undefined) throw new OpenclawError((t) => t.service.tokenNotUsed, { code: "credentials.missing" });
  context.out(`${token.reveal()}\n`);
}

/** No token if the gateway requires none. Throws `credentials.missing`, `config.*`, `secrets.*`. */
async function gatewayAccess(
  paths: Paths,
  context: Context,
): Promise<{ readonly url: string; readonly token: Secret | undefined }> {
  const loaded = await loadReadable(paths, context);
  const files = fileValues(loaded);
  const resolved = await resolveVariables({ gatewayToken: true }, files, context);
  const token = await gatewayToken(resolved, context);
  const { error } = loaded.secrets;
  if (!token.ok && error !== undefined) throw error;
  const weak = token.ok ? await weakTokenFault(token.value, resolved) : undefined;
  const unread = error === undefined ? [] : problemsOf(error);
  for (const line of problemLines(
    [...unread, ...resolved.warnings, ...(weak === undefined ? [] : [weak])],
    context.text,
  ))
    context.err(`${context.text.commands.note(line)}\n`);
  if (token.ok) return { url: gatewayUrl(files, context.env, paths), token: token.value };
  const problems = token.error;
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
