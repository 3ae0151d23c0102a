
#include "export_country_text.h"


#define EXPORT_COUNTRY_KEY     48       /* bytes; names have up to 42 */
#define EXPORT_COUNTRY_WORD    16       /* one with a substitute is shorter */
#define EXPORT_COUNTRY_DIGITS  3

#define EXPORT_COUNTRY_BLANK   0x100    /* beside the letters it folds to */
#define EXPORT_COUNTRY_MARK    0x200    /* punctuation that names have */
#define EXPORT_COUNTRY_DASH    0x300    /* alone, it stands for no country */
#define EXPORT_COUNTRY_FRAME   0x400    /* "<" and ">", as in "<none>" */
#define EXPORT_COUNTRY_COMMA   0x500
#define EXPORT_COUNTRY_ACCENT  0x600    /* a combining one */

#define EXPORT_COUNTRY_LATIN   0xc0     /* the first of export_country_latin */


typedef struct {
    const char  *key;
    char         country[3];
} export_country_name_t;


typedef struct {
    uint16_t     number;
    char         country[3];
} export_country_number_t;


/* codes of one, two and three characters, one behind the other */

typedef struct {
    char         country[3];
    const char  *codes[EXPORT_COUNTRY_DIGITS];
} export_country_divided_t;


typedef struct {
    char         country[3];
    char         code[4];
    char         part[3];
} export_country_part_t;


typedef struct {
    char         name[EXPORT_COUNTRY_WORD];
    const char  *as;
} export_country_word_t;


/* a name while it is brought into the form that is compared */

typedef struct {
    u_char       text[EXPORT_COUNTRY_KEY];
    size_t       len;
    size_t       word;              /* where the last word begins */
    unsigned     marked:1;          /* more than blanks and dots */
    unsigned     framed:1;
} export_country_key_t;


static int export_country_number(const export_str_t *text,
    export_country_said_t *said);
static int export_country_divided(const export_str_t *text,
    export_country_said_t *said);
static const export_country_divided_t *export_country_division(
    const u_char *code);
static void export_country_set_part(const u_char *country,
    const export_str_t *code, export_country_said_t *said);
static int export_country_divided_has(const export_country_divided_t *divided,
    const u_char *code, size_t len);
static int export_country_name(const export_str_t *text,
    export_country_said_t *said);
static unsigned export_country_nothing(const export_str_t *text);
static int export_country_key(const export_str_t *text,
    export_country_key_t *key);
static int export_country_add_words(export_country_key_t *key,
    const u_char *p, const u_char *last);
static int export_country_word(export_country_key_t *key);
static unsigned export_country_char(const u_char *p, const u_char *last,
    size_t *n);
static unsigned export_country_decode(const u_char *p, const u_char *last,
    size_t *n);
static unsigned export_country_fold(unsigned c);
static const char *export_country_find_name(const export_country_key_t *key);


/* codes of three letters that are no country's of today's ISO 3166-1 */

static const export_country_name_t  export_country_codes[] = {
    { "AFI", "DJ" },                    /* French Afars and Issas */
    { "ATB", "AQ" },                    /* British Antarctic Territory */
    { "BYS", "BY" },                    /* Byelorussian SSR */
    { "EUE", "EU" },                    /* in travel documents */
    { "GEL", "KI" },                    /* Gilbert and Ellice Islands */
    { "ROM", "RO" },                    /* until 2002 */
    { "SCG", "CS" },                    /* Serbia and Montenegro */
    { "SKM", "IN" },                    /* Sikkim */
    { "XKK", "XK" },
    { "XKX", "XK" }
};


/* words that are left out or written in two ways */

static const export_country_word_t  export_country_words[] = {
    { "the", "" },
    { "and", "" },
    { "st", "saint" },
    { "rep", "republic" },
    { "dem", "democratic" },
    { "is", "islands" },
    { "isl", "islands" }
};


/* what programs write for "no value"; letters are compared without case */

static const export_str_t  export_country_nothings[] = {
    export_string("\\N"),               /* of a database's dump */
    export_string("#N/A")               /* of a spreadsheet */
};


/* subdivisions that are listed as countries or places, too */

static const export_country_part_t  export_country_parts[] = {
    { "CN", "HK", "HK" }, { "CN", "MO", "MO" }, { "CN", "TW", "TW" },
    { "CN", "91", "HK" }, { "CN", "92", "MO" }, { "CN", "71", "TW" },
    { "ES", "CE", "EA" }, { "ES", "ML", "EA" }, { "ES", "CN", "IC" },
    { "ES", "GC", "IC" }, { "ES", "TF", "IC" }, { "FI", "01", "AX" },
    { "FR", "BL", "BL" }, { "FR", "CP", "CP" }, { "FR", "GF", "GF" },
    { "FR", "GP", "GP" }, { "FR", "MF", "MF" }, { "FR", "MQ", "MQ" },
    { "FR", "NC", "NC" }, { "FR", "PF", "PF" }, { "FR", "PM", "PM" },
    { "FR", "RE", "RE" }, { "FR", "TF", "TF" }, { "FR", "WF", "WF" },
    { "FR", "YT", "YT" }, { "FR", "971", "GP" }, { "FR", "972", "MQ" },
    { "FR", "973", "GF" }, { "FR", "974", "RE" }, { "FR", "976", "YT" },
    { "GB", "NIR", "XI" }, { "NL", "AW", "AW" }, { "NL", "BQ1", "BQ" },
    { "NL", "BQ2", "BQ" }, { "NL", "BQ3", "BQ" }, { "NL", "CW", "CW" },
    { "NL", "SX", "SX" }, { "NO", "21", "SJ" }, { "NO", "22", "SJ" },
    { "SH", "AC", "AC" }, { "SH", "TA", "TA" }, { "US", "AS", "AS" },
    { "US", "GU", "GU" }, { "US", "MP", "MP" }, { "US", "PR", "PR" },
    { "US", "UM", "UM" }, { "US", "VI", "VI" }
};


/* what ASCII has beside letters; 0 is in no name */

static const uint16_t  export_country_ascii[0x80] = {
    [' '] = EXPORT_COUNTRY_BLANK, ['\t'] = EXPORT_COUNTRY_BLANK,
    ['\n'] = EXPORT_COUNTRY_BLANK, ['\r'] = EXPORT_COUNTRY_BLANK,
    ['\v'] = EXPORT_COUNTRY_BLANK, ['\f'] = EXPORT_COUNTRY_BLANK,

    ['-'] = EXPORT_COUNTRY_DASH, ['?'] = EXPORT_COUNTRY_DASH,
    ['.'] = EXPORT_COUNTRY_DASH, ['_'] = EXPORT_COUNTRY_DASH,

    ['\''] = EXPORT_COUNTRY_MARK, ['`'] = EXPORT_COUNTRY_MARK,
    ['('] = EXPORT_COUNTRY_MARK, [')'] = EXPORT_COUNTRY_MARK,
    ['['] = EXPORT_COUNTRY_MARK, [']'] = EXPORT_COUNTRY_MARK,
    ['/'] = EXPORT_COUNTRY_MARK, ['&'] = EXPORT_COUNTRY_MARK,

    ['<'] = EXPORT_COUNTRY_FRAME, ['>'] = EXPORT_COUNTRY_FRAME,
    [','] = EXPORT_COUNTRY_COMMA
};


/* the kinds of characters behind ASCII that are no Latin letters */

static const struct {
    uint16_t  first;
    uint16_t  last;
    uint16_t  is;
} export_country_signs[] = {
    { 0x300, 0x36f, EXPORT_COUNTRY_ACCENT },

    { 0xa0, 0xa0, EXPORT_COUNTRY_BLANK },       /* no-break space */
    { 0x2000, 0x200b, EXPORT_COUNTRY_BLANK },   /* spaces of other widths */
    { 0x202f, 0x202f, EXPORT_COUNTRY_BLANK },
    { 0x3000, 0x3000, EXPORT_COUNTRY_BLANK },
    { 0xfeff, 0xfeff, EXPORT_COUNTRY_BLANK },   /* byte order mark */

    { 0x2010, 0x2015, EXPORT_COUNTRY_DASH },
    { 0x2212, 0x2212, EXPORT_COUNTRY_DASH },    /* minus sign */

    /* characters that people write for an apostrophe */

    { 0xb4, 0xb4, EXPORT_COUNTRY_MARK },        /* acute accent */
    { 0x2bc, 0x2bc, EXPORT_COUNTRY_MARK },      /* modifier letter */
    { 0x2018, 0x2019, EXPORT_COUNTRY_MARK }     /* quotation marks */
};


/* Latin letters from U+00C0 to U+017F without their accents; 0 is no letter */

static const char  export_country_latin[] =
    "aaaaaaaceeeeiiii" "dnooooo\0ouuuuyts"
    "aaaaaaaceeeeiiii" "dnooooo\0ouuuuyty"
    "aaaaaaccccccccdd" "ddeeeeeeeeeegggg"
    "gggghhhhiiiiiiii" "iiiijjkkklllllll"
    "lllnnnnnnnnnoooo" "oooorrrrrrssssss"
    "ssttttttuuuuuuuu" "uuuuwwyyyzzzzzzs";


/*
 * The numbers of ISO 3166-1, those withdrawn too.
 */

