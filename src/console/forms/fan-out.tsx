import { Checkbox, Group, Stack, Switch, Text } from "@mantine/core";
import type { BackendFormFragment } from "../../client/generated/graphql.ts";

interface Properties {
  readonly backends: readonly BackendFormFragment[];
  /** Says why a backend cannot create it; null when it can. */
  readonly incapable: (backend: BackendFormFragment) => string | null;
  /** Backend keys. */
  readonly chosen: string[];
  readonly onChoose: (keys: string[]) => void;
  readonly disabled: boolean;
}

/** Chooses the backends in which to create it. */
export function BackendChoice({ backends, incapable, chosen, onChoose, disabled }: Properties) {
  const able = backends.filter((backend) => incapable(backend) === null);
  const reasons = backends.flatMap((backend) => incapable(backend) ?? []);
  return (
    <Checkbox.Group label="Where" description="One result for each" value={chosen} onChange={onChoose} withAsterisk>
      <Group gap="lg" mt="xs">
        {able.map(({ key, label }) => (
          <Checkbox key={key} value={key} label={label} disabled={disabled} />
        ))}
      </Group>
      {reasons.map((reason) => (
        <Text key={reason} size="sm" c="dimmed" mt="xs">
          {reason}
        </Text>
      ))}
    </Checkbox.Group>
  );
}

interface SwitchProperties {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled: boolean;
}

/** Chooses what happens to the targets that succeeded when another one fails (schema: OnFailure). */
export function RollBackSwitch({ checked, onChange, disabled }: SwitchProperties) {
  return (
    <Stack gap={4}>
      <Switch
        label="All or nothing"
        description="When one fails, the others are undone"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    </Stack>
  );
}

/** Chooses whether the customers created together become one account (schema: CreateCustomerInput.link). */
export function LinkSwitch({ checked, onChange, disabled }: SwitchProperties) {
  return (
    <Switch
      label="Link as one account"
      description="They are the same customer: the account sums what they owe and shows differences"
      checked={checked}
      disabled={disabled}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}
