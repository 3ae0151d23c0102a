
/*
 * What tests of heads share: rules, and heads written as lines.  A line is
 * "Name: value", or "?" with a query; "!" in front marks a header that somebody
 * has deleted.
 */


#ifndef _HEAD_H_INCLUDED_
#define _HEAD_H_INCLUDED_


#include "export_head.h"
#include "pool.h"


#define HEAD_RULES     20
#define HEAD_PATTERNS  4
#define HEAD_LINE      1024


typedef struct {
    export_head_rule_t    rule[EXPORT_HEAD_LISTS][HEAD_RULES];
    export_match_t        match[EXPORT_HEAD_LISTS][HEAD_RULES][HEAD_PATTERNS];
    export_head_list_t    list[EXPORT_HEAD_LISTS];
    export_head_rules_t  *rules;
} head_conf_t;


static export_jurisdictions_t   head_jurisdictions;
static export_atlas_t           head_atlas;
static export_match_scratch_t  *head_scratch;


static inline void
head_start(void)
{
    export_jurisdictions_init(&head_jurisdictions);

    head_atlas.jurisdictions = &head_jurisdictions;
    head_scratch = export_match_scratch_create();
}


/* "patterns" are up to HEAD_PATTERNS, ended by NULL */

static inline export_head_rule_t *
head_rule(head_conf_t *conf, export_head_kind_e kind, export_source_e source,
    const char *name, const char *const *patterns)
{
    char                 error[EXPORT_MATCH_ERROR];
    unsigned             i, n;
    export_str_t         s;
    export_head_rule_t  *rule;

    n = conf->list[kind].n++;
    rule = &conf->rule[kind][n];

    rule->source = source;
    rule->name = str(name);
    rule->patterns = conf->match[kind][n];

    for (i = 0; patterns && i < HEAD_PATTERNS && patterns[i]; i++) {
        s = str(patterns[i]);

        if (export_match_compile(&rule->patterns[i], &s, error) != EXPORT_OK) {
            abort();
        }
    }

    rule->npatterns = i;

    conf->list[kind].rule = conf->rule[kind];

    return rule;
}


static inline void
head_free(head_conf_t *conf)
{
    unsigned  i, k, n;

    for (k = 0; k < EXPORT_HEAD_LISTS; k++) {
        for (n = 0; n < conf->list[k].n; n++) {
            for (i = 0; i < conf->rule[k][n].npatterns; i++) {
                export_match_free(&conf->match[k][n][i]);
            }
        }
    }
}


/* splits a line; 0 if it is no header, or has no name */

static inline int
head_split(const u_char *p, size_t len, export_str_t *name,
    export_str_t *value)
{
    const u_char  *colon;

    colon = len ? memchr(p, ':', len) : NULL;

    if (colon == NULL || colon == p) {
        return 0;
    }

    name->data = (u_char *) p;
    name->len = (size_t) (colon - p);

    value->data = (u_char *) colon + 1;
    value->len = len - name->len - 1;
    *value = export_str_trim(*value);

    return 1;
}


/* as nginx and the glue do: 1 if no recipient may see the line */

static inline int
head_header(export_head_t *head, const export_str_t *name,
    const export_str_t *value)
{
    int     is_private;
    u_char  lowcase[HEAD_LINE];
    size_t  i;

    for (i = 0; i < name->len && i < HEAD_LINE; i++) {
        lowcase[i] = export_lower(name->data[i]);
    }

    is_private = export_head_header(head,
                                    export_head_watched(head, name),
                                    name, name->len & 1 ? lowcase : NULL,
                                    value);

    return is_private | export_head_odd_header(head, name, NULL, value);
}


static inline int
head_line(export_head_t *head, const u_char *p, size_t len)
{
    u_char        buf[HEAD_LINE];
    unsigned      deleted;
    export_str_t  name, value;

    if (len > HEAD_LINE) {
        return 0;
    }

    if (len && p[0] == '?') {
        value.data = (u_char *) p + 1;
        value.len = len - 1;
        export_head_query(head, &value, buf);
        return 0;
    }

    deleted = len && p[0] == '!';

    if (!head_split(p + deleted, len - deleted, &name, &value)) {
        return 0;
    }

    return head_header(head, &name, deleted ? NULL : &value);
}


#endif /* _HEAD_H_INCLUDED_ */
