
#include "export_head.h"
#include "export_consent.h"
#include "export_field.h"
#include "export_list.h"
#include "export_purpose.h"


typedef void (*export_head_pt)(export_head_t *head,
    const export_head_watch_t *watch, const export_str_t *value);


static void export_head_watch(export_head_watch_t *watch,
    const export_head_list_t *list, export_head_kind_e kind, unsigned i);
static void export_head_watch_builtin(export_head_rules_t *rules);
static void export_head_classify(export_head_rules_t *rules);
static EXPORT_RARE export_head_name_e export_head_spelt(
    const export_str_t *wanted, const export_str_t *name);
static int export_head_is_plain(const export_str_t *name);
static inline void export_head_add(export_head_t *head,
    const export_head_watch_t *watch, export_head_name_e same,
    const export_str_t *value);
static EXPORT_RARE void export_head_remember(export_head_t *head,
    const export_head_watch_t *watch, export_head_name_e same,
    const export_str_t *value);
static void export_head_join(export_subjects_t *all,
    const export_subjects_t *more);
static EXPORT_RARE void export_head_unsure(export_head_t *head,
    const export_head_watch_t *watch, export_head_name_e same,
    const export_str_t *value);
static void export_head_arg(export_head_t *head, const export_str_t *name,
    const export_str_t *value);
static void export_head_arg_pieces(export_head_t *head,
    const export_str_t *value, u_char *buf);
static int export_head_next_piece(export_str_t *rest, export_str_t *piece);
static void export_head_purpose(export_head_t *head,
    const export_head_watch_t *watch, const export_str_t *value);
static export_subjects_t *export_head_group(export_head_t *head,
    const export_head_watch_t *watch);
static void export_head_subject(export_head_t *head,
    const export_head_watch_t *watch, const export_str_t *value);
static void export_head_consent(export_head_t *head,
    const export_head_watch_t *watch, const export_str_t *value);
static void export_head_add_consent(export_head_t *head,
    const export_head_watch_t *watch, unsigned says);
static void export_head_gpc(export_head_t *head,
    const export_head_watch_t *watch, const export_str_t *value);
static void export_head_usage(export_head_t *head,
    const export_head_watch_t *watch, const export_str_t *value);
static void export_head_connection(export_head_t *head,
    const export_head_watch_t *watch, const export_str_t *value);
static void export_head_mark_says(export_head_marks_t *marks,
    const export_head_rule_t *mark, const export_str_t *value);


/* "c" is in lower case */

#define export_head_alnum(c)                                                  \
    (((c) >= 'a' && (c) <= 'z') || ((c) >= '0' && (c) <= '9'))


static const export_head_pt  export_head_handlers[] = {
    [EXPORT_HEAD_PURPOSE] = export_head_purpose,
    [EXPORT_HEAD_SUBJECT] = export_head_subject,
    [EXPORT_HEAD_CONSENT] = export_head_consent,
    [EXPORT_HEAD_GPC] = export_head_gpc,
    [EXPORT_HEAD_USAGE] = export_head_usage,
    [EXPORT_HEAD_CONNECTION] = export_head_connection,
};


static const struct {
    export_str_t        name;
    export_head_kind_e  kind;

} export_head_builtin[] = {
    { export_string("sec-gpc"), EXPORT_HEAD_GPC },
    { export_string("content-usage"), EXPORT_HEAD_USAGE },
    { export_string("connection"), EXPORT_HEAD_CONNECTION },
};

#define EXPORT_HEAD_BUILTIN                                                   \
    (sizeof(export_head_builtin) / sizeof(export_head_builtin[0]))


export_head_rules_t *
export_head_compile(const export_head_list_t lists[EXPORT_HEAD_LISTS],
    const export_pool_t *pool)
{
    unsigned              i, k, n;
    export_source_e       source;
    export_head_rules_t  *rules;

    for (n = EXPORT_HEAD_BUILTIN, k = 0; k < EXPORT_HEAD_LISTS; k++) {
        n += lists[k].n;
    }

    rules = pool->alloc(pool->data, sizeof(export_head_rules_t));
    if (rules == NULL) {
        return NULL;
    }

    rules->header = pool->alloc(pool->data, n * sizeof(export_head_watch_t));
    rules->arg = pool->alloc(pool->data, n * sizeof(export_head_watch_t));

    if (rules->header == NULL || rules->arg == NULL) {
        return NULL;
    }

    for (k = 0; k < EXPORT_HEAD_LISTS; k++) {

        for (i = 0; i < lists[k].n; i++) {
            source = lists[k].rule[i].source;

            if (source == EXPORT_SOURCE_HEADER) {
                export_head_watch(&rules->header[rules->nheaders++],
                                  &lists[k], k, i);

            } else if (source == EXPORT_SOURCE_ARG) {
                export_head_watch(&rules->arg[rules->nargs++], &lists[k], k,
                                  i);
            }
        }
    }

    rules->consents = lists[EXPORT_HEAD_CONSENT];

    export_head_watch_builtin(rules);
    export_head_classify(rules);

    return rules;
}


