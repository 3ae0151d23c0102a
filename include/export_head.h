
/*
 * A transfer's head: what its header lines and arguments say of its purpose,
 * of its subjects and of consent.
 *
 * Rules are compiled once.  For each transfer a collection is begun, is given
 * header lines and queries in any order, and is ended.  The findings are added
 * to the facts, and, if the caller asks for it, to a list of which rule said
 * what.  Neither depends on the order.
 */


#ifndef _EXPORT_HEAD_H_INCLUDED_
#define _EXPORT_HEAD_H_INCLUDED_


#include "export.h"
#include "export_facts.h"
#include "export_match.h"
#include "export_subject.h"


#define EXPORT_HEAD_RULES  16       /* rules of one kind that are told apart:
                                       the last one stands for all rules behind
                                       it */


typedef enum {
    EXPORT_SOURCE_HEADER = 0,
    EXPORT_SOURCE_ARG,
    EXPORT_SOURCE_DESTINATION,
    EXPORT_SOURCE_FIELD
} export_source_e;


/*
 * One rule of the configuration about purpose, subjects or consent, or one
 * mark of an endpoint.  Rules about a destination or a field are not for the
 * head, but have their numbers among the others.
 */

typedef struct {
    export_source_e    source;
    export_str_t       name;        /* of a header, in lower case, or of an
                                       argument */
    export_match_t    *patterns;
    unsigned           npatterns;
    export_match_t    *others;      /* other values that may be declared */
    unsigned           nothers;
    unsigned           number;      /* for a closed rule, the number of the
                                       first rule that was joined into this
                                       one */
    export_subject_e   as;
    unsigned           declared:1;  /* scope=declared */
    unsigned           closed:1;    /* no value but these may be declared */
} export_head_rule_t;


typedef enum {
    EXPORT_HEAD_PURPOSE = 0,
    EXPORT_HEAD_SUBJECT,
    EXPORT_HEAD_CONSENT,
    EXPORT_HEAD_GPC,                /* this and the next two have no rule, and
                                       count wherever the policy is on */
    EXPORT_HEAD_USAGE,
    EXPORT_HEAD_CONNECTION
} export_head_kind_e;

#define EXPORT_HEAD_LISTS  3        /* kinds that have rules, the first ones */


/* the rules of one kind, in the order of the configuration */

typedef struct {
    const export_head_rule_t  *rule;
    unsigned                   n;
} export_head_list_t;


/* A header or an argument that a rule looks at.  Private to head/. */

typedef struct export_head_watch_s  export_head_watch_t;

struct export_head_watch_s {
    export_str_t               name;
    const export_head_rule_t  *rule;        /* NULL if the kind has none */
    const export_head_watch_t *next;        /* next header of the same class,
                                               or NULL */
    export_head_kind_e         kind;
    uint8_t                    number;      /* number of the rule, under
                                               EXPORT_HEAD_RULES */
    uint8_t                    is_private;  /* no recipient may see it */
};


/*
 * Compiled rules.  Names of headers are divided into classes by length and
 * first letter.  Most classes have no watched name, so most headers are done
 * with at one look.
 */

#define EXPORT_HEAD_CLASSES  64

typedef struct {
    const export_head_watch_t  *names[EXPORT_HEAD_CLASSES];
                                            /* first header of each class, or
                                               NULL */
    export_head_watch_t        *header;
    unsigned                    nheaders;
    export_head_watch_t        *arg;
    unsigned                    nargs;
    export_head_list_t          consents;
} export_head_rules_t;


/*
 * Which rule said what, by the rule's number in its list.  For a closed rule
 * of purpose this is the number of the first rule that it was joined from.
 */

typedef struct {
    uint16_t            purpose[EXPORT_HEAD_RULES]; /* EXPORT_PURPOSE_* */
    uint8_t             consent[EXPORT_HEAD_RULES]; /* EXPORT_CONSENT_* */
    export_subjects_t   subject[EXPORT_HEAD_RULES];
    uint8_t             gpc;                        /* EXPORT_CONSENT_* */
    uint8_t             usage;                      /* EXPORT_CONSENT_* */
} export_head_said_t;


typedef struct {
    const export_head_rules_t  *rules;
    const export_atlas_t       *atlas;
    export_match_scratch_t     *scratch;
    export_facts_t             *facts;
    export_head_said_t         *said;       /* or NULL, if nobody asks which
                                               rule said what */
    uint8_t                     consent[EXPORT_HEAD_RULES];
} export_head_t;


/*
 * Compiles three lists of rules, one for each kind.  Rules are kept by
 * reference; of consent there are at most EXPORT_HEAD_RULES.  Returns NULL if
 * out of memory.
 */

export_head_rules_t *export_head_compile(
    const export_head_list_t lists[EXPORT_HEAD_LISTS],
    const export_pool_t *pool);


/*
 * Returns, from *i = 0 on, one name after the other of headers that no
 * recipient may see, and NULL after the last.
 */

const export_str_t *export_head_private(const export_head_rules_t *rules,
    unsigned *i);


/*
 * 1 if no recipient may see a header of that name, or if the name is a twin of
 * such a header's (see below).  "lowcase" is as for export_head_name().
 */

int export_head_is_private(const export_head_rules_t *rules,
    const export_str_t *name, const u_char *lowcase);


/*
 * Compares a header's name with "wanted", which is in lower case.  Twins are
 * names that differ only in what divides their words: some recipients take
 * X_Subject_IP, or X.Subject.IP, for X-Subject-IP.  "lowcase" is "name" in
 * lower case if the caller has that already, or NULL.
 */

