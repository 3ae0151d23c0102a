
/*
 * A head of up to LINES lines (head.h): facts, and which rule said what, are
 * the same from the first line to the last, from the last to the first, and
 * without asking which rule said what.
 */

#include "tap.h"

#include "head.h"


#define LINES  16


typedef struct {
    export_facts_t      facts;
    export_head_said_t  said;
    uint32_t            is_private;     /* a bit a line */
} result_t;


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


const char *const  fuzz_words[] = {
    "\n", "\n", "\n", "\n?", "&", "=", ";", ": ", ", ", "!", "[]", "[0]",
    "X-Data-Purpose: ", "x_data_purpose: ", "X-Subject-IP: ",
    "X-Subject-Country: ", "Forwarded: ", "X-Locale: ", "X-Consent: ",
    "X.Consent: ", "\"x-consent\": ", "X-Some-Consent: ", "Sec-GPC: ",
    "Content-Usage: ", "Connection: ", "x-subject-country", "x-consent",
    "?purpose=", "purpose=", "country=", "ok=", "%6fk=", "ai-training",
    "fine tuning", "billing", "GB", "Korea, Republic of", "81.2.69.160",
    "for=\"[2001:db8::1]\"", "de-CH", "granted", "denied", "1", "0",
    "train-ai=n", "train-ai=y", "\xef\xbc\xa1", "\xc4\xb1", "%", "\"", "\\",
    NULL
};


static head_conf_t  conf;


static void
configure(void)
{
    unsigned                   i;
    export_head_rule_t        *rule;
    static const char *const   training[] = { "ai-training", "~*^fine.tun",
                                              NULL };
    static const char *const   granted[] = { "granted", NULL };
    static const struct {
        const char            *name;
        export_source_e        source;
        export_subject_e       as;
        unsigned               declared;

    } subjects[] = {
        { "x-subject-ip", EXPORT_SOURCE_HEADER, EXPORT_SUBJECT_IP, 0 },
        { "x-subject-country", EXPORT_SOURCE_HEADER, EXPORT_SUBJECT_COUNTRY,
          0 },
        { "forwarded", EXPORT_SOURCE_HEADER, EXPORT_SUBJECT_FORWARDED, 1 },
        { "x-locale", EXPORT_SOURCE_HEADER, EXPORT_SUBJECT_LOCALE, 0 },
        { "country", EXPORT_SOURCE_ARG, EXPORT_SUBJECT_COUNTRY, 0 },
    };

    head_start();

    head_rule(&conf, EXPORT_HEAD_PURPOSE, EXPORT_SOURCE_HEADER,
              "x-data-purpose", training);
    head_rule(&conf, EXPORT_HEAD_PURPOSE, EXPORT_SOURCE_ARG, "purpose",
              training);

    for (i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
        rule = head_rule(&conf, EXPORT_HEAD_SUBJECT, subjects[i].source,
                         subjects[i].name, NULL);
        rule->as = subjects[i].as;
        rule->declared = subjects[i].declared & 1;
    }

    head_rule(&conf, EXPORT_HEAD_CONSENT, EXPORT_SOURCE_HEADER, "x-consent",
              granted);
    head_rule(&conf, EXPORT_HEAD_CONSENT, EXPORT_SOURCE_HEADER,
              "x-some-consent", granted)->declared = 1;
    head_rule(&conf, EXPORT_HEAD_CONSENT, EXPORT_SOURCE_ARG, "ok", granted);

    conf.rules = export_head_compile(conf.list, &pool);
}


static void
collect(const export_str_t *line, unsigned n, int backwards, int remember,
    result_t *result)
{
    int            is_private;
    unsigned       i, k;
    export_head_t  head;

    memset(result, 0, sizeof(result_t));

    export_head_init(&head, conf.rules, &head_atlas, head_scratch,
                     &result->facts, remember ? &result->said : NULL);

    for (i = 0; i < n; i++) {
        k = backwards ? n - 1 - i : i;
        is_private = head_line(&head, line[k].data, line[k].len);
        result->is_private |= (uint32_t) is_private << k;
    }

    export_head_end(&head);
}


static void
check(int cond, const char *what)
{
    if (!cond) {
        printf("not ok - %s\n", what);
        fflush(stdout);
        abort();
    }
}


/* bytes of every structure were zeroed, padding included */

static void
test_orders(const export_str_t *line, unsigned n)
{
    result_t  one, other;

    collect(line, n, 0, 1, &one);
    collect(line, n, 1, 1, &other);

    check(memcmp(&one.facts, &other.facts, sizeof(one.facts)) == 0,
          "the facts are the same in any order");
    check(memcmp(&one.said, &other.said, sizeof(one.said)) == 0,
          "which rule said what is the same in any order");
    check(one.is_private == other.is_private,
          "what is private is the same in any order");

    collect(line, n, 0, 0, &other);

    check(memcmp(&one.facts, &other.facts, sizeof(one.facts)) == 0,
          "the facts are the same for those who do not ask who said them");
}


/* facts are never of nobody: some rule, or a signal without one, said them */

static void
test_said(const export_str_t *line, unsigned n)
{
    unsigned   i, consent;
    uint16_t   purpose;
    uint64_t   subjects;
    result_t   result;

    collect(line, n, 0, 1, &result);

    purpose = 0;
    subjects = 0;
    consent = (unsigned) (result.said.gpc | result.said.usage);

    for (i = 0; i < EXPORT_HEAD_RULES; i++) {
        purpose |= result.said.purpose[i];
        consent |= result.said.consent[i];
        subjects += result.said.subject[i].n;
    }

    check(purpose == result.facts.purpose, "each purpose has its rule");
    check(consent == (unsigned) (result.facts.consent
                                 | result.facts.declared_consent),
          "each consent has its rule");
    check(subjects == result.facts.declared.n + result.facts.head.n,
          "each subject has its rule");
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned        n;
    export_str_t    line[LINES];
    const uint8_t  *p, *end, *last;

    if (conf.rules == NULL) {
        configure();
    }

    p = data;
    last = data + size;

    for (n = 0; n < LINES && p < last; n++) {
        end = memchr(p, '\n', (size_t) (last - p));
        end = end ? end : last;

        line[n].data = (u_char *) p;
        line[n].len = (size_t) (end - p);

        p = end < last ? end + 1 : last;
    }

    test_orders(line, n);
    test_said(line, n);

    return 0;
}
