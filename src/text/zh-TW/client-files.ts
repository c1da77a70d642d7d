export { clientFiles } from "../en/client-files.ts";
