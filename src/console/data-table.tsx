import { Center, Group, Loader, type MantineBreakpoint, Table, Text, UnstyledButton } from "@mantine/core";
import {
  createColumnHelper,
  FlexRender,
  type Row,
  type RowData,
  type RowSelectionState,
  rowSelectionFeature,
  type TableOptions,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useLayoutEffect, useRef, useState } from "react";
import { headerHeight } from "./page.tsx";
import { Failed } from "./states.tsx";

/**
 * A long list as a table that scrolls with the page. Renders only the rows in view, so that 10,000 rows scroll like ten, and
 * loads the next page before the end comes into view.
 */

interface ColumnLayout {
  /** Width in pixels. Columns without one share the rest. */
  readonly w?: number;
  readonly ta?: "right";
  /** Hidden on narrower screens. */
  readonly visibleFrom?: MantineBreakpoint;
}

/** The column by which the caller has sorted the rows. */
interface Sorting {
  /** Ids of the columns that can be sorted by. */
  readonly columns: readonly string[];
  readonly by: { readonly column: string; readonly descending: boolean } | null;
  readonly onSort: (column: string) => void;
}

const columnLayout: ColumnLayout = {};
const features = tableFeatures({ rowSelectionFeature, columnMeta: columnLayout });

type Columns<Data extends RowData> = TableOptions<typeof features, Data>["columns"];

/** Makes the columns of a table. Keep them the same objects over renderings. */
export const columnHelper = <Data extends RowData>() => createColumnHelper<typeof features, Data>();

/** The part of an infinite query that the table needs. */
interface Paging {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly isFetchNextPageError: boolean;
  readonly error: unknown;
  readonly fetchNextPage: () => unknown;
}

interface DataTableProperties<Data extends RowData> {
  /** Used for screen readers and below the last row: "customers". */
  readonly what: string;
  readonly columns: Columns<Data>;
  readonly rows: readonly Data[];
  readonly paging: Paging;
  /** Ids of the ticked rows. */
  readonly selection?: RowSelectionState;
  readonly onSelectionChange?: (selection: RowSelectionState) => void;
  /** Estimate in pixels. Rows are measured when they come into view. */
  readonly rowHeight?: number;
  readonly sorting?: Sorting;
  /** Less space between rows. */
  readonly dense?: boolean;
}

const noSelection: RowSelectionState = {};

export function DataTable<Data extends { readonly id: string }>(properties: DataTableProperties<Data>) {
  const { what, columns, rows, paging, selection = noSelection, onSelectionChange, dense = false, sorting } = properties;
  const { rowHeight = dense ? 37 : 57 } = properties;
  const table = useTable({
    features,
    columns,
    data: rows,
    getRowId: ({ id }) => id,
    state: { rowSelection: selection },
    onRowSelectionChange: (change) => onSelectionChange?.(typeof change === "function" ? change(selection) : change),
  });
  const tableRows = table.getRowModel().rows;
  const body = useRef<HTMLTableSectionElement>(null);
  const virtualizer = useWindowVirtualizer({
    count: tableRows.length,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollMargin: useDistanceFromTop(body),
    getItemKey: (index) => tableRows[index]?.id ?? index,
  });
  const items = virtualizer.getVirtualItems();
  const first = items[0];
  const last = items.at(-1);
  useNextPage(paging, last !== undefined && last.index >= tableRows.length - 20);

  const above = first ? first.start - virtualizer.options.scrollMargin : 0;
  const below = last ? virtualizer.getTotalSize() - (last.end - virtualizer.options.scrollMargin) : 0;
  return (
    <>
      <Table
        aria-label={what}
        aria-rowcount={paging.hasNextPage ? -1 : tableRows.length + 1}
        layout="fixed"
        highlightOnHover
        stickyHeader
        stickyHeaderOffset={headerHeight}
        verticalSpacing={dense ? 6 : "sm"}
      >
        <Table.Thead>
          {table.getHeaderGroups().map((group) => (
            <Table.Tr key={group.id} aria-rowindex={1}>
              {group.headers.map((header) => (
                <Table.Th key={header.id} scope="col" {...header.column.columnDef.meta} {...ariaSort(header.id, sorting)}>
                  {sorting?.columns.includes(header.id) ? (
                    <UnstyledButton
                      onClick={() => sorting.onSort(header.id)}
                      fz="inherit"
                      fw="inherit"
                      style={{ whiteSpace: "nowrap" }}
                    >
                      <FlexRender header={header} />
                      <Text span inherit aria-hidden {...(sorting.by?.column !== header.id && { c: "dimmed" })}>
                        {sorting.by?.column !== header.id ? " ↕" : sorting.by.descending ? " ↓" : " ↑"}
                      </Text>
                    </UnstyledButton>
                  ) : (
                    <FlexRender header={header} />
                  )}
                </Table.Th>
              ))}
            </Table.Tr>
          ))}
        </Table.Thead>
        <Table.Tbody ref={body}>
          <Spacer height={above} />
          {items.map(({ index, key }) => {
            const row = tableRows[index];
            const selected = row?.getIsSelected() ?? false;
            return row && <DataRow key={key} row={row} index={index} selected={selected} measure={virtualizer.measureElement} />;
          })}
          <Spacer height={below} />
        </Table.Tbody>
      </Table>
      <End what={what} count={tableRows.length} paging={paging} />
    </>
  );
}

