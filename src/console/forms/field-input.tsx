import { type InputWrapperProps, MultiSelect, Select, Switch, Textarea, TextInput } from "@mantine/core";
import type { useForm } from "@mantine/form";
import { PlanSelect, ServiceSelect, TaxSelect } from "./catalogue-selects.tsx";
import { CustomerSelect } from "./customer-select.tsx";
import { emptyValue, type Field, type Values } from "./fields.ts";

interface Properties {
  readonly field: Field;
  readonly form: Pick<ReturnType<typeof useForm<Values>>, "getInputProps" | "values">;
  /** True: the value can be read, but not changed. */
  readonly locked: boolean;
  /** True: takes the focus when the form opens. */
  readonly first: boolean;
}

/** The input of one field, with its error. */
export function FieldInput({ field, form, locked, first }: Properties) {
  const { name, label, hint, control, required } = field;
  // A field that appeared later, with another backend, has no value yet.
  const value = form.values[name] ?? emptyValue(control);
  const common = {
    ...form.getInputProps(name),
    label,
    description: hint || undefined,
    withAsterisk: required,
    readOnly: locked,
    variant: locked ? "filled" : "default",
    // The description stands below, so that inputs side by side line up.
    inputWrapperOrder: ["label", "input", "description", "error"] satisfies InputWrapperProps["inputWrapperOrder"],
    "data-autofocus": first || undefined,
  };
  // The options of a list hang below its input. The error stands above it, and the list opens on click only.
  const listed = {
    openOnFocus: false,
    ...(common.error && {
      inputWrapperOrder: ["label", "error", "input", "description"] satisfies InputWrapperProps["inputWrapperOrder"],
    }),
  };
  const text = { ...common, value: String(value), autoComplete: "off" };
  const list = { ...common, value: Array.isArray(value) ? value : [] };
  switch (control.kind) {
    case "switch":
      return (
        <Switch
          {...form.getInputProps(name, { type: "checkbox" })}
          label={label}
          description={hint || undefined}
          disabled={locked}
          checked={value === true}
        />
      );
    case "choice":
      return <Select {...text} {...listed} value={text.value || null} data={[...control.options]} clearable={!required} />;
    case "choices":
      return <MultiSelect {...list} {...listed} data={[...control.options]} clearable searchable />;
    case "service":
      return <ServiceSelect backend={control.backend} {...text} {...listed} />;
    case "plan":
      return <PlanSelect backend={control.backend} {...text} {...listed} />;
    case "customer":
      return <CustomerSelect backend={control.backend} {...text} {...listed} />;
    case "taxes":
      return <TaxSelect backend={control.backend} {...list} {...listed} />;
    case "paragraph":
    case "lines":
      return <Textarea {...text} autosize minRows={2} maxRows={6} />;
    case "decimal":
      // A text input: amounts are exact decimals and never pass through floating point.
      return <TextInput {...text} inputMode="decimal" />;
    case "integer":
      return <TextInput {...text} inputMode="numeric" />;
    case "currency":
      return <TextInput {...text} maxLength={3} autoCapitalize="characters" />;
    case "date":
    case "email":
    case "text":
      return <TextInput {...text} type={control.kind} />;
  }
}
