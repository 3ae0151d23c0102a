
#include "tap.h"

#include "../../module/policy/export_policy.c"


/*
 * The decision, and a second account of it: section by section, in the words
 * of the design, with nothing in common with the code but the facts.
 */


#define UK       0x1u
#define EEA      0x2u
#define KNOWN    EXPORT_PLACE_KNOWN
#define UNKNOWN  EXPORT_PLACE_UNKNOWN

#define T        EXPORT_PURPOSE_TRAINING
#define O        EXPORT_PURPOSE_OTHER
#define M        EXPORT_PURPOSE_MALFORMED
#define DATA     EXPORT_PURPOSE_DATA
#define CONTROL  EXPORT_PURPOSE_CONTROL

#define G        EXPORT_CONSENT_GRANTED
#define D        EXPORT_CONSENT_DENIED
#define I        EXPORT_CONSENT_INVALID


typedef struct {
    const char         *name;
    export_facts_t      facts;
    export_policy_t     policy;
    export_reason_e     reason;
} case_t;


#define SUBJECT(p)        .declared = { .places = (p), .n = 1, .located = 1 }
#define ADDRESS(p)                                                            \
    .declared = { .places = (p), .n = 1, .located = 1, .addressed = 1 }
#define PROTECT           { .protect = UK|EEA }
#define REDACT            { .protect = UK|EEA, .redact = 1 }

#define REDACTING         (WHY(EXPORT_REASON_RECORDS_DROPPED)                       \
                           |WHY(EXPORT_REASON_BODY_SIGNED)                       \
                           |WHY(EXPORT_REASON_NOTHING_LEFT)                         \
                           |WHY(EXPORT_REASON_STREAM_ABORTED))

/* a body in that state, that may say a purpose, or not */

#define BODY(s)           .body = EXPORT_BODY_##s
#define HIDES(s)          .body = EXPORT_BODY_##s, .hidden = 1

#define WHY(r)            (1u << (r))

/* records: how many, their subjects, those refused, and for what */

#define RECORDS(k, s, r, why)                                                 \
    .records = { .n = (k), .subjects = (s), .refused = (r), .reasons = (why) }


