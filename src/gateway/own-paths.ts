/** Paths at which a host may show what the gateway does. Nothing below them goes to an upstream. */
export const PAGE_PATHS = [
  "/metrics",
  "/dashboard",
  "/dashboard/pass",
  "/dashboard/session",
  "/dashboard/state",
  "/dashboard/figures",
  "/dashboard/requests",
] as const;

export type PagePath = (typeof PAGE_PATHS)[number];

export const isPagePath = (path: string): path is PagePath => (PAGE_PATHS as readonly string[]).includes(path);

/** What the gateway answers of itself, to `HEAD /` too. */
export const isOwnPath = (path: string): boolean =>
  path === "/healthz" || path === "/readyz" || path === "/" || isPagePath(path);
