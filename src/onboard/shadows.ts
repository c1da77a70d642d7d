import type { SecretEdit } from "../config/apply.ts";
import { authProfiles } from "../config/credentials.ts";
import { type Context, lookUp } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";
import { storedUnder } from "../providers/provider.ts";
import { ENDPOINTS } from "../providers/registry.ts";

/**
 * What will be used instead of the secrets just saved, each a sentence: a variable of the environment wins over `.env`,
 * and in the published OpenClaw a stored auth profile wins over both.
 * @source the published OpenClaw's order of precedence, seen in 2026.5.28.
 */
export function shadows(
  secrets: readonly SecretEdit[],
  paths: Paths,
  { env, files }: Pick<Context, "env" | "files">,
): readonly string[] {
  const fromEnvironment = secrets
    .filter(({ name, value }) => ![undefined, "", value.reveal()].includes(lookUp(name, env)))
    .map(
      ({ name }) =>
        `${name} is set in this environment to another value, which wins over ${paths.secrets} here. Unset it to use what was saved.`,
    );
  const keys = ENDPOINTS.filter((endpoint) =>
    secrets.some(({ name }) => name === storedUnder(endpoint, endpoint.keyField)),
  );
  const profiles = authProfiles(paths, { files });
  const stored = keys.filter(({ providerId }) => profiles.providers.includes(providerId));
  return [
    ...fromEnvironment,
    ...stored.map(
      ({ label }) => `${profiles.path} holds a key for ${label} as well, which the published OpenClaw uses first.`,
    ),
  ];
}