static const case_t  cases[] = {

    { "nothing at all", { 0 }, PROTECT, EXPORT_REASON_NOT_TRAINING },
    { "something else", { .purpose = O }, PROTECT, EXPORT_REASON_NOT_TRAINING },
    { "something else, protected", { .purpose = O, SUBJECT(KNOWN|UK) },
      PROTECT, EXPORT_REASON_NOT_TRAINING },
    { "something else, denied", { .purpose = O, .consent = D, SUBJECT(UK) },
      PROTECT, EXPORT_REASON_NOT_TRAINING },
    { "undeclared, strict", { SUBJECT(KNOWN|UK) },
      { .protect = UK, .undeclared_training = 1 }, EXPORT_REASON_CONSENT_MISSING },
    { "declared, strict", { .purpose = O, SUBJECT(KNOWN|UK) },
      { .protect = UK, .undeclared_training = 1 }, EXPORT_REASON_NOT_TRAINING },

    { "evidence wins over declarations",
      { .purpose = T|O, SUBJECT(KNOWN|UK) }, PROTECT,
      EXPORT_REASON_CONSENT_MISSING },
    { "elsewhere", { .purpose = T, SUBJECT(KNOWN) }, PROTECT,
      EXPORT_REASON_NOT_PROTECTED },
    { "a set that is not protected", { .purpose = T, SUBJECT(KNOWN|UK) },
      { .protect = EEA }, EXPORT_REASON_NOT_PROTECTED },
    { "one of two", { .purpose = T, SUBJECT(KNOWN|EEA) }, PROTECT,
      EXPORT_REASON_CONSENT_MISSING },
    { "protected and unknown", { .purpose = T, SUBJECT(UNKNOWN|EEA) },
      PROTECT, EXPORT_REASON_CONSENT_MISSING },
    { "protected and malformed",
      { .purpose = T, .declared = { 2, UK|KNOWN, 1, 1, 1 } }, PROTECT,
      EXPORT_REASON_CONSENT_MISSING },
    { "malformed", { .purpose = T, .declared = { 1, 0, 0, 0, 1 } }, PROTECT,
      EXPORT_REASON_SUBJECT_MALFORMED },
    { "one of two is malformed",
      { .purpose = T, .declared = { 2, KNOWN, 1, 1, 1 } },
      { .protect = UK, .unknown_allowed = 1 }, EXPORT_REASON_SUBJECT_MALFORMED },
    { "nobody", { .purpose = T }, PROTECT, EXPORT_REASON_SUBJECT_MISSING },
    { "nobody, data", { .purpose = T|DATA }, PROTECT,
      EXPORT_REASON_SUBJECT_MISSING },
    { "nobody, a job", { .purpose = T|CONTROL }, PROTECT,
      EXPORT_REASON_NO_PERSONAL_DATA },
    { "nobody, both", { .purpose = T|CONTROL|DATA }, PROTECT,
      EXPORT_REASON_SUBJECT_MISSING },
    { "somebody, a job", { .purpose = T|CONTROL, SUBJECT(KNOWN|UK) },
      PROTECT, EXPORT_REASON_CONSENT_MISSING },
    { "unknown", { .purpose = T, SUBJECT(UNKNOWN) }, PROTECT,
      EXPORT_REASON_LOCATION_UNKNOWN },
    { "unknown, and elsewhere", { .purpose = T, SUBJECT(KNOWN|UNKNOWN) },
      PROTECT, EXPORT_REASON_LOCATION_UNKNOWN },
    { "unknown, allowed", { .purpose = T, SUBJECT(UNKNOWN) },
      { .protect = UK, .unknown_allowed = 1 }, EXPORT_REASON_NOT_PROTECTED },
    { "an id only", { .purpose = T, .declared = { .n = 1 } }, PROTECT,
      EXPORT_REASON_LOCATION_UNKNOWN },
    { "an id only, allowed", { .purpose = T, .declared = { .n = 1 } },
      { .protect = UK, .unknown_allowed = 1 }, EXPORT_REASON_NOT_PROTECTED },
    { "an old database",
      { .purpose = T, ADDRESS(UNKNOWN), .outdated = 1 }, PROTECT,
      EXPORT_REASON_DATABASE_UNAVAILABLE },
    { "an old database, a country",
      { .purpose = T, SUBJECT(KNOWN), .outdated = 1 }, PROTECT,
      EXPORT_REASON_NOT_PROTECTED },
    { "an old database, unknown allowed",
      { .purpose = T, ADDRESS(UNKNOWN), .outdated = 1 },
      { .protect = UK, .unknown_allowed = 1 }, EXPORT_REASON_DATABASE_UNAVAILABLE },

    { "granted", { .purpose = T, .consent = G, SUBJECT(KNOWN|UK) }, PROTECT,
      EXPORT_REASON_CONSENT_GRANTED },
    { "granted for the declared",
      { .purpose = T, .declared_consent = G, SUBJECT(KNOWN|UK) }, PROTECT,
      EXPORT_REASON_CONSENT_GRANTED },
    { "granted for nobody", { .purpose = T, .consent = G }, PROTECT,
      EXPORT_REASON_CONSENT_GRANTED },
    { "granted, unknown", { .purpose = T, .consent = G, SUBJECT(UNKNOWN) },
      PROTECT, EXPORT_REASON_CONSENT_GRANTED },
    { "granted and denied",
      { .purpose = T, .consent = G|D, SUBJECT(KNOWN|UK) }, PROTECT,
      EXPORT_REASON_CONSENT_DENIED },
    { "granted, and denied for the declared",
      { .purpose = T, .consent = G, .declared_consent = D, SUBJECT(UK) },
      PROTECT, EXPORT_REASON_CONSENT_DENIED },
    { "granted for the declared, and denied",
      { .purpose = T, .consent = D, .declared_consent = G, SUBJECT(UK) },
      PROTECT, EXPORT_REASON_CONSENT_DENIED },
    { "granted and invalid",
      { .purpose = T, .consent = G|I, SUBJECT(KNOWN|UK) }, PROTECT,
      EXPORT_REASON_CONSENT_INVALID },
    { "invalid and denied",
      { .purpose = T, .consent = I|D, SUBJECT(KNOWN|UK) }, PROTECT,
      EXPORT_REASON_CONSENT_DENIED },
    { "denied elsewhere", { .purpose = T, .consent = D, SUBJECT(KNOWN) },
      PROTECT, EXPORT_REASON_NOT_PROTECTED },

    { "unreadable", { .purpose = O|M, SUBJECT(KNOWN|UK) }, PROTECT,
      EXPORT_REASON_PURPOSE_MALFORMED },
    { "unreadable, nobody", { .purpose = O|M }, PROTECT,
      EXPORT_REASON_PURPOSE_MALFORMED },
    { "unreadable, elsewhere", { .purpose = O|M, SUBJECT(KNOWN) }, PROTECT,
      EXPORT_REASON_NOT_PROTECTED },
    { "unreadable, granted",
      { .purpose = O|M, .consent = G, SUBJECT(KNOWN|UK) }, PROTECT,
      EXPORT_REASON_CONSENT_GRANTED },
    { "unreadable, denied",
      { .purpose = O|M, .consent = D, SUBJECT(KNOWN|UK) }, PROTECT,
      EXPORT_REASON_CONSENT_DENIED },
    { "unreadable, training", { .purpose = T|O|M, SUBJECT(KNOWN|UK) },
      PROTECT, EXPORT_REASON_CONSENT_MISSING },

    { "a body, read", { .purpose = T, BODY(READ), SUBJECT(KNOWN) }, PROTECT,
      EXPORT_REASON_NOT_PROTECTED },
    { "a body, read, nobody", { .purpose = T, BODY(READ) }, PROTECT,
      EXPORT_REASON_SUBJECT_MISSING },
    { "foreign", { .purpose = T, BODY(FOREIGN), SUBJECT(KNOWN) }, PROTECT,
      EXPORT_REASON_BODY_OPAQUE },
    { "opaque", { .purpose = T, BODY(OPAQUE), SUBJECT(KNOWN) }, PROTECT,
      EXPORT_REASON_BODY_OPAQUE },
    { "skipped, and no consent after all",
      { .purpose = T, BODY(SKIPPED), SUBJECT(KNOWN) }, PROTECT,
      EXPORT_REASON_BODY_OPAQUE },
    { "over a limit", { .purpose = T, BODY(LIMITED), SUBJECT(KNOWN) },
      PROTECT, EXPORT_REASON_BODY_LIMIT },
    { "cut short", { .purpose = T, BODY(INCOMPLETE), SUBJECT(KNOWN) },
      PROTECT, EXPORT_REASON_BODY_INCOMPLETE },
    { "a malformed body", { .purpose = T, BODY(MALFORMED), SUBJECT(KNOWN) },
      PROTECT, EXPORT_REASON_BODY_MALFORMED },
    { "a malformed body, a job", { .purpose = T|CONTROL, BODY(MALFORMED) },
      PROTECT, EXPORT_REASON_BODY_MALFORMED },
    { "a malformed body, unknown allowed",
      { .purpose = T, BODY(MALFORMED), SUBJECT(UNKNOWN) },
      { .protect = UK, .unknown_allowed = 1 }, EXPORT_REASON_BODY_MALFORMED },
    { "a malformed body, something else",
      { .purpose = O, BODY(MALFORMED), SUBJECT(UK) }, PROTECT,
      EXPORT_REASON_NOT_TRAINING },
    { "a malformed body, a failure",
      { .purpose = T, BODY(MALFORMED), .error = 1 }, PROTECT,
      EXPORT_REASON_INTERNAL_ERROR },
    { "headers are told before the body",
      { .purpose = T, BODY(MALFORMED), SUBJECT(KNOWN|UK) }, PROTECT,
      EXPORT_REASON_CONSENT_MISSING },
    { "the body before records",
      { .purpose = T, BODY(LIMITED),
        RECORDS(9, 9, 1, WHY(EXPORT_REASON_CONSENT_MISSING)) },
      PROTECT, EXPORT_REASON_BODY_LIMIT },

    { "an opaque body, granted",
      { .purpose = T, .consent = G, BODY(OPAQUE) }, PROTECT,
      EXPORT_REASON_CONSENT_GRANTED },
    { "a foreign body, granted, elsewhere",
      { .purpose = T, .consent = G, BODY(FOREIGN), SUBJECT(KNOWN) }, PROTECT,
      EXPORT_REASON_CONSENT_GRANTED },
    { "a malformed body, granted",
      { .purpose = T, .consent = G, BODY(MALFORMED), SUBJECT(UK) }, PROTECT,
      EXPORT_REASON_CONSENT_GRANTED },
    { "a skipped body", { .purpose = T, .consent = G, BODY(SKIPPED) },
      PROTECT, EXPORT_REASON_CONSENT_GRANTED },
    { "an opaque body, granted for the declared",
      { .purpose = T, .declared_consent = G, BODY(OPAQUE), SUBJECT(UK) },
      PROTECT, EXPORT_REASON_BODY_OPAQUE },
    { "an opaque body, denied",
      { .purpose = T, .consent = D, BODY(OPAQUE), SUBJECT(KNOWN) }, PROTECT,
      EXPORT_REASON_CONSENT_DENIED },
    { "an opaque body, granted and invalid",
      { .purpose = T, .consent = G|I, BODY(OPAQUE), SUBJECT(KNOWN) },
      PROTECT, EXPORT_REASON_CONSENT_INVALID },

    { "hidden, read", { HIDES(READ), SUBJECT(UK) }, PROTECT,
      EXPORT_REASON_NOT_TRAINING },
    { "hidden, foreign", { HIDES(FOREIGN), SUBJECT(UK) }, PROTECT,
      EXPORT_REASON_NOT_TRAINING },
    { "hidden, no body", { HIDES(NONE), SUBJECT(UK) }, PROTECT,
      EXPORT_REASON_NOT_TRAINING },
    { "hidden, opaque", { HIDES(OPAQUE), SUBJECT(KNOWN) }, PROTECT,
      EXPORT_REASON_BODY_OPAQUE },
    { "hidden, over a limit", { HIDES(LIMITED), SUBJECT(UK) }, PROTECT,
      EXPORT_REASON_BODY_LIMIT },
    { "hidden, cut short", { HIDES(INCOMPLETE) }, PROTECT,
      EXPORT_REASON_BODY_INCOMPLETE },
    { "hidden, malformed, another purpose declared",
      { .purpose = O, HIDES(MALFORMED), SUBJECT(KNOWN) }, PROTECT,
      EXPORT_REASON_BODY_MALFORMED },
    { "hidden, malformed, training",
      { .purpose = T, HIDES(MALFORMED), SUBJECT(UK) }, PROTECT,
      EXPORT_REASON_CONSENT_MISSING },
    { "hidden, malformed, an unreadable purpose",
      { .purpose = M, HIDES(MALFORMED), SUBJECT(KNOWN) }, PROTECT,
      EXPORT_REASON_PURPOSE_MALFORMED },
    { "hidden, malformed, denied",
      { .consent = D, HIDES(MALFORMED) }, PROTECT, EXPORT_REASON_CONSENT_DENIED },
    { "hidden, malformed, granted",
      { .consent = G, HIDES(MALFORMED) }, PROTECT, EXPORT_REASON_CONSENT_GRANTED },
    { "hidden, skipped", { .consent = G, HIDES(SKIPPED), SUBJECT(UK) },
      PROTECT, EXPORT_REASON_CONSENT_GRANTED },

    { "records", { .purpose = T, BODY(READ), RECORDS(2, 2, 0, 0) }, PROTECT,
      EXPORT_REASON_NOT_PROTECTED },
    { "one of many",
      { .purpose = T, BODY(READ),
        RECORDS(900, 900, 1, WHY(EXPORT_REASON_CONSENT_MISSING)) },
      PROTECT, EXPORT_REASON_CONSENT_MISSING },
    { "several reasons",
      { .purpose = T, BODY(READ),
        RECORDS(9, 9, 3, WHY(EXPORT_REASON_LOCATION_UNKNOWN)
                         | WHY(EXPORT_REASON_SUBJECT_MALFORMED)
                         | WHY(EXPORT_REASON_CONSENT_DENIED)) },
      PROTECT, EXPORT_REASON_CONSENT_DENIED },
    { "refused, although consent is granted",
      { .purpose = T, .consent = G, BODY(READ),
        RECORDS(2, 2, 1, WHY(EXPORT_REASON_CONSENT_DENIED)) },
      PROTECT, EXPORT_REASON_CONSENT_DENIED },
    { "consented",
      { .purpose = T, BODY(READ),
        .records = { .n = 2, .subjects = 2, .consented = 1 } },
      PROTECT, EXPORT_REASON_CONSENT_GRANTED },
    { "covered by the declared",
      { .purpose = T, BODY(READ), RECORDS(2, 0, 0, 0), SUBJECT(KNOWN) },
      PROTECT, EXPORT_REASON_NOT_PROTECTED },
    { "a record without a subject",
      { .purpose = T, BODY(READ),
        RECORDS(2, 1, 1, WHY(EXPORT_REASON_SUBJECT_MISSING)) },
      PROTECT, EXPORT_REASON_SUBJECT_MISSING },
    { "no record at all", { .purpose = T|DATA, BODY(READ) }, PROTECT,
      EXPORT_REASON_SUBJECT_MISSING },
    { "a job's options",
      { .purpose = T|CONTROL, BODY(READ),
        RECORDS(1, 0, 1, WHY(EXPORT_REASON_SUBJECT_MISSING)) },
      PROTECT, EXPORT_REASON_NO_PERSONAL_DATA },
    { "a job's options, and data",
      { .purpose = T|CONTROL|DATA, BODY(READ),
        RECORDS(1, 0, 1, WHY(EXPORT_REASON_SUBJECT_MISSING)) },
      PROTECT, EXPORT_REASON_SUBJECT_MISSING },
    { "a job's options, and somebody",
      { .purpose = T|CONTROL, BODY(READ),
        RECORDS(2, 1, 1, WHY(EXPORT_REASON_SUBJECT_MISSING)) },
      PROTECT, EXPORT_REASON_SUBJECT_MISSING },
    { "a job on protected records",
      { .purpose = T|CONTROL, BODY(READ),
        RECORDS(2, 1, 1, WHY(EXPORT_REASON_CONSENT_MISSING)) },
      PROTECT, EXPORT_REASON_CONSENT_MISSING },
    { "records, unreadable purpose",
      { .purpose = M, BODY(READ),
        RECORDS(2, 2, 1, WHY(EXPORT_REASON_CONSENT_MISSING)) },
      PROTECT, EXPORT_REASON_PURPOSE_MALFORMED },
    { "records, something else",
      { .purpose = O, BODY(READ),
        RECORDS(2, 2, 1, WHY(EXPORT_REASON_CONSENT_MISSING)) },
      PROTECT, EXPORT_REASON_NOT_TRAINING },

    { "records, some dropped",
      { .purpose = T, BODY(READ),
        RECORDS(3, 3, 1, WHY(EXPORT_REASON_CONSENT_MISSING)) },
      REDACT, EXPORT_REASON_RECORDS_DROPPED },
    { "records, none dropped",
      { .purpose = T, BODY(READ), RECORDS(3, 3, 0, 0) },
      REDACT, EXPORT_REASON_NOT_PROTECTED },
    { "records, all dropped",
      { .purpose = T, BODY(READ),
        RECORDS(3, 3, 3, WHY(EXPORT_REASON_CONSENT_MISSING)) },
      REDACT, EXPORT_REASON_NOTHING_LEFT },
    { "... some of them for nobody was found",
      { .purpose = T, BODY(READ),
        RECORDS(3, 2, 3, WHY(EXPORT_REASON_LOCATION_UNKNOWN)
                         |WHY(EXPORT_REASON_SUBJECT_MISSING)) },
      REDACT, EXPORT_REASON_NOTHING_LEFT },
    { "records, nobody found in any",
      { .purpose = T, BODY(READ),
        RECORDS(3, 0, 3, WHY(EXPORT_REASON_SUBJECT_MISSING)) },
      REDACT, EXPORT_REASON_SUBJECT_MISSING },
    { "... nor readable, and signed",
      { .purpose = T, BODY(READ), .sealed = 1,
        RECORDS(3, 2, 3, WHY(EXPORT_REASON_SUBJECT_MISSING)
                         |WHY(EXPORT_REASON_SUBJECT_MALFORMED)) },
      REDACT, EXPORT_REASON_SUBJECT_MALFORMED },
    { "... and no database",
      { .purpose = T, BODY(READ),
        RECORDS(3, 3, 3, WHY(EXPORT_REASON_DATABASE_UNAVAILABLE)) },
      REDACT, EXPORT_REASON_DATABASE_UNAVAILABLE },
    { "records that cannot be dropped",
      { .purpose = T, BODY(READ),
        .records = { .n = 3, .subjects = 3, .refused = 2,
                     .reasons = WHY(EXPORT_REASON_CONSENT_MISSING)
                                |WHY(EXPORT_REASON_CONSENT_DENIED),
                     .whole = WHY(EXPORT_REASON_CONSENT_MISSING) } },
      REDACT, EXPORT_REASON_CONSENT_MISSING },
    { "records to be dropped, signed",
      { .purpose = T, BODY(READ), .sealed = 1,
        RECORDS(3, 3, 1, WHY(EXPORT_REASON_CONSENT_MISSING)) },
      REDACT, EXPORT_REASON_BODY_SIGNED },
    { "no records to be dropped, signed",
      { .purpose = T, BODY(READ), .sealed = 1, RECORDS(3, 3, 0, 0) },
      REDACT, EXPORT_REASON_NOT_PROTECTED },
    { "records to be dropped, and a fault",
      { .purpose = T, BODY(MALFORMED),
        RECORDS(3, 3, 1, WHY(EXPORT_REASON_CONSENT_MISSING)) },
      REDACT, EXPORT_REASON_BODY_MALFORMED },
    { "a fault after records have left",
      { .purpose = T, BODY(MALFORMED), .departed = 1,
        RECORDS(3, 3, 1, WHY(EXPORT_REASON_CONSENT_MISSING)) },
      REDACT, EXPORT_REASON_STREAM_ABORTED },
    { "records to be dropped, declared ones protected",
      { .purpose = T, BODY(READ), SUBJECT(KNOWN|UK),
        RECORDS(3, 3, 1, WHY(EXPORT_REASON_CONSENT_MISSING)) },
      REDACT, EXPORT_REASON_CONSENT_MISSING },
    { "a job's options, not dropped",
      { .purpose = T|CONTROL, BODY(READ),
        RECORDS(2, 0, 2, WHY(EXPORT_REASON_SUBJECT_MISSING)) },
      REDACT, EXPORT_REASON_NO_PERSONAL_DATA },
    { "records of something else, not dropped",
      { .purpose = O, BODY(READ),
        RECORDS(3, 3, 1, WHY(EXPORT_REASON_CONSENT_MISSING)) },
      REDACT, EXPORT_REASON_NOT_TRAINING },

    { "a failure", { .error = 1 }, PROTECT, EXPORT_REASON_INTERNAL_ERROR },
    { "a failure, granted", { .purpose = T, .consent = G, .error = 1 },
      PROTECT, EXPORT_REASON_INTERNAL_ERROR },
};