static void
export_head_watch(export_head_watch_t *watch, const export_head_list_t *list,
    export_head_kind_e kind, unsigned i)
{
    unsigned                   number;
    const export_head_rule_t  *rule;

    rule = &list->rule[i];
    number = rule->closed ? rule->number : i;

    if (number >= EXPORT_HEAD_RULES) {
        number = EXPORT_HEAD_RULES - 1;
    }

    watch->name = rule->name;
    watch->rule = rule;
    watch->kind = kind;
    watch->number = (uint8_t) number;
    watch->is_private = kind != EXPORT_HEAD_PURPOSE;
}


static void
export_head_watch_builtin(export_head_rules_t *rules)
{
    unsigned              i;
    export_head_watch_t  *watch;

    for (i = 0; i < EXPORT_HEAD_BUILTIN; i++) {
        watch = &rules->header[rules->nheaders++];

        watch->name = export_head_builtin[i].name;
        watch->kind = export_head_builtin[i].kind;
    }
}


static void
export_head_classify(export_head_rules_t *rules)
{
    unsigned                     i;
    export_head_watch_t         *watch;
    const export_head_watch_t  **first;

    /* Watches are put in front of their class, so the last one goes first. */

    for (i = rules->nheaders; i; i--) {
        watch = &rules->header[i - 1];
        first = &rules->names[export_head_class(&watch->name)];

        watch->next = *first;
        *first = watch;
    }
}


const export_str_t *
export_head_private(const export_head_rules_t *rules, unsigned *i)
{
    const export_head_watch_t  *watch;

    while (*i < rules->nheaders) {
        watch = &rules->header[(*i)++];

        if (watch->is_private) {
            return &watch->name;
        }
    }

    return NULL;
}


int
export_head_is_private(const export_head_rules_t *rules,
    const export_str_t *name, const u_char *lowcase)
{
    unsigned                    i;
    const export_head_watch_t  *watch;

    watch = rules->header;

    for (i = 0; i < rules->nheaders; i++) {

        if (watch[i].is_private
            && export_head_name(&watch[i].name, name, lowcase))
        {
            return 1;
        }
    }

    return 0;
}


export_head_name_e
export_head_name(const export_str_t *wanted, const export_str_t *name,
    const u_char *lowcase)
{
    if (wanted->len != name->len) {
        return EXPORT_HEAD_OTHER;
    }

    if (lowcase && export_same(lowcase, wanted->data, wanted->len)) {
        return EXPORT_HEAD_SAME;
    }

    return export_head_spelt(wanted, name);
}


/* Compares names of equal length byte by byte. */

static EXPORT_RARE export_head_name_e
export_head_spelt(const export_str_t *wanted, const export_str_t *name)
{
    u_char              a, b;
    size_t              i;
    export_head_name_e  rc;

    rc = EXPORT_HEAD_SAME;

    for (i = 0; i < wanted->len; i++) {
        a = wanted->data[i];
        b = export_lower(name->data[i]);

        if (a == b) {
            continue;
        }

        if ((a != '-' && a != '_') || export_head_alnum(b)) {
            return EXPORT_HEAD_OTHER;
        }

        rc = EXPORT_HEAD_TWIN;
    }

    return rc;
}


void
export_head_say(export_head_t *head, const export_head_watch_t *watch,
    export_head_name_e same, const export_str_t *value)
{
    if (head->said) {
        export_head_remember(head, watch, same, value);

    } else {
        export_head_add(head, watch, same, value);
    }
}


static inline void
export_head_add(export_head_t *head, const export_head_watch_t *watch,
    export_head_name_e same, const export_str_t *value)
{
    if (same == EXPORT_HEAD_SAME) {
        export_head_handlers[watch->kind](head, watch, value);

    } else {
        export_head_unsure(head, watch, same, value);
    }
}


