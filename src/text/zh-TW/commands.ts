export { commands } from "../en/commands.ts";
