
/* The database is built by t/lib/mmdb.pl.  Run from the top of the tree. */

#define _GNU_SOURCE

#include "tap.h"

#include "../../module/body/export_record.c"

#include "pool.h"


#define T        EXPORT_PURPOSE_TRAINING
#define O        EXPORT_PURPOSE_OTHER
#define M        EXPORT_PURPOSE_MALFORMED
#define DATA     EXPORT_PURPOSE_DATA
#define CONTROL  EXPORT_PURPOSE_CONTROL

#define G        EXPORT_CONSENT_GRANTED
#define D        EXPORT_CONSENT_DENIED
#define I        EXPORT_CONSENT_INVALID

#define KNOWN    EXPORT_PLACE_KNOWN
#define UNKNOWN  EXPORT_PLACE_UNKNOWN
#define UK       0x1u           /* stand for the sets' bits */
#define EEA      0x2u

#define WHY(r)   (1u << EXPORT_REASON_##r)

#define RULES    32
#define STEPS    8


typedef struct {
    const char            *field;
    export_field_role_e    role;
    export_subject_e       as;
    const char            *patterns[2];
    unsigned               number;
    unsigned               purpose;
    const char            *row;
    const char            *catalogue;
    unsigned               order;
} rule_t;


/* a field and its value, or the record's end */

typedef struct {
    const char      *field;
    const char      *value;
    export_value_e   type;
} step_t;

#define IS(f, v)   { f, v, EXPORT_VALUE_STRING }
#define OF(f, t)   { f, "", EXPORT_VALUE_##t }
#define AS(f, t, v)  { f, v, EXPORT_VALUE_##t }
#define END        { ".", NULL, 0 }

#define GB         IS("ip", "81.2.69.160")
#define DE         IS("ip", "85.214.132.1")
#define US         IS("ip", "216.160.83.200")
#define NOWHERE    IS("ip", "192.0.2.1")


typedef struct {
    const char        *name;
    export_facts_t     before;
    step_t             step[STEPS];
    unsigned           purpose;
    export_records_t   records;
} case_t;


/* places, n, subjects, refused, consented, reasons */

/* without anything that drops records, all with them is refused */

#define REC(p, n, s, r, c, why)  { n, s, r, c, why, why, p }


typedef struct {
    const char        *name;
    const char        *rows;        /* that the request may fit */
    step_t             step[STEPS];
    unsigned           purpose;
    const char        *hits;        /* of those rows */
} mark_t;


static export_jurisdictions_t   jurisdictions;
static export_match_scratch_t  *scratch;
static export_atlas_t           atlas;
static export_policy_t          policy;

static export_match_t           match[4 * RULES];
static unsigned                 matches;
static char                     name[4 * RULES][16];
static unsigned                 names;


static const char  database[] =
    "81.2.69.0/24\tGB\n"
    "85.214.132.0/24\tDE\n"
    "216.160.83.0/24\tUS\n"
    "2a02:c7c::/32\tGB\n";


static const rule_t  plain_rules[] = {
    { "all", EXPORT_FIELD_CONSENT, 0, { "gb" }, 2, 0, 0, 0, 0 },
    { "purpose", EXPORT_FIELD_PURPOSE, 0, { "fine-tune", "ai-training" }, 0, 0,
      0, 0, 0 },
    { "ip", EXPORT_FIELD_SUBJECT, EXPORT_SUBJECT_IP, { 0 }, 0, 0, 0, 0, 0 },
    { "/user/ip", EXPORT_FIELD_SUBJECT, EXPORT_SUBJECT_IP, { 0 }, 0, 0, 0, 0,
      0 },
    { "country", EXPORT_FIELD_SUBJECT, EXPORT_SUBJECT_COUNTRY, { 0 }, 0, 0, 0,
      0, 0 },
    { "user", EXPORT_FIELD_SUBJECT, EXPORT_SUBJECT_ID, { 0 }, 0, 0, 0, 0, 0 },
    { "via", EXPORT_FIELD_SUBJECT, EXPORT_SUBJECT_FORWARDED, { 0 }, 0, 0, 0, 0,
      0 },
    { "consent", EXPORT_FIELD_CONSENT, 0, { "granted", "~^yes-[0-9]+$" }, 0, 0,
      0, 0, 0 },
    { "optin", EXPORT_FIELD_CONSENT, 0, { "true", "1" },
      EXPORT_MAX_FIELD_CONSENTS - 1, 0, 0, 0, 0 },
    { "slow", EXPORT_FIELD_CONSENT, 0, { "~^(a+)+$" }, 3, 0, 0, 0, 0 },
    { "all", EXPORT_FIELD_SUBJECT, EXPORT_SUBJECT_COUNTRY, { 0 }, 0, 0, 0, 0,
      0 },
    { "all", EXPORT_FIELD_PURPOSE, 0, { "gb" }, 0, 0, 0, 0, 0 },
};


