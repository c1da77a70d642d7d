export { service } from "../en/service.ts";
