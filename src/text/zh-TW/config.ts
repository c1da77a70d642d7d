export { config } from "../en/config.ts";