static const case_t  cases[] = {

    { "nothing", { .purpose = T }, { END }, T,
      REC(0, 1, 0, 1, 0, WHY(SUBJECT_MISSING)) },
    { "elsewhere", { .purpose = T }, { US, END }, T,
      REC(KNOWN, 1, 1, 0, 0, 0) },
    { "protected", { .purpose = T }, { GB, END }, T,
      REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_MISSING)) },
    { "without a purpose, for who knows what comes", { 0 }, { GB, END }, 0,
      REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_MISSING)) },
    { "IPv6", { .purpose = T }, { IS("ip", "2a02:c7c::1"), END }, T,
      REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_MISSING)) },
    { "a pointer", { .purpose = T }, { IS("/user/ip", "81.2.69.160"), END },
      T, REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_MISSING)) },
    { "nowhere", { .purpose = T }, { NOWHERE, END }, T,
      REC(UNKNOWN, 1, 1, 1, 0, WHY(LOCATION_UNKNOWN)) },
    { "no address", { .purpose = T }, { IS("ip", "x"), END }, T,
      REC(0, 1, 1, 1, 0, WHY(SUBJECT_MALFORMED)) },
    { "an empty address", { .purpose = T }, { IS("ip", ""), END }, T,
      REC(0, 1, 1, 1, 0, WHY(SUBJECT_MALFORMED)) },
    { "a list is no address", { .purpose = T },
      { IS("ip", "216.160.83.200, 216.160.83.201"), END }, T,
      REC(0, 1, 1, 1, 0, WHY(SUBJECT_MALFORMED)) },
    { "a country", { .purpose = T }, { IS("country", "GB"), END }, T,
      REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_MISSING)) },
    { "a country elsewhere", { .purpose = T }, { IS("country", "us"), END },
      T, REC(KNOWN, 1, 1, 0, 0, 0) },
    { "no country", { .purpose = T }, { IS("country", ""), END }, T,
      REC(UNKNOWN, 1, 1, 1, 0, WHY(LOCATION_UNKNOWN)) },
    { "a country, null", { .purpose = T }, { OF("country", NULL), END }, T,
      REC(UNKNOWN, 1, 1, 1, 0, WHY(LOCATION_UNKNOWN)) },
    { "a country, a number", { .purpose = T },
      { AS("country", NUMBER, "826"), END }, T,
      REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_MISSING)) },
    { "a country, another number", { .purpose = T },
      { AS("country", NUMBER, "44"), END }, T,
      REC(0, 1, 1, 1, 0, WHY(SUBJECT_MALFORMED)) },
    { "a country, a long number", { .purpose = T },
      { OF("country", NUMBER), END }, T,
      REC(0, 1, 1, 1, 0, WHY(SUBJECT_MALFORMED)) },
    { "a country, a name", { .purpose = T },
      { IS("country", "Korea, Republic of"), END }, T,
      REC(KNOWN, 1, 1, 0, 0, 0) },
    { "a country, a language", { .purpose = T }, { IS("country", "en-US"),
      END }, T, REC(0, 1, 1, 1, 0, WHY(SUBJECT_MALFORMED)) },
    { "an id", { .purpose = T }, { IS("user", "a, b"), END }, T,
      REC(0, 1, 1, 1, 0, WHY(LOCATION_UNKNOWN)) },
    { "an id, and where", { .purpose = T }, { IS("user", "a"), US, END }, T,
      REC(KNOWN, 1, 2, 0, 0, 0) },
    { "forwarded", { .purpose = T },
      { IS("via", "for=216.160.83.200, for=\"[2a02:c7c::1]\""), END }, T,
      REC(KNOWN|UK, 1, 2, 1, 0, WHY(CONSENT_MISSING)) },
    { "forwarded, unknown", { .purpose = T },
      { IS("via", "for=unknown"), END }, T,
      REC(UNKNOWN, 1, 1, 1, 0, WHY(LOCATION_UNKNOWN)) },
    { "forwarded, for nobody", { .purpose = T },
      { IS("via", "by=216.160.83.200"), END }, T,
      REC(0, 1, 0, 1, 0, WHY(SUBJECT_MISSING)) },
    { "forwarded, malformed", { .purpose = T }, { IS("via", "for="), END }, T,
      REC(0, 1, 1, 1, 0, WHY(SUBJECT_MALFORMED)) },
    { "two, one of them protected", { .purpose = T }, { US, DE, END }, T,
      REC(KNOWN|EEA, 1, 2, 1, 0, WHY(CONSENT_MISSING)) },
    { "protected and malformed", { .purpose = T },
      { GB, IS("ip", "x"), END }, T,
      REC(KNOWN|UK, 1, 2, 1, 0, WHY(CONSENT_MISSING)) },
    { "elsewhere and malformed", { .purpose = T },
      { US, IS("ip", "x"), END }, T,
      REC(KNOWN, 1, 2, 1, 0, WHY(SUBJECT_MALFORMED)) },
    { "an old database", { .purpose = T, .outdated = 1 }, { US, END }, T,
      REC(KNOWN, 1, 1, 1, 0, WHY(DATABASE_UNAVAILABLE)) },
    { "an old database, a country", { .purpose = T, .outdated = 1 },
      { IS("country", "US"), END }, T, REC(KNOWN, 1, 1, 0, 0, 0) },

    /* a subject that is no string */

    { "a subject, a number", { .purpose = T }, { AS("user", NUMBER, "1"),
      END }, T, REC(0, 1, 1, 1, 0, WHY(SUBJECT_MALFORMED)) },
    { "a subject, true", { .purpose = T }, { AS("country", TRUE, "true"),
      END }, T, REC(0, 1, 1, 1, 0, WHY(SUBJECT_MALFORMED)) },
    { "a subject, null", { .purpose = T }, { OF("ip", NULL), END }, T,
      REC(0, 1, 1, 1, 0, WHY(SUBJECT_MALFORMED)) },
    { "a subject, an object", { .purpose = T }, { OF("ip", OBJECT), END }, T,
      REC(0, 1, 1, 1, 0, WHY(SUBJECT_MALFORMED)) },
    { "a subject, an array", { .purpose = T }, { OF("ip", ARRAY), END }, T,
      REC(0, 1, 1, 1, 0, WHY(SUBJECT_MALFORMED)) },
    { "a subject, too long", { .purpose = T }, { OF("via", LONG), END }, T,
      REC(0, 1, 1, 1, 0, WHY(SUBJECT_MALFORMED)) },
    { "null, and somebody", { .purpose = T }, { OF("ip", NULL), US, END }, T,
      REC(KNOWN, 1, 2, 1, 0, WHY(SUBJECT_MALFORMED)) },

    /* purposes: the transfer's, in whatever record */

    { "training", { 0 }, { IS("purpose", "fine-tune"), US, END }, T|O,
      REC(KNOWN, 1, 1, 0, 0, 0) },
    { "training, in a list", { 0 }, { IS("purpose", "x, AI-training"), US,
      END }, T|O, REC(KNOWN, 1, 1, 0, 0, 0) },
    { "another purpose", { 0 }, { IS("purpose", "assistants"), US, END }, O,
      REC(KNOWN, 1, 1, 0, 0, 0) },
    { "another purpose beside training", { .purpose = T },
      { IS("purpose", "assistants"), US, END }, T|O,
      REC(KNOWN, 1, 1, 0, 0, 0) },
    { "an empty purpose", { 0 }, { IS("purpose", ""), US, END }, 0,
      REC(KNOWN, 1, 1, 0, 0, 0) },
    { "a purpose with a control character", { 0 },
      { IS("purpose", "fine\x01tune"), US, END }, O|T|M,
      REC(KNOWN, 1, 1, 0, 0, 0) },
    { "two purposes", { 0 },
      { IS("purpose", "assistants"), IS("purpose", "fine-tune"), US, END },
      T|O, REC(KNOWN, 1, 1, 0, 0, 0) },
    { "a purpose after the record it is for", { 0 },
      { GB, END, IS("purpose", "fine-tune"), US, END }, T|O,
      REC(KNOWN|UK, 2, 2, 1, 0, WHY(CONSENT_MISSING)) },
    { "a purpose, a number", { 0 }, { AS("purpose", NUMBER, "12"), US, END },
      O, REC(KNOWN, 1, 1, 0, 0, 0) },
    { "a purpose, false", { 0 }, { AS("purpose", FALSE, "false"), US, END },
      O, REC(KNOWN, 1, 1, 0, 0, 0) },
    { "a purpose, null", { 0 }, { OF("purpose", NULL), US, END }, 0,
      REC(KNOWN, 1, 1, 0, 0, 0) },
    { "a purpose, an object", { 0 }, { OF("purpose", OBJECT), US, END }, M,
      REC(KNOWN, 1, 1, 0, 0, 0) },
    { "a purpose, an array", { 0 }, { OF("purpose", ARRAY), US, END }, M,
      REC(KNOWN, 1, 1, 0, 0, 0) },
    { "a purpose, too long", { 0 }, { OF("purpose", LONG), US, END }, M,
      REC(KNOWN, 1, 1, 0, 0, 0) },

    /* consent: of the record */

    { "granted", { .purpose = T }, { GB, IS("consent", "granted"), END }, T,
      REC(KNOWN|UK, 1, 1, 0, 1, 0) },
    { "granted before", { .purpose = T }, { IS("consent", "Granted"), GB,
      END }, T, REC(KNOWN|UK, 1, 1, 0, 1, 0) },
    { "granted, by a regex", { .purpose = T }, { GB,
      IS("consent", "yes-12"), END }, T, REC(KNOWN|UK, 1, 1, 0, 1, 0) },
    { "granted, where nobody needs it", { .purpose = T }, { US,
      IS("consent", "granted"), END }, T, REC(KNOWN, 1, 1, 0, 0, 0) },
    { "granted, for nobody", { .purpose = T }, { IS("consent", "granted"),
      END }, T, REC(0, 1, 0, 0, 1, 0) },
    { "granted, somebody unreadable", { .purpose = T }, { OF("ip", NULL),
      IS("consent", "granted"), END }, T, REC(0, 1, 1, 0, 1, 0) },
    { "denied", { .purpose = T }, { GB, IS("consent", "no"), END }, T,
      REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_DENIED)) },
    { "denied, where nobody needs it", { .purpose = T }, { US,
      IS("consent", "no"), END }, T, REC(KNOWN, 1, 1, 0, 0, 0) },
    { "invalid", { .purpose = T }, { GB, IS("consent", "perhaps"), END }, T,
      REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_INVALID)) },
    { "an empty consent", { .purpose = T }, { GB, IS("consent", ""), END }, T,
      REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_INVALID)) },
    { "repeated consent", { .purpose = T }, { GB, IS("consent", "granted"),
      IS("consent", "granted"), END }, T,
      REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_INVALID)) },
    { "granted, then denied", { .purpose = T }, { GB,
      IS("consent", "granted"), IS("consent", "denied"), END }, T,
      REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_DENIED)) },
    { "denied, then granted twice", { .purpose = T }, { GB,
      IS("consent", "denied"), IS("consent", "granted"),
      IS("consent", "granted"), END }, T,
      REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_DENIED)) },
    { "granted by two rules", { .purpose = T }, { GB,
      IS("consent", "granted"), IS("optin", "1"), END }, T,
      REC(KNOWN|UK, 1, 1, 0, 1, 0) },
    { "granted by one rule, denied by another", { .purpose = T }, { GB,
      IS("optin", "no"), IS("consent", "granted"), END }, T,
      REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_DENIED)) },
    { "consent, true", { .purpose = T }, { GB, AS("optin", TRUE, "true"),
      END }, T, REC(KNOWN|UK, 1, 1, 0, 1, 0) },
    { "consent, 1", { .purpose = T }, { GB, AS("optin", NUMBER, "1"), END },
      T, REC(KNOWN|UK, 1, 1, 0, 1, 0) },
    { "consent, 0", { .purpose = T }, { GB, AS("optin", NUMBER, "0"), END },
      T, REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_DENIED)) },
    { "consent, false", { .purpose = T }, { GB, AS("optin", FALSE, "false"),
      END }, T, REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_DENIED)) },
    { "consent, a long number", { .purpose = T }, { GB, OF("optin", NUMBER),
      END }, T, REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_INVALID)) },
    { "consent, null", { .purpose = T }, { GB, OF("optin", NULL), END }, T,
      REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_INVALID)) },
    { "consent, an object", { .purpose = T }, { GB, OF("optin", OBJECT),
      END }, T, REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_INVALID)) },
    { "consent, an array", { .purpose = T }, { GB, OF("optin", ARRAY), END },
      T, REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_INVALID)) },
    { "consent, too long", { .purpose = T }, { GB, OF("consent", LONG),
      END }, T, REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_INVALID)) },
    { "a pattern past its limit", { .purpose = T }, { GB,
      IS("slow", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"), END },
      T, REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_INVALID)) },

    /* headers beside records */

    { "granted by a header", { .purpose = T, .consent = G }, { GB, END }, T,
      REC(KNOWN|UK, 1, 1, 0, 1, 0) },
    { "granted by a header, denied by the record",
      { .purpose = T, .consent = G }, { GB, IS("consent", "no"), END }, T,
      REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_DENIED)) },
    { "granted by a header, unclear in the record",
      { .purpose = T, .consent = G }, { GB, OF("consent", NULL), END }, T,
      REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_INVALID)) },
    { "denied by a header, granted by the record",
      { .purpose = T, .consent = D }, { GB, IS("consent", "granted"), END },
      T, REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_DENIED)) },
    { "granted for the declared, who are not in the record",
      { .purpose = T, .declared_consent = G }, { GB, END }, T,
      REC(KNOWN|UK, 1, 1, 1, 0, WHY(CONSENT_MISSING)) },
    { "covered by declared subjects",
      { .purpose = T, .declared = { 1, KNOWN, 1, 1, 0 } }, { END }, T,
      REC(0, 1, 0, 0, 0, 0) },
    { "covered by a declared id",
      { .purpose = T, .declared = { 1, 0, 0, 0, 0 } }, { END }, T,
      REC(0, 1, 0, 1, 0, WHY(LOCATION_UNKNOWN)) },
    { "covered, but for one of three",
      { .purpose = T, .declared = { 1, KNOWN, 1, 1, 0 } },
      { END, GB, END, END }, T,
      REC(KNOWN|UK, 3, 1, 1, 0, WHY(CONSENT_MISSING)) },
    { "covered, with a consent of its own",
      { .purpose = T, .declared = { 1, UNKNOWN, 1, 1, 0 } },
      { IS("consent", "granted"), END, END }, T,
      REC(0, 2, 0, 1, 1, WHY(LOCATION_UNKNOWN)) },
    { "covered, granted for the declared",
      { .purpose = T, .declared_consent = G,
        .declared = { 1, UNKNOWN, 1, 1, 0 } }, { END, US, END }, T,
      REC(KNOWN, 2, 1, 0, 1, 0) },
    { "covered, granted for the declared, denied by the record",
      { .purpose = T, .declared_consent = G,
        .declared = { 1, UNKNOWN, 1, 1, 0 } }, { IS("consent", "no"), END },
      T, REC(0, 1, 0, 1, 0, WHY(CONSENT_DENIED)) },

    /* nothing is left of a record */

    { "subjects do not stay", { .purpose = T }, { US, END, END, US, END }, T,
      REC(KNOWN, 3, 2, 1, 0, WHY(SUBJECT_MISSING)) },
    { "marks of subjects do not stay", { .purpose = T },
      { IS("ip", "x"), END, US, END, US, END }, T,
      REC(KNOWN, 3, 3, 1, 0, WHY(SUBJECT_MALFORMED)) },
    { "places do not stay", { .purpose = T }, { GB, END, US, END }, T,
      REC(KNOWN|UK, 2, 2, 1, 0, WHY(CONSENT_MISSING)) },
    { "consent does not stay", { .purpose = T },
      { GB, IS("optin", "1"), END, GB, END }, T,
      REC(KNOWN|UK, 2, 2, 1, 1, WHY(CONSENT_MISSING)) },
    { "a denial does not stay", { .purpose = T },
      { GB, IS("consent", "no"), END, GB, IS("consent", "granted"), END }, T,
      REC(KNOWN|UK, 2, 2, 1, 1, WHY(CONSENT_DENIED)) },
    { "a consent alone does not stay", { .purpose = T },
      { IS("consent", "granted"), END, GB, END }, T,
      REC(KNOWN|UK, 2, 1, 1, 1, WHY(CONSENT_MISSING)) },
    { "reasons add up", { .purpose = T },
      { GB, END, NOWHERE, END, IS("ip", ""), END }, T,
      REC(KNOWN|UK|UNKNOWN, 3, 3, 3, 0, WHY(CONSENT_MISSING)
                                        | WHY(LOCATION_UNKNOWN)
                                        | WHY(SUBJECT_MALFORMED)) },
    { "a record that does not end", { .purpose = T }, { GB }, T,
      REC(0, 0, 0, 0, 0, 0) },

    /* three rules of one field */

    { "a subject, a purpose and its consent", { 0 }, { IS("all", "GB"), END },
      T|O, REC(KNOWN|UK, 1, 1, 0, 1, 0) },
    { "all three, null", { 0 }, { OF("all", NULL), END }, 0,
      REC(UNKNOWN, 1, 1, 1, 0, WHY(CONSENT_INVALID)) },
    { "all three, an array", { 0 }, { OF("all", ARRAY), END }, M,
      REC(0, 1, 1, 1, 0, WHY(CONSENT_INVALID)) },
    { "all three, a number", { 0 }, { AS("all", NUMBER, "0"), END }, O,
      REC(0, 1, 1, 1, 0, WHY(CONSENT_DENIED)) },
};


