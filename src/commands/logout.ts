import type { Command } from "commander";
import { applyPlan } from "../config/apply.ts";
import { EMPTY } from "../config/config-file.ts";
import { assertWritable } from "../config/read-only.ts";
import { type InspectedFiles, inspectFiles } from "../config/resolve.ts";
import type { Context } from "../core/context.ts";
import { EXIT } from "../core/errors.ts";
import { jsonDocument } from "../core/json.ts";
import type { Paths } from "../core/paths.ts";
import type { Provider } from "../providers/provider.ts";
import {
  nameableProviders,
  ofProvider,
  type StoredCredential,
  singleKeys,
  storedCredentials,
} from "../reset/credentials.ts";
import { credentialUse, type GatewayUse } from "../service/credential-use.ts";
import { managerIfAny } from "../service/find-manager.ts";
import { type GatewayRuntime, gatewayRuntime, profileService } from "../service/runtime.ts";
import { confirm } from "../terminal/interaction.ts";
import { table, tableWithin } from "../terminal/layout.ts";
import { textWidth } from "../terminal/width.ts";
import { loadTexts } from "../text/language.ts";
import { say, type Texts } from "../text/message.ts";
import { printStanding, standingElsewhere, standingJson } from "./credential-places.ts";
import { useJson, useMessages } from "./credential-use-report.ts";
import type { Invocation } from "./invocation.ts";
import { linePrinter, showWarnings } from "./print.ts";
import { unknownProvider } from "./unknown-provider.ts";

interface LogoutFlags {
  readonly provider?: string;
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  const { reset, commands } = invocation.context.text;
  command
    .description(reset.logout.description)
    .option("--provider <id>", reset.logout.providerFlag)
    .option("--all", reset.logout.allFlag)
    .option("--yes", reset.logout.yesFlag)
    .option("--dry-run", commands.dryRunFlag)
    .option("--json", commands.jsonFlag)
    .action((flags: LogoutFlags) => logout(flags, invocation));
}

/** The credentials in `.env`, by those that go and those that stay. */
interface Selection {
  readonly gone: readonly StoredCredential[];
  /** Those of a provider that others use as well. */
  readonly shared: readonly StoredCredential[];
  /** Those of the local gateway's clients, unless they go. */
  readonly tokens: readonly StoredCredential[];
}

async function logout(flags: LogoutFlags, invocation: Invocation): Promise<void> {
  const { context, shown, endWith } = invocation;
  const { yes = false, dryRun = false, json = false } = flags;
  const { reset, commands } = context.text;
  const paths = invocation.paths();
  const providers = await invocation.providers();
  if (!dryRun) assertWritable(context);
  const files = await readForLogout(paths, context);
  const selection = select(flags, files, providers);
  const tell = linePrinter(json ? context.err : context.out, context, shown);
  if (files.configError !== undefined) showWarnings([(t) => t.reset.logout.configUnreadable(paths.config)], context);
  const isAsked = !yes && !dryRun && selection.gone.length > 0;
  if (!json || isAsked)
    for (const line of preview(selection, flags, paths, { text: context.text, columns: context.columns() })) tell(line);
  if (isAsked) {
    tell("");
    await confirm(reset.logout.ask, (t) => t.reset.logout.passYes, context, { initial: false });
  }
  const before = await gatewayRuntime(
    profileService({ paths, providers }, await managerIfAny(paths, context), context),
    context,
  );
  if (!dryRun && selection.gone.length > 0) await remove(flags, providers, paths, context);
  const gateway = dryRun ? undefined : await useAfter(selection.gone, before, context);
  const sought = {
    names: selection.gone.map(({ name }) => name),
    providerIds: flags.provider === undefined ? nameableProviders(files.values.config, providers) : [flags.provider],
    withGateway: flags.all ?? false,
  };
  const found = await inspectFiles(paths, context);
  const standing = await standingElsewhere(seekAll(sought, providers, found), found, paths, context);
  if (gateway?.use === "old") endWith(EXIT.failed);
  if (json) {
    const english = await loadTexts("en");
    return context.out(
      jsonDocument({
        ok: gateway?.use !== "old",
        dryRun,
        path: paths.secrets,
        removed: selection.gone.map(credentialJson),
        kept: [...selection.shared, ...selection.tokens].map(credentialJson),
        standing: standingJson(standing, english),
        gateway: useJson(gateway),
      }),
    );
  }
  if (dryRun) tell(commands.dryRun);
  else if (selection.gone.length > 0) {
    const { length: number } = selection.gone;
    tell(reset.logout.done({ path: paths.secrets, number }));
  }
  printStanding(standing, context, shown);
  for (const message of useMessages(gateway, paths, await managerIfAny(paths, context), context))
    tell(say(message, context.text));
  if (!dryRun && selection.gone.length > 0) tell(`\n${reset.logout.next}`);
}

