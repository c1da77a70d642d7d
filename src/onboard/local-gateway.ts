import type { Plan } from "../config/apply.ts";
import { GATEWAY_TOKEN_VARIABLE, MIN_TOKEN_LENGTH } from "../config/credentials.ts";
import { isAddress, isLoopback } from "../config/listen-address.ts";
import { VARIABLE_NAME } from "../config/variables.ts";
import { looksSecret } from "../core/redact.ts";
import { type Problem, withPlace } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import { unresolvedIn } from "../core/unresolved.ts";
import { repairPaste, unexpectedCharacter } from "../providers/paste.ts";
import type { Message } from "../text/message.ts";
import { type Answer, type Answers, type SettingId, settingIn } from "./answers.ts";
import { type CurrentState, GATEWAY_TOKEN, isFoundHere } from "./current-state.ts";

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
  const odd = token.search(/[^!-~]/);
  if (odd >= 0 && unresolved === undefined)
    refuse(TOKEN_FLAG, unexpectedCharacter(token, odd).message, ({ onboard }) => onboard.localTokenCharacters);
  else if (token !== "" && unresolved === undefined && token.length < MIN_TOKEN_LENGTH)
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
export function localGatewayProblems(given: Answers, current: CurrentState): readonly Problem[] {
  const { config, variables } = current;
  const { auth, bind = "loopback" } = config.config.gateway ?? {};
  const authMode = settingIn(given, "gateway.auth.mode");
  const reach = settingIn(given, "gateway.bind") ?? bind;
  const token = given["gateway.auth.token"];
  const problems: Problem[] = [...customHostProblems(given, current)];
  if (authMode === "none" && token !== undefined)
    problems.push({
      where: "--gateway-auth",
      message: ({ onboard }) => onboard.noneWithToken(token.kind === "reference" ? VARIABLE_FLAG : TOKEN_FLAG),
      hint: PASS_ONE,
    });
  if (token?.kind === "reference" && !variables.has(token.variable))
    problems.push(
      current.empty.get(token.variable) ?? {
        where: VARIABLE_FLAG,
        message: ({ onboard }) => onboard.variableEmpty(token.variable),
        hint: ({ onboard }) => onboard.exportFirst,
      },
    );
  if ((authMode ?? auth?.mode) === "none" && reach !== "loopback")
    problems.push({
      where: BIND_FLAG,
      message: ({ onboard }) => onboard.openToOthers(reach),
      hint: ({ onboard }) => onboard.useTokenAuth,
    });
  return [...problems, ...tokenProblems(given, current)];
}

/** `custom` needs an address, and no other network has one. */
function customHostProblems(given: Answers, { config }: CurrentState): readonly Problem[] {
  const { bind = "loopback", customBindHost = "" } = config.config.gateway ?? {};
  const wanted = settingIn(given, "gateway.bind");
  const host = settingIn(given, "gateway.customBindHost");
  if (host !== undefined && (wanted ?? bind) !== "custom")
    return [
      {
        where: HOST_FLAG,
        message: ({ onboard }) => onboard.onlyUsedWith({ flag: BIND_FLAG, values: ["custom"] }),
        hint: ({ onboard }) => onboard.leaveOutOrUse({ flag: BIND_FLAG, values: ["custom"] }),
      },
    ];
  if (host !== undefined && !isAddress(host))
    return [{ where: HOST_FLAG, message: ({ config }) => config.notAddress, hint: ({ config }) => config.setAddress }];
  if (wanted !== "custom" || host !== undefined || isAddress(customBindHost)) return [];
  return [
    {
      where: HOST_FLAG,
      message: ({ onboard }) => onboard.customNeedsHost,
      hint: ({ onboard }) => onboard.passCustomHost(HOST_FLAG),
    },
  ];
}

/** A token that others could guess, in a variable that is named, or that would be stored or serve others. */
function tokenProblems(given: Answers, current: CurrentState): readonly Problem[] {
  const { config, variables, secrets, weakToken } = current;
  const { auth, bind = "loopback", customBindHost: configuredHost = "" } = config.config.gateway ?? {};
  const customBindHost = settingIn(given, "gateway.customBindHost") ?? configuredHost;
  const token = given[GATEWAY_TOKEN];
  const named = token?.kind === "reference" ? variables.get(token.variable)?.value.reveal() : undefined;
  if (token?.kind === "reference" && named !== undefined) {
    const unresolved = unresolvedIn(named);
    const name = token.variable;
    if (unresolved === undefined && named.length >= MIN_TOKEN_LENGTH) return [];
    const message: Message = (t) =>
      unresolved === undefined
        ? t.config.tokenShort({ name, least: MIN_TOKEN_LENGTH })
        : t.core.unresolved[unresolved.kind](name);
    return [{ where: VARIABLE_FLAG, message, hint: ({ onboard }) => onboard.leaveOutForRandom }];
  }
  const mode = settingIn(given, "gateway.auth.mode") ?? auth?.mode;
  if (weakToken === undefined || token !== undefined || mode === "none") return [];
  const reach = settingIn(given, "gateway.bind") ?? bind;
  const isOpen = reach === "custom" ? !isLoopback(customBindHost) : !["loopback", "auto"].includes(reach);
  const isStored = secrets.values.has(GATEWAY_TOKEN_VARIABLE) || (auth?.token ?? REFERENCE) !== REFERENCE;
  if (!isOpen && isStored) return [];
  return [settingIn(given, "gateway.bind") === undefined ? weakToken : { ...said(weakToken), where: BIND_FLAG }];
}