/* what must never turn a block into an allow */

static void training(export_facts_t *f) { f->purpose |= T; }
static void unreadable(export_facts_t *f) { f->purpose |= M; }
static void data(export_facts_t *f) { f->purpose |= DATA; }
static void denied(export_facts_t *f) { f->consent |= D; }
static void invalid(export_facts_t *f) { f->consent |= I; }
static void denied2(export_facts_t *f) { f->declared_consent |= D; }
static void invalid2(export_facts_t *f) { f->declared_consent |= I; }
static void protected(export_facts_t *f) { f->declared.places |= UK; }
static void somewhere(export_facts_t *f) { f->declared.places |= EEA; }
static void nowhere(export_facts_t *f) { f->declared.places |= UNKNOWN; }
static void known(export_facts_t *f) { f->declared.places |= KNOWN; }
static void outdated(export_facts_t *f) { f->outdated = 1; }
static void failed(export_facts_t *f) { f->error = 1; }


static void
malformed(export_facts_t *f)
{
    f->declared.malformed = 1;
    f->declared.n++;
}


static void
worse(export_facts_t *f, export_body_e body)
{
    f->body = body > f->body ? body : f->body;
}


static void foreign(export_facts_t *f) { worse(f, EXPORT_BODY_FOREIGN); }
static void skipped(export_facts_t *f) { worse(f, EXPORT_BODY_SKIPPED); }
static void opaque(export_facts_t *f) { worse(f, EXPORT_BODY_OPAQUE); }
static void limited(export_facts_t *f) { worse(f, EXPORT_BODY_LIMITED); }
static void cut(export_facts_t *f) { worse(f, EXPORT_BODY_INCOMPLETE); }
static void spoilt(export_facts_t *f) { worse(f, EXPORT_BODY_MALFORMED); }
static void hidden(export_facts_t *f) { f->hidden = 1; }


