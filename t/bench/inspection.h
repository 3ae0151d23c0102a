
/*
 * The inspection of a body as a location with "export_subject field:ip" does
 * it: each record's address is found, located and judged.
 */


#ifndef _BENCH_INSPECTION_H_INCLUDED_
#define _BENCH_INSPECTION_H_INCLUDED_


#include "bench.h"
#include "export_body.h"


#define BENCH_ARENA  131072         /* more than a body takes, compressed */


typedef struct {
    export_jurisdictions_t   jurisdictions;
    export_geo_t            *geo;
    export_atlas_t           atlas;
    export_policy_t          policy;
    export_field_rules_t     rules;
    export_field_rule_t      rule;
    export_match_scratch_t  *scratch;
    export_body_conf_t       conf;
    export_facts_t           facts;

    u_char                  *arena;
    size_t                   used;
} bench_inspection_t;


static inline void
bench_die(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(1);
}


/* a request's pool: what one body takes is there again for the next */

static inline void *
bench_alloc(void *data, size_t size)
{
    void                *p;
    bench_inspection_t  *in;

    in = data;
    p = in->arena + in->used;
    in->used += (size + 63) & ~ (size_t) 63;

    return in->used <= BENCH_ARENA ? p : NULL;
}


static inline export_place_t
bench_classify(void *data, const export_geo_record_t *record)
{
    if (record->country.len == 0) {
        return 0;
    }

    return export_jurisdictions_country(data, &record->country);
}


static inline void
bench_inspection_init(bench_inspection_t *in, const char *database)
{
    unsigned             i;
    const char          *error;
    static export_str_t  name = export_string("ip");

    static const export_str_t  protect[] = {
        export_string("eea"), export_string("uk"), export_string("ch")
    };

    memset(in, 0, sizeof(bench_inspection_t));

    export_jurisdictions_init(&in->jurisdictions);

    in->geo = export_geo_open(database, NULL, bench_classify,
                              &in->jurisdictions, &error);

    if (in->geo == NULL
        || export_geo_build(in->geo, SIZE_MAX, &error) != EXPORT_OK)
    {
        bench_die(error);
    }

    in->atlas.jurisdictions = &in->jurisdictions;
    in->atlas.geo[0] = in->geo;
    in->atlas.n = 1;

    for (i = 0; i < 3; i++) {
        in->policy.protect |= export_jurisdictions_find(&in->jurisdictions,
                                                        &protect[i]);
    }

    in->rule.role = EXPORT_FIELD_SUBJECT;
    in->rule.as = EXPORT_SUBJECT_IP;

    export_field_add(&in->rules.fields, &name);
    in->rules.first[1] = 1;
    in->rules.rule = &in->rule;
    in->rules.asks = EXPORT_ASKS_SUBJECT;

    in->scratch = export_match_scratch_create();

    in->conf.limits.record = 1024 * 1024;
    in->conf.limits.depth = 64;
    in->conf.inflate.size = 1024 * 1024 * 1024;
    in->conf.inflate.ratio = 200;
    in->conf.unread = 16384;
    in->conf.work = malloc(export_inflate_work_size());
    in->conf.alloc = bench_alloc;
    in->conf.data = in;

    in->arena = malloc(BENCH_ARENA);
}


static inline void
bench_inspection_free(bench_inspection_t *in)
{
    export_geo_close(in->geo);
    export_match_scratch_free(in->scratch);
    free(in->conf.work);
    free(in->arena);
}


/* Inspects a body in pieces; returns the number of its records. */

static inline uint64_t
bench_inspect(bench_inspection_t *in, const export_body_head_t *head,
    const u_char *data, size_t len, size_t piece)
{
    size_t                i, n;
    export_body_t         body;
    export_inspection_t   inspection;

    memset(&in->facts, 0, sizeof(export_facts_t));
    memset(&inspection, 0, sizeof(export_inspection_t));

    in->facts.purpose = EXPORT_PURPOSE_TRAINING;
    in->used = 0;

    inspection.rules = &in->rules;
    inspection.policy = &in->policy;
    inspection.atlas = &in->atlas;
    inspection.scratch = in->scratch;
    inspection.facts = &in->facts;

    if (export_body_init(&body, &inspection, &in->conf, head) != EXPORT_OK) {
        bench_die("the body is refused before its first byte");
    }

    for (i = 0; i < len; i += n) {
        n = len - i < piece ? len - i : piece;

        if (export_body_feed(&body, data + i, n) != EXPORT_OK) {
            bench_die("the body is refused");
        }
    }

    export_body_finish(&body, 1);

    if (in->facts.body != EXPORT_BODY_READ) {
        bench_die("the body is not what its type says");
    }

    return in->facts.records.n;
}


#endif /* _BENCH_INSPECTION_H_INCLUDED_ */
