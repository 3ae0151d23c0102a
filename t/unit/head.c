
#include "tap.h"

#include "../../module/head/export_head.c"

#include "head.h"


#define T      EXPORT_PURPOSE_TRAINING
#define O      EXPORT_PURPOSE_OTHER
#define M      EXPORT_PURPOSE_MALFORMED
#define U      EXPORT_PURPOSE_UNLISTED
#define N      EXPORT_PURPOSE_NOT_WAIVED

#define G      EXPORT_CONSENT_GRANTED
#define D      EXPORT_CONSENT_DENIED
#define I      EXPORT_CONSENT_INVALID

#define KNOWN    EXPORT_PLACE_KNOWN
#define UNKNOWN  EXPORT_PLACE_UNKNOWN
#define EEA      0x1u           /* stand for the sets' bits */
#define UK       0x2u

#define LINES  5


typedef struct {
    uint64_t        n;
    export_place_t  places;
    unsigned        malformed;
} group_t;


/* expected: facts, which rule said what (those not listed said nothing) */

typedef struct {
    const char  *lines[LINES + 1];
    unsigned     purpose;
    unsigned     consent;
    unsigned     declared_consent;
    group_t      declared;
    group_t      head;
    const char  *said;          /* as said_text() writes it */
} case_t;


static head_conf_t  open_conf, closed_conf;


