import { roomsOf } from "../rooms.ts";
import { clientFiles } from "./client-files.ts";
import { clients } from "./clients.ts";
import { cloudflare } from "./cloudflare.ts";
import { commands } from "./commands.ts";
import { completion } from "./completion.ts";
import { config } from "./config.ts";
import { core } from "./core.ts";
import { dashboard } from "./dashboard.ts";
import { diagnoses } from "./diagnoses.ts";
import { doctor } from "./doctor.ts";
import { gateway } from "./gateway.ts";
import { help } from "./help.ts";
import { logs } from "./logs.ts";
import { modelEdits } from "./model-edits.ts";
import { modelStatus } from "./model-status.ts";
import { models } from "./models.ts";
import { onboard } from "./onboard.ts";
import { providers } from "./providers.ts";
import { reset } from "./reset.ts";
import { server } from "./server.ts";
import { service } from "./service.ts";
import { settings } from "./settings.ts";
import { system } from "./system.ts";
import { terminal } from "./terminal.ts";
import { top } from "./top.ts";
import { undo } from "./undo.ts";
import { usage } from "./usage.ts";
import { variables } from "./variables.ts";
import { workerCheck } from "./worker-check.ts";
import { workerProject } from "./worker-project.ts";

/** Every sentence of the program in English, by the room that says it. Each room is named in a function: it is loaded when it is asked for. */
export const en = roomsOf({
  clientFiles: () => clientFiles(),
  clients: () => clients(),
  cloudflare: () => cloudflare(),
  commands: () => commands(),
  completion: () => completion(),
  config: () => config(),
  core: () => core(),
  dashboard: () => dashboard(),
  diagnoses: () => diagnoses(),
  doctor: () => doctor(),
  gateway: () => gateway(),
  help: () => help(),
  logs: () => logs(),
  modelEdits: () => modelEdits(),
  models: () => models(),
  modelStatus: () => modelStatus(),
  onboard: () => onboard(),
  providers: () => providers(),
  reset: () => reset(),
  server: () => server(),
  service: () => service(),
  settings: () => settings(),
  system: () => system(),
  terminal: () => terminal(),
  top: () => top(),
  undo: () => undo(),
  usage: () => usage(),
  variables: () => variables(),
  workerCheck: () => workerCheck(),
  workerProject: () => workerProject(),
});
