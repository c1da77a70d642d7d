import { formatPath, type JsonPath } from "../../config/json5-value.ts";
import { substitute, variablesIn } from "../../config/variables.ts";
import { repairPaste } from "../../providers/paste.ts";
import type { Field } from "../../providers/provider.ts";
import { say, type Texts } from "../../text/message.ts";
import type { Check, Finding } from "../check.ts";
import { type Facts, objectAt, type ProviderEntry, providerEntries } from "../input.ts";
import { literalSecrets } from "../literal-secrets.ts";

/** Whether every credential is where it belongs, and in the form it has to have. */
export const CREDENTIAL_CHECKS: readonly Check[] = [
  {
    id: "credentials.token-header",
    title: "Every cf-aig-authorization header is 'Bearer', one blank and the token.",
    readsConfig: true,
    run: (facts) => providerEntries(facts).flatMap((entry) => tokenHeaders(entry, facts)),
  },
  {
    id: "credentials.wrong-field",
    title: "No credential stands in the place of another.",
    readsConfig: true,
    run: (facts) => providerEntries(facts).flatMap((entry) => wrongFields(entry, facts)),
  },
  {
    id: "credentials.literal",
    title: "No secret stands in openclaw.json itself.",
    readsConfig: true,
    run: (facts) =>
      literalSecrets(facts).map(({ path, repair }) => ({
        status: "warn",
        message: `${formatPath(path)} holds a secret in clear.`,
        fix:
          repair === undefined
            ? "Move it to .env, and write a reference like ${NAME} in its place."
            : `Put it into .env as ${repair.variable}, and write "${repair.reference}" in its place.`,
        ...facts.config.placeOf(path),
        ...(repair && { repair }),
      })),
  },
  {
    id: "credentials.auth-profiles",
    title: "No auth-profiles.json holds a key that the published OpenClaw would use first.",
    readsConfig: false,
    run: ({ profiles, endpoints }) =>
      endpoints
        .filter(({ providerId }) => profiles.providers.includes(providerId))
        .map(({ label }) => ({
          status: "warn",
          message: `It holds a key for ${label}, which the published OpenClaw uses before any other.`,
          fix: "Take that profile out, or keep both keys the same.",
          where: profiles.path,
        })),
  },
];

const TOKEN_HEADER = "cf-aig-authorization";

function tokenHeaders({ path, entry, ours }: ProviderEntry, { config }: Facts): readonly Finding[] {
  const field = ours?.fields.find(({ header }) => header === TOKEN_HEADER);
  return Object.entries(objectAt(entry, ["headers"])).flatMap(([name, value]) => {
    if (name.toLowerCase() !== TOKEN_HEADER || typeof value !== "string" || value === "") return [];
    const at: JsonPath = [...path, "headers", name];
    const token = repairPaste(value, TOKEN_HEADER).value;
    const wanted = `Bearer ${token}`;
    // The scheme's letters may be of either case.
    if (value.replace(/^bearer /i, "Bearer ") === wanted && !/\s/.test(token)) return [];
    const isToken = /^[!-~]+$/.test(token) && (variablesIn(token).length > 0 || field?.check(token).ok !== false);
    return [
      {
        status: "fail" as const,
        message: `${formatPath(at)} is malformed: ${faultOf(value)}.`,
        fix: 'Write "Bearer ${CF_AIG_TOKEN}": the word, one blank, the token, nothing else.',
        ...config.placeOf(at),
        ...(isToken && { repair: { kind: "set" as const, path: at, value: wanted } }),
      },
    ];
  });
}

function faultOf(value: string): string {
  if (/^\s*["'`]/.test(value)) return "there are quotes in the value";
  if (/^bearer:/i.test(value)) return "there is a colon after 'Bearer'";
  if (/^bearer\s+bearer/i.test(value)) return "it says 'Bearer' twice";
  if (!/^bearer/i.test(value)) return "'Bearer' is not at its beginning";
  return "there are blanks or other characters that do not belong";
}

/** Each secret of a provider, as its requests will carry it, judged as if it had been typed in. */
export function wrongFields(provider: ProviderEntry, facts: Facts): readonly Finding[] {
  const { ours } = provider;
  if (ours === undefined) return [];
  return ours.fields
    .filter(({ secret }) => secret)
    .flatMap((field): readonly Finding[] => {
      const isKey = field.id === ours.keyField;
      const found = carried(field, isKey, provider, facts);
      if (found === undefined) return [];
      // In a header the word belongs there; a key that has it is sent with it.
      const checked = field.check(isKey ? found.value : found.value.replace(/^Bearer\s+/i, ""));
      const place = found.variable === undefined ? facts.config.placeOf(found.path) : { where: found.variable };
      if (!checked.ok) {
        const { message, hint } = checked.error;
        return [
          {
            status: "fail" as const,
            message: (text: Texts) => `${field.label}: ${say(message, text)}`,
            ...(hint && { fix: hint }),
            ...place,
          },
        ];
      }
      const { repairs } = checked.value;
      if (repairs.length === 0 || (found.variable === undefined && !isKey)) return [];
      const name = found.variable ?? formatPath(found.path);
      return [
        {
          status: "fail" as const,
          message: `${name} holds more than the ${field.label}; onboarding would have said: ${repairs.join(", ")}.`,
          fix: `Leave only the ${field.label} itself in ${name}.`,
          ...place,
        },
      ];
    });
}

interface Carried {
  readonly value: string;
  readonly path: JsonPath;
  /** The only variable that it comes from. */
  readonly variable?: string;
}

function carried(
  field: Field,
  isKey: boolean,
  { path, entry }: ProviderEntry,
  { variables }: Facts,
): Carried | undefined {
  const [own = ""] = field.env;
  const firstValue = (name: string) => variables.get(name)?.[0];
  const header = Object.keys(objectAt(entry, ["headers"])).find((name) => name.toLowerCase() === field.header);
  const at = isKey ? [...path, "apiKey"] : [...path, "headers", header ?? ""];
  const tied = isKey ? firstValue(own) : undefined;
  if (tied !== undefined) return { value: tied.value.reveal(), path: at, variable: own };
  const written = isKey ? entry.apiKey : objectAt(entry, ["headers"])[header ?? ""];
  if (typeof written !== "string" || written === "") return undefined;
  const [name] = variablesIn(written);
  const known = new Map(
    [...variables].flatMap(([key, [first]]) => (first === undefined ? [] : [[key, first] as const])),
  );
  const filled = substitute(written, known);
  if (!filled.ok) return undefined;
  return { value: filled.value.reveal(), path: at, ...(name !== undefined && { variable: name }) };
}
