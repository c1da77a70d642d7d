import type { VariableSource } from "../config/variables.ts";
import type { Paths } from "../core/paths.ts";
import type { Endpoint } from "../providers/provider.ts";
import type { Texts } from "../text/message.ts";
import { type CredentialInput, type CredentialStatus, credentialsOf, type SecretSource } from "./credential-status.ts";

/** The configuration and the files of variables, which have credentials. */
export type SecretFiles = Pick<Paths, "config" | "secrets" | "gatewayEnv">;

/** The places that the credentials of all configured providers come from. */
export interface CredentialSources {
  /** By the id of the provider. */
  readonly ofProvider: ReadonlyMap<string, readonly CredentialStatus[]>;
  readonly ofVariable: (name: string) => SecretSource | undefined;
}

export const sourcesIn = (input: CredentialInput, endpoints: readonly Endpoint[]): CredentialSources => ({
  ofProvider: new Map(
    Object.keys(input.config.models?.providers ?? {}).map((id) => {
      const endpoint = endpoints.find(({ providerId }) => providerId === id);
      return [id, credentialsOf(id, endpoint, input)];
    }),
  ),
  ofVariable: (name) => {
    const place = input.variables.get(name)?.source;
    return place && { place, name };
  },
});

/** Where a credential comes from, in a few words: a variable and its file, or a path of the configuration. */
export function shownPlace({ place, name }: SecretSource, files: SecretFiles, text: Texts): string {
  const { modelStatus: t } = text;
  if (place === "configuration") return t.inConfiguration({ path: name, file: files.config });
  if (place === "secret provider") return t.inSecretProvider(name);
  return t.inVariable({ name, place: variableFile(place, files) ?? text.config.variableSources[place] });
}

/** The file that has a variable; `undefined` for one of the environment and the like. */
export const variableFile = (
  place: VariableSource,
  { secrets, gatewayEnv }: Pick<SecretFiles, "secrets" | "gatewayEnv">,
): string | undefined => (place === ".env" ? secrets : place === "gateway.env" ? gatewayEnv : undefined);
