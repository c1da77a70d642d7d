import type { UpstreamRequest } from "./host.ts";
import { refusesPrefill, stripPrefill } from "./prefill.ts";
import { type Refusal, refusal } from "./refusal.ts";
import { type RequestBody, withModel } from "./request-body.ts";
import type { StripPrefill } from "./settings.ts";
import type { Target } from "./targets.ts";

/** A body as one target gets it, or why it gets none. */
export type Prepared =
  | {
      readonly ok: true;
      readonly body: UpstreamRequest["body"];
      /** Trailing assistant turns. */
      readonly removed: number;
    }
  | { readonly ok: false; readonly refusal: Refusal };

/** Applies the rules to a body; one that needs no change is the very same bytes. */
export function prepareBody(body: RequestBody, { upstream, model }: Target, strip: StripPrefill): Prepared {
  const renamed = withModel(body, model);
  const isStripped = body.thinking || (strip === "unsupported" && refusesPrefill(model));
  if (upstream.api !== "anthropic-messages" || !isStripped) return { ok: true, body: renamed.bytes, removed: 0 };
  const { bytes, removed, isEmptied } = stripPrefill(renamed);
  return isEmptied ? NOTHING_LEFT : { ok: true, body: bytes, removed };
}

const NOTHING_LEFT: Prepared = {
  ok: false,
  refusal: refusal(
    "invalid_request_error",
    "messages: the local gateway removes trailing assistant turns where the model takes none, and nothing would be left. Let the conversation end with a user turn.",
  ),
};