static const case_t  cases[] = {

    { .lines = { NULL }, .said = "" },
    { .lines = { "Host: example.com", "Accept: */*" }, .said = "" },

    /* purpose */

    { .lines = { "X-Data-Purpose: ai-training" }, .purpose = T|O|N,
      .said = "purpose0=43" },
    { .lines = { "x-data-purpose: billing" }, .purpose = O,
      .said = "purpose0=2" },
    { .lines = { "X-Data-Purpose: billing", "X-Why: fine-tuning" },
      .purpose = T|O|N, .said = "purpose0=2 purpose1=43" },
    { .lines = { "X-Data-Purpose: billing", "X-Data-Purpose: ai-training" },
      .purpose = T|O|N, .said = "purpose0=43" },
    { .lines = { "X-Data-Purpose: ai-trainin" }, .purpose = O|M|N,
      .said = "purpose0=46" },
    { .lines = { "X-Data-Purpose: " }, .said = "" },
    { .lines = { "!X-Data-Purpose: ai-training" }, .said = "" },

    /* a twin counts as evidence of training */

    { .lines = { "X_Data_Purpose: ai-training" }, .purpose = T|O|N,
      .said = "purpose0=43" },
    { .lines = { "X.Data-Purpose: billing" }, .purpose = O,
      .said = "purpose0=2" },
    { .lines = { "XaData-Purpose: ai-training" }, .said = "" },
    { .lines = { "X-Data-Purposes: ai-training" }, .said = "" },

    /* what only odd names have */

    { .lines = { "\"X-Data-Purpose\": ai-training" }, .purpose = T|O|N,
      .said = "purpose0=43" },
    { .lines = { "X-Subject-Country[]: US" }, .declared = { 1, 0, 1 },
      .said = "subject1=1/0/1" },

    /* subjects */

    { .lines = { "X-Subject-Country: GB" }, .declared = { 1, KNOWN|UK, 0 },
      .said = "subject1=1/40000002/0" },
    { .lines = { "X-Subject-Country: US", "X-Subject-Country: DE, GB" },
      .declared = { 3, KNOWN|UK|EEA, 0 }, .said = "subject1=3/40000003/0" },
    { .lines = { "X-Subject-IP: 192.0.2.1", "X-Subject-Country: US" },
      .declared = { 2, KNOWN|UNKNOWN, 0 },
      .said = "subject0=1/80000000/0 subject1=1/40000000/0" },
    { .lines = { "X-Subject-IP: nobody" }, .declared = { 1, 0, 1 },
      .said = "subject0=1/0/1" },
    { .lines = { "X-Subject-Id: 7" }, .declared = { 1, 0, 0 },
      .said = "subject2=1/0/0" },
    { .lines = { "X-Head: DE", "X-Subject-Country: US" },
      .declared = { 1, KNOWN, 0 }, .head = { 1, KNOWN|EEA, 0 },
      .said = "subject1=1/40000000/0 subject3=1/40000001/0" },
    { .lines = { "X_Subject_Country: US" }, .declared = { 1, 0, 1 },
      .said = "subject1=1/0/1" },
    { .lines = { "X-Subject-Country: GB", "X_Subject_Country: US",
                 "X_Head: US" },
      .declared = { 2, KNOWN|UK, 1 }, .head = { 1, 0, 1 },
      .said = "subject1=2/40000002/1 subject3=1/0/1" },

    /* consent: one line, one value */

    { .lines = { "X-Consent: granted" }, .consent = G,
      .said = "consent0=1" },
    { .lines = { "X-Consent: granted", "X-Consent: granted" }, .consent = I,
      .said = "consent0=4" },
    { .lines = { "X-Consent: granted", "X-Consent: denied" }, .consent = D,
      .said = "consent0=2" },
    { .lines = { "X-Consent: granted", "X-Consent: maybe",
                 "X-Consent: denied" },
      .consent = D, .said = "consent0=2" },
    { .lines = { "X-Consent: granted, granted" }, .consent = I,
      .said = "consent0=4" },
    { .lines = { "X-Consent: granted", "X_Consent: granted" }, .consent = I,
      .said = "consent0=4" },
    { .lines = { "X-Consent: denied", "X_Consent: granted" }, .consent = D,
      .said = "consent0=2" },
    { .lines = { "X-Consent: granted", "X-Some-Consent: granted" },
      .consent = G, .declared_consent = G,
      .said = "consent0=1 consent1=1" },
    { .lines = { "X-Consent: granted", "X-Some-Consent: no" },
      .consent = G, .declared_consent = D,
      .said = "consent0=1 consent1=2" },

    /* signals that no rule names */

    { .lines = { "Sec-GPC: 1" }, .consent = D, .said = "gpc=2" },
    { .lines = { "Sec-GPC: 0" }, .said = "" },
    { .lines = { "Sec_GPC: 1" }, .consent = D, .said = "gpc=2" },
    { .lines = { "Sec-GPC: 7", "X-Consent: granted" }, .consent = G|I,
      .said = "consent0=1 gpc=4" },
    { .lines = { "Content-Usage: train-ai=n", "X-Consent: granted" },
      .consent = G|D, .said = "consent0=1 usage=2" },
    { .lines = { "Content-Usage: train-ai=y" }, .said = "" },
    { .lines = { "Content-Usage: train-ai=y", "Content_Usage: train-ai=n",
                 "Sec-GPC: 1" },
      .consent = D, .said = "gpc=2 usage=2" },

    /* "Connection" takes back what is private, and nothing else */

    { .lines = { "X-Consent: granted", "Connection: close, x-consent" },
      .consent = I, .said = "consent0=4" },
    { .lines = { "X-Subject-Country: US", "Connection: X-Subject-Country" },
      .declared = { 2, KNOWN, 1 }, .said = "subject1=2/40000000/1" },
    { .lines = { "Connection: X-Data-Purpose, Sec-GPC", "Sec-GPC: 1",
                 "X-Data-Purpose: billing" },
      .purpose = O, .consent = D, .said = "purpose0=2 gpc=2" },

    /* arguments */

    { .lines = { "?purpose=ai%2Dtraining" }, .purpose = T|O|N,
      .said = "purpose2=43" },
    { .lines = { "?a=b&Purpose=billing&c" }, .purpose = O,
      .said = "purpose2=2" },
    { .lines = { "?%70urpose=ai+training" }, .purpose = T|O|N,
      .said = "purpose2=43" },
    { .lines = { "?purpose[]=billing" }, .purpose = M|N,
      .said = "purpose2=44" },
    { .lines = { "?a=b;purpose=billing" }, .purpose = M|N,
      .said = "purpose2=44" },
    { .lines = { "?a=b;;c;x=y;" }, .said = "" },
    { .lines = { "?" }, .said = "" },
    { .lines = { "?country=US&country=GB" }, .declared = { 2, KNOWN|UK, 0 },
      .said = "subject4=2/40000002/0" },
    { .lines = { "?country[0]=US" }, .declared = { 1, 0, 1 },
      .said = "subject4=1/0/1" },
    { .lines = { "?ok=granted" }, .consent = G, .said = "consent2=1" },
    { .lines = { "?ok=granted&ok=granted" }, .consent = I,
      .said = "consent2=4" },
    { .lines = { "?ok=granted&a=b;ok=granted" }, .consent = I,
      .said = "consent2=4" },
    { .lines = { "?ok=granted&ok[]=granted" }, .consent = I,
      .said = "consent2=4" },

    /* two forms of a query: each is judged for itself */

    { .lines = { "?ok=granted", "?ok=granted&x=y" }, .consent = G,
      .said = "consent2=1" },
    { .lines = { "?ok=granted", "?ok=denied", "?country=GB" },
      .consent = G|D, .declared = { 1, KNOWN|UK, 0 },
      .said = "subject4=1/40000002/0 consent2=3" },
    { .lines = { "?ok=granted", "X-Consent: granted",
                 "?ok=granted&ok=granted" },
      .consent = G|I, .said = "consent0=1 consent2=5" },

    /* all at once */

    { .lines = { "X-Data-Purpose: ai-training", "X-Subject-Country: GB",
                 "X-Consent: granted", "Sec-GPC: 1", "?purpose=billing" },
      .purpose = T|O|N, .consent = G|D, .declared = { 1, KNOWN|UK, 0 },
      .said = "purpose0=43 purpose2=2 subject1=1/40000002/0 consent0=1 "
              "gpc=2" },
    { .lines = { "?purpose[]=x", "X-Data-Purpose: billing", "X-Head: DE",
                 "X-Some-Consent: granted", "Connection: x-head" },
      .purpose = O|M|N, .declared_consent = G,
      .head = { 2, KNOWN|EEA, 1 },
      .said = "purpose0=2 purpose2=44 subject3=2/40000001/1 consent1=1" },
};


