import type { Context } from "../core/context.ts";
import type { Secret } from "../core/secret.ts";
import { checkHealth, type Health } from "./health.ts";

/**
 * Use, by the gateway at our address, of a credential that was replaced or removed. `old`: it still sends it.
 * `current`: it does not. `unknown`: it does not say. `none`: no gateway of ours answers.
 */
type CredentialUse = "old" | "current" | "unknown" | "none";

export interface GatewayUse {
  readonly use: CredentialUse;
  readonly health: Health;
}

/** @why a running gateway takes up a change within a moment, unless a file has a fault. */
const RELOAD_PAUSES = 20;
const PAUSE_MS = 250;

const useOf = (health: Health, old: readonly Secret[]): CredentialUse => {
  if (health.answers !== "gateway" || health.isOwn === false) return "none";
  if (health.sends === undefined) return "unknown";
  return old.some(health.sends) ? "old" : "current";
};

/** Waits a moment for a running gateway to take up what the files say now. */
export async function credentialUse(
  address: { readonly url: string; readonly token: Secret | undefined },
  old: readonly Secret[],
  context: Pick<Context, "http" | "delay" | "randomBytes">,
): Promise<GatewayUse> {
  for (let pauses = 0; ; pauses += 1) {
    const health = await checkHealth(address, context);
    const use = useOf(health, old);
    if (use !== "old" || pauses === RELOAD_PAUSES) return { use, health };
    await context.delay(PAUSE_MS);
  }
}