static const export_country_number_t  export_country_numbers[] = {
    { 4, "AF" }, { 8, "AL" }, { 10, "AQ" }, { 12, "DZ" }, { 16, "AS" },
    { 20, "AD" }, { 24, "AO" }, { 28, "AG" }, { 31, "AZ" }, { 32, "AR" },
    { 36, "AU" }, { 40, "AT" }, { 44, "BS" }, { 48, "BH" }, { 50, "BD" },
    { 51, "AM" }, { 52, "BB" }, { 56, "BE" }, { 60, "BM" }, { 64, "BT" },
    { 68, "BO" }, { 70, "BA" }, { 72, "BW" }, { 74, "BV" }, { 76, "BR" },
    { 84, "BZ" }, { 86, "IO" }, { 90, "SB" }, { 92, "VG" }, { 96, "BN" },
    { 100, "BG" }, { 104, "MM" }, { 108, "BI" }, { 112, "BY" }, { 116, "KH" },
    { 120, "CM" }, { 124, "CA" }, { 128, "CT" }, { 132, "CV" }, { 136, "KY" },
    { 140, "CF" }, { 144, "LK" }, { 148, "TD" }, { 152, "CL" }, { 156, "CN" },
    { 158, "TW" }, { 162, "CX" }, { 166, "CC" }, { 170, "CO" }, { 174, "KM" },
    { 175, "YT" }, { 178, "CG" }, { 180, "CD" }, { 184, "CK" }, { 188, "CR" },
    { 191, "HR" }, { 192, "CU" }, { 196, "CY" }, { 200, "CS" }, { 203, "CZ" },
    { 204, "BJ" }, { 208, "DK" }, { 212, "DM" }, { 214, "DO" }, { 216, "NQ" },
    { 218, "EC" }, { 222, "SV" }, { 226, "GQ" }, { 230, "ET" }, { 231, "ET" },
    { 232, "ER" }, { 233, "EE" }, { 234, "FO" }, { 238, "FK" }, { 239, "GS" },
    { 242, "FJ" }, { 246, "FI" }, { 248, "AX" }, { 249, "FX" }, { 250, "FR" },
    { 254, "GF" }, { 258, "PF" }, { 260, "TF" }, { 262, "DJ" }, { 266, "GA" },
    { 268, "GE" }, { 270, "GM" }, { 275, "PS" }, { 276, "DE" }, { 278, "DD" },
    { 280, "DE" }, { 288, "GH" }, { 292, "GI" }, { 296, "KI" }, { 300, "GR" },
    { 304, "GL" }, { 308, "GD" }, { 312, "GP" }, { 316, "GU" }, { 320, "GT" },
    { 324, "GN" }, { 328, "GY" }, { 332, "HT" }, { 334, "HM" }, { 336, "VA" },
    { 340, "HN" }, { 344, "HK" }, { 348, "HU" }, { 352, "IS" }, { 356, "IN" },
    { 360, "ID" }, { 364, "IR" }, { 368, "IQ" }, { 372, "IE" }, { 376, "IL" },
    { 380, "IT" }, { 384, "CI" }, { 388, "JM" }, { 392, "JP" }, { 396, "JT" },
    { 398, "KZ" }, { 400, "JO" }, { 404, "KE" }, { 408, "KP" }, { 410, "KR" },
    { 414, "KW" }, { 417, "KG" }, { 418, "LA" }, { 422, "LB" }, { 426, "LS" },
    { 428, "LV" }, { 430, "LR" }, { 434, "LY" }, { 438, "LI" }, { 440, "LT" },
    { 442, "LU" }, { 446, "MO" }, { 450, "MG" }, { 454, "MW" }, { 458, "MY" },
    { 462, "MV" }, { 466, "ML" }, { 470, "MT" }, { 474, "MQ" }, { 478, "MR" },
    { 480, "MU" }, { 484, "MX" }, { 488, "MI" }, { 492, "MC" }, { 496, "MN" },
    { 498, "MD" }, { 499, "ME" }, { 500, "MS" }, { 504, "MA" }, { 508, "MZ" },
    { 512, "OM" }, { 516, "NA" }, { 520, "NR" }, { 524, "NP" }, { 528, "NL" },
    { 530, "AN" }, { 531, "CW" }, { 532, "AN" }, { 533, "AW" }, { 534, "SX" },
    { 535, "BQ" }, { 536, "NT" }, { 540, "NC" }, { 548, "VU" }, { 554, "NZ" },
    { 558, "NI" }, { 562, "NE" }, { 566, "NG" }, { 570, "NU" }, { 574, "NF" },
    { 578, "NO" }, { 580, "MP" }, { 581, "UM" }, { 582, "PC" }, { 583, "FM" },
    { 584, "MH" }, { 585, "PW" }, { 586, "PK" }, { 590, "PA" }, { 591, "PA" },
    { 594, "PZ" }, { 598, "PG" }, { 600, "PY" }, { 604, "PE" }, { 608, "PH" },
    { 612, "PN" }, { 616, "PL" }, { 620, "PT" }, { 624, "GW" }, { 626, "TL" },
    { 630, "PR" }, { 634, "QA" }, { 638, "RE" }, { 642, "RO" }, { 643, "RU" },
    { 646, "RW" }, { 652, "BL" }, { 654, "SH" }, { 658, "KN" }, { 659, "KN" },
    { 660, "AI" }, { 662, "LC" }, { 663, "MF" }, { 666, "PM" }, { 670, "VC" },
    { 674, "SM" }, { 678, "ST" }, { 680, "CQ" }, { 682, "SA" }, { 686, "SN" },
    { 688, "RS" }, { 690, "SC" }, { 694, "SL" }, { 702, "SG" }, { 703, "SK" },
    { 704, "VN" }, { 705, "SI" }, { 706, "SO" }, { 710, "ZA" }, { 714, "VN" },
    { 716, "ZW" }, { 720, "YD" }, { 724, "ES" }, { 728, "SS" }, { 729, "SD" },
    { 732, "EH" }, { 736, "SD" }, { 740, "SR" }, { 744, "SJ" }, { 748, "SZ" },
    { 752, "SE" }, { 756, "CH" }, { 760, "SY" }, { 762, "TJ" }, { 764, "TH" },
    { 768, "TG" }, { 772, "TK" }, { 776, "TO" }, { 780, "TT" }, { 784, "AE" },
    { 788, "TN" }, { 792, "TR" }, { 795, "TM" }, { 796, "TC" }, { 798, "TV" },
    { 800, "UG" }, { 804, "UA" }, { 807, "MK" }, { 810, "SU" }, { 818, "EG" },
    { 826, "GB" }, { 831, "GG" }, { 832, "JE" }, { 833, "IM" }, { 834, "TZ" },
    { 840, "US" }, { 849, "PU" }, { 850, "VI" }, { 854, "BF" }, { 858, "UY" },
    { 860, "UZ" }, { 862, "VE" }, { 866, "VN" }, { 872, "WK" }, { 876, "WF" },
    { 882, "WS" }, { 886, "YE" }, { 887, "YE" }, { 890, "YU" }, { 891, "CS" },
    { 894, "ZM" }, { 983, "XK" }, { 999, "ZZ" }
};


/*
 * The subdivisions of ISO 3166-2, those of one character, of two, of three.
 */

