import { BillingError } from "../model/errors.ts";

/** How much of answers is held at once while they arrive, in bytes. */
export interface AnswerRoom {
  /**
   * Takes room for a part of an answer. Throws RATE_LIMITED where it is full, unless the answer must be had: the code says nothing of
   * the backend's health.
   */
  readonly take: (bytes: number, mustBeHad: boolean) => void;
  readonly give: (bytes: number) => void;
}

/** @param around also taken from: what all of them have together */
export function createAnswerRoom(largest: number, around?: AnswerRoom): AnswerRoom {
  let held = 0;
  return {
    take: (bytes, mustBeHad) => {
      if (!mustBeHad && held + bytes > largest) {
        throw new BillingError(
          "RATE_LIMITED",
          "Too many large answers of backends are under way; ask again, or for less at once.",
        );
      }
      around?.take(bytes, mustBeHad);
      held += bytes;
    },
    give: (bytes) => {
      held -= bytes;
      around?.give(bytes);
    },
  };
}

const mebibyte = 1024 * 1024;

/** Of all backends of this process. */
const roomForAll = createAnswerRoom(96 * mebibyte);

/** Of one backend: a few of its largest answers, whatever else it gives at the same time. */
export function roomOfBackend(maxAnswerBytes: number): AnswerRoom {
  return createAnswerRoom(Math.max(2 * maxAnswerBytes, 32 * mebibyte), roomForAll);
}
