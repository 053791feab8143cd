import { setFlagsFromString } from "node:v8";

/**
 * How much the heap may grow between two full collections, in percent of what is alive. V8's own limit of 300 lets up to three times that
 * pile up, for 7 % more requests a second: 404 MB resident instead of 318 with 100 connections that all ask for something else
 * (npm run bench -- --only "S1 other-variables offices" --customers 1300).
 *
 * While a charge run is worked on, memory counts for more than a few percent of the speed of queries: 315 to 350 MB resident
 * instead of 418 with 50,000 rows, for some percent fewer queries a second and as many rows (npm run bench -- runs).
 */
const growth = { usual: 100, run: 30 } as const;

export function limitHeap(work: keyof typeof growth): void {
  setFlagsFromString(`--heap-growing-percent=${growth[work]}`);
}
