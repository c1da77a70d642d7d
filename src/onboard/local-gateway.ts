import { VARIABLE_NAME } from "../config/variables.ts";
import { scrub } from "../core/redact.ts";
import type { Problem } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import { repairPaste } from "../providers/paste.ts";
import type { Today } from "./current-state.ts";
import type { GatewayAnswers } from "./plan.ts";

/** What the command line says about the local gateway; checked for form, not yet against each other. */
export interface GatewayFlags {
  readonly mode?: "local";
  readonly gatewayPort?: number;
  readonly gatewayBind?: string;
  readonly gatewayAuth?: "token" | "none";
  readonly gatewayToken?: string;
  readonly gatewayTokenRefEnv?: string;
}

/** Shorter tokens can be guessed by trying. @why 16 characters of any kind are out of reach over a network. */
const MIN_TOKEN_LENGTH = 16;

/** The gateway's settings from flags, and what contradicts among them and today's settings. */
export function gatewayAnswers(
  flags: GatewayFlags,
  today: Today,
): { answers: GatewayAnswers; problems: readonly Problem[] } {
  const { mode, gatewayPort: port, gatewayBind: bind, gatewayAuth: authMode, gatewayTokenRefEnv: variable } = flags;
  const token = repairPaste(flags.gatewayToken ?? "").value;
  const current = today.config.config.gateway;
  const problems: Problem[] = [];
  const refuse = (where: string, message: string, hint: string) => problems.push({ where, message, hint });
  if (flags.gatewayToken !== undefined && token === "") {
    refuse(
      "--gateway-token",
      "The token is empty.",
      "The variable in it is probably not exported; leave the flag out to get a random one.",
    );
  }
  if (scrub(token) !== token) {
    refuse(
      "--gateway-token",
      "This is a credential of a provider.",
      "The local gateway's token is one of its own: leave the flag out to get a random one.",
    );
  }
  if (token !== "" && variable !== undefined)
    refuse("--gateway-token", "It contradicts --gateway-token-ref-env.", "Pass one of them.");
  if (authMode === "none" && (token !== "" || variable !== undefined))
    refuse("--gateway-auth", "'none' contradicts the token.", "Leave one of them out.");
  if (token !== "" && (token.length < MIN_TOKEN_LENGTH || /[^!-~]/.test(token))) {
    refuse(
      "--gateway-token",
      `The token is shorter than ${MIN_TOKEN_LENGTH} characters or has blanks in it.`,
      "Leave the flag out to get a random one.",
    );
  }
  if (variable !== undefined && !VARIABLE_NAME.test(variable)) {
    refuse(
      "--gateway-token-ref-env",
      "This is not the name of a variable.",
      "It takes upper-case letters, digits and '_'.",
    );
  } else if (variable !== undefined && !today.variables.has(variable)) {
    refuse("--gateway-token-ref-env", `${variable} has no value.`, "Export it first.");
  }
  const open = (authMode ?? current?.auth?.mode) === "none";
  const reach = bind ?? current?.bind ?? "loopback";
  if (open && reach !== "loopback")
    refuse(
      "--gateway-bind",
      `'${reach}' without authentication would open your credentials to others.`,
      "Use --gateway-auth token.",
    );
  return {
    answers: {
      ...(mode !== undefined && { mode }),
      ...(port !== undefined && { port }),
      ...(bind !== undefined && { bind }),
      ...(authMode !== undefined && { authMode }),
      ...(token !== "" && { token: new Secret(token) }),
      ...(variable !== undefined && { tokenVariable: variable }),
    },
    problems,
  };
}
