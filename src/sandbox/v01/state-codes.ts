/** USPS codes by the state's name: the API keeps at most three characters of a state (section 10.1). */
const unitedStates =
  "Alabama AL,Alaska AK,Arizona AZ,Arkansas AR,California CA,Colorado CO,Connecticut CT,Delaware DE,Florida FL,Georgia GA," +
  "Hawaii HI,Idaho ID,Illinois IL,Indiana IN,Iowa IA,Kansas KS,Kentucky KY,Louisiana LA,Maine ME,Maryland MD,Massachusetts MA," +
  "Michigan MI,Minnesota MN,Mississippi MS,Missouri MO,Montana MT,Nebraska NE,Nevada NV,New Hampshire NH,New Jersey NJ," +
  "New Mexico NM,New York NY,North Carolina NC,North Dakota ND,Ohio OH,Oklahoma OK,Oregon OR,Pennsylvania PA,Rhode Island RI," +
  "South Carolina SC,South Dakota SD,Tennessee TN,Texas TX,Utah UT,Vermont VT,Virginia VA,Washington WA,West Virginia WV," +
  "Wisconsin WI,Wyoming WY";

/** ISO 3166-2:DE codes by the Land's name. */
const germany =
  "Baden-Württemberg BW,Bayern BY,Berlin BE,Brandenburg BB,Bremen HB,Hamburg HH,Hessen HE,Mecklenburg-Vorpommern MV," +
  "Niedersachsen NI,Nordrhein-Westfalen NW,Rheinland-Pfalz RP,Saarland SL,Sachsen SN,Sachsen-Anhalt ST," +
  "Schleswig-Holstein SH,Thüringen TH";

const codes: ReadonlyMap<string, string> = new Map(
  `${unitedStates},${germany}`.split(",").map((entry) => [entry.slice(0, -3), entry.slice(-2)] as const),
);

/** The state as the API can keep it: a code, a name of up to three characters, or undefined. */
export const stateCodeOf = (name: string): string | undefined => {
  if (name === "") return undefined;
  return codes.get(name) ?? ([...name].length <= 3 ? name : undefined);
};