/* A, B and C are rows of a catalogue, in that order; X and Y of another */

static const rule_t  mark_rules[] = {
    { "model", EXPORT_FIELD_MARK, 0, { "~.", }, 0, T|CONTROL, "A", "1", 1 },
    { "kind", EXPORT_FIELD_MARK, 0, { "train", "1" }, 0, T|CONTROL, "A", "1",
      1 },
    { "file", EXPORT_FIELD_MARK, 0, { "~." }, 0, T|DATA, "B", "1", 2 },
    { "eval", EXPORT_FIELD_MARK, 0, { "~." }, 0, O, "C", "1", 3 },
    { "file", EXPORT_FIELD_MARK, 0, { "~^x" }, 0, T, "X", "2", 0 },
    { "job", EXPORT_FIELD_MARK, 0, { "~^(a+)+$" }, 0, T|CONTROL, "Y", "2",
      1 },
};


static const mark_t  marks[] = {
    { "none found", "ABC", { END }, 0, "" },
    { "one", "ABC", { IS("model", "m"), END }, T|CONTROL, "A" },
    { "of a row that does not fit", "BC", { IS("model", "m"), END }, 0, "" },
    { "no row fits", "", { IS("model", "m"), IS("file", "x") }, 0, "" },
    { "another value", "A", { IS("kind", "chat"), END }, 0, "" },
    { "that value", "A", { IS("kind", "Train"), END }, T|CONTROL, "A" },
    { "a number", "A", { AS("kind", NUMBER, "1"), END }, T|CONTROL, "A" },
    { "another number", "A", { AS("kind", NUMBER, "2"), END }, 0, "" },
    { "null", "A", { OF("model", NULL), END }, 0, "" },
    { "an empty text", "A", { IS("model", ""), END }, 0, "" },
    { "an object", "A", { OF("kind", OBJECT), END }, T|CONTROL, "A" },
    { "an array", "A", { OF("kind", ARRAY), END }, T|CONTROL, "A" },
    { "too long", "A", { OF("kind", LONG), END }, T|CONTROL, "A" },
    { "two of one row", "A", { IS("model", "m"), IS("kind", "train") },
      T|CONTROL, "A" },
    { "an earlier row first", "ABC", { IS("model", "m"), IS("file", "f") },
      T|CONTROL, "AB" },
    { "a later row first adds up", "ABC",
      { IS("file", "f"), IS("model", "m") }, T|CONTROL|DATA, "AB" },
    { "an earlier row, in another record", "ABC",
      { IS("model", "m"), END, IS("file", "f"), END }, T|CONTROL, "AB" },
    { "an earlier row that does not fit", "BC",
      { IS("model", "m"), IS("file", "f"), END }, T|DATA, "B" },
    { "a later row takes nothing back", "CBA",
      { IS("file", "f"), IS("eval", "e") }, T|DATA, "BC" },
    { "the last row", "ABC", { IS("eval", "e"), END }, O, "C" },
    { "rows of two catalogues", "BX", { IS("file", "x"), END }, T|DATA,
      "BX" },
    { "an earlier row of another catalogue", "XB",
      { IS("file", "x"), END }, T|DATA, "XB" },
    { "of one of two catalogues", "BX", { IS("file", "f"), END }, T|DATA,
      "B" },
    { "a lower number in another catalogue", "XA",
      { IS("file", "x"), IS("model", "m"), END }, T|CONTROL, "XA" },
    { "rows in the way of their own catalogue only", "AXB",
      { IS("model", "m"), IS("file", "x"), END }, T|CONTROL, "AXB" },
    { "as many rows as there may be", "YYYYYYYA", { IS("model", "m"), END },
      T|CONTROL, "A" },
};


