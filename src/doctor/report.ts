import { isCredentialAt, isSecretVariable, maskUrls, scrub } from "../core/redact.ts";
import type { Position } from "../core/result.ts";
import { idsInUrl } from "../providers/cloudflare-ai-gateway/address.ts";
import { repairPaste } from "../providers/paste.ts";
import { say, type Texts } from "../text/message.ts";
import { type CheckResult, type DoctorInput, inspectedProviders, isReferencePart, textAt, textsIn } from "./check.ts";
import { describeRepair } from "./repairs.ts";
import type { DoctorReport } from "./run-checks.ts";

/** A result that may be pasted into a public issue; the shape of `--json`. */
export interface ShownResult {
  /** The id of the check. */
  readonly id: string;
  readonly status: CheckResult["status"];
  readonly message: string;
  readonly fix?: string;
  readonly where?: string;
  readonly position?: Position;
}

/** The report in one language, without secrets, whole account IDs and the path of the home folder. */
export interface ShownReport {
  readonly ok: boolean;
  readonly checks: readonly ShownResult[];
  /** One sentence for each thing that `--fix` would do. */
  readonly repairs: readonly string[];
}

/** Puts a report into a language and masks it: the one place where results become text. */
export function showReport({ ok, results, repairs }: DoctorReport, input: DoctorInput, text: Texts): ShownReport {
  const mask = maskFor(input);
  return {
    ok,
    checks: results.map(({ id, status, message, fix, where, position }) => ({
      id,
      status,
      message: mask(say(message, text)),
      ...(fix !== undefined && { fix: mask(say(fix, text)) }),
      ...(where !== undefined && { where: mask(where) }),
      ...(position !== undefined && { position }),
    })),
    repairs: repairs.map((repair) => mask(say(describeRepair(repair), text))),
  };
}

/** @source account ids are 32 hexadecimal digits in every published SDK example. */
const ACCOUNT_ID = /(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/gi;

/** Long enough that eight characters of it give nothing away. */
const SHOW_ENDS_FROM = 16;

const maskedId = (id: string) => (id.length >= SHOW_ENDS_FROM ? `${id.slice(0, 4)}…${id.slice(-4)}` : "…");

/**
 * Masks every secret that the input knows or that is shaped like one, account IDs except for their ends, credentials and
 * parameters in URLs, and the path of the home folder.
 */
function maskFor(input: DoctorInput): (text: string) => string {
  const accounts = accountIds(input).sort((a, b) => b.length - a.length);
  const secrets = secretValues(input).filter((value) => !accounts.includes(value));
  const { homedir } = input;
  return (text) => {
    const urlsMasked = maskUrls(text, { wholeQuery: true });
    const known = accounts.reduce((clean, id) => clean.replaceAll(id, maskedId(id)), urlsMasked);
    const scrubbed = scrub(known.replace(ACCOUNT_ID, maskedId), secrets);
    return homedir.length > 1 ? withoutHome(scrubbed, homedir) : scrubbed;
  };
}

const withoutHome = (text: string, home: string) =>
  text.split(home).reduce((left, right) => `${left}${/^(?:$|[^\w.-])/.test(right) ? "~" : home}${right}`);

function accountIds(input: DoctorInput): string[] {
  const urls = inspectedProviders(input).map(({ entry }) => textAt(entry, ["baseUrl"]) ?? "");
  const named = (["CLOUDFLARE_ACCOUNT_ID", "CF_ACCOUNT_ID"] as const).flatMap((name) => [
    input.env[name],
    input.secrets.values.get(name),
  ]);
  const ids = [...urls.map((url) => idsInUrl(url)?.accountId), ...named].filter((id) => id !== undefined);
  // A short id would mask the same letters elsewhere in the URL.
  return [...new Set(ids)].filter((id) => id.length > 3 && !/^[{$]/.test(id));
}

function secretValues({ secrets, variables, config, env, endpoints }: DoctorInput): readonly string[] {
  const fields = endpoints.flatMap((endpoint) => endpoint.fields);
  const harmless = fields.filter(({ secret }) => !secret).flatMap((field) => field.env);
  const inFile = [...secrets.values].flatMap(([name, value]) => (harmless.includes(name) ? [] : [value]));
  const inConfig = textsIn(config.value)
    .filter(({ path, text }) => !isReferencePart(path) && isCredentialAt(path, text))
    .flatMap(({ text }) => [text, repairPaste(text, "cf-aig-authorization").value]);
  const inEnvironment = Object.entries(env).flatMap(([name, value]) =>
    isSecretVariable(name) && value ? [value] : [],
  );
  const resolved = [...variables.values()].flatMap(({ value, hides }) => [value, ...hides.map((other) => other.value)]);
  return [...inFile, ...inConfig, ...inEnvironment, ...resolved.map((value) => value.reveal())];
}
