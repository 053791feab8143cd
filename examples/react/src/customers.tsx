import { useInfiniteCustomersQuery } from "billing-gateway-client/react";
import { useDeferredValue, useState } from "react";

interface CustomersProps {
  readonly chosen: string | null;
  readonly onChoose: (id: string) => void;
}

/** Customers of all backends, a page at a time. A backend that is down takes only its own customers away. */
export function Customers({ chosen, onChoose }: CustomersProps) {
  const [text, setText] = useState("");
  const search = useDeferredValue(text.trim());
  const variables = { first: 20, filter: search === "" ? null : { search } };
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteCustomersQuery(variables);
  const pages = data?.pages ?? [];
  const unavailable = new Map(
    pages.flatMap(({ customers }) => customers.unavailable.map((each) => [each.backend.key, each.backend.label])),
  );
  return (
    <nav>
      <input
        type="search"
        aria-label="Search customers"
        placeholder="Search"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {error && <p role="alert">{error.message}</p>}
      {[...unavailable].map(([key, label]) => (
        <p role="status" key={key}>
          {label} is not available.
        </p>
      ))}
      <ul>
        {pages
          .flatMap(({ customers }) => customers.nodes)
          .map(({ id, name, backend }) => (
            <li key={id}>
              <button type="button" aria-current={id === chosen} onClick={() => onChoose(id)}>
                {name} <small>{backend.label}</small>
              </button>
            </li>
          ))}
      </ul>
      {hasNextPage && (
        <button type="button" disabled={isFetchingNextPage} onClick={() => fetchNextPage()}>
          More
        </button>
      )}
    </nav>
  );
}
