export const server = {
  portTaken: ({ program, pid }: { program?: string | undefined; pid?: number | undefined } = {}) => {
    if (program === undefined && pid === undefined) return "The port is taken.";
    if (pid === undefined) return `The port is taken by ${program}.`;
    return program === undefined
      ? `The port is taken by process ${pid}.`
      : `The port is taken by ${program} (process ${pid}).`;
  },
};
