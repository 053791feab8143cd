import { isDecimal } from "billing-gateway-client";
import { useBackendInputsQuery, useCreateChargeMutation, useServicesQuery } from "billing-gateway-client/react";
import type { SyntheticEvent } from "react";

interface ChargeFormProps {
  readonly customerId: string;
  readonly backend: string;
  readonly onCharged: () => void;
}

const texts = ["name", "description", "notes"] as const;

/**
 * Charges a customer. What a backend wants to know of a charge, it says itself (`inputs`). The mutation's hook makes one key for each
 * submission: two clicks, or another try after a lost answer, charge once.
 */
export function ChargeForm({ customerId, backend, onCharged }: ChargeFormProps) {
  const inputs = useBackendInputsQuery({ backend, writes: ["CHARGE_CREATE"] }).data?.backend?.inputs[0]?.members ?? [];
  const takes = (name: string) => inputs.some((member) => member.name === name && member.refused === null);
  const text = texts.find(takes);
  const hasServices = takes("serviceId");
  const services = useServicesQuery({ backend, first: 100 }, { enabled: hasServices });
  const { mutate, data, error, isPending } = useCreateChargeMutation({
    onSuccess: ({ createCharge }) => {
      if (createCharge.charge) onCharged();
    },
  });
  const { charge, errors, warnings } = data?.createCharge ?? { charge: null, errors: [], warnings: [] };
  // What the gateway refuses before it looks at the charge, such as a text of a megabyte, is a failed request.
  const refusals = error?.name === "GatewayError" ? error.errors : errors;

  // Not a form action: React would empty the form after it, and "Press again" would send something else.
  function submit(event: SyntheticEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const amount = String(form.get("amount"));
    const serviceId = form.get("serviceId");
    if (!isDecimal(amount)) return;
    mutate({
      input: {
        charge: {
          customerId,
          amount,
          ...(text && { [text]: String(form.get("text")) }),
          ...(serviceId && { serviceId: String(serviceId) }),
        },
      },
    });
  }

  return (
    <form onSubmit={submit}>
      <h2>New charge</h2>
      {hasServices && (
        <label>
          Service
          <select name="serviceId">
            {services.data?.backend?.services.nodes.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      {text && (
        <label>
          Text
          <input name="text" defaultValue="Setup" required />
        </label>
      )}
      <label>
        Amount
        <input name="amount" inputMode="decimal" pattern="-?\d+(\.\d+)?" defaultValue="19.99" required />
      </label>
      <button type="submit" disabled={isPending || inputs.length === 0}>
        Charge
      </button>
      {charge && <output>Charged.</output>}
      {refusals.map(({ message, formField, fieldMessage }) => (
        <p role="alert" key={message}>
          {formField} {fieldMessage}
        </p>
      ))}
      {warnings.map(({ message }) => (
        <p role="status" key={message}>
          {message}
        </p>
      ))}
      {error?.name === "TransportError" && <p role="alert">{error.message} Press again: nobody is charged twice.</p>}
    </form>
  );
}
