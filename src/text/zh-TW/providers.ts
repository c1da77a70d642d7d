export { providers } from "../en/providers.ts";
