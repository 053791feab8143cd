/**
 * Makes the browser download CSV as a file. It begins with a byte order mark: without it, Excel takes UTF-8 for the computer's older
 * encoding, and shows "Büro" as "BÃ¼ro". CSV that programs get from the gateway has none.
 */
export function downloadCsv(name: string, csv: string): void {
  const address = URL.createObjectURL(new Blob(["\ufeff", csv], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
