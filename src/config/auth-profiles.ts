import { join } from "node:path";
import type { Context } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";

/** The credential store of the published OpenClaw, which this program never writes. */
export interface AuthProfiles {
  readonly path: string;
  /** The providers it holds a credential for; none when there is no such file, or it has a form that is not known. */
  readonly providers: readonly string[];
}

/**
 * For which providers the published OpenClaw has a credential of its own, which wins over every other there.
 * @source the published OpenClaw's order of precedence, seen in 2026.5.28.
 */
export function authProfiles({ stateDir }: Paths, { files }: Pick<Context, "files">): AuthProfiles {
  const path = join(stateDir, "agents", "main", "agent", "auth-profiles.json");
  try {
    const { profiles } = JSON.parse(files.readFileSync(path, "utf8")) as {
      profiles: Record<string, { provider: string }>;
    };
    return { path, providers: Object.values(profiles).map(({ provider }) => provider) };
  } catch {
    return { path, providers: [] };
  }
}
