import type { ErrorResponse } from "./error-response.ts";
import { errorResponse } from "./error-response.ts";
import type { ProxiedRequest } from "./host.ts";

/** Paths at which a host may show what the gateway does. Nothing below them goes to an upstream. */
export const PAGE_PATHS = [
  "/metrics",
  "/dashboard",
  "/dashboard/state",
  "/dashboard/figures",
  "/dashboard/requests",
] as const;

export type PagePath = (typeof PAGE_PATHS)[number];

export const isPagePath = (path: string): path is PagePath => (PAGE_PATHS as readonly string[]).includes(path);

/** Contains nothing that only holders of a token may know: a browser that opens an address cannot send one. */
export const isPublicPage = (path: PagePath): boolean => path === "/dashboard";

/** An admitted `GET` or `HEAD`. It is neither recorded nor forwarded. */
export interface PageRequest {
  readonly request: ProxiedRequest;
  readonly path: PagePath;
  /** With its question mark; empty if there is none. */
  readonly search: string;
  /** Headers that belong to every response. */
  readonly ownHeaders: readonly string[];
}

/** Responds to it; `undefined` if the response was complete at once. Throws or rejects only because of a bug. */
export type Pages = (page: PageRequest) => Promise<void> | undefined;

export const NO_PAGES: ErrorResponse = errorResponse(
  "not_found_error",
  "This gateway shows no pages of its own. One that runs on a machine does: `openclaw gateway run`.",
);