/*
 * Collects what this value alone says as facts of their own, remembers these,
 * and joins them to the others.
 */

static EXPORT_RARE void
export_head_remember(export_head_t *head, const export_head_watch_t *watch,
    export_head_name_e same, const export_str_t *value)
{
    export_facts_t  facts, *all;

    memset(&facts, 0, sizeof(export_facts_t));

    all = head->facts;
    head->facts = &facts;

    export_head_add(head, watch, same, value);

    head->facts = all;

    all->error |= facts.error;
    all->purpose |= facts.purpose;
    all->consent |= facts.consent;
    export_head_join(&all->declared, &facts.declared);
    export_head_join(&all->head, &facts.head);

    switch (watch->kind) {

    case EXPORT_HEAD_PURPOSE:
        head->said->purpose[watch->number] |= facts.purpose;
        return;

    case EXPORT_HEAD_SUBJECT:
        export_head_join(&head->said->subject[watch->number],
                         watch->rule->declared ? &facts.head
                                               : &facts.declared);
        return;

    case EXPORT_HEAD_GPC:
        head->said->gpc |= facts.consent;
        return;

    case EXPORT_HEAD_USAGE:
        head->said->usage |= facts.consent;
        return;

    default:
        return;
    }
}


static void
export_head_join(export_subjects_t *all, const export_subjects_t *more)
{
    all->n += more->n;
    all->places |= more->places;
    all->located |= more->located;
    all->addressed |= more->addressed;
    all->malformed |= more->malformed;
}


int
export_head_odd_header(export_head_t *head, const export_str_t *name,
    const u_char *lowcase, const export_str_t *value)
{
    int                         is_private;
    u_char                      buf[EXPORT_MAX_NAME];
    unsigned                    i;
    export_str_t                core;
    const export_head_watch_t  *watch;

    if (export_head_is_plain(name)) {
        return 0;
    }

    core = export_field_core(name, buf);

    is_private = 0;
    watch = head->rules->header;

    for (i = 0; i < head->rules->nheaders; i++) {

        if (watch[i].kind == EXPORT_HEAD_CONNECTION
            || !export_field_near(&watch[i].name, &core)
            || export_head_name(&watch[i].name, name, lowcase))
        {
            continue;
        }

        is_private |= watch[i].is_private;

        if (value) {
            export_head_say(head, &watch[i], EXPORT_HEAD_TWIN, value);
        }
    }

    return is_private;
}


/*
 * 1 if a name has only the bytes of usual headers' names.  Such a name is near
 * only to names of its own length, and to these it is a twin already.
 */

static int
export_head_is_plain(const export_str_t *name)
{
    u_char  c;
    size_t  i;

    for (i = 0; i < name->len; i++) {
        c = export_lower(name->data[i]);

        if (!export_head_alnum(c) && c != '-' && c != '_' && c != '.') {
            return 0;
        }
    }

    return 1;
}


/*
 * Recipients differ in whether they take the name for the watched one.  What
 * the value says is therefore not believed, but for evidence of training, and
 * for a denial of consent.
 */

static EXPORT_RARE void
export_head_unsure(export_head_t *head, const export_head_watch_t *watch,
    export_head_name_e same, const export_str_t *value)
{
    switch (watch->kind) {

    case EXPORT_HEAD_SUBJECT:
        export_subject_unreadable(export_head_group(head, watch));
        return;

    case EXPORT_HEAD_CONSENT:
        export_head_add_consent(head, watch, EXPORT_CONSENT_INVALID);
        return;

    case EXPORT_HEAD_PURPOSE:
        if (same == EXPORT_HEAD_NEAR) {
            head->facts->purpose |= EXPORT_PURPOSE_MALFORMED
                                    |EXPORT_PURPOSE_NOT_WAIVED;
            return;
        }

        /* fall through */

    default:
        export_head_handlers[watch->kind](head, watch, value);
    }
}


void
export_head_query(export_head_t *head, const export_str_t *query, u_char *buf)
{
    uint8_t       others[EXPORT_HEAD_RULES];
    unsigned      i;
    export_str_t  name, rest, value;

    memcpy(others, head->consent, sizeof(others));
    memset(head->consent, 0, sizeof(others));

    rest = *query;

    while (export_list_next_arg(&rest, &name, &value) == EXPORT_OK) {
        export_head_arg_pieces(head, &value, buf);

        name = export_list_decode(&name, buf);
        value = export_list_decode(&value, buf + name.len);

        export_head_arg(head, &name, &value);
    }

    for (i = 0; i < EXPORT_HEAD_RULES; i++) {
        head->consent[i] |= others[i];
    }
}


