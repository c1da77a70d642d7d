import { fail, ok, type Result } from "../core/result.ts";
import type { Message } from "../text/message.ts";

export const DEFAULT_NAME = "openclaw-gateway";

/**
 * A Worker's name, which is also the label of its `workers.dev` address.
 * @source wrangler 4.86.0 `isValidName` (lower case, digits, dashes; it also takes `_`, which no host name has), and RFC
 * 1035 for the 63 characters.
 */
export const judgeName = (name: string): Result<string> =>
  /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name)
    ? ok(name)
    : fail({ message: (t) => t.workerProject.badName, hint: (t) => t.workerProject.nameForm });

const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/**
 * The host of a custom domain, in lower case.
 * @source wrangler 4.86.0: no wildcards and no paths in a custom domain; RFC 1035 for the form.
 */
export function judgeCustomDomain(text: string): Result<string> {
  const refuse = (message: Message) => fail({ message, hint: ((t) => t.workerProject.domainForm) satisfies Message });
  if (/[/:?#@\s]/.test(text)) return refuse((t) => t.workerProject.domainNoUrl);
  if (text.includes("*")) return refuse((t) => t.workerProject.domainNoWildcard);
  const host = text.toLowerCase().replace(/\.$/, "");
  // An international name is written in ASCII, as DNS has it.
  const ascii = URL.canParse(`https://${host}`) ? new URL(`https://${host}`).hostname : "";
  const labels = ascii.split(".");
  const isName = labels.length > 1 && labels.every((label) => LABEL.test(label)) && !/^[\d.]+$/.test(ascii);
  if (!isName || ascii.length > 253) return refuse((t) => t.workerProject.badDomain);
  return /(?:^|\.)workers\.dev$/.test(ascii) ? refuse((t) => t.workerProject.domainOfWorkers) : ok(ascii);
}
