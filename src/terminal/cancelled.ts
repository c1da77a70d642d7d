import { OpenclawError } from "../core/errors.ts";

/** What a question throws when the person leaves. */
export const cancelled = () => new OpenclawError("Cancelled; nothing was written.", { code: "prompt.cancelled" });
