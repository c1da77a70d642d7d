import { type Client, type ClientId, type GatewayAccess, usableApis } from "../clients/client.ts";
import { CLIENTS } from "../clients/registry.ts";
import { type Context, lookUp, type VariableName } from "../core/context.ts";
import { OpenclawError, unlessRefused } from "../core/errors.ts";
import { jsonDocument } from "../core/json.ts";
import { commandLine, type Paths } from "../core/paths.ts";
import { type Api, endpointsOf, PLACEHOLDER_KEY, type Provider, setUpCommand } from "../providers/provider.ts";
import { checkListener, clientAccess, openGateway, shellLine } from "./client-access.ts";
import type { Invocation } from "./invocation.ts";
import { evaluation, type SHELLS, type Shell, shellCalled, userShell } from "./shell-words.ts";

export const DEFAULT_CLIENT: ClientId = "claude-code";

/** Throws `credentials.missing`, `provider.unserved`, `gateway.listen`, and what reading throws. */
export async function accessFor(
  client: Client,
  as: string | undefined,
  paths: Paths,
  { context, providers: load }: Invocation,
): Promise<GatewayAccess & { readonly isListening: boolean }> {
  const gateway = await openGateway(paths, context);
  const providers = await load();
  if (gateway.isRemote) {
    const { assertUsable, remoteAccess } = await import("./remote-access.ts");
    const access = await remoteAccess(gateway, as, providers, paths, context);
    assertUsable(client, access, paths);
    return access;
  }
  const access = clientAccess(gateway, as, providers, paths, context);
  assertServed(client, access, providers, paths);
  const isListening = await checkListener(gateway, paths, context);
  return { ...access, isListening };
}

export interface PrintFlags {
  readonly client: ClientId;
  /** The name of the token that the client is to send. */
  readonly as?: string;
  readonly shell?: (typeof SHELLS)[number];
  readonly json?: boolean;
}

/** Standard output is what the shell, or the client's file, is to contain; standard error says the rest. */
export async function printForClient(flags: PrintFlags, invocation: Invocation): Promise<void> {
  const { client: id, as, shell: chosen, json } = flags;
  const { context } = invocation;
  const paths = invocation.paths();
  const client = CLIENTS[id];
  const access = await accessFor(client, as, paths, invocation);
  const providers = await invocation.providers();
  if (json) return context.out(jsonDocument(await document(client, access, providers, invocation)));
  const shell = shellCalled(chosen, context);
  const lines = (client.variables?.(access) ?? []).map((variable) => shellLine(variable, access, shell));
  if (client.means === "file" && client.file !== undefined) {
    const { snippet } = await import("../clients/snippet.ts");
    context.out(snippet(client.file, client.file.settings(access)));
    // What to do with it comes last: a list of models is longer than a screen.
    if (context.terminal.stdout) context.err("\n");
    await sayWhere(client, as, lines, invocation);
  } else {
    context.out(`${lines.join("\n")}\n`);
    if (context.terminal.stdout) {
      context.err(`\n${applied(id, as, shell, invocation)}\n`);
      const { path, isWritable } = await fileOf(client, context);
      const command = writeCommand(client, as, invocation);
      if (isWritable) context.err(`${context.text.clients.writeIntoFile({ path, command })}\n`);
    }
  }
  if (!access.isRemote)
    for (const note of missingNotes(client, access, providers, paths, context)) context.err(`${note}\n`);
  if (!access.isRemote && isProxied(context))
    context.err(`${context.text.commands.note(context.text.service.bypassProxy)}\n`);
  if (!access.isRemote && !access.isListening && context.terminal.stdout) {
    const command = commandLine(paths.profile, "gateway run");
    context.err(`${context.text.clients.startGateway({ url: access.url, command })}\n`);
  }
}

/** How to put the variables into the shell that runs. */
function applied(id: ClientId, as: string | undefined, shell: Shell, { context, shown }: Invocation): string {
  const client = id === DEFAULT_CLIENT ? "" : ` --client ${id}`;
  const name = as === undefined ? "" : ` --as ${as}`;
  const flags = `${client}${name}${shell === userShell(context) ? "" : ` --shell ${shell}`}`;
  return context.text.service.applyInShell(evaluation(shown.command(`gateway env${flags}`), shell));
}

