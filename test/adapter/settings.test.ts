import { describe, expect, it } from "vitest";
import { holdsSecret } from "../../src/adapter/settings.ts";

describe("holdsSecret", () => {
  const secret = 'p+/"ä%& q';
  const bytes = Buffer.from(secret, "utf8");

  it.each([
    ["as it is", secret],
    ["in capitals", secret.toUpperCase()],
    ["in JSON", JSON.stringify(secret)],
    ["percent-encoded", encodeURIComponent(secret)],
    ["in a form", new URLSearchParams({ secret }).toString()],
    ["in base64", bytes.toString("base64")],
    ["in base64url", bytes.toString("base64url")],
    ["in hex", bytes.toString("hex")],
  ])("finds a credential %s", (_, written) => {
    expect(holdsSecret(`Sign in failed for ${written} today`, ["other", secret])).toBe(true);
  });

  it("leaves other texts alone, and knows no secret that is empty", () => {
    expect(holdsSecret("Sign in failed today", [secret])).toBe(false);
    expect(holdsSecret("Sign in failed today", [""])).toBe(false);
  });
});
