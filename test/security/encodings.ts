/** Finds a secret in any output of a program, in any encoding. Pure. */

export interface Secret {
  /** Whose or what it is; appears in messages instead of the secret. */
  readonly name: string;
  /** Printable ASCII, long enough not to occur by chance. Case does not matter, except in base64. */
  readonly text: string;
}

/** An output: a header, a log line, the bytes of a file (as latin1). */
export interface Evidence {
  readonly place: string;
  readonly text: string;
}

export interface Finding {
  readonly place: string;
  readonly secret: string;
  readonly encoding: string;
  /** The surrounding text, for a person to recognise it. */
  readonly excerpt: string;
}

interface Form {
  readonly encoding: string;
  readonly text: string;
  /** Compared in lower case. */
  readonly folded: boolean;
}

/**
 * A text as encoders write it. Searched within longer texts that were encoded as a whole. In base64 that gives three spellings,
 * by the position in a group of three bytes. Percent-encoding and JSON leave letters and digits unchanged, so only their spelling
 * of every character is a form of its own.
 */
function formsOf(text: string): readonly Form[] {
  const bytes = [...Buffer.from(text, "utf8")];
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0"));
  return [
    { encoding: "plain", text: text.toLowerCase(), folded: true },
    { encoding: "hex", text: hex.join(""), folded: true },
    { encoding: "percent-encoded", text: hex.map((pair) => `%${pair}`).join(""), folded: true },
    { encoding: "JSON-escaped", text: hex.map((pair) => `\\u00${pair}`).join(""), folded: true },
    ...[encodeURIComponent(text), JSON.stringify(text).slice(1, -1)]
      .filter((written) => written !== text)
      .map((written) => ({ encoding: "escaped", text: written.toLowerCase(), folded: true })),
    ...[0, 1, 2].flatMap((offset) => {
      const base64 = withinBase64(bytes, offset);
      const base64url = base64.replaceAll("+", "-").replaceAll("/", "_");
      return [
        { encoding: "base64", text: base64, folded: false },
        ...(base64url === base64 ? [] : [{ encoding: "base64url", text: base64url, folded: false }]),
      ];
    }),
  ];
}

/** The characters that depend on nothing but `bytes` when these stand so many bytes behind the start of a group of three. */
function withinBase64(bytes: readonly number[], offset: number): string {
  const text = Buffer.from([...Array<number>(offset).fill(0), ...bytes]).toString("base64");
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}

/** Every secret in every text, once for each encoding that it was found in there. */
export function findSecrets(evidence: readonly Evidence[], secrets: readonly Secret[]): readonly Finding[] {
  const sought = secrets.map(({ name, text }) => ({ name, forms: formsOf(text) }));
  return evidence.flatMap(({ place, text }) => {
    const folded = text.toLowerCase();
    return sought.flatMap(({ name, forms }) =>
      forms.flatMap((form) => {
        const index = (form.folded ? folded : text).indexOf(form.text);
        if (index < 0) return [];
        const excerpt = text.slice(Math.max(0, index - 60), index + form.text.length + 20);
        return [{ place, secret: name, encoding: form.encoding, excerpt }];
      }),
    );
  });
}
