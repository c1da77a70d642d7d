/**
 * Anthropic's error types that the gateway itself may answer with.
 * @source https://docs.claude.com/en/api/errors
 */
export type ErrorType =
  | "invalid_request_error"
  | "authentication_error"
  | "permission_error"
  | "not_found_error"
  | "request_too_large"
  | "rate_limit_error"
  | "timeout_error"
  | "api_error"
  | "overloaded_error";

/** A failure in the shape that Anthropic's clients understand: one JSON document. */
export const errorBody = (type: ErrorType, message: string): string =>
  JSON.stringify({ type: "error", error: { type, message } });
