/**
 * Amounts are typed as the API writes them: with a point, and nothing else. What people of other countries type is never read: "1,234" is
 * one and a bit to some and more than a thousand to others. It is refused with what to write instead.
 */

const decimal = /^-?\d+(\.\d+)?$/;

/** What is wrong with a number as it was typed; null for nothing. */
export function decimalProblem(typed: string): string | null {
  const text = typed.trim();
  if (decimal.test(text)) return null;
  const meant = meaningsOf(text);
  return meant.length === 0 ? "Must be a number such as 19.99" : `Write it as ${meant.join(" or ")}`;
}

/** What it can mean: one number, two where a lone comma may part thousands or decimals, or none where it is no number. */
function meaningsOf(typed: string): readonly string[] {
  // Spaces of every width and apostrophes only ever part thousands; the minus of typesetting is a minus.
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
