import { grouped } from "../numbers.ts";
import { allOf, inBrackets } from "./words.ts";

export const terminal = () => ({
  howToLeave: "Press Esc to go back or Ctrl-C to quit. No files are changed until you confirm.",
  howToLeaveByTyping:
    "To go back, type < and press Enter. To quit, press Ctrl-C. No files are changed until you confirm.",
  cancelled: "Canceled. No files were changed.",
  noTerminal: "There is no terminal to ask questions on. No files were changed.",
  declined: "No files were changed.",

  opensPage: "Ctrl-O opens the page.",
  opensPageByTyping: "To open the page, type ? and press Enter.",
  pressEnterFor: (value: string) => `Press Enter for ${value}.`,
  isHidden: "Your input is hidden.",
  pasted: (lines: number) => (lines === 1 ? "(pasted)" : `(pasted ${grouped(lines)} lines)`),
  yes: "Yes",
  no: "No",
  yesOrNo: "Type yes or no.",
  yesNoOrDetails: "Type yes, no or d.",
  yesOrNoOrEnter: (preset: string) => `Type yes or no, or press Enter for ${preset}.`,
  number: (highest: number) => `Type a number from 1 to ${highest}.`,
  numbers: (highest: number) => `Type numbers from 1 to ${highest}, separated by commas.`,
  numbersOrEnter: (presets: string) => `Type numbers separated by commas, or press Enter for ${presets}.`,
  selectOne: "Select at least one.",
  details: "details",
  typeForDetails: "Type d to see every value.",

  // While something is waited for.
  seconds: (number: number) => `${number} s`,
  stillWaiting: (seconds: number) => `Still waiting after ${seconds} seconds.`,
  stillWaitingWithKeys: (seconds: number) =>
    `Still waiting after ${seconds} seconds. To skip this, press Tab. To go back, press Escape.`,
  typedAhead: "What you typed meanwhile was not used.",

  numberOrName: "Type a number or part of a name.",
  noMatch: (typed: string) => `No name contains "${typed}".`,
  noMatchOfNumbered: ({ typed, highest }: { typed: string; highest: number }) =>
    `No name contains "${typed}". Type part of a name or a number from 1 to ${highest}.`,
  severalMatch: ({ typed, names }: { typed: string; names: readonly string[] }) =>
    `Several names contain "${typed}": ${allOf(names)}. Type more of the name, or a number.`,
  /** The chosen rows. */
  list: (items: readonly string[]) => items.join(", "),
  /** A choice with what is known of it. */
  withFacts: ({ label, facts }: { label: string; facts: readonly string[] }) =>
    `${label}${inBrackets(facts.join(", "))}`,
  notListed: (typed: string) => `${typed} (not in the list)`,

  /** Names and effects of keys, shown below a question. */
  keys: {
    space: "space",
    type: "type",
    move: "move",
    scroll: (choices: number) => `scroll through ${choices}`,
    select: "select",
    toggle: "toggle",
    all: "all",
    invert: "invert",
    confirm: "confirm",
    search: "search",
    skip: "skip",
    back: "back",
  },
});
