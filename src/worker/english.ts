import { cloudflare } from "../text/en/cloudflare.ts";
import { config } from "../text/en/config.ts";
import { core } from "../text/en/core.ts";
import { diagnoses } from "../text/en/diagnoses.ts";
import { gateway } from "../text/en/gateway.ts";
import { models } from "../text/en/models.ts";
import { providers } from "../text/en/providers.ts";
import { server } from "../text/en/server.ts";
import { system } from "../text/en/system.ts";
import type { Texts } from "../text/message.ts";
import { roomsOf } from "../text/rooms.ts";

/**
 * The rooms that the gateway speaks of on Workers.
 * @why the others are two thirds of the text, and nothing that is bundled says anything of them: a test looks.
 */
const SPOKEN = {
  cloudflare: () => cloudflare(),
  config: () => config(),
  core: () => core(),
  diagnoses: () => diagnoses(),
  gateway: () => gateway(),
  models: () => models(),
  providers: () => providers(),
  server: () => server(),
  system: () => system(),
} as const;

export const english = roomsOf(SPOKEN) as Partial<Texts> as Texts;
