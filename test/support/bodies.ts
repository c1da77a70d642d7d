import { atOnce } from "../../src/core/sliced.ts";
import { Scan } from "../../src/gateway/json-tokens.ts";
import * as prefill from "../../src/gateway/prefill.ts";
import * as body from "../../src/gateway/request-body.ts";

/** The gateway's work on a body, without the pauses in it. */
export const readRequestBody = (bytes: Buffer) => atOnce(body.readRequestBody(new Scan(bytes)));
export const stripPrefill = (conversation: body.Conversation) => atOnce(prefill.stripPrefill(conversation));
