import type { Asking, Inquiry, TokenReport, TokenStatus } from "../discovery.ts";
import { verification } from "./account-api.ts";
import { ask, prepare, type Refusal } from "./account-client.ts";

/** What a refusal says about the token. Any other one says nothing about it. */
const STATUSES: Readonly<Record<string, TokenStatus>> = {
  "credentials.malformed": "malformed",
  "api.token-malformed": "malformed",
  "api.token-expired": "expired",
  "api.token-disabled": "disabled",
  "api.token-unknown": "unknown",
  "api.token-rejected": "unknown",
  "api.access-refused": "unknown",
};

/**
 * Whether a token is in force. A person's and an account's own are asked about at different places, and each place
 * denies to know the other kind; older tokens do not say which they are.
 * @source developers.cloudflare.com, "Token formats": `cfut_` and `cfat_`.
 */
export async function examine(inquiry: Inquiry, accountId: string | undefined, context: Asking): Promise<TokenReport> {
  const ready = prepare(inquiry, context);
  if (!ready.ok) return report(ready.error);
  const token = ready.value.inquiry.token.reveal();
  if (token.startsWith("cfat_")) {
    return accountId === undefined
      ? { status: "unchecked", kind: "account" }
      : { kind: "account", ...(await verify(inquiry, accountId, context)) };
  }
  const asUser = await verify(inquiry, undefined, context);
  if (token.startsWith("cfut_") || asUser.status === "active") return { kind: "user", ...asUser };
  if (asUser.status !== "unknown" || accountId === undefined) return asUser;
  const asAccount = await verify(inquiry, accountId, context);
  return asAccount.status === "unknown" ? asUser : { kind: "account", ...asAccount };
}

async function verify(inquiry: Inquiry, accountId: string | undefined, context: Asking): Promise<TokenReport> {
  const answer = await ask(verification(accountId), inquiry, context);
  return answer.ok ? { status: answer.value } : report(answer.error);
}

const report = ({ finding }: Refusal): TokenReport => ({ status: STATUSES[finding.code] ?? "unchecked", finding });
