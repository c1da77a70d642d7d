import { join } from "node:path";

/** What the gateway of a profile is called where the system runs it as a service. */
export interface ServiceNames {
  /** File name of the systemd user unit. */
  readonly unit: string;
  /** Label of the launchd agent; its file is named after it. */
  readonly label: string;
}

/** @source the published OpenClaw's names, seen in 2026.5.28; the default profile has no name. */
export const serviceNames = (profile: string | undefined): ServiceNames =>
  profile === undefined
    ? { unit: "openclaw-gateway.service", label: "ai.openclaw.gateway" }
    : { unit: `openclaw-gateway-${profile}.service`, label: labelOf(profile) };

/** A profile called "gateway" would take the default one's label, also where file names do not know upper case. */
const labelOf = (profile: string) =>
  /^gateway$/i.test(profile) ? `ai.openclaw.${profile}.profile` : `ai.openclaw.${profile}`;

/** The command line that does something for a profile, as a person types it. */
export const openclaw = (profile: string | undefined, words: string): string =>
  profile === undefined ? `openclaw ${words}` : `openclaw --profile ${profile} ${words}`;

/** Where the files lie by which the system starts the gateway of a profile; absolute paths. */
export interface ServiceFiles {
  readonly unit: string;
  readonly agent: string;
}

/** `homedir` is the user's own: the system looks nowhere else. */
export function serviceFiles(profile: string | undefined, homedir: string): ServiceFiles {
  const { unit, label } = serviceNames(profile);
  return {
    unit: join(homedir, ".config", "systemd", "user", unit),
    agent: join(homedir, "Library", "LaunchAgents", `${label}.plist`),
  };
}