/* the sets' bits of a word as those of this file */

static export_place_t
plain(export_place_t place)
{
    static const export_str_t  uk = export_string("uk");
    static const export_str_t  eea = export_string("eea");

    return (place & (KNOWN|UNKNOWN))
           | (place & export_jurisdictions_find(&jurisdictions, &uk) ? UK : 0)
           | (place & export_jurisdictions_find(&jurisdictions, &eea) ? EEA
                                                                      : 0);
}


static export_place_t
classify(void *data, const export_geo_record_t *record)
{
    return record->country.len ? export_jurisdictions_country(data,
                                                           &record->country)
                               : 0;
}


static export_geo_t *
open_database(void)
{
    char           dir[] = "/tmp/record.XXXXXX", in[64], out[64];
    char           command[256];
    int            rc;
    FILE          *f;
    const char    *error;
    export_geo_t  *geo;

    if (mkdtemp(dir) == NULL) {
        perror(dir);
        exit(2);
    }

    snprintf(in, sizeof(in), "%s/in.tsv", dir);
    snprintf(out, sizeof(out), "%s/out.mmdb", dir);
    snprintf(command, sizeof(command), "perl t/lib/mmdb.pl %s %s", in, out);

    f = fopen(in, "w");

    if (f == NULL || fputs(database, f) == EOF || fclose(f) != 0
        || system(command) != 0)
    {
        printf("Bail out! %s\n", command);
        exit(2);
    }

    geo = export_geo_open(out, NULL, classify, &jurisdictions, &error);
    rc = geo ? export_geo_build(geo, SIZE_MAX, &error) : EXPORT_ERROR;

    if (rc != EXPORT_OK) {
        printf("Bail out! %s %s\n", out, error);
        exit(2);
    }

    unlink(in);
    unlink(out);
    rmdir(dir);

    return geo;
}


