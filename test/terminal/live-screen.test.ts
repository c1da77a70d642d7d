import { PassThrough } from "node:stream";
import headless from "@xterm/headless";
import { describe, expect, it } from "vitest";
import { createLiveScreen, type LiveScreenStreams } from "../../src/terminal/live-screen.ts";

const SIZE = { columns: 10, rows: 4 };

function opened() {
  const input = Object.assign(new PassThrough(), { isTTY: true, rawModes: [] as boolean[] });
  Object.assign(input, { setRawMode: (on: boolean) => input.rawModes.push(on) });
  const output = Object.assign(new PassThrough(), SIZE);
  const emulator = new headless.Terminal({ cols: SIZE.columns, rows: SIZE.rows, allowProposedApi: true });
  const heard: string[] = [];
  let end = () => {};
  let wantStop: (() => void) | undefined;
  const stops: { readonly all: boolean; readonly goOn: () => void }[] = [];
  const screen = createLiveScreen(
    {
      onKeys: (keys) => heard.push(keys),
      onInterrupt: () => heard.push("interrupt"),
      onResize: () => heard.push("resize"),
    },
    {
      input: input as LiveScreenStreams["input"],
      output,
      onEnd: (callback) => {
        end = callback;
        return () => {};
      },
      onStop: (callback) => {
        wantStop = callback;
        return () => {
          wantStop = undefined;
        };
      },
      stop: (all, goOn) => void stops.push({ all, goOn }),
    },
  );
  const shown = async () => {
    await new Promise<void>((resolve) => emulator.write(output.read() ?? "", resolve));
    return Array.from({ length: SIZE.rows }, (_, row) => emulator.buffer.active.getLine(row)?.translateToString(true));
  };
  return {
    screen,
    input,
    output,
    shown,
    heard,
    stops,
    wantStop: () => wantStop?.(),
    end: () => end(),
    active: () => emulator.buffer.active.type,
  };
}

describe("a live screen", () => {
  it("shows lines as wide as the window to their last character, and nothing of before", async () => {
    const { screen, shown } = opened();
    const full = ["0123456789", "abcdefghij", "", "ABCDEFGHIJ"];
    screen.draw(full);
    expect(await shown()).toEqual(full);
    screen.draw(["short"]);
    expect(await shown()).toEqual(["short", "", "", ""]);
    screen.draw(full);
    expect(await shown()).toEqual(full);
  });

  it("leaves what was there before, the cursor and the keys as they were", async () => {
    const { screen, shown, input, output, active } = opened();
    await shown();
    expect([active(), input.rawModes]).toEqual(["alternate", [true]]);
    screen.close();
    screen.close();
    screen.draw(["late"]);
    await shown();
    expect([active(), input.rawModes, output.listenerCount("resize")]).toEqual(["normal", [true, false], 0]);
  });

  it.each([
    ["Ctrl-Z", true],
    ["a signal", false],
  ])("gives the terminal back while it is stopped by %s, and takes it again", async (_, all) => {
    const { screen, input, shown, active, stops, wantStop, heard } = opened();
    screen.draw(["before"]);
    if (all) input.write("\u001a");
    else wantStop();
    await new Promise((resolve) => setImmediate(resolve));
    screen.draw(["unseen"]);
    await shown();
    expect([active(), input.rawModes, stops.map((stop) => stop.all)]).toEqual(["normal", [true, false], [all]]);
    stops[0]?.goOn();
    expect(heard).toEqual(["resize"]);
    screen.draw(["after"]);
    expect(await shown()).toEqual(["after", "", "", ""]);
    expect([active(), input.rawModes]).toEqual(["alternate", [true, false, true]]);
  });

  it("gives the terminal back when a signal ends the process", async () => {
    const { shown, end, active } = opened();
    end();
    await shown();
    expect(active()).toBe("normal");
  });

  it("hears keys, Ctrl-C, a new size and the end of the terminal", async () => {
    const { input, output, heard } = opened();
    input.write("q\u001b[A\u0003");
    await new Promise((resolve) => setImmediate(resolve));
    output.emit("resize");
    input.end();
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard[0]).toBe("q");
    expect(heard).toContain("interrupt");
    expect(heard).toContain("resize");
    expect(heard.at(-1)).toBe("interrupt");
  });
});
