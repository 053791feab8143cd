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
