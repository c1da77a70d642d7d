import type { Plan } from "../config/apply.ts";
import { GATEWAY_TOKEN_VARIABLE } from "../config/credentials.ts";
import { VARIABLE_NAME } from "../config/variables.ts";
import { looksSecret } from "../core/redact.ts";
import type { Problem } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import { unresolvedIn } from "../core/unresolved.ts";
import { repairPaste } from "../providers/paste.ts";
import type { Message } from "../text/message.ts";
import { type Answer, type Answers, settingIn } from "./answers.ts";
import { type CurrentState, GATEWAY_TOKEN } from "./current-state.ts";

/**
 * Which networks may reach the local gateway, in OpenClaw's words.
 * @source `gateway.bind` of its schema.
 */
export const BINDS = ["loopback", "lan", "tailnet", "auto", "custom"] as const;

export const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;

/**
 * Shorter tokens can be guessed.
 * @why 16 characters of any kind are out of reach over a network.
 */
const MIN_TOKEN_LENGTH = 16;

const TOKEN_FLAG = "--gateway-token";
const VARIABLE_FLAG = "--gateway-token-ref-env";

/** The local gateway's token from its two flags. Only their format is checked. */
export function localTokenAnswer(
  given: string | undefined,
  variable: string | undefined,
): { readonly answer?: Answer; readonly problems: readonly Problem[] } {
  const token = repairPaste(given ?? "").value;
  const problems: Problem[] = [];
  const refuse = (where: string, message: Message, hint: Message) => problems.push({ where, message, hint });
  if (given !== undefined && token === "")
    refuse(
      TOKEN_FLAG,
      ({ onboard }) => onboard.localTokenEmpty,
      ({ onboard }) => onboard.setPassedVariableOrLeaveOut,
    );
  const unresolved = unresolvedIn(given ?? "") ?? unresolvedIn(token);
  if (unresolved !== undefined)
    refuse(
      TOKEN_FLAG,
      ({ core }) => core.unresolved[unresolved.kind](),
      ({ onboard }) => onboard.leaveOutForRandom,
    );
  else if (looksSecret(token))
    refuse(
      TOKEN_FLAG,
      ({ onboard }) => onboard.localTokenForeign,
      ({ onboard }) => onboard.localTokenOwn,
    );
  if (token !== "" && variable !== undefined)
    refuse(TOKEN_FLAG, ({ onboard }) => onboard.cannotBeCombined(VARIABLE_FLAG), PASS_ONE);
  if (token !== "" && unresolved === undefined && (token.length < MIN_TOKEN_LENGTH || /[^!-~]/.test(token)))
    refuse(
      TOKEN_FLAG,
      ({ onboard }) => onboard.localTokenForm(MIN_TOKEN_LENGTH),
      ({ onboard }) => onboard.leaveOutForRandom,
    );
  if (variable !== undefined && !VARIABLE_NAME.test(variable))
    refuse(
      VARIABLE_FLAG,
      ({ onboard }) => onboard.notAVariableName,
      ({ onboard }) => onboard.variableNameForm,
    );
  if (problems.length > 0) return { problems };
  if (variable !== undefined)
    return { answer: { kind: "reference", variable, source: { kind: "flag", name: VARIABLE_FLAG } }, problems };
  if (token === "") return { problems };
  return { answer: { kind: "secret", value: new Secret(token), source: { kind: "flag", name: TOKEN_FLAG } }, problems };
}

const PASS_ONE: Message = ({ core }) => core.passOnlyOne;

/** Contradictions between answers about the local gateway and its current settings. */
export function localGatewayProblems(given: Answers, { config, variables }: CurrentState): readonly Problem[] {
  const { auth, bind = "loopback" } = config.config.gateway ?? {};
  const authMode = settingIn(given, "gateway.auth.mode");
  const reach = settingIn(given, "gateway.bind") ?? bind;
  const token = given["gateway.auth.token"];
  const problems: Problem[] = [];
  if (authMode === "none" && token !== undefined)
    problems.push({
      where: "--gateway-auth",
      message: ({ onboard }) => onboard.noneWithToken(token.kind === "reference" ? VARIABLE_FLAG : TOKEN_FLAG),
      hint: PASS_ONE,
    });
  if (token?.kind === "reference" && !variables.has(token.variable))
    problems.push({
      where: VARIABLE_FLAG,
      message: ({ onboard }) => onboard.variableEmpty(token.variable),
      hint: ({ onboard }) => onboard.exportFirst,
    });
  if ((authMode ?? auth?.mode) === "none" && reach !== "loopback")
    problems.push({
      where: "--gateway-bind",
      message: ({ onboard }) => onboard.openToOthers(reach),
      hint: ({ onboard }) => onboard.useTokenAuth,
    });
  return problems;
}

const usable = (token: string | undefined) =>
  token === undefined || token === "" || unresolvedIn(token) !== undefined ? undefined : token;

export interface LocalGatewayDefaults {
  readonly defaultPort: number;
  readonly newToken: () => Secret;
}

/** Settings that nobody gave stay as they are, or get their default. */
export function planLocalGateway(
  answers: Answers,
  { config, secrets, variables, faults }: CurrentState,
  { newToken, defaultPort }: LocalGatewayDefaults,
): Plan {
  const { mode, port, bind, auth } = config.config.gateway ?? {};
  const authMode = settingIn(answers, "gateway.auth.mode") ?? auth?.mode ?? "token";
  const edits = [
    { path: ["gateway", "mode"], value: settingIn(answers, "gateway.mode") ?? mode ?? "local" },
    { path: ["gateway", "port"], value: Number(settingIn(answers, "gateway.port") ?? port ?? defaultPort) },
    { path: ["gateway", "bind"], value: settingIn(answers, "gateway.bind") ?? bind ?? "loopback" },
    { path: ["gateway", "auth", "mode"], value: authMode },
  ];
  if (authMode !== "token") return { config: edits, secrets: [] };
  const tokenPath = ["gateway", "auth", "token"];
  const given = answers["gateway.auth.token"];
  if (given?.kind === "reference")
    return { config: [...edits, { path: tokenPath, value: `\${${given.variable}}` }], secrets: [] };
  const reference = `\${${GATEWAY_TOKEN_VARIABLE}}`;
  const own = given?.kind === "secret" ? given.value : undefined;
  // What is no token is replaced.
  const isFaulty = faults.has(GATEWAY_TOKEN);
  const isElsewhere = auth?.token !== undefined && auth.token !== reference && !isFaulty;
  if (isElsewhere && own === undefined) return { config: edits, secrets: [] };
  const referring = [...edits, { path: tokenPath, value: reference }];
  // An empty value counts as missing: the gateway could not let anyone in.
  const stored = usable(secrets.values.get(GATEWAY_TOKEN_VARIABLE));
  if (stored !== undefined && own === undefined) return { config: referring, secrets: [] };
  // A token from the environment is stored, since the daemon has a different environment.
  const found = usable(variables.get(GATEWAY_TOKEN_VARIABLE)?.value.reveal());
  const isReferred = settingIn(answers, "secretInputMode") === "ref";
  if (isReferred && own === undefined && found !== undefined) return { config: referring, secrets: [] };
  const value = own ?? (found === undefined ? newToken() : new Secret(found));
  return { config: referring, secrets: [{ name: GATEWAY_TOKEN_VARIABLE, value }] };
}
