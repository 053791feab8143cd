import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAuthenticator, digestOf, mintApiKey } from "../../../src/server/auth/authenticate.ts";
import { authenticationRefusal, credentialHeaders } from "../../../src/server/auth/credential.ts";
import { sendRefusal } from "../../../src/server/http/responses.ts";
import { browserMissing, openBrowser } from "../../e2e/browser.ts";

/** People open pages with their key as the password, so browsers must understand the challenge. */

const key = mintApiKey();
const apiKeys = [{ name: "clerk", sha256: digestOf(key), scopes: ["read"] as const, backends: ["*"] }];
const authenticate = createAuthenticator({ mode: "apiKeys", apiKeys });

let server: Server;
let browser: Browser;

describe.skipIf(browserMissing)("a browser that opens a page", () => {
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      try {
        const { name } = await authenticate(credentialHeaders(request));
        response.writeHead(200, { "content-type": "text/plain" }).end(`for ${name}`);
      } catch (error) {
        sendRefusal(authenticationRefusal(error, { method: request.method, accept: request.headers.accept }), response);
      }
    });
    server.listen(0, "127.0.0.1");
    [browser] = await Promise.all([openBrowser(), once(server, "listening")]);
  });
  afterAll(async () => {
    await browser.close();
    server.close();
  });

  it.each([
    [key, 200, "for clerk"],
    [mintApiKey(), 401, "The API key is not valid."],
  ])("asks for a password, and sends it: %s", async (password, status, text) => {
    const context = await browser.newContext({ httpCredentials: { username: "anything", password } });
    const page = await context.newPage();
    const response = await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect(response?.status()).toBe(status);
    expect(await page.textContent("body")).toContain(text);
    await context.close();
  });
});
