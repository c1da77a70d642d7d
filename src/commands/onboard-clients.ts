import { dirname } from "node:path";
import { type Client, type GatewayAccess, usableApis } from "../clients/client.ts";
import { CLIENTS } from "../clients/registry.ts";
import { clientFilePath, isWritable, type WrittenClient } from "../clients/write-client.ts";
import { isThere } from "../core/atomic-file.ts";
import type { Context, Prompter } from "../core/context.ts";
import { attempt, OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { onPath } from "../core/program-command.ts";
import { problemText } from "../core/result.ts";
import type { Provider } from "../providers/provider.ts";
import { clientAccess, openGateway } from "./client-access.ts";
import { type ClientFileFlags, type ClientToSetUp, clientToSetUp, setUpClients } from "./client-file.ts";
import type { Invocation } from "./invocation.ts";

interface ClientsDeps {
  readonly paths: Paths;
  readonly providers: readonly Provider[];
}

type ClientsContext = Context & Pick<Invocation, "shown">;

/** True if the client has been used here or can be started. */
function isHere(client: Client, context: Context): boolean {
  if (!isWritable(client)) return false;
  const path = clientFilePath(client, context);
  const isInstalled = client.program !== undefined && onPath(client.program, context) !== undefined;
  return isThere(path, context) || isThere(dirname(path), context) || isInstalled;
}

/** Asks whether the clients of this machine are to use the local gateway; Enter alone changes nothing of theirs. */
export async function offerClients(deps: ClientsDeps, prompter: Prompter, context: ClientsContext): Promise<void> {
  const known = await attempt(() => accessOf(deps, context));
  // Named tokens alone, or one that is elsewhere: what was set up is not for these clients.
  if (!known.ok) return;
  const access = known.value;
  const here = Object.values(CLIENTS).filter((client) => isHere(client, context));
  const served = here.filter((client) => usableApis(client, access).length > 0);
  const offered = served.flatMap((client) => found(client, access, deps, context));
  if (offered.length === 0) return;
  const { clientFiles: text } = context.text;
  const names = offered.map(({ client }) => client.name);
  context.out("\n");
  const wants = await prompter.confirm({ message: text.offer(names), initial: false });
  if (wants.kind === "back" || !wants.value) return;
  const chosen = offered.length === 1 ? offered : await chooseClients(offered, prompter, text.offerWhich);
  await setUpClients(chosen, access, { yes: false, dryRun: false, prompter }, deps.paths, context);
}

async function chooseClients(offered: readonly ClientToSetUp[], prompter: Prompter, message: string) {
  const choices = offered.map((value) => ({ value, label: value.client.name }));
  const reply = await prompter.chooseSeveral({ message, choices, initial: offered });
  return reply.kind === "back" ? [] : reply.value;
}

/** Leaves out a client that is set up already. Says why where its file cannot be edited. */
function found(
  client: Client,
  access: GatewayAccess,
  { paths }: ClientsDeps,
  context: Context,
): readonly ClientToSetUp[] {
  try {
    const one = clientToSetUp(client, access, paths, context);
    return one.prepared.changes.length > 0 ? [one] : [];
  } catch (error) {
    if (!(error instanceof OpenclawError)) throw error;
    const { text } = context;
    const { says: message, hint } = error;
    const reason = problemText({ message, ...(hint !== undefined && { hint }) }, text);
    context.err(`${text.commands.note(text.clientFiles.cannotOffer({ client: client.name, reason }))}\n`);
    return [];
  }
}

/** Sets up the clients that the command line names. */
export async function setUpNamed(
  ids: readonly string[],
  deps: ClientsDeps,
  how: Pick<ClientFileFlags, "yes" | "prompter">,
  context: ClientsContext,
): Promise<readonly WrittenClient[]> {
  const access = await accessOf(deps, context);
  const named = Object.values(CLIENTS).filter(({ id }) => ids.includes(id));
  const clients = named.map((client) => clientToSetUp(client, access, deps.paths, context));
  return setUpClients(clients, access, { ...how, dryRun: false }, deps.paths, context);
}

async function accessOf({ paths, providers }: ClientsDeps, context: Context): Promise<GatewayAccess> {
  const gateway = await openGateway(paths, context);
  if (gateway.isRemote)
    return (await import("./remote-access.ts")).remoteAccess(gateway, undefined, providers, paths, context);
  return clientAccess(gateway, undefined, providers, paths, context);
}