static void
refused(export_facts_t *f, export_reason_e reason, unsigned subjects)
{
    f->records.n++;
    f->records.refused++;
    f->records.subjects += subjects;
    f->records.reasons |= 1u << reason;
}


static void one(export_facts_t *f) { refused(f, EXPORT_REASON_CONSENT_MISSING, 1); }
static void two(export_facts_t *f) { refused(f, EXPORT_REASON_LOCATION_UNKNOWN, 2); }
static void empty(export_facts_t *f) { refused(f, EXPORT_REASON_SUBJECT_MISSING, 0); }
static void no(export_facts_t *f) { refused(f, EXPORT_REASON_CONSENT_DENIED, 0); }


static void
passed(export_facts_t *f)
{
    if (f->records.n) {             /* the first would cover for nobody */
        f->records.n++;
        f->records.subjects++;
        f->records.consented++;
    }
}


static void (*evidence[])(export_facts_t *facts) = {
    training, unreadable, data, denied, invalid, denied2, invalid2, protected,
    somewhere, nowhere, known, outdated, failed, malformed,

    /* of bodies, from here on */

    foreign, skipped, opaque, limited, cut, spoilt, hidden, one, two, empty,
    no, passed,
};

#define EVIDENCE  (sizeof(evidence) / sizeof(evidence[0]))
#define HEADERS   14


/* what a group of subjects needs consent for */

static export_reason_e
subjects_need(const export_facts_t *f, const export_policy_t *p,
    const export_subjects_t *s)
{
    int  is_unknown;

    is_unknown = (s->places & UNKNOWN) || !s->located;

    return s->places & p->protect ? EXPORT_REASON_CONSENT_MISSING
           : s->malformed ? EXPORT_REASON_SUBJECT_MALFORMED
           : s->n == 0 ? EXPORT_REASON_SUBJECT_MISSING
           : f->outdated && s->addressed ? EXPORT_REASON_DATABASE_UNAVAILABLE
           : is_unknown && !p->unknown_allowed ? EXPORT_REASON_LOCATION_UNKNOWN
           : EXPORT_REASON_NONE;
}


/* a negative signal always wins */

static export_reason_e
with_consent(export_reason_e why, unsigned said)
{
    return why == EXPORT_REASON_NONE ? EXPORT_REASON_NONE
           : said & D ? EXPORT_REASON_CONSENT_DENIED
           : said & I ? EXPORT_REASON_CONSENT_INVALID
           : said & G ? EXPORT_REASON_NONE
           : why;
}


static export_reason_e
body_need(export_body_e body)
{
    switch (body) {

    case EXPORT_BODY_NONE:
    case EXPORT_BODY_READ:
        return EXPORT_REASON_NONE;

    case EXPORT_BODY_LIMITED:
        return EXPORT_REASON_BODY_LIMIT;

    case EXPORT_BODY_INCOMPLETE:
        return EXPORT_REASON_BODY_INCOMPLETE;

    case EXPORT_BODY_MALFORMED:
        return EXPORT_REASON_BODY_MALFORMED;

    default:
        return EXPORT_REASON_BODY_OPAQUE;
    }
}


/* the gravest of what records were refused for */

static export_reason_e
records_need(uint32_t reasons)
{
    return reasons & WHY(EXPORT_REASON_CONSENT_DENIED) ? EXPORT_REASON_CONSENT_DENIED
           : reasons & WHY(EXPORT_REASON_CONSENT_INVALID) ? EXPORT_REASON_CONSENT_INVALID
           : reasons & WHY(EXPORT_REASON_CONSENT_MISSING) ? EXPORT_REASON_CONSENT_MISSING
           : reasons & WHY(EXPORT_REASON_SUBJECT_MALFORMED)
             ? EXPORT_REASON_SUBJECT_MALFORMED
           : reasons & WHY(EXPORT_REASON_SUBJECT_MISSING) ? EXPORT_REASON_SUBJECT_MISSING
           : reasons & WHY(EXPORT_REASON_DATABASE_UNAVAILABLE)
             ? EXPORT_REASON_DATABASE_UNAVAILABLE
           : reasons & WHY(EXPORT_REASON_LOCATION_UNKNOWN) ? EXPORT_REASON_LOCATION_UNKNOWN
           : EXPORT_REASON_NONE;
}


static export_reason_e
restated(const export_facts_t *f, const export_policy_t *p)
{
    int              is_training, is_governed, is_job, is_anonymous, i;
    unsigned         both;
    export_reason_e  why;

    struct {
        export_reason_e  why;
        unsigned         said;
    } need[5];

    /* fail closed */

    if (f->error) {
        return EXPORT_REASON_INTERNAL_ERROR;
    }

    /* 1, 2: purpose */

    is_training = (f->purpose & T) != 0
                  || ((f->purpose & O) == 0 && p->undeclared_training);
    is_governed = is_training || (f->purpose & M) != 0
                  || (f->hidden && f->body > EXPORT_BODY_FOREIGN);

    if (!is_governed) {
        return EXPORT_REASON_NOT_TRAINING;
    }

    /* 3, 4, 5: who needs consent, and what was said of it for them */

    is_job = (f->purpose & CONTROL) && !(f->purpose & DATA);
    is_anonymous = f->declared.n == 0 && f->records.subjects == 0;
    both = f->consent | f->declared_consent;
    memset(need, 0, sizeof(need));

    need[0].why = subjects_need(f, p, &f->declared);
    need[0].said = both;

    if (need[0].why == EXPORT_REASON_SUBJECT_MISSING) {
        need[0].why = EXPORT_REASON_NONE;
    }

    need[1].why = body_need(f->body);
    need[1].said = f->consent;

    if (f->records.consented && (f->consent & (D|I))) {
        need[2].why = EXPORT_REASON_CONSENT_MISSING;
        need[2].said = f->consent;
    }

    if (!(is_job && is_anonymous)) {
        need[3].why = records_need(f->records.reasons);
    }

    if (f->declared.n == 0 && f->records.n == 0 && !is_job) {
        need[4].why = EXPORT_REASON_SUBJECT_MISSING;
        need[4].said = both;
    }

    for (i = 0; i < 5; i++) {
        why = with_consent(need[i].why, need[i].said);

        if (why == EXPORT_REASON_NONE) {
            continue;
        }

        return is_training || why == EXPORT_REASON_CONSENT_DENIED
               || why == EXPORT_REASON_CONSENT_INVALID ? why
               : f->purpose & M ? EXPORT_REASON_PURPOSE_MALFORMED
               : body_need(f->body);
    }

    return need[0].why || need[1].why || need[4].why || f->records.consented
           ? EXPORT_REASON_CONSENT_GRANTED
           : is_anonymous ? EXPORT_REASON_NO_PERSONAL_DATA
           : EXPORT_REASON_NOT_PROTECTED;
}


