import { Alert, Button, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { gatewayPages, useGatewayClient } from "../../client/react/index.ts";
import { download } from "../download.ts";
import { today } from "../now.ts";
import { Failed } from "../states.tsx";
import type { CsvColumn } from "./csv.ts";
import { type Part, readAll } from "./read-all.ts";

/** So many are kept in the browser's memory until the file is whole. */
const mostExported = 50_000;

interface Properties<Data, Variables, Row> {
  /** "Customers": what the file is called. */
  readonly name: string;
  readonly document: Parameters<typeof gatewayPages<Data, Variables>>[1];
  /** As the list on the page is filtered; `first` is the size of a page. */
  readonly variables: Parameters<typeof gatewayPages<Data, Variables>>[3];
  readonly partOf: (data: Data) => Part<Row>;
  readonly columns: readonly CsvColumn<Row>[];
  /** The order of the file; default: the list's own. */
  readonly sorted?: (rows: readonly Row[]) => readonly Row[];
}

/** Reads a list to its end, as it is filtered, and hands it out as a file. What is missing from it is said, and in its name. */
export function ExportButton<Data, Variables, Row>(properties: Properties<Data, Variables, Row>) {
  // With other filters it is another file: what was said of this one, and what is still read of it, is forgotten.
  return <Export key={JSON.stringify(properties.variables)} {...properties} />;
}

function Export<Data, Variables, Row>(properties: Properties<Data, Variables, Row>) {
  const { name, document, variables, partOf, columns, sorted = (rows) => rows } = properties;
  const client = useGatewayClient();
  const queries = useQueryClient();
  const [read, setRead] = useState(0);
  const running = useRef<AbortController>(null);
  // A view that was left has no use for it any more.
  useEffect(() => () => running.current?.abort(), []);
  const { mutate, isPending, data, error, reset } = useMutation({
    mutationFn: async () => {
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
        most: mostExported,
        onProgress: setRead,
        signal,
      });
      // Fetched when it is wanted: no view is larger for it.
      const { csvOf } = await import("./csv.ts");
      const file = `${name} ${today()}${list.gaps.length > 0 ? " incomplete" : ""}.csv`;
      download(file, csvOf(columns, sorted(list.rows)), "text/csv");
      return { count: list.rows.length, gaps: list.gaps };
    },
  });
  const stop = (): void => {
    running.current?.abort();
    reset();
  };
  const start = (): void => {
    setRead(0);
    mutate();
  };
  return (
    <Stack gap="xs" align="flex-end" className="screen-only">
      {isPending ? (
        <Button variant="default" size="xs" onClick={stop}>
          Stop: {read.toLocaleString()} are read
        </Button>
      ) : (
        <Button variant="default" size="xs" onClick={start}>
          Export as CSV
        </Button>
      )}
      {error !== null && !running.current?.signal.aborted && (
        <Failed title="The list could not be read to its end, so there is no file" error={error} onRetry={start} />
      )}
      {data && data.gaps.length === 0 && (
        <Text size="xs" c="dimmed" role="status">
          {data.count.toLocaleString()} are in the file.
        </Text>
      )}
      {data && data.gaps.length > 0 && (
        <Alert color="yellow" variant="light" title="The file is not complete" role="alert">
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
