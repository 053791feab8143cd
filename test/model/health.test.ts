import { afterEach, expect, it, vi } from "vitest";
import { type BackendHealth, wasCalledWithin } from "../../src/model/health.ts";

afterEach(() => void vi.useRealTimers());

const healthAt = (checkedAt: string | null): BackendHealth => ({
  status: "UP",
  circuit: "CLOSED",
  latencyMs: 1,
  checkedAt,
  message: null,
});

it("a call counts as recent for a while, and never after the clock was set", () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-30T12:00:00Z") });
  expect(wasCalledWithin(healthAt(null), 30_000)).toBe(false);
  expect(wasCalledWithin(healthAt("2026-11-30T11:59:31Z"), 30_000)).toBe(true);
  expect(wasCalledWithin(healthAt("2026-11-30T11:59:30Z"), 30_000)).toBe(false);
  expect(wasCalledWithin(healthAt("2026-11-30T13:00:00Z"), 30_000)).toBe(false);
});
