import { holdsSecret } from "../settings.ts";

/**
 * What of a backend's own words a caller may read, the same for all backends: one plain sentence as a person writes it to a person.
 * Backends also put statements, addresses, paths, stack traces, pages and what they were sent into their messages; of those nothing
 * is shown, and the error says in the gateway's words what was refused. A sentence too many that is held back costs little. Pure.
 *
 * @param secrets the credentials that the backend was sent, and what was made of them
 * @returns null for what is not to be shown
 */
export function quote(words: string | null | undefined, secrets: readonly string[]): string | null {
  const sentence = words?.trim() ?? "";
  const isPlain = sentence.length < tooLong && plainText.test(sentence) && !machinery.some((pattern) => pattern.test(sentence));
  return isPlain && !holdsSecret(sentence, secrets) ? sentence : null;
}

/** The same of a name: an error's code ("ArgumentNullException"), a parameter ("bill_ref"). Long ones with digits may be keys. */
export function quoteName(name: string | null | undefined, secrets: readonly string[]): string | null {
  const isName = name != null && /^[A-Za-z]\w{0,59}$/.test(name) && !(/\d/.test(name) && name.length >= keyLength);
  return isName && !holdsSecret(name, secrets) ? name : null;
}

const keyLength = 20;

const tooLong = 200;

/** Letters of all scripts, digits, and what sentences are punctuated with. No control or format characters, no markup, no operators. */
const plainText = /^[\p{L}\p{M}\p{N}\p{Sc}\p{Zs}.,;:!?¿¡'’‘"“”„«»()_\-–—…·•%+/&#°№§、。，：；（）「」！？]+$/u;

/** What only programs write, or write about: each hides nothing that helps the person who reads it. */
const machinery: readonly RegExp[] = [
  // Addresses, also without a scheme; hosts, with a port or dotted; numbers of hosts; qualified names of classes, files of code.
  /:\/|\/\/|\bwww\.|\blocalhost\b|\b[a-z][\w-]*:\d{2,5}\b/i,
  /[\w-]+(?:\.[\w-]+){2,}|::|\b[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){3,}/i,
  /[\w-]\.(?:php|phtml|inc|[cm]?[jt]sx?|cs|vb|java|jar|class|py|pyc|pl|pm|rb|go|rs|lua|cpp|sql|sqlite|db|mdb|dll|exe|so|sh|bat|ps1|log|conf|config|cfg|ini|ya?ml|json|xml|csv|env|pem|key|crt|bak|tmp|html?|aspx?|jsp|cgi|svc|local|internal|lan)\b/i,
  // Paths from a root, or of more than one folder.
  /(?:^|[^\p{L}\p{N}])\/[\p{L}\p{N}_.-]+|[\p{L}\p{N}_.-]+\/[\p{L}\p{N}_.-]+\/|\b[a-z]:\//iu,
  // Statements and the words of databases.
  /\b(?:select|insert|update|delete|replace|merge|alter|drop|create|truncate|grant|revoke|union|exec(?:ute)?|declare|call)\b.*\b(?:from|into|set|table|where|values|select|procedure|database|schema|index|view|trigger|to|all)\b/i,
  /\b(?:where|having)\s+[\w."']+\s*(?:=|like|in|is|between)\b|\b(?:order|group)\s+by\b|\b(?:inner|outer|left|right|cross)\s+join\b/i,
  /sqlstate|\bsql\b|sql(?:ite)?3?[\s_-]?(?:error|server|syntax|exception)|mysql|mariadb|postgres|\bpg_|\bora-?\d|oracle|odbc|jdbc|mssql|sqlite|mongo|redis|database|syntax error|syntax to use|constraint|foreign key|primary key|unique key|duplicate (?:entry|key)|dead ?lock|\brelation\b|\b(?:unknown|invalid) (?:column|table)\b|\btable '|\bcolumn '/i,
  // Failures of programs.
  /exception\b|\btraceback|stack ?trace|backtrace|core dump|\bpanic\b|segmentation|null ?pointer|null ?reference|object reference|\bundefined (?:method|index|variable|offset|property|function|array|symbol|is)|\bis (?:undefined|not a function|not defined)|cannot read propert|unhandled|uncaught|fatal error|parse error|access violation|out of memory|memory (?:limit|exhausted)/i,
  /\bat\s+[\w$<]+[.(:]|\(\)|\bline\s*:?\s*\d|\bon line\b|->|=>|\b0x[0-9a-f]+|\berrno\b|\bE(?:CONN|NOENT|ACCES|PERM|TIMEDOUT|HOST|ADDR|PIPE|NOTFOUND|AI_)\w*/i,
  /\b(?:connection|connect|socket|handshake|certificate|ssl|tls|dns|proxy|upstream|gateway timeout|timed? ?out)\b.*\b(?:refused|reset|failed|failure|closed|error|to|expired|verify|unreachable)\b/i,
  // Credentials, by whatever they are called; and what looks like one.
  /pass(?:w|phrase|code)|\bpwd\b|\bpin\b|secret|token|credential|authori[sz]ation|authenticat|\bbasic\s|bearer|api.?key|private.?key|cookie|\bsession\b|\bjwt\b|\bcvv|\biban\b|card number|account number/i,
  /[\p{L}\p{N}+/_-]{32,}|(?=[\w+/-]*\d)(?=[\w+/-]*[a-z])(?=[\w+/-]*[A-Z])[\w+/-]{20,}/u,
  // Markup, formats and what a program has put in for what it did not know.
  /&(?:#|\w+;)|%[0-9a-f]{2}|%[sdif]\b|\\|"\s*:|'\s*:\s*['"\d]|\[object|\bNaN\b|\bnull\b.*\bnull\b|\p{M}{3,}/iu,
];