/* a rule of purpose that is closed; it has the number 3 */

static const case_t  closed[] = {
    { .lines = { "X-Data-Purpose: ai-training" }, .purpose = T|N,
      .said = "purpose3=41" },
    { .lines = { "X-Data-Purpose: billing" }, .purpose = O,
      .said = "purpose3=2" },
    { .lines = { "X-Data-Purpose: other" }, .purpose = U,
      .said = "purpose3=20" },
    { .lines = { "X-Data-Purpose: other", "X_Data_Purpose: billing",
                 "X-Data-Purpose: ai-training" },
      .purpose = T|O|U|N, .said = "purpose3=63" },
};


static void
configure(void)
{
    head_conf_t               *c;
    export_head_rule_t        *rule;
    static export_match_t      other;
    static const char *const   training[] = { "ai-training", "fine-tuning",
                                              NULL };
    static const char *const   granted[] = { "granted", NULL };
    static const export_str_t  billing = export_string("billing");
    char                       error[EXPORT_MATCH_ERROR];

    c = &open_conf;

    head_rule(c, EXPORT_HEAD_PURPOSE, EXPORT_SOURCE_HEADER, "x-data-purpose",
              training);
    head_rule(c, EXPORT_HEAD_PURPOSE, EXPORT_SOURCE_HEADER, "x-why", training);
    head_rule(c, EXPORT_HEAD_PURPOSE, EXPORT_SOURCE_ARG, "purpose", training);
    head_rule(c, EXPORT_HEAD_PURPOSE, EXPORT_SOURCE_FIELD, "x-field",
              training);

    head_rule(c, EXPORT_HEAD_SUBJECT, EXPORT_SOURCE_HEADER, "x-subject-ip",
              NULL);
    head_rule(c, EXPORT_HEAD_SUBJECT, EXPORT_SOURCE_HEADER,
              "x-subject-country", NULL)->as = EXPORT_SUBJECT_COUNTRY;
    head_rule(c, EXPORT_HEAD_SUBJECT, EXPORT_SOURCE_HEADER, "x-subject-id",
              NULL)->as = EXPORT_SUBJECT_ID;

    rule = head_rule(c, EXPORT_HEAD_SUBJECT, EXPORT_SOURCE_HEADER, "x-head",
                     NULL);
    rule->as = EXPORT_SUBJECT_COUNTRY;
    rule->declared = 1;

    head_rule(c, EXPORT_HEAD_SUBJECT, EXPORT_SOURCE_ARG, "country", NULL)->as
        = EXPORT_SUBJECT_COUNTRY;

    head_rule(c, EXPORT_HEAD_CONSENT, EXPORT_SOURCE_HEADER, "x-consent",
              granted);
    head_rule(c, EXPORT_HEAD_CONSENT, EXPORT_SOURCE_HEADER, "x-some-consent",
              granted)->declared = 1;
    head_rule(c, EXPORT_HEAD_CONSENT, EXPORT_SOURCE_ARG, "ok", granted);

    c->rules = export_head_compile(c->list, &pool);

    rule = head_rule(&closed_conf, EXPORT_HEAD_PURPOSE, EXPORT_SOURCE_HEADER,
                     "x-data-purpose", training);

    ok(export_match_compile(&other, &billing, error) == EXPORT_OK, "billing");

    rule->closed = 1;
    rule->number = 3;
    rule->others = &other;
    rule->nothers = 1;

    closed_conf.rules = export_head_compile(closed_conf.list, &pool);
}