/** Says where the settings go, and which variables they need. */
async function sayWhere(
  client: Client,
  as: string | undefined,
  lines: readonly string[],
  invocation: Invocation,
): Promise<void> {
  const { name } = client;
  const { context } = invocation;
  const { clients } = context.text;
  const { path, isWritable } = await fileOf(client, context);
  // A shell that sends the output there has just made it.
  const isThere = (unlessRefused(() => context.files.statSync(path))?.size ?? 0) > 0;
  const where = { client: name, path };
  context.err(`${isThere ? clients.addToFile(where) : clients.putIntoFile(where)}\n`);
  if (isWritable) context.err(`${clients.writeInstead(writeCommand(client, as, invocation))}\n`);
  for (const command of lines) context.err(`${clients.setVariable({ client: name, command })}\n`);
}

/** The client's file that is there, or that would be made. */
async function fileOf(
  client: Client,
  context: Context,
): Promise<{ readonly path: string; readonly isWritable: boolean }> {
  const { clientFilePath, isWritable } = await import("../clients/write-client.ts");
  if (isWritable(client)) return { path: clientFilePath(client, context), isWritable: true };
  return { path: client.file?.path(context.homedir(), context.env) ?? "", isWritable: false };
}

const writeCommand = ({ id }: Client, as: string | undefined, { shown }: Invocation): string =>
  shown.command(`gateway env --client ${id}${as === undefined ? "" : ` --as ${as}`} --write`);

/** Throws `provider.unserved` if no provider serves anything that the client speaks. */
function assertServed(client: Client, access: GatewayAccess, providers: readonly Provider[], paths: Paths): void {
  if (usableApis(client, access).length > 0) return;
  const { name, apis } = client;
  throw new OpenclawError(
    ({ clients: t }) => t.notServed({ client: name, protocols: apis.map((api) => t.protocols[api]) }),
    { code: "provider.unserved", hint: ({ clients: t }) => t.setUp(commandFor(apis[0], providers, paths)) },
  );
}

/** Those that a client with several could use as well. */
function missingApis({ apis, speaks }: Client, access: GatewayAccess): readonly Api[] {
  const usable = usableApis({ apis }, access);
  return speaks === "each" ? apis.filter((api) => !usable.includes(api)) : [];
}

function missingNotes(
  client: Client,
  access: GatewayAccess,
  providers: readonly Provider[],
  paths: Paths,
  { text: { clients: t, commands } }: Context,
): readonly string[] {
  return missingApis(client, access).map((api) =>
    commands.note(
      t.alsoSpeaks({
        client: client.name,
        protocol: t.protocols[api],
        command: commandFor(api, providers, paths),
      }),
    ),
  );
}

const commandFor = (api: Api, providers: readonly Provider[], { profile }: Paths): string =>
  setUpCommand(
    endpointsOf(providers).find((candidate) => candidate.api === api),
    profile,
  );

/** What is printed for people, for a program to read. */
async function document(
  client: Client,
  access: GatewayAccess,
  providers: readonly Provider[],
  { context, paths }: Invocation,
) {
  const { id, name, variables, file } = client;
  const { url, tokenCommand } = access;
  const { snippet } = await import("../clients/snippet.ts");
  return {
    client: id,
    name,
    url,
    variables: (variables?.(access) ?? []).map(({ name: variable, value }) => ({
      name: variable,
      ...(value.kind === "removed" && { removed: true }),
      ...(value.kind === "text" && { value: value.text }),
      ...(value.kind === "token" &&
        (tokenCommand === undefined ? { value: PLACEHOLDER_KEY } : { command: tokenCommand })),
    })),
    file: file && {
      path: (await fileOf(client, context)).path,
      format: file.format,
      content: snippet(file, file.settings(access)),
    },
    missing: access.isRemote
      ? []
      : missingApis(client, access).map((api) => ({ api, command: commandFor(api, providers, paths()) })),
  };
}

/** True if clients that honour the proxy variables would send requests for 127.0.0.1 to a proxy. */
function isProxied({ env }: Context): boolean {
  const value = (name: VariableName) => env[name] || lookUp(name.toLowerCase(), env) || "";
  const hasProxy = value("HTTP_PROXY") !== "" || value("HTTPS_PROXY") !== "";
  return hasProxy && !/(?:^|[\s,])(?:\*|127\.0\.0\.1)(?:$|[\s,:])/.test(value("NO_PROXY"));
}
