import { headerUse, keyUse, variablesNeeded } from "../../config/credentials.ts";
import { formatPath, type JsonPath } from "../../config/json5-value.ts";
import { isOpenToOthers } from "../../config/listen-address.ts";
import { unresolvedInText } from "../../config/unresolved.ts";
import { substitute, variablesIn } from "../../config/variables.ts";
import { lookUp } from "../../core/context.ts";
import { spellingOf } from "../../core/http.ts";
import {
  isCredentialHeader,
  isMisplacedCredential,
  isSecretVariable,
  looksLikeCredential,
  looksSecret,
} from "../../core/redact.ts";
import { Secret } from "../../core/secret.ts";
import { type TextUse, unresolvedIn } from "../../core/unresolved.ts";
import { repairPaste } from "../../providers/paste.ts";
import type { Field } from "../../providers/provider.ts";
import { type Message, say } from "../../text/message.ts";
import {
  atOtherPlaces,
  type Check,
  type CheckResult,
  type DoctorInput,
  faultsIn,
  type InspectedProvider,
  inspectedProviders,
  objectAt,
  type Repair,
  resultOf,
  storedElsewhere,
  textAt,
  textsIn,
} from "../check.ts";

export const CREDENTIAL_CHECKS: readonly Check[] = [
  { id: "credentials.unresolved", title: (t) => t.doctor.allResolved, needs: ["readableConfig"], run: unresolved },
  { id: "credentials.weak-token", title: (t) => t.doctor.tokenLong, needs: ["readableConfig"], run: weakToken },
  {
    id: "credentials.token-header",
    title: (t) => t.doctor.tokenHeaders,
    needs: ["readableConfig", "provider"],
    run: (input) => inspectedProviders(input).flatMap((provider) => tokenHeaders(provider, input)),
  },
  {
    id: "credentials.wrong-field",
    title: (t) => t.doctor.fieldsRight,
    needs: ["readableConfig", "provider"],
    run: (input) => inspectedProviders(input).flatMap((provider) => wrongFields(provider, input)),
  },
  { id: "credentials.literal", title: (t) => t.doctor.noLiterals, needs: ["readableConfig"], run: literals },
  { id: "credentials.misplaced", title: (t) => t.doctor.noMisplaced, needs: ["readableConfig"], run: misplaced },
  { id: "credentials.auth-profiles", title: (t) => t.doctor.noProfiles, needs: ["folder"], run: authProfiles },
];

function unresolved(input: DoctorInput): readonly CheckResult[] {
  const used = [input.gatewayToken, ...input.credentials.values()]
    .flatMap((resolved) => faultsIn(resolved, "unresolved"))
    .map((fault) => resultOf(fault, "fail"));
  const unused = writtenSecrets(input).flatMap(({ path, text, use }): readonly CheckResult[] => {
    const found = unresolvedInText(text, use);
    if (found === undefined) return [];
    const message: Message = (t) => t.core.unresolved[found.kind](formatPath(path));
    return [{ status: "warn", message, fix: (t) => t.doctor.removeUnused, ...input.config.locate(path) }];
  });
  return [...used, ...atOtherPlaces(unused, used)];
}

/** On any address but this machine's own the local gateway does not start with it. */
function weakToken({
  weakToken: fault,
  config: { config },
  secrets,
  gatewayEnv,
  env,
  paths,
}: DoctorInput): readonly CheckResult[] {
  if (fault === undefined) return [];
  const isOpen = isOpenToOthers({ config, secrets: secrets.values, gatewayEnv: gatewayEnv.values }, env, paths);
  return [resultOf(fault, isOpen ? "fail" : "warn")];
}

interface WrittenSecret {
  readonly path: JsonPath;
  readonly text: string;
  readonly use: TextUse;
}

/** Every text of the configuration that is a credential or a header, used or not. */
function writtenSecrets(input: DoctorInput): readonly WrittenSecret[] {
  const at = (path: JsonPath, use: TextUse = "credential"): readonly WrittenSecret[] => {
    const text = textAt(input.config.value, path);
    return text === undefined ? [] : [{ path, text, use }];
  };
  return [
    ...inspectedProviders(input).flatMap(({ path, entry }) => [
      ...at([...path, "apiKey"], keyUse(textAt(entry, ["baseUrl"]))).filter(isNoName),
      ...Object.keys(objectAt(entry, ["headers"])).flatMap((name) => at([...path, "headers", name], headerUse(name))),
    ]),
    ...["token", "password"].flatMap((member) => at(["gateway", "auth", member])).filter(isNoName),
  ];
}

/** `$NAME` and a name alone are references there. */
const isNoName = ({ text }: WrittenSecret) =>
  variablesIn(text).length > 0 || variablesNeeded({ apiKey: text }, undefined).length === 0;

/** The field whose header must be `Bearer` and a token, preferably of the entry's own endpoint. */
function bearerField(
  header: string,
  { endpoint }: Pick<InspectedProvider, "endpoint">,
  { endpoints }: DoctorInput,
): Field | undefined {
  const fields = [...(endpoint?.fields ?? []), ...endpoints.flatMap((other) => other.fields)];
  return fields.find((field) => field.scheme === "Bearer" && field.header === header.toLowerCase());
}

