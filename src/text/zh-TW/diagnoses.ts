export { diagnoses } from "../en/diagnoses.ts";
