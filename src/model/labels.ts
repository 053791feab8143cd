/** A backend as whoever has to write its key reads it: "pbx (Telephony)". */
export function keyWithLabel(key: string, label: string | undefined): string {
  return label === undefined || label === key ? key : `${key} (${label})`;
}
