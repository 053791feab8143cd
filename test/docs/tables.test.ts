import { isInputObjectType, isInterfaceType, isObjectType, NoDeprecatedCustomRule, parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { capabilitiesOf } from "../../src/adapter/verbs.ts";
import { backendSettings, openBackend } from "../../src/adapters/index.ts";
import { gatewaySchema } from "../../src/config/schema.ts";
import { parseConfiguration } from "../../src/config.ts";
import { BillingError, errorCodes } from "../../src/model/errors.ts";
import { capabilities } from "../../src/model/model.ts";
import { faultSchema } from "../../src/sandbox/faults.ts";
import { startSandbox } from "../../src/sandbox/index.ts";
import { codeSpans, tableRows } from "../support/markdown.ts";
import { schema } from "../support/schema.ts";
import { columns } from "./columns.ts";
import { documentsShown } from "./executed.ts";
import { readPage } from "./pages.ts";

/** Compares the contents of tables with the code. */

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

it("docs/api.md has the limits of a query, with their defaults", () => {
  const { limits } = gatewaySchema.parse({ backends: { any: {} } });
  const rows = tableRows(readPage("docs/api.md"), "Key");
  const shown = rows.map((row) => [codeSpans(row["Key"] ?? "")[0], row["Default"]]);
  const names = ["maxTokens", "maxDepth", "maxAliases", "maxDirectives", "maxComplexity"] as const;
  expect(shown).toEqual(names.map((name) => [`limits.${name}`, String(limits[name])]));
});

describe("the changelog", () => {
  const changelog = readPage("CHANGELOG.md");

  it("begins with the version of package.json", () => {
    expect(/^## (\S+)/m.exec(changelog)?.[1]).toBe(manifest.version);
  });

  it("lists every deprecated field, and what to use instead", () => {
    const deprecated = Object.values(schema.getTypeMap()).flatMap((type) =>
      isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)
        ? Object.values(type.getFields()).flatMap((field) => (field.deprecationReason ? [{ type, field }] : []))
        : [],
    );
    expect(readPage("schema/schema.graphql").match(/@deprecated\(/g)).toHaveLength(deprecated.length);
    for (const { type, field } of deprecated) {
      const line = changelog.split("\n").find((each) => each.startsWith(`- \`${type.name}.${field.name}\`: use \``)) ?? "";
      const instead = codeSpans(line)[1]?.split(".") ?? [];
      expect(Object.keys((schema.getType(instead[0] ?? "") as typeof type | undefined)?.getFields() ?? {}), line).toContain(
        instead[1],
      );
      expect(field.deprecationReason, line).toContain(instead[1]);
    }
  });
});

it.each(documentsShown.map(({ text }) => [text.slice(0, 40), text]))("no page shows a deprecated field: %s", (_, text) => {
  expect(validate(schema, parse(text), [NoDeprecatedCustomRule]).map(({ message }) => message)).toEqual([]);
});

/** The capabilities of adapters for these backends, by key. */
async function abilities(backends: Readonly<Record<string, unknown>>): Promise<Record<string, readonly string[]>> {
  const configuration = parseConfiguration({ backends }, { backendSettings, environment: {} });
  const opened = Object.entries(configuration.backends).map(([key, settings]) => openBackend(key, settings, () => {}));
  await Promise.all(opened.map(({ connection }) => connection.close()));
  return Object.fromEntries(opened.map(({ adapter }) => [adapter.key, capabilitiesOf(adapter)]));
}
