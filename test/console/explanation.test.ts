import { describe, expect, it } from "vitest";
import { type Circumstances, type Failure, GatewayError, TransportError } from "../../src/client/index.ts";
import { explain } from "../../src/console/explanation.ts";

const refusal = (failure: Partial<Failure>, circumstances: Partial<Circumstances> = {}): GatewayError => {
  const place = { field: null, fieldMessage: "As it says.", formField: null };
  const usual = { message: "As it says.", ...place, backend: null, backendCode: null, retryable: false, path: null };
  return new GatewayError([{ ...usual, code: "INTERNAL", ...failure }], circumstances);
};

describe("the explanation of a failure", () => {
  it.each([
    ["what the gateway does not allow", refusal({ code: "FORBIDDEN" }), /^As it says\. Your access key does not allow it/],
    ["how long to wait", refusal({ code: "RATE_LIMITED" }, { retryAfterSeconds: 12 }), /Try again in 12 seconds\.$/],
    ["to wait, when nobody says how long", refusal({ code: "RATE_LIMITED" }), /Try again in a while\.$/],
  ])("helps: %s", (_, error, words) => expect(explain(error)).toMatch(words));

  it.each([
    ["a backend that does not allow it", refusal({ code: "FORBIDDEN", backend: "pbx" })],
    ["a backend that is busy", refusal({ code: "RATE_LIMITED", backend: "pbx" }, { retryAfterSeconds: 3 })],
    ["anything else", refusal({ code: "NOT_FOUND" })],
    ["the network", new TransportError("As it says.")],
  ])("quotes the refusal: %s", (_, error) => expect(explain(error)).toBe("As it says."));

  it("exists even for an unknown value", () => expect(explain("?")).toBe("The reason is not known."));
});