static char *
said_text(const export_head_said_t *said, char *text)
{
    char                     *p;
    unsigned                  i;
    const export_subjects_t  *subject;

    p = text;
    *p = '\0';

    for (i = 0; i < EXPORT_HEAD_RULES; i++) {
        if (said->purpose[i]) {
            p += sprintf(p, " purpose%u=%x", i, said->purpose[i]);
        }
    }

    for (i = 0; i < EXPORT_HEAD_RULES; i++) {
        subject = &said->subject[i];

        if (subject->n) {
            p += sprintf(p, " subject%u=%u/%x/%u", i, (unsigned) subject->n,
                         subject->places, subject->malformed);
        }
    }

    for (i = 0; i < EXPORT_HEAD_RULES; i++) {
        if (said->consent[i]) {
            p += sprintf(p, " consent%u=%x", i, said->consent[i]);
        }
    }

    if (said->gpc) {
        p += sprintf(p, " gpc=%x", said->gpc);
    }

    if (said->usage) {
        p += sprintf(p, " usage=%x", said->usage);
    }

    return text + (text[0] == ' ');
}


static int
same_group(const export_subjects_t *got, const group_t *want)
{
    return got->n == want->n && got->places == want->places
           && got->malformed == want->malformed;
}


/* one order of the lines: 1 if everything is as expected */

static int
in_order(const head_conf_t *conf, const case_t *c, const unsigned *order,
    unsigned n, int remember)
{
    char                text[4096];
    u_char             *line;
    size_t              len;
    unsigned            i;
    export_head_t       head;
    export_facts_t      facts;
    export_head_said_t  said;

    memset(&facts, 0, sizeof(facts));
    memset(&said, 0, sizeof(said));

    export_head_init(&head, conf->rules, &head_atlas, head_scratch, &facts,
                     remember ? &said : NULL);

    for (i = 0; i < n; i++) {
        len = strlen(c->lines[order[i]]);
        line = guard_copy(c->lines[order[i]], len);

        head_line(&head, line, len);

        guard_free(line, len);
    }

    export_head_end(&head);

    if (remember && strcmp(said_text(&said, text), c->said) != 0) {
        printf("# said \"%s\", want \"%s\"\n", said_text(&said, text),
               c->said);
        return 0;
    }

    if (facts.purpose == c->purpose && facts.consent == c->consent
        && facts.declared_consent == c->declared_consent
        && same_group(&facts.declared, &c->declared)
        && same_group(&facts.head, &c->head) && !facts.error)
    {
        return 1;
    }

    printf("# purpose %x, consent %x, %x, subjects %u/%x/%u, %u/%x/%u\n",
           facts.purpose, facts.consent, facts.declared_consent,
           (unsigned) facts.declared.n, facts.declared.places,
           facts.declared.malformed, (unsigned) facts.head.n,
           facts.head.places, facts.head.malformed);

    return 0;
}


/* all orders of the lines from "k" on */

static int
in_any_order(const head_conf_t *conf, const case_t *c, unsigned *order,
    unsigned k, unsigned n)
{
    unsigned  i, swap;

    if (k >= n) {
        return in_order(conf, c, order, n, 0) && in_order(conf, c, order, n, 1);
    }

    for (i = k; i < n; i++) {
        swap = order[k];
        order[k] = order[i];
        order[i] = swap;

        if (!in_any_order(conf, c, order, k + 1, n)) {
            return 0;
        }

        order[i] = order[k];
        order[k] = swap;
    }

    return 1;
}


static void
test_cases(const head_conf_t *conf, const case_t *c, size_t ncases)
{
    size_t    i;
    unsigned  n, order[LINES];

    for (i = 0; i < ncases; i++) {
        for (n = 0; n < LINES && c[i].lines[n]; n++) {
            order[n] = n;
        }

        ok(in_any_order(conf, &c[i], order, 0, n), "%s%s%s, in any order",
           n ? c[i].lines[0] : "nothing", n > 1 ? ", " : "",
           n > 1 ? c[i].lines[1] : "");
    }
}


/* the name that is given, and the one that is told to be private */

