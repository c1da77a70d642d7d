export { reset } from "../en/reset.ts";
