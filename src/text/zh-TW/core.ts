export { core } from "../en/core.ts";
