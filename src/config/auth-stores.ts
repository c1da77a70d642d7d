import { join } from "node:path";
import type { Context } from "../core/context.ts";
import { systemCode, unlessRefused } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { valueAt } from "./json5-value.ts";
import { readSqliteTable, SqliteError } from "./sqlite.ts";

/** A file in which the published OpenClaw stores credentials. We only read it. */
export interface AuthStore {
  readonly path: string;
  /** The agent it belongs to; without one it is for all of them. */
  readonly agent?: string;
  /** The providers with a stored credential. */
  readonly providers: readonly string[];
  /** True if the file cannot be read, so that nobody knows what it holds. */
  readonly isUnreadable: boolean;
}

type StoreContext = Pick<Context, "files">;

/**
 * The published OpenClaw's stores that exist. A credential in one takes precedence over everything else there.
 * @source seen in 2026.5.28 (a JSON file for each agent) and 2026.9.6 (`state/openclaw.sqlite`, and by its documentation
 * a database for each agent).
 */
export function authStores({ stateDir }: Pick<Paths, "stateDir">, context: StoreContext): readonly AuthStore[] {
  const { files } = context;
  const agents = unlessRefused(() => files.readdirSync(join(stateDir, "agents"))) ?? [];
  const shared = storeAt(join(stateDir, "state", "openclaw.sqlite"), undefined, sharedProfiles, context);
  const ofAgents = agents.toSorted().flatMap((agent) => {
    const folder = join(stateDir, "agents", agent, "agent");
    return [
      ...storeAt(join(folder, "auth-profiles.json"), agent, jsonProfiles, context),
      ...storeAt(join(folder, "openclaw-agent.sqlite"), agent, agentProfiles, context),
    ];
  });
  return [...shared, ...ofAgents];
}

/** The texts of a store that hold profiles. Throws `SqliteError` or the system's error. */
type ReadProfiles = (path: string, context: StoreContext) => readonly string[];

/** A file of any other size is no list of profiles. */
const MAX_JSON_BYTES = 16 * 1024 * 1024;

const jsonProfiles: ReadProfiles = (path, { files }) => {
  const stats = files.statSync(path);
  if (!stats.isFile() || stats.size > MAX_JSON_BYTES) throw new SqliteError("not a file of profiles");
  return [files.readFileSync(path, "utf8")];
};

const sharedProfiles: ReadProfiles = (path, context) =>
  readSqliteTable(path, "config_machine_state", context).flatMap(([key, text]) =>
    key === "authProfiles.store" && typeof text === "string" ? [text] : [],
  );

const agentProfiles: ReadProfiles = (path, context) =>
  readSqliteTable(path, "auth_profile_store", context).flatMap(([, text]) => (typeof text === "string" ? [text] : []));

function storeAt(
  path: string,
  agent: string | undefined,
  read: ReadProfiles,
  context: StoreContext,
): readonly AuthStore[] {
  const store = { path, ...(agent !== undefined && { agent }) };
  try {
    if (context.files.statSync(path, { throwIfNoEntry: false }) === undefined) return [];
    const providers = read(path, context).flatMap(providersIn);
    return [{ ...store, providers: [...new Set(providers)], isUnreadable: false }];
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined && !(error instanceof SqliteError || error instanceof SyntaxError)) throw error;
    return code === "ENOTDIR" ? [] : [{ ...store, providers: [], isUnreadable: true }];
  }
}

/** Throws a `SyntaxError` for what is no list of profiles. */
function providersIn(text: string): readonly string[] {
  const document: unknown = JSON.parse(text);
  if (typeof document !== "object" || document === null) throw new SyntaxError("no object");
  const profiles = valueAt(document as never, ["profiles"]) as unknown;
  if (typeof profiles !== "object" || profiles === null) return [];
  const providers = Object.values(profiles).map((profile) => valueAt(profile, ["provider"]) as unknown);
  return providers.filter((provider) => typeof provider === "string");
}
