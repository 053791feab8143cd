import { isUtf8 } from "node:buffer";
import { checkOf, type Diagnosis, type Patient, type Reply } from "./diagnosis.ts";

/** Checks the charset of a backend's answers, and the one that they declare. */

export function charsetCheck({ replies, settings }: Patient<{ readonly charset?: string }>): Diagnosis {
  const check = checkOf("charset", "answers are in UTF-8 or in their declared charset");
  const texts = replies.filter(({ json }) => json !== undefined);
  const wrong = texts.find(({ isGuessed }) => isGuessed) ?? texts.find((reply) => undisguised(reply) !== null);
  if (wrong) {
    const { charset = "", isGuessed } = wrong;
    const written = isGuessed ? charset : "utf-8";
    const claim = settings.charset === undefined || settings.charset === "declared" ? "its answers declare" : "`charset` says";
    return check.danger(`it writes ${written}, which is not what ${claim}`, `charset: ${written}`);
  }
  const other = texts.find(({ charset = "utf-8" }) => charset !== "utf-8")?.charset;
  const written = other === undefined ? "UTF-8" : other;
  const shown = texts.map(({ json }) => JSON.stringify(json));
  if (shown.some((text) => text.includes("\ufffd"))) {
    return check.differs(`it writes ${written}; some of its texts contain lost letters (U+FFFD)`);
  }
  if (other !== undefined) return check.differs(`it writes ${written}`);
  const hasLetters = shown.some((text) => /[^\p{ASCII}]/u.test(text));
  return hasLetters ? check.agrees("it writes UTF-8") : check.untold("no answer has a letter beyond ASCII");
}

/**
 * Reads an answer as UTF-8 that was decoded with a single-byte charset: "Müßig" from "MÃ¼ÃŸig". Null where its bytes are not UTF-8; no other
 * text is by chance.
 */
export function undisguised({ json, charset = "utf-8" }: Pick<Reply, "json" | "charset">): { readonly json: unknown } | null {
  if (json === undefined || charset.startsWith("utf-")) return null;
  const decoder = new TextDecoder(charset);
  const bytes = new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(Uint8Array.of(byte)), byte]));
  let letters = 0;
  let others = 0;
  const text = JSON.stringify(json).replace(/[^\p{ASCII}]+/gu, (run) => {
    const written = Array.from(run, (letter) => bytes.get(letter) ?? -1);
    if (written.includes(-1) || !isUtf8(Uint8Array.from(written))) others += 1;
    else letters += 1;
    return Buffer.from(Uint8Array.from(written)).toString("utf8");
  });
  return letters > 0 && others === 0 ? { json: JSON.parse(text) } : null;
}
