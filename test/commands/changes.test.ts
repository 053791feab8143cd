import { afterAll, beforeAll, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { run } from "../e2e/process.ts";
import { type Serving, serveOn } from "../gateway/serving.ts";

/** `npm run gateway -- changes`, as an operator or a script runs it. */

let sandbox: Sandbox;
let gateway: Serving;
beforeAll(async () => {
  sandbox = await startSandbox({ customers: 5 });
  gateway = await serveOn(sandbox, { sections: { directory: { refreshMinutes: 60, charges: false } } });
});
afterAll(async () => {
  await gateway?.close();
  await sandbox?.close();
});

const changes = (...parameters: readonly string[]) => run("src/main.ts", ["changes", "--url", gateway.origin, ...parameters]);

async function rename(key: string, name: string): Promise<string> {
  const { customers } = await gateway.data(`query ($key: String!) { customers(backends: [$key], first: 1) { nodes { id } } }`, {
    key,
  });
  const [{ id }] = customers.nodes;
  await gateway.data(
    `mutation ($id: ID!, $name: String!) { updateCustomer(input: { id: $id, name: $name }) { errors { code } } }`,
    {
      id,
      name,
    },
  );
  return id;
}

it("prints changes as JSON lines while it follows, ends after the given number, and prints where to continue", async () => {
  await using following = changes("--follow", "--first", "2");
  const ids = [await rename("recurring", "First"), await rename("suite", "Second")];
  const { code, stdout, stderr } = await following.ended();
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, string>);
  expect(lines.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  expect(new Set(lines.map(({ type, kind, backend }) => `${type} ${kind} ${backend}`))).toEqual(
    new Set(["CUSTOMER UPDATED recurring", "CUSTOMER UPDATED suite"]),
  );
  expect(code).toBe(0);
  const place = /^Continue with --after (\S+)$/m.exec(stderr)?.[1] ?? "";
  await using later = changes("--after", place);
  expect(await later.ended()).toMatchObject({ code: 0, stdout: "" });
  await using suite = changes("--backends", "suite", "--types", "customer");
  expect((await suite.ended()).stdout).toContain(ids[1]);
});

it("explains in a sentence why it fails", async () => {
  await using unknown = changes("--backends", "nowhere");
  expect(await unknown.ended()).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("there is no backend with this key"),
  });
  await using nobody = run("src/main.ts", ["changes", "--url", "http://127.0.0.1:1"]);
  expect(await nobody.ended()).toMatchObject({ code: 1, stderr: expect.stringContaining("cannot be reached") });
});