static void
export_head_arg(export_head_t *head, const export_str_t *name,
    const export_str_t *value)
{
    int                         word;
    u_char                      buf[EXPORT_MAX_NAME];
    unsigned                    i;
    export_str_t                core;
    const export_head_watch_t  *watch;

    core.len = 0;
    core.data = NULL;

    word = export_field_word(name);

    if (!word) {
        core = export_field_core(name, buf);
    }

    watch = head->rules->arg;

    for (i = 0; i < head->rules->nargs; i++) {

        if (export_str_same(&watch[i].name, name)) {
            export_head_say(head, &watch[i], EXPORT_HEAD_SAME, value);

        } else if (!word && export_field_near(&watch[i].name, &core)) {
            export_head_say(head, &watch[i], EXPORT_HEAD_NEAR, NULL);
        }
    }
}


/*
 * Some recipients split a query at ";" too: a name behind a ";" that is
 * watched, or near to a watched one, may be an argument's.
 */

static void
export_head_arg_pieces(export_head_t *head, const export_str_t *value,
    u_char *buf)
{
    unsigned                    i;
    export_str_t                rest, name, piece;
    const export_head_watch_t  *watch;

    rest = *value;
    watch = head->rules->arg;

    while (export_head_next_piece(&rest, &piece) == EXPORT_OK) {

        if (export_list_next_arg(&piece, &name, &piece) != EXPORT_OK) {
            continue;
        }

        name = export_list_decode(&name, buf);

        for (i = 0; i < head->rules->nargs; i++) {
            if (export_field_compare(&watch[i].name, &name)
                != EXPORT_DECLINED)
            {
                export_head_say(head, &watch[i], EXPORT_HEAD_NEAR, NULL);
            }
        }
    }
}


/* Takes the piece from behind the next ";" up to the one after it. */

static int
export_head_next_piece(export_str_t *rest, export_str_t *piece)
{
    u_char  *p;

    p = rest->len ? memchr(rest->data, ';', rest->len) : NULL;

    if (p == NULL) {
        return EXPORT_DONE;
    }

    p++;
    rest->len -= (size_t) (p - rest->data);
    rest->data = p;

    *piece = *rest;

    p = rest->len ? memchr(rest->data, ';', rest->len) : NULL;

    if (p) {
        piece->len = (size_t) (p - rest->data);
    }

    return EXPORT_OK;
}


void
export_head_end(export_head_t *head)
{
    unsigned                   i;
    const export_head_list_t  *consents;

    consents = &head->rules->consents;

    for (i = 0; i < consents->n; i++) {
        if (consents->rule[i].declared) {
            head->facts->declared_consent |= head->consent[i];

        } else {
            head->facts->consent |= head->consent[i];
        }
    }

    if (head->said) {
        memcpy(head->said->consent, head->consent, sizeof(head->consent));
    }
}


static void
export_head_purpose(export_head_t *head, const export_head_watch_t *watch,
    const export_str_t *value)
{
    export_purposes_t          purposes;
    const export_head_rule_t  *rule;

    rule = watch->rule;

    purposes.training = rule->patterns;
    purposes.ntraining = rule->npatterns;
    purposes.other = rule->others;
    purposes.nother = rule->nothers;
    purposes.closed = rule->closed;

    export_purpose_declared(&purposes, head->scratch, value, head->facts);

    /*
     * Only declarations have been read so far.  One that says training shows
     * data, which no endpoint for jobs that is found later can waive.
     */

    if (head->facts->purpose & (EXPORT_PURPOSE_TRAINING
                                |EXPORT_PURPOSE_MALFORMED))
    {
        head->facts->purpose |= EXPORT_PURPOSE_NOT_WAIVED;
    }
}


/* the group that the subjects of a rule are added to */

static export_subjects_t *
export_head_group(export_head_t *head, const export_head_watch_t *watch)
{
    return watch->rule->declared ? &head->facts->head : &head->facts->declared;
}


static void
export_head_subject(export_head_t *head, const export_head_watch_t *watch,
    const export_str_t *value)
{
    export_subject_value(watch->rule->as, head->atlas, value,
                         export_head_group(head, watch));
}