static void
compile(const rule_t *from, export_field_rule_t *rule)
{
    char          error[EXPORT_MATCH_ERROR];
    unsigned      i;
    export_str_t  s;

    memset(rule, 0, sizeof(export_field_rule_t));

    rule->role = from->role;
    rule->as = from->as;
    rule->patterns = &match[matches];
    rule->number = from->number;
    rule->purpose = (uint16_t) from->purpose;
    rule->endpoint = from->row;
    rule->catalogue = from->catalogue;
    rule->order = from->order;

    for (i = 0; i < 2 && from->patterns[i]; i++) {
        s = str(from->patterns[i]);

        if (export_match_compile(&match[matches++], &s, error) != EXPORT_OK) {
            printf("Bail out! %s\n", error);
            exit(2);
        }

        rule->npatterns++;
    }
}


/* the rules, by field */

static void
build(export_field_rules_t *rules, export_field_rule_t *rule,
    const rule_t *from, unsigned n)
{
    int                    index[RULES];
    unsigned               i, k, at;
    export_str_t           s;
    static const unsigned  asks[] = {
        EXPORT_ASKS_PURPOSE, EXPORT_ASKS_SUBJECT, EXPORT_ASKS_CONSENT, 0
    };

    memset(rules, 0, sizeof(export_field_rules_t));

    for (i = 0; i < n; i++) {
        s = str(strcpy(name[names++], from[i].field));
        index[i] = export_field_add(&rules->fields, &s);
        rules->asks |= asks[from[i].role];
    }

    at = 0;

    for (k = 0; k < rules->fields.n; k++) {
        rules->first[k] = at;

        for (i = 0; i < n; i++) {
            if (index[i] == (int) k) {
                compile(&from[i], &rule[at++]);
            }
        }
    }

    rules->first[k] = at;
    rules->rule = rule;
}