static void
test_private(void)
{
    size_t                    i;
    unsigned                  k;
    export_str_t              name, value;
    export_head_t             head;
    export_facts_t            facts;
    const export_str_t       *found;
    static const char *const  names[] = { "x-subject-ip", "x-subject-country",
                                          "x-subject-id", "x-head",
                                          "x-consent", "x-some-consent" };
    static const struct {
        const char  *name;
        int          is;            /* private */
        int          odd;           /* ... in any spelling */

    } lines[] = {
        { "X-Subject-IP", 1, 1 },
        { "x_subject_ip", 1, 1 },
        { "X.Consent", 1, 1 },
        { "X-Consents", 0, 0 },
        { "X-Data-Purpose", 0, 0 },
        { "Sec-GPC", 0, 0 },
        { "Connection", 0, 0 },
        { "\"x-consent\"", 0, 1 },
        { "x-subject-ip[0]", 0, 1 },
        { "\"connection\"", 0, 0 },
    };

    for (k = 0, i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        found = export_head_private(open_conf.rules, &k);
        name = str(names[i]);

        ok(found && export_str_same(found, &name), "%s is private", names[i]);
    }

    ok(export_head_private(open_conf.rules, &k) == NULL, "and no other");

    memset(&facts, 0, sizeof(facts));
    export_head_init(&head, open_conf.rules, &head_atlas, head_scratch, &facts,
                     NULL);

    value = str("x");

    for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        name = str(lines[i].name);

        is_int(export_head_is_private(open_conf.rules, &name, NULL),
               lines[i].is, "%s", lines[i].name);
        is_int(head_header(&head, &name, &value), lines[i].odd,
               "%s, in any spelling", lines[i].name);
        is_int(head_header(&head, &name, NULL), lines[i].odd,
               "%s, deleted", lines[i].name);
    }
}


static void
test_names(void)
{
    size_t        i;
    export_str_t  wanted, name;

    static const struct {
        const char          *wanted;
        const char          *name;
        const char          *lowcase;
        export_head_name_e   same;

    } names[] = {
        { "x-a", "X-A", "x-a", EXPORT_HEAD_SAME },
        { "x-a", "X-A", NULL, EXPORT_HEAD_SAME },
        { "x-a", "X_A", "x_a", EXPORT_HEAD_TWIN },
        { "x-a", "x~a", NULL, EXPORT_HEAD_TWIN },
        { "x_a", "x-a", NULL, EXPORT_HEAD_TWIN },
        { "x-a", "x1a", NULL, EXPORT_HEAD_OTHER },
        { "x-a", "x-b", "x-b", EXPORT_HEAD_OTHER },
        { "x-a", "x-ab", NULL, EXPORT_HEAD_OTHER },
        { "x.a", "x-a", NULL, EXPORT_HEAD_OTHER },
        { "x-a", "", NULL, EXPORT_HEAD_OTHER },
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        wanted = str(names[i].wanted);
        name = str(names[i].name);

        is_int(export_head_name(&wanted, &name,
                                (const u_char *) names[i].lowcase),
               names[i].same, "%s and %s", names[i].wanted, names[i].name);
    }
}


/* the last number stands for all behind it */

static void
test_many(void)
{
    char                name[32];
    unsigned            i;
    head_conf_t        *conf;
    export_head_t       head;
    export_facts_t      facts;
    static char         names[HEAD_RULES][16];
    export_head_said_t  said;

    conf = calloc(1, sizeof(head_conf_t));

    for (i = 0; i < HEAD_RULES; i++) {
        sprintf(names[i], "x-subject-%u", i);
        head_rule(conf, EXPORT_HEAD_SUBJECT, EXPORT_SOURCE_HEADER, names[i],
                  NULL)->as = EXPORT_SUBJECT_COUNTRY;
    }

    conf->rules = export_head_compile(conf->list, &pool);

    memset(&facts, 0, sizeof(facts));
    memset(&said, 0, sizeof(said));
    export_head_init(&head, conf->rules, &head_atlas, head_scratch, &facts,
                     &said);

    for (i = 0; i < HEAD_RULES; i++) {
        sprintf(name, "%s: GB", names[i]);
        head_line(&head, (u_char *) name, strlen(name));
    }

    export_head_end(&head);

    is_int(facts.declared.n, HEAD_RULES, "each of %u rules", HEAD_RULES);

    for (i = 0; i < EXPORT_HEAD_RULES; i++) {
        is_int(said.subject[i].n,
               i < EXPORT_HEAD_RULES - 1 ? 1
                                         : HEAD_RULES - EXPORT_HEAD_RULES + 1,
               "number %u", i);
    }

    free(conf);
}


