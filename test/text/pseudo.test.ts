import { describe, expect, it } from "vitest";
import { fromPseudo, outsideBrackets, pseudo, untranslated } from "../support/pseudo.ts";

describe("the pseudo language", () => {
  it("doubles vowels, and leaves values and code as they are", () => {
    expect(pseudo.terminal.yesOrNo).toBe("⟦Typee yees oor noo.⟧");
    expect(pseudo.system.runFailure.killed("value")).toBe("⟦Thee proograam `value` waas kiilleed.⟧");
    expect(pseudo.core.cannotCombine({ flag: "--one", other: "--two" })).toBe(
      "⟦--one caannoot bee coombiineed wiith --two.⟧",
    );
    expect(pseudo.core.useOneOf(["one", "two", "three"])).toBe("⟦UUsee one, two oor three.⟧");
    expect(fromPseudo(pseudo.terminal.cancelled)).toBe("Canceled. No files were changed.");
  });

  it("finds what is outside of brackets", () => {
    expect(outsideBrackets("a ⟦b ⟦c⟧ d⟧ e")).toBe("a  e");
    expect(untranslated("⟦Teext⟧ --flag a.b/c 12 Forgotten words.", [])).toEqual(["Forgotten", "words"]);
  });
});
