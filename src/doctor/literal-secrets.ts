import { variablesNeeded } from "../config/credentials.ts";
import type { JsonPath } from "../config/json5-value.ts";
import { variablesIn } from "../config/variables.ts";
import { Secret, scrub } from "../core/secret.ts";
import { repairPaste } from "../providers/paste.ts";
import type { Field } from "../providers/provider.ts";
import type { Repair } from "./check.ts";
import { type Facts, objectAt, type ProviderEntry, providerEntries, textAt } from "./input.ts";

/** A secret that stands in the configuration in clear, and how it can go to `.env` without anything else changing. */
export interface LiteralSecret {
  readonly path: JsonPath;
  readonly repair?: Extract<Repair, { kind: "move" }>;
}

/** Shorter ones are what local servers take for a key, such as `ollama`. */
const SHORTEST = 12;

const SECRET_HEADER =
  /^(?:authorization|x-api-key|api-key|x-goog-api-key|cf-aig-authorization|cf-access-client-secret)$/i;
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD/i;

const looksSecret = (text: string) => scrub(text) !== text;
const isLiteral = (text: string) => text !== "" && variablesIn(text).length === 0;

/** Every secret in clear, in the order of the file's parts. */
export function literalSecrets(facts: Facts): readonly LiteralSecret[] {
  return [
    ...providerEntries(facts).flatMap((entry) => inProvider(entry, facts)),
    ...inGateway(facts),
    ...inEnv(facts).map((path) => ({ path })),
  ];
}

function inProvider(provider: ProviderEntry, facts: Facts): readonly LiteralSecret[] {
  const { id, path, entry, ours } = provider;
  const found: LiteralSecret[] = [];
  const key = textAt(entry, ["apiKey"]) ?? "";
  const isKey = isLiteral(key) && variablesNeeded({ apiKey: key }, undefined).length === 0;
  if (isKey && (key.length >= SHORTEST || looksSecret(key))) {
    const field = ours?.fields.find((candidate) => candidate.id === ours.keyField);
    found.push(literal([...path, "apiKey"], key, field ?? variableName(id, "API_KEY"), facts));
  }
  for (const [name, value] of Object.entries(objectAt(entry, ["headers"]))) {
    if (typeof value !== "string" || !isLiteral(value) || !(SECRET_HEADER.test(name) || looksSecret(value))) continue;
    const field = ours?.fields.find(({ header }) => header === name.toLowerCase());
    found.push(literal([...path, "headers", name], value, field ?? variableName(id, name), facts, name));
  }
  return found;
}

function inGateway(facts: Facts): readonly LiteralSecret[] {
  return ["token", "password"].flatMap((member) => {
    const path = ["gateway", "auth", member];
    const text = textAt(facts.config.value, path) ?? "";
    return isLiteral(text) ? [literal(path, text, variableName("openclaw-gateway", member), facts)] : [];
  });
}

function inEnv({ config }: Facts): readonly JsonPath[] {
  return [["env"], ["env", "vars"]].flatMap((at) =>
    Object.entries(objectAt(config.value, at)).flatMap(([name, text]) =>
      typeof text === "string" &&
      isLiteral(text) &&
      (looksSecret(text) || (SECRET_NAME.test(name) && text.length >= SHORTEST))
        ? [[...at, name]]
        : [],
    ),
  );
}

const variableName = (...parts: readonly string[]) =>
  parts
    .join("_")
    .toUpperCase()
    .replace(/\W+/g, "_")
    .replace(/^(?=\d)/, "_");

/**
 * It can be moved where its variable has no other value, which would then be used in its stead, and where it is what
 * the field wants: under the name of another credential it would only be harder to find.
 */
function literal(path: JsonPath, text: string, place: Field | string, facts: Facts, header = ""): LiteralSecret {
  const variable = typeof place === "string" ? place : (place.env[0] ?? "");
  const scheme = /^Bearer/i.test(text) || header.toLowerCase() === "cf-aig-authorization" ? "Bearer " : "";
  const value = scheme === "" ? text : repairPaste(text, header.toLowerCase()).value;
  const inConfig = [["env"], ["env", "vars"]].map((at) => textAt(facts.config.value, [...at, variable]));
  const others = [facts.env[variable], facts.secrets.values.get(variable), ...inConfig].filter((other) => other);
  const isFree = others.every((other) => other === value) && facts.secrets.faults.length === 0;
  const isItsOwn = /^[!-~]+$/.test(value) && (typeof place === "string" || place.check(value).ok);
  if (!isFree || !isItsOwn) return { path };
  return {
    path,
    repair: { kind: "move", path, variable, secret: new Secret(value), reference: `${scheme}\${${variable}}` },
  };
}
