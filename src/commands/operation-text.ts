import { holdsSecret } from "../adapter/settings.ts";
import type { Composition } from "../gateway/composition.ts";
import type { GatewayConfiguration } from "../gateway/configuration.ts";
import { leftOut, type Operation, type Resolution, type Step } from "../journal/model.ts";
import { decodeId, encodeId } from "../model/id.ts";
import { type Subject, subjectOf, subjectsOf } from "../mutations/subject.ts";
import { printable } from "./printable.ts";

/** Shows operations as lines of text, for people at a terminal. */

export interface OperationText {
  /** One line. */
  readonly summary: (operation: Operation) => string;
  readonly details: (operation: Operation) => string;
}

/** Reads the names of the operations' customers first, with one query for each backend. */
export async function operationText(
  { backends, directory }: Pick<Composition, "backends" | "directory">,
  secrets: readonly string[],
  operations: readonly Operation[],
): Promise<OperationText> {
  const ids = operations.flatMap((operation) => operation.steps.flatMap((step) => subjectOf(operation, step).customerId ?? []));
  const customers = [...new Set(ids)];
  const found = await directory.customerNames(customers.flatMap((id) => decodeId(id) ?? []));
  const names = new Map(customers.map((id, index) => [id, found[index] ?? null]));
  const labelOf = (key: string): string => backends.get(key)?.label ?? key;

  /** Describes a subject. A customer without a known name is shown by its id. */
  function about(subject: Subject): string {
    const { customerId, customerName, objectId, name, description, amount, currency, date } = subject;
    const customer = (customerId === null ? null : names.get(customerId)) ?? customerName ?? customerId ?? objectId;
    const money = amount === null ? null : [amount, currency].filter((part) => part !== null).join(" ");
    const facts = [customer, money, name, description === name ? null : description, date];
    return facts.flatMap((fact) => (fact === null ? [] : holdsSecret(fact, secrets) ? leftOut : printable(fact))).join(" · ");
  }

  const textOf = (value: string | null): string => (value === null ? "nothing" : quoted(value, secrets));

  function stepLines(operation: Operation, step: Step): string[] {
    const {
      position,
      backend,
      action,
      status,
      attempts,
      mayHaveLeft,
      nodeId,
      compensates,
      errors,
      candidates,
      resolution,
      warnings,
    } = step;
    const what = `${compensates ? "(rolls back) " : ""}${action}`;
    const sent = mayHaveLeft || status === "SENDING" ? `${attempts}x` : "not sent";
    const line = `  ${String(position).padStart(3)} ${labelOf(backend).padEnd(16)} ${status.padEnd(10)} ${sent}  ${what}${nodeId === null ? "" : `  ${nodeId}`}`;
    const subject = about(subjectOf(operation, step));
    return [
      line,
      ...(subject === "" ? [] : [`      ${subject}`]),
      ...errors.map(
        ({ code, backendCode, message }) => `      ${code}${backendCode === null ? "" : ` (${backendCode})`}: ${message}`,
      ),
      ...candidates.map(({ nodeId: candidate, differs }) => {
        const difference = differs.length === 0 ? "as it was sent" : `differs in ${differs.join(", ")}`;
        return `      could be ${candidate}: ${difference}`;
      }),
      ...warnings.flatMap(({ code, message, sent: given, stored }) => [
        `      ${code}: ${message}`,
        ...(given === null && stored === null ? [] : [`        sent ${textOf(given)}, stored ${textOf(stored)}`]),
      ]),
      ...(resolution === null ? [] : [`      ${decisionLine(resolution)}`]),
    ];
  }

  return {
    summary: (operation) => {
      const { id, createdAt, status, mutation, steps } = operation;
      const labels = [...new Set(steps.map(({ backend }) => labelOf(backend)))].join(", ");
      const [first, ...others] = subjectsOf(operation);
      const more = others.length === 0 ? "" : ` and ${others.length} more`;
      const columns = [
        encodeId({ type: "Operation", backend: "", id }),
        createdAt,
        status.padEnd(11),
        mutation.padEnd(15),
        labels,
      ];
      return printable([...columns, `${first ? about(first) : ""}${more}`].join("  ").trimEnd());
    },
    details: (operation) => {
      const { id, mutation, status, actor, idempotencyKey, createdAt, completedAt, nextLookAt, steps } = operation;
      const facts: [string, string | null][] = [
        ["operation", encodeId({ type: "Operation", backend: "", id })],
        ["mutation", mutation],
        ["status", status],
        ["actor", actor],
        ["idempotency key", idempotencyKey],
        ["created", createdAt],
        ["completed", completedAt],
        ["next look", nextLookAt],
      ];
      const lines = facts.map(([name, value]) => `${name.padEnd(16)} ${value ?? "-"}`);
      return [...lines, "steps", ...steps.flatMap((step) => stepLines(operation, step))].map(printable).join("\n");
    },
  };
}

/** The passwords of the backends and of their users: they must not be printed. */
export function secretsOf({ backends }: GatewayConfiguration): readonly string[] {
  return Object.values(backends).flatMap(({ password, users }) => [
    ...(password === undefined ? [] : [password]),
    ...Object.values(users).map((user) => user.password),
  ]);
}

function quoted(value: string, secrets: readonly string[]): string {
  return holdsSecret(value, secrets) ? leftOut : `"${printable(value)}"`;
}

function decisionLine({ happened, actor, at, reason }: Resolution): string {
  return `decided ${at} by ${actor ?? "somebody without a name"}: it ${happened ? "happened" : "did not happen"}. ${reason}`;
}
