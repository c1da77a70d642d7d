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
    : { unit: `openclaw-gateway-${profile}.service`, label: `ai.openclaw.${profile}` };
