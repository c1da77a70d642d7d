import { isDeepStrictEqual } from "node:util";
import type { Plan } from "../config/apply.ts";
import { variablesOf } from "../config/credentials.ts";
import { type JsonPath, type JsonValue, valueAt } from "../config/json5-value.ts";
import type { SecretInput } from "../config/schema.ts";
import { judgeRemoteUrl } from "../config/used-gateway.ts";
import type { Problem, Result } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import { unresolvedIn } from "../core/unresolved.ts";
import { repairPaste } from "../providers/paste.ts";
import type { Answer } from "./answers.ts";
import type { CurrentState } from "./current-state.ts";
import { type PlanDeps, recorded } from "./plan.ts";
import { REMOTE_TOKEN_VARIABLE } from "./remote-token.ts";

export const URL_FLAG = "--remote-url";

/** The URL of a remote gateway from an answer, which may have been pasted. */
export const checkRemoteUrl = (raw: string, where?: string): Result<string> =>
  judgeRemoteUrl(repairPaste(raw).value, where);

/** The remote gateway as the configuration has it. */
export const configuredRemote = ({ config }: CurrentState): { readonly url?: string; readonly token?: SecretInput } =>
  config.config.gateway?.remote ?? {};

export interface RemoteAnswers {
  readonly url: string;
  /** `undefined` keeps what the configuration says, if that is for the same gateway. */
  readonly token: Answer | undefined;
}

/** True if the configured token was for another gateway, which this one must not be shown. */
export function isForAnother({ url, token }: RemoteAnswers, current: CurrentState): boolean {
  const { url: before, token: written } = configuredRemote(current);
  return token === undefined && written !== undefined && before !== undefined && hostOf(before) !== hostOf(url);
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

/** The edits that make this machine a client of a remote gateway; nothing of a local one is touched. */
export function planRemote(answers: RemoteAnswers, current: CurrentState, deps: PlanDeps): Plan {
  const at = (...path: JsonPath) => ["gateway", ...path];
  const token = plannedToken(answers, current);
  const edits: readonly { readonly path: JsonPath; readonly value: JsonValue | undefined }[] = [
    { path: at("mode"), value: "remote" },
    { path: at("remote", "url"), value: answers.url },
    ...(token === undefined ? [] : [{ path: at("remote", "token"), value: token.written }]),
  ];
  const config = edits.filter(({ path, value }) => !isDeepStrictEqual(valueAt(current.config.config, path), value));
  const stored = token?.stored;
  const secrets =
    stored === undefined || current.secrets.values.get(REMOTE_TOKEN_VARIABLE) === stored.reveal()
      ? []
      : [{ name: REMOTE_TOKEN_VARIABLE, value: stored }];
  return recorded({ config, secrets }, current, deps, "remote");
}

/** The token's text in the configuration, and its stored value; `undefined` if both stay as they are. */
function plannedToken(
  answers: RemoteAnswers,
  current: CurrentState,
): { readonly written: SecretInput | undefined; readonly stored?: Secret } | undefined {
  const { token } = answers;
  if (token?.kind === "secret") return { written: `\${${REMOTE_TOKEN_VARIABLE}}`, stored: token.value };
  if (token?.kind === "reference") return { written: `\${${token.variable}}` };
  if (token?.kind === "keep") return { written: token.input };
  if (isForAnother(answers, current)) return { written: undefined };
  // Plain text in the configuration is moved to `.env`.
  const { token: written } = configuredRemote(current);
  const isPlain = typeof written === "string" && written !== "" && variablesOf(written).length === 0;
  return isPlain && unresolvedIn(written) === undefined
    ? { written: `\${${REMOTE_TOKEN_VARIABLE}}`, stored: new Secret(written) }
    : undefined;
}

export const missingUrl: Problem = {
  where: URL_FLAG,
  message: (t) => t.onboard.answerMissing(t.onboard.remote.url),
  hint: (t) => t.config.remote.urlFormHint,
};