function ariaSort(column: string, sorting: Sorting | undefined): { readonly "aria-sort"?: "ascending" | "descending" | "none" } {
  if (!sorting?.columns.includes(column)) return {};
  return { "aria-sort": sorting.by?.column !== column ? "none" : sorting.by.descending ? "descending" : "ascending" };
}

interface DataRowProperties<Data extends RowData> {
  readonly row: Row<typeof features, Data>;
  readonly index: number;
  readonly selected: boolean;
  readonly measure: (element: HTMLTableRowElement | null) => void;
}

function PlainDataRow<Data extends RowData>({ row, index, selected, measure }: DataRowProperties<Data>) {
  return (
    <Table.Tr
      ref={measure}
      data-index={index}
      aria-rowindex={index + 2}
      {...(selected && { bg: "var(--mantine-primary-color-light)" })}
    >
      {row.getAllCells().map((cell) => (
        <Table.Td key={cell.id} {...cell.column.columnDef.meta}>
          <FlexRender cell={cell} />
        </Table.Td>
      ))}
    </Table.Tr>
  );
}

/** Scrolling renders the table with each frame. Rows that were in view before are not rendered again. */
const DataRow = memo(PlainDataRow) as typeof PlainDataRow;

/** Takes the space of the rows that are not rendered. */
function Spacer({ height }: { readonly height: number }) {
  return height > 0 ? (
    <tr aria-hidden style={{ height }}>
      <td />
    </tr>
  ) : null;
}

function End({ what, count, paging }: { readonly what: string; readonly count: number; readonly paging: Paging }) {
  if (paging.isFetchNextPageError) {
    return <Failed title={`More ${what} could not be loaded`} error={paging.error} onRetry={paging.fetchNextPage} />;
  }
  return (
    <Center py="md" role="status">
      {paging.hasNextPage ? (
        <Group gap="xs">
          <Loader size="xs" aria-hidden />
          <Text size="sm" c="dimmed">
            Loading more {what}…
          </Text>
        </Group>
      ) : (
        <Text size="sm" c="dimmed">
          {count === 1 ? "End of list" : `${count.toLocaleString()} ${what}, end of list`}
        </Text>
      )}
    </Center>
  );
}

/** Loads the next page near the end. After a failure it waits for a person to ask. */
function useNextPage({ hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage }: Paging, nearEnd: boolean): void {
  const wanted = nearEnd && hasNextPage && !isFetchingNextPage && !isFetchNextPageError;
  useEffect(() => {
    if (wanted) fetchNextPage();
  }, [wanted, fetchNextPage]);
}

/**
 * Pixels from the top of the page to an element. They change when something above it comes or goes, and when the page resizes.
 */
function useDistanceFromTop(element: { readonly current: HTMLElement | null }): number {
  const [distance, setDistance] = useState(0);
  useLayoutEffect(() => {
    const measure = (): void => {
      if (element.current) setDistance(Math.round(element.current.getBoundingClientRect().top + window.scrollY));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [element]);
  return distance;
}
