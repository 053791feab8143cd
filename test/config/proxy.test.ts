import { describe, expect, it } from "vitest";
import { proxyFor } from "../../src/config/address.ts";
import { backends, parse, problemsOf } from "./fixture.ts";

const proxy = "http://proxy.example.com:3128";
const secure = "https://billing.example.com:8443/api";

describe("the environment's proxy", () => {
  it.each([
    [secure, { HTTPS_PROXY: proxy }, proxy],
    [secure, { https_proxy: proxy, HTTPS_PROXY: "http://other:1" }, proxy],
    [secure, { HTTPS_PROXY: "proxy.example.com:3128" }, proxy],
    [secure, { HTTP_PROXY: proxy }, undefined],
    ["http://billing.example.com/", { HTTP_PROXY: proxy }, proxy],
    [secure, { HTTPS_PROXY: "" }, undefined],
    ["https://127.0.0.1:8443/", { HTTPS_PROXY: proxy }, undefined],
    ["http://[::1]:80/", { HTTP_PROXY: proxy }, undefined],
    [secure, { HTTPS_PROXY: proxy, NO_PROXY: "*" }, undefined],
    [secure, { HTTPS_PROXY: proxy, NO_PROXY: "other.org, .example.com" }, undefined],
    [secure, { HTTPS_PROXY: proxy, NO_PROXY: "Example.com" }, undefined],
    [secure, { HTTPS_PROXY: proxy, NO_PROXY: "billing.example.com:8443" }, undefined],
    [secure, { HTTPS_PROXY: proxy, NO_PROXY: "billing.example.com:443" }, proxy],
    [secure, { HTTPS_PROXY: proxy, NO_PROXY: "ample.com,," }, proxy],
  ])("for %s in %j is %s", (url, environment, expected) => {
    expect(proxyFor(url, environment)).toBe(expected);
  });

  it("is used for backends without a proxy of their own, whatever variables their address has", () => {
    const section = { ...backends.pbx, url: `https://\${HOST}/api` };
    const sections = { plain: section, own: { ...section, proxy: "http://own:1" }, none: { ...section, proxy: "" } };
    const { backends: parsed } = parse({ backends: sections }, { HOST: "billing.example.com", HTTPS_PROXY: proxy });
    expect(Object.values(parsed).map((each) => each.proxy)).toEqual([proxy, "http://own:1", ""]);
  });

  it("must be an http address, and is not repeated in the error if it is not", () => {
    const remote = { pbx: { ...backends.pbx, url: secure } };
    const problems = problemsOf(() => parse({ backends: remote }, { HTTPS_PROXY: "socks5://canary-7f3a:1080" }));
    expect(problems["backends.pbx.proxy"]).toContain("must be an http address");
    expect(JSON.stringify(problems)).not.toContain("canary");
  });
});

describe("certificates", () => {
  it("must be PEM, and a client certificate needs its key", () => {
    const withTls = (tls: object) => () => parse({ backends: { pbx: { ...backends.pbx, tls } } });
    const pem = (label: string) => `-----BEGIN ${label}-----\nAAAA\n-----END ${label}-----\n`;
    expect(withTls({ ca: pem("CERTIFICATE"), cert: pem("CERTIFICATE"), key: pem("EC PRIVATE KEY") })()).toBeDefined();
    expect(problemsOf(withTls({ ca: "/etc/ssl/ca.pem" }))["backends.pbx.tls.ca"]).toBe("must be PEM with a CERTIFICATE");
    expect(problemsOf(withTls({ cert: pem("CERTIFICATE") }))["backends.pbx.tls"]).toContain("both cert and key");
  });
});
