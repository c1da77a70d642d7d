/** Who may reach the local gateway, in OpenClaw's words. @source `gateway.bind` of its schema. */
export const BINDS = {
  loopback: "this machine only",
  lan: "everybody on the local network",
  tailnet: "the Tailscale network",
  auto: "loopback where possible, else the local network",
  custom: "the address in gateway.customBindHost",
} as const;

/** Whether a text is a TCP port. */
export function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}
