import { describe, expect, it } from "vitest";
import { sandboxRefusal } from "../../src/config/refusals.ts";

describe("without a configuration, the sandbox", () => {
  it.each<Readonly<Record<string, string>>>([
    {},
    { NODE_ENV: "development" },
    { NODE_ENV: "test", PORT: "80", HOME: "/root" },
    { BILLING_GATEWAY_KEY: "" },
    { GATEWAY_INTERFACE: "CGI/1.1", DEFAULT_GATEWAY: "10.0.0.1", CONFIG: "x" },
  ])("starts by itself with %j", (environment) => {
    expect(sandboxRefusal(environment)).toBeNull();
  });

  it.each<[Readonly<Record<string, string>>, string]>([
    [{ NODE_ENV: "production" }, "NODE_ENV is production"],
    [{ BILLING_GATEWAY_CONFIG: "" }, "BILLING_GATEWAY_CONFIG is set, but empty"],
    [{ BILLING_GATEWAY_KEY: "s3cret" }, "BILLING_GATEWAY_KEY is set"],
    ...[
      "BILLING_GATEWAY_CONF",
      "BILLING_GATEWAY_CONFIG_FILE",
      "BILLING_GATEWAY_COFNIG",
      "BILLING_GATEWAY",
      "billing_gateway_config",
      "BILLINGGATEWAY_CONFIG",
      "BILING_GATEWAY_CONFIG",
      "BILLING_GATWAY_CONFIG",
      "GATEWAY_CONFIG",
      "BILLING_CONFIG",
    ].map((name): [Record<string, string>, string] => [{ [name]: "s3cret" }, `${name} is set, which the gateway does not know`]),
  ])("does not with %j, and says why without a value", (environment, reason) => {
    const refusal = sandboxRefusal(environment);
    expect(refusal).toMatch(/^There is no configuration, and .*--config.*BILLING_GATEWAY_CONFIG.*--sandbox/);
    expect(refusal).toContain(reason);
    expect(refusal).not.toContain("s3cret");
  });
});
