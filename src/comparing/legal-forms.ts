/**
 * Legal forms of companies, which stand before or after a name and do not identify it. They are written as name.ts leaves them:
 * lower case, no marks, no dots. Source: the usual ones of each country in the ELF code list (ISO 20275, gleif.org).
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
  // Chinese, Japanese, Korean, Arabic: usually written without a space
  ...["有限公司", "有限责任公司", "股份有限公司", "株式会社", "有限会社", "合同会社", "合資会社", "合名会社"],
  ...["주식회사", "유한회사", "شركة", "ذمم"],
];

/** "and" in several languages, as it joins the parts of a name. */
export const conjunctions: readonly string[] = ["and", "und", "et", "och", "og", "en", "y", "e", "i", "та", "и", "και"];
