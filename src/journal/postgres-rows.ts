import type { Step } from "./model.ts";
import { listOf } from "./recorder.ts";
import { fromStep, stepColumns } from "./tables.ts";

/** Passes rows as one value, however many they are: a JSON array, whose members get their types from the table. */

export const givenSteps = listOf(stepColumns.map((column) => `given.${column}`));

export function stepsIn(place: number): string {
  return `json_populate_recordset(null::steps, $${place}) as given`;
}

export const stepRows = (operationId: string, steps: readonly Step[]) => steps.map((step) => fromStep(operationId, step));
