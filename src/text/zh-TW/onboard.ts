export { onboard } from "../en/onboard.ts";
