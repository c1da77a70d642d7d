export { server } from "../en/server.ts";
