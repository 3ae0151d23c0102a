
#include "export_country.h"


/* short names, for a row a line */

#define OTHER  EXPORT_COUNTRY_OTHER
#define EEA    EXPORT_COUNTRY_EEA
#define UK     EXPORT_COUNTRY_UK
#define CH     EXPORT_COUNTRY_CH
#define NONE   EXPORT_COUNTRY_UNKNOWN
#define MAYBE  EXPORT_COUNTRY_UNKNOWN_EEA

#define ISO_3166      "https://www.iso.org/glossary-for-iso-3166.html"
#define ISO_3166_3    "https://www.iso.org/standard/72482.html"
#define RESERVED      "https://wikimili.com/en/ISO_3166-1_alpha-2"
#define TEU_52        "https://eur-lex.europa.eu/eli/treaty/teu_2012/art_52/oj"
#define TFEU_355                                                              \
    "https://eur-lex.europa.eu/eli/treaty/tfeu_2012/art_355/oj"
#define EEA_JC_154    "https://eur-lex.europa.eu/eli/dec/2018/1022/oj"
#define ENLARGEMENT   "https://enlargement.ec.europa.eu/"
#define ADEQUACY                                                              \
    "http://eur-lex.europa.eu/legal-content/EN/TXT/?uri=COM:2024:0007:FIN"
#define EUROSTAT                                                              \
    "http://epp.eurostat.ec.europa.eu/statistics_explained/index.php/"        \
    "Tutorial:Country_codes_and_protocol_order"
#define EU_DCF                                                                \
    "https://dcf.ec.europa.eu/data-calls/definitions-and-terminology/g/"      \
    "geographical-indicator_en"
#define CNIL                                                                  \
    "https://www.cnil.fr/fr/"                                                 \
    "comment-la-loi-informatique-et-libertes-sapplique-t-elle-loutre-mer"
#define LIL                                                                   \
    "https://legal.tricoteuses.fr/articles/JORFARTI000038230152"
#define PROP_56_LS                                                            \
    "https://www.regjeringen.no/no/dokumenter/prop.-56-ls-20172018/"          \
    "id2594627/?ch=5"
#define UK_GDPR       "https://www.legislation.gov.uk/eur/2016/679/contents"
#define UK_EORI       "https://www.gov.uk/eori"
#define FADP          "https://www.fedlex.admin.ch/eli/cc/2022/491/en"
#define GI_GRA                                                                \
    "https://www.gra.gi/index.php/data-protection/brexit/transition-faq"
#define MC_LAW                                                                \
    "https://www.99avocats.com/en/articles/20th-data-privacy-day-2026"
#define SM_GARANTE    "https://www.garanteprivacy.sm/"
#define VA_STATE      "https://www.vaticanstate.va/"
#define GEOIP_OLD     "https://github.com/maxmind/dev-site"
#define GEOIP_BINARY                                                          \
    "https://dev.maxmind.com/geoip/docs/databases/city-and-country/"          \
    "country-binary/"


static const export_country_t *export_country_alpha2(const char *code);
static const export_country_t *export_country_alpha3(const char *code);


