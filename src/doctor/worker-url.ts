import { isThisMachine } from "../config/listen-address.ts";
import { CREDENTIAL_HERE, looksLikeCredential } from "../core/redact.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Message } from "../text/message.ts";

const SCHEME = /^(?:https?|wss?):\/\//i;

/** What clients append to the address of a gateway, and may have been copied with it. */
const CLIENT_PATH = /^\/(?:v1(?:\/.*)?)?$/;

/** As `wrangler dev` listens on this machine. */
const schemeOf = (bare: string): string =>
  URL.canParse(`http://${bare}`) && isThisMachine(new URL(`http://${bare}`).hostname) ? "http" : "https";

/**
 * The address of a deployed Worker, as it was copied from anywhere: without a slash at its end. Refuses one on the way to
 * which a token could be read, unless the way stays on this machine.
 */
export function judgeWorkerUrl(text: string): Result<string> {
  const refuse = (message: Message, hint: Message) => fail({ message, hint });
  const given = text.trim();
  if (!SCHEME.test(given) && looksLikeCredential(given)) return fail(CREDENTIAL_HERE);
  const written = SCHEME.test(given) ? given.replace(/^ws/i, "http") : `${schemeOf(given)}://${given}`;
  const url = URL.canParse(written) && !/\s/.test(given) ? new URL(written) : undefined;
  if (url === undefined || (!SCHEME.test(given) && /^[a-z][a-z\d+.-]*:\/\//i.test(given)))
    return refuse(
      (t) => t.workerCheck.noUrl,
      (t) => t.workerCheck.urlForm,
    );
  const hasExtras = url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "";
  if (hasExtras || !CLIENT_PATH.test(url.pathname))
    return refuse(
      (t) => t.workerCheck.urlExtras,
      (t) => t.workerCheck.urlForm,
    );
  if (url.protocol === "http:" && !isThisMachine(url.hostname))
    return refuse(
      (t) => t.workerCheck.urlOpen,
      (t) => t.workerCheck.useHttps,
    );
  return ok(url.origin);
}