static unsigned
find(const export_field_rules_t *rules, const char *text)
{
    unsigned      i;
    export_str_t  s;

    for (i = 0; i < rules->fields.n; i++) {
        s = rules->fields.field[i].name;

        if (strlen(text) == s.len && memcmp(text, s.data, s.len) == 0) {
            return i;
        }
    }

    printf("Bail out! no field %s\n", text);
    exit(2);
}


/* why the last record must not leave */

static export_reason_e
run(const step_t *step, export_record_t *record)
{
    unsigned         i;
    export_str_t     s;
    export_reason_e  reason;

    reason = EXPORT_REASON_NONE;

    for (i = 0; i < STEPS && step[i].field; i++) {

        if (step[i].value == NULL) {
            if (export_record_counts(record)) {
                reason = export_record_end(record);
            }

            continue;
        }

        s.len = strlen(step[i].value);
        s.data = guard_copy(step[i].value, s.len);

        export_record_field(record,
                            find(record->inspection->rules, step[i].field),
                            step[i].type, &s);
        guard_free(s.data, s.len);
    }

    return reason;
}


static void
begin(export_inspection_t *inspection, export_record_t *record,
    export_facts_t *facts, const export_field_rules_t *rules)
{
    memset(inspection, 0, sizeof(export_inspection_t));
    memset(record, 0, sizeof(export_record_t));

    inspection->rules = rules;
    inspection->policy = &policy;
    inspection->atlas = &atlas;
    inspection->scratch = scratch;
    inspection->facts = facts;
    record->inspection = inspection;
}


