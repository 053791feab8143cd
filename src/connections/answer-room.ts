import { BillingError } from "../model/errors.ts";

/** Limits how many bytes of answers are held at once while they arrive. */
export interface AnswerRoom {
  /**
   * Takes room for a part of an answer. Throws RATE_LIMITED if there is none, unless the answer must be had. This code does not count
   * against the backend's health.
   */
  readonly take: (bytes: number, mustBeHad: boolean) => void;
  readonly give: (bytes: number) => void;
}

/** @param around a larger room that is also taken from, shared by all */
export function createAnswerRoom(largest: number, around?: AnswerRoom): AnswerRoom {
  let held = 0;
  return {
    take: (bytes, mustBeHad) => {
      if (!mustBeHad && held + bytes > largest) {
        throw new BillingError(
          "RATE_LIMITED",
          "Too many large answers of backends are being read. Try again, or ask for less at once.",
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

/** For all backends of this process. */
const roomForAll = createAnswerRoom(96 * mebibyte);

/** Room for one backend: a few of its largest answers, whatever else arrives at the same time. */
export function roomOfBackend(maxAnswerBytes: number): AnswerRoom {
  return createAnswerRoom(Math.max(2 * maxAnswerBytes, 32 * mebibyte), roomForAll);
}
