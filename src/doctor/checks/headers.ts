import { valueFromVariables, variablesOf } from "../../config/credentials.ts";
import { formatPath, isObject, type JsonPath, type JsonValue } from "../../config/json5-value.ts";
import type { SecretInput } from "../../config/schema.ts";
import { spellingOf } from "../../core/http.ts";
import { type Unsendable, unsendableHeader, unsendableKey, unsendableName } from "../../core/sendable.ts";
import { say } from "../../text/message.ts";
import { atOtherPlaces, type Check, type CheckResult, faultsIn, type Repair, resultOf } from "../check.ts";
import { type DoctorInput, type InspectedProvider, inspectedProviders, objectAt } from "../input.ts";

export const HEADER_CHECKS: readonly Check[] = [
  {
    id: "endpoint.headers",
    title: (t) => t.doctor.headersRight,
    needs: ["readableConfig"],
    run: (input) => [
      ...inspectedProviders(input).flatMap((provider) => [
        ...unsendable(provider, input),
        ...repeated(provider, input),
        ...misunderstood(provider, input),
      ]),
      ...given(input.clientTokens),
    ],
  },
];

/** Faults of written values and of variables first, then of the values that files and programs gave. */
export function unsendable(provider: InspectedProvider, input: DoctorInput): readonly CheckResult[] {
  const written = writtenFaults(provider, input);
  const known = [...written, ...fieldPaths(provider).map((path) => input.config.locate(path))];
  return [...written, ...atOtherPlaces(given(input.credentials.get(provider.id)), known)];
}

/** Secrets of the endpoint's own fields, which have a check of their own where they are text. */
function fieldPaths({ path, entry, endpoint }: InspectedProvider): readonly JsonPath[] {
  const headers = objectAt(entry, ["headers"]);
  return (endpoint?.fields ?? []).flatMap(({ id, secret, header }): readonly JsonPath[] => {
    if (!secret) return [];
    if (id === endpoint?.keyField) return typeof entry.apiKey === "object" ? [] : [[...path, "apiKey"]];
    const name = spellingOf(headers, header);
    return name === undefined || typeof headers[name] !== "string" ? [] : [[...path, "headers", name]];
  });
}

const given = (resolved: Parameters<typeof faultsIn>[0]): readonly CheckResult[] =>
  faultsIn(resolved, "unsendable").map((fault) => resultOf(fault, "fail"));

function writtenFaults(provider: InspectedProvider, input: DoctorInput): readonly CheckResult[] {
  const { path, entry, endpoint } = provider;
  const fields = fieldPaths(provider).map(formatPath);
  const headers = Object.entries(objectAt(entry, ["headers"])).flatMap(([name, written]) => {
    const value = fields.includes(formatPath([...path, "headers", name])) ? undefined : knownValue(written, input);
    const fault = value === undefined ? unsendableName(name) : unsendableHeader(name, value, variablesIn(written));
    return fault === undefined ? [] : [result([...path, "headers", name], fault, written, input)];
  });
  const key = endpoint === undefined ? knownValue(entry.apiKey, input) : undefined;
  const fault = key === undefined ? undefined : unsendableKey(key, variablesIn(entry.apiKey));
  return fault === undefined ? headers : [...headers, result([...path, "apiKey"], fault, entry.apiKey, input)];
}

function result(
  path: JsonPath,
  { message, hint, instead }: Unsendable,
  written: JsonValue | undefined,
  { config }: DoctorInput,
): CheckResult {
  const isLiteral = typeof written === "string" && variablesIn(written).length === 0;
  const repair: Repair | undefined =
    isLiteral && instead !== undefined ? { kind: "set", path, value: instead } : undefined;
  return { status: "fail", message, fix: hint, ...config.locate(path), ...(repair && { repair }) };
}

/** The file may say anything here. */
const isInput = (written: JsonValue | undefined): written is SecretInput & JsonValue =>
  typeof written === "string" || isObject(written);

const variablesIn = (written: JsonValue | undefined): readonly string[] =>
  isInput(written) ? variablesOf(written) : [];

/** `undefined` if it is not known here, or not text. */
const knownValue = (written: JsonValue | undefined, { variables }: DoctorInput): string | undefined =>
  isInput(written) ? valueFromVariables(written, variables) : undefined;

/** Names are the same in any spelling. */
function repeated({ path, entry }: InspectedProvider, input: DoctorInput): readonly CheckResult[] {
  const names = Object.keys(objectAt(entry, ["headers"]));
  return names.flatMap((name, index): readonly CheckResult[] => {
    const other = names.slice(index + 1).findLast((later) => later.toLowerCase() === name.toLowerCase());
    if (other === undefined) return [];
    const at = (header: string) => [...path, "headers", header];
    return [
      {
        status: "warn",
        message: (t) => t.doctor.headerRepeated({ path: formatPath(at(name)), other }),
        fix: (t) => t.doctor.keepOne,
        ...input.config.locate(at(name)),
      },
    ];
  });
}

/** Headers that can be sent, and are not understood as they were meant. */
function misunderstood(provider: InspectedProvider, input: DoctorInput): readonly CheckResult[] {
  const { path, entry } = provider;
  return Object.entries(objectAt(entry, ["headers"])).flatMap(([name, written]): readonly CheckResult[] => {
    const value = knownValue(written, input);
    if (value === undefined || unsendableHeader(name, value) !== undefined) return [];
    const advice = input.headerAdvice.map((judge) => judge(name.toLowerCase(), value.trim())).find((one) => one);
    if (advice === undefined) return [];
    const at = [...path, "headers", name];
    return [
      {
        status: "warn",
        message: (t) => t.doctor.headerValue({ path: formatPath(at), problem: say(advice.message, t) }),
        fix: (t) => t.doctor.correctHeader,
        ...input.config.locate(at),
      },
    ];
  });
}
