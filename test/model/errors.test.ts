import { describe, expect, it } from "vitest";
import { BillingError, errorCodes, invalidInput, named, notFound, settle, unsupported } from "../../src/model/errors.ts";

describe("BillingError", () => {
  it("is retryable by default only if the failure may pass", () => {
    expect(errorCodes.filter((code) => new BillingError(code, "").retryable)).toEqual([
      "RATE_LIMITED",
      "UNAVAILABLE",
      "TIMEOUT",
      "BAD_RESPONSE",
    ]);
  });

  it("can be made retryable or not", () => {
    expect(new BillingError("CONFLICT", "", { retryable: true }).retryable).toBe(true);
    expect(new BillingError("TIMEOUT", "", { retryable: false }).retryable).toBe(false);
  });

  it("is an error with a name, and has a cause only when given one", () => {
    const cause = new Error("upstream");
    const error = new BillingError("INTERNAL", "Unexpected.", { cause });
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.message, error.cause]).toEqual(["BillingError", "Unexpected.", cause]);
    expect("cause" in new BillingError("INTERNAL", "")).toBe(false);
  });

  it("keeps everything that `with` does not replace", () => {
    const related = [new BillingError("NOT_FOUND", "")];
    const given = {
      field: ["amount"],
      backendCode: "402",
      retryable: true,
      related,
      retryAfterMs: 5,
      cause: new Error("upstream"),
    };
    const error = new BillingError("CONFLICT", "It is archived.", given);
    const replaced = error.with({ backend: "pbx", field: ["input", "amount"] });
    expect(replaced).toMatchObject({
      ...given,
      code: "CONFLICT",
      message: "It is archived.",
      backend: "pbx",
      field: ["input", "amount"],
    });
    expect(error).toMatchObject({ backend: undefined, field: ["amount"] });
  });

  it("flattens to itself and the related, each field below the prefix", () => {
    const amount = invalidInput("amount", "is missing");
    const elsewhere = new BillingError("CONFLICT", "It is archived.");
    const error = invalidInput(["address", "city"], "is too long").with({ related: [amount, elsewhere] });
    const flat = error.flatten(["input"]);
    expect(flat.map(({ code, field }) => [code, field])).toEqual([
      ["INVALID_INPUT", ["input", "address", "city"]],
      ["INVALID_INPUT", ["input", "amount"]],
      ["CONFLICT", undefined],
    ]);
    expect(flat.map(({ related }) => related)).toEqual([[], [], []]);
    expect(elsewhere.flatten(["input"])).toEqual([elsewhere]);
  });
});

describe("the short forms", () => {
  it("name the field", () => {
    expect(invalidInput("amount", "must not be negative")).toMatchObject({
      code: "INVALID_INPUT",
      message: "amount: must not be negative",
      field: ["amount"],
    });
    expect(invalidInput(["address", "city"], "is too long").message).toBe("address.city: is too long");
    expect(unsupported("pbx", "pbx keeps no cost.", "cost")).toMatchObject({
      code: "UNSUPPORTED",
      backend: "pbx",
      field: ["cost"],
    });
    expect(unsupported("pbx", "pbx keeps no taxes.").field).toBeUndefined();
    expect(notFound("pbx", "Customer 7", ["id"])).toMatchObject({
      code: "NOT_FOUND",
      backend: "pbx",
      field: ["id"],
      retryable: false,
    });
    expect(notFound("pbx", "Customer 7").message).toContain("Customer 7 does not exist in pbx");
  });
});

describe("settle", () => {
  it("turns a BillingError into a value, and nothing else", async () => {
    const failure = invalidInput("id", "is no id");
    const defect = new TypeError("a defect");
    expect(await settle(Promise.resolve(1))).toBe(1);
    expect(await settle(Promise.reject(failure))).toBe(failure);
    await expect(settle(Promise.reject(defect))).rejects.toBe(defect);
  });
});

describe("a backend in a message", () => {
  const error = new BillingError("UNAVAILABLE", `${named("billing")} refuses the billing contact.`, {
    backend: "billing",
    field: ["contact"],
    retryAfterMs: 5,
    related: [new BillingError("CONFLICT", `See ${named("billing")}.`)],
  });

  it("is its key, without the mark around it", () => {
    expect(error.message).toBe("billing refuses the billing contact.");
    expect(error.with({ field: ["other"] }).message).toBe(error.message);
  });

  it("is replaced by its label, and other words equal to the key are not", () => {
    const told = error.with({ field: ["other"] }).called("Invoices & $&");
    expect(told.flatten().map(({ message }) => message)).toEqual([
      "Invoices & $& refuses the billing contact.",
      "See Invoices & $&.",
    ]);
    expect(told).toMatchObject({ code: "UNAVAILABLE", backend: "billing", field: ["other"], retryable: true, retryAfterMs: 5 });
  });

  it("can be part of another message", () => {
    const other = new BillingError("CONFLICT", `Not now: ${error.written}`).called("Invoices");
    expect(other.message).toBe("Not now: Invoices refuses the billing contact.");
  });
});
