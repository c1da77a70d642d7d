import { scrub } from "../core/secret.ts";
import { idsInUrl, repairPaste } from "../providers/paste.ts";
import { type Facts, providerEntries, textAt } from "./input.ts";
import { textsIn } from "./references.ts";

/** Members of the configuration whose text is a credential unless it only refers to one. */
const SECRET_MEMBER = /^(?:apiKey|token|password|key|headers|vars|env|webhookToken|secret)$/;

/** Names of variables that hold credentials. */
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL/i;

/** Nothing but a reference. */
const REFERENCE = /^(?:Bearer:? ?)?\$\{\w+\}$/;

/** @source account ids are 32 hexadecimal digits in every published SDK example. */
const ACCOUNT_ID = /(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/gi;

/** Makes a text fit to be pasted into a public issue. */
export type Mask = (text: string) => string;

/** Long enough that eight characters of it give nothing away. */
const SHOW_ENDS_FROM = 16;

const maskedId = (id: string) => (id.length >= SHOW_ENDS_FROM ? `${id.slice(0, 4)}…${id.slice(-4)}` : "…");

/**
 * What takes out of a text every secret that the facts know, whatever is shaped like one, account ids but for their
 * ends, credentials and parameters in addresses, and the way to the home folder.
 */
export function publicText(facts: Facts): Mask {
  const accounts = accountIds(facts).sort((a, b) => b.length - a.length);
  const secrets = secretValues(facts).filter((value) => !accounts.includes(value));
  const { homedir } = facts;
  return (text) => {
    const withoutUserInfo = text
      .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^/\s@"'`]+@/gi, "$1********@")
      .replace(/\b(https?:\/\/[^\s?"'`]+)\?[^\s"'`]*/gi, "$1?********");
    const known = accounts.reduce((clean, id) => clean.replaceAll(id, maskedId(id)), withoutUserInfo);
    const scrubbed = scrub(known.replace(ACCOUNT_ID, maskedId), secrets);
    return homedir.length > 1 ? withoutHome(scrubbed, homedir) : scrubbed;
  };
}

const withoutHome = (text: string, home: string) =>
  text.split(home).reduce((left, right) => `${left}${/^(?:$|[^\w.-])/.test(right) ? "~" : home}${right}`);

function accountIds(facts: Facts): string[] {
  const urls = providerEntries(facts).map(({ entry }) => textAt(entry, ["baseUrl"]) ?? "");
  const named = ["CLOUDFLARE_ACCOUNT_ID", "CF_ACCOUNT_ID"].flatMap((name) => [
    facts.env[name],
    facts.secrets.values.get(name),
  ]);
  const ids = [...urls.map((url) => idsInUrl(url)?.accountId), ...named].filter((id) => id !== undefined);
  // What is no longer than a word of the address would take that out, too.
  return [...new Set(ids)].filter((id) => id.length > 3 && !/^[{$]/.test(id));
}

function secretValues({ secrets, variables, config, env, endpoints }: Facts): readonly string[] {
  const fields = endpoints.flatMap((endpoint) => endpoint.fields);
  const harmless = fields.filter(({ secret }) => !secret).flatMap((field) => field.env);
  const inFile = [...secrets.values].flatMap(([name, value]) => (harmless.includes(name) ? [] : [value]));
  const inConfig = textsIn(config.value)
    .filter(({ path, text }) => path.some((step) => SECRET_MEMBER.test(String(step))) && !REFERENCE.test(text))
    .flatMap(({ text }) => [text, repairPaste(text, "cf-aig-authorization").value]);
  const inEnvironment = Object.entries(env).flatMap(([name, value]) =>
    SECRET_NAME.test(name) && value ? [value] : [],
  );
  const resolved = [...variables.values()].flat().map(({ value }) => value.reveal());
  return [...inFile, ...inConfig, ...inEnvironment, ...resolved];
}
