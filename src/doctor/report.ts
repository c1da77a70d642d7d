import { listedKeys } from "../config/key-rotation.ts";
import { judgeNamedTokens, NAMED_TOKENS_VARIABLE } from "../config/named-tokens.ts";
import { lookUp } from "../core/context.ts";
import { isCredentialAt, isOrdinary, isSecretVariable, maskUrls, scrub } from "../core/redact.ts";
import type { Position } from "../core/result.ts";
import { withoutAnyHome } from "../core/shown.ts";
import { unresolvedIn } from "../core/unresolved.ts";
import { repairPaste } from "../providers/paste.ts";
import type { Values } from "../providers/provider.ts";
import { say, type Texts } from "../text/message.ts";
import type { CheckResult } from "./check.ts";
import { type DoctorInput, inspectedProviders, textAt, textsIn } from "./input.ts";
import { describeRepair } from "./repairs.ts";
import type { DoctorReport } from "./run-checks.ts";

/** Safe to paste into a public issue; has the shape of `--json`. */
export interface ShownResult {
  readonly id: string;
  readonly status: CheckResult["status"];
  readonly message: string;
  readonly fix?: string;
  /** The beginning of an answer, and ids that support asks for. */
  readonly details?: readonly string[];
  readonly where?: string;
  readonly position?: Position;
}

/** The report in one language, without secrets, full account ids and the home folder's path. */
export interface ShownReport {
  readonly ok: boolean;
  readonly checks: readonly ShownResult[];
  readonly repairs: readonly string[];
}

/** Translates and masks a report: the only place where results become text. */
export function showReport({ ok, results, repairs }: DoctorReport, input: DoctorInput, text: Texts): ShownReport {
  const mask = maskFor(input);
  return {
    ok,
    checks: results.map(({ id, status, message, fix, details, where, position }) => ({
      id,
      status,
      message: mask(say(message, text)),
      ...(fix !== undefined && { fix: mask(say(fix, text)) }),
      ...(details !== undefined && { details: details(text).map(mask) }),
      ...(where !== undefined && { where: mask(where) }),
      ...(position !== undefined && { position }),
    })),
    repairs: repairs.map((repair) => mask(say(describeRepair(repair, input), text))),
  };
}

/** Long enough that eight characters of it give nothing away. */
const SHOW_ENDS_FROM = 16;

const maskedId = (id: string) => (id.length >= SHOW_ENDS_FROM ? `${id.slice(0, 4)}…${id.slice(-4)}` : "…");

/**
 * Masks every secret the input knows, anything shaped like one, the middle of account ids, credentials and parameters
 * in URLs, and the home folder's path.
 */
function maskFor(input: DoctorInput): (text: string) => string {
  const ids = privateIds(input).sort((a, b) => b.length - a.length);
  const shapes = privateFields(input).flatMap(({ privacy }) => privacy?.shape ?? []);
  const secrets = secretValues(input).filter((value) => !ids.includes(value));
  const { homedir } = input;
  return (text) => {
    const urlsMasked = maskUrls(text, { wholeQuery: true });
    const known = ids.reduce((clean, id) => clean.replaceAll(id, maskedId(id)), urlsMasked);
    const scrubbed = scrub(
      shapes.reduce((clean, shape) => clean.replace(shape, maskedId), known),
      secrets,
    );
    return withoutAnyHome(scrubbed, homedir);
  };
}

const privateFields = ({ endpoints }: DoctorInput) =>
  [...new Set(endpoints.flatMap(({ fields }) => fields))].filter(({ privacy }) => privacy !== undefined);

/** Values from base URLs and variables that are not secret but must not be published. */
function privateIds(input: DoctorInput): string[] {
  const urls = inspectedProviders(input).flatMap(
    ({ entry }) => textAt(entry, ["baseUrl"])?.match(/https?:\/\/\S+/gi) ?? [],
  );
  const inUrls = input.endpoints.flatMap(({ ownUrl }) => urls.map((url): Values => ownUrl?.(url)?.answers ?? {}));
  const ids = privateFields(input).flatMap(({ id, privacy }) => [
    ...inUrls.map((answers) => answers[id]),
    ...(privacy?.env ?? []).flatMap((name) => [lookUp(name, input.env), input.secrets.values.get(name)]),
  ]);
  // A short id would also mask the same letters elsewhere in the URL.
  return [...new Set(ids)].filter((id) => id !== undefined).filter((id) => id.length > 3 && !/^[{$]/.test(id));
}

function secretValues({ secrets, gatewayEnv, variables, config, env, endpoints }: DoctorInput): readonly string[] {
  const fields = endpoints.flatMap((endpoint) => endpoint.fields);
  const headers = [...new Set(fields.flatMap(({ header }) => header ?? []))];
  const harmless = fields.filter(({ secret }) => !secret).flatMap((field) => field.env);
  const inFile = [...secrets.values, ...gatewayEnv.values].flatMap(([name, value]) =>
    harmless.includes(name) || isOrdinary(name, value) ? [] : [value],
  );
  const inConfig = textsIn(config.value)
    .filter(({ path, text, source }) => source === undefined && isCredentialAt(path, text))
    .flatMap(({ text }) => [text, ...headers.map((header) => repairPaste(text, header).value)]);
  const inEnvironment = Object.entries(env).flatMap(([name, value]) =>
    isSecretVariable(name) && value ? [value] : [],
  );
  const resolved = [...variables.values()].flatMap(({ value, hides }) => [value, ...hides.map((other) => other.value)]);
  const ofClients = [secrets.values, gatewayEnv.values, new Map(Object.entries(env))].flatMap((known) =>
    judgeNamedTokens(known.get(NAMED_TOKENS_VARIABLE) ?? "", undefined).map(({ token }) => token),
  );
  const secret = [...resolved, ...listedKeys(variables)].map((value) => value.reveal());
  const values = [...ofClients, ...inFile, ...inConfig, ...inEnvironment, ...secret];
  // A variable's name in place of its value is what the report has to name.
  return values.filter((value) => unresolvedIn(value)?.name !== value);
}
