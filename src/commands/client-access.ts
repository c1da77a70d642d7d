import type { ClientVariable, GatewayAccess } from "../clients/client.ts";
import { servedModels } from "../clients/served-models.ts";
import { remoteToken } from "../config/credentials.ts";
import { allTokens, type ClientTokens, clientTokens, unknownTokenName, weakTokens } from "../config/named-tokens.ts";
import { fileValues, loadReadable, type ResolvedValues, resolveVariables } from "../config/resolve.ts";
import { type CredentialProblem, isWrong } from "../config/unresolved.ts";
import { type UsedGateway, usedGateway } from "../config/used-gateway.ts";
import type { FileValues } from "../config/variables.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError, problemsOf } from "../core/errors.ts";
import { commandLine, type Paths } from "../core/paths.ts";
import { isOnPath } from "../core/program-command.ts";
import { fail, ok, problemLines, type Result } from "../core/result.ts";
import { endpointsOf, PLACEHOLDER_KEY, type Provider } from "../providers/provider.ts";
import { assignment, removal, type Shell } from "./shell-words.ts";

export interface OpenGateway extends UsedGateway {
  /** Those of its clients; of a remote one, the one that this machine presents. Empty if it requires none. */
  readonly tokens: ClientTokens;
  readonly files: FileValues;
}

/** Throws `credentials.missing`, `config.*`, `secrets.*`. */
export async function openGateway(paths: Paths, context: Context): Promise<OpenGateway> {
  const loaded = await loadReadable(paths, context);
  const files = fileValues(loaded);
  const resolved = await resolveVariables({ gatewayToken: true }, files, context);
  const used = usedGateway(files, context.env, paths);
  if (!used.ok)
    throw new OpenclawError((t) => t.config.remote.unusable, { code: "config.invalid", problems: [used.error] });
  const tokens = used.value.isRemote ? await remoteTokens(resolved, context) : await clientTokens(resolved, context);
  const { error } = loaded.secrets;
  if (!tokens.ok && error !== undefined) throw error;
  const weak = await weakTokens(tokens, resolved);
  const unread = error === undefined ? [] : problemsOf(error);
  for (const line of problemLines([...unread, ...resolved.warnings, ...weak], context.text))
    context.err(`${context.text.commands.note(line)}\n`);
  if (tokens.ok) return { ...used.value, tokens: tokens.value, files };
  const problems = tokens.error;
  if (used.value.isRemote || problems.some(isWrong))
    throw new OpenclawError((t) => (used.value.isRemote ? t.config.remote.tokenUnusable : t.server.tokenUnusable), {
      code: "credentials.missing",
      problems,
    });
  throw new OpenclawError((t) => t.server.noToken, {
    code: "credentials.missing",
    problems,
    hint: (t) => t.service.createToken(commandLine(paths.profile, "onboard")),
  });
}

async function remoteTokens(
  resolved: ResolvedValues,
  context: Context,
): Promise<Result<ClientTokens, readonly CredentialProblem[]>> {
  const found = await remoteToken(resolved, context);
  return found.ok ? ok({ main: found.value, named: [] }) : fail([found.error]);
}

/** What clients are told about it: no token, but the command that prints the one called `as`. */
export function clientAccess(
  { url, tokens, files: { config } }: OpenGateway,
  as: string | undefined,
  providers: readonly Provider[],
  paths: Paths,
  context: Context,
): GatewayAccess {
  assertHas(as, tokens, paths);
  return {
    url,
    tokenCommand: tokenCommand(tokens, as, paths, context),
    ...servedModels({ config, endpoints: endpointsOf(providers), url }),
  };
}

/** Words of the command that prints the token called `as`; `undefined` if there is none. */
export function tokenCommand(
  tokens: ClientTokens,
  as: string | undefined,
  paths: Paths,
  context: Context,
): readonly string[] | undefined {
  const words = ["gateway", "token", ...(as === undefined ? [] : ["show", as])];
  return allTokens(tokens).length === 0 ? undefined : [...ownCommand(paths, context), ...words];
}

/** The command by which a shell sets or removes a variable of a client. */
export function shellLine({ name, value }: ClientVariable, { tokenCommand }: GatewayAccess, shell: Shell): string {
  if (value.kind === "removed") return removal(name, shell);
  if (value.kind === "text") return assignment(name, { text: value.text }, shell);
  return assignment(name, tokenCommand === undefined ? { text: PLACEHOLDER_KEY } : { outputOf: tokenCommand }, shell);
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

/**
 * Throws `gateway.listen` if the published OpenClaw's gateway, which has the same default port, answers there. Warns of
 * any other program that does; no token is sent to find out. False if nothing listens there.
 */
export async function checkListener(
  { url, tokens }: OpenGateway,
  { profile }: Paths,
  context: Context,
): Promise<boolean> {
  const { checkHealth } = await import("../service/health.ts");
  const { answers, isPublished, isOwn } = await checkHealth({ url, token: allTokens(tokens)[0] }, context);
  const port = Number(new URL(url).port) + 1;
  const run = commandLine(profile, `gateway run --port ${port}`);
  if (isPublished)
    throw new OpenclawError((t) => t.service.publishedAnswersAt(url), {
      code: "gateway.listen",
      hint: (t) => t.service.startOnPort({ port, commands: [run, commandLine(profile, "gateway env")] }),
    });
  const { clients, commands } = context.text;
  if (answers === "nobody") return false;
  if (answers === "gateway" && isOwn !== false) return true;
  context.err(`${commands.note(answers === "other" ? clients.otherListens(url) : clients.foreignListens(url))}\n`);
  context.err(`${clients.useOtherPort({ port, command: run })}\n`);
  return true;
}

/** Words that start this program in any folder: its name if that finds this copy, else the paths of Node and the script. */
function ownCommand({ profile }: Paths, context: Context): readonly string[] {
  const { started } = context;
  const program = isOnPath(context) ? ["openclaw"] : [started.node, started.script];
  return [...program, ...(profile === undefined ? [] : ["--profile", profile])];
}