static export_decision_e
decision(export_reason_e reason)
{
    switch (reason) {

    case EXPORT_REASON_NOT_TRAINING:
    case EXPORT_REASON_NOT_PROTECTED:
    case EXPORT_REASON_NO_PERSONAL_DATA:
    case EXPORT_REASON_CONSENT_GRANTED:
        return EXPORT_ALLOW;

    case EXPORT_REASON_RECORDS_DROPPED:
        return EXPORT_REDACT;

    default:
        return EXPORT_BLOCK;
    }
}


static void
test_cases(void)
{
    size_t            i;
    unsigned          reached, reason, purpose;
    const case_t     *c;
    export_verdict_t  verdict;

    reached = 0;

    for (i = 0; i < sizeof(cases) / sizeof(case_t); i++) {
        c = &cases[i];

        memset(&verdict, 0xff, sizeof(verdict));
        export_policy_decide(&c->facts, &c->policy, &verdict);

        is_int(verdict.reason, c->reason, "%s: %s", c->name,
               (char *) export_reason_names[c->reason].data);
        is_int(verdict.decision, decision(c->reason), "... the decision");
        is_int(verdict.places, c->facts.declared.places
                               | c->facts.records.places, "... the places");

        reached |= 1u << verdict.reason;

        purpose = verdict.purpose;
        export_policy_await(&c->facts, &c->policy, &verdict);
        ok(verdict.decision == EXPORT_UNJUDGED
           && verdict.reason == EXPORT_REASON_NOT_FORWARDED
           && verdict.purpose == purpose, "... what is said before");
    }

    /* those after it are of transfers that are not decided */

    for (reason = EXPORT_REASON_NOT_TRAINING; reason < EXPORT_REASON_CLIENT_CLOSED; reason++)
    {
        ok((reached & 1u << reason) != 0, "\"%s\" is reached",
           (char *) export_reason_names[reason].data);
    }
}


static void
test_names(void)
{
    size_t              i, k;
    const char         *name;
    static const char  *want[] = {
        "", "not_training", "not_protected", "no_personal_data",
        "consent_granted", "records_dropped", "consent_missing", "consent_denied",
        "consent_invalid", "subject_missing", "subject_malformed",
        "location_unknown", "purpose_malformed", "body_malformed",
        "body_opaque", "body_limit", "body_incomplete", "body_signed",
        "nothing_left", "stream_aborted",
        "database_unavailable", "internal_error", "client_closed",
        "client_timeout", "not_forwarded"
    };

#define row(name, code, detail)  { EXPORT_REASON_##name, #name },

    static const struct {
        export_reason_e  reason;
        const char      *constant;
    } rows[] = {
        EXPORT_REASON_LIST(row)
    };

#undef row

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ok(strcasecmp((char *) export_reason_names[rows[i].reason].data,
                      rows[i].constant) == 0
           && strpbrk((char *) export_reason_names[rows[i].reason].data,
                      "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == NULL,
           "EXPORT_REASON_%s is its code in capitals", rows[i].constant);
    }

    is_int(EXPORT_REASONS, sizeof(want) / sizeof(char *), "the reasons");

    for (i = 0; i < EXPORT_REASONS; i++) {
        name = (const char *) export_reason_names[i].data;

        ok(strcmp(name, want[i]) == 0
           && export_reason_names[i].len == strlen(want[i]), "\"%s\"",
           want[i]);

        for (k = 0; k < i; k++) {
            if (strcmp(name, want[k]) == 0) {
                ok(0, "... is the name of another");
            }
        }

        name = (const char *) export_reason_details[i].data;

        ok(export_reason_details[i].len == strlen(name)
           && strpbrk(name, "\"\\\n") == NULL && (i == 0 || *name != '\0'),
           "... its detail needs no escape");
        ok(strstr(name, "require") == NULL && strstr(name, "law") == NULL,
           "... and is no legal advice");
    }

    ok(strcmp((char *) export_decision_names[EXPORT_ALLOW].data, "allow") == 0
       && strcmp((char *) export_decision_names[EXPORT_REDACT].data, "redact")
          == 0
       && strcmp((char *) export_decision_names[EXPORT_BLOCK].data, "block")
          == 0 && export_decision_names[EXPORT_DECISION_NONE].len == 0,
       "decisions");
    ok(strcmp((char *) export_purpose_names[EXPORT_UNDECLARED].data,
              "undeclared") == 0
       && strcmp((char *) export_purpose_names[EXPORT_OTHER].data, "other")
          == 0
       && strcmp((char *) export_purpose_names[EXPORT_AI_TRAINING].data,
                 "ai_training") == 0, "purposes");
    ok(strcmp((char *) export_consent_names[EXPORT_CONSENT_NONE].data, "none")
       == 0
       && strcmp((char *) export_consent_names[EXPORT_GRANTED].data,
                 "granted") == 0
       && strcmp((char *) export_consent_names[EXPORT_DENIED].data, "denied")
          == 0
       && strcmp((char *) export_consent_names[EXPORT_INVALID].data,
                 "invalid") == 0, "consents");
}


typedef struct {
    unsigned long  decided;
    unsigned long  wrong;
    unsigned long  unlike;      /* what is told beside the reason */
    unsigned long  weakened;
    unsigned       reached;
} tally_t;


static void
check(const export_facts_t *f, const export_policy_t *p, size_t more_of,
    tally_t *tally)
{
    size_t            i;
    unsigned          said;
    export_facts_t    more;
    export_reason_e   reason;
    export_verdict_t  v, again;

    reason = restated(f, p);

    export_policy_decide(f, p, &v);

    tally->decided++;
    tally->reached |= 1u << v.reason;
    tally->wrong += v.reason != reason || v.decision != decision(reason);

    said = f->consent | f->declared_consent;

    tally->unlike += v.places != (f->declared.places | f->records.places);
    tally->unlike += (v.purpose == EXPORT_AI_TRAINING)
                     != ((f->purpose & T)
                         || (!(f->purpose & O) && p->undeclared_training));
    tally->unlike += (v.purpose == EXPORT_OTHER)
                     != ((f->purpose & O) && !(f->purpose & T));
    tally->unlike += v.consent != (said & D ? EXPORT_DENIED
                                   : said & I ? EXPORT_INVALID
                                   : said & G ? EXPORT_GRANTED
                                   : EXPORT_CONSENT_NONE);

    /* what is not governed needs no more facts to be allowed */

    tally->unlike += !f->error
                     && !export_policy_governs(f, p)
                        != (v.reason == EXPORT_REASON_NOT_TRAINING);

    if (v.decision != EXPORT_BLOCK) {
        return;
    }

    for (i = 0; i < more_of; i++) {
        more = *f;
        evidence[i](&more);
        export_policy_decide(&more, p, &again);
        tally->weakened += again.decision != EXPORT_BLOCK;
    }
}


/* one number, a digit of another base at a time */

static unsigned
digit(unsigned long *number, unsigned base)
{
    unsigned  value;

    value = (unsigned) (*number % base);
    *number /= base;

    return value;
}


static void
test_all(void)
{
    tally_t                      tally;
    unsigned                     i, place;
    unsigned long                all, number, k;
    export_facts_t               f;
    export_policy_t              p;
    static const export_place_t  bit[] = { UK, EEA, KNOWN, UNKNOWN };
    static const unsigned        some[] = { 0, 1, 1000000 };

    memset(&tally, 0, sizeof(tally));
    memset(&f, 0, sizeof(f));
    memset(&p, 0, sizeof(p));

    all = 32ul * 8 * 4 * 16 * 3 * 2 * 2 * 2 * 2 * 2 * 2 * 2 * 2;

    for (k = 0; k < all; k++) {
        number = k;

        f.purpose = (uint16_t) digit(&number, 32);
        f.consent = (uint8_t) digit(&number, 8);
        f.declared_consent = (uint8_t) digit(&number, 4);
        place = digit(&number, 16);
        f.declared.n = some[digit(&number, 3)];
        f.declared.located = digit(&number, 2) & 1;
        f.declared.malformed = digit(&number, 2) & 1;
        f.declared.addressed = digit(&number, 2) & 1;
        f.outdated = digit(&number, 2) & 1;
        f.error = digit(&number, 2) & 1;
        p.protect = digit(&number, 2) ? UK|EEA : UK;
        p.undeclared_training = digit(&number, 2) & 1;
        p.unknown_allowed = digit(&number, 2) & 1;

        f.declared.places = 0;

        for (i = 0; i < 4; i++) {
            f.declared.places |= place & 1u << i ? bit[i] : 0;
        }

        check(&f, &p, HEADERS, &tally);
    }

    is_int(tally.wrong, 0, "%lu facts and policies, as restated",
           tally.decided);
    is_int(tally.unlike, 0, "... purpose, consent and places too");
    is_int(tally.weakened, 0, "... more evidence never allows");
    is_int(tally.reached | WHY(EXPORT_REASON_BODY_MALFORMED)
           | WHY(EXPORT_REASON_BODY_OPAQUE) | WHY(EXPORT_REASON_BODY_LIMIT)
           | WHY(EXPORT_REASON_BODY_INCOMPLETE) | REDACTING,
           (1u << EXPORT_REASON_CLIENT_CLOSED) - 2,
           "... every reason that headers have");
}


