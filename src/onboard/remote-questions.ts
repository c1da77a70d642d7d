import type { Prompter } from "../core/context.ts";
import { problemText } from "../core/result.ts";
import { say, type Texts } from "../text/message.ts";
import { type Answer, checkedAnswers, remarks } from "./answers.ts";
import type { CurrentState } from "./current-state.ts";
import { checkRemoteUrl, configuredRemote, isForAnother, type RemoteAnswers, URL_FLAG } from "./remote.ts";
import { REMOTE_TOKEN } from "./remote-token.ts";

interface RemoteFlags {
  readonly remoteUrl?: string;
  readonly secretInputMode?: string;
}

/** The URL of the flag, else of the configuration, judged; `undefined` without either. */
export function givenUrl({ remoteUrl }: RemoteFlags, current: CurrentState) {
  const raw = remoteUrl ?? configuredRemote(current).url;
  const where = remoteUrl === undefined ? "gateway.remote.url" : URL_FLAG;
  return raw === undefined ? undefined : { checked: checkRemoteUrl(raw, where) };
}

/** A variable's value is stored, unless it is to be referred to. Whoever is at a terminal is asked for the rest. */
export async function completeAnswers(
  flags: RemoteFlags,
  token: Answer | undefined,
  current: CurrentState,
  prompter: Prompter | undefined,
  text: Texts,
): Promise<RemoteAnswers> {
  const known = givenUrl(flags, current);
  const isGiven = flags.remoteUrl !== undefined || prompter === undefined;
  const found = known?.checked.ok ? known.checked.value : "";
  const url = isGiven ? found : await askUrl(found, prompter, text);
  const source = { kind: "flag", name: `--${REMOTE_TOKEN.flag}-env` } as const;
  if (token?.kind === "reference" && flags.secretInputMode !== "ref") {
    const value = current.variables.get(token.variable)?.value;
    return { url, token: value && { kind: "secret", value, source } };
  }
  if (token !== undefined || prompter === undefined) return { url, token: token?.kind === "none" ? undefined : token };
  return { url, token: await askToken({ url, token: undefined }, current, prompter, text) };
}

async function askUrl(found: string, prompter: Prompter, text: Texts): Promise<string> {
  const reply = await prompter.text({
    message: text.onboard.remote.url,
    help: text.config.remote.urlOpenHint,
    secret: false,
    problem: (raw) => {
      if (raw.trim() === "" && found !== "") return undefined;
      const checked = checkRemoteUrl(raw);
      return checked.ok ? undefined : problemText(checked.error, text);
    },
    ...(found !== "" && { shownDefault: found }),
  });
  if (reply.kind === "back") return askUrl(found, prompter, text);
  const checked = checkRemoteUrl(reply.value);
  return checked.ok ? checked.value : found;
}

async function askToken(
  answers: RemoteAnswers,
  current: CurrentState,
  prompter: Prompter,
  text: Texts,
): Promise<Answer | undefined> {
  const isKept = configuredRemote(current).token !== undefined && !isForAnother(answers, current);
  const reply = await prompter.text({
    message: text.onboard.optional(text.onboard.remote.token),
    help: text.onboard.remote.tokenHelp,
    secret: true,
    problem: (raw) => {
      const checked = raw.trim() === "" ? undefined : REMOTE_TOKEN.check(raw);
      return checked?.ok === false ? problemText(checked.error, text) : undefined;
    },
    ...(isKept && { shownDefault: text.onboard.presentReference }),
  });
  if (reply.kind === "back") return askToken(answers, current, prompter, text);
  const checked = reply.value.trim() === "" ? undefined : REMOTE_TOKEN.check(reply.value);
  if (checked?.ok !== true) return undefined;
  for (const note of remarks(REMOTE_TOKEN.label, checked.value)) prompter.note(`  ${say(note, text)}`);
  return checkedAnswers(REMOTE_TOKEN, checked.value, { kind: "wizard", question: REMOTE_TOKEN.id })[REMOTE_TOKEN.id];
}
