import { remoteToken } from "../config/credentials.ts";
import { fileValues, withProxy } from "../config/resolve.ts";
import { readReference } from "../config/secret-reference.ts";
import { httpUrl } from "../config/used-gateway.ts";
import type { Context, Prompter } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Secret } from "../core/secret.ts";
import { type CurrentState, referenceValues } from "../onboard/current-state.ts";
import { isForAnother, type RemoteAnswers } from "../onboard/remote.ts";
import type { Message } from "../text/message.ts";

/** Says who answers there. Throws `verify.failed`. */
export async function checkRemote(
  answers: RemoteAnswers,
  current: CurrentState,
  prompter: Prompter | undefined,
  context: Context,
): Promise<Message> {
  const { remoteHealth } = await import("../service/remote-health.ts");
  const token = await presented(answers, current, context);
  const proxied = withProxy(fileValues(current), context);
  const ask = (signal?: AbortSignal) => remoteHealth({ url: httpUrl(answers.url), token }, proxied, signal);
  const waited =
    prompter === undefined
      ? undefined
      : await prompter.busy(context.text.onboard.remote.checking, (signal) => ask(signal));
  if (waited !== undefined && waited.kind !== "answer") return ({ onboard }) => onboard.checkSkipped;
  const health = waited === undefined ? await ask() : waited.value;
  const { url } = answers;
  const refuse = (message: Message, hint: Message) => new OpenclawError(message, { code: "verify.failed", hint });
  switch (health.answers) {
    case "nobody":
      throw refuse(
        ({ onboard: { remote } }) => remote.silent({ url, reason: remote.faults[health.fault] }),
        ({ onboard }) => onboard.remote.startIt,
      );
    case "other":
      throw refuse(
        ({ onboard }) => onboard.remote.other(url),
        ({ onboard }) => onboard.remote.checkAddress,
      );
    case "published":
      return ({ onboard }) => onboard.remote.answersPublished(url);
    case "gateway":
      if (health.token === "unknown" || health.token === "needed")
        throw refuse(
          ({ onboard: { remote } }) => (health.token === "needed" ? remote.tokenNeeded(url) : remote.tokenUnknown(url)),
          ({ onboard }) => onboard.remote.passToken,
        );
      return ({ onboard }) => onboard.remote.answers({ url, version: health.version });
  }
}

/** The token as this machine would present it. */
async function presented(answers: RemoteAnswers, current: CurrentState, context: Context): Promise<Secret | undefined> {
  const { token } = answers;
  if (token?.kind === "secret") return token.value;
  if (token?.kind === "reference") return current.variables.get(token.variable)?.value;
  if (isForAnother(answers, current)) return undefined;
  const known = { ...referenceValues(current), variables: current.variables };
  const kept =
    token?.kind === "keep" && token.input !== undefined
      ? await readReference(token.input, known, context)
      : await remoteToken(known, context);
  if (kept.ok) return kept.value;
  const { message, hint } = kept.error;
  throw new OpenclawError(message, { code: "credentials.missing", ...(hint && { hint }) });
}