static const export_subjects_t  groups[] = {
    { .n = 0 },
    { .n = 1, .places = KNOWN, .located = 1 },
    { .n = 2, .places = KNOWN|UK, .located = 1, .addressed = 1 },
    { .n = 1, .places = UNKNOWN, .located = 1, .addressed = 1 },
    { .n = 1, .malformed = 1 },
};

#define GROUPS  (sizeof(groups) / sizeof(groups[0]))


static const export_records_t  inside[] = {
    { .n = 0 },
    { .n = 2, .subjects = 2, .places = KNOWN },
    { .n = 2 },
    { .n = 1, .refused = 1, .reasons = WHY(EXPORT_REASON_SUBJECT_MISSING) },
    { .n = 2, .subjects = 1, .refused = 1,
      .reasons = WHY(EXPORT_REASON_SUBJECT_MISSING) },
    { .n = 1, .subjects = 1, .places = EEA, .refused = 1,
      .reasons = WHY(EXPORT_REASON_CONSENT_MISSING) },
    { .n = 3, .subjects = 3, .places = UK, .refused = 1, .consented = 1,
      .reasons = WHY(EXPORT_REASON_CONSENT_DENIED) },
    { .n = 3, .subjects = 3, .places = UK, .consented = 1 },
};

#define INSIDE  (sizeof(inside) / sizeof(inside[0]))


static void
test_bodies(void)
{
    tally_t                tally;
    unsigned long          all, number, k;
    export_facts_t         f;
    export_policy_t        p;
    static const unsigned  says[] = { 0, G, D, I, G|D, G|I };

    memset(&tally, 0, sizeof(tally));
    memset(&f, 0, sizeof(f));
    memset(&p, 0, sizeof(p));

    p.protect = UK|EEA;
    all = 32ul * 6 * 4 * GROUPS * 8 * INSIDE * 2 * 2 * 2;

    for (k = 0; k < all; k++) {
        number = k;

        f.purpose = (uint16_t) digit(&number, 32);
        f.consent = (uint8_t) says[digit(&number, 6)];
        f.declared_consent = (uint8_t) says[digit(&number, 4)];
        f.declared = groups[digit(&number, GROUPS)];
        f.body = (export_body_e) digit(&number, 8);
        f.records = inside[digit(&number, INSIDE)];
        f.hidden = digit(&number, 2) & 1;
        f.outdated = digit(&number, 2) & 1;
        p.undeclared_training = digit(&number, 2) & 1;

        check(&f, &p, EVIDENCE, &tally);
    }

    is_int(tally.wrong, 0, "%lu facts with bodies, as restated",
           tally.decided);
    is_int(tally.unlike, 0, "... purpose, consent and places too");
    is_int(tally.weakened, 0, "... more evidence never allows");
    is_int(tally.reached | REDACTING, (1u << EXPORT_REASON_CLIENT_CLOSED) - 2
                                      - (1u << EXPORT_REASON_INTERNAL_ERROR),
           "... every reason but a failure");
}


/* which of several reasons is told */

static void
test_reasons(void)
{
    unsigned          k, wrong;
    export_facts_t    f;
    export_policy_t   p = PROTECT;
    export_verdict_t  v;

    memset(&f, 0, sizeof(f));

    f.purpose = T;
    f.body = EXPORT_BODY_READ;
    f.records.n = 1;
    f.records.subjects = 1;

    wrong = 0;

    for (k = 1; k < 1u << 7; k++) {
        f.records.reasons = (k & 0x3fu) << EXPORT_REASON_CONSENT_MISSING
                            | (k >> 6) << EXPORT_REASON_DATABASE_UNAVAILABLE;

        export_policy_decide(&f, &p, &v);
        wrong += v.reason != records_need(f.records.reasons)
                 || v.decision != EXPORT_BLOCK;
        wrong += !export_policy_refuses(&f, &p);
    }

    is_int(wrong, 0, "127 sets of reasons to refuse records");
}


typedef struct {
    const char         *name;
    export_facts_t      facts;
    unsigned            asks;
    export_body_e       want;
    export_policy_t     policy;
} body_t;


#define ASKS_P   EXPORT_ASKS_PURPOSE
#define ASKS_S   EXPORT_ASKS_SUBJECT
#define ASKS_C   EXPORT_ASKS_CONSENT


static const body_t  bodies[] = {
    { "nothing is looked for", { .purpose = T }, 0, EXPORT_BODY_NONE,
      PROTECT },
    { "something else", { .purpose = O }, ASKS_S|ASKS_C, EXPORT_BODY_NONE,
      PROTECT },
    { "undeclared", { 0 }, ASKS_S, EXPORT_BODY_NONE, PROTECT },
    { "undeclared, strict", { 0 }, ASKS_S, EXPORT_BODY_READ,
      { .protect = UK, .undeclared_training = 1 } },
    { "may say training", { .purpose = O }, ASKS_P, EXPORT_BODY_READ,
      PROTECT },
    { "may say training, protected", { SUBJECT(UK) }, ASKS_P|ASKS_S,
      EXPORT_BODY_READ, PROTECT },
    { "training", { .purpose = T }, ASKS_S, EXPORT_BODY_READ, PROTECT },
    { "training, elsewhere", { .purpose = T, SUBJECT(KNOWN) }, ASKS_S,
      EXPORT_BODY_READ, PROTECT },
    { "unreadable", { .purpose = M }, ASKS_S, EXPORT_BODY_READ, PROTECT },
    { "training, only a purpose to find", { .purpose = T }, ASKS_P,
      EXPORT_BODY_NONE, PROTECT },
    { "refused already", { .purpose = T, SUBJECT(KNOWN|UK) }, ASKS_P|ASKS_S,
      EXPORT_BODY_NONE, PROTECT },
    { "unknown already", { .purpose = T, SUBJECT(UNKNOWN) }, ASKS_S,
      EXPORT_BODY_NONE, PROTECT },
    { "unknown, allowed", { .purpose = T, SUBJECT(UNKNOWN) }, ASKS_S,
      EXPORT_BODY_READ, { .protect = UK, .unknown_allowed = 1 } },
    { "granted", { .purpose = T, .consent = G }, ASKS_S, EXPORT_BODY_SKIPPED,
      PROTECT },
    { "granted, may say training", { .consent = G }, ASKS_P|ASKS_S,
      EXPORT_BODY_SKIPPED, PROTECT },
    { "granted, something else", { .purpose = O, .consent = G }, ASKS_S,
      EXPORT_BODY_NONE, PROTECT },
    { "granted, records may deny", { .purpose = T, .consent = G },
      ASKS_S|ASKS_C, EXPORT_BODY_READ, PROTECT },
    { "granted for the declared",
      { .purpose = T, .declared_consent = G, SUBJECT(UK) }, ASKS_S,
      EXPORT_BODY_READ, PROTECT },
    { "granted and denied", { .purpose = T, .consent = G|D }, ASKS_S,
      EXPORT_BODY_READ, PROTECT },
    { "granted and invalid", { .purpose = T, .consent = G|I }, ASKS_S,
      EXPORT_BODY_READ, PROTECT },
    { "a failure", { .purpose = T, .error = 1 }, ASKS_S, EXPORT_BODY_NONE,
      PROTECT },
    { "a failure, granted", { .purpose = T, .consent = G, .error = 1 },
      ASKS_P|ASKS_S, EXPORT_BODY_NONE, PROTECT },
};


