/** In place of the package: a Worker has no file that it would read. */
export const parse = (): never => {
  throw new Error("A Worker has no .env.");
};
