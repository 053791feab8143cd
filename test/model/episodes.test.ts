import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createEpisodes } from "../../src/model/episodes.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

it("a failure is told once while it lasts, however long and however rarely it is tried", () => {
  const told: unknown[] = [];
  const episodes = createEpisodes((error) => told.push(error));
  for (let time = 0; time < 5; time += 1) {
    episodes.failed(new Error("down"));
    vi.advanceTimersByTime(3_600_000);
  }
  expect(told).toHaveLength(1);
});

it("what fails and works in turn is told once, also with two texts in turn", () => {
  const told: unknown[] = [];
  const episodes = createEpisodes((error) => told.push(error));
  for (let time = 0; time < 100; time += 1) {
    episodes.failed(new Error(time % 2 === 0 ? "too many clients" : "timeout"));
    vi.advanceTimersByTime(3_000);
    episodes.worked();
    vi.advanceTimersByTime(3_000);
  }
  expect(told).toHaveLength(2);
});

it("a failure after a minute without one is told again", () => {
  const told: unknown[] = [];
  const episodes = createEpisodes((error) => told.push(error));
  for (let time = 0; time < 2; time += 1) {
    episodes.failed("down");
    episodes.worked();
    vi.advanceTimersByTime(61_000);
  }
  expect(told).toEqual(["down", "down"]);
});
