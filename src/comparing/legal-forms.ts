/**
 * What companies have behind, or before, their names by law and what says nothing about who they are, as name.ts leaves it:
 * lower case, no marks, no dots. From the ELF code list of legal forms (ISO 20275, gleif.org), the usual ones of each country.
 */
export const legalForms: readonly string[] = [
  // English
  ...["ltd", "limited", "llc", "llp", "lp", "plc", "inc", "incorporated", "corp", "corporation", "co", "company", "pty", "pte"],
  // German
  ...["gmbh", "ggmbh", "ag", "kg", "kgaa", "ohg", "gbr", "ug", "mbh", "ek", "ev", "eg", "haftungsbeschränkt"],
  // French, Belgian, Swiss
  ...["sa", "sas", "sasu", "sarl", "eurl", "snc", "sci", "sem", "scop", "gie", "sprl", "bvba"],
  // Italian, Spanish, Portuguese
  ...["srl", "srls", "spa", "sapa", "sl", "slu", "sau", "slne", "lda", "ltda", "eireli", "me", "epp"],
  // Dutch, Nordic
  ...["bv", "nv", "vof", "cv", "ab", "aktiebolag", "hb", "as", "asa", "aps", "oy", "oyj", "tmi"],
  // Polish, Czech, Slovak, Hungarian, Romanian, Turkish
  ...["sp z oo", "spzoo", "spj", "sro", "vos", "ks", "spol", "kft", "zrt", "nyrt", "bt", "aş", "şti"],
  // Greek, Cyrillic
  ...["αε", "επε", "οε", "εε", "ικε", "ооо", "оао", "зао", "пао", "ао", "ип", "тов", "ат", "пп", "прат", "кт", "фоп"],
  // Chinese, Japanese, Korean, Arabic: written without a space as a rule
  ...["有限公司", "有限责任公司", "股份有限公司", "株式会社", "有限会社", "合同会社", "合資会社", "合名会社"],
  ...["주식회사", "유한회사", "شركة", "ذمم"],
];

/** Between the parts of a name: "&", "and" and their translations. */
export const conjunctions: readonly string[] = ["and", "und", "et", "och", "og", "en", "y", "e", "i", "та", "и", "και"];
