/**
 * What stands for a key where none is needed, since clients refuse to start without one.
 * @source the published OpenClaw, which sends it to addresses on this machine, seen in 2026.5.28.
 */
export const PLACEHOLDER_KEY = "custom-local";