const export_country_t  export_countries[] = {

    { "A1", "",    NONE,  GEOIP_OLD,    "Anonymous proxy (old GeoIP)",
      "pseudo-code, not a country" },
    { "A2", "",    NONE,  GEOIP_OLD,    "Satellite provider (old GeoIP)",
      "pseudo-code, not a country" },
    { "AC", "",    OTHER, RESERVED,     "Ascension Island",
      "exceptionally reserved; part of SH" },
    { "AD", "AND", OTHER, ADEQUACY,     "Andorra",
      "not EU or EEA; Llei 29/2021; EU adequacy kept 2024" },
    { "AE", "ARE", OTHER, ISO_3166,     "United Arab Emirates",
      "third country" },
    { "AF", "AFG", OTHER, ISO_3166,     "Afghanistan", "third country" },
    { "AG", "ATG", OTHER, ISO_3166,     "Antigua & Barbuda", "third country" },
    { "AI", "AIA", OTHER, UK_GDPR,      "Anguilla",
      "British Overseas Territory, outside UK GDPR" },
    { "AL", "ALB", OTHER, ENLARGEMENT,  "Albania",
      "EU candidate in Nov 2026; look again yearly" },
    { "AM", "ARM", OTHER, ISO_3166,     "Armenia", "third country" },
    { "AN", "ANT", MAYBE, ISO_3166_3,   "Netherlands Antilles",
      "withdrawn 2010; islands of the Kingdom of the Netherlands, "
      "now BQ CW SX" },
    { "AO", "AGO", OTHER, ISO_3166,     "Angola", "third country" },
    { "AP", "",    NONE,  GEOIP_OLD,    "Asia/Pacific region (old GeoIP)",
      "pseudo-code, not a country" },
    { "AQ", "ATA", OTHER, ISO_3166,     "Antarctica",
      "no sovereign data-protection law" },
    { "AR", "ARG", OTHER, ISO_3166,     "Argentina", "third country" },
    { "AS", "ASM", OTHER, ISO_3166,     "Samoa (American)", "third country" },
    { "AT", "AUT", EEA,   TEU_52,       "Austria", "EU member state" },
    { "AU", "AUS", OTHER, ISO_3166,     "Australia", "third country" },
    { "AW", "ABW", OTHER, TFEU_355,     "Aruba",
      "Dutch OCT, TFEU Annex II; own law" },
    { "AX", "ALA", EEA,   TFEU_355,     "Aland Islands",
      "part of Finland; the Treaties apply, TFEU 355(4)" },
    { "AZ", "AZE", OTHER, ISO_3166,     "Azerbaijan", "third country" },

    { "BA", "BIH", OTHER, ENLARGEMENT,  "Bosnia & Herzegovina",
      "EU candidate in Nov 2026; look again yearly" },
    { "BB", "BRB", OTHER, ISO_3166,     "Barbados", "third country" },
    { "BD", "BGD", OTHER, ISO_3166,     "Bangladesh", "third country" },
    { "BE", "BEL", EEA,   TEU_52,       "Belgium", "EU member state" },
    { "BF", "BFA", OTHER, ISO_3166,     "Burkina Faso", "third country" },
    { "BG", "BGR", EEA,   TEU_52,       "Bulgaria", "EU member state" },
    { "BH", "BHR", OTHER, ISO_3166,     "Bahrain", "third country" },
    { "BI", "BDI", OTHER, ISO_3166,     "Burundi", "third country" },
    { "BJ", "BEN", OTHER, ISO_3166,     "Benin", "third country" },
    { "BL", "BLM", OTHER, CNIL,         "St Barthelemy",
      "OCT since 1 Jan 2012; French law extends the rules under GDPR to it" },
    { "BM", "BMU", OTHER, UK_GDPR,      "Bermuda",
      "British Overseas Territory, outside UK GDPR" },
    { "BN", "BRN", OTHER, ISO_3166,     "Brunei", "third country" },
    { "BO", "BOL", OTHER, ISO_3166,     "Bolivia", "third country" },
    { "BQ", "BES", OTHER, TFEU_355,     "Caribbean NL",
      "Dutch OCT, TFEU Annex II; own law (Wbp BES)" },
    { "BR", "BRA", OTHER, ISO_3166,     "Brazil", "third country" },
    { "BS", "BHS", OTHER, ISO_3166,     "Bahamas", "third country" },
    { "BT", "BTN", OTHER, ISO_3166,     "Bhutan", "third country" },
    { "BU", "BUR", OTHER, ISO_3166_3,   "Burma", "withdrawn 1989; now MM" },
    { "BV", "BVT", OTHER, PROP_56_LS,   "Bouvet Island",
      "Norwegian dependency outside the EEA; uninhabited" },
    { "BW", "BWA", OTHER, ISO_3166,     "Botswana", "third country" },
    { "BY", "BLR", OTHER, ISO_3166,     "Belarus", "third country" },
    { "BZ", "BLZ", OTHER, ISO_3166,     "Belize", "third country" },

    { "CA", "CAN", OTHER, ISO_3166,     "Canada", "third country" },
    { "CC", "CCK", OTHER, ISO_3166,     "Cocos (Keeling) Islands",
      "third country" },
    { "CD", "COD", OTHER, ISO_3166,     "Congo (Dem. Rep.)", "third country" },
    { "CF", "CAF", OTHER, ISO_3166,     "Central African Rep.",
      "third country" },
    { "CG", "COG", OTHER, ISO_3166,     "Congo (Rep.)", "third country" },
    { "CH", "CHE", CH,    FADP,         "Switzerland",
      "revised FADP, in force since 1 Sep 2023" },
    { "CI", "CIV", OTHER, ISO_3166,     "Côte d'Ivoire", "third country" },
    { "CK", "COK", OTHER, ISO_3166,     "Cook Islands", "third country" },
    { "CL", "CHL", OTHER, ISO_3166,     "Chile", "third country" },
    { "CM", "CMR", OTHER, ISO_3166,     "Cameroon", "third country" },
    { "CN", "CHN", OTHER, ISO_3166,     "China", "third country" },
    { "CO", "COL", OTHER, ISO_3166,     "Colombia", "third country" },
    { "CP", "",    EEA,   RESERVED,     "Clipperton Island",
      "exceptionally reserved; uninhabited, ruled by France directly" },
    { "CQ", "",    OTHER, RESERVED,     "Sark",
      "exceptionally reserved; part of GG" },
    { "CR", "CRI", OTHER, ISO_3166,     "Costa Rica", "third country" },
    { "CS", "CSK", MAYBE, ISO_3166_3,   "Czechoslovakia; Serbia and Montenegro",
      "withdrawn 1993, now CZ SK; and again 2006, now RS ME" },
    { "CT", "CTE", OTHER, ISO_3166_3,   "Canton & Enderbury Islands",
      "withdrawn 1984; now part of KI" },
    { "CU", "CUB", OTHER, ISO_3166,     "Cuba", "third country" },
    { "CV", "CPV", OTHER, ISO_3166,     "Cape Verde", "third country" },
    { "CW", "CUW", OTHER, TFEU_355,     "Curaçao",
      "Dutch OCT, TFEU Annex II; own law" },
    { "CX", "CXR", OTHER, ISO_3166,     "Christmas Island", "third country" },
    { "CY", "CYP", EEA,   TFEU_355,     "Cyprus",
      "EU member state, the north too; the SBAs have no code of their own" },
    { "CZ", "CZE", EEA,   TEU_52,       "Czech Republic", "EU member state" },

    { "DD", "DDR", EEA,   ISO_3166_3,   "German Democratic Republic",
      "withdrawn 1990; now part of DE" },
    { "DE", "DEU", EEA,   TEU_52,       "Germany",
      "EU member state, with Buesingen and Heligoland" },
    { "DG", "",    OTHER, RESERVED,     "Diego Garcia",
      "exceptionally reserved; part of IO" },
    { "DJ", "DJI", OTHER, ISO_3166,     "Djibouti", "third country" },
    { "DK", "DNK", EEA,   TEU_52,       "Denmark",
      "EU member state; FO and GL have codes of their own" },
    { "DM", "DMA", OTHER, ISO_3166,     "Dominica", "third country" },
    { "DO", "DOM", OTHER, ISO_3166,     "Dominican Republic", "third country" },
    { "DY", "DHY", OTHER, ISO_3166_3,   "Dahomey", "withdrawn 1977; now BJ" },
    { "DZ", "DZA", OTHER, ISO_3166,     "Algeria", "third country" },

    { "EA", "",    EEA,   RESERVED,     "Ceuta and Melilla",
      "part of ES, exceptionally reserved" },
    { "EC", "ECU", OTHER, ISO_3166,     "Ecuador", "third country" },
    { "EE", "EST", EEA,   TEU_52,       "Estonia", "EU member state" },
    { "EG", "EGY", OTHER, ISO_3166,     "Egypt", "third country" },
    { "EH", "ESH", OTHER, ISO_3166,     "Western Sahara", "third country" },
    { "EL", "",    EEA,   EUROSTAT,     "Greece (EU usage)",
      "another code for GR; EU usage, VAT numbers" },
    { "ER", "ERI", OTHER, ISO_3166,     "Eritrea", "third country" },
    { "ES", "ESP", EEA,   TFEU_355,     "Spain",
      "EU member state, with the Canary Islands, Ceuta and Melilla" },
    { "ET", "ETH", OTHER, ISO_3166,     "Ethiopia", "third country" },
    { "EU", "",    MAYBE, GEOIP_BINARY, "European Union / Europe",
      "in old databases \"Europe, country not known\"; taken for eea" },
    { "EZ", "",    MAYBE, RESERVED,     "Eurozone",
      "exceptionally reserved, Eurozone; taken for eea" },

    { "FI", "FIN", EEA,   TEU_52,       "Finland", "EU member state" },
    { "FJ", "FJI", OTHER, ISO_3166,     "Fiji", "third country" },
    { "FK", "FLK", OTHER, UK_GDPR,      "Falkland Islands",
      "British Overseas Territory, outside UK GDPR" },
    { "FM", "FSM", OTHER, ISO_3166,     "Micronesia", "third country" },
    { "FO", "FRO", OTHER, ADEQUACY,     "Faroe Islands",
      "the Treaties do not apply, TFEU 355(5)(a); EU adequacy kept 2024" },
    { "FQ", "",    OTHER, ISO_3166_3,   "French S. and Antarctic Terr.",
      "withdrawn 1979; now TF and part of AQ" },
    { "FR", "FRA", EEA,   TEU_52,       "France",
      "EU member state; often also GP MQ GF RE YT MF" },
    { "FX", "FXX", EEA,   RESERVED,     "France, Metropolitan",
      "part of FR, exceptionally reserved" },

    { "GA", "GAB", OTHER, ISO_3166,     "Gabon", "third country" },
    { "GB", "GBR", UK,    UK_GDPR,      "United Kingdom",
      "UK GDPR and DPA 2018, as amended by DUAA 2025" },
    { "GD", "GRD", OTHER, ISO_3166,     "Grenada", "third country" },
    { "GE", "GEO", OTHER, ENLARGEMENT,  "Georgia",
      "EU candidate in Nov 2026; look again yearly" },
    { "GF", "GUF", EEA,   CNIL,         "French Guiana",
      "EU outermost region; GDPR applies" },
    { "GG", "GGY", OTHER, ADEQUACY,     "Guernsey",
      "Crown dependency, own law of 2017 (Alderney and Sark too)" },
    { "GH", "GHA", OTHER, ISO_3166,     "Ghana", "third country" },
    { "GI", "GIB", OTHER, GI_GRA,       "Gibraltar",
      "British Overseas Territory; own GDPR and DPA since 1 Jan 2021" },
    { "GL", "GRL", OTHER, TFEU_355,     "Greenland",
      "left the EEC in 1985, TFEU Annex II; own law" },
    { "GM", "GMB", OTHER, ISO_3166,     "Gambia", "third country" },
    { "GN", "GIN", OTHER, ISO_3166,     "Guinea", "third country" },
    { "GP", "GLP", EEA,   CNIL,         "Guadeloupe",
      "EU outermost region; GDPR applies" },
    { "GQ", "GNQ", OTHER, ISO_3166,     "Equatorial Guinea", "third country" },
    { "GR", "GRC", EEA,   EUROSTAT,     "Greece",
      "EU member state, with Mount Athos; EU usage is EL" },
    { "GS", "SGS", OTHER, UK_GDPR,
      "South Georgia & the South Sandwich Islands",
      "British Overseas Territory, outside UK GDPR" },
    { "GT", "GTM", OTHER, ISO_3166,     "Guatemala", "third country" },
    { "GU", "GUM", OTHER, ISO_3166,     "Guam", "third country" },
    { "GW", "GNB", OTHER, ISO_3166,     "Guinea-Bissau", "third country" },
    { "GY", "GUY", OTHER, ISO_3166,     "Guyana", "third country" },

    { "HK", "HKG", OTHER, ISO_3166,     "Hong Kong", "third country" },
    { "HM", "HMD", OTHER, ISO_3166,     "Heard Island & McDonald Islands",
      "third country" },
    { "HN", "HND", OTHER, ISO_3166,     "Honduras", "third country" },
    { "HR", "HRV", EEA,   TEU_52,       "Croatia", "EU member state" },
    { "HT", "HTI", OTHER, ISO_3166,     "Haiti", "third country" },
    { "HU", "HUN", EEA,   TEU_52,       "Hungary", "EU member state" },
    { "HV", "HVO", OTHER, ISO_3166_3,   "Upper Volta",
      "withdrawn 1984; now BF" },

    { "IC", "",    EEA,   EU_DCF,       "Canary Islands",
      "part of ES, exceptionally reserved; EU outermost region" },
    { "ID", "IDN", OTHER, ISO_3166,     "Indonesia", "third country" },
    { "IE", "IRL", EEA,   TEU_52,       "Ireland", "EU member state" },
    { "IL", "ISR", OTHER, ISO_3166,     "Israel", "third country" },
    { "IM", "IMN", OTHER, ADEQUACY,     "Isle of Man",
      "Crown dependency, own law of 2018" },
    { "IN", "IND", OTHER, ISO_3166,     "India", "third country" },
    { "IO", "IOT", OTHER, UK_GDPR,      "British Indian Ocean Territory",
      "British Overseas Territory, outside UK GDPR" },
    { "IQ", "IRQ", OTHER, ISO_3166,     "Iraq", "third country" },
    { "IR", "IRN", OTHER, ISO_3166,     "Iran", "third country" },
    { "IS", "ISL", EEA,   EEA_JC_154,   "Iceland",
      "EFTA-EEA state; GDPR is in the EEA Agreement" },
    { "IT", "ITA", EEA,   TEU_52,       "Italy",
      "EU member state, with Campione and Livigno" },

    { "JE", "JEY", OTHER, ADEQUACY,     "Jersey",
      "Crown dependency, own law of 2018" },
    { "JM", "JAM", OTHER, ISO_3166,     "Jamaica", "third country" },
    { "JO", "JOR", OTHER, ISO_3166,     "Jordan", "third country" },
    { "JP", "JPN", OTHER, ISO_3166,     "Japan", "third country" },
    { "JT", "JTN", OTHER, ISO_3166_3,   "Johnston Island",
      "withdrawn 1986; now part of UM" },

    { "KE", "KEN", OTHER, ISO_3166,     "Kenya", "third country" },
    { "KG", "KGZ", OTHER, ISO_3166,     "Kyrgyzstan", "third country" },
    { "KH", "KHM", OTHER, ISO_3166,     "Cambodia", "third country" },
    { "KI", "KIR", OTHER, ISO_3166,     "Kiribati", "third country" },
    { "KM", "COM", OTHER, ISO_3166,     "Comoros", "third country" },
    { "KN", "KNA", OTHER, ISO_3166,     "St Kitts & Nevis", "third country" },
    { "KP", "PRK", OTHER, ISO_3166,     "Korea (North)", "third country" },
    { "KR", "KOR", OTHER, ISO_3166,     "Korea (South)", "third country" },
    { "KW", "KWT", OTHER, ISO_3166,     "Kuwait", "third country" },
    { "KY", "CYM", OTHER, UK_GDPR,      "Cayman Islands",
      "British Overseas Territory, outside UK GDPR" },
    { "KZ", "KAZ", OTHER, ISO_3166,     "Kazakhstan", "third country" },

    { "LA", "LAO", OTHER, ISO_3166,     "Laos", "third country" },
    { "LB", "LBN", OTHER, ISO_3166,     "Lebanon", "third country" },
    { "LC", "LCA", OTHER, ISO_3166,     "St Lucia", "third country" },
    { "LI", "LIE", EEA,   EEA_JC_154,   "Liechtenstein",
      "EFTA-EEA state; GDPR is in the EEA Agreement" },
    { "LK", "LKA", OTHER, ISO_3166,     "Sri Lanka", "third country" },
    { "LR", "LBR", OTHER, ISO_3166,     "Liberia", "third country" },
    { "LS", "LSO", OTHER, ISO_3166,     "Lesotho", "third country" },
    { "LT", "LTU", EEA,   TEU_52,       "Lithuania", "EU member state" },
    { "LU", "LUX", EEA,   TEU_52,       "Luxembourg", "EU member state" },
    { "LV", "LVA", EEA,   TEU_52,       "Latvia", "EU member state" },
    { "LY", "LBY", OTHER, ISO_3166,     "Libya", "third country" },

    { "MA", "MAR", OTHER, ISO_3166,     "Morocco", "third country" },
    { "MC", "MCO", OTHER, MC_LAW,       "Monaco",
      "not EU or EEA; Law 1.565 of 3 Dec 2024" },
    { "MD", "MDA", OTHER, ENLARGEMENT,  "Moldova",
      "EU candidate in Nov 2026; look again yearly" },
    { "ME", "MNE", OTHER, ENLARGEMENT,  "Montenegro",
      "EU candidate in Nov 2026; look again yearly" },
    { "MF", "MAF", EEA,   CNIL,         "Saint-Martin (FR part)",
      "EU outermost region; GDPR applies" },
    { "MG", "MDG", OTHER, ISO_3166,     "Madagascar", "third country" },
    { "MH", "MHL", OTHER, ISO_3166,     "Marshall Islands", "third country" },
    { "MI", "MID", OTHER, ISO_3166_3,   "Midway Islands",
      "withdrawn 1986; now part of UM" },
    { "MK", "MKD", OTHER, ENLARGEMENT,  "North Macedonia",
      "EU candidate in Nov 2026; look again yearly" },
    { "ML", "MLI", OTHER, ISO_3166,     "Mali", "third country" },
    { "MM", "MMR", OTHER, ISO_3166,     "Myanmar (Burma)", "third country" },
    { "MN", "MNG", OTHER, ISO_3166,     "Mongolia", "third country" },
    { "MO", "MAC", OTHER, ISO_3166,     "Macau", "third country" },
    { "MP", "MNP", OTHER, ISO_3166,     "Northern Mariana Islands",
      "third country" },
    { "MQ", "MTQ", EEA,   CNIL,         "Martinique",
      "EU outermost region; GDPR applies" },
    { "MR", "MRT", OTHER, ISO_3166,     "Mauritania", "third country" },
    { "MS", "MSR", OTHER, UK_GDPR,      "Montserrat",
      "British Overseas Territory, outside UK GDPR" },
    { "MT", "MLT", EEA,   TEU_52,       "Malta", "EU member state" },
    { "MU", "MUS", OTHER, ISO_3166,     "Mauritius", "third country" },
    { "MV", "MDV", OTHER, ISO_3166,     "Maldives", "third country" },
    { "MW", "MWI", OTHER, ISO_3166,     "Malawi", "third country" },
    { "MX", "MEX", OTHER, ISO_3166,     "Mexico", "third country" },
    { "MY", "MYS", OTHER, ISO_3166,     "Malaysia", "third country" },
    { "MZ", "MOZ", OTHER, ISO_3166,     "Mozambique", "third country" },

    { "NA", "NAM", OTHER, ISO_3166,     "Namibia", "third country" },
    { "NC", "NCL", OTHER, LIL,          "New Caledonia",
      "OCT; French law extends the rules under GDPR to it" },
    { "NE", "NER", OTHER, ISO_3166,     "Niger", "third country" },
    { "NF", "NFK", OTHER, ISO_3166,     "Norfolk Island", "third country" },
    { "NG", "NGA", OTHER, ISO_3166,     "Nigeria", "third country" },
    { "NH", "NHB", OTHER, ISO_3166_3,   "New Hebrides",
      "withdrawn 1980; now VU" },
    { "NI", "NIC", OTHER, ISO_3166,     "Nicaragua", "third country" },
    { "NL", "NLD", EEA,   TEU_52,       "Netherlands",
      "EU member state, in Europe; AW CW SX BQ have codes of their own" },
    { "NO", "NOR", EEA,   EEA_JC_154,   "Norway",
      "EFTA-EEA state; GDPR is in the EEA Agreement" },
    { "NP", "NPL", OTHER, ISO_3166,     "Nepal", "third country" },
    { "NQ", "ATN", NONE,  ISO_3166_3,   "Dronning Maud Land",
      "withdrawn 1983; Norwegian claim, now part of AQ" },
    { "NR", "NRU", OTHER, ISO_3166,     "Nauru", "third country" },
    { "NT", "NTZ", NONE,  ISO_3166_3,   "Neutral Zone",
      "withdrawn 1993; divided between IQ and SA" },
    { "NU", "NIU", OTHER, ISO_3166,     "Niue", "third country" },
    { "NZ", "NZL", OTHER, ISO_3166,     "New Zealand", "third country" },

    { "O1", "",    NONE,  GEOIP_OLD,    "Other country (old GeoIP)",
      "pseudo-code, not a country" },
    { "OM", "OMN", OTHER, ISO_3166,     "Oman", "third country" },

    { "PA", "PAN", OTHER, ISO_3166,     "Panama", "third country" },
    { "PC", "PCI", NONE,  ISO_3166_3,   "Pacific Islands (trust terr.)",
      "withdrawn 1986; now FM MH MP PW" },
    { "PE", "PER", OTHER, ISO_3166,     "Peru", "third country" },
    { "PF", "PYF", OTHER, LIL,          "French Polynesia",
      "OCT; French law extends the rules under GDPR to it" },
    { "PG", "PNG", OTHER, ISO_3166,     "Papua New Guinea", "third country" },
    { "PH", "PHL", OTHER, ISO_3166,     "Philippines", "third country" },
    { "PK", "PAK", OTHER, ISO_3166,     "Pakistan", "third country" },
    { "PL", "POL", EEA,   TEU_52,       "Poland", "EU member state" },
    { "PM", "SPM", OTHER, CNIL,         "St Pierre & Miquelon",
      "OCT; French law extends the rules under GDPR to it" },
    { "PN", "PCN", OTHER, UK_GDPR,      "Pitcairn",
      "British Overseas Territory, outside UK GDPR" },
    { "PR", "PRI", OTHER, ISO_3166,     "Puerto Rico", "third country" },
    { "PS", "PSE", OTHER, ISO_3166,     "Palestine", "third country" },
    { "PT", "PRT", EEA,   TFEU_355,     "Portugal",
      "EU member state, with the Azores and Madeira" },
    { "PU", "PUS", OTHER, ISO_3166_3,   "US misc. Pacific Islands",
      "withdrawn 1986; now part of UM" },
    { "PW", "PLW", OTHER, ISO_3166,     "Palau", "third country" },
    { "PY", "PRY", OTHER, ISO_3166,     "Paraguay", "third country" },
    { "PZ", "PCZ", OTHER, ISO_3166_3,   "Panama Canal Zone",
      "withdrawn 1980; now part of PA" },

    { "QA", "QAT", OTHER, ISO_3166,     "Qatar", "third country" },

    { "RE", "REU", EEA,   CNIL,         "Reunion",
      "EU outermost region; GDPR applies" },
    { "RH", "RHO", OTHER, ISO_3166_3,   "Southern Rhodesia",
      "withdrawn 1980; now ZW" },
    { "RO", "ROU", EEA,   TEU_52,       "Romania", "EU member state" },
    { "RS", "SRB", OTHER, ENLARGEMENT,  "Serbia",
      "EU candidate in Nov 2026; look again yearly" },
    { "RU", "RUS", OTHER, ISO_3166,     "Russia", "third country" },
    { "RW", "RWA", OTHER, ISO_3166,     "Rwanda", "third country" },

    { "SA", "SAU", OTHER, ISO_3166,     "Saudi Arabia", "third country" },
    { "SB", "SLB", OTHER, ISO_3166,     "Solomon Islands", "third country" },
    { "SC", "SYC", OTHER, ISO_3166,     "Seychelles", "third country" },
    { "SD", "SDN", OTHER, ISO_3166,     "Sudan", "third country" },
    { "SE", "SWE", EEA,   TEU_52,       "Sweden", "EU member state" },
    { "SG", "SGP", OTHER, ISO_3166,     "Singapore", "third country" },
    { "SH", "SHN", OTHER, UK_GDPR,      "St Helena",
      "British Overseas Territory, outside UK GDPR" },
    { "SI", "SVN", EEA,   TEU_52,       "Slovenia", "EU member state" },
    { "SJ", "SJM", EEA,   PROP_56_LS,   "Svalbard and Jan Mayen",
      "Svalbard: not in the EEA Agreement, but under Norwegian GDPR law" },
    { "SK", "SVK", EEA,   TEU_52,       "Slovakia", "EU member state" },
    { "SL", "SLE", OTHER, ISO_3166,     "Sierra Leone", "third country" },
    { "SM", "SMR", OTHER, SM_GARANTE,   "San Marino",
      "not EU or EEA; Law 171 of 21 Dec 2018; watch the EU agreement" },
    { "SN", "SEN", OTHER, ISO_3166,     "Senegal", "third country" },
    { "SO", "SOM", OTHER, ISO_3166,     "Somalia", "third country" },
    { "SR", "SUR", OTHER, ISO_3166,     "Suriname", "third country" },
    { "SS", "SSD", OTHER, ISO_3166,     "South Sudan", "third country" },
    { "ST", "STP", OTHER, ISO_3166,     "Sao Tome & Principe",
      "third country" },
    { "SU", "SUN", MAYBE, ISO_3166_3,   "USSR",
      "withdrawn 1992; fifteen countries, EE LV LT among them" },
    { "SV", "SLV", OTHER, ISO_3166,     "El Salvador", "third country" },
    { "SX", "SXM", OTHER, TFEU_355,     "St Maarten (Dutch)",
      "Dutch OCT, TFEU Annex II; own law" },
    { "SY", "SYR", OTHER, ISO_3166,     "Syria", "third country" },
    { "SZ", "SWZ", OTHER, ISO_3166,     "Eswatini (Swaziland)",
      "third country" },

    { "T1", "",    NONE,  RESERVED,     "Tor exit (CDN geo headers)",
      "pseudo-code, not a country" },
    { "TA", "",    OTHER, RESERVED,     "Tristan da Cunha",
      "exceptionally reserved; part of SH" },
    { "TC", "TCA", OTHER, UK_GDPR,      "Turks & Caicos Is",
      "British Overseas Territory, outside UK GDPR" },
    { "TD", "TCD", OTHER, ISO_3166,     "Chad", "third country" },
    { "TF", "ATF", OTHER, LIL,          "French S. Terr.",
      "OCT; French law extends the rules under GDPR to it" },
    { "TG", "TGO", OTHER, ISO_3166,     "Togo", "third country" },
    { "TH", "THA", OTHER, ISO_3166,     "Thailand", "third country" },
    { "TJ", "TJK", OTHER, ISO_3166,     "Tajikistan", "third country" },
    { "TK", "TKL", OTHER, ISO_3166,     "Tokelau", "third country" },
    { "TL", "TLS", OTHER, ISO_3166,     "East Timor", "third country" },
    { "TM", "TKM", OTHER, ISO_3166,     "Turkmenistan", "third country" },
    { "TN", "TUN", OTHER, ISO_3166,     "Tunisia", "third country" },
    { "TO", "TON", OTHER, ISO_3166,     "Tonga", "third country" },
    { "TP", "TMP", OTHER, ISO_3166_3,   "Portuguese Timor, East Timor",
      "withdrawn 2002; now TL" },
    { "TR", "TUR", OTHER, ENLARGEMENT,  "Turkey",
      "EU candidate in Nov 2026; look again yearly" },
    { "TT", "TTO", OTHER, ISO_3166,     "Trinidad & Tobago", "third country" },
    { "TV", "TUV", OTHER, ISO_3166,     "Tuvalu", "third country" },
    { "TW", "TWN", OTHER, ISO_3166,     "Taiwan", "third country" },
    { "TZ", "TZA", OTHER, ISO_3166,     "Tanzania", "third country" },

    { "UA", "UKR", OTHER, ENLARGEMENT,  "Ukraine",
      "EU candidate in Nov 2026; look again yearly" },
    { "UG", "UGA", OTHER, ISO_3166,     "Uganda", "third country" },
    { "UK", "",    UK,    RESERVED,     "United Kingdom (reserved)",
      "another code for GB, exceptionally reserved; EU usage" },
    { "UM", "UMI", OTHER, ISO_3166,     "US minor outlying islands",
      "third country" },
    { "UN", "",    NONE,  RESERVED,     "United Nations",
      "exceptionally reserved; not a place" },
    { "US", "USA", OTHER, ISO_3166,     "United States", "third country" },
    { "UY", "URY", OTHER, ISO_3166,     "Uruguay", "third country" },
    { "UZ", "UZB", OTHER, ISO_3166,     "Uzbekistan", "third country" },

    { "VA", "VAT", OTHER, VA_STATE,     "Vatican City",
      "not EU or EEA; own general regulation of 2024" },
    { "VC", "VCT", OTHER, ISO_3166,     "St Vincent", "third country" },
    { "VD", "VDR", OTHER, ISO_3166_3,   "Viet-Nam, Dem. Rep.",
      "withdrawn 1977; now part of VN" },
    { "VE", "VEN", OTHER, ISO_3166,     "Venezuela", "third country" },
    { "VG", "VGB", OTHER, UK_GDPR,      "Virgin Islands (UK)",
      "British Overseas Territory, outside UK GDPR" },
    { "VI", "VIR", OTHER, ISO_3166,     "Virgin Islands (US)",
      "third country" },
    { "VN", "VNM", OTHER, ISO_3166,     "Vietnam", "third country" },
    { "VU", "VUT", OTHER, ISO_3166,     "Vanuatu", "third country" },

    { "WF", "WLF", OTHER, LIL,          "Wallis & Futuna",
      "OCT; French law extends the rules under GDPR to it" },
    { "WK", "WAK", OTHER, ISO_3166_3,   "Wake Island",
      "withdrawn 1986; now part of UM" },
    { "WS", "WSM", OTHER, ISO_3166,     "Samoa (western)", "third country" },

    { "XI", "",    UK,    UK_EORI,      "Northern Ireland (XI)",
      "Northern Ireland in VAT and EORI numbers; UK GDPR" },
    { "XK", "",    OTHER, RESERVED,     "Kosovo",
      "user-assigned, in common use; not EU or EEA" },
    { "XX", "",    NONE,  RESERVED,     "Unknown (CDN geo headers)",
      "pseudo-code, not a country" },

    { "YD", "YMD", OTHER, ISO_3166_3,   "Yemen, Democratic",
      "withdrawn 1990; now part of YE" },
    { "YE", "YEM", OTHER, ISO_3166,     "Yemen", "third country" },
    { "YT", "MYT", EEA,   CNIL,         "Mayotte",
      "EU outermost region since 1 Jan 2014; GDPR applies" },
    { "YU", "YUG", MAYBE, ISO_3166_3,   "Yugoslavia",
      "withdrawn 2003; HR and SI were in it until 1992" },

    { "ZA", "ZAF", OTHER, ISO_3166,     "South Africa", "third country" },
    { "ZM", "ZMB", OTHER, ISO_3166,     "Zambia", "third country" },
    { "ZR", "ZAR", OTHER, ISO_3166_3,   "Zaire", "withdrawn 1997; now CD" },
    { "ZW", "ZWE", OTHER, ISO_3166,     "Zimbabwe", "third country" },
    { "ZZ", "",    NONE,  RESERVED,     "Unknown (CLDR)",
      "pseudo-code, not a country" }
};


