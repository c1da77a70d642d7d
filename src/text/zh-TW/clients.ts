export { clients } from "../en/clients.ts";
