import type { About, Context } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";
import type { Shown } from "../core/shown.ts";
import type { Provider } from "../providers/provider.ts";

export interface Invocation {
  readonly argv: readonly string[];
  readonly context: Context;
  readonly about: About;
  /** Resolved from the root flags and the environment. Throws `usage.*`. */
  readonly paths: () => Paths;
  /** Loads the known providers; commands that need none do not call it. */
  readonly providers: () => Promise<readonly Provider[]>;
  /** For what standard output shows a person besides texts: commands, and paths in tables. */
  readonly shown: Shown;
  /** Sets the exit status of a command that ran without an error but has bad news. */
  readonly endWith: (status: number) => void;
}
