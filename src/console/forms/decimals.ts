/**
 * Amounts are typed as the API writes them: digits and a decimal point. Other notations are refused, never guessed: "1,234" is a
 * little more than one to some people, and more than a thousand to others. The message says what to write instead.
 */

const decimal = /^-?\d+(\.\d+)?$/;

/** What parts thousands in the reader's language: "." in German, "," in English. */
const readersMark = new Intl.NumberFormat().formatToParts(1_234_567).find(({ type }) => type === "group")?.value;

/** Explains why a typed number is refused; null when it is fine. */
export function decimalProblem(typed: string, thousandsMark = readersMark): string | null {
  const text = typed.trim();
  // To who writes 1.234 for more than a thousand, it looks right, and a thousandth of it would be charged.
  if (thousandsMark === "." && /^-?[1-9]\d{0,2}\.\d{3}$/.test(text)) return `Write it as ${text.replace(".", "")} or ${text}0`;
  if (decimal.test(text)) return null;
  const meant = meaningsOf(text);
  return meant.length === 0 ? "Must be a number such as 19.99" : `Write it as ${meant.join(" or ")}`;
}

/** The numbers that a text can mean: one, two if a lone comma may part thousands or decimals, or none if it is no number. */
function meaningsOf(typed: string): readonly string[] {
  // Spaces and apostrophes only ever part thousands. A typographic minus is a minus.
  const text = typed.replace(/[\s'’]/g, "").replace("−", "-");
  if (!/^-?\d[\d.,]*$/.test(text)) return [];
  const [commas, points] = [text.split(",").length - 1, text.split(".").length - 1];
  const without = (mark: string): string => text.replaceAll(mark, "");
  const meant =
    commas > 0 && points > 0
      ? text.lastIndexOf(",") > text.lastIndexOf(".")
        ? [without(".").replace(",", ".")]
        : [without(",")]
      : commas > 1
        ? [without(",")]
        : commas === 1
          ? [text.replace(",", "."), ...(/^-?[1-9]\d{0,2},\d{3}$/.test(text) ? [without(",")] : [])]
          : [points > 1 ? without(".") : text];
  return meant.filter((each) => decimal.test(each));
}
