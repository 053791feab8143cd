import { memoised, memoisedByPlace } from "../../model/memoised.ts";
import type { Raw } from "../../model/model.ts";
import { holdsSecret } from "../settings.ts";

/**
 * Decides whether a caller may read a backend's own words, the same for all backends: only one plain sentence as people write it. Backends
 * also put SQL, addresses, paths, stack traces, pages and requests into their messages; none of that is shown, and the error says in the
 * gateway's words what was refused. A harmless sentence that is held back costs little. Pure.
 *
 * @param secrets the credentials that the backend was sent, and values derived from them
 * @returns the words, or null where they must not be shown
 */
export function quote(words: string | null | undefined, secrets: readonly string[]): string | null {
  const sentence = words?.trim() ?? "";
  const isPlain = sentence.length < tooLong && plainText.test(sentence) && !isAny([...machinery, ...keys], sentence);
  return isPlain && !holdsSecret(sentence, secrets) ? sentence : null;
}

/** The same for a name: an error's code ("ArgumentNullException"), a parameter ("bill_ref"). */
export function quoteName(name: string | null | undefined, secrets: readonly string[]): string | null {
  const isName = name != null && /^[A-Za-z]\w{0,59}$/.test(name) && !isAny(keys, name);
  return isName && !holdsSecret(name, secrets) ? name : null;
}

function isAny(patterns: readonly RegExp[], text: string): boolean {
  return patterns.some((pattern) => pattern.test(text));
}

const tooLong = 200;

