import type { ErrorResponse } from "./error-response.ts";
import { errorResponse } from "./error-response.ts";
import type { ProxiedRequest } from "./host.ts";
import type { PagePath } from "./own-paths.ts";
import type { RequestHead } from "./request-head.ts";
import type { Access, Client } from "./settings.ts";

/** Contains nothing that only holders of a token may know: a browser that opens an address cannot send one. */
export const isPublicPage = (path: PagePath): boolean => path === "/dashboard";

/** Gives access, and so judges by itself who may have it. */
export const isEntrance = (path: PagePath): boolean => path === "/dashboard/pass" || path === "/dashboard/session";

/** An admitted `GET` or `HEAD`. It is neither recorded nor forwarded. */
export interface PageRequest {
  readonly request: ProxiedRequest;
  readonly path: PagePath;
  /** With its question mark; empty if there is none. */
  readonly search: string;
  /** Headers that belong to every response. */
  readonly ownHeaders: readonly string[];
  readonly access: Access;
  /** Whoever holds a token; always there, but for what is open to everybody or judges by itself. */
  readonly client: Client | undefined;
  readonly head: Pick<RequestHead, "tokens" | "proof">;
}

/** Lets in who presents something else than a token; `undefined` for a stranger. */
export type MayView = (page: Pick<PageRequest, "path" | "access" | "head">) => Client | undefined;

/** Responds to it; `undefined` if the response was complete at once. Throws or rejects only because of a bug. */
export type Pages = (page: PageRequest) => Promise<void> | undefined;

export const NO_PAGES: ErrorResponse = errorResponse(
  "not_found_error",
  "This gateway shows no pages of its own. One that runs on a machine does: `openclaw gateway run`.",
);