static const export_country_divided_t  export_country_divisions[] = {
    { "AD", { "", "02030405060708", "" } },
    { "AE", { "", "AJAZDUFURKSHUQ", "" } },
    { "AF", {
        "",
        "",
        "BALBAMBDGBDSBGLDAYFRAFYBGHAGHOHELHERJOWKABKANKAPKDZKHOKNRLAG"
        "LOGNANNIMNURPANPARPIAPKASAMSARTAKURUWARZAB" } },
    { "AG", { "", "0304050607081011", "" } },
    { "AL", { "", "010203040506070809101112", "" } },
    { "AM", { "", "AGARAVERGRKTLOSHSUTVVD", "" } },
    { "AO", {
        "",
        "",
        "BGOBGUBIECABCCUCNNCNOCUSHUAHUILNOLSULUAMALMOXNAMUIGZAI" } },
    { "AR", { "ABCDEFGHJKLMNPQRSTUVWXYZ", "", "" } },
    { "AT", { "123456789", "", "" } },
    { "AU", { "", "NTSAWA", "ACTNSWQLDTASVIC" } },
    { "AZ", {
        "",
        "BAGALAMINANVNXSASMSRXAYE",
        "ABSAGAAGCAGMAGSAGUASTBABBALBARBEYBILCABCALCULDASFUZGADGORGOY"
        "GYGHACIMIISMKALKANKURLACLANLERMASNEFOGUORDQABQAXQAZQBAQBIQOB"
        "QUSSABSADSAHSAKSALSARSATSBNSIYSKRSMISMXSUSTARTOVUCAXACXCIXIZ"
        "XVDYARYEVZANZAQZAR" } },
    { "BA", { "", "", "BIHBRCSRP" } },
    { "BB", { "", "0102030405060708091011", "" } },
    { "BD", {
        "ABCDEFGH",
        "010203040506070809101112131415161718192021222324252627282930"
        "313233343536373839404142434445464748495051525354555657585960"
        "61626364",
        "" } },
    { "BE", { "", "", "BRUVANVBRVLGVLIVOVVWVWALWBRWHTWLGWLXWNA" } },
    { "BF", {
        "",
        "01020304050607080910111213",
        "BALBAMBANBAZBGRBLGBLKCOMGANGNAGOUHOUIOBKADKENKMDKMPKOPKOSKOT"
        "KOWLERLORMOUNAMNAONAYNOUOUBOUDPASPONSENSISSMTSNGSOMSORTAPTUI"
        "YAGYATZIRZONZOU" } },
    { "BG", {
        "",
        "01020304050607080910111213141516171819202122232425262728",
        "" } },
    { "BH", { "", "13141517", "" } },
    { "BI", { "", "BBBLBMBRCACIGIKIKRKYMAMUMWMYNGRMRTRY", "" } },
    { "BJ", { "", "AKALAQBOCODOKOLIMOOUPLZO", "" } },
    { "BN", { "", "BEBMTETU", "" } },
    { "BO", { "BCHLNOPST", "", "" } },
    { "BQ", { "", "BOSASE", "" } },
    { "BR", {
        "",
        "ACALAMAPBACEDFESGOMAMGMSMTPAPBPEPIPRRJRNRORRRSSCSESPTO",
        "" } },
    { "BS", {
        "",
        "AKBIBPBYCECICKCOCSEGEXFPGCHIHTINLIMCMGMINENONPNSRCRISASESOSS"
        "SWWG",
        "" } },
    { "BT", { "", "111213141521222324313233344142434445GATY", "" } },
    { "BW", { "", "CECHFRGAGHJWKGKLKWLONENWSESOSPST", "" } },
    { "BY", { "", "BRHMHOHRMAMIVI", "" } },
    { "BZ", { "", "BZCYOWSC", "CZLTOL" } },
    { "CA", { "", "ABBCMBNBNLNSNTNUONPEQCSKYT", "" } },
    { "CD", {
        "",
        "BCBUEQHKHLHUITKCKEKGKLKNKSLOLUMAMNMONKNUSASKSUTATOTU",
        "" } },
    { "CF", { "", "ACBBBKHKHMHSKBKGLBMBMPNMOPSEUKVK", "BGF" } },
    { "CG", { "25789", "111213141516", "BZV" } },
    { "CH", {
        "",
        "AGAIARBEBLBSFRGEGLGRJULUNENWOWSGSHSOSZTGTIURVDVSZGZH",
        "" } },
    { "CI", { "", "ABBSCMDNGDLCLGMGSMSVVBWRYMZZ", "" } },
    { "CL", { "", "AIANAPARATBICOLILLLRMAMLNBRMTAVS", "" } },
    { "CM", { "", "ADCEENESLTNONWOUSUSW", "" } },
    { "CN", {
        "",
        "111213141521222331323334353637414243444546505152535461626364"
        "65719192AHBJCQFJGDGSGXGZHAHBHEHIHKHLHNJLJSJXLNMONMNXQHSCSDSH"
        "SNSXTJTWXJXZYNZJ",
        "" } },
    { "CO", {
        "",
        "DC",
        "AMAANTARAATLBOLBOYCALCAQCASCAUCESCHOCORCUNGUAGUVHUILAGMAGMET"
        "NARNSAPUTQUIRISSANSAPSUCTOLVACVAUVID" } },
    { "CR", { "ACGHLP", "SJ", "" } },
    { "CU", { "", "01030405060708091011121314151699", "" } },
    { "CV", {
        "BS",
        "BRBVCACFCRMAMOPAPNPRRBRGRSSDSFSLSMSOSSSVTATS",
        "" } },
    { "CY", { "", "010203040506", "" } },
    { "CZ", {
        "",
        "1020313241425152536364717280",
        "20120220320420520620720820920A20B20C311312313314315316317321"
        "322323324325326327411412413421422423424425426427511512513514"
        "521522523524525531532533534631632633634635641642643644645646"
        "647711712713714715721722723724801802803804805806" } },
    { "DE", { "", "BBBEBWBYHBHEHHMVNINWRPSHSLSNSTTH", "" } },
    { "DJ", { "", "ARASDIDJOBTA", "" } },
    { "DK", { "", "8182838485", "" } },
    { "DM", { "", "02030405060708091011", "" } },
    { "DO", {
        "",
        "010203040506070809101112131415161718192021222324252627282930"
        "313233343536373839404142",
        "" } },
    { "DZ", {
        "",
        "010203040506070809101112131415161718192021222324252627282930"
        "313233343536373839404142434445464748",
        "" } },
    { "EC", { "ABCDEFGHILMNOPRSTUWXYZ", "SDSE", "" } },
    { "EE", {
        "",
        "373945505256606468717479818487",
        "130141142171184191198205214245247251255272283284291293296303"
        "305317321338353424430431432441442446478480486503511514528557"
        "567586615618622624638651653661663668689698708712714719726732"
        "735784792793796803809824834855890897899901903907917919928" } },
    { "EG", {
        "C",
        "BABHDKDTGHGZISJSKBKNLXMNMT",
        "ALXASNASTBNSFYMKFSMNFPTSSHGSHRSINSUZWAD" } },
    { "ER", { "", "ANDKDUGBMASK", "" } },
    { "ES", {
        "ABCHJLMOPSTVZ",
        "ABALANARASAVBABIBUCACBCCCECLCMCNCOCRCSCTCUEXGAGCGIGRGUHUIBLE"
        "LOLUMAMCMDMLMUNANCORPMPOPVRISASESGSOSSTETFTOVAVCVIZA",
        "" } },
    { "ET", { "", "AAAFAMBEDDGAHAORSNSOTI", "" } },
    { "FI", { "", "01020304050607080910111213141516171819", "" } },
    { "FJ", { "CENRW", "0102030405060708091011121314", "" } },
    { "FM", { "", "", "KSAPNITRKYAP" } },
    { "FR", {
        "",
        "010203040506070809101112131415161718192122232425262728292A2B"
        "303132333435363738394041424344454647484950515253545556575859"
        "606162636465666768697071727374757677787980818283848586878889"
        "909192939495BLCPGFGPMFMQNCPFPMRETFWFYT",
        "20R69M6AE75C971972973974976ARABFCBRECORCVLGESHDFIDFNAQNOROCC"
        "PACPDL" } },
    { "GA", { "123456789", "", "" } },
    { "GB", {
        "",
        "",
        "ABCABDABEAGBAGYANDANNANSBASBBDBCPBDFBDGBENBEXBFSBGEBGWBIRBKM"
        "BNEBNHBNSBOLBPLBRCBRDBRYBSTBURCAMCAYCBFCCGCGNCHECHWCLDCLKCMA"
        "CMDCMNCONCOVCRFCRYCWYDALDBYDENDERDEVDGYDNCDNDDORDRSDUDDUREAL"
        "EAWEAYEDHEDUELNELSENFENGERWERYESSESXFALFIFFLNFMOGATGBNGLGGLS"
        "GREGWNHALHAMHAVHCKHEFHILHLDHMFHNSHPLHRTHRWHRYIOSIOWISLIVCKEC"
        "KENKHLKIRKTTKWLLANLBCLBHLCELDSLECLEWLINLIVLNDLUTMANMDBMDWMEA"
        "MIKMLNMONMRTMRYMTYMULNAYNBLNELNETNFKNGMNIRNLKNLNNMDNSMNTHNTL"
        "NTTNTYNWMNWPNYKOLDORKOXFPEMPKNPLYPORPOWPTERCCRCHRCTRDBRDGRFW"
        "RICROTRUTSAWSAYSCBSCTSFKSFTSGCSHFSHNSHRSKPSLFSLGSLKSNDSOLSOM"
        "SOSSRYSTESTGSTHSTNSTSSTTSTYSWASWDSWKTAMTFWTHRTOBTOFTRFTWHUKM"
        "VGLWARWBKWDUWFTWGNWILWKFWLLWLNWLSWLVWNDWNMWOKWORWRLWRTWRXWSM"
        "WSXYORZET" } },
    { "GD", { "", "01020304050610", "" } },
    { "GE", { "", "ABAJGUIMKAKKMMRLSJSKSZTB", "" } },
    { "GH", { "", "AAAFAHBEBOCPEPNENPOTSVTVUEUWWNWP", "" } },
    { "GL", { "", "AVKUQEQTSM", "" } },
    { "GM", { "BLMNUW", "", "" } },
    { "GN", {
        "BCDFKLMN",
        "BEBFBKCODBDIDLDUFAFOFRGAGUKAKBKDKEKNKOKSLALELOMCMDMLMMNZPISI"
        "TETOYO",
        "" } },
    { "GQ", { "CI", "ANBNBSCSDJKNLIWN", "" } },
    { "GR", { "ABCDEFGHIJKLM", "69", "" } },
    { "GT", {
        "",
        "AVBVCMCQESGUHUIZJAJUPEPRQCQZRESASMSOSRSUTOZA",
        "" } },
    { "GW", { "LNS", "BABLBMBSCAGAOIQUTO", "" } },
    { "GY", { "", "BACUDEEBESMAPMPTUDUT", "" } },
    { "HN", { "", "ATCHCLCMCPCREPFMGDIBINLELPOCOLSBVAYO", "" } },
    { "HR", { "", "010203040506070809101112131415161718192021", "" } },
    { "HT", { "", "ARCEGANDNENINOOUSDSE", "" } },
    { "HU", {
        "",
        "BABCBEBKBUBZCSDEDUEGERFEGSGYHBHEHVJNKEKMKVMINKNONYPEPSSDSFSH"
        "SKSNSOSSSTSZTBTOVAVEVMZAZE",
        "" } },
    { "ID", {
        "",
        "ACBABBBEBTGOJAJBJIJKJTJWKAKBKIKRKSKTKULAMAMLMUNBNTNUPAPBPPRI"
        "SASBSGSLSMSNSRSSSTSUYO",
        "" } },
    { "IE", {
        "CDGLMU",
        "CECNCOCWDLKEKKKYLDLHLKLMLSMHMNMOOYRNSOTAWDWHWWWX",
        "" } },
    { "IL", { "DMZ", "HAJMTA", "" } },
    { "IN", {
        "",
        "ANAPARASBRCGCHCTDDDHDLDNGAGJHPHRJHJKKAKLLALDMHMLMNMPMZNLODOR"
        "PBPYRJSKTGTNTRTSUKUPUTWB",
        "" } },
    { "IQ", { "", "ANARBABBBGDADIDQKAKIMAMUNANIQASDSUWA", "" } },
    { "IR", {
        "",
        "000102030405060708091011121314151617181920212223242526272829"
        "30",
        "" } },
    { "IS", {
        "12345678",
        "",
        "AKHAKNAKUARNASABFJBLABLOBOGBOLDABDAVDJUEOMEYFFJDFJLFLAFLDFLR"
        "GARGOGGRNGRUGRYHAFHELHRGHRUHUTHUVHVAHVEISAKALKJOKOPLANMOSMYR"
        "NORRGERGYRHHRKNRKVSBHSBTSDNSDVSELSEYSFASHFSKFSKGSKOSKUSNFSOG"
        "SOLSSFSSSSTRSTYSVGTALTHGTJOVEMVERVOP" } },
    { "IT", {
        "",
        "2123253234364245525557626567727577788288AGALANAPAQARATAVBABG"
        "BIBLBNBOBRBSBTBZCACBCECHCLCNCOCRCSCTCZENFCFEFGFIFMFRGEGOGRIM"
        "ISKRLCLELILOLTLUMBMCMEMIMNMOMSMTNANONUORPAPCPDPEPGPIPNPOPRPT"
        "PUPVPZRARCRERGRIRMRNROSASISOSPSRSSSUSVTATETNTOTPTRTSTVUDVAVB"
        "VCVEVIVRVTVV",
        "" } },
    { "JM", { "", "0102030405060708091011121314", "" } },
    { "JO", { "", "AJAMAQATAZBAIRJAKAMAMDMN", "" } },
    { "JP", {
        "",
        "010203040506070809101112131415161718192021222324252627282930"
        "3132333435363738394041424344454647",
        "" } },
    { "KE", {
        "",
        "010203040506070809101112131415161718192021222324252627282930"
        "3132333435363738394041424344454647",
        "" } },
    { "KG", { "BCJNOTY", "GBGO", "" } },
    { "KH", { "123456789", "10111213141516171819202122232425", "" } },
    { "KI", { "GLP", "", "" } },
    { "KM", { "AGM", "", "" } },
    { "KN", { "KN", "0102030405060708091011121315", "" } },
    { "KP", { "", "010203040506070809101314", "" } },
    { "KR", { "", "1126272829303141424344454647484950", "" } },
    { "KW", { "", "AHFAHAJAKUMU", "" } },
    { "KZ", {
        "",
        "",
        "AKMAKTALAALMASTATYKARKUSKZYMANPAVSEVSHYVOSYUZZAPZHA" } },
    { "LA", { "", "ATBKBLCHHOKHLMLPOUPHSLSVVIVTXAXEXIXS", "" } },
    { "LB", { "", "AKASBABHBIJAJLNA", "" } },
    { "LC", { "", "01020305060708101112", "" } },
    { "LI", { "", "0102030405060708091011", "" } },
    { "LK", {
        "123456789",
        "11121321222331323341424344455152536162717281829192",
        "" } },
    { "LR", { "", "BGBMCMGBGGGKGPLOMGMOMYNIRGRISI", "" } },
    { "LS", { "ABCDEFGHJK", "", "" } },
    { "LT", {
        "",
        "010203040506070809101112131415161718192021222324252627282930"
        "313233343536373839404142434445464748495051525354555657585960"
        "ALKLKUMRPNSATATEUTVL",
        "" } },
    { "LU", { "", "CACLDIECESGRLUMERDRMVDWI", "" } },
    { "LV", {
        "",
        "",
        "001002003004005006007008009010011012013014015016017018019020"
        "021022023024025026027028029030031032033034035036037038039040"
        "041042043044045046047048049050051052053054055056057058059060"
        "061062063064065066067068069070071072073074075076077078079080"
        "081082083084085086087088089090091092093094095096097098099100"
        "101102103104105106107108109110DGVJELJKBJURLPXREZRIXVENVMR" } },
    { "LY", {
        "",
        "BABUDRGTJAJGJIJUKFMBMIMJMQNLNQSBSRTBWAWDWSZA",
        "" } },
    { "MA", {
        "",
        "010203040506070809101112",
        "AGDAOUASZAZIBEMBERBESBODBOMBRRCASCHECHICHTDRIERRESIESMFAHFES"
        "FIGFQHGUEGUFHAJHAOHOCIFRINEJDIJRAKENKESKHEKHNKHOLAALARMARMDF"
        "MEDMEKMIDMOHMOUNADNOUOUAOUDOUJOUZRABREHSAFSALSEFSETSIBSIFSIK"
        "SILSKHTAFTAITAOTARTATTAZTETTINTIZTNGTNTYUSZAG" } },
    { "MC", { "", "CLCOFOGAJELAMAMCMGMOMUPHSDSOSPSRVR", "" } },
    { "MD", {
        "",
        "ANBABDBRBSCACLCMCRCSCTCUDODRDUEDFAFLGAGLHIIALENIOCORRERISDSI"
        "SNSOSTSVTATEUN",
        "" } },
    { "ME", {
        "",
        "010203040506070809101112131415161718192021222324",
        "" } },
    { "MG", { "ADFMTU", "", "" } },
    { "MH", {
        "LT",
        "",
        "ALKALLARNAUREBOENIJABJALKILKWALAELIBLIKMAJMALMEJMILNMKNMURON"
        "UJAUTIWTHWTJ" } },
    { "MK", {
        "",
        "",
        "101102103104105106107108109201202203204205206207208209210211"
        "301303304307308310311312313401402403404405406407408409410501"
        "502503504505506507508509601602603604605606607608609701702703"
        "704705706801802803804805806807808809810811812813814815816817" } },
    { "ML", { "123456789", "10", "BKO" } },
    { "MM", { "", "010203040506071112131415161718", "" } },
    { "MN", {
        "1",
        "",
        "035037039041043046047049051053055057059061063064065067069071"
        "073" } },
    { "MR", { "", "010203040506070809101112131415", "" } },
    { "MT", {
        "",
        "010203040506070809101112131415161718192021222324252627282930"
        "313233343536373839404142434445464748495051525354555657585960"
        "6162636465666768",
        "" } },
    { "MU", { "", "AGBLCCFLGPMOPAPLPWRORRSA", "" } },
    { "MV", { "", "0001020304050708121314172023242526272829", "MLE" } },
    { "MW", {
        "CNS",
        "BABLCKCRCTDEDOKRKSLILKMCMGMHMUMWMZNBNENINKNSNUPHRUSATHZO",
        "" } },
    { "MX", {
        "",
        "",
        "AGUBCNBCSCAMCHHCHPCMXCOACOLDIFDURGROGUAHIDJALMEXMICMORNAYNLE"
        "OAXPUEQUEROOSINSLPSONTABTAMTLAVERYUCZAC" } },
    { "MY", { "", "01020304050607080910111213141516", "" } },
    { "MZ", { "ABGILNPQST", "", "MPM" } },
    { "NA", { "", "CAERHAKAKEKHKUKWODOHONOSOTOW", "" } },
    { "NE", { "12345678", "", "" } },
    { "NG", {
        "",
        "ABADAKANBABEBOBYCRDEEBEDEKENFCGOIMJIKDKEKNKOKTKWLANANIOGONOS"
        "OYPLRISOTAYOZA",
        "" } },
    { "NI", { "", "ANASBOCACICOESGRJILEMDMNMSMTNSRISJ", "" } },
    { "NL", { "", "AWCWDRFLFRGEGRLINBNHOVSXUTZEZH", "BQ1BQ2BQ3" } },
    { "NO", { "", "03111518212230343842465054", "" } },
    { "NP", {
        "12345",
        "BABHDHGAJAKAKOLUMAMENAP1P2P3P4P5P6P7RASASE",
        "" } },
    { "NR", { "", "0102030405060708091011121314", "" } },
    { "NZ", {
        "",
        "",
        "AUKBOPCANCITGISHKBMBHMWTNSNNTLOTASTLTASTKIWGNWKOWTC" } },
    { "OM", { "", "BJBSBUDAMAMUSJSSWUZAZU", "" } },
    { "PA", { "123456789", "10EMKYNB", "" } },
    { "PE", {
        "",
        "",
        "AMAANCAPUAREAYACAJCALCUSHUCHUVICAJUNLALLAMLIMLMALORMDDMOQPAS"
        "PIUPUNSAMTACTUMUCA" } },
    { "PG", {
        "",
        "",
        "CPKCPMEBREHGEPWESWGPKHLAJWKMBAMPLMPMMRLNCDNIKNPPNSBSANSHMWBK"
        "WHMWPD" } },
    { "PH", {
        "",
        "0001020305060708091011121314154041",
        "ABRAGNAGSAKLALBANTAPAAURBANBASBENBILBOHBTGBTNBUKBULCAGCAMCAN"
        "CAPCASCATCAVCEBCOMDAODASDAVDINDVOEASGUIIFUILIILNILSISAKALLAG"
        "LANLASLEYLUNMADMAGMASMDCMDRMOUMSCMSRNCONECNERNSANUENUVPAMPAN"
        "PLWQUEQUIRIZROMSARSCOSIGSLESLUSORSUKSUNSURTARTAWWSAZANZASZMB"
        "ZSI" } },
    { "PK", { "", "BAGBISJKKPPBSD", "" } },
    { "PL", { "", "02040608101214161820222426283032", "" } },
    { "PS", {
        "",
        "",
        "BTHDEBGZAHBNJEMJENJRHKYSNBSNGZQQARBHRFHSLTTBSTKM" } },
    { "PT", { "", "0102030405060708091011121314151617182030", "" } },
    { "PW", {
        "",
        "",
        "002004010050100150212214218222224226227228350370" } },
    { "PY", { "123456789", "1011121314151619", "ASU" } },
    { "QA", { "", "DAKHMSRASHUSWAZA", "" } },
    { "RO", {
        "B",
        "ABAGARBCBHBNBRBTBVBZCJCLCSCTCVDBDJGJGLGRHDHRIFILISMHMMMSNTOT"
        "PHSBSJSMSVTLTMTRVLVNVS",
        "" } },
    { "RS", {
        "",
        "000102030405060708091011121314151617181920212223242526272829"
        "KMVO",
        "" } },
    { "RU", {
        "",
        "ADALBABUCECUDAINKBKCKKKLKOKRMEMOSASETATYUD",
        "ALTAMUARKASTBELBRYCHECHUIRKIVAKAMKDAKEMKGDKGNKHAKHMKIRKLUKOS"
        "KRSKYALENLIPMAGMOSMOWMURNENNGRNIZNVSOMSOREORLPERPNZPRIPSKROS"
        "RYASAKSAMSARSMOSPESTASVETAMTOMTULTVETYUULYVGGVLAVLGVORYANYAR"
        "YEVZAB" } },
    { "RW", { "", "0102030405", "" } },
    { "SA", { "", "01020304050607080910111214", "" } },
    { "SB", { "", "CECHCTGUISMKMLRBTEWE", "" } },
    { "SC", {
        "",
        "010203040506070809101112131415161718192021222324252627",
        "" } },
    { "SD", { "", "DCDEDNDSDWGDGKGZKAKHKNKSNBNONRNWRSSI", "" } },
    { "SE", { "CDEFGHIKMNOSTUWXYZ", "ABACBD", "" } },
    { "SG", { "", "0102030405", "" } },
    { "SH", { "", "ACHLTA", "" } },
    { "SI", {
        "",
        "",
        "001002003004005006007008009010011012013014015016017018019020"
        "021022023024025026027028029030031032033034035036037038039040"
        "041042043044045046047048049050051052053054055056057058059060"
        "061062063064065066067068069070071072073074075076077078079080"
        "081082083084085086087088089090091092093094095096097098099100"
        "101102103104105106107108109110111112113114115116117118119120"
        "121122123124125126127128129130131132133134135136137138139140"
        "141142143144146147148149150151152153154155156157158159160161"
        "162163164165166167168169170171172173174175176177178179180181"
        "182183184185186187188189190191192193194195196197198199200201"
        "202203204205206207208209210211212213" } },
    { "SK", { "", "BCBLKINIPVTATCZI", "" } },
    { "SL", { "ENSW", "NW", "" } },
    { "SM", { "", "010203040506070809", "" } },
    { "SN", { "", "DBDKFKKAKDKEKLLGMTSESLTCTHZG", "" } },
    { "SO", { "", "AWBKBNBRBYGAGEHIJDJHMUNUSASDSHSOTOWO", "" } },
    { "SR", { "", "BRCMCRMANIPMPRSASIWA", "" } },
    { "SS", { "", "BNBWECEEEWJGLKNUUYWR", "" } },
    { "ST", { "P", "010203040506", "" } },
    { "SV", { "", "AHCACHCULIMOPASASMSOSSSVUNUS", "" } },
    { "SY", { "", "DIDRDYHAHIHLHMIDLAQURARDSUTA", "" } },
    { "SZ", { "", "HHLUMASH", "" } },
    { "TD", {
        "",
        "BABGBOCBEEEOGRHLKALCLOLRMAMCMEMONDODSASITATIWF",
        "" } },
    { "TG", { "CKMPS", "", "" } },
    { "TH", {
        "S",
        "101112131415161718192021222324252627303132333435363738394041"
        "424344454647484950515253545556575860616263646566677071727374"
        "7576778081828384858690919293949596",
        "" } },
    { "TJ", { "", "DUGBKTRASU", "" } },
    { "TL", { "", "ALANBABOCODIERLALIMFMTOEVI", "" } },
    { "TM", { "ABDLMS", "", "" } },
    { "TN", {
        "",
        "111213142122233132333441424351525361717273818283",
        "" } },
    { "TO", { "", "0102030405", "" } },
    { "TR", {
        "",
        "010203040506070809101112131415161718192021222324252627282930"
        "313233343536373839404142434445464748495051525354555657585960"
        "616263646566676869707172737475767778798081",
        "" } },
    { "TT", {
        "",
        "",
        "ARICHACTTDMNMRCPEDPOSPRTPTFSFOSGESIPSJLTOBTUP" } },
    { "TV", { "", "", "FUNNITNKFNKLNMANMGNUIVAI" } },
    { "TW", {
        "",
        "",
        "CHACYICYQHSQHSZHUAILAKEEKHHKINLIEMIANANNWTPENPIFTAOTNNTPETTT"
        "TXGYUN" } },
    { "TZ", {
        "",
        "010203040506070809101112131415161718192021222324252627282930"
        "31",
        "" } },
    { "UA", {
        "",
        "050709121418212326303235404346485153565961636568717477",
        "" } },
    { "UG", {
        "CENW",
        "",
        "101102103104105106107108109110111112113114115116117118119120"
        "121122123124125126201202203204205206207208209210211212213214"
        "215216217218219220221222223224225226227228229230231232233234"
        "235236237301302303304305306307308309310311312313314315316317"
        "318319320321322323324325326327328329330331332333334335336337"
        "401402403404405406407408409410411412413414415416417418419420"
        "421422423424425426427428429430431432433434435" } },
    { "UM", { "", "677176798184868995", "" } },
    { "US", {
        "",
        "AKALARASAZCACOCTDCDEFLGAGUHIIAIDILINKSKYLAMAMDMEMIMNMOMPMSMT"
        "NCNDNENHNJNMNVNYOHOKORPAPRRISCSDTNTXUMUTVAVIVTWAWIWVWY",
        "" } },
    { "UY", { "", "ARCACLCODUFDFSLAMAMOPARNRORVSASJSOTATT", "" } },
    { "UZ", { "", "ANBUFAJINGNWQAQRSASISUTKTOXO", "" } },
    { "VC", { "", "010203040506", "" } },
    { "VE", { "ABCDEFGHIJKLMNOPRSTUVWXYZ", "", "" } },
    { "VN", {
        "",
        "010203040506070913141820212223242526272829303132333435363739"
        "40414344454647495051525354555657585961636667686970717273CTDN"
        "HNHPSG",
        "" } },
    { "VU", { "", "", "MAPPAMSAMSEETAETOB" } },
    { "WF", { "", "ALSGUV", "" } },
    { "WS", { "", "AAALATFAGEGIPASATUVFVS", "" } },
    { "YE", {
        "",
        "ABADAMBADADHHDHJHUIBJALAMAMRMWRASASDSHSNSUTA",
        "" } },
    { "ZA", { "", "ECFSGPLPMPNCNWWC", "KZN" } },
    { "ZM", { "", "01020304050607080910", "" } },
    { "ZW", { "", "BUHAMAMCMEMIMNMSMVMW", "" } }
};


