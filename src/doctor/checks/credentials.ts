import { headerUse, keyUse, variablesNeeded } from "../../config/credentials.ts";
import { formatPath, type JsonPath } from "../../config/json5-value.ts";
import { isOpenToOthers } from "../../config/listen-address.ts";
import { unresolvedInText } from "../../config/unresolved.ts";
import { isRemoteMode } from "../../config/used-gateway.ts";
import { substitute, variablesIn } from "../../config/variables.ts";
import { spellingOf } from "../../core/http.ts";
import { isMisplacedCredential, looksLikeCredential } from "../../core/redact.ts";
import type { Secret } from "../../core/secret.ts";
import { type TextUse, unresolvedIn } from "../../core/unresolved.ts";
import { repairPaste } from "../../providers/paste.ts";
import type { Field } from "../../providers/provider.ts";
import { type Message, say } from "../../text/message.ts";
import { atOtherPlaces, type Check, type CheckResult, faultsIn, resultOf } from "../check.ts";
import {
  type DoctorInput,
  type InspectedProvider,
  inspectedProviders,
  objectAt,
  storedElsewhere,
  textAt,
  textsIn,
} from "../input.ts";
import { bearerField, literals } from "./literals.ts";

export const CREDENTIAL_CHECKS: readonly Check[] = [
  { id: "credentials.unresolved", title: (t) => t.doctor.allResolved, needs: ["readableConfig"], run: unresolved },
  {
    id: "credentials.weak-token",
    title: (t) => t.doctor.tokenLong,
    needs: ["readableConfig", "localMode"],
    run: weakTokens,
  },
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
  const used = [...(isRemoteMode(input.config.config) ? [] : [input.clientTokens]), ...input.credentials.values()]
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
function weakTokens({
  weakTokens: faults,
  config: { config },
  secrets,
  gatewayEnv,
  env,
  paths,
}: DoctorInput): readonly CheckResult[] {
  if (faults.length === 0) return [];
  const isOpen = isOpenToOthers({ config, secrets: secrets.values, gatewayEnv: gatewayEnv.values }, env, paths);
  return faults.map((fault) => resultOf(fault, isOpen ? "fail" : "warn"));
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
  const ofMainKeys = endpoint.fields
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
          message: (t) => t.config.extraText({ name, repairs: repairs.map((repair) => say(repair, t)) }),
          fix: (t) => t.config.keepCredential(name),
          ...location,
        },
      ];
    });
  const ofFurtherKeys = faultsIn(input.credentials.get(endpoint.providerId), "refused");
  return [...ofMainKeys, ...ofFurtherKeys.map((fault) => resultOf(fault, "fail"))];
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
  // The first of several keys takes no written key's place, and is judged with the others.
  if (tied?.listedIn !== undefined && !entry.apiKey) return undefined;
  if (tied !== undefined && tied.listedIn === undefined)
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
