import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Spread } from "../../src/server/spread.ts";

class Connection {
  destroyed = false;
  destroy(): void {
    this.destroyed = true;
  }
}

/** Takes whatever it is handed once `take` is called; one that is gone takes nothing more. */
class Taker {
  readonly handed: Connection[] = [];
  served = 0;
  isGone = false;
  readonly hand = (connection: Connection): boolean => {
    if (this.isGone) return false;
    this.handed.push(connection);
    return true;
  };
}

const connections = (count: number) => Array.from({ length: count }, () => new Connection());

describe("Spread", () => {
  it("hands each connection to the taker with the fewest", () => {
    const spread = new Spread<Connection>(100);
    const [a, b] = [new Taker(), new Taker()];
    spread.join(a);
    spread.join(b);
    for (const connection of connections(10)) spread.accept(connection);
    expect([a.handed.length, b.handed.length]).toEqual([5, 5]);
    for (let count = 0; count < 5; count += 1) spread.taken(a);
    spread.closed(a, 3);
    for (const connection of connections(3)) spread.accept(connection);
    expect([a.handed.length, b.handed.length]).toEqual([8, 5]);
  });

  it("holds a connection until it is taken, and hands it to another if the taker is gone before", () => {
    const spread = new Spread<Connection>(100);
    const [a, b] = [new Taker(), new Taker()];
    spread.join(a);
    const [first, second] = connections(2) as [Connection, Connection];
    spread.accept(first);
    spread.accept(second);
    spread.taken(a);
    expect([first.destroyed, second.destroyed]).toEqual([true, false]);
    spread.leave(a);
    expect(second.destroyed).toBe(false);
    spread.join(b);
    expect(b.handed).toEqual([second]);
  });

  it("keeps what comes while there is no taker, and no more than it may", () => {
    const spread = new Spread<Connection>(2);
    const all = connections(3);
    for (const connection of all) spread.accept(connection);
    expect(all.map(({ destroyed }) => destroyed)).toEqual([false, false, true]);
    const taker = new Taker();
    spread.join(taker);
    expect(taker.handed).toEqual(all.slice(0, 2));
  });

  it("leaves out a connection that broke off while it waited", () => {
    const spread = new Spread<Connection>(10);
    const [broken, whole] = connections(2) as [Connection, Connection];
    spread.accept(broken);
    spread.accept(whole);
    broken.destroy();
    const taker = new Taker();
    spread.join(taker);
    expect(taker.handed).toEqual([whole]);
  });

  it("gives one that takes nothing no more than a few", () => {
    const spread = new Spread<Connection>(100);
    const [hanging, other] = [new Taker(), new Taker()];
    spread.join(hanging);
    spread.join(other);
    for (const connection of connections(60)) {
      spread.accept(connection);
      spread.taken(other);
      spread.taken(other);
    }
    expect(hanging.handed.length).toBe(16);
    expect(other.handed.length).toBe(44);
  });

  it("loses none and serves none twice, whatever happens in which order", () => {
    const step = fc.oneof(
      fc.constant({ kind: "accept" as const }),
      fc.constant({ kind: "join" as const }),
      fc.record({ kind: fc.constant("take" as const), of: fc.nat(5) }),
      fc.record({ kind: fc.constant("close" as const), of: fc.nat(5) }),
      fc.record({ kind: fc.constant("break" as const), of: fc.nat(5) }),
      fc.record({ kind: fc.constant("leave" as const), of: fc.nat(5) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const spread = new Spread<Connection>(1_000);
        const takers: Taker[] = [];
        const accepted: Connection[] = [];
        const served: Connection[] = [];
        const take = (taker: Taker) => {
          const connection = taker.handed.shift();
          if (connection === undefined) return;
          served.push(connection);
          taker.served += 1;
          spread.taken(taker);
        };
        for (const one of steps) {
          const taker = "of" in one ? takers[one.of % Math.max(1, takers.length)] : undefined;
          if (one.kind === "accept") {
            accepted.push(new Connection());
            spread.accept(accepted.at(-1) as Connection);
          } else if (one.kind === "join") {
            takers.push(new Taker());
            spread.join(takers.at(-1) as Taker);
          } else if (taker === undefined) continue;
          else if (one.kind === "take" && !taker.isGone) take(taker);
          else if (one.kind === "close" && taker.served > 0) {
            taker.served -= 1;
            spread.closed(taker, 1);
          } else if (one.kind === "break") taker.isGone = true;
          else if (one.kind === "leave") {
            taker.isGone = true;
            takers.splice(takers.indexOf(taker), 1);
            spread.leave(taker);
          }
        }
        // All that died leave, a good one comes, and takes the rest.
        const last = new Taker();
        for (const taker of takers.filter(({ isGone }) => isGone)) spread.leave(taker);
        spread.join(last);
        for (const taker of [...takers.filter(({ isGone }) => !isGone), last])
          while (taker.handed.length > 0) take(taker);
        for (;;) {
          const busy = [...takers.filter(({ isGone }) => !isGone), last].find(({ handed }) => handed.length > 0);
          if (busy === undefined) break;
          take(busy);
        }
        expect(served.length).toBe(accepted.length);
        expect(new Set(served)).toEqual(new Set(accepted));
        expect(accepted.every(({ destroyed }) => destroyed)).toBe(true);
      }),
    );
  });
});
