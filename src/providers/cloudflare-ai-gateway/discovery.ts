import { fail, type Result } from "../../core/result.ts";
import type { Asking, Discovery, Inquiry } from "../discovery.ts";
import type { Finding } from "../finding.ts";
import { accountList, gatewayList, newGateway, oneGateway, storedKeyList, textModelList } from "./account-api.ts";
import { ask, askForAll, type Refusal } from "./account-client.ts";
import { examine } from "./examine.ts";

// This module is a `Discovery`, where each of these is described.

export { examine } from "./examine.ts";
export { needs } from "./needs.ts";

export const accounts: Discovery["accounts"] = (inquiry, context) =>
  clarified(askForAll(accountList, inquiry, context), undefined, inquiry, context);

export const gateways: Discovery["gateways"] = (inquiry, accountId, context) =>
  clarified(askForAll(gatewayList(accountId), inquiry, context), accountId, inquiry, context);

export const settings: Discovery["settings"] = (inquiry, place, context) =>
  clarified(ask(oneGateway(place), inquiry, context), place.accountId, inquiry, context);

export const create: Discovery["create"] = (inquiry, accountId, wanted, context) =>
  clarified(ask(newGateway(accountId, wanted), inquiry, context), accountId, inquiry, context);

export const storedKeys: Discovery["storedKeys"] = (inquiry, place, context) =>
  clarified(askForAll(storedKeyList(place), inquiry, context), place.accountId, inquiry, context);

export const models: Discovery["models"] = (inquiry, accountId, context) =>
  clarified(askForAll(textModelList(accountId), inquiry, context), accountId, inquiry, context);

/**
 * The answer, or the one finding that fits. A token that may not is answered like one that is not known: where the two
 * would be told apart, the token itself is asked about.
 */
async function clarified<T>(
  answering: Promise<Result<T, Refusal>>,
  accountId: string | undefined,
  inquiry: Inquiry,
  context: Asking,
): Promise<Result<T, Finding>> {
  const answer = await answering;
  if (answer.ok) return answer;
  const { finding, ifActive } = answer.error;
  if (ifActive.code === finding.code) return fail(finding);
  const token = await examine(inquiry, accountId, context);
  if (token.status === "active") return fail(ifActive);
  return fail(token.status === "unchecked" ? finding : (token.finding ?? finding));
}
