import {
  Alert,
  Button,
  Card,
  FileInput,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Table,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { useBackends } from "../forms/lookups.ts";
import { Page, Panel } from "../page.tsx";
import { useFiles } from "../session/session.ts";
import { Failed } from "../states.tsx";
import { useUrlState } from "../url.ts";
import {
  type ChosenMapping,
  dateForms,
  gapIn,
  guessed,
  type Meaning,
  mappingKey,
  mappingOf,
  meanings,
  readSample,
  remembered,
  type Sample,
} from "./mapping.ts";

/** Enough of a file to show its columns. */
const samplesShown = 3;

interface Chosen {
  readonly file: File;
  readonly sample: Sample;
  readonly isRemembered: boolean;
}

/**
 * Makes a run from a file, or with ?replace=ID a new version of one. Asks for the meaning of the columns only if it does not know
 * these columns.
 */
export function NewRunPage() {
  const replaced = useUrlState().text("replace");
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [mapping, setMapping] = useState<ChosenMapping | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  async function choose(file: File | null): Promise<void> {
    setChosen(null);
    setProblem(null);
    if (!file) return;
    try {
      const sample = await readSample(file);
      const before = remembered(localStorage.getItem(mappingKey(sample)), sample);
      setMapping(before ?? guessed(sample));
      setChosen({ file, sample, isRemembered: before !== null });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  }

  return (
    <Page
      title={replaced ? "New version of the file" : "New charge run"}
      description={
        replaced
          ? "Rows are matched by their key. Changed rows are checked again."
          : "Nothing is sent until you have seen the totals and confirmed them."
      }
    >
      <FileInput
        label="File"
        description="CSV with a header; at most 50,000 rows and 20 MB"
        placeholder="Choose a file"
        accept=".csv,.txt,text/csv"
        clearable
        clearButtonProps={{ "aria-label": "Remove the file" }}
        maw={480}
        onChange={(file) => void choose(file)}
      />
      {problem !== null && (
        <Alert color="red" title="The file could not be read" role="alert">
          {problem}
        </Alert>
      )}
      {chosen && mapping && <Mapped chosen={chosen} mapping={mapping} onChange={setMapping} replaced={replaced} />}
    </Page>
  );
}

interface MappedProperties {
  readonly chosen: Chosen;
  readonly mapping: ChosenMapping;
  readonly onChange: (mapping: ChosenMapping) => void;
  readonly replaced: string;
}

function Mapped({ chosen: { file, sample, isRemembered }, mapping, onChange, replaced }: MappedProperties) {
  const files = useFiles();
  const [, go] = useLocation();
  const [name, setName] = useState(`${file.name.replace(/\.[^.]*$/, "")}`);
  const [dryRun, setDryRun] = useState(false);
  const [rate, setRate] = useState<number | string>("");
  const gap = gapIn(mapping) ?? (name.trim() === "" ? "Give the run a name." : null);
  const upload = useMutation({
    mutationFn: () => {
      const map = JSON.stringify(mappingOf(sample, mapping));
      const parameters = replaced
        ? { map }
        : { name: name.trim(), map, ...(dryRun && { dryRun: "true" }), ...(rate !== "" && { rowsPerSecond: String(rate) }) };
      const path = replaced ? `/runs/${encodeURIComponent(replaced)}` : "/runs";
      return files.upload(`${path}?${new URLSearchParams(parameters)}`, file, "text/csv");
    },
    onSuccess: ({ id }) => {
      try {
        localStorage.setItem(mappingKey(sample), JSON.stringify(mapping));
      } catch {
        // Without a storage, the mapping is asked for each time.
      }
      go(`/runs/${encodeURIComponent(id)}`);
    },
  });
  return (
    <Stack gap="lg">
      <Columns sample={sample} mapping={mapping} onChange={onChange} isRemembered={isRemembered} />
      <SameForAll mapping={mapping} onChange={onChange} />
      <Card>
        <Stack gap="md">
          {!replaced && (
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <TextInput
                label="Name of the run"
                description="With its month: “Copier 2026-11” and “Copier 2026-12” are one series"
                value={name}
                onChange={({ currentTarget }) => setName(currentTarget.value)}
              />
              <NumberInput
                label="Rows per second"
                description="Empty: as fast as the backends take them"
                min={0.1}
                value={rate}
                onChange={setRate}
              />
              <Switch
                label="Let backends check each row"
                description="For backends with a dry run. Costs one call for each row"
                checked={dryRun}
                onChange={({ currentTarget }) => setDryRun(currentTarget.checked)}
              />
            </SimpleGrid>
          )}
          {upload.error && <Failed title="The file was refused" error={upload.error} />}
          <Group justify="flex-end">
            {gap !== null && (
              <Text size="sm" c="dimmed" role="status">
                {gap}
              </Text>
            )}
            <Button onClick={() => upload.mutate()} loading={upload.isPending} disabled={gap !== null}>
              Check the rows
            </Button>
          </Group>
        </Stack>
      </Card>
    </Stack>
  );
}

interface ColumnsProperties {
  readonly sample: Sample;
  readonly mapping: ChosenMapping;
  readonly onChange: (mapping: ChosenMapping) => void;
  readonly isRemembered: boolean;
}

function Columns({ sample: { header, rows }, mapping, onChange, isRemembered }: ColumnsProperties) {
  const columns = header.map((name, place) => ({ id: `${place} ${name}`, name, place }));
  const choices = Object.entries(meanings).map(([value, label]) => ({ value, label }));
  return (
    <Card component="section" aria-labelledby="columns">
      <Stack gap="md">
        <Stack gap={2}>
          <Title order={2} size="h4" id="columns">
            Meaning of the columns
          </Title>
          <Text size="sm" c="dimmed">
            {isRemembered
              ? "As you chose last time for these columns."
              : "Guessed from their names: please check. Your choice is remembered for files with the same columns."}
          </Text>
        </Stack>
        <Table.ScrollContainer minWidth={280}>
          <Table aria-label="Columns" verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Column</Table.Th>
                <Table.Th scope="col">Meaning</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {columns.map(({ id, name, place }) => (
                <Table.Tr key={id}>
                  <Table.Td>
                    <Text size="sm" fw={500} style={{ overflowWrap: "anywhere" }}>
                      {name}
                    </Text>
                    <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                      {rows
                        .slice(0, samplesShown)
                        .map((row) => row[place] ?? "")
                        .filter((cell) => cell !== "")
                        .join(" · ")}
                    </Text>
                  </Table.Td>
                  <Table.Td w="50%">
                    <Select
                      aria-label={`Meaning of ${name}`}
                      placeholder="Not used"
                      clearable
                      allowDeselect={false}
                      data={choices}
                      value={mapping.columns[place] ?? null}
                      onChange={(value) =>
                        onChange({ ...mapping, columns: mapping.columns.with(place, value as Meaning | null) })
                      }
                    />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Select
            label="Amounts are written"
            allowDeselect={false}
            data={[
              { value: "point", label: "1234.50" },
              { value: "comma", label: "1.234,50" },
            ]}
            value={mapping.decimals}
            onChange={(value) => onChange({ ...mapping, decimals: value === "comma" ? "comma" : "point" })}
          />
          <Select
            label="Dates are written"
            allowDeselect={false}
            data={dateForms.map((form) => ({ value: form, label: form }))}
            value={mapping.dates}
            onChange={(value) => onChange({ ...mapping, dates: dateForms.find((form) => form === value) ?? "yyyy-MM-dd" })}
          />
        </SimpleGrid>
      </Stack>
    </Card>
  );
}

function SameForAll({ mapping, onChange }: Pick<ColumnsProperties, "mapping" | "onChange">) {
  const backends = useBackends();
  const isRead = (meaning: Meaning): boolean => mapping.columns.includes(meaning);
  const say = (meaning: Meaning, value: string): void =>
    onChange({ ...mapping, values: { ...mapping.values, [meaning]: value } });
  if (isRead("backend") && isRead("name") && isRead("date")) return null;
  return (
    <Panel title="The same for all rows">
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        {!isRead("backend") && (
          <Select
            label="Backend"
            placeholder="Choose"
            data={(backends ?? []).map(({ key, label }) => ({ value: key, label }))}
            value={mapping.values.backend ?? null}
            onChange={(value) => say("backend", value ?? "")}
          />
        )}
        {!isRead("name") && (
          <TextInput
            label="Name of the charge"
            value={mapping.values.name ?? ""}
            onChange={({ currentTarget }) => say("name", currentTarget.value)}
          />
        )}
        {!isRead("date") && mapping.dates === "yyyy-MM-dd" && (
          <TextInput
            type="date"
            label="Date"
            value={mapping.values.date ?? ""}
            onChange={({ currentTarget }) => say("date", currentTarget.value)}
          />
        )}
      </SimpleGrid>
    </Panel>
  );
}
