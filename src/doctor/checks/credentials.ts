import { formatPath, type JsonPath } from "../../config/json5-value.ts";
import { substitute, variablesIn } from "../../config/variables.ts";
import { repairPaste } from "../../providers/paste.ts";
import type { Field } from "../../providers/provider.ts";
import { type Message, say } from "../../text/message.ts";
import type { Check, CheckResult } from "../check.ts";
import { type DoctorInput, type InspectedProvider, inspectedProviders, objectAt } from "../input.ts";
import { literalSecrets } from "../literal-secrets.ts";

/** Every credential is where it belongs, and in the form it has to have. */
export const CREDENTIAL_CHECKS: readonly Check[] = [
  {
    id: "credentials.token-header",
    title: (t) => t.doctor.tokenHeaders,
    readsConfig: true,
    run: (input) => inspectedProviders(input).flatMap((provider) => tokenHeaders(provider, input)),
  },
  {
    id: "credentials.wrong-field",
    title: (t) => t.doctor.fieldsRight,
    readsConfig: true,
    run: (input) => inspectedProviders(input).flatMap((provider) => wrongFields(provider, input)),
  },
  { id: "credentials.literal", title: (t) => t.doctor.noLiterals, readsConfig: true, run: literals },
  { id: "credentials.auth-profiles", title: (t) => t.doctor.noProfiles, readsConfig: false, run: authProfiles },
];

const TOKEN_HEADER = "cf-aig-authorization";

function tokenHeaders({ path, entry, endpoint }: InspectedProvider, { config }: DoctorInput): readonly CheckResult[] {
  const field = endpoint?.fields.find(({ header }) => header === TOKEN_HEADER);
  return Object.entries(objectAt(entry, ["headers"])).flatMap(([name, value]): readonly CheckResult[] => {
    if (name.toLowerCase() !== TOKEN_HEADER || typeof value !== "string" || value === "") return [];
    const at: JsonPath = [...path, "headers", name];
    const token = repairPaste(value, TOKEN_HEADER).value;
    const wanted = `Bearer ${token}`;
    // The scheme is case-insensitive.
    if (value.replace(/^bearer /i, "Bearer ") === wanted && !/\s/.test(token)) return [];
    const isToken = /^[!-~]+$/.test(token) && (variablesIn(token).length > 0 || field?.check(token).ok !== false);
    return [
      {
        status: "fail",
        message: headerFault(formatPath(at), value),
        fix: (t) => t.doctor.writeHeader,
        ...config.locate(at),
        ...(isToken && { repair: { kind: "set", path: at, value: wanted } }),
      },
    ];
  });
}

function headerFault(path: string, value: string): Message {
  if (/^\s*["'`]/.test(value)) return (t) => t.doctor.headerQuotes(path);
  if (/^bearer:/i.test(value)) return (t) => t.doctor.headerColon(path);
  if (/^bearer\s+bearer/i.test(value)) return (t) => t.doctor.headerTwice(path);
  if (!/^bearer/i.test(value)) return (t) => t.doctor.headerStart(path);
  return (t) => t.doctor.headerOther(path);
}

/** Judges each secret of a provider, as its requests will carry it, as if it had been typed in. */
export function wrongFields(provider: InspectedProvider, input: DoctorInput): readonly CheckResult[] {
  const { endpoint } = provider;
  if (endpoint === undefined) return [];
  return endpoint.fields
    .filter(({ secret }) => secret)
    .flatMap((field): readonly CheckResult[] => {
      const isKey = field.id === endpoint.keyField;
      const found = sentCredential(field, isKey, provider, input);
      if (found === undefined) return [];
      // A header has `Bearer` by right; in a key it would be sent as a part of it.
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

/** A credential as a provider's requests carry it. */
interface SentCredential {
  readonly value: string;
  readonly path: JsonPath;
  /** The only variable that it comes from. */
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
  const header = Object.keys(headers).find((name) => name.toLowerCase() === field.header) ?? "";
  const at = isKey ? [...path, "apiKey"] : [...path, "headers", header];
  const tied = isKey ? variables.get(own) : undefined;
  if (tied !== undefined) return { value: tied.value.reveal(), path: at, variable: own };
  const written = isKey ? entry.apiKey : headers[header];
  if (typeof written !== "string" || written === "") return undefined;
  const [name] = variablesIn(written);
  const filled = substitute(written, variables);
  if (!filled.ok) return undefined;
  return { value: filled.value.reveal(), path: at, ...(name !== undefined && { variable: name }) };
}

function literals(input: DoctorInput): readonly CheckResult[] {
  return literalSecrets(input).map(({ path, repair }) => ({
    status: "warn",
    message: (t) => t.doctor.literal(formatPath(path)),
    fix: (t) => (repair === undefined ? t.doctor.moveByHand : t.doctor.moveTo(repair)),
    ...input.config.locate(path),
    ...(repair && { repair }),
  }));
}

function authProfiles({ profiles, endpoints }: DoctorInput): readonly CheckResult[] {
  return endpoints
    .filter(({ providerId }) => profiles.providers.includes(providerId))
    .map(({ label }) => ({
      status: "warn",
      message: (t) => t.doctor.profile(label),
      fix: (t) => t.doctor.removeProfile,
      where: profiles.path,
    }));
}
