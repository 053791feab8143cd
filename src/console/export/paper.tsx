import { Table, Text, Title } from "@mantine/core";
import { useEffect } from "react";
import { createPortal } from "react-dom";
import type { CsvColumn } from "./csv.ts";

/** Columns that only programs read. */
const forPrograms: ReadonlySet<string> = new Set(["id", "backend", "backends", "backendId", "customerId", "operationId"]);

interface Properties<Row> {
  readonly title: string;
  readonly columns: readonly CsvColumn<Row>[];
  readonly rows: readonly Row[];
  /** Why rows are missing. */
  readonly gaps: readonly string[];
  readonly onPrinted: () => void;
}

/** Prints a whole list: the page itself holds only the rows in view. Opens the browser's print dialog when it is laid out. */
export function PrintedList<Row>({ title, columns, rows, gaps, onPrinted }: Properties<Row>) {
  const shown = columns.filter(({ name }) => !forPrograms.has(name));
  useEffect(() => {
    document.body.classList.add("prints-list");
    window.addEventListener("afterprint", onPrinted);
    // Wait for the layout, and print only once, even if React runs effects twice.
    const timer = setTimeout(() => window.print());
    return () => {
      clearTimeout(timer);
      document.body.classList.remove("prints-list");
      window.removeEventListener("afterprint", onPrinted);
    };
  }, [onPrinted]);
  return createPortal(
    <section className="printed-list" aria-label={`${title}, for printing`}>
      <Title order={1} size="h3">
        {title}
      </Title>
      {gaps.map((gap) => (
        <Text key={gap} size="sm">
          {gap}
        </Text>
      ))}
      <Table fz="xs">
        <Table.Thead>
          <Table.Tr>
            {shown.map(({ name, isNumber }) => (
              <Table.Th key={name} {...(isNumber && { ta: "right" as const })}>
                {headingOf(name)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows are never reordered, and need not have an id.
            <Table.Tr key={index}>
              {shown.map(({ name, of, isNumber }) => (
                <Table.Td key={name} {...(isNumber && { ta: "right" as const })} style={{ overflowWrap: "anywhere" }}>
                  {of(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>,
    document.body,
  );
}

/** "amountDue" → "Amount due". */
function headingOf(name: string): string {
  const words = name.replace(/Label$/, "").replace(/([A-Z])/g, " $1");
  return `${words.charAt(0).toUpperCase()}${words.slice(1).toLowerCase()}`;
}
