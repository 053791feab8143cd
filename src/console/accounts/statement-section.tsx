import { Button, Card, Group, Stack, Switch, Table, Text, TextInput, type TextInputProps, Title } from "@mantine/core";
import { keepPreviousData } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import {
  type CalendarDate,
  isCalendarDate,
  type StatementRowDetailsFragment,
  type StatementTotalDetailsFragment,
} from "../../client/index.ts";
import { useAccountStatementQuery } from "../../client/react/index.ts";
import { Amount } from "../amount.tsx";
import { BackendDot } from "../badges.tsx";
import { lastMonths } from "../charges/by-month.ts";
import { downloadCsv } from "../export/exporting.ts";
import { formatDay, formatMonth, isolated, today } from "../format.ts";
import { reachable } from "../page.tsx";
import { Failed, Loading, Unavailable } from "../states.tsx";
import { useUrlState } from "../url.ts";

interface StatementSectionProperties {
  readonly accountId: string;
  readonly accountName: string;
}

/** Shows what an account was charged between two days, by month, backend and currency. ?from=…&to=…; default: twelve months. */
export function StatementSection({ accountId, accountName }: StatementSectionProperties) {
  const url = useUrlState();
  const [exact, setExact] = useState(false);
  const usual = useMemo(usualRange, []);
  const from = dayOr(url.text("from"), usual.from);
  const to = dayOr(url.text("to"), usual.to);
  const query = useAccountStatementQuery({ id: accountId, from, to, occurrences: true }, { placeholderData: keepPreviousData });
  const { data, error, isPlaceholderData, refetch } = query;
  const statement = data?.account?.statement;
  return (
    <Card component="section" aria-labelledby="statement">
      <Stack gap="md">
        <Group justify="space-between" align="flex-end">
          <Title order={2} size="h4" id="statement">
            Statement
          </Title>
          <Text size="sm" className="paper-only">
            {isolated(accountName)}, from {formatDay(from)} to {formatDay(to)}
          </Text>
          <Group gap="sm" align="flex-end" className="screen-only">
            <Day label="From" value={from} max={to} onChange={(day) => url.set({ from: day })} />
            <Day label="To" value={to} min={from} onChange={(day) => url.set({ to: day })} />
            <Button
              variant="default"
              disabled={!statement || isPlaceholderData || statement.rows.length === 0}
              onClick={() => statement && downloadCsv(`Statement ${accountName} ${from} ${to}.csv`, statement.csv)}
            >
              Download as CSV
            </Button>
            <Button variant="default" disabled={!statement || statement.rows.length === 0} onClick={() => window.print()}>
              Print or save as PDF
            </Button>
          </Group>
        </Group>
        {error && <Failed title="The charges could not be summed" error={error} onRetry={refetch} />}
        {!data && !error && <Loading what="the statement" />}
        <Unavailable failures={statement?.unavailable ?? []} onRetry={refetch} />
        {statement?.rows.length === 0 && (
          <Text size="sm" c="dimmed" role="status">
            Nothing was charged in this period.
          </Text>
        )}
        {statement && statement.rows.length > 0 && !error && (
          <Table.ScrollContainer
            minWidth={760}
            scrollAreaProps={reachable}
            opacity={isPlaceholderData ? 0.6 : 1}
            aria-busy={isPlaceholderData}
          >
            <StatementTable rows={statement.rows} totals={statement.totals} exact={exact} />
          </Table.ScrollContainer>
        )}
        {statement && statement.rows.length > 0 && !error && (
          <Group justify="space-between" gap="sm">
            <Text size="xs" c="dimmed" maw={620}>
              {repetitionText(statement.totals)} Totals leave out taxes and prices that are not known. Where a currency has fewer
              digits than a sum, it is rounded in view; the CSV has all of them.
            </Text>
            <Switch
              className="screen-only"
              label="Exact values"
              checked={exact}
              onChange={({ currentTarget }) => setExact(currentTarget.checked)}
            />
          </Group>
        )}
      </Stack>
    </Card>
  );
}

