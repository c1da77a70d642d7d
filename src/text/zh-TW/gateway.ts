export { gateway } from "../en/gateway.ts";
