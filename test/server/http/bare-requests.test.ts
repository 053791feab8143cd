import { afterAll, beforeAll, expect, it } from "vitest";
import { type Listening, listen } from "../../../src/server/listen.ts";
import { exchange } from "./wire.ts";

/** Requests that node would answer by itself, without a body and without the security headers. */

let server: Listening;
beforeAll(async () => {
  server = await listen((_, response) => void response.end("served"), { host: "127.0.0.1", port: 0, maxBodyBytes: 100 });
});
afterAll(() => server?.close(100));

it.each([
  ["without Host", 400, "GET /graphql HTTP/1.1\r\n\r\n"],
  ["with an expectation that nobody knows", 417, "GET /graphql HTTP/1.1\r\nhost: a\r\nexpect: 200-ok\r\n\r\n"],
])("refuses a request %s in GraphQL's shape", async (_, status, bytes) => {
  const [head = "", body = ""] = (await exchange(server, bytes)).split("\r\n\r\n");
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(head).toMatch(/^x-content-type-options: nosniff$/im);
  expect(JSON.parse(body)).toEqual({
    errors: [{ message: expect.any(String), extensions: { code: "INVALID_INPUT", retryable: false } }],
  });
});

it.each([
  ["without Host over HTTP/1.0, which does not know it", "GET /graphql HTTP/1.0\r\n\r\n"],
  ["that waits to be told to go on", "GET /graphql HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n"],
])("serves a request %s", async (_, bytes) => {
  expect(await exchange(server, bytes)).toMatch(/served/);
});

it("tells a client of HTTP/1.0 nothing before the answer", async () => {
  const answer = await exchange(server, "GET /graphql HTTP/1.0\r\nexpect: 100-continue\r\n\r\n");
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
});
