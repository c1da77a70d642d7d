export { modelStatus } from "../en/model-status.ts";
