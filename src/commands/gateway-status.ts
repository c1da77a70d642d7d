import { EXIT } from "../core/errors.ts";
import { managerIfAny } from "../service/find-manager.ts";
import { gatewayStatus } from "../service/status.ts";
import { loadPaint, wantsColour } from "../terminal/paint.ts";
import { loadTexts } from "../text/language.ts";
import type { ServiceFlags } from "./gateway-manage.ts";
import { statusJson, statusReport } from "./gateway-service-report.ts";
import { serviceSetting } from "./install-service.ts";
import type { Run } from "./run.ts";

export async function status({ json }: ServiceFlags, { context, about, paths: locate, endWith }: Run): Promise<void> {
  const paths = locate();
  const setting = serviceSetting(paths, await managerIfAny(paths, context), context);
  const found = await gatewayStatus(setting, about.version, context);
  const paint = await loadPaint(!json && wantsColour(context.terminal.stdout, context));
  context.out(json ? statusJson(found, await loadTexts("en")) : statusReport(found, paint, context.text));
  if (!found.ok) endWith(EXIT.failed);
}