static void
export_head_consent(export_head_t *head, const export_head_watch_t *watch,
    const export_str_t *value)
{
    export_head_add_consent(head, watch,
                            export_consent_value(watch->rule->patterns,
                                                 watch->rule->npatterns,
                                                 head->scratch, value));
}


/*
 * Consent is one line with one value: a rule that is met a second time grants
 * nothing.
 */

static void
export_head_add_consent(export_head_t *head, const export_head_watch_t *watch,
    unsigned says)
{
    uint8_t  *said;

    said = &head->consent[watch->number];

    if (*said) {
        says = export_consent_repeated(*said, says);
    }

    *said = (uint8_t) says;
}


static void
export_head_gpc(export_head_t *head, const export_head_watch_t *watch,
    const export_str_t *value)
{
    (void) watch;

    head->facts->consent |= (uint8_t) export_consent_gpc(value);
}


static void
export_head_usage(export_head_t *head, const export_head_watch_t *watch,
    const export_str_t *value)
{
    (void) watch;

    head->facts->consent |= (uint8_t) export_consent_usage(value);
}


/*
 * "Connection" names headers that are for the next hop only (RFC 9110, section
 * 7.6.1).  A private header that is named there is said and taken back at
 * once.
 */

static void
export_head_connection(export_head_t *head, const export_head_watch_t *watch,
    const export_str_t *value)
{
    unsigned                    i;
    export_str_t                item, rest;
    const export_head_watch_t  *named;

    (void) watch;

    rest = *value;
    named = head->rules->header;

    while (export_list_next(&rest, &item) == EXPORT_OK) {

        for (i = 0; i < head->rules->nheaders; i++) {

            if (named[i].is_private && export_str_same(&named[i].name, &item))
            {
                export_head_say(head, &named[i], EXPORT_HEAD_TWIN, NULL);
            }
        }
    }
}


void
export_head_marks_init(export_head_marks_t *marks,
    const export_head_rule_t *mark, unsigned n,
    export_match_scratch_t *scratch)
{
    unsigned  i;

    memset(marks, 0, sizeof(export_head_marks_t));

    marks->mark = mark;
    marks->n = n;
    marks->scratch = scratch;

    for (i = 0; i < n; i++) {
        marks->headers |= (mark[i].source == EXPORT_SOURCE_HEADER);
        marks->args |= (mark[i].source == EXPORT_SOURCE_ARG);
        marks->body |= (mark[i].source == EXPORT_SOURCE_FIELD);
    }
}


void
export_head_marks_header(export_head_marks_t *marks, const export_str_t *name,
    const u_char *lowcase, const export_str_t *value)
{
    unsigned                   i;
    const export_head_rule_t  *mark;

    for (i = 0; i < marks->n; i++) {
        mark = &marks->mark[i];

        if (mark->source == EXPORT_SOURCE_HEADER
            && export_head_name(&mark->name, name, lowcase))
        {
            export_head_mark_says(marks, mark, value);
        }
    }
}


void
export_head_marks_query(export_head_marks_t *marks, const export_str_t *query,
    u_char *buf)
{
    unsigned                   i;
    export_str_t               name, rest, value;
    const export_head_rule_t  *mark;

    rest = *query;

    while (export_list_next_arg(&rest, &name, &value) == EXPORT_OK) {
        name = export_list_decode(&name, buf);
        value = export_list_decode(&value, buf + name.len);

        for (i = 0; i < marks->n; i++) {
            mark = &marks->mark[i];

            if (mark->source == EXPORT_SOURCE_ARG
                && export_str_same(&mark->name, &name))
            {
                export_head_mark_says(marks, mark, &value);
            }
        }
    }
}


int
export_head_marks_end(const export_head_marks_t *marks)
{
    if (marks->found || marks->n == 0) {
        return EXPORT_OK;
    }

    return marks->body ? EXPORT_AGAIN : EXPORT_DECLINED;
}


static void
export_head_mark_says(export_head_marks_t *marks,
    const export_head_rule_t *mark, const export_str_t *value)
{
    export_facts_t  facts;

    memset(&facts, 0, sizeof(export_facts_t));

    export_purpose_value(mark->patterns, mark->npatterns, marks->scratch,
                         value, &facts);

    marks->failed |= facts.error;
    marks->found |= (facts.purpose & EXPORT_PURPOSE_TRAINING) != 0;
}
