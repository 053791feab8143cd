import { Text } from "@mantine/core";
import { useMemo } from "react";
import type { CalendarDate } from "../../client/index.ts";
import { useCustomerChargesQuery } from "../../client/react/index.ts";
import { useBackendColor } from "../backends/colors.tsx";
import { today } from "../now.ts";
import { Panel } from "../panel.tsx";
import { Failed, Loading } from "../states.tsx";
import { lastMonths, sumByMonth } from "./by-month.ts";
import { CurrencyBars } from "./month-bars.tsx";

const monthsShown = 12;
/** The chart reads the newest charges only, and says so when there are more. */
const chargesRead = 200;

interface ChargesChartProperties {
  readonly customerId: string;
  /** Key of the customer's backend. */
  readonly backend: string;
}

/** Charts what a customer was charged in each of the last twelve months, one chart for each currency. */
export function ChargesChart({ customerId, backend }: ChargesChartProperties) {
  const color = useBackendColor()(backend);
  const months = useMemo(() => lastMonths(today(), monthsShown), []);
  const from = `${months[0]}-01` as CalendarDate;
  const { data, error, refetch } = useCustomerChargesQuery({ id: customerId, first: chargesRead, filter: { from } });
  const charges = data?.customer?.charges;
  const byMonth = useMemo(() => sumByMonth(charges?.nodes ?? [], months), [charges, months]);
  return (
    <Panel
      title="Charges over time"
      aside={
        <Text size="sm" c="dimmed">
          {charges?.pageInfo.hasNextPage ? `By month, the newest ${charges.nodes.length} of them` : "By month, for the last year"}
        </Text>
      }
    >
      {error && <Failed title="The charges could not be loaded" error={error} onRetry={refetch} />}
      {!data && !error && <Loading what="the chart" lines={1} height={220} />}
      {charges && byMonth.currencies.length === 0 && (
        <Text size="sm" c="dimmed">
          No charges in these months.
        </Text>
      )}
      {byMonth.currencies.length > 0 && <CurrencyBars currencies={byMonth.currencies} months={byMonth.months} color={color} />}
    </Panel>
  );
}
