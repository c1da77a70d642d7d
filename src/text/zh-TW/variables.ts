export { variables } from "../en/variables.ts";