const unsigned  export_ncountries =
    sizeof(export_countries) / sizeof(export_countries[0]);


/* the first row of each letter, and the end */

static const uint16_t  export_country_first[] = {
      0,  21,  43,  66,  75,  86,  94, 113, 120,
    131, 136, 147, 158, 182, 197, 199, 216, 217,
    223, 245, 264, 272, 280, 283, 286, 290, 295
};


/* the rows that have an alpha-3 code, sorted by it */

static const uint16_t  export_country_by_alpha3[] = {
     18,   5,  11,   7,  19,   8,   3,  10,   4,  14,   9,  15,  13,
    249,   6, 192,  17,  16,  20,  28,  24,  29,  34,  25,  23,  26,
     27,  36,  21,  30,  41,  42,  31,  33,  35,  22,  32,  37,  38,
     39,  40,  46,  43,  44,  48,  51,  53,  49,  52,  45,  47,  50,
     54, 140,  61,  57,  58,  59,  60,  62,  63, 145,  64,  65,  66,
     67,  73,  69,  71,  70,  72,  74,  76,  78,  81,  79,  82,  77,
     83,  86,  87,  88,  92,  90,  89,  93,  94,  95,  97,  99, 100,
    101, 104, 105, 103, 111, 106, 107,  96, 102, 109,  98, 110, 112,
    113, 114, 115, 116, 117, 118, 119, 121, 124, 125, 126, 122, 128,
    127, 129, 123, 130, 132, 131, 133, 134, 135, 146, 136, 137, 138,
    139, 141, 143, 144, 147, 148, 152, 157, 149, 150, 151, 153, 154,
    155, 156, 170, 162, 158, 159, 160, 163, 177, 179, 164, 165, 166,
    167, 175, 168, 161, 169, 171, 181, 173, 174, 172, 176, 178, 180,
    288, 182, 183, 184, 185, 186, 187, 188, 195, 189, 190, 191, 193,
    194, 196, 198, 205, 199, 200, 208, 215, 201, 204, 213, 203, 206,
    209, 142, 211, 214, 210, 212, 202, 216, 217, 218, 219, 221, 222,
    223, 226, 235, 228, 108, 229, 231, 224, 233, 241, 234, 236, 207,
    220, 238, 239, 240, 237, 232, 230, 227, 244, 242, 225, 243, 247,
    248, 250, 251, 252, 253, 255, 254, 258, 257, 260, 256, 259, 261,
    262, 263, 265, 264, 267, 270, 269, 271, 272, 273, 274, 275, 276,
    277, 278, 279, 281, 280, 282, 287, 286, 289, 290, 292, 291, 293
};