function tokenHeaders(provider: InspectedProvider, input: DoctorInput): readonly CheckResult[] {
  const { path, entry, endpoint } = provider;
  return Object.entries(objectAt(entry, ["headers"])).flatMap(([name, value]): readonly CheckResult[] => {
    const field = bearerField(name, provider, input);
    if (field === undefined || typeof value !== "string" || value === "" || unresolvedInText(value)) return [];
    const at: JsonPath = [...path, "headers", name];
    const token = repairPaste(value, field.header).value;
    const wanted = `Bearer ${token}`;
    // The scheme is case-insensitive.
    if (value.replace(/^bearer /i, "Bearer ") === wanted && !/\s/.test(token)) return [];
    const isForeign = endpoint?.fields.includes(field) !== true;
    const isToken = /^[!-~]+$/.test(token) && (variablesIn(token).length > 0 || isForeign || field.check(token).ok);
    return [
      {
        status: "fail",
        message: headerFault(formatPath(at), value),
        fix: (t) => t.doctor.writeHeader(field.env[0] ?? "TOKEN"),
        ...input.config.locate(at),
        ...(isToken && { repair: { kind: "set", path: at, value: wanted } }),
      },
    ];
  });
}

const OPENING_QUOTE = /^\s*[\u0022\u0027\u0060]/;

function headerFault(path: string, value: string): Message {
  if (OPENING_QUOTE.test(value)) return (t) => t.doctor.headerQuotes(path);
  if (/^bearer:/i.test(value)) return (t) => t.doctor.headerColon(path);
  if (/^bearer\s+bearer/i.test(value)) return (t) => t.doctor.headerTwice(path);
  if (!/^bearer/i.test(value)) return (t) => t.doctor.headerStart(path);
  return (t) => t.doctor.headerOther(path);
}

/** Checks each secret of a provider, in the form its requests carry, as if it had been typed in. */
export function wrongFields(provider: InspectedProvider, input: DoctorInput): readonly CheckResult[] {
  const { endpoint } = provider;
  if (endpoint === undefined) return [];
  return endpoint.fields
    .filter(({ secret }) => secret)
    .flatMap((field): readonly CheckResult[] => {
      const isKey = field.id === endpoint.keyField;
      const found = sentCredential(field, isKey, provider, input);
      if (found === undefined) return [];
      // `Bearer` belongs in a header; in a key it would be sent as part of the key.
      const checked = field.check(isKey ? found.value : found.value.replace(/^Bearer\s+/i, ""));
      const location = found.variable === undefined ? input.config.locate(found.path) : { where: found.variable };
      if (!checked.ok) {
        const { message, hint } = checked.error;
        return [
          {
            status: "fail",
            message: (t) => t.doctor.wrongField({ label: say(field.label, t), problem: say(message, t) }),
            ...(hint && { fix: hint }),
            ...location,
          },
        ];
      }
      const { repairs } = checked.value;
      if (repairs.length === 0 || (found.variable === undefined && !isKey)) return [];
      const name = found.variable ?? formatPath(found.path);
      return [
        {
          status: "fail",
          message: (t) => t.doctor.extraText({ name, repairs: repairs.map((repair) => say(repair, t)) }),
          fix: (t) => t.doctor.keepCredential(name),
          ...location,
        },
      ];
    });
}

interface SentCredential {
  readonly value: string;
  readonly path: JsonPath;
  /** Set if the credential comes from exactly one variable. */
  readonly variable?: string;
}

function sentCredential(
  field: Field,
  isKey: boolean,
  { path, entry }: InspectedProvider,
  { variables }: DoctorInput,
): SentCredential | undefined {
  const [own = ""] = field.env;
  const headers = objectAt(entry, ["headers"]);
  const header = spellingOf(headers, field.header) ?? "";
  const at = isKey ? [...path, "apiKey"] : [...path, "headers", header];
  const tied = isKey ? variables.get(own) : undefined;
  if (tied !== undefined)
    return isUnresolved(tied.value) ? undefined : { value: tied.value.reveal(), path: at, variable: own };
  const written = isKey ? entry.apiKey : headers[header];
  if (typeof written !== "string" || written === "") return undefined;
  const [name] = variablesIn(written);
  const filled = substitute(written, variables);
  if (!filled.ok || isUnresolved(filled.value)) return undefined;
  return { value: filled.value.reveal(), path: at, ...(name !== undefined && { variable: name }) };
}

/** That is said by a check of its own. */
const isUnresolved = (value: Secret) => unresolvedIn(value.reveal()) !== undefined;

function literals(input: DoctorInput): readonly CheckResult[] {
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

/** Credentials where no program expects any, such as in a model's name, and where every one prints them. */
function misplaced({ config }: DoctorInput): readonly CheckResult[] {
  const places = textsIn(config.value).flatMap(({ path, text }): readonly JsonPath[] => {
    const key = path.findIndex((step) => typeof step === "string" && looksLikeCredential(step));
    if (key >= 0) return [path.slice(0, key)];
    // A base URL with a password has a check of its own.
    return path.at(-1) !== "baseUrl" && isMisplacedCredential(path, text) ? [path] : [];
  });
  return [...new Map(places.map((path) => [formatPath(path), path])).values()].map((path) => ({
    status: "fail",
    message: (t) => t.doctor.misplaced(formatPath(path)),
    fix: (t) => t.doctor.removeMisplaced,
    ...config.locate(path),
  }));
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

function authProfiles(input: DoctorInput): readonly CheckResult[] {
  const { authStores, endpoints } = input;
  return authStores.flatMap(({ path: where, agent, providers, isUnreadable }): readonly CheckResult[] => {
    if (isUnreadable) {
      return [{ status: "warn", message: (t) => t.doctor.storeUnreadable, fix: (t) => t.doctor.repairStore, where }];
    }
    return endpoints
      .filter(({ providerId }) => providers.includes(providerId) && storedElsewhere(providerId, input) === undefined)
      .map(({ label, providerId }) => ({
        status: "warn",
        message: (t) => t.doctor.storedKey({ label, agent }),
        fix: (t) => t.doctor.removeStoredKey(providerId),
        where,
      }));
  });
}
