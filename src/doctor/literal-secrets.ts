import { variablesNeeded } from "../config/credentials.ts";
import type { JsonPath } from "../config/json5-value.ts";
import { variablesIn } from "../config/variables.ts";
import { isCredentialHeader, isSecretVariable, looksSecret } from "../core/redact.ts";
import { Secret } from "../core/secret.ts";
import { repairPaste } from "../providers/paste.ts";
import type { Field } from "../providers/provider.ts";
import type { Repair } from "./check.ts";
import { type DoctorInput, type InspectedProvider, inspectedProviders, objectAt, textAt } from "./input.ts";

/** A secret in the configuration itself, and how to move it to `.env` where nothing else would change. */
export interface LiteralSecret {
  readonly path: JsonPath;
  readonly repair?: Extract<Repair, { kind: "move" }>;
}

/** @why local servers take short words for a key, such as `ollama`. */
const SHORTEST = 12;

const isLiteral = (text: string) => text !== "" && variablesIn(text).length === 0;

/** Every secret in plain text, in the order of the file's parts. */
export function literalSecrets(input: DoctorInput): readonly LiteralSecret[] {
  return [
    ...inspectedProviders(input).flatMap((entry) => inProvider(entry, input)),
    ...inGateway(input),
    ...inEnv(input).map((path) => ({ path })),
  ];
}

function inProvider(provider: InspectedProvider, input: DoctorInput): readonly LiteralSecret[] {
  const { id, path, entry, endpoint } = provider;
  const found: LiteralSecret[] = [];
  const key = textAt(entry, ["apiKey"]) ?? "";
  const isKey = isLiteral(key) && variablesNeeded({ apiKey: key }, undefined).length === 0;
  if (isKey && (key.length >= SHORTEST || looksSecret(key))) {
    const field = endpoint?.fields.find((candidate) => candidate.id === endpoint.keyField);
    found.push(literal([...path, "apiKey"], key, field ?? variableName(id, "API_KEY"), input));
  }
  for (const [name, value] of Object.entries(objectAt(entry, ["headers"]))) {
    if (typeof value !== "string" || !isLiteral(value) || !(isCredentialHeader(name) || looksSecret(value))) continue;
    const field = endpoint?.fields.find(({ header }) => header === name.toLowerCase());
    found.push(literal([...path, "headers", name], value, field ?? variableName(id, name), input, name));
  }
  return found;
}

function inGateway(input: DoctorInput): readonly LiteralSecret[] {
  return ["token", "password"].flatMap((member) => {
    const path = ["gateway", "auth", member];
    const text = textAt(input.config.value, path) ?? "";
    return isLiteral(text) ? [literal(path, text, variableName("openclaw-gateway", member), input)] : [];
  });
}

function inEnv({ config }: DoctorInput): readonly JsonPath[] {
  return [["env"], ["env", "vars"]].flatMap((at) =>
    Object.entries(objectAt(config.value, at)).flatMap(([name, text]) =>
      typeof text === "string" &&
      isLiteral(text) &&
      (looksSecret(text) || (isSecretVariable(name) && text.length >= SHORTEST))
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
 * The secret with its repair, which is offered only where its variable has no other value, which would then be used
 * instead, and where it passes the field's check: a credential of another kind must not get this one's name.
 */
function literal(path: JsonPath, text: string, home: Field | string, input: DoctorInput, header = ""): LiteralSecret {
  const variable = typeof home === "string" ? home : (home.env[0] ?? "");
  const scheme = /^Bearer/i.test(text) || header.toLowerCase() === "cf-aig-authorization" ? "Bearer " : "";
  const value = scheme === "" ? text : repairPaste(text, header.toLowerCase()).value;
  const inConfig = [["env"], ["env", "vars"]].map((at) => textAt(input.config.value, [...at, variable]));
  const others = [input.env[variable], input.secrets.values.get(variable), ...inConfig].filter((other) => other);
  const isFree = others.every((other) => other === value) && input.secrets.faults.length === 0;
  const isItsOwn = /^[!-~]+$/.test(value) && (typeof home === "string" || home.check(value).ok);
  if (!isFree || !isItsOwn) return { path };
  return {
    path,
    repair: { kind: "move", path, variable, secret: new Secret(value), reference: `${scheme}\${${variable}}` },
  };
}
