
#include "tap.h"

#include "../../module/export_policy.c"


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


static const case_t  cases[] = {

    { "nothing at all", { 0 }, PROTECT, EXPORT_NOT_TRAINING },
    { "something else", { .purpose = O }, PROTECT, EXPORT_NOT_TRAINING },
    { "something else, protected", { .purpose = O, SUBJECT(KNOWN|UK) },
      PROTECT, EXPORT_NOT_TRAINING },
    { "something else, denied", { .purpose = O, .consent = D, SUBJECT(UK) },
      PROTECT, EXPORT_NOT_TRAINING },
    { "undeclared, strict", { SUBJECT(KNOWN|UK) },
      { .protect = UK, .undeclared_training = 1 }, EXPORT_CONSENT_MISSING },
    { "declared, strict", { .purpose = O, SUBJECT(KNOWN|UK) },
      { .protect = UK, .undeclared_training = 1 }, EXPORT_NOT_TRAINING },

    { "evidence wins over declarations",
      { .purpose = T|O, SUBJECT(KNOWN|UK) }, PROTECT,
      EXPORT_CONSENT_MISSING },
    { "elsewhere", { .purpose = T, SUBJECT(KNOWN) }, PROTECT,
      EXPORT_NOT_PROTECTED },
    { "a set that is not protected", { .purpose = T, SUBJECT(KNOWN|UK) },
      { .protect = EEA }, EXPORT_NOT_PROTECTED },
    { "one of two", { .purpose = T, SUBJECT(KNOWN|EEA) }, PROTECT,
      EXPORT_CONSENT_MISSING },
    { "protected and unknown", { .purpose = T, SUBJECT(UNKNOWN|EEA) },
      PROTECT, EXPORT_CONSENT_MISSING },
    { "protected and malformed",
      { .purpose = T, .declared = { UK|KNOWN, 2, 1, 1, 1 } }, PROTECT,
      EXPORT_CONSENT_MISSING },
    { "malformed", { .purpose = T, .declared = { 0, 1, 0, 0, 1 } }, PROTECT,
      EXPORT_SUBJECT_MALFORMED },
    { "one of two is malformed",
      { .purpose = T, .declared = { KNOWN, 2, 1, 1, 1 } },
      { .protect = UK, .unknown_allowed = 1 }, EXPORT_SUBJECT_MALFORMED },
    { "nobody", { .purpose = T }, PROTECT, EXPORT_SUBJECT_MISSING },
    { "nobody, data", { .purpose = T|DATA }, PROTECT,
      EXPORT_SUBJECT_MISSING },
    { "nobody, a job", { .purpose = T|CONTROL }, PROTECT,
      EXPORT_NO_PERSONAL_DATA },
    { "nobody, both", { .purpose = T|CONTROL|DATA }, PROTECT,
      EXPORT_SUBJECT_MISSING },
    { "somebody, a job", { .purpose = T|CONTROL, SUBJECT(KNOWN|UK) },
      PROTECT, EXPORT_CONSENT_MISSING },
    { "unknown", { .purpose = T, SUBJECT(UNKNOWN) }, PROTECT,
      EXPORT_LOCATION_UNKNOWN },
    { "unknown, and elsewhere", { .purpose = T, SUBJECT(KNOWN|UNKNOWN) },
      PROTECT, EXPORT_LOCATION_UNKNOWN },
    { "unknown, allowed", { .purpose = T, SUBJECT(UNKNOWN) },
      { .protect = UK, .unknown_allowed = 1 }, EXPORT_NOT_PROTECTED },
    { "an id only", { .purpose = T, .declared = { .n = 1 } }, PROTECT,
      EXPORT_LOCATION_UNKNOWN },
    { "an id only, allowed", { .purpose = T, .declared = { .n = 1 } },
      { .protect = UK, .unknown_allowed = 1 }, EXPORT_NOT_PROTECTED },
    { "an old database",
      { .purpose = T, ADDRESS(UNKNOWN), .outdated = 1 }, PROTECT,
      EXPORT_DATABASE_UNAVAILABLE },
    { "an old database, a country",
      { .purpose = T, SUBJECT(KNOWN), .outdated = 1 }, PROTECT,
      EXPORT_NOT_PROTECTED },
    { "an old database, unknown allowed",
      { .purpose = T, ADDRESS(UNKNOWN), .outdated = 1 },
      { .protect = UK, .unknown_allowed = 1 }, EXPORT_DATABASE_UNAVAILABLE },

    { "granted", { .purpose = T, .consent = G, SUBJECT(KNOWN|UK) }, PROTECT,
      EXPORT_CONSENT_GIVEN },
    { "granted for the declared",
      { .purpose = T, .declared_consent = G, SUBJECT(KNOWN|UK) }, PROTECT,
      EXPORT_CONSENT_GIVEN },
    { "granted for nobody", { .purpose = T, .consent = G }, PROTECT,
      EXPORT_CONSENT_GIVEN },
    { "granted, unknown", { .purpose = T, .consent = G, SUBJECT(UNKNOWN) },
      PROTECT, EXPORT_CONSENT_GIVEN },
    { "granted and denied",
      { .purpose = T, .consent = G|D, SUBJECT(KNOWN|UK) }, PROTECT,
      EXPORT_CONSENT_REFUSED },
    { "granted, and denied for the declared",
      { .purpose = T, .consent = G, .declared_consent = D, SUBJECT(UK) },
      PROTECT, EXPORT_CONSENT_REFUSED },
    { "granted for the declared, and denied",
      { .purpose = T, .consent = D, .declared_consent = G, SUBJECT(UK) },
      PROTECT, EXPORT_CONSENT_REFUSED },
    { "granted and invalid",
      { .purpose = T, .consent = G|I, SUBJECT(KNOWN|UK) }, PROTECT,
      EXPORT_CONSENT_UNCLEAR },
    { "invalid and denied",
      { .purpose = T, .consent = I|D, SUBJECT(KNOWN|UK) }, PROTECT,
      EXPORT_CONSENT_REFUSED },
    { "denied elsewhere", { .purpose = T, .consent = D, SUBJECT(KNOWN) },
      PROTECT, EXPORT_NOT_PROTECTED },

    { "unreadable", { .purpose = O|M, SUBJECT(KNOWN|UK) }, PROTECT,
      EXPORT_PURPOSE_UNREADABLE },
    { "unreadable, nobody", { .purpose = O|M }, PROTECT,
      EXPORT_PURPOSE_UNREADABLE },
    { "unreadable, elsewhere", { .purpose = O|M, SUBJECT(KNOWN) }, PROTECT,
      EXPORT_NOT_PROTECTED },
    { "unreadable, granted",
      { .purpose = O|M, .consent = G, SUBJECT(KNOWN|UK) }, PROTECT,
      EXPORT_CONSENT_GIVEN },
    { "unreadable, denied",
      { .purpose = O|M, .consent = D, SUBJECT(KNOWN|UK) }, PROTECT,
      EXPORT_CONSENT_REFUSED },
    { "unreadable, training", { .purpose = T|O|M, SUBJECT(KNOWN|UK) },
      PROTECT, EXPORT_CONSENT_MISSING },

    { "a failure", { .error = 1 }, PROTECT, EXPORT_INTERNAL_ERROR },
    { "a failure, granted", { .purpose = T, .consent = G, .error = 1 },
      PROTECT, EXPORT_INTERNAL_ERROR },
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


static void (*evidence[])(export_facts_t *facts) = {
    training, unreadable, data, denied, invalid, denied2, invalid2, protected,
    somewhere, nowhere, known, outdated, failed, malformed,
};

#define EVIDENCE  (sizeof(evidence) / sizeof(evidence[0]))


static export_reason_e
restated(const export_facts_t *f, const export_policy_t *p)
{
    int              is_training, is_governed, is_covered, is_unknown;
    int              is_job;
    unsigned         said;
    export_reason_e  why;

    /* fail closed */

    if (f->error) {
        return EXPORT_INTERNAL_ERROR;
    }

    /* 1, 2: purpose */

    is_training = (f->purpose & T) != 0
                  || ((f->purpose & O) == 0 && p->undeclared_training);
    is_governed = is_training || (f->purpose & M) != 0;

    if (!is_governed) {
        return EXPORT_NOT_TRAINING;
    }

    /* 3, 4: subjects */

    is_job = (f->purpose & CONTROL) && !(f->purpose & DATA);
    is_unknown = (f->declared.places & UNKNOWN) || !f->declared.located;
    is_covered = 0;

    if (f->declared.places & p->protect) {
        why = EXPORT_CONSENT_MISSING;

    } else if (f->declared.malformed) {
        why = EXPORT_SUBJECT_MALFORMED;

    } else if (f->declared.n == 0 && is_job) {
        is_covered = 1;
        why = EXPORT_NO_PERSONAL_DATA;

    } else if (f->declared.n == 0) {
        why = EXPORT_SUBJECT_MISSING;

    } else if (f->outdated && f->declared.addressed) {
        why = EXPORT_DATABASE_UNAVAILABLE;

    } else if (is_unknown && !p->unknown_allowed) {
        why = EXPORT_LOCATION_UNKNOWN;

    } else {
        is_covered = 1;
        why = EXPORT_NOT_PROTECTED;
    }

    if (is_covered) {
        return why;
    }

    /* 5: consent, where a negative signal always wins */

    said = f->consent | f->declared_consent;

    if (said & D) {
        return EXPORT_CONSENT_REFUSED;
    }

    if (said & I) {
        return EXPORT_CONSENT_UNCLEAR;
    }

    if (said & G) {
        return EXPORT_CONSENT_GIVEN;
    }

    return is_training ? why : EXPORT_PURPOSE_UNREADABLE;
}


static export_decision_e
decision(export_reason_e reason)
{
    switch (reason) {

    case EXPORT_NOT_TRAINING:
    case EXPORT_NOT_PROTECTED:
    case EXPORT_NO_PERSONAL_DATA:
    case EXPORT_CONSENT_GIVEN:
        return EXPORT_ALLOW;

    default:
        return EXPORT_BLOCK;
    }
}


static void
test_cases(void)
{
    size_t            i;
    unsigned          reached, reason;
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
        is_int(verdict.places, c->facts.declared.places, "... the places");

        reached |= 1u << verdict.reason;
    }

    for (reason = EXPORT_NOT_TRAINING; reason < EXPORT_REASONS; reason++) {
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
        "consent_granted", "consent_missing", "consent_denied",
        "consent_invalid", "subject_missing", "subject_malformed",
        "location_unknown", "purpose_malformed", "database_unavailable",
        "internal_error"
    };

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
check(const export_facts_t *f, const export_policy_t *p, tally_t *tally)
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

    tally->unlike += v.places != f->declared.places;
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
                        != (v.reason == EXPORT_NOT_TRAINING);

    if (v.decision != EXPORT_BLOCK) {
        return;
    }

    for (i = 0; i < EVIDENCE; i++) {
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

        f.purpose = digit(&number, 32);
        f.consent = digit(&number, 8);
        f.declared_consent = digit(&number, 4);
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

        check(&f, &p, &tally);
    }

    is_int(tally.wrong, 0, "%lu facts and policies, as restated",
           tally.decided);
    is_int(tally.unlike, 0, "... purpose, consent and places too");
    is_int(tally.weakened, 0, "... more evidence never allows");
    is_int(tally.reached, (1u << EXPORT_REASONS) - 2, "... every reason");
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
        is_int(v.reason, EXPORT_NOT_PROTECTED, "bit %u, nobody", i);

        p.protect = 1u << i;
        export_policy_decide(&f, &p, &v);
        is_int(v.reason, EXPORT_CONSENT_MISSING, "bit %u, that", i);

        p.protect = EXPORT_PLACE_JURISDICTION & ~(1u << i);
        export_policy_decide(&f, &p, &v);
        is_int(v.reason, EXPORT_NOT_PROTECTED, "bit %u, all others", i);
    }
}


int
main(void)
{
    test_cases();
    test_names();
    test_all();
    test_protect();

    return done_testing();
}
