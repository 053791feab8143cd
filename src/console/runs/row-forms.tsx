import { Alert, Button, Group, Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ChargeRunRowDetailsFragment, ChargeRunRowInput } from "../../client/index.ts";
import { useCorrectChargeRunRowMutation, useSkipChargeRunRowsMutation } from "../../client/react/index.ts";
import { decimalProblem } from "../forms/fields.ts";
import { FormModal } from "../forms/form-modal.tsx";
import { useBackends } from "../forms/lookups.ts";
import { inWords, meanings } from "./mapping.ts";
import { Refusals, useRefreshRun } from "./run-state.tsx";

interface Properties {
  readonly runId: string;
  readonly row: ChargeRunRowDetailsFragment;
  readonly onClose: () => void;
}

/** The members that are most often wrong. The row's other values stay as they are. */
const fields = [
  "customerReference",
  "customerId",
  "name",
  "amount",
  "currency",
  "date",
  "quantity",
  "serviceId",
  "notes",
] as const;
type Field = (typeof fields)[number];
const numbers: readonly Field[] = ["amount", "quantity"];

/** Edits one row, as it is in the file. */
export function CorrectRow({ runId, row, onClose }: Properties) {
  const backends = useBackends();
  const [texts, setTexts] = useState<Readonly<Partial<Record<Field | "backend", string>>>>({});
  const refresh = useRefreshRun();
  const { mutate, isPending, data, error } = useCorrectChargeRunRowMutation({
    onSuccess: (answer) => {
      refresh.onSuccess();
      if (answer.correctChargeRunRow.errors.length === 0) onClose();
    },
  });
  const { given } = row;
  const textOf = (field: Field | "backend"): string => texts[field] ?? given[field] ?? "";
  const problemAt = (field: string): string | undefined =>
    row.problems.find((problem) => problem.field?.[0] === field)?.message.replace(`${field}: `, "");
  /** Checks typed values only. The gateway has read the others by the file's mapping, and checks them. */
  const typedWrongly = (field: Field): string | undefined =>
    (numbers.includes(field) && texts[field]?.trim() && decimalProblem(texts[field])) || undefined;
  const save = (): void => {
    if (fields.some((field) => typedWrongly(field) !== undefined)) return;
    const typed = Object.fromEntries(
      [...fields, "backend" as const].map((field) => [field, textOf(field).trim() === "" ? null : textOf(field).trim()]),
    );
    mutate({ input: { id: runId, key: row.key, row: { ...given, ...typed } as ChargeRunRowInput } });
  };
  return (
    <FormModal title={`Correct line ${row.line}`} opened onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Stack gap="md">
          {row.problems.map(({ message, candidates }) => (
            <Alert key={message} color="orange" title={inWords(message)} role="status">
              {candidates.length > 0 && (
                <Group gap="xs">
                  {candidates.map(({ id, name }) => (
                    <Button
                      key={id}
                      size="compact-xs"
                      variant="default"
                      onClick={() => setTexts((before) => ({ ...before, customerId: id, customerReference: "" }))}
                    >
                      {name}
                    </Button>
                  ))}
                </Group>
              )}
            </Alert>
          ))}
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <Select
              label={meanings.backend}
              data={(backends ?? []).map(({ key, label }) => ({ value: key, label }))}
              value={textOf("backend") || null}
              onChange={(value) => setTexts((before) => ({ ...before, backend: value ?? "" }))}
            />
            {fields.map((field) => (
              <TextInput
                key={field}
                label={meanings[field]}
                value={textOf(field)}
                error={texts[field] === undefined ? problemAt(field) : typedWrongly(field)}
                {...(field === "date" && { type: "date" })}
                {...(numbers.includes(field) && { inputMode: "decimal" as const })}
                onChange={({ currentTarget: { value } }) => setTexts((before) => ({ ...before, [field]: value }))}
              />
            ))}
          </SimpleGrid>
          <Refusals answer={data?.correctChargeRunRow} error={error} title="The row was not corrected" />
          <Group justify="flex-end">
            <Button type="submit" loading={isPending}>
              Correct and check
            </Button>
          </Group>
        </Stack>
      </form>
    </FormModal>
  );
}

export function SkipRow({ runId, row, onClose }: Properties) {
  const [reason, setReason] = useState("");
  const refresh = useRefreshRun();
  const { mutate, isPending, data, error } = useSkipChargeRunRowsMutation({
    onSuccess: (answer) => {
      refresh.onSuccess();
      if (answer.skipChargeRunRows.errors.length === 0) onClose();
    },
  });
  return (
    <FormModal title={`Skip line ${row.line}`} opened onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          mutate({ input: { id: runId, keys: [row.key], reason } });
        }}
      >
        <Stack gap="md">
          <TextInput
            label="Reason"
            data-autofocus
            value={reason}
            onChange={({ currentTarget }) => setReason(currentTarget.value)}
          />
          <Refusals answer={data?.skipChargeRunRows} error={error} title="The row was not skipped" />
          <Group justify="flex-end">
            <Button type="submit" loading={isPending} disabled={reason.trim() === ""}>
              Skip{" "}
            </Button>
          </Group>
        </Stack>
      </form>
    </FormModal>
  );
}
