import type { Row } from "../row.ts";
import { ACCESS } from "./access.ts";
import { MODELS } from "./models.ts";
import { PATHS } from "./paths.ts";

export const ROWS: readonly Row[] = [...ACCESS, ...PATHS, ...MODELS];