/*
 * Names as export_country_key() makes them, sorted; ZZ for nothing said.
 */

static const export_country_name_t  export_country_names[] = {
    { "aalandislands", "AX" },
    { "afghanistan", "AF" },
    { "aland", "AX" },
    { "alandisland", "AX" },
    { "alandislands", "AX" },
    { "albania", "AL" },
    { "algeria", "DZ" },
    { "america", "US" },
    { "americansamoa", "AS" },
    { "andorra", "AD" },
    { "angola", "AO" },
    { "anguilla", "AI" },
    { "anonymousproxies", "A1" },
    { "anonymousproxy", "A1" },
    { "antarctica", "AQ" },
    { "antigua", "AG" },
    { "antiguabarbuda", "AG" },
    { "aotearoa", "NZ" },
    { "apac", "AP" },
    { "arabrepublicegypt", "EG" },
    { "arabrepublicofegypt", "EG" },
    { "argentina", "AR" },
    { "argentinerepublic", "AR" },
    { "armenia", "AM" },
    { "aruba", "AW" },
    { "ascension", "AC" },
    { "ascensionisland", "AC" },
    { "ascensiontristandacunhasainthelena", "SH" },
    { "asiapacific", "AP" },
    { "asiapacificregion", "AP" },
    { "australia", "AU" },
    { "austria", "AT" },
    { "azerbaijan", "AZ" },
    { "azores", "PT" },
    { "azoresislands", "PT" },
    { "bahamas", "BS" },
    { "bahrain", "BH" },
    { "bailiwickofguernsey", "GG" },
    { "bailiwickofjersey", "JE" },
    { "balearicislands", "ES" },
    { "bangladesh", "BD" },
    { "barbados", "BB" },
    { "barbuda", "AG" },
    { "belarus", "BY" },
    { "belgium", "BE" },
    { "belize", "BZ" },
    { "belorussia", "BY" },
    { "benin", "BJ" },
    { "bermuda", "BM" },
    { "besislands", "BQ" },
    { "bharat", "IN" },
    { "bhutan", "BT" },
    { "blank", "ZZ" },
    { "bolivarianrepublicofvenezuela", "VE" },
    { "bolivia", "BO" },
    { "boliviaplurinationalstateof", "BO" },
    { "bonaire", "BQ" },
    { "bosnia", "BA" },
    { "bosniahercegovina", "BA" },
    { "bosniaherzegovina", "BA" },
    { "botswana", "BW" },
    { "bouvetisland", "BV" },
    { "brazil", "BR" },
    { "brazzavillecongo", "CG" },
    { "brindianoceanter", "IO" },
    { "britain", "GB" },
    { "britishindianoceanterritory", "IO" },
    { "britishvirginislands", "VG" },
    { "brunei", "BN" },
    { "bruneidarussalam", "BN" },
    { "bulgaria", "BG" },
    { "burkina", "BF" },
    { "burkinafaso", "BF" },
    { "burma", "MM" },
    { "burmamyanmar", "MM" },
    { "burundi", "BI" },
    { "bvi", "VG" },
    { "byelorussia", "BY" },
    { "byelorussianssr", "BY" },
    { "caboverde", "CV" },
    { "cambodia", "KH" },
    { "cameroon", "CM" },
    { "canada", "CA" },
    { "canaries", "IC" },
    { "canaryislands", "IC" },
    { "capeverde", "CV" },
    { "car", "CF" },
    { "caribbeannetherlands", "BQ" },
    { "caribbeannl", "BQ" },
    { "cayman", "KY" },
    { "caymanislands", "KY" },
    { "caymans", "KY" },
    { "centralafricanrepublic", "CF" },
    { "ceuta", "EA" },
    { "ceutamelilla", "EA" },
    { "ceylon", "LK" },
    { "chad", "TD" },
    { "chagos", "IO" },
    { "chagosarchipelago", "IO" },
    { "chile", "CL" },
    { "china", "CN" },
    { "chinahongkong", "HK" },
    { "chinahongkongsar", "HK" },
    { "chinamacao", "MO" },
    { "chinamacaosar", "MO" },
    { "chinamacau", "MO" },
    { "chinamainland", "CN" },
    { "chinaprc", "CN" },
    { "chinataiwan", "TW" },
    { "chinesetaipei", "TW" },
    { "christmasisland", "CX" },
    { "clipperton", "CP" },
    { "clippertonisland", "CP" },
    { "cocosislands", "CC" },
    { "cocoskeelingislands", "CC" },
    { "colombia", "CO" },
    { "commonwealthofbahamas", "BS" },
    { "commonwealthofdominica", "DM" },
    { "commonwealthofnorthernmarianaislands", "MP" },
    { "comoros", "KM" },
    { "confoederatiohelvetica", "CH" },
    { "congo", "CG" },
    { "congobrazzaville", "CG" },
    { "congodemocraticrepublic", "CD" },
    { "congodemocraticrepublicof", "CD" },
    { "congodr", "CD" },
    { "congodrc", "CD" },
    { "congokinshasa", "CD" },
    { "congorepublic", "CG" },
    { "congorepublicof", "CG" },
    { "cookislands", "CK" },
    { "corsica", "FR" },
    { "costarica", "CR" },
    { "cotedivoire", "CI" },
    { "cotedivoireivorycoast", "CI" },
    { "countrynotset", "ZZ" },
    { "countryunknown", "ZZ" },
    { "croatia", "HR" },
    { "cuba", "CU" },
    { "curacao", "CW" },
    { "cyprus", "CY" },
    { "czechia", "CZ" },
    { "czechiaczechrepublic", "CZ" },
    { "czechoslovakia", "CS" },
    { "czechoslovaksocialistrepublic", "CS" },
    { "czechrepublic", "CZ" },
    { "czechrepublicczechia", "CZ" },
    { "dahomey", "BJ" },
    { "democraticcongo", "CD" },
    { "democraticpeoplesrepublickorea", "KP" },
    { "democraticpeoplesrepublicofkorea", "KP" },
    { "democraticrepubliccongo", "CD" },
    { "democraticrepublickorea", "KP" },
    { "democraticrepublicofcongo", "CD" },
    { "democraticrepublicofsaotomeprincipe", "ST" },
    { "democraticrepublicoftimorleste", "TL" },
    { "democraticsocialistrepublicofsrilanka", "LK" },
    { "democraticyemen", "YD" },
    { "denmark", "DK" },
    { "diegogarcia", "DG" },
    { "djibouti", "DJ" },
    { "dominica", "DM" },
    { "dominicanrepublic", "DO" },
    { "dprk", "KP" },
    { "drc", "CD" },
    { "drccongo", "CD" },
    { "drcongo", "CD" },
    { "dronningmaudland", "NQ" },
    { "dutchantilles", "AN" },
    { "dutchpartsintmaarten", "SX" },
    { "easterneurope", "EU" },
    { "easternrepublicofuruguay", "UY" },
    { "eastgermany", "DD" },
    { "easttimor", "TL" },
    { "easttimortimorleste", "TL" },
    { "ecuador", "EC" },
    { "eea", "EU" },
    { "egypt", "EG" },
    { "eire", "IE" },
    { "elsalvador", "SV" },
    { "emirates", "AE" },
    { "empty", "ZZ" },
    { "england", "GB" },
    { "englanduk", "GB" },
    { "englandwales", "GB" },
    { "eqguinea", "GQ" },
    { "equatorialguinea", "GQ" },
    { "eritrea", "ER" },
    { "estonia", "EE" },
    { "eswatini", "SZ" },
    { "eswatiniswaziland", "SZ" },
    { "ethiopia", "ET" },
    { "eu", "EU" },
    { "eueea", "EU" },
    { "eumemberstate", "EU" },
    { "euroarea", "EU" },
    { "europe", "EU" },
    { "europeancommunity", "EU" },
    { "europeaneconomicarea", "EU" },
    { "europeanunion", "EU" },
    { "europeanunioneu", "EU" },
    { "eurozone", "EU" },
    { "faeroeislands", "FO" },
    { "falklandislands", "FK" },
    { "falklandislandsislasmalvinas", "FK" },
    { "falklandislandsmalvinas", "FK" },
    { "falklands", "FK" },
    { "faroeislands", "FO" },
    { "faroes", "FO" },
    { "federaldemocraticrepublicofethiopia", "ET" },
    { "federaldemocraticrepublicofnepal", "NP" },
    { "federalrepublicofgermany", "DE" },
    { "federalrepublicofnigeria", "NG" },
    { "federalrepublicofsomalia", "SO" },
    { "federalrepublicofyugoslavia", "YU" },
    { "federatedstatesofmicronesia", "FM" },
    { "federativerepublicofbrazil", "BR" },
    { "fedrepublicgermany", "DE" },
    { "fedstatesmicronesia", "FM" },
    { "fedstsmicronesia", "FM" },
    { "fiji", "FJ" },
    { "finland", "FI" },
    { "formerczechoslovakia", "CS" },
    { "formernetherlandsantilles", "AN" },
    { "formersovietunion", "SU" },
    { "formerussr", "SU" },
    { "formeryugoslavia", "YU" },
    { "formeryugoslavrepublicofmacedonia", "MK" },
    { "france", "FR" },
    { "francemetropolitan", "FR" },
    { "frenchguiana", "GF" },
    { "frenchguyana", "GF" },
    { "frenchpartsaintmartin", "MF" },
    { "frenchpolynesia", "PF" },
    { "frenchrepublic", "FR" },
    { "frenchsaintmartin", "MF" },
    { "frenchsouthernantarcticlands", "TF" },
    { "frenchsouthernantarcticterritories", "TF" },
    { "frenchsouthernantarcticterritory", "FQ" },
    { "frenchsouthernterritories", "TF" },
    { "frenchsterr", "TF" },
    { "frg", "DE" },
    { "fryugoslavia", "YU" },
    { "futuna", "WF" },
    { "fyrmacedonia", "MK" },
    { "fyrom", "MK" },
    { "fyrommacedonia", "MK" },
    { "gabon", "GA" },
    { "gaboneserepublic", "GA" },
    { "gambia", "GM" },
    { "gb", "GB" },
    { "gdr", "DD" },
    { "georgia", "GE" },
    { "germandemocraticrepublic", "DD" },
    { "germany", "DE" },
    { "ghana", "GH" },
    { "gibraltar", "GI" },
    { "grandduchyofluxembourg", "LU" },
    { "greatbritain", "GB" },
    { "greatbritainengland", "GB" },
    { "greatbritainnorthernireland", "GB" },
    { "greatbritainuk", "GB" },
    { "greatbritainunitedkingdom", "GB" },
    { "greece", "GR" },
    { "greenland", "GL" },
    { "grenada", "GD" },
    { "guadeloupe", "GP" },
    { "guam", "GU" },
    { "guatemala", "GT" },
    { "guernsey", "GG" },
    { "guinea", "GN" },
    { "guineabissau", "GW" },
    { "guyana", "GY" },
    { "guyane", "GF" },
    { "haiti", "HT" },
    { "hashemitekingdomofjordan", "JO" },
    { "heardislandmcdonaldislands", "HM" },
    { "heardmcdonaldislands", "HM" },
    { "hellas", "GR" },
    { "hellenicrepublic", "GR" },
    { "herzegovina", "BA" },
    { "holland", "NL" },
    { "hollandnetherlands", "NL" },
    { "holysee", "VA" },
    { "holyseevaticancity", "VA" },
    { "holyseevaticancitystate", "VA" },
    { "honduras", "HN" },
    { "hongkong", "HK" },
    { "hongkongchina", "HK" },
    { "hongkongsar", "HK" },
    { "hongkongsarchina", "HK" },
    { "hongkongspecialadministrativeregionchina", "HK" },
    { "hongkongspecialadministrativeregionofchina", "HK" },
    { "hungary", "HU" },
    { "iceland", "IS" },
    { "independentstateofpapuanewguinea", "PG" },
    { "independentstateofsamoa", "WS" },
    { "indeterminate", "ZZ" },
    { "india", "IN" },
    { "indonesia", "ID" },
    { "invalidregionorunknown", "ZZ" },
    { "iran", "IR" },
    { "iranislamicrepublicof", "IR" },
    { "iraq", "IQ" },
    { "ireland", "IE" },
    { "irelandeire", "IE" },
    { "irelandrepublicof", "IE" },
    { "irishrepublic", "IE" },
    { "islamicrepubliciran", "IR" },
    { "islamicrepublicofafghanistan", "AF" },
    { "islamicrepublicofiran", "IR" },
    { "islamicrepublicofmauritania", "MR" },
    { "islamicrepublicofpakistan", "PK" },
    { "islasmalvinas", "FK" },
    { "isleofman", "IM" },
    { "israel", "IL" },
    { "italianrepublic", "IT" },
    { "italy", "IT" },
    { "ivorycoast", "CI" },
    { "ivorycoastcotedivoire", "CI" },
    { "jamaica", "JM" },
    { "janmayen", "SJ" },
    { "japan", "JP" },
    { "jersey", "JE" },
    { "johnstonisland", "UM" },
    { "jordan", "JO" },
    { "kampuchea", "KH" },
    { "kazakhstan", "KZ" },
    { "keelingislands", "CC" },
    { "kenya", "KE" },
    { "kingdomofbahrain", "BH" },
    { "kingdomofbelgium", "BE" },
    { "kingdomofbhutan", "BT" },
    { "kingdomofcambodia", "KH" },
    { "kingdomofdenmark", "DK" },
    { "kingdomofeswatini", "SZ" },
    { "kingdomoflesotho", "LS" },
    { "kingdomofmorocco", "MA" },
    { "kingdomofnetherlands", "NL" },
    { "kingdomofnorway", "NO" },
    { "kingdomofsaudiarabia", "SA" },
    { "kingdomofspain", "ES" },
    { "kingdomofsweden", "SE" },
    { "kingdomofthailand", "TH" },
    { "kingdomoftonga", "TO" },
    { "kinshasacongo", "CD" },
    { "kirghizia", "KG" },
    { "kirgizstan", "KG" },
    { "kiribati", "KI" },
    { "korea", "KR" },
    { "koreademocraticpeoplesrepublicof", "KP" },
    { "koreanorth", "KP" },
    { "korearepublic", "KR" },
    { "korearepublicof", "KR" },
    { "koreasouth", "KR" },
    { "kosovo", "XK" },
    { "kosovounderunscr", "XK" },
    { "kosovounscr", "XK" },
    { "ksa", "SA" },
    { "kuwait", "KW" },
    { "kyrgyzrepublic", "KG" },
    { "kyrgyzstan", "KG" },
    { "lao", "LA" },
    { "laopdr", "LA" },
    { "laopeoplesdemocraticrepublic", "LA" },
    { "laos", "LA" },
    { "lareunion", "RE" },
    { "latvia", "LV" },
    { "lebaneserepublic", "LB" },
    { "lebanon", "LB" },
    { "lesotho", "LS" },
    { "liberia", "LR" },
    { "libya", "LY" },
    { "libyanarabjamahiriya", "LY" },
    { "liechtenstein", "LI" },
    { "lithuania", "LT" },
    { "luxembourg", "LU" },
    { "luxembourggrandduchy", "LU" },
    { "luxemburg", "LU" },
    { "macao", "MO" },
    { "macaosar", "MO" },
    { "macaosarchina", "MO" },
    { "macaospecialadministrativeregionchina", "MO" },
    { "macaospecialadministrativeregionofchina", "MO" },
    { "macau", "MO" },
    { "macauchina", "MO" },
    { "macausar", "MO" },
    { "macausarchina", "MO" },
    { "macedonia", "MK" },
    { "macedoniaformeryugoslavrepublicof", "MK" },
    { "macedoniafyrom", "MK" },
    { "madagascar", "MG" },
    { "madeira", "PT" },
    { "madeiraislands", "PT" },
    { "mainlandchina", "CN" },
    { "mainlandfrance", "FR" },
    { "majorca", "ES" },
    { "malawi", "MW" },
    { "malaysia", "MY" },
    { "maldives", "MV" },
    { "mali", "ML" },
    { "mallorca", "ES" },
    { "malta", "MT" },
    { "malvinas", "FK" },
    { "mann", "IM" },
    { "marshallislands", "MH" },
    { "marshalls", "MH" },
    { "martinique", "MQ" },
    { "mauritania", "MR" },
    { "mauritius", "MU" },
    { "mayotte", "YT" },
    { "melilla", "EA" },
    { "melillaceuta", "EA" },
    { "metropolitanfrance", "FR" },
    { "mexico", "MX" },
    { "micronesia", "FM" },
    { "micronesiafederatedstatesof", "FM" },
    { "midwayislands", "UM" },
    { "missing", "ZZ" },
    { "moldavia", "MD" },
    { "moldova", "MD" },
    { "moldovarepublicof", "MD" },
    { "monaco", "MC" },
    { "mongolia", "MN" },
    { "montenegro", "ME" },
    { "montserrat", "MS" },
    { "morocco", "MA" },
    { "mozambique", "MZ" },
    { "myanmar", "MM" },
    { "myanmarburma", "MM" },
    { "na", "ZZ" },
    { "namibia", "NA" },
    { "nan", "ZZ" },
    { "nauru", "NR" },
    { "nepal", "NP" },
    { "netherland", "NL" },
    { "netherlandantilles", "AN" },
    { "netherlands", "NL" },
    { "netherlandsantilles", "AN" },
    { "netherlandsholland", "NL" },
    { "netherlandskingdomof", "NL" },
    { "neutralzone", "NT" },
    { "newcaledonia", "NC" },
    { "newhebrides", "VU" },
    { "newzealand", "NZ" },
    { "nicaragua", "NI" },
    { "niger", "NE" },
    { "nigeria", "NG" },
    { "nil", "ZZ" },
    { "nireland", "GB" },
    { "niue", "NU" },
    { "nkorea", "KP" },
    { "noanswer", "ZZ" },
    { "nocountry", "ZZ" },
    { "nodata", "ZZ" },
    { "none", "ZZ" },
    { "noresponse", "ZZ" },
    { "norfolkisland", "NF" },
    { "northerneurope", "EU" },
    { "northernireland", "GB" },
    { "northernirelanduk", "GB" },
    { "northernmarianaislands", "MP" },
    { "northkorea", "KP" },
    { "northmacedonia", "MK" },
    { "norway", "NO" },
    { "notapplicable", "ZZ" },
    { "notavailable", "ZZ" },
    { "notcollected", "ZZ" },
    { "notdefined", "ZZ" },
    { "notdisclosed", "ZZ" },
    { "notfound", "ZZ" },
    { "notgiven", "ZZ" },
    { "nothing", "ZZ" },
    { "notknown", "ZZ" },
    { "notprovided", "ZZ" },
    { "notresolved", "ZZ" },
    { "notset", "ZZ" },
    { "notspecified", "ZZ" },
    { "notstated", "ZZ" },
    { "nottracked", "ZZ" },
    { "novalue", "ZZ" },
    { "null", "ZZ" },
    { "nz", "NZ" },
    { "occupiedpalestinianterritory", "PS" },
    { "oman", "OM" },
    { "pacificislandstrustterritory", "PC" },
    { "pakistan", "PK" },
    { "palau", "PW" },
    { "palestine", "PS" },
    { "palestinestateof", "PS" },
    { "palestinianauthority", "PS" },
    { "palestinianterritories", "PS" },
    { "palestinianterritory", "PS" },
    { "panama", "PA" },
    { "panamacanalzone", "PZ" },
    { "papuanewguinea", "PG" },
    { "paraguay", "PY" },
    { "peoplesdemocraticrepublicofalgeria", "DZ" },
    { "peoplesdemocraticrepublicofyemen", "YD" },
    { "peoplesrepublicofbangladesh", "BD" },
    { "peoplesrepublicofchina", "CN" },
    { "peru", "PE" },
    { "philippines", "PH" },
    { "pitcairn", "PN" },
    { "pitcairnisland", "PN" },
    { "pitcairnislands", "PN" },
    { "plurinationalstateofbolivia", "BO" },
    { "png", "PG" },
    { "poland", "PL" },
    { "portugal", "PT" },
    { "portugueserepublic", "PT" },
    { "prc", "CN" },
    { "prchina", "CN" },
    { "prefernottoanswer", "ZZ" },
    { "prefernottosay", "ZZ" },
    { "principalityofandorra", "AD" },
    { "principalityofliechtenstein", "LI" },
    { "principalityofmonaco", "MC" },
    { "provinceofchinataiwan", "TW" },
    { "puertorico", "PR" },
    { "puertoricous", "PR" },
    { "puertoricousa", "PR" },
    { "qatar", "QA" },
    { "queenmaudland", "NQ" },
    { "rbvenezuela", "VE" },
    { "republiccongo", "CG" },
    { "republicireland", "IE" },
    { "republickorea", "KR" },
    { "republicofalbania", "AL" },
    { "republicofangola", "AO" },
    { "republicofarmenia", "AM" },
    { "republicofaustria", "AT" },
    { "republicofazerbaijan", "AZ" },
    { "republicofbelarus", "BY" },
    { "republicofbenin", "BJ" },
    { "republicofbosniaherzegovina", "BA" },
    { "republicofbotswana", "BW" },
    { "republicofbulgaria", "BG" },
    { "republicofburundi", "BI" },
    { "republicofcaboverde", "CV" },
    { "republicofcameroon", "CM" },
    { "republicofchad", "TD" },
    { "republicofchile", "CL" },
    { "republicofchina", "TW" },
    { "republicofcolombia", "CO" },
    { "republicofcongo", "CG" },
    { "republicofcostarica", "CR" },
    { "republicofcotedivoire", "CI" },
    { "republicofcroatia", "HR" },
    { "republicofcuba", "CU" },
    { "republicofcyprus", "CY" },
    { "republicofdjibouti", "DJ" },
    { "republicofecuador", "EC" },
    { "republicofelsalvador", "SV" },
    { "republicofequatorialguinea", "GQ" },
    { "republicofestonia", "EE" },
    { "republicoffiji", "FJ" },
    { "republicoffinland", "FI" },
    { "republicofgambia", "GM" },
    { "republicofghana", "GH" },
    { "republicofguatemala", "GT" },
    { "republicofguinea", "GN" },
    { "republicofguineabissau", "GW" },
    { "republicofguyana", "GY" },
    { "republicofhaiti", "HT" },
    { "republicofhonduras", "HN" },
    { "republicoficeland", "IS" },
    { "republicofindia", "IN" },
    { "republicofindonesia", "ID" },
    { "republicofiraq", "IQ" },
    { "republicofireland", "IE" },
    { "republicofkazakhstan", "KZ" },
    { "republicofkenya", "KE" },
    { "republicofkiribati", "KI" },
    { "republicofkorea", "KR" },
    { "republicofkosovo", "XK" },
    { "republicoflatvia", "LV" },
    { "republicofliberia", "LR" },
    { "republicoflithuania", "LT" },
    { "republicofmacedonia", "MK" },
    { "republicofmadagascar", "MG" },
    { "republicofmalawi", "MW" },
    { "republicofmaldives", "MV" },
    { "republicofmali", "ML" },
    { "republicofmalta", "MT" },
    { "republicofmarshallislands", "MH" },
    { "republicofmauritius", "MU" },
    { "republicofmoldova", "MD" },
    { "republicofmozambique", "MZ" },
    { "republicofmyanmar", "MM" },
    { "republicofnamibia", "NA" },
    { "republicofnauru", "NR" },
    { "republicofnicaragua", "NI" },
    { "republicofniger", "NE" },
    { "republicofnorthmacedonia", "MK" },
    { "republicofpalau", "PW" },
    { "republicofpanama", "PA" },
    { "republicofparaguay", "PY" },
    { "republicofperu", "PE" },
    { "republicofphilippines", "PH" },
    { "republicofpoland", "PL" },
    { "republicofsanmarino", "SM" },
    { "republicofsenegal", "SN" },
    { "republicofserbia", "RS" },
    { "republicofseychelles", "SC" },
    { "republicofsierraleone", "SL" },
    { "republicofsingapore", "SG" },
    { "republicofslovenia", "SI" },
    { "republicofsouthafrica", "ZA" },
    { "republicofsouthsudan", "SS" },
    { "republicofsudan", "SD" },
    { "republicofsuriname", "SR" },
    { "republicoftajikistan", "TJ" },
    { "republicoftrinidadtobago", "TT" },
    { "republicoftunisia", "TN" },
    { "republicofturkey", "TR" },
    { "republicofturkiye", "TR" },
    { "republicofuganda", "UG" },
    { "republicofuzbekistan", "UZ" },
    { "republicofvanuatu", "VU" },
    { "republicofyemen", "YE" },
    { "republicofzambia", "ZM" },
    { "republicofzimbabwe", "ZW" },
    { "republicyemen", "YE" },
    { "reunion", "RE" },
    { "reunionfrance", "RE" },
    { "reunionisland", "RE" },
    { "rhodesia", "ZW" },
    { "roctaiwan", "TW" },
    { "rok", "KR" },
    { "romania", "RO" },
    { "rsa", "ZA" },
    { "russia", "RU" },
    { "russianfed", "RU" },
    { "russianfederation", "RU" },
    { "rwanda", "RW" },
    { "rwandeserepublic", "RW" },
    { "saba", "BQ" },
    { "sabasinteustatiusbonaire", "BQ" },
    { "sahrawi", "EH" },
    { "saintbarthelemy", "BL" },
    { "saintbarths", "BL" },
    { "saintbarts", "BL" },
    { "saintchristophernevis", "KN" },
    { "sainteustatiussababonaire", "BQ" },
    { "sainthelena", "SH" },
    { "saintkitts", "KN" },
    { "saintkittsnevis", "KN" },
    { "saintlucia", "LC" },
    { "saintmaarten", "SX" },
    { "saintmaartendutch", "SX" },
    { "saintmartin", "MF" },
    { "saintmartindutchpart", "SX" },
    { "saintmartinfrance", "MF" },
    { "saintmartinfrenchpart", "MF" },
    { "saintpierre", "PM" },
    { "saintpierremiquelon", "PM" },
    { "saintvincent", "VC" },
    { "saintvincentgrenadines", "VC" },
    { "samoa", "WS" },
    { "samoaamerican", "AS" },
    { "samoawestern", "WS" },
    { "sanmarino", "SM" },
    { "saotome", "ST" },
    { "saotomeprincipe", "ST" },
    { "sark", "CQ" },
    { "satellite", "A2" },
    { "satelliteprovider", "A2" },
    { "saudiarabia", "SA" },
    { "saudiiraqineutralzone", "NT" },
    { "scotland", "GB" },
    { "scotlanduk", "GB" },
    { "senegal", "SN" },
    { "serbia", "RS" },
    { "serbiamontenegro", "CS" },
    { "seychelles", "SC" },
    { "sfryugoslavia", "YU" },
    { "sierraleone", "SL" },
    { "sikkim", "IN" },
    { "singapore", "SG" },
    { "sinteustatius", "BQ" },
    { "sinteustatiussababonaire", "BQ" },
    { "sintmaarten", "SX" },
    { "sintmaartendutchpart", "SX" },
    { "skorea", "KR" },
    { "slovakia", "SK" },
    { "slovakiaslovakrepublic", "SK" },
    { "slovakrepublic", "SK" },
    { "slovenia", "SI" },
    { "socialistfederalrepublicofyugoslavia", "YU" },
    { "socialistrepublicofvietnam", "VN" },
    { "solomonislands", "SB" },
    { "somalia", "SO" },
    { "southafrica", "ZA" },
    { "southerneurope", "EU" },
    { "southernireland", "IE" },
    { "southernrhodesia", "ZW" },
    { "southgeorgia", "GS" },
    { "southgeorgiasouthsandwichislands", "GS" },
    { "southkorea", "KR" },
    { "southkorearepublicofkorea", "KR" },
    { "southsudan", "SS" },
    { "southyemen", "YD" },
    { "sovietunion", "SU" },
    { "spain", "ES" },
    { "spitsbergen", "SJ" },
    { "srilanka", "LK" },
    { "stateoferitrea", "ER" },
    { "stateofisrael", "IL" },
    { "stateofkuwait", "KW" },
    { "stateoflibya", "LY" },
    { "stateofpalestine", "PS" },
    { "stateofqatar", "QA" },
    { "stateofvaticancity", "VA" },
    { "states", "US" },
    { "stateunionofserbiamontenegro", "CS" },
    { "sudan", "SD" },
    { "sultanateofoman", "OM" },
    { "suriname", "SR" },
    { "svalbard", "SJ" },
    { "svalbardjanmayen", "SJ" },
    { "svalbardjanmayenislands", "SJ" },
    { "swaziland", "SZ" },
    { "swazilandeswatini", "SZ" },
    { "sweden", "SE" },
    { "swiss", "CH" },
    { "swissconfederation", "CH" },
    { "switzerland", "CH" },
    { "syria", "SY" },
    { "syrianarabrepublic", "SY" },
    { "taiwan", "TW" },
    { "taiwanprovinceofchina", "TW" },
    { "taiwanregion", "TW" },
    { "taiwanroc", "TW" },
    { "tajikistan", "TJ" },
    { "tanzania", "TZ" },
    { "tanzaniaunitedrepublicof", "TZ" },
    { "thailand", "TH" },
    { "timor", "TL" },
    { "timorleste", "TL" },
    { "timorlesteeasttimor", "TL" },
    { "tobago", "TT" },
    { "togo", "TG" },
    { "togoleserepublic", "TG" },
    { "tokelau", "TK" },
    { "tonga", "TO" },
    { "tor", "A1" },
    { "torexit", "A1" },
    { "tornetwork", "A1" },
    { "trinidad", "TT" },
    { "trinidadtobago", "TT" },
    { "tristandacunha", "TA" },
    { "trustterritoryofpacificislands", "PC" },
    { "tunisia", "TN" },
    { "turkey", "TR" },
    { "turkeyturkiye", "TR" },
    { "turkiye", "TR" },
    { "turkiyeturkey", "TR" },
    { "turkmenistan", "TM" },
    { "turkscaicos", "TC" },
    { "turkscaicosislands", "TC" },
    { "tuvalu", "TV" },
    { "uae", "AE" },
    { "uganda", "UG" },
    { "uk", "GB" },
    { "ukengland", "GB" },
    { "uklondon", "GB" },
    { "uknorthernireland", "GB" },
    { "ukraine", "UA" },
    { "ukscotland", "GB" },
    { "ukwales", "GB" },
    { "ulster", "GB" },
    { "unallocated", "ZZ" },
    { "unassigned", "ZZ" },
    { "unavailable", "ZZ" },
    { "undef", "ZZ" },
    { "undefined", "ZZ" },
    { "undetermined", "ZZ" },
    { "undisclosed", "ZZ" },
    { "unionofcomoros", "KM" },
    { "unionofsovietsocialistrepublics", "SU" },
    { "unionofsovietsocialistrepublicsussr", "SU" },
    { "unitedarabemirates", "AE" },
    { "unitedarabemiratesuae", "AE" },
    { "unitedkingdom", "GB" },
    { "unitedkingdomengland", "GB" },
    { "unitedkingdomgb", "GB" },
    { "unitedkingdomgreatbritain", "GB" },
    { "unitedkingdomofgreatbritain", "GB" },
    { "unitedkingdomofgreatbritainnireland", "GB" },
    { "unitedkingdomofgreatbritainnorthernireland", "GB" },
    { "unitedkingdomscotland", "GB" },
    { "unitedkingdomuk", "GB" },
    { "unitedkingdomwales", "GB" },
    { "unitedmexicanstates", "MX" },
    { "unitednations", "UN" },
    { "unitedrepublicoftanzania", "TZ" },
    { "unitedstates", "US" },
    { "unitedstatesminoroutlyingislands", "UM" },
    { "unitedstatesofamerica", "US" },
    { "unitedstatesofamericausa", "US" },
    { "unitedstatesus", "US" },
    { "unitedstatesusa", "US" },
    { "unitedstatesvirginislands", "VI" },
    { "unitesstates", "US" },
    { "unk", "ZZ" },
    { "unkn", "ZZ" },
    { "unknown", "ZZ" },
    { "unknowncountry", "ZZ" },
    { "unknownlocation", "ZZ" },
    { "unknownorinvalid", "ZZ" },
    { "unknownorinvalidregion", "ZZ" },
    { "unknownregion", "ZZ" },
    { "unresolved", "ZZ" },
    { "unspecified", "ZZ" },
    { "uppervolta", "BF" },
    { "uruguay", "UY" },
    { "us", "US" },
    { "usa", "US" },
    { "usaunitedstates", "US" },
    { "usminoroutlyingislands", "UM" },
    { "usoutlyingislands", "UM" },
    { "ussr", "SU" },
    { "usvi", "VI" },
    { "usvirginislands", "VI" },
    { "utdarabemir", "AE" },
    { "uzbekistan", "UZ" },
    { "vanuatu", "VU" },
    { "vatican", "VA" },
    { "vaticancity", "VA" },
    { "vaticancityholysee", "VA" },
    { "vaticancitystate", "VA" },
    { "venezuela", "VE" },
    { "venezuelabolivarianrepublicof", "VE" },
    { "vietnam", "VN" },
    { "virginislandsbritish", "VG" },
    { "virginislandsofunitedstates", "VI" },
    { "virginislandsuk", "VG" },
    { "virginislandsus", "VI" },
    { "wakeisland", "UM" },
    { "wales", "GB" },
    { "walesuk", "GB" },
    { "wallis", "WF" },
    { "wallisfutuna", "WF" },
    { "wallisfutunaislands", "WF" },
    { "westbankgaza", "PS" },
    { "westerneurope", "EU" },
    { "westernsahara", "EH" },
    { "westernsamoa", "WS" },
    { "westgermany", "DE" },
    { "wsahara", "EH" },
    { "xxx", "ZZ" },
    { "yemen", "YE" },
    { "yemenarabrepublic", "YE" },
    { "yugoslavia", "YU" },
    { "zaire", "CD" },
    { "zambia", "ZM" },
    { "zimbabwe", "ZW" },
    { "zzz", "ZZ" }
};


