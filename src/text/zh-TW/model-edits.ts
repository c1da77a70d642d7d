export { modelEdits } from "../en/model-edits.ts";
