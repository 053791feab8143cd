import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ageOf, momentAtOnce, momentNow } from "../../../src/adapter/kit/looking.ts";
import { BillingError } from "../../../src/model/errors.ts";

const noon = Date.UTC(2026, 0, 31, 12);
const times = fc.integer({ min: noon, max: noon + 86_400_000 });
const widths = fc.integer({ min: 0, max: 2900 });
const wholeSecond = (time: number): number => Math.floor(time / 1000) * 1000;

describe("a moment", () => {
  it("is unknown while the clock is unknown", async () => {
    expect(momentAtOnce(() => null)).toBeNull();
    const unknown = await momentNow(
      () => null,
      () => Promise.reject(new BillingError("UNAVAILABLE", "no answer")),
      {},
    );
    expect(unknown.certain).toBe(false);
    // Wide enough for a backend clock that is hours off, and never certain.
    expect(ageOf(Date.now() - 3 * 3_600_000, unknown)).toBe("unknown");
    expect(ageOf(Date.now() + 3_600_000, unknown)).toBe("unknown");
    expect(ageOf(Date.now() - 30 * 3_600_000, unknown)).toBe("older");
  });

  it("comes from a call for the clock, which is only made if the clock is unknown", async () => {
    let bounds: { earliest: number; latest: number } | null = null;
    let probes = 0;
    const probe = async (): Promise<void> => {
      probes += 1;
      bounds = { earliest: noon, latest: noon + 1000 };
    };
    const clock = () => bounds;
    expect(await momentNow(clock, probe, {})).toEqual({ at: noon, certain: true });
    expect(await momentNow(clock, probe, {})).toEqual({ at: noon, certain: true });
    expect(probes).toBe(1);
  });
});

describe("the age of a record", () => {
  it("made after the moment is never older, although backends write whole seconds and a database's clock is a little behind", () => {
    fc.assert(
      fc.property(
        times,
        widths,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 60_000 }),
        (time, width, part, later) => {
          const noted = momentAtOnce(() => ({ earliest: time - width * part, latest: time + width * (1 - part) }));
          if (noted === null) return false;
          const behind = [0, 1, 500, 4000].map((lag) => ageOf(wholeSecond(time + later - lag), noted));
          return behind[0] === "since" && behind.every((age) => age !== "older");
        },
      ),
    );
  });

  it("made long before is older; made shortly before, it is never surely ours", () => {
    fc.assert(
      fc.property(times, widths, fc.double({ min: 0, max: 1, noNaN: true }), (time, width, part) => {
        const noted = momentAtOnce(() => ({ earliest: time - width * part, latest: time + width * (1 - part) }));
        if (noted === null) return false;
        const ageWhenMade = (milliseconds: number) => ageOf(wholeSecond(time - milliseconds), noted);
        return ageWhenMade(100_000) === "older" && ageWhenMade(9000) === "older" && ageWhenMade(width + 1000) !== "since";
      }),
    );
  });

  it("is in doubt between bounds that are far apart", () => {
    const noted = momentAtOnce(() => ({ earliest: noon, latest: noon + 3_600_000 }));
    const age = (milliseconds: number) => noted && ageOf(noon + milliseconds, noted);
    expect([age(-6000), age(0), age(3_599_000), age(3_600_000)]).toEqual(["older", "unknown", "unknown", "since"]);
  });

  it("is unknown if the record does not show it", () => {
    expect(ageOf(null, { at: noon, certain: true })).toBe("unknown");
    expect(ageOf(Number.NaN, { at: noon, certain: true })).toBe("unknown");
  });
});