const export_country_t *
export_country_find(const export_str_t *code)
{
    char    upper[4];
    u_char  c;
    size_t  i;

    if (code->len != 2 && code->len != 3) {
        return NULL;
    }

    memset(upper, 0, sizeof(upper));

    for (i = 0; i < code->len; i++) {
        c = export_lower(code->data[i]);
        upper[i] = (char) (c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }

    return code->len == 2 ? export_country_alpha2(upper)
                          : export_country_alpha3(upper);
}


static const export_country_t *
export_country_alpha2(const char *code)
{
    unsigned  i;

    if (code[0] < 'A' || code[0] > 'Z') {
        return NULL;
    }

    for (i = export_country_first[code[0] - 'A'];
         i < export_country_first[code[0] - 'A' + 1];
         i++)
    {
        if (export_countries[i].alpha2[1] == code[1]) {
            return &export_countries[i];
        }
    }

    return NULL;
}


static const export_country_t *
export_country_alpha3(const char *code)
{
    int                      rc;
    unsigned                 low, high, middle;
    const export_country_t  *country;

    low = 0;
    high = sizeof(export_country_by_alpha3) / sizeof(uint16_t);

    while (low < high) {
        middle = (low + high) / 2;
        country = &export_countries[export_country_by_alpha3[middle]];

        rc = memcmp(code, country->alpha3, 3);

        if (rc == 0) {
            return country;
        }

        if (rc < 0) {
            high = middle;

        } else {
            low = middle + 1;
        }
    }

    return NULL;
}
