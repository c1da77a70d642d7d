import type { VariableSource } from "../config/variables.ts";
import type { Paths } from "../core/paths.ts";
import type { Texts } from "../text/message.ts";
import type { SecretSource } from "./credential-status.ts";

type SecretFiles = Pick<Paths, "config" | "secrets" | "gatewayEnv">;

/** Where a credential comes from, in a few words: a variable and its file, or a path of the configuration. */
export function shownPlace({ place, name }: SecretSource, files: SecretFiles, text: Texts): string {
  const { modelStatus: t } = text;
  if (place === "configuration") return t.inConfiguration({ path: name, file: files.config });
  if (place === "secret provider") return t.inSecretProvider(name);
  return t.inVariable({ name, place: fileOf(place, files) ?? text.config.variableSources[place] });
}

/** The file that a place is, if it is one. */
export const fileOf = (
  place: VariableSource,
  { secrets, gatewayEnv }: Pick<Paths, "secrets" | "gatewayEnv">,
): string | undefined => (place === ".env" ? secrets : place === "gateway.env" ? gatewayEnv : undefined);