export const BIND_FLAG = "--gateway-bind";
const HOST_FLAG = "--gateway-custom-host";

const said = ({ message, hint }: Problem): Problem => ({ message, ...(hint && { hint }) });

const REFERENCE = `\${${GATEWAY_TOKEN_VARIABLE}}`;

/** Notes on values that are used all the same. */
export const localGatewayNotes = (given: Answers, { weakToken, warnings }: CurrentState): readonly Message[] =>
  [...warnings, ...(weakToken === undefined || given[GATEWAY_TOKEN] !== undefined ? [] : [weakToken])].map(withPlace);

const usable = (token: string | undefined) =>
  token === undefined || token === "" || unresolvedIn(token) !== undefined ? undefined : token;

export interface LocalGatewayDefaults {
  readonly defaultPort: number;
  readonly newToken: () => Secret;
}

const LOCAL: readonly SettingId[] = [
  "gateway.port",
  "gateway.bind",
  "gateway.customBindHost",
  "gateway.auth.mode",
  "gateway.auth.token",
];

/** Settings that nobody gave stay as they are, or get their default. */
export function planLocalGateway(
  answers: Answers,
  { config, secrets, variables, faults, isDeclared }: CurrentState,
  { newToken, defaultPort }: LocalGatewayDefaults,
): Plan {
  const { mode, port, bind, auth } = config.config.gateway ?? {};
  // A client of a remote gateway has no gateway of its own unless somebody sets one up.
  if ((settingIn(answers, "gateway.mode") ?? mode) === "remote" && !LOCAL.some((id) => answers[id] !== undefined))
    return { config: [], secrets: [] };
  const authMode = settingIn(answers, "gateway.auth.mode") ?? auth?.mode ?? "token";
  const customHost = settingIn(answers, "gateway.customBindHost");
  const edits = [
    { path: ["gateway", "mode"], value: settingIn(answers, "gateway.mode") ?? mode ?? "local" },
    { path: ["gateway", "port"], value: Number(settingIn(answers, "gateway.port") ?? port ?? defaultPort) },
    { path: ["gateway", "bind"], value: settingIn(answers, "gateway.bind") ?? bind ?? "loopback" },
    ...(customHost === undefined ? [] : [{ path: ["gateway", "customBindHost"], value: customHost }]),
    { path: ["gateway", "auth", "mode"], value: authMode },
  ];
  if (authMode !== "token") return { config: edits, secrets: [] };
  const tokenPath = ["gateway", "auth", "token"];
  const given = answers["gateway.auth.token"];
  if (given?.kind === "reference")
    return { config: [...edits, { path: tokenPath, value: `\${${given.variable}}` }], secrets: [] };
  if (given?.kind === "keep" && given.input !== undefined)
    return { config: [...edits, { path: tokenPath, value: { ...given.input } }], secrets: [] };
  const own = given?.kind === "secret" ? given.value : undefined;
  // Replaced, like a missing one.
  const isFaulty = faults.has(GATEWAY_TOKEN);
  const isElsewhere = auth?.token !== undefined && auth.token !== REFERENCE && !isFaulty;
  if (isElsewhere && own === undefined) return { config: edits, secrets: [] };
  const referring = [...edits, { path: tokenPath, value: REFERENCE }];
  // An empty value counts as missing: the gateway could not let anyone in.
  const stored = usable(secrets.values.get(GATEWAY_TOKEN_VARIABLE));
  if (stored !== undefined && own === undefined) return { config: referring, secrets: [] };
  // A token from the environment is stored, since the daemon has a different environment.
  const known = variables.get(GATEWAY_TOKEN_VARIABLE);
  const found = usable(known && isFoundHere(known, isDeclared) ? known.value.reveal() : undefined);
  const isReferred = settingIn(answers, "secretInputMode") === "ref";
  if (isReferred && own === undefined && found !== undefined) return { config: referring, secrets: [] };
  const value = own ?? (found === undefined ? newToken() : new Secret(found));
  return { config: referring, secrets: [{ name: GATEWAY_TOKEN_VARIABLE, value }] };
}