/** Says how this statement counts recurring charges. */
function repetitionText(totals: readonly StatementTotalDetailsFragment[]): string {
  const repeated = totals.reduce((sum, total) => sum + total.repeated, 0);
  const unclear = totals.reduce((sum, total) => sum + total.repetitionUnknown, 0);
  return [
    "A recurring charge counts on each day on which it falls due.",
    repeated > 0 &&
      `${repeated} of these ${repeated === 1 ? "is" : "are"} calculated from the period: no backend has a record of ${repeated === 1 ? "it" : "them"}.`,
    unclear > 0 &&
      `The backend does not say how often ${unclear} of these ${unclear === 1 ? "repeats: it counts" : "repeat: they count"} once.`,
  ]
    .filter((part) => part !== false)
    .join(" ");
}

/** The last twelve months, this one included. */
function usualRange(): { readonly from: CalendarDate; readonly to: CalendarDate } {
  const to = today();
  return { from: `${lastMonths(to, 12)[0]}-01` as CalendarDate, to };
}

const dayOr = (text: string, usual: CalendarDate): CalendarDate => (isCalendarDate(text) ? text : usual);

interface DayProperties extends Pick<TextInputProps, "min" | "max"> {
  readonly label: string;
  readonly value: string;
  readonly onChange: (day: string) => void;
}

function Day({ onChange, ...properties }: DayProperties) {
  return <TextInput {...properties} type="date" onChange={({ currentTarget }) => onChange(currentTarget.value)} />;
}

interface StatementTableProperties {
  readonly rows: readonly StatementRowDetailsFragment[];
  readonly totals: readonly StatementTotalDetailsFragment[];
  readonly exact: boolean;
}

function StatementTable({ rows, totals, exact }: StatementTableProperties) {
  return (
    <Table aria-label="Statement" verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Month</Table.Th>
          <Table.Th scope="col">Backend</Table.Th>
          {["Charges", "Amount", "Taxes", "Total", "Outstanding"].map((heading) => (
            <Table.Th key={heading} scope="col" ta="right">
              {heading}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={`${row.month} ${row.backend.key} ${row.currency}`}>
            <Table.Th scope="row" fw={400}>
              {formatMonth(row.month)}
            </Table.Th>
            <Table.Td>
              <BackendDot backend={row.backend.key} /> {row.backend.label}
            </Table.Td>
            <Sums sums={row} exact={exact} />
          </Table.Tr>
        ))}
      </Table.Tbody>
      <Table.Tfoot>
        {totals.map((total) => (
          <Table.Tr key={total.currency}>
            <Table.Th scope="row" colSpan={2}>
              Total in {total.currency}
            </Table.Th>
            <Sums sums={total} exact={exact} />
          </Table.Tr>
        ))}
      </Table.Tfoot>
    </Table>
  );
}

/** If an amount is not known for some charges, says for how many. */
function Sums({ sums, exact }: { readonly sums: StatementTotalDetailsFragment; readonly exact: boolean }) {
  const {
    charges,
    amount,
    taxAmount,
    total,
    outstanding,
    unpriced,
    taxUnknown,
    outstandingUnknown,
    repeated,
    repetitionUnknown,
  } = sums;
  return (
    <>
      <Table.Td ta="right">
        {charges}
        <Unknown count={repeated} of={charges} words="repeated" />
        <Unknown count={repetitionUnknown} of={charges} words="of unknown period" />
      </Table.Td>
      <Table.Td ta="right">
        <Amount money={amount} accounting={!exact} />
        <Unknown count={unpriced} of={charges} words="not priced" />
      </Table.Td>
      <Table.Td ta="right">
        <Amount money={taxAmount} absent="not known" accounting={!exact} />
        <Unknown count={taxUnknown} of={charges} words="not known" />
      </Table.Td>
      <Table.Td ta="right">
        <Amount money={total} accounting={!exact} />
        {(taxUnknown > 0 || unpriced > 0) && (
          <Text size="xs" c="dimmed">
            {[taxUnknown > 0 && `without taxes of ${taxUnknown}`, unpriced > 0 && `without ${unpriced} not priced`]
              .filter((part) => part !== false)
              .join(", ")}
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="right">
        <Amount money={outstanding} absent="not known" accounting={!exact} />
        <Unknown count={outstandingUnknown} of={charges} words="not known" />
      </Table.Td>
    </>
  );
}

interface UnknownProperties {
  readonly count: number;
  readonly of: number;
  readonly words: string;
}

/** Renders nothing when all values are known, or when none is: then the sum says so itself. */
function Unknown({ count, of, words }: UnknownProperties) {
  if (count === 0 || (count === of && words === "not known")) return null;
  return (
    <Text size="xs" c="dimmed">
      {count} {words}
    </Text>
  );
}