static void
test_marks(void)
{
    size_t                    i;
    u_char                    buf[HEAD_LINE];
    export_str_t              name, value;
    head_conf_t              *conf;
    export_head_rule_t       *mark;
    export_head_marks_t       marks;
    static const char *const  job[] = { "~^Create.*Job$", NULL };

    static const struct {
        unsigned     first;             /* of the marks */
        unsigned     n;
        const char  *line;
        int          rc;

    } lines[] = {
        { 0, 0, "X-Target: CreateJob", EXPORT_OK },
        { 0, 1, "X-Target: CreateJob", EXPORT_OK },
        { 0, 1, "X_Target: CreateJob", EXPORT_OK },
        { 0, 1, "X-Target: DeleteJob", EXPORT_DECLINED },
        { 0, 1, "X-Targets: CreateJob", EXPORT_DECLINED },
        { 0, 1, "?target=CreateJob", EXPORT_DECLINED },
        { 1, 1, "?Target=Create%4Aob", EXPORT_OK },
        { 1, 1, "?x=y&target=", EXPORT_DECLINED },
        { 1, 1, "?target[]=CreateJob", EXPORT_DECLINED },
        { 1, 1, "target: CreateJob", EXPORT_DECLINED },
        { 0, 2, "X-Target: CreateJob", EXPORT_OK },
        { 0, 2, "?target=CreateJob", EXPORT_OK },
        { 0, 3, "?target=CreateJob", EXPORT_OK },
        { 0, 3, "?target=DeleteJob", EXPORT_AGAIN },
        { 2, 1, "target: CreateJob", EXPORT_AGAIN },
    };

    conf = calloc(1, sizeof(head_conf_t));

    mark = head_rule(conf, EXPORT_HEAD_PURPOSE, EXPORT_SOURCE_HEADER,
                     "x-target", job);
    head_rule(conf, EXPORT_HEAD_PURPOSE, EXPORT_SOURCE_ARG, "target", job);
    head_rule(conf, EXPORT_HEAD_PURPOSE, EXPORT_SOURCE_FIELD, "target", job);

    for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        export_head_marks_init(&marks, mark + lines[i].first, lines[i].n,
                               head_scratch);

        if (lines[i].line[0] == '?') {
            value = str(lines[i].line + 1);
            export_head_marks_query(&marks, &value, buf);

        } else {
            head_split((const u_char *) lines[i].line, strlen(lines[i].line),
                       &name, &value);
            export_head_marks_header(&marks, &name, NULL, &value);
        }

        is_int(export_head_marks_end(&marks), lines[i].rc,
               "marks %u to %u: %s", lines[i].first,
               lines[i].first + lines[i].n, lines[i].line);
    }

    export_head_marks_init(&marks, mark, 3, head_scratch);
    ok(marks.headers && marks.args && marks.body, "all sources are asked for");

    export_head_marks_init(&marks, mark + 2, 1, head_scratch);
    ok(!marks.headers && !marks.args, "nothing of the head is");

    /* over EXPORT_MATCH_SUBJECT, where a regex is not tried */

    value.len = 20000;
    value.data = malloc(value.len);
    memset(value.data, 'C', value.len);
    memcpy(value.data, "CreateJob", 9);

    export_head_marks_init(&marks, mark, 1, head_scratch);
    name = str("x-target");
    export_head_marks_header(&marks, &name, NULL, &value);

    ok(marks.failed, "a limit is told");

    free(value.data);
    head_free(conf);
    free(conf);
}


static void
test_no_memory(void)
{
    unsigned  i;

    pool_free();

    for (i = 0; i < 3; i++) {
        pool_limit = i;

        ok(export_head_compile(open_conf.list, &pool) == NULL,
           "out of memory, after %u", i);

        pool_free();
    }
}


int
main(void)
{
    head_start();
    configure();

    test_cases(&open_conf, cases, sizeof(cases) / sizeof(case_t));
    test_cases(&closed_conf, closed, sizeof(closed) / sizeof(case_t));
    test_private();
    test_names();
    test_many();
    test_marks();
    test_no_memory();

    export_match_free(closed_conf.rule[EXPORT_HEAD_PURPOSE][0].others);
    head_free(&open_conf);
    head_free(&closed_conf);
    export_match_scratch_free(head_scratch);

    return done_testing();
}
