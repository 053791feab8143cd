import { describe, expect, it } from "vitest";
import { decisionInput, didNotHappen, happened, refusalText, withoutIds } from "../../src/console/operations/operation-words.ts";

describe("a decision", () => {
  const common = { nodeId: "Q2hhcmdlOjk", reason: " seen in the list " };

  it.each([
    ["a candidate is what happened", "Q2hhcmdlOjE", { happened: true, nodeId: "Q2hhcmdlOjE" }],
    ["another object is what happened", happened, { happened: true, nodeId: "Q2hhcmdlOjk" }],
    ["nothing happened, whatever id was typed before", didNotHappen, { happened: false }],
  ])("%s", (_, verdict, expected) => {
    const input = decisionInput("T3A", 2, { ...common, verdict });
    expect(input).toEqual({ operationId: "T3A", step: 2, reason: "seen in the list", ...expected });
  });

  it("names no object if an existing one was changed", () => {
    const input = decisionInput("T3A", 0, { verdict: happened, nodeId: " ", reason: "seen" });
    expect(input).toEqual({ operationId: "T3A", step: 0, happened: true, reason: "seen" });
  });

  it("shows a refusal in the form's words", () => {
    expect(refusalText("input.nodeId: does not exist")).toBe("ID of the new object does not exist.");
    expect(refusalText("The operation is being worked on.")).toBe("The operation is being worked on.");
  });
});

describe("the message of a step", () => {
  const candidates = [
    { id: "Q2hhcmdl_MQ", differs: ["amount"] },
    { id: "Q2hhcmdl-Mg", differs: [] },
  ];

  it("has no ids of objects that are listed below it", () => {
    const message =
      "Possible matches: Q2hhcmdl_MQ (differs in amount), Q2hhcmdl-Mg (agrees, but may belong to another request). Check them, then decide.";
    expect(withoutIds(message, candidates)).toBe("Possible matches. Check them, then decide.");
    expect(withoutIds(message, candidates.slice(0, 1))).toBe("Possible match. Check it, then decide.");
  });

  it("is otherwise the gateway's own", () => {
    expect(withoutIds("pbx: no answer.", candidates)).toBe("pbx: no answer.");
    expect(withoutIds("Possible matches: Q2hhcmdl_MQ.", [])).toBe("Possible matches: Q2hhcmdl_MQ.");
  });
});