/**
 * Reads as much as it can: a fault in the configuration is no reason to keep a key. Throws what is wrong with `.env`, and
 * what cannot be read for the moment, since it may name more.
 */
async function readForLogout(paths: Paths, context: Context): Promise<InspectedFiles> {
  const files = await inspectFiles(paths, context);
  if (files.configError?.code === "file.access") throw files.configError;
  if (files.secrets.error !== undefined) throw files.secrets.error;
  return files;
}

function select(
  { provider, all = false }: LogoutFlags,
  { values: { config }, secrets }: InspectedFiles,
  providers: readonly Provider[],
): Selection {
  const stored = storedCredentials(config, secrets.values, providers);
  const tokens = stored.filter(({ of }) => of === "gateway");
  if (provider !== undefined) {
    const known = nameableProviders(config, providers);
    if (!known.includes(provider)) throw unknownProvider(provider, known);
    const { gone, shared } = ofProvider(provider, stored, providers);
    return { gone: all ? [...gone, ...tokens] : gone, shared, tokens: [] };
  }
  return { gone: all ? stored : stored.filter(({ of }) => of === "provider"), shared: [], tokens: all ? [] : tokens };
}

function preview(
  { gone, shared, tokens }: Selection,
  { provider }: LogoutFlags,
  { secrets: path }: Paths,
  { text, columns }: { readonly text: Texts; readonly columns: number | undefined },
): readonly string[] {
  const { logout } = text.reset;
  const stays = [
    ...shared.map(({ name, usedBy }) =>
      logout.sharedStays({ name, providers: usedBy.filter((id) => id !== provider) }),
    ),
    ...(tokens.length > 0 ? [logout.tokensStay(tokens.map(({ name }) => name))] : []),
  ];
  if (gone.length === 0)
    return [provider === undefined ? logout.nothing(path) : logout.nothingOf({ path, provider }), ...stays];
  return [logout.goes(path), ...credentialRows(gone, text, columns), ...stays];
}

/** Name, masked value, and what it is: the lines of a table. */
export function credentialRows(
  credentials: readonly StoredCredential[],
  text: Texts,
  columns: number | undefined,
): readonly string[] {
  const rows = credentials.map(({ name, value, of, field, usedBy }) => [
    `  ${name}`,
    String(value),
    of === "gateway"
      ? text.reset.localGateway
      : text.reset.fact({ label: field && say(field.label, text), providers: usedBy }),
  ]);
  const shown = columns === undefined ? table(rows, textWidth) : tableWithin(rows, NO_SPARE, textWidth, columns);
  return shown.split("\n").map((line) => line.trimEnd());
}

/** Each column is needed. */
const NO_SPARE = Number.POSITIVE_INFINITY;

const credentialJson = ({ name, value, of, usedBy }: StoredCredential) => ({
  name,
  value: String(value),
  of,
  providers: usedBy,
});

/** Takes them out of `.env`, chosen again under the lock from what it says then. */
async function remove(
  flags: LogoutFlags,
  providers: readonly Provider[],
  paths: Paths,
  context: Context,
): Promise<void> {
  await applyPlan(
    async () => {
      const files = await readForLogout(paths, context);
      const root = { path: paths.config, text: EMPTY, value: {} };
      return { files, config: { root, read: () => root, bytes: new Map() }, secrets: files.secrets };
    },
    ({ files }) => {
      const { gone } = select(flags, files, providers);
      return { config: [], secrets: [], removed: gone.map(({ name }) => name) };
    },
    paths,
    context,
  );
}

const useAfter = (
  gone: readonly StoredCredential[],
  { url, token }: Pick<GatewayRuntime, "url" | "token">,
  context: Context,
): Promise<GatewayUse> | undefined =>
  gone.length === 0
    ? undefined
    : credentialUse({ url, token }, gone.filter(({ of }) => of === "provider").flatMap(singleKeys), context);

/** Looks for every name if nothing was left to remove: the question is then why there is still a key. */
function seekAll(
  sought: Parameters<typeof standingElsewhere>[0],
  providers: readonly Provider[],
  { values: { config } }: InspectedFiles,
) {
  const fields = providers.flatMap(({ fields }) => fields.filter(({ secret }) => secret).flatMap(({ env }) => env));
  return sought.names.length > 0 || Object.keys(config).length === 0 ? sought : { ...sought, names: fields };
}