static void
test_cases(const export_field_rules_t *rules)
{
    size_t                   i;
    const case_t            *c;
    export_facts_t           facts;
    export_reason_e          reason;
    export_record_t          record;
    export_inspection_t      inspection;
    const export_records_t  *got, *want;

    got = &facts.records;

    for (i = 0; i < sizeof(cases) / sizeof(case_t); i++) {
        c = &cases[i];
        want = &c->records;
        facts = c->before;

        begin(&inspection, &record, &facts, rules);

        reason = run(c->step, &record);

        if (want->n == 1) {
            is_int(reason ? 1u << reason : 0, want->reasons, "%s", c->name);
        }

        is_int(facts.purpose, c->purpose, "%s: the purpose", c->name);

        ok(got->n == want->n && got->subjects == want->subjects
           && got->refused == want->refused
           && got->consented == want->consented
           && got->reasons == want->reasons
           && plain(got->places) == want->places, "... the records: %d, of "
           "%d subjects, %d refused for 0x%x, %d consented, in 0x%x",
           (int) got->n, (int) got->subjects, (int) got->refused,
           got->reasons, (int) got->consented, plain(got->places));

        ok(facts.consent == c->before.consent
           && facts.declared_consent == c->before.declared_consent
           && facts.body == c->before.body && facts.error == 0
           && memcmp(&facts.declared, &c->before.declared,
                     sizeof(export_subjects_t)) == 0, "... nothing else");
    }
}


static void
test_marks(const export_field_rules_t *rules)
{
    size_t                i;
    char                  hits[EXPORT_MAX_ENDPOINTS + 1];
    unsigned              k, n;
    const mark_t         *m;
    export_facts_t        facts;
    export_record_t       record;
    export_inspection_t   inspection;

    for (i = 0; i < sizeof(marks) / sizeof(mark_t); i++) {
        m = &marks[i];
        memset(&facts, 0, sizeof(facts));

        begin(&inspection, &record, &facts, rules);

        for (k = 0; m->rows[k]; k++) {
            for (n = 0; *(const char *) rules->rule[n].endpoint != m->rows[k];
                 n++)
            {
                /* void */
            }

            inspection.endpoint[k] = rules->rule[n].endpoint;
        }

        inspection.nendpoints = k;

        is_int(run(m->step, &record), EXPORT_REASON_NONE, "marks: %s",
               m->name);
        is_int(facts.purpose, m->purpose, "... the purpose");

        n = 0;

        for (k = 0; k < inspection.nendpoints; k++) {
            if (inspection.hit[k]) {
                hits[n++] = *(const char *) inspection.hit[k]->endpoint;
            }
        }

        hits[n] = '\0';

        ok(strlen(hits) == strlen(m->hits)
           && strspn(hits, m->hits) == strlen(hits), "... found \"%s\"",
           hits);
        is_int(facts.records.n, 0, "... and no records");
    }
}


