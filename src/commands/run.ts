import type { About, Context } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";
import type { Provider } from "../providers/provider.ts";

/** The program around a command. */
export interface Run {
  readonly argv: readonly string[];
  readonly context: Context;
  readonly about: About;
  /** The files of this run, from the root flags and the environment. Throws `usage.*`. */
  readonly paths: () => Paths;
  /** Loads the providers that the program knows; commands without any do not. */
  readonly providers: () => Promise<readonly Provider[]>;
  /** Sets the exit status of a command that has done its work and has nothing good to say; errors are thrown instead. */
  readonly endWith: (status: number) => void;
}