export_str_t
export_country_trim(export_str_t text)
{
    size_t  n, k;

    while (text.len) {
        if (export_country_char(text.data, text.data + text.len, &n)
            != EXPORT_COUNTRY_BLANK)
        {
            break;
        }

        text.data += n;
        text.len -= n;
    }

    while (text.len) {

        for (k = 1; k < text.len && k < 3; k++) {
            if ((text.data[text.len - k] & 0xc0) != 0x80) {
                break;
            }
        }

        if (export_country_char(text.data + text.len - k,
                                text.data + text.len, &n)
            != EXPORT_COUNTRY_BLANK || n != k)
        {
            break;
        }

        text.len -= k;
    }

    return text;
}


int
export_country_text(const export_str_t *text, export_country_said_t *said)
{
    size_t        i;
    export_str_t  s, code;

    s = export_country_trim(*text);

    said->country = NULL;
    said->part = NULL;

    if (s.len > EXPORT_MAX_COUNTRY_TEXT) {
        return EXPORT_ERROR;
    }

    if (export_country_nothing(&s)) {
        return EXPORT_DECLINED;
    }

    code.len = EXPORT_COUNTRY_DIGITS;

    for (i = 0; i < sizeof(export_country_codes)
                    / sizeof(export_country_codes[0]); i++)
    {
        code.data = (u_char *) export_country_codes[i].key;

        if (export_str_same(&s, &code)) {
            said->country = export_country_codes[i].country;
            return EXPORT_OK;
        }
    }

    if (export_country_number(&s, said) == EXPORT_OK
        || export_country_divided(&s, said) == EXPORT_OK)
    {
        return EXPORT_OK;
    }

    return export_country_name(&s, said);
}


