import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeId, encodeId, type NodeId, nodeTypes } from "../../src/model/id.ts";
import { anyText } from "../support/texts.ts";

const nodeIds: fc.Arbitrary<NodeId> = fc.record({
  type: fc.constantFrom(...nodeTypes),
  backend: fc.stringMatching(/^([a-zA-Z][a-zA-Z0-9-]{0,10})?$/),
  id: fc.oneof(
    anyText().filter((id) => !id.includes("\0")),
    fc.stringMatching(/^[0-9:]*$/),
    fc.constant("::Customer:pbx:1"),
  ),
});

describe("global ids", () => {
  it("decode to what they were encoded from", () => {
    fc.assert(
      fc.property(nodeIds, (nodeId) => {
        expect(decodeId(encodeId(nodeId))).toEqual(nodeId);
      }),
    );
  });

  it("are safe in URLs", () => {
    fc.assert(
      fc.property(nodeIds, (nodeId) => {
        expect(encodeId(nodeId)).toMatch(/^[A-Za-z0-9_-]+$/);
      }),
    );
  });

  it("differ for different objects", () => {
    fc.assert(
      fc.property(nodeIds, nodeIds, (left, right) => {
        expect(encodeId(left) === encodeId(right)).toBe(JSON.stringify(left) === JSON.stringify(right));
      }),
    );
  });

  it("are stable", () => {
    expect(encodeId({ type: "Charge", backend: "recurring", id: "17:42" })).toBe("Q2hhcmdlOnJlY3VycmluZzoxNzo0Mg");
    expect(decodeId("Q2hhcmdlOnJlY3VycmluZzoxNzo0Mg")).toEqual({ type: "Charge", backend: "recurring", id: "17:42" });
  });
});

describe("garbage", () => {
  const base64url = (text: string | Uint8Array): string => Buffer.from(text).toString("base64url");

  it("is null and never throws", () => {
    const garbage = fc.oneof(anyText(), fc.base64String(), fc.uint8Array().map(base64url), fc.string().map(base64url));
    fc.assert(
      fc.property(garbage, (text) => {
        const decoded = decodeId(text);
        if (decoded !== null) expect(encodeId(decoded)).toBe(text);
      }),
    );
  });

  it.each([
    ["nothing", ""],
    ["a type that does not exist", base64url("Invoice:pbx:1")],
    ["a type in the wrong case", base64url("customer:pbx:1")],
    ["a type alone", base64url("Customer")],
    ["no local id", base64url("Customer:pbx")],
    ["padding", `${base64url("Customer:pbx:1")}==`],
    ["plain base64", Buffer.from("Customer:pbx:ÿÿÿ>>>???").toString("base64")],
    ["bytes that are not UTF-8", base64url(Buffer.from([...Buffer.from("Customer:pbx:"), 0xff]))],
    ["bits behind the last byte", `${base64url("Customer:pbx:1").slice(0, -1)}_`],
    ["NUL in the local id", base64url("Account::1\u00002")],
    ["spaces", ` ${base64url("Customer:pbx:1")}`],
    ["a property of every object", base64url("constructor:pbx:1")],
  ])("such as %s is null", (_what, text) => {
    expect(decodeId(text)).toBeNull();
  });
});