/*
 * What a body can add where rules look for "asks".  EXPORT_PURPOSE_OTHER is
 * left out: where the undeclared is training it is no evidence against the
 * transfer.  Marks, and so DATA, are looked for only if nothing governs yet.
 */

static void
found(const export_facts_t *f, const export_policy_t *p, unsigned asks,
    unsigned long *number, export_facts_t *more)
{
    unsigned                 purpose, says;
    const export_records_t  *records;
    static const unsigned    said[] = { 0, T, M, T|M, T|DATA };

    *more = *f;

    says = said[digit(number, 5)];
    purpose = export_policy_governs(f, p) ? says & (T|M) : says;
    records = &inside[digit(number, INSIDE)];

    if (asks & ASKS_P) {
        more->purpose |= (uint16_t) purpose;
    }

    if (asks & EXPORT_ASKS_RECORDS) {
        more->records = *records;
    }
}


/* that a body need not be read, and what it might have said */

static void
test_body(void)
{
    size_t             i;
    unsigned           asks, skipped, leaks, none;
    export_body_e      state;
    export_facts_t     f, more;
    unsigned long      all, number, k, m, rest;
    export_policy_t    p = PROTECT;
    export_verdict_t   with, without;

    for (i = 0; i < sizeof(bodies) / sizeof(body_t); i++) {
        is_int(export_policy_body(&bodies[i].facts, &bodies[i].policy,
                                  bodies[i].asks), bodies[i].want,
               "to read? %s", bodies[i].name);
    }

    memset(&f, 0, sizeof(f));

    skipped = 0;
    none = 0;
    leaks = 0;
    all = 32ul * 8 * 4 * GROUPS * 8 * 2;

    for (k = 0; k < all; k++) {
        number = k;

        f.purpose = (uint16_t) digit(&number, 32);
        f.consent = (uint8_t) digit(&number, 8);
        f.declared_consent = (uint8_t) digit(&number, 4);
        f.declared = groups[digit(&number, GROUPS)];
        asks = digit(&number, 8);
        p.undeclared_training = digit(&number, 2) & 1;

        f.hidden = (asks & ASKS_P) != 0;
        f.body = EXPORT_BODY_NONE;
        state = export_policy_body(&f, &p, asks);

        if (state == EXPORT_BODY_READ) {
            continue;
        }

        skipped += state == EXPORT_BODY_SKIPPED;
        none += state == EXPORT_BODY_NONE;

        f.body = state;
        export_policy_decide(&f, &p, &without);

        if (without.decision != EXPORT_ALLOW) {
            continue;
        }

        for (m = 0; m < 5 * INSIDE; m++) {
            rest = m;
            found(&f, &p, asks, &rest, &more);
            more.body = EXPORT_BODY_READ;

            /* no record is refused that consent covers */

            if (more.records.refused && (f.consent & G)) {
                continue;
            }

            export_policy_decide(&more, &p, &with);
            leaks += with.decision != EXPORT_ALLOW;
        }
    }

    is_int(leaks, 0, "%u bodies skipped and %u not read: none would have "
           "been refused", skipped, none);
}


/* a refusal is certain: nothing that is found later takes it back */

static void
test_refuses(void)
{
    unsigned               refusals, taken;
    unsigned long          all, number, k, m, rest;
    export_facts_t         f, more;
    export_policy_t        p = PROTECT;
    export_verdict_t       v;
    static const unsigned  says[] = { 0, G, D, I, G|D, G|I };

    memset(&f, 0, sizeof(f));

    is_int(export_policy_refuses(&f, &p), 0, "nothing is not refused");

    f.purpose = T;
    is_int(export_policy_refuses(&f, &p), 0,
           "nobody: somebody may still come");

    refusals = 0;
    taken = 0;
    all = 32ul * 6 * 4 * GROUPS * 8 * INSIDE * 2;

    for (k = 0; k < all; k++) {
        number = k;

        f.purpose = (uint16_t) digit(&number, 32);
        f.consent = (uint8_t) says[digit(&number, 6)];
        f.declared_consent = (uint8_t) says[digit(&number, 4)];
        f.declared = groups[digit(&number, GROUPS)];
        f.body = (export_body_e) digit(&number, 8);
        f.records = inside[digit(&number, INSIDE)];
        f.hidden = digit(&number, 2) & 1;

        if (!export_policy_refuses(&f, &p)) {
            continue;
        }

        refusals++;
        export_policy_decide(&f, &p, &v);
        taken += v.decision != EXPORT_BLOCK;

        for (m = 0; m < 4; m++) {
            more = f;
            rest = m;

            more.purpose |= digit(&rest, 2) ? O : T|DATA;
            more.records.n++;
            more.records.subjects += digit(&rest, 2);
            more.body = more.body == EXPORT_BODY_NONE ? EXPORT_BODY_READ
                                                      : more.body;

            export_policy_decide(&more, &p, &v);
            taken += v.decision != EXPORT_BLOCK;
        }
    }

    is_int(taken, 0, "%u refusals are certain", refusals);
}


/* one record: its own subjects and consent, or the headers' */

typedef struct {
    const char         *name;
    export_facts_t      facts;
    export_subjects_t   subjects;
    unsigned            consent;
    export_reason_e     want;
    unsigned            consented;
} record_t;


#define NOBODY     { 0 }
#define ONE(p)     { .places = (p), .n = 1, .located = 1, .addressed = 1 }
#define BAD        { .n = 1, .malformed = 1 }


static const record_t  records[] = {
    { "nobody", { 0 }, NOBODY, 0, EXPORT_REASON_SUBJECT_MISSING, 0 },
    { "elsewhere", { 0 }, ONE(KNOWN), 0, EXPORT_REASON_NONE, 0 },
    { "protected", { 0 }, ONE(KNOWN|UK), 0, EXPORT_REASON_CONSENT_MISSING, 0 },
    { "unknown", { 0 }, ONE(UNKNOWN), 0, EXPORT_REASON_LOCATION_UNKNOWN, 0 },
    { "malformed", { 0 }, BAD, 0, EXPORT_REASON_SUBJECT_MALFORMED, 0 },
    { "an old database", { .outdated = 1 }, ONE(KNOWN), 0,
      EXPORT_REASON_DATABASE_UNAVAILABLE, 0 },
    { "an id", { 0 }, { .n = 1 }, 0, EXPORT_REASON_LOCATION_UNKNOWN, 0 },

    { "granted by itself", { 0 }, ONE(UK), G, EXPORT_REASON_NONE, 1 },
    { "denied by itself", { 0 }, ONE(UK), D, EXPORT_REASON_CONSENT_DENIED, 0 },
    { "invalid by itself", { 0 }, ONE(UK), I, EXPORT_REASON_CONSENT_INVALID, 0 },
    { "denied, and elsewhere", { 0 }, ONE(KNOWN), D, EXPORT_REASON_NONE, 0 },
    { "granted, and elsewhere", { 0 }, ONE(KNOWN), G, EXPORT_REASON_NONE, 0 },
    { "granted, nobody", { 0 }, NOBODY, G, EXPORT_REASON_NONE, 1 },
    { "granted, malformed", { 0 }, BAD, G, EXPORT_REASON_NONE, 1 },

    { "granted by headers", { .consent = G }, ONE(UK), 0, EXPORT_REASON_NONE,
      1 },
    { "granted by headers, denied by itself", { .consent = G }, ONE(UK), D,
      EXPORT_REASON_CONSENT_DENIED, 0 },
    { "granted by headers, invalid by itself", { .consent = G }, ONE(UK), I,
      EXPORT_REASON_CONSENT_INVALID, 0 },
    { "denied by headers, granted by itself", { .consent = D }, ONE(UK), G,
      EXPORT_REASON_CONSENT_DENIED, 0 },
    { "granted for the declared only", { .declared_consent = G }, ONE(UK), 0,
      EXPORT_REASON_CONSENT_MISSING, 0 },
    { "denied for the declared only", { .declared_consent = D }, ONE(UK), G,
      EXPORT_REASON_NONE, 1 },

    { "covered", { SUBJECT(KNOWN) }, NOBODY, 0, EXPORT_REASON_NONE, 0 },
    { "covered by somebody protected", { SUBJECT(UK) }, NOBODY, 0,
      EXPORT_REASON_CONSENT_MISSING, 0 },
    { "covered, granted for the declared",
      { .declared_consent = G, SUBJECT(UK) }, NOBODY, 0, EXPORT_REASON_NONE,
      1 },
    { "covered, denied by itself",
      { .declared_consent = G, SUBJECT(UK) }, NOBODY, D,
      EXPORT_REASON_CONSENT_DENIED, 0 },
    { "covered, denied for the declared",
      { .declared_consent = D, SUBJECT(UK) }, NOBODY, G,
      EXPORT_REASON_CONSENT_DENIED, 0 },
    { "its own come before the declared", { SUBJECT(UK) }, ONE(KNOWN), 0,
      EXPORT_REASON_NONE, 0 },
    { "its own, although the declared are elsewhere", { SUBJECT(KNOWN) },
      ONE(UK), 0, EXPORT_REASON_CONSENT_MISSING, 0 },
    { "nobody declared, granted for them", { .declared_consent = G }, NOBODY,
      0, EXPORT_REASON_SUBJECT_MISSING, 0 },
};