/* whether it is empty, nothing but dashes, or a program's word */

static unsigned
export_country_nothing(const export_str_t *text)
{
    size_t         i, n;
    const u_char  *p, *last;

    for (i = 0; i < sizeof(export_country_nothings)
                    / sizeof(export_country_nothings[0]); i++)
    {
        if (export_str_same(text, &export_country_nothings[i])) {
            return 1;
        }
    }

    last = text->data + text->len;

    for (p = text->data; p < last; p += n) {
        if (export_country_char(p, last, &n) != EXPORT_COUNTRY_DASH) {
            return 0;
        }
    }

    return 1;
}


static int
export_country_number(const export_str_t *text, export_country_said_t *said)
{
    size_t                          i;
    unsigned                        number;
    const export_country_number_t  *low, *middle, *high;

    if (text->len != EXPORT_COUNTRY_DIGITS) {
        return EXPORT_ERROR;
    }

    number = 0;

    for (i = 0; i < text->len; i++) {

        if (text->data[i] < '0' || text->data[i] > '9') {
            return EXPORT_ERROR;
        }

        number = number * 10 + text->data[i] - '0';
    }

    low = export_country_numbers;
    high = low + sizeof(export_country_numbers)
                 / sizeof(export_country_numbers[0]);

    while (low < high) {
        middle = low + (high - low) / 2;

        if (middle->number == number) {
            said->country = middle->country;
            return EXPORT_OK;
        }

        if (middle->number < number) {
            low = middle + 1;

        } else {
            high = middle;
        }
    }

    return EXPORT_ERROR;
}


