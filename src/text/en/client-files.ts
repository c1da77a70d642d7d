interface Place {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

export const clientFiles = () => ({
  notToml: "This is not TOML.",
  formUnknown: ({ path, line }: Place) => `\`${path}\` is set in line ${line} in a form that cannot be edited safely.`,
});
