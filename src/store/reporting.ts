import { BillingError, StoreFailedError } from "../model/errors.ts";
import { StoreError } from "./store-error.ts";

/** Turns failures of the store into UNAVAILABLE for callers: mutations are refused before anything is sent. A start explains a StoreError. */
export function reporting<Arguments extends readonly unknown[], Result>(
  method: (...parameters: Arguments) => Promise<Result>,
): (...parameters: Arguments) => Promise<Result> {
  return async (...parameters) => {
    try {
      return await method(...parameters);
    } catch (cause) {
      if (cause instanceof BillingError || cause instanceof StoreError) throw cause;
      throw new StoreFailedError(cause);
    }
  };
}