/** Letters of all scripts, digits and punctuation of sentences. No control or format characters, no markup, no operators. */
const plainText = /^[\p{L}\p{M}\p{N}\p{Sc}\p{Zs}.,;:!?¿¡'’‘"“”„«»()_\-–—…·•%+/&#°№§、。，：；（）「」！？]+$/u;

/** Texts that only programs write: hiding them takes nothing from the reader. */
const machinery: readonly RegExp[] = [
  // Addresses, also without a scheme; hosts, with a port or dotted; numbers of hosts; qualified names of classes, tables and files.
  /:\/|\/\/|\bwww\.|\blocalhost\b|\b[a-z][\w-]*:\d{2,5}\b|\b(?:javascript|vbscript|data|file|ftp|ssh|ldap|mailto|tel|urn):\S/i,
  /\w{2,}\.[a-z]{2,}|[\w-]+(?:\.[\w-]+){2,}|::|\b[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){3,}/i,
  // Paths from a root, or of more than one folder.
  /(?:^|[^\p{L}\p{N}])\/[\p{L}\p{N}_.-]+|[\p{L}\p{N}_.-]+\/[\p{L}\p{N}_.-]+\/|\b[a-z]:\/|\.\.\//iu,
  // SQL, and messages of databases.
  /\b(?:select|insert|update|delete|replace|merge|alter|drop|create|truncate|grant|revoke|union|declare)\b.*\b(?:from|into|set|table|where|values|select|procedure|database|schema|trigger)\b/i,
  /\b(?:where|having)\s+[\w."']+\s*(?:=|like|in|is|between)\b|\b(?:order|group)\s+by\b|\b(?:inner|outer|left|right|cross)\s+join\b|\b[sx]p_\w|\bexec(?:ute)?\s+\w+_\w/i,
  /\b(?:SELECT|INSERT|DELETE|DROP|ALTER|EXEC|UNION|WHERE|TRUNCATE|GRANT)\b|;\s*[A-Z]{3,}\b|--/,
  /sqlstate|\bsql\b|sql(?:ite)?3?[\s_-]?(?:error|server|syntax|exception)|mysql|mariadb|postgres|\bpg_|\bora-?\d|oracle|odbc|jdbc|mssql|sqlite|mongo|redis|database|\bsyntax\b|constraint|foreign key|primary key|unique key|duplicate (?:entry|key)|dead ?lock|lock wait|\brelation\b|\bcolumns?\b|\bcollations?\b|\b(?:unknown|invalid) (?:table|object)\b|\btable '|would be truncated|\boperator does not/i,
  /access denied|log-?in failed|permission denied|no such file|file or directory/i,
  // Failures of programs.
  /exception\b|\btraceback|stack ?trace|backtrace|core dump|\bpanic\b|seg(?:mentation )?fault|null ?pointer|null ?reference|object reference|non-object|\bundefined (?:method|index|variable|offset|property|function|array|symbol|is)|\bis (?:undefined|not a function|not defined)|\bpropert(?:y|ies) of\b|unhandled|uncaught|fatal error|parse error|access violation|out of memory|memory (?:limit|exhausted)/i,
  /\b[A-Za-z]+(?:[a-z]Error|Fault)\b|\b(?:value|type|key|name|index|attribute|runtime|assertion|reference|range|nomethod)error\b/i,
  /\bat\s+[\w$<]+[.(:]|\w\((?!s\))[^)\s]*\)|\bline\s*:?\s*\d|\bon line\b|->|=>|\b0x[0-9a-f]+|\berrno\b|\bE(?:CONN|NOENT|ACCES|PERM|TIMEDOUT|HOST|ADDR|PIPE|NOTFOUND|AI_)\w*/i,
  /\b(?:connection|connect|socket|handshake|certificate|ssl|tls|dns|proxy|upstream|gateway timeout|timed? ?out)\b.*\b(?:refused|reset|failed|failure|closed|error|to|expired|verify|unreachable)\b/i,
  // Credentials, by whatever they are called.
  /pass(?:w|phrase|code)|\bpwd\b|\bpin\b|secret|token|credential|authori[sz]ation|authenticat|\bbasic\s|bearer|api.?key|private.?key|cookie|\bsession\b|\bjwt\b|\bcvv|\biban\b|card number|account number/i,
  /kennwort|zugangsdaten|mot de passe|contrase|senha|wachtwoord|has[łl]o|parola\b|l[öo]senord|heslo|парол|パスワード|密码|密碼|암호|비밀번호|كلمة المرور|סיסמ|รหัสผ่าน/iu,
  // Markup, formats, and placeholders for unknown values.
  /&(?:#|\w+;)|%[0-9a-f]{2}|%[sdif]\b|\\|"\s*:|'\s*:\s*['"\d]|\[object|\bNaN\b|\bnull\b.*\bnull\b|\p{M}{3,}/iu,
];

/** Texts that look like credentials, or like numbers of cards or accounts. */
const keys: readonly RegExp[] = [
  /[\p{L}\p{N}+/_-]{32,}|(?=[\w+/-]*\d)(?=[\w+/-]*[a-z])(?=[\w+/-]*[A-Z])[\w+/-]{20,}|\b(?=\w*\d)[A-Z0-9]{16,}\b/u,
  /\b(?:[spr]k|gh[pousr]|xox[abpr]|akia|ssh|eyj)[_-]?\w{6,}|\bssh-|(?:\d[ -]?){12,}|\b[a-z]{2}\d{2} ?(?:[\da-z]{4} ?){2,}/i,
];

/** Whether a member is hidden; a function where that depends on its record. */
type Hidden = boolean | ((row: Raw) => boolean);

/**
 * Names of members that are never published, for all backends: credentials, bank and card data, identity documents. Operators name custom
 * columns as they like, so any name that contains such a word is secret. Adapters add their vendors' names.
 */
const secretName =
  /pass[_ -]?(?:w|phrase|code)|\bpwd\b|secret|token|credent|api.?key|private.?key|\bpin\b|bank|iban|\bbic\b|swift|routing|sort.?code|account.?n(?:umbe|o\b|r)|card|\bcsc\b|cvv|\bcvc|licen[cs]e|social.?security|\bssn\b|totp/i;

export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/**
 * The deepest nesting of records and lists that is shown. Beyond that, JSON parsers refuse the whole answer (.NET at 64, Ruby at 100, and an
 * answer has levels of its own), and recursive code runs out of stack.
 */
const deepest = 32;
const tooDeep = "(nested too deeply to be shown)";

/**
 * Makes `raw` from a backend's records: without hidden members, at any depth. `judge` tells for a name whether its members are hidden.
 *
 * Every record goes through it, although few queries ask for `raw`: so each name is judged once, and a record with nothing to hide is passed on
 * as it is. A getter would cost as much, as it gives each object a hidden class of its own.
 */
export function createRedaction(judge: (name: string) => Hidden): (row: Raw) => Raw {
  const judged = memoisedByPlace(memoised(judge));

  /** Visits each value once; a record is copied from its first changed member on. */
  function redacted(row: Raw, depth: number): Raw {
    let kept: Record<string, unknown> | null = null;
    let place = 0;
    for (const name in row) {
      const value = row[name];
      const hidden = isHidden(row, name, place);
      place += 1;
      const shown = hidden || typeof value !== "object" ? value : redactedValue(value, depth);
      if (kept === null && (hidden || shown !== value)) kept = membersBefore(row, name);
      if (kept !== null && !hidden) addMember(kept, name, shown);
    }
    return kept ?? row;
  }

  function isHidden(row: Raw, name: string, place: number): boolean {
    const hidden = judged(name, place);
    return typeof hidden === "boolean" ? hidden : hidden(row);
  }

  /** The same value where nothing in it is hidden. */
  function redactedValue(value: unknown, depth: number): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (depth === deepest) return tooDeep;
    if (!Array.isArray(value)) return redacted(value as Raw, depth + 1);
    const items = value.map((item) => redactedValue(item, depth + 1));
    return items.every((item, index) => item === value[index]) ? value : items;
  }

  return (row) => redacted(row, 0);
}

function membersBefore(row: Raw, name: string): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const each in row) {
    if (each === name) break;
    addMember(members, each, row[each]);
  }
  return members;
}

/** As Object.fromEntries does, which would need an array for each member. */
function addMember(members: Record<string, unknown>, name: string, value: unknown): void {
  // Assigned, this one would be the prototype.
  if (name === "__proto__") Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true });
  else members[name] = value;
}
