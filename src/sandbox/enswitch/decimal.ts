/**
 * Exact decimals for the simulator: text on the wire and in rows, BigInt ten-thousandths for computing. Call prices have four
 * decimals; how many a real installation keeps is not documented.
 */

const places = 4;
const unit = 10n ** BigInt(places);

/** A decimal as a whole number of ten-thousandths; undefined when it is not one: `-`, digits, `.`, at most four decimals. */
export const parseDecimal = (text: string): bigint | undefined => {
  const match = /^(-?)(\d{1,15})(?:\.(\d{1,4}))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = ""] = match;
  const magnitude = BigInt(whole) * unit + BigInt(fraction.padEnd(places, "0"));
  return sign === "-" ? -magnitude : magnitude;
};

/** Ten-thousandths as text with at least two decimals: "10.00", "-0.0425". */
export const formatDecimal = (value: bigint): string => {
  const magnitude = value < 0n ? -value : value;
  const fraction = (magnitude % unit)
    .toString()
    .padStart(places, "0")
    .replace(/0{1,2}$/, "");
  return `${value < 0n ? "-" : ""}${magnitude / unit}.${fraction}`;
};

/** The ten-thousandths of a text that is known to be a decimal, e.g. from a row. Throws a RangeError otherwise. */
export const scaled = (text: string): bigint => {
  const value = parseDecimal(text);
  if (value === undefined) throw new RangeError(`Not a decimal: ${text}`);
  return value;
};

/** `value * numerator / denominator`, half away from zero to two decimal places. The denominator is positive. */
export const proportion = (value: bigint, numerator: bigint, denominator: bigint): bigint => {
  const cent = unit / 100n;
  const product = value * numerator;
  const divisor = denominator * cent;
  const magnitude = product < 0n ? -product : product;
  const cents = (2n * magnitude + divisor) / (2n * divisor);
  return (product < 0n ? -cents : cents) * cent;
};
