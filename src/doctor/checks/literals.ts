import { variablesNeeded } from "../../config/credentials.ts";
import { formatPath, type JsonPath } from "../../config/json5-value.ts";
import { unresolvedInText } from "../../config/unresolved.ts";
import { variablesIn } from "../../config/variables.ts";
import { lookUp } from "../../core/context.ts";
import { isCredentialHeader, isSecretVariable, looksSecret } from "../../core/redact.ts";
import { Secret } from "../../core/secret.ts";
import { repairPaste } from "../../providers/paste.ts";
import type { Field } from "../../providers/provider.ts";
import type { CheckResult, Repair } from "../check.ts";
import { type DoctorInput, type InspectedProvider, inspectedProviders, objectAt, textAt } from "../input.ts";

/** Secrets that stand in the configuration itself, each with its way to `.env`. */
export function literals(input: DoctorInput): readonly CheckResult[] {
  const secretsPath = input.paths.secrets;
  return literalSecrets(input).map(({ path, repair }) => ({
    status: "warn",
    message: (t) => t.doctor.literal(formatPath(path)),
    fix: ({ doctor }) => {
      if (path[0] === "env") return doctor.moveOut(secretsPath);
      return repair === undefined ? doctor.moveByHand(secretsPath) : doctor.moveTo({ ...repair, secretsPath });
    },
    ...input.config.locate(path),
    ...(repair && { repair }),
  }));
}

/** A secret in the configuration itself, and how to move it to `.env` if nothing else would change. */
interface LiteralSecret {
  readonly path: JsonPath;
  readonly repair?: Extract<Repair, { kind: "move" }>;
}

/** @why local servers take short words for a key, such as `ollama`. */
const SHORTEST = 12;

const isLiteral = (text: string) =>
  text !== "" && variablesIn(text).length === 0 && unresolvedInText(text) === undefined;

function literalSecrets(input: DoctorInput): readonly LiteralSecret[] {
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
 * A repair is offered only if the target variable has no other value, which would then take effect instead, and if the
 * secret passes the field's check: a credential of another kind must not be stored under this name.
 */
function literal(path: JsonPath, text: string, home: Field | string, input: DoctorInput, header = ""): LiteralSecret {
  const variable = typeof home === "string" ? home : (home.env[0] ?? "");
  const isBearer = /^Bearer/i.test(text) || bearerField(header, { endpoint: undefined }, input) !== undefined;
  const scheme = isBearer ? "Bearer " : "";
  const value = scheme === "" ? text : repairPaste(text, header.toLowerCase()).value;
  const inConfig = [["env"], ["env", "vars"]].map((at) => textAt(input.config.value, [...at, variable]));
  const others = [lookUp(variable, input.env), input.secrets.values.get(variable), ...inConfig].filter(
    (other) => other,
  );
  const isFree = others.every((other) => other === value) && input.secrets.faults.length === 0;
  const isItsOwn = /^[!-~]+$/.test(value) && (typeof home === "string" || home.check(value).ok);
  if (!isFree || !isItsOwn) return { path };
  return {
    path,
    repair: { kind: "move", path, variable, secret: new Secret(value), reference: `${scheme}\${${variable}}` },
  };
}

/** The field whose header must be `Bearer` and a token, preferably of the entry's own endpoint. */
export function bearerField(
  header: string,
  { endpoint }: Pick<InspectedProvider, "endpoint">,
  { endpoints }: DoctorInput,
): Field | undefined {
  const fields = [...(endpoint?.fields ?? []), ...endpoints.flatMap((other) => other.fields)];
  return fields.find((field) => field.scheme === "Bearer" && field.header === header.toLowerCase());
}