static void
test_record(void)
{
    size_t             i;
    unsigned           consented, wrong, own;
    unsigned long      all, number, k;
    export_facts_t     f;
    const record_t    *r;
    export_policy_t    p = PROTECT;
    export_reason_e    reason, why;
    export_subjects_t  s;

    for (i = 0; i < sizeof(records) / sizeof(record_t); i++) {
        r = &records[i];
        consented = 7;

        is_int(export_policy_record(&r->facts, &p, &r->subjects, r->consent,
                                    &consented), r->want, "a record, %s",
               r->name);
        is_int(consented, r->consented, "... by consent");
    }

    memset(&f, 0, sizeof(f));

    wrong = 0;
    all = 8ul * 8 * 8 * GROUPS * GROUPS * 2 * 2;

    for (k = 0; k < all; k++) {
        number = k;

        own = digit(&number, 8);
        f.consent = (uint8_t) digit(&number, 8);
        f.declared_consent = (uint8_t) digit(&number, 8);
        f.declared = groups[digit(&number, GROUPS)];
        s = groups[digit(&number, GROUPS)];
        f.outdated = digit(&number, 2) & 1;
        p.unknown_allowed = digit(&number, 2) & 1;

        reason = export_policy_record(&f, &p, &s, own, &consented);

        if (s.n == 0 && f.declared.n) {
            s = f.declared;
            own |= f.declared_consent;
        }

        why = subjects_need(&f, &p, &s);

        wrong += reason != with_consent(why, own | f.consent);
        wrong += consented != (why && !with_consent(why, own | f.consent));
    }

    is_int(wrong, 0, "%lu records, as restated", all);
}


/* a policy that protects nobody, and one that protects all there are */

static void
test_protect(void)
{
    unsigned          i;
    export_facts_t    f;
    export_policy_t   p;
    export_verdict_t  v;

    memset(&f, 0, sizeof(f));
    memset(&p, 0, sizeof(p));

    f.purpose = T;
    f.declared.n = 1;
    f.declared.located = 1;

    for (i = 0; i < EXPORT_MAX_JURISDICTIONS; i++) {
        f.declared.places = KNOWN | 1u << i;

        p.protect = 0;
        export_policy_decide(&f, &p, &v);
        is_int(v.reason, EXPORT_REASON_NOT_PROTECTED, "bit %u, nobody", i);

        p.protect = 1u << i;
        export_policy_decide(&f, &p, &v);
        is_int(v.reason, EXPORT_REASON_CONSENT_MISSING, "bit %u, that", i);

        p.protect = EXPORT_PLACE_JURISDICTION & ~(1u << i);
        export_policy_decide(&f, &p, &v);
        is_int(v.reason, EXPORT_REASON_NOT_PROTECTED, "bit %u, all others", i);
    }
}


static export_reason_e
reason(const export_facts_t *f, const export_policy_t *p)
{
    export_verdict_t  v;

    export_policy_decide(f, p, &v);

    return v.reason;
}


static void
test_head(void)
{
    unsigned           consented;
    export_facts_t     f;
    export_policy_t    p;
    export_subjects_t  none;

    memset(&f, 0, sizeof(f));
    memset(&p, 0, sizeof(p));
    memset(&none, 0, sizeof(none));

    p.protect = UK;
    f.purpose = T;
    f.head.n = 1;
    f.head.places = KNOWN;
    f.head.located = 1;

    is_int(reason(&f, &p), EXPORT_REASON_NOT_PROTECTED, "the head is all there is");
    is_int(export_policy_record(&f, &p, &none, 0, &consented),
           EXPORT_REASON_SUBJECT_MISSING, "... and covers no record");

    f.unseen = 1;
    is_int(reason(&f, &p), EXPORT_REASON_SUBJECT_MISSING, "... nor an unseen body");

    f.declared = f.head;
    is_int(reason(&f, &p), EXPORT_REASON_NOT_PROTECTED, "scope=transfer covers it");
    is_int(export_policy_record(&f, &p, &none, 0, &consented),
           EXPORT_REASON_NONE, "... and a record");

    f.head.places = UK;
    is_int(reason(&f, &p), EXPORT_REASON_CONSENT_MISSING, "the head is judged");
    is_int(export_policy_record(&f, &p, &none, 0, &consented),
           EXPORT_REASON_NONE, "... for itself");
}


static void
test_bodyless(void)
{
    export_facts_t   f;
    export_policy_t  p;

    memset(&f, 0, sizeof(f));
    memset(&p, 0, sizeof(p));

    p.bodyless_allowed = 1;
    f.purpose = T;

    is_int(reason(&f, &p), EXPORT_REASON_SUBJECT_MISSING, "it may carry something");

    f.bodyless = 1;
    is_int(reason(&f, &p), EXPORT_REASON_NO_PERSONAL_DATA, "it carries nothing");

    f.consent = D;
    is_int(reason(&f, &p), EXPORT_REASON_CONSENT_DENIED, "... consent is denied");

    f.consent = 0;
    f.purpose = T|DATA;
    is_int(reason(&f, &p), EXPORT_REASON_SUBJECT_MISSING, "... of a row for data");

    f.purpose = M;
    is_int(reason(&f, &p), EXPORT_REASON_PURPOSE_MALFORMED, "... unreadable");

    f.purpose = T;
    p.bodyless_allowed = 0;
    is_int(reason(&f, &p), EXPORT_REASON_SUBJECT_MISSING, "not wanted");
}


static void
test_unlisted(void)
{
    export_facts_t    f;
    export_policy_t   p;
    export_verdict_t  v;

    memset(&f, 0, sizeof(f));
    memset(&p, 0, sizeof(p));

    f.purpose = O|EXPORT_PURPOSE_UNLISTED;
    export_policy_decide(&f, &p, &v);
    is_int(v.purpose, EXPORT_UNDECLARED, "on no list");
    is_int(v.reason, EXPORT_REASON_NOT_TRAINING, "... not training");

    p.undeclared_training = 1;
    export_policy_decide(&f, &p, &v);
    is_int(v.purpose, EXPORT_AI_TRAINING, "... training");

    f.purpose = O;
    export_policy_decide(&f, &p, &v);
    is_int(v.purpose, EXPORT_OTHER, "on the list");
}


int
main(void)
{
    test_cases();
    test_head();
    test_bodyless();
    test_unlisted();
    test_names();
    test_all();
    test_bodies();
    test_reasons();
    test_body();
    test_refuses();
    test_record();
    test_protect();

    return done_testing();
}
