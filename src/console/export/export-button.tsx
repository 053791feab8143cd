import { Alert, Button, Group, Stack, Table, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { gatewayPages, useGatewayClient } from "../../client/react/index.ts";
import { today } from "../format.ts";
import { Failed } from "../states.tsx";
import type { CsvColumn } from "./csv.ts";
import { downloadCsv, type Part, type ReadList, readAll } from "./exporting.ts";

/** Columns that only programs read. */
const forPrograms: ReadonlySet<string> = new Set(["id", "backend", "backends", "backendId", "customerId", "operationId"]);

interface PaperProperties<Row> {
  readonly title: string;
  readonly columns: readonly CsvColumn<Row>[];
  readonly rows: readonly Row[];
  /** Why rows are missing. */
  readonly gaps: readonly string[];
  readonly onPrinted: () => void;
}

/** Prints a whole list: the page itself holds only the rows in view. Opens the browser's print dialog when it is laid out. */
function PrintedList<Row>({ title, columns, rows, gaps, onPrinted }: PaperProperties<Row>) {
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

/** The browser keeps the rows in memory until the file is complete. */
const mostExported = 50_000;
/** More than anybody reads on paper, and as many as a browser lays out in a few seconds. */
const mostPrinted = 5_000;

type Way = "file" | "paper";

interface Properties<Data, Variables, Row> {
  /** Names the file: "Customers". */
  readonly name: string;
  readonly document: Parameters<typeof gatewayPages<Data, Variables>>[1];
  /** The filter of the list on the page. `first` is the page size. */
  readonly variables: Parameters<typeof gatewayPages<Data, Variables>>[3];
  readonly partOf: (data: Data) => Part<Row>;
  readonly columns: readonly CsvColumn<Row>[];
  /** Orders the file. Default: the list's own order. */
  readonly sorted?: (rows: readonly Row[]) => readonly Row[];
}

/** Reads a filtered list to its end, and saves or prints it. Says what is missing from it. */
export function ExportButton<Data, Variables, Row>(properties: Properties<Data, Variables, Row>) {
  // Another filter makes another file: forget the messages of this one, and stop reading it.
  return <Export key={JSON.stringify(properties.variables)} {...properties} />;
}

function Export<Data, Variables, Row>(properties: Properties<Data, Variables, Row>) {
  const { name, document, variables, partOf, columns, sorted = (rows) => rows } = properties;
  const client = useGatewayClient();
  const queries = useQueryClient();
  const [read, setRead] = useState(0);
  const running = useRef<AbortController>(null);
  const [printed, setPrinted] = useState<ReadList<Row> | null>(null);
  const putAway = useCallback(() => setPrinted(null), []);
  // Stop when the person leaves the view.
  useEffect(() => () => running.current?.abort(), []);
  const {
    mutate,
    isPending,
    data,
    variables: asked,
    error,
    reset,
  } = useMutation({
    mutationFn: async (way: Way) => {
      const controller = new AbortController();
      running.current = controller;
      const { signal } = controller;
      const pages = gatewayPages(client, document, (answer) => partOf(answer).pageInfo, variables);
      const list = await readAll({
        page: async (cursor) =>
          partOf(
            await queries.fetchQuery({
              queryKey: [...pages.queryKey, "export", cursor],
              queryFn: (context) => pages.queryFn({ signal: context.signal, pageParam: cursor }),
              retry: (failures, problem) => pages.retry(failures, problem as never),
              staleTime: 0,
              gcTime: 0,
            }),
          ),
        most: way === "file" ? mostExported : mostPrinted,
        onProgress: setRead,
        signal,
      });
      const ended = { way, count: list.rows.length, gaps: list.gaps };
      if (way === "paper") {
        setPrinted({ ...list, rows: sorted(list.rows) });
        return ended;
      }
      // Loaded on demand, so that no view gets larger.
      const { csvOf } = await import("./csv.ts");
      const file = `${name} ${today()}${list.gaps.length > 0 ? " incomplete" : ""}.csv`;
      downloadCsv(file, csvOf(columns, sorted(list.rows)));
      return ended;
    },
  });
  const stop = (): void => {
    running.current?.abort();
    reset();
  };
  const start = (way: Way): void => {
    setRead(0);
    mutate(way);
  };
  return (
    <Stack gap="xs" align="flex-end" className="screen-only">
      {printed && <PrintedList title={name} columns={columns} rows={printed.rows} gaps={printed.gaps} onPrinted={putAway} />}
      {isPending ? (
        <Button variant="default" size="xs" onClick={stop}>
          Stop ({read.toLocaleString()} read)
        </Button>
      ) : (
        <Group gap="xs">
          <Button variant="default" size="xs" onClick={() => start("file")}>
            Export as CSV
          </Button>
          <Button variant="default" size="xs" onClick={() => start("paper")}>
            Print all
          </Button>
        </Group>
      )}
      {error !== null && !running.current?.signal.aborted && (
        <Failed
          title="The list could not be read to its end, so nothing was exported"
          error={error}
          onRetry={() => start(asked ?? "file")}
        />
      )}
      {data && data.gaps.length === 0 && (
        <Text size="xs" c="dimmed" role="status">
          {data.count.toLocaleString()} rows are {data.way === "file" ? "in the file" : "printed"}.
        </Text>
      )}
      {data && data.gaps.length > 0 && (
        <Alert
          color="yellow"
          variant="light"
          title={data.way === "file" ? "The file is not complete" : "The printout is not complete"}
          role="alert"
        >
          {data.gaps.map((gap) => (
            <Text key={gap} size="sm">
              {gap}
            </Text>
          ))}
        </Alert>
      )}
    </Stack>
  );
}
