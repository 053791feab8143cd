import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { observeClock } from "../../src/connections/observer.ts";

/** A process with its two clocks, and a backend with one. The test moves all three. */
function world(backendAt = Date.UTC(2026, 0, 31, 12)) {
  let monotonic = 5000;
  let wall = Date.UTC(2026, 0, 31, 12);
  let backend = backendAt;
  const clock = observeClock(
    () => monotonic,
    () => wall,
  );
  const pass = (milliseconds: number, driftPpm = 0): void => {
    monotonic += milliseconds;
    wall += milliseconds;
    backend += milliseconds * (1 + driftPpm * 1e-6);
  };
  return {
    clock,
    pass,
    /** The time in Date headers: whole seconds. */
    answer: (thereMs: number, backMs: number, driftPpm = 0): void => {
      const sent = monotonic;
      pass(thereMs, driftPpm);
      const date = new Date(Math.floor(backend / 1000) * 1000).toUTCString();
      pass(backMs, driftPpm);
      clock.answered(date, sent, monotonic);
    },
    setBackend: (milliseconds: number) => {
      backend += milliseconds;
    },
    setWall: (milliseconds: number) => {
      wall += milliseconds;
    },
    suspend: (milliseconds: number) => {
      wall += milliseconds;
      backend += milliseconds;
    },
    backend: () => backend,
    holds: () => {
      const bounds = clock.now();
      return bounds !== null && bounds.earliest <= backend && backend <= bounds.latest;
    },
    width: () => {
      const bounds = clock.now();
      return bounds === null ? Number.POSITIVE_INFINITY : bounds.latest - bounds.earliest;
    },
  };
}

const delay = fc.integer({ min: 0, max: 20_000 });
const pause = fc.integer({ min: 0, max: 120_000 });

describe("a backend's clock", () => {
  it("is unknown before an answer has come with a date", () => {
    const { clock, answer } = world();
    expect(clock.now()).toBeNull();
    clock.answered(undefined, 0, 1);
    clock.answered(["Sat, 31 Jan 2026 12:00:00 GMT"], 0, 1);
    for (const text of ["", "1", "yesterday", "2026-01-31T12:00:00Z", "Sat, 99 Jan 2026 12:00:00 GMT"])
      clock.answered(text, 0, 1);
    expect(clock.now()).toBeNull();
    answer(1, 1);
    expect(clock.now()).not.toBeNull();
  });

  it("is within the bounds, however long requests and answers take, and however it drifts", () => {
    const steps = fc.array(fc.tuple(delay, delay, pause), { minLength: 1, maxLength: 30 });
    const offset = fc.integer({ min: -400_000_000, max: 400_000_000 });
    fc.assert(
      fc.property(offset, steps, fc.integer({ min: -200, max: 200 }), (ahead, answers, driftPpm) => {
        const { answer, pass, holds, setBackend } = world();
        setBackend(ahead);
        return answers.every(([there, back, idle]) => {
          answer(there, back, driftPpm);
          const atOnce = holds();
          pass(idle, driftPpm);
          return atOnce && holds();
        });
      }),
      { numRuns: 500 },
    );
  });

  it("is within the bounds if it runs fast and its answer took long", () => {
    const { answer, holds, setBackend } = world();
    setBackend(999);
    answer(0, 20_000, 200);
    expect(holds()).toBe(true);
  });

  it("is never known less precisely than from the last answer, and better with every tick that shows", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(delay, delay, pause), { minLength: 1, maxLength: 30 }), (answers) => {
        const { answer, pass, width } = world();
        return answers.every(([there, back, idle]) => {
          pass(idle);
          answer(there, back);
          return width() <= 1000 + (there + back) * (1 + 500e-6) + 1e-3;
        });
      }),
    );
    const { answer, pass, width } = world();
    for (let times = 0; times < 20; times += 1) {
      pass(1050);
      answer(2, 3);
    }
    expect(width()).toBeLessThan(80);
  });

  it("that is set is within the bounds after the next answer, as far as an answer can tell", () => {
    const step = fc.oneof(fc.integer({ min: -7_200_000, max: -1 }), fc.integer({ min: 1, max: 7_200_000 }));
    const quick = fc.integer({ min: 0, max: 300 });
    const answers = fc.array(fc.tuple(quick, quick, fc.integer({ min: 0, max: 5000 })), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(answers, step, quick, quick, (before, milliseconds, there, back) => {
        const { answer, pass, clock, setBackend, backend } = world();
        for (const [one, other, idle] of before) {
          answer(one, other);
          pass(idle);
        }
        setBackend(milliseconds);
        answer(there, back);
        const bounds = clock.now();
        const tolerance = 1000 + there + back;
        // A larger step contradicts what was known, and both are remembered.
        const slack = Math.abs(milliseconds) > 2 * tolerance + 1000 ? 0 : tolerance;
        return bounds !== null && bounds.earliest - slack <= backend() && backend() <= bounds.latest + slack;
      }),
      { numRuns: 500 },
    );
  });

  it("of several servers that disagree is within the bounds, whichever answers", () => {
    const { answer, clock, backend, setBackend } = world();
    for (let times = 0; times < 6; times += 1) {
      answer(5, 5);
      setBackend(times % 2 === 0 ? 4000 : -4000);
      const { earliest, latest } = clock.now() ?? { earliest: Number.NaN, latest: Number.NaN };
      expect(earliest).toBeLessThanOrEqual(backend());
      if (times > 0) expect(latest).toBeGreaterThanOrEqual(backend());
    }
  });

  it("that was set is known as precisely as before once the old time has not been heard for long", () => {
    const { answer, pass, setBackend, width, holds } = world();
    answer(5, 5);
    setBackend(3_600_000);
    answer(5, 5);
    expect(width()).toBeGreaterThan(3_590_000);
    for (let minutes = 0; minutes < 11; minutes += 1) {
      pass(60_000);
      answer(5, 5);
    }
    expect(width()).toBeLessThan(1100);
    expect(holds()).toBe(true);
  });

  it("is unknown after the host was suspended, until the answer to a later request", () => {
    const { answer, clock, suspend, holds, pass } = world();
    answer(5, 5);
    const sent = 5000;
    suspend(3_600_000);
    expect(clock.now()).toBeNull();
    clock.answered(new Date(Date.UTC(2026, 0, 31, 12)).toUTCString(), sent, 5010);
    expect(clock.now()).toBeNull();
    pass(10);
    answer(5, 5);
    expect(holds()).toBe(true);
  });

  it("does not move when the gateway's own clock is set", () => {
    const { answer, clock, setWall, holds } = world();
    answer(5, 5);
    setWall(-180_000);
    // This looks like a suspended host, so another answer is needed.
    expect(clock.now()).toBeNull();
    answer(5, 5);
    expect(holds()).toBe(true);
  });

  it("has bounds that widen while nothing is heard", () => {
    const { answer, pass, width } = world();
    answer(5, 5);
    const before = width();
    pass(3_600_000);
    expect(width()).toBeGreaterThan(before + 3000);
    expect(width()).toBeLessThan(before + 4000);
  });
});
