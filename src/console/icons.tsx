/** The icons of the page: lines on a grid of 24 by 24, in the colour of the text around them. Decoration, never the only name. */

const lines = {
  work: "M4 13l2.5-8h11L20 13v6H4zM4 13h5l1.5 2.5h3L15 13h5",
  backends: "M4 5h16v5H4zM4 14h16v5H4zM8 7.5h.01M8 16.5h.01",
  customers:
    "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8M2 21v-1a6 6 0 0 1 6-6h2a6 6 0 0 1 6 6v1M16 3.5a4 4 0 0 1 0 7.5M19 14.5a6 6 0 0 1 3 5.5v1",
  accounts: "M9 15l6-6M11 6l1.5-1.5a4.2 4.2 0 0 1 6 6L17 12M13 18l-1.5 1.5a4.2 4.2 0 0 1-6-6L7 12",
  suggestions: "M4 6h7v12H4zM13 6h7v12h-7zM7 10h1M7 14h1M16 10h1M16 14h1",
  taxes: "M6 18 18 6M7.5 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4M16.5 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4",
  operations: "M12 7v5l3 2M21 12a9 9 0 1 1-3-6.7L21 8M21 3v5h-5",
  runs: "M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 16h7M2 7v14",
  search: "M11 19a8 8 0 1 0 0-16 8 8 0 0 0 0 16M21 21l-4.3-4.3",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.5 1.5M17.5 17.5 19 19M5 19l1.5-1.5M17.5 6.5 19 5",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
  account: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4 21a8 8 0 0 1 16 0",
  key: "M15 13a5 5 0 1 0-4.6-3L3 17.4V21h3.6l1-1v-2h2l2.4-2.4a5 5 0 0 0 3-2.6M16 8h.01",
  system: "M3 4h18v12H3zM8 20h8M12 16v4",
} as const;

export type IconName = keyof typeof lines;

export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={lines[name]} />
    </svg>
  );
}