static int
export_country_divided(const export_str_t *text, export_country_said_t *said)
{
    size_t                           i;
    u_char                           upper[7];
    export_str_t                     code;
    const export_country_divided_t  *divided;

    if (text->len < 4 || text->len > 6 || text->data[2] != '-') {
        return EXPORT_ERROR;
    }

    for (i = 0; i < text->len; i++) {
        upper[i] = text->data[i];

        if (upper[i] >= 'a' && upper[i] <= 'z') {
            upper[i] -= 'a' - 'A';
        }
    }

    code.data = upper + 3;
    code.len = text->len - 3;

    divided = export_country_division(upper);

    if (divided == NULL
        || !export_country_divided_has(divided, code.data, code.len))
    {
        return EXPORT_ERROR;
    }

    said->country = divided->country;
    export_country_set_part(upper, &code, said);

    return EXPORT_OK;
}


/* the divisions of the country with the two letters of "code", or NULL */

static const export_country_divided_t *
export_country_division(const u_char *code)
{
    size_t  i, n;

    n = sizeof(export_country_divisions) / sizeof(export_country_divisions[0]);

    for (i = 0; i < n; i++) {
        if (memcmp(export_country_divisions[i].country, code, 2) == 0) {
            return &export_country_divisions[i];
        }
    }

    return NULL;
}


