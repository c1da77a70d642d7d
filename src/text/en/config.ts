import { allOf } from "./words.ts";

export const config = {
  secretsNotReadable: "The secrets file has a line that cannot be read.",
  fixSecrets: "Fix the line, or put # in front of it. Nothing was changed.",
  variablesMissing: (names: readonly string[]) => `${allOf(names)} ${names.length === 1 ? "has" : "have"} no value.`,
  setVariables: (number: number) =>
    number === 1
      ? "Set it in .env in the state folder, or export it."
      : "Set them in .env in the state folder, or export them.",
  variableNotAllowed: ({ place, name }: { place: string; name: string }) => `${place} does not allow ${name}.`,
  noSecretSource: ({ place, source }: { place: string; source: string }) =>
    `${place} is not configured for source '${source}'.`,
  noSecretValue: ({ place, source, id }: { place: string; source: string; id: string }) =>
    `${place} (source '${source}') gives no value for '${id}'.`,
};
