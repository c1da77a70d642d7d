import type { Row } from "../row.ts";
import { ACCESS } from "./access.ts";
import { BODIES } from "./bodies.ts";
import { DIALECTS } from "./dialects.ts";
import { ERRORS } from "./errors.ts";
import { FAILOVER } from "./failover.ts";
import { FAULTS } from "./faults.ts";
import { HEADERS } from "./headers.ts";
import { LISTS } from "./lists.ts";
import { MODELS } from "./models.ts";
import { PATHS } from "./paths.ts";
import { STREAMS } from "./streams.ts";
import { THINKING_ROWS } from "./thinking.ts";

export const ROWS: readonly Row[] = [
  ...ACCESS,
  ...PATHS,
  ...MODELS,
  ...HEADERS,
  ...THINKING_ROWS,
  ...BODIES,
  ...FAILOVER,
  ...ERRORS,
  ...DIALECTS,
  ...STREAMS,
  ...FAULTS,
  ...LISTS,
];
