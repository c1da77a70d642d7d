import { randomToken } from "../config/credentials.ts";
import type { Context } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";
import type { Problem } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import type { CurrentState } from "../onboard/current-state.ts";
import type { PlanDeps } from "../onboard/plan.ts";
import type { Provider } from "../providers/provider.ts";
import type { FiledAnswers } from "./answers-file.ts";
import { withSchema } from "./editor-schema.ts";
import type { Flags } from "./onboard-flags.ts";

/** What the command line asks for, and a file of answers that it names. */
export interface Asked {
  readonly flags: Flags;
  /** What is wrong with the flags. */
  readonly problems: readonly Problem[];
  /** Flags that are taken and do nothing. */
  readonly withoutEffect: readonly string[];
  readonly providers: readonly Provider[];
  readonly filed?: FiledAnswers | undefined;
}

/** With a file of answers, the environment answers nothing that the file does not name. */
export const readingOf = ({ filed }: Asked) =>
  filed === undefined ? {} : { isDeclared: true, ...(filed.sources && { sources: filed.sources }) };

export function planDeps(
  { flags, filed }: Asked,
  { config }: CurrentState,
  { version, paths }: { readonly version: string; readonly paths: Pick<Paths, "defaultPort"> },
  { now, randomBytes }: Pick<Context, "now" | "randomBytes">,
): PlanDeps {
  let token: Secret | undefined;
  return {
    // One token per run, so that the preview shows what will be written.
    newToken: () => (token ??= randomToken({ randomBytes })),
    now: now(),
    version,
    defaultPort: paths.defaultPort,
    patchSecrets: filed?.patchSecrets,
    patch: flags.editorSchema ? withSchema(filed?.patch, config.config) : filed?.patch,
  };
}
