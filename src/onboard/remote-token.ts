import { looksSecret } from "../core/redact.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { unresolvedIn } from "../core/unresolved.ts";
import { repairPaste, unexpectedCharacter } from "../providers/paste.ts";
import type { CheckedAnswer, Field } from "../providers/provider.ts";

/** Holds the token of a remote gateway. @why `OPENCLAW_GATEWAY_TOKEN` is that of the gateway on this machine. */
export const REMOTE_TOKEN_VARIABLE = "OPENCLAW_GATEWAY_REMOTE_TOKEN";

/** The token as a field, so that it has the same flags as every other secret. */
export const REMOTE_TOKEN: Field = {
  id: "gateway.remote.token",
  label: (t) => t.onboard.remote.token,
  help: (t) => t.onboard.remote.tokenHelp,
  flag: "remote-token",
  env: [REMOTE_TOKEN_VARIABLE],
  secret: true,
  need: "optional",
  asked: "always",
  check: checkToken,
};

function checkToken(raw: string): Result<CheckedAnswer> {
  const { value, repairs } = repairPaste(raw);
  const unresolved = unresolvedIn(raw) ?? unresolvedIn(value);
  if (unresolved !== undefined)
    return fail({ message: (t) => t.core.unresolved[unresolved.kind](), hint: (t) => t.onboard.remote.tokenHelp });
  if (looksSecret(value))
    return fail({ message: (t) => t.onboard.localTokenForeign, hint: (t) => t.onboard.remote.tokenHelp });
  const odd = value.search(/[^!-~]/);
  return odd >= 0 ? fail(unexpectedCharacter(value, odd)) : ok({ value, repairs, warnings: [] });
}
