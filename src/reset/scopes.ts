/** `full` is everything that this program keeps; files of the published OpenClaw stay in any case. */
export const SCOPES = ["config", "config+creds", "full"] as const;

export type Scope = (typeof SCOPES)[number];
