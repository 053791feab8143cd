import { describe, expect, it } from "vitest";
import { gapOf } from "../../src/directory/model.ts";

const refreshedAt = "2026-11-29T10:00:00.000Z";
const startedAt = "2026-11-29T11:00:00.000Z";
const error = "Hosted offices has customers in this list that cannot be shown: 2 have no id.";

describe("records that may be missing from the directory", () => {
  it.each([
    ["before the first walk has ended", { refreshedAt: null, startedAt, error: null }, "has not read all its customers yet"],
    ["after a first walk that failed", { refreshedAt: null, startedAt, error }, "has not read all its customers yet"],
    [
      "after a walk that could not read some of them",
      { refreshedAt, startedAt: null, error },
      `could not read all its customers: ${error}`,
    ],
  ])("are reported as %s", (_, walk, reason) => {
    expect(gapOf("Customer", walk)).toContain(reason);
  });

  it.each([
    ["after a walk that read all of them", { refreshedAt, startedAt: null, error: null }],
    ["during the next walk", { refreshedAt, startedAt, error: null }],
    ["when the next walk has stopped: what the last one read is still there", { refreshedAt, startedAt, error }],
  ])("are none %s", (_, walk) => {
    expect(gapOf("Customer", walk)).toBeNull();
  });
});
