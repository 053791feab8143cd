import { writeFile } from "node:fs/promises";
import { Command, InvalidArgumentError } from "commander";
import { ask } from "./ask.ts";
import { printable } from "./printable.ts";

/** `billing-gateway export`: the statement of an account as CSV, from a running gateway. Exit code 2 when a backend is missing from it. */

interface ExportOptions {
  readonly url: string;
  readonly account: string;
  readonly from: string;
  readonly to: string;
  readonly out?: string;
  readonly partial?: true;
}

const document = `query Export($account: ID!, $from: Date!, $to: Date!) {
  account(id: $account) {
    statement(from: $from, to: $to) { csv unavailable { backend { key } message } }
  }
}`;

interface ExportAnswer {
  readonly account: {
    readonly statement: {
      readonly csv: string;
      readonly unavailable: readonly { readonly backend: { readonly key: string }; readonly message: string }[];
    };
  } | null;
}

async function write({ url, out, partial, ...variables }: ExportOptions): Promise<void> {
  const { account } = await ask<ExportAnswer>({ url }, document, variables);
  if (account === null) throw new Error(`There is no account ${variables.account}.`);
  const { csv, unavailable } = account.statement;
  for (const { backend, message } of unavailable)
    console.error(printable(`The charges in ${backend.key} are missing: ${message}`));
  if (unavailable.length > 0 && !partial) {
    console.error("Nothing was written; --partial writes what the other backends gave.");
    process.exitCode = 2;
    return;
  }
  if (out === undefined) process.stdout.write(csv);
  else await writeFile(out, csv);
}

/** Checks the form only; the gateway checks the rest. */
function dayOf(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  throw new InvalidArgumentError("It must be a day such as 2026-01-31.");
}

export function command(): Command {
  return new Command("billing-gateway export")
    .description("Writes the statement of an account as CSV. The API key is read from BILLING_GATEWAY_KEY.")
    .requiredOption("--url <address>", "of the running gateway, e.g. http://127.0.0.1:4000")
    .requiredOption("--account <id>", "the account's id")
    .requiredOption("--from <day>", "the first day, e.g. 2026-01-01", dayOf)
    .requiredOption("--to <day>", "the last day, at most five years later", dayOf)
    .option("--out <file>", "the file to write; default: standard output")
    .option("--partial", "write it even if a backend is missing")
    .action(write);
}