/* notes the part, if it has a code of its own beside the country */

static void
export_country_set_part(const u_char *country, const export_str_t *code,
    export_country_said_t *said)
{
    size_t                        i, n;
    export_str_t                  other;
    const export_country_part_t  *part;

    n = sizeof(export_country_parts) / sizeof(export_country_parts[0]);

    for (i = 0; i < n; i++) {
        part = &export_country_parts[i];

        other.data = (u_char *) part->code;
        other.len = strlen(part->code);

        if (memcmp(part->country, country, 2) == 0
            && export_str_same(code, &other))
        {
            said->part = part->part;
        }
    }
}


static int
export_country_divided_has(const export_country_divided_t *divided,
    const u_char *code, size_t len)
{
    const char  *p;

    for (p = divided->codes[len - 1]; *p; p += len) {
        if (memcmp(p, code, len) == 0) {
            return 1;
        }
    }

    return 0;
}


/*
 * Short names are initials, which have dots and blanks between them but no
 * other mark: "U.K.", not "u-k".  What is framed can only say nothing.
 */

static int
export_country_name(const export_str_t *text, export_country_said_t *said)
{
    export_country_key_t  key;

    if (export_country_key(text, &key) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    said->country = export_country_find_name(&key);

    if (said->country == NULL) {
        return EXPORT_ERROR;
    }

    if (memcmp(said->country, "ZZ", 2) == 0) {
        said->country = NULL;
        return EXPORT_DECLINED;
    }

    if (key.framed || (key.marked && key.len <= 3)) {
        said->country = NULL;
        return EXPORT_ERROR;
    }

    return EXPORT_OK;
}


/* "Korea, Republic of" is "Republic of Korea": the part behind a comma leads */

static int
export_country_key(const export_str_t *text, export_country_key_t *key)
{
    const u_char  *begin, *comma, *last;

    memset(key, 0, sizeof(export_country_key_t));

    begin = text->data;
    last = begin + text->len;
    comma = memchr(begin, ',', text->len);

    if (comma == NULL) {
        return export_country_add_words(key, begin, last);
    }

    if (export_country_add_words(key, comma + 1, last) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    return export_country_add_words(key, begin, comma);
}


static int
export_country_add_words(export_country_key_t *key, const u_char *p,
    const u_char *last)
{
    size_t    n;
    unsigned  c;

    while (p < last) {
        c = export_country_char(p, last, &n);
        p += n;

        if (c == 0) {
            return EXPORT_ERROR;
        }

        if (c == EXPORT_COUNTRY_ACCENT) {
            continue;
        }

        if (c < EXPORT_COUNTRY_BLANK) {

            if (key->len == EXPORT_COUNTRY_KEY) {
                return EXPORT_ERROR;
            }

            key->text[key->len++] = (u_char) c;
            continue;
        }

        key->framed |= (c == EXPORT_COUNTRY_FRAME);
        key->marked |= (c != EXPORT_COUNTRY_BLANK && p[-1] != '.');

        if (export_country_word(key) != EXPORT_OK) {
            return EXPORT_ERROR;
        }
    }

    return export_country_word(key);
}


/* ends a word, and replaces or drops the word if it has a substitute */

static int
export_country_word(export_country_key_t *key)
{
    size_t                        i, len;
    export_str_t                  word, name;
    const export_country_word_t  *w;

    word.data = key->text + key->word;
    word.len = key->len - key->word;

    for (i = 0; i < sizeof(export_country_words)
                    / sizeof(export_country_words[0]); i++)
    {
        w = &export_country_words[i];

        name.data = (u_char *) w->name;
        name.len = strlen(w->name);

        if (!export_str_same(&word, &name)) {
            continue;
        }

        len = strlen(w->as);

        if (key->word + len > EXPORT_COUNTRY_KEY) {
            return EXPORT_ERROR;
        }

        memcpy(key->text + key->word, w->as, len);
        key->len = key->word + len;

        break;
    }

    key->word = key->len;

    return EXPORT_OK;
}


/*
 * What a character is: a lower-case letter without its accent, one of
 * EXPORT_COUNTRY_*, or 0, which no name has.  "n" is its length in UTF-8.
 */

static unsigned
export_country_char(const u_char *p, const u_char *last, size_t *n)
{
    unsigned  c;

    *n = 1;
    c = export_lower(p[0]);

    if (c >= 0x80) {
        return export_country_fold(export_country_decode(p, last, n));
    }

    return (c >= 'a' && c <= 'z') ? c : export_country_ascii[c];
}


/*
 * As export_utf8_code(), which costs 5 % more in a name that is not all ASCII.
 * U+0000, which is in no name, stands for bytes that are no character.
 */

static unsigned
export_country_decode(const u_char *p, const u_char *last, size_t *n)
{
    size_t    i, len;
    unsigned  c;

    /* no name has a character of four bytes */

    len = (p[0] < 0xe0) ? 2 : 3;

    if (p[0] < 0xc2 || p[0] >= 0xf0 || (size_t) (last - p) < len) {
        return 0;
    }

    c = p[0] & (0xffu >> (len + 1));

    for (i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }

        c = c << 6 | (p[i] & 0x3fu);
    }

    if (len == 3 && c < 0x800) {
        return 0;
    }

    *n = len;

    return c;
}


/* the letter or the kind of a character behind ASCII; 0 is in no name */

static unsigned
export_country_fold(unsigned c)
{
    size_t  i, n;

    if (c >= EXPORT_COUNTRY_LATIN && c < 0x180) {
        return (unsigned) export_country_latin[c - EXPORT_COUNTRY_LATIN];
    }

    n = sizeof(export_country_signs) / sizeof(export_country_signs[0]);

    for (i = 0; i < n; i++) {
        if (c >= export_country_signs[i].first
            && c <= export_country_signs[i].last)
        {
            return export_country_signs[i].is;
        }
    }

    return 0;
}


static const char *
export_country_find_name(const export_country_key_t *key)
{
    int                           rc;
    size_t                        len;
    const export_country_name_t  *low, *middle, *high;

    low = export_country_names;
    high = low + sizeof(export_country_names)
                 / sizeof(export_country_names[0]);

    while (low < high) {
        middle = low + (high - low) / 2;
        len = strlen(middle->key);

        rc = memcmp(key->text, middle->key, len < key->len ? len : key->len);

        if (rc == 0 && len == key->len) {
            return middle->country;
        }

        if (rc > 0 || (rc == 0 && key->len > len)) {
            low = middle + 1;

        } else {
            high = middle;
        }
    }

    return NULL;
}
