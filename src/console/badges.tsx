import { Badge } from "@mantine/core";
import type { BackendSummaryFragment, ChargeStatus, CustomerStatus, HealthStatus } from "../client/index.ts";
import { BackendDot } from "./backends/colors.tsx";
import { systemOf } from "./backends/system.ts";
import { wordsOf } from "./format.ts";
import { chargeStatusColors, customerStatusColors, healthColors } from "./labels.ts";

/** Small coloured words. The colour only repeats the word. */

export const HealthBadge = ({ status }: { readonly status: HealthStatus }) => (
  <Badge color={healthColors[status]} variant="dot">
    {wordsOf(status)}
  </Badge>
);

export const CustomerStatusBadge = ({ status }: { readonly status: CustomerStatus }) => (
  <Badge color={customerStatusColors[status]}>{wordsOf(status)}</Badge>
);

export const ChargeStatusBadge = ({ status }: { readonly status: ChargeStatus }) => (
  <Badge color={chargeStatusColors[status]}>{wordsOf(status)}</Badge>
);

export const BackendBadge = ({ backend }: { readonly backend: BackendSummaryFragment }) => (
  <Badge
    color="gray"
    variant="default"
    title={`${backend.label}: ${systemOf(backend)}`}
    leftSection={<BackendDot backend={backend.key} />}
  >
    {backend.label}
  </Badge>
);
