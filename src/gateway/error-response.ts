/**
 * Anthropic's error types that the gateway itself may answer with.
 * @source https://docs.claude.com/en/api/errors
 */
export type ErrorType =
  | "invalid_request_error"
  | "authentication_error"
  | "billing_error"
  | "permission_error"
  | "not_found_error"
  | "request_too_large"
  | "rate_limit_error"
  | "timeout_error"
  | "api_error"
  | "overloaded_error";

/** An answer of the gateway's own, to a request that is not forwarded or whose upstream answered nothing readable. */
export interface ErrorResponse {
  readonly status: number;
  readonly type: ErrorType;
  /** One or two English sentences for the person who wrote the request: who refuses it, and what to do. */
  readonly message: string;
  /** The diagnosis, for programs: `gateway.spend-limit`. */
  readonly code?: string;
  /** The value of `x-should-retry`; without it the client decides. */
  readonly isWorthRetrying?: boolean;
}

/** Status of each kind of error. @source https://docs.claude.com/en/api/errors; 502 is what a gateway adds. */
const STATUS: Readonly<Record<ErrorType, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 502,
  timeout_error: 504,
  overloaded_error: 529,
};

const TYPES: ReadonlyMap<number, ErrorType> = new Map(
  Object.entries(STATUS).map(([type, status]) => [status, type as ErrorType]),
);

/** An error with the status that belongs to its type. */
export const errorResponse = (type: ErrorType, message: string): ErrorResponse => ({
  status: STATUS[type],
  type,
  message,
});

/** The type of error that a status from 400 on stands for. */
export const errorTypeOf = (status: number): ErrorType =>
  TYPES.get(status) ?? (status < 500 ? "invalid_request_error" : "api_error");

/**
 * An error as Anthropic's clients expect it: one JSON document.
 * @source @anthropic-ai/sdk 1.14.0 for the place of the code, which older clients ignore.
 */
export const errorBody = ({ type, message, code }: ErrorResponse): string =>
  JSON.stringify({
    type: "error",
    error: { type, message, ...(code !== undefined && { details: { error_code: code } }) },
  });

/** The same as the last event of a stream. */
export const errorEvent = (error: ErrorResponse): string => `event: error\ndata: ${errorBody(error)}\n\n`;