/* running into a limit is a failure where it might hide training */

static void
test_errors(const export_field_rules_t *rules)
{
    export_facts_t       facts;
    export_record_t      record;
    export_inspection_t  inspection;
    static const step_t  slow[STEPS] = {
        IS("job", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")
    };

    memset(&facts, 0, sizeof(facts));
    begin(&inspection, &record, &facts, rules);

    is_int(run(slow, &record), EXPORT_REASON_NONE,
           "a mark past the limit of a match");
    is_int(facts.error, 0, "... of a row that does not fit");

    inspection.endpoint[0] = rules->rule[rules->first[find(rules, "job")]].endpoint;
    inspection.nendpoints = 1;

    (void) run(slow, &record);
    is_int(facts.error, 1, "... and of one that does");
    is_int(facts.purpose, 0, "... which is not found");
}


/* the same steps, in whatever order within a record */

static void
test_order(const export_field_rules_t *rules)
{
    size_t                i;
    unsigned              k, n, at, wrong, runs;
    step_t                step[STEPS + 1], swap;
    export_facts_t        facts, other;
    export_record_t       record;
    export_inspection_t   inspection;

    wrong = 0;
    runs = 0;

    for (i = 0; i < sizeof(cases) / sizeof(case_t); i++) {

        if (cases[i].records.n != 1) {
            continue;
        }

        facts = cases[i].before;
        begin(&inspection, &record, &facts, rules);
        (void) run(cases[i].step, &record);

        memcpy(step, cases[i].step, sizeof(cases[i].step));

        for (n = 0; step[n].value; n++) {
            /* void */
        }

        for (k = 0; n > 1 && k < 8; k++) {
            at = draw(n - 1);
            swap = step[at];
            step[at] = step[at + 1];
            step[at + 1] = swap;

            other = cases[i].before;
            begin(&inspection, &record, &other, rules);
            (void) run(step, &record);

            wrong += memcmp(&facts, &other, sizeof(facts)) != 0;
            runs++;
        }
    }

    is_int(wrong, 0, "the order of fields does not matter, %u times", runs);
}


/* where nobody asks for subjects or consent there are no records */

static void
test_uncounted(void)
{
    export_facts_t               facts;
    export_record_t              record;
    export_inspection_t          inspection;
    export_field_rule_t          rule[RULES];
    export_field_rules_t         rules;
    static const rule_t          purpose[] = {
        { "purpose", EXPORT_FIELD_PURPOSE, 0, { "fine-tune" }, 0, 0, 0, 0, 0 }
    };
    static const step_t          step[STEPS] = {
        END, IS("purpose", "fine-tune"), END
    };

    memset(&facts, 0, sizeof(facts));
    build(&rules, rule, purpose, 1);
    begin(&inspection, &record, &facts, &rules);

    is_int(run(step, &record), EXPORT_REASON_NONE,
           "only a purpose is asked for");
    is_int(facts.purpose, T|O, "... which is found");
    ok(facts.records.n == 0 && facts.records.reasons == 0,
       "... and no records");
}


int
main(void)
{
    unsigned              i;
    export_geo_t         *geo;
    export_field_rule_t   rule[RULES], mark[RULES];
    export_field_rules_t  rules, marked;

    static const export_str_t  uk = export_string("uk");
    static const export_str_t  eea = export_string("eea");

    export_jurisdictions_init(&jurisdictions);

    geo = open_database();
    scratch = export_match_scratch_create();

    atlas.jurisdictions = &jurisdictions;
    atlas.geo[atlas.n++] = geo;

    policy.protect = export_jurisdictions_find(&jurisdictions, &uk)
                     | export_jurisdictions_find(&jurisdictions, &eea);

    build(&rules, rule, plain_rules, sizeof(plain_rules) / sizeof(rule_t));
    build(&marked, mark, mark_rules, sizeof(mark_rules) / sizeof(rule_t));

    test_cases(&rules);
    test_order(&rules);
    test_marks(&marked);
    test_errors(&marked);
    test_uncounted();

    for (i = 0; i < matches; i++) {
        export_match_free(&match[i]);
    }

    export_match_scratch_free(scratch);
    export_geo_close(geo);

    return done_testing();
}
