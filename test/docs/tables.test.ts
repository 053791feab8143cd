import { expect, it } from "vitest";
import { capabilitiesOf } from "../../src/adapter/capabilities.ts";
import { backendSettings, openBackend } from "../../src/adapters/index.ts";
import { parseConfiguration } from "../../src/config.ts";
import { BillingError, errorCodes } from "../../src/model/errors.ts";
import { capabilities } from "../../src/model/model.ts";
import { faultSchema } from "../../src/sandbox/faults.ts";
import { startSandbox } from "../../src/sandbox/index.ts";
import { codeSpans, tableRows } from "../support/markdown.ts";
import { columns } from "./columns.ts";
import { readPage } from "./pages.ts";

/** What tables list is compared with the code. */

it("the README says what each backend can do", async () => {
  const sandbox = await startSandbox({ customers: 1 });
  await sandbox.close();
  const functions = { chargesDelete: true, taxesGet: true, taxesDelete: true, balanceAdd: true };
  const byDefault = await abilities(sandbox.configuration);
  const switchedOn = await abilities({ ...sandbox.configuration, pbx: { ...sandbox.configuration.pbx, functions } });
  const real = capabilities.map((capability) => [
    capability,
    ...Object.keys(columns).map((key) => {
      if (byDefault[key]?.includes(capability)) return "yes";
      return switchedOn[key]?.includes(capability) ? "switch" : "–";
    }),
  ]);
  const listed = tableRows(readPage("README.md"), "What").flatMap((row) =>
    codeSpans(row["Capability"] ?? "").map((capability) => [capability, ...Object.values(columns).map((column) => row[column])]),
  );
  expect(listed.toSorted()).toEqual(real.toSorted());
});

it("docs/api.md lists the error codes, and whether each is retryable", () => {
  const listed = tableRows(readPage("docs/api.md"), "Code").map((row) => [row["Code"], row["Retryable"]]);
  const real = errorCodes.map((code) => [`\`${code}\``, new BillingError(code, "").retryable ? "yes" : "no"]);
  expect(listed).toEqual(real);
});

it("docs/sandbox.md lists the faults and their members", () => {
  const page = readPage("docs/sandbox.md");
  const names = (column: string): readonly string[] => tableRows(page, column).flatMap((row) => codeSpans(row[column] ?? ""));
  expect(names("Kind")).toEqual(expect.arrayContaining([...faultSchema.shape.kind.options]));
  expect(names("Kind")).toHaveLength(faultSchema.shape.kind.options.length);
  expect(names("Member").toSorted()).toEqual(Object.keys(faultSchema.shape).toSorted());
});

/** What adapters for these backends can do, by key. */
async function abilities(backends: Readonly<Record<string, unknown>>): Promise<Record<string, readonly string[]>> {
  const configuration = parseConfiguration({ backends }, { backendSettings, environment: {} });
  const opened = Object.entries(configuration.backends).map(([key, settings]) => openBackend(key, settings, () => {}));
  await Promise.all(opened.map(({ connection }) => connection.close()));
  return Object.fromEntries(opened.map(({ adapter }) => [adapter.key, capabilitiesOf(adapter)]));
}