typedef enum {
    EXPORT_HEAD_OTHER = 0,
    EXPORT_HEAD_SAME,
    EXPORT_HEAD_TWIN,
    EXPORT_HEAD_NEAR                /* only for arguments: near as in
                                       export_field.h */
} export_head_name_e;

export_head_name_e export_head_name(const export_str_t *wanted,
    const export_str_t *name, const u_char *lowcase);


/*
 * Begins a collection.  "facts" and "said" are the caller's, and zeroed.
 * "said" is NULL if nobody asks which rule said what: a transfer does not pay
 * for an answer that a second collection can give.
 */

static inline void export_head_init(export_head_t *head,
    const export_head_rules_t *rules, const export_atlas_t *atlas,
    export_match_scratch_t *scratch, export_facts_t *facts,
    export_head_said_t *said);


/*
 * Adds what one header line says.  "watch" is the result of
 * export_head_watched() for the line's name.  "value" is NULL for a line that
 * another module has deleted: such a line says nothing.  Returns 1 if no
 * recipient may see the line.
 */

static inline int export_head_header(export_head_t *head,
    const export_head_watch_t *watch, const export_str_t *name,
    const u_char *lowcase, const export_str_t *value);


/*
 * For servers that let in headers of any name: called for each line, in
 * addition to export_head_header().  A name that is near to a watched one, as
 * names of fields are (export_field.h), counts as its twin.
 */

int export_head_odd_header(export_head_t *head, const export_str_t *name,
    const u_char *lowcase, const export_str_t *value);


/*
 * Adds what the arguments of one form of the query say.  There are several
 * forms if a recipient may get another query than was sent; a consent that two
 * forms have counts as given once.  "buf" has room for query->len bytes.
 */

void export_head_query(export_head_t *head, const export_str_t *query,
    u_char *buf);


/*
 * Adds what can be told only when all lines and queries were seen, and
 * completes the facts.
 */

void export_head_end(export_head_t *head);


/*
 * The marks of one endpoint of a catalogue, of which one is enough.  Header
 * lines and forms of the query are given in any order; if "headers" or "args"
 * is 0, no mark needs them.  export_head_marks_end() returns EXPORT_OK if a
 * mark was found or if the endpoint has none, EXPORT_AGAIN if one may be in
 * the body, or EXPORT_DECLINED.
 */

typedef struct {
    const export_head_rule_t  *mark;
    unsigned                   n;
    export_match_scratch_t    *scratch;
    unsigned                   headers:1;
    unsigned                   args:1;
    unsigned                   body:1;
    unsigned                   found:1;
    unsigned                   failed:1;    /* a pattern ran into a limit */
} export_head_marks_t;

void export_head_marks_init(export_head_marks_t *marks,
    const export_head_rule_t *mark, unsigned n,
    export_match_scratch_t *scratch);
void export_head_marks_header(export_head_marks_t *marks,
    const export_str_t *name, const u_char *lowcase,
    const export_str_t *value);
void export_head_marks_query(export_head_marks_t *marks,
    const export_str_t *query, u_char *buf);
int export_head_marks_end(const export_head_marks_t *marks);


/* 1 if a mark looks at headers, or at arguments */

static inline int
export_head_marks_ask_headers(const export_head_marks_t *marks)
{
    return marks->headers;
}


static inline int
export_head_marks_ask_args(const export_head_marks_t *marks)
{
    return marks->args;
}


/* 1 if a pattern ran into a limit: whether the mark is there is not known */

static inline unsigned
export_head_marks_failed(const export_head_marks_t *marks)
{
    return marks->failed;
}


/*
 * The watched headers in the class of a header's name, which must not be
 * empty.
 */

#define export_head_class(name)                                               \
    (((name)->len * 5 + ((name)->data[0] | 0x20))                             \
     & (EXPORT_HEAD_CLASSES - 1))

static inline const export_head_watch_t *
export_head_watched(const export_head_t *head, const export_str_t *name)
{
    return head->rules->names[export_head_class(name)];
}


/* 1 if a rule looks at arguments */

static inline int
export_head_asks_args(const export_head_rules_t *rules)
{
    return rules->nargs != 0;
}


/*
 * Adds what a header or argument that matches "watch" says.  For
 * export_head_header() only.
 */

void export_head_say(export_head_t *head, const export_head_watch_t *watch,
    export_head_name_e same, const export_str_t *value);


static inline void
export_head_init(export_head_t *head, const export_head_rules_t *rules,
    const export_atlas_t *atlas, export_match_scratch_t *scratch,
    export_facts_t *facts, export_head_said_t *said)
{
    head->rules = rules;
    head->atlas = atlas;
    head->scratch = scratch;
    head->facts = facts;
    head->said = said;

    memset(head->consent, 0, sizeof(head->consent));
}


/*
 * Inline, since most names of a class differ in their length, and then cost no
 * call.
 */

static inline int
export_head_header(export_head_t *head, const export_head_watch_t *watch,
    const export_str_t *name, const u_char *lowcase, const export_str_t *value)
{
    int                 is_private;
    size_t              len;
    export_head_name_e  same;

    is_private = 0;
    len = name->len;

    for ( /* void */ ; watch; watch = watch->next) {

        if (watch->name.len != len) {
            continue;
        }

        same = lowcase && export_same(lowcase, watch->name.data, len)
               ? EXPORT_HEAD_SAME : export_head_name(&watch->name, name, NULL);

        if (same == EXPORT_HEAD_OTHER) {
            continue;
        }

        is_private |= watch->is_private;

        if (value) {
            export_head_say(head, watch, same, value);
        }
    }

    return is_private;
}


#endif /* _EXPORT_HEAD_H_INCLUDED_ */
