/** @why the system does not stop a process whose shell is gone, since nobody could continue it: it goes on by itself. */
const STOPPED_MS = 200;

export interface JobControl {
  /** Calls back in place of stopping when a signal asks for that. Returns a function that unsubscribes. */
  readonly onStop: (callback: () => void) => () => void;
  /** Stops the process, or `all` of its job, as Ctrl-Z does. Calls back when it goes on. */
  readonly stop: (all: boolean, onContinue: () => void) => void;
}

export const jobControl = (own: NodeJS.Process): JobControl => ({
  onStop: (callback) => {
    own.on("SIGTSTP", callback);
    return () => void own.off("SIGTSTP", callback);
  },
  stop: (all, onContinue) => {
    const goOn = () => {
      own.off("SIGCONT", goOn);
      clearTimeout(timer);
      onContinue();
    };
    const timer = setTimeout(goOn, STOPPED_MS);
    own.on("SIGCONT", goOn);
    own.kill(all ? 0 : own.pid, "SIGTSTP");
  },
});
