
/*
 * What t/splits.t runs.  Reads requests from standard input, each as
 *
 *     malformed (1 byte), length of type, of encoding, of body (4 bytes each,
 *     least first), type, encoding, body
 *
 * where the first byte is 1 or 0.  Inspects each body whole, and then cut at
 * random, and prints a line of facts for each time.  Each piece ends where the
 * allocation does, so that a sanitizer sees what reads on, and none outlives
 * its turn.
 *
 * Arguments: the database, how many times each body is cut.
 */


#include <stdio.h>
#include <stdlib.h>

#include "export_body.h"


#define INSPECT_LENGTH  (1 << 26)   /* of a text: more is a broken pipe */
#define INSPECT_ALLOCS  16


typedef struct {
    export_body_head_t   head;
    export_str_t         body;
} inspect_request_t;


typedef struct {
    export_jurisdictions_t   jurisdictions;
    export_geo_t            *geo;
    export_atlas_t           atlas;
    export_policy_t          policy;
    export_field_rules_t     rules;
    export_field_rule_t      rule[2];
    export_match_t           match[2];
    export_match_scratch_t  *scratch;
    export_body_conf_t       conf;

    void                    *block[INSPECT_ALLOCS];
    unsigned                 nblocks;
    uint64_t                 seed;
} inspect_t;


static const char  *inspect_states[] = {
    "none", "read", "foreign", "skipped", "opaque", "limited", "incomplete",
    "malformed"
};


static void
inspect_die(const char *why)
{
    fprintf(stderr, "inspect: %s\n", why);
    exit(2);
}


static void *
inspect_alloc(void *data, size_t size)
{
    inspect_t *in = data;

    if (in->nblocks == INSPECT_ALLOCS) {
        inspect_die("more allocations than a body needs");
    }

    in->block[in->nblocks] = malloc(size);

    return in->block[in->nblocks++];
}


static unsigned
inspect_draw(inspect_t *in, size_t n)
{
    in->seed ^= in->seed << 13;
    in->seed ^= in->seed >> 7;
    in->seed ^= in->seed << 17;

    return (unsigned) ((in->seed >> 11) % n);
}


static export_place_t
inspect_classify(void *data, const export_geo_record_t *record)
{
    if (record->country.len == 0) {
        return 0;
    }

    return export_jurisdictions_country(data, &record->country);
}


static void
inspect_rules(inspect_t *in)
{
    char                   error[EXPORT_MATCH_ERROR];
    unsigned               i;
    export_field_rule_t   *rule;
    export_field_rules_t  *rules;

    static const export_str_t  names[] = {
        export_string("purpose"), export_string("ip")
    };
    static const export_str_t  patterns[] = {
        export_string("fine-tune"), export_string("ai-training")
    };

    rules = &in->rules;
    rule = in->rule;

    for (i = 0; i < 2; i++) {
        if (export_field_add(&rules->fields, &names[i]) != (int) i
            || export_match_compile(&in->match[i], &patterns[i], error)
               != EXPORT_OK)
        {
            inspect_die("no rules");
        }

        rules->first[i] = i;
    }

    rule[0].role = EXPORT_FIELD_PURPOSE;
    rule[0].patterns = in->match;
    rule[0].npatterns = 2;
    rule[1].role = EXPORT_FIELD_SUBJECT;
    rule[1].as = EXPORT_SUBJECT_IP;

    rules->first[i] = i;
    rules->rule = rule;
    rules->asks = EXPORT_ASKS_PURPOSE|EXPORT_ASKS_SUBJECT;
}


static void
inspect_init(inspect_t *in, const char *database)
{
    unsigned     i;
    const char  *error;

    static const export_str_t  protect[] = {
        export_string("eea"), export_string("uk"), export_string("ch")
    };

    memset(in, 0, sizeof(inspect_t));

    export_jurisdictions_init(&in->jurisdictions);

    in->geo = export_geo_open(database, NULL, inspect_classify,
                              &in->jurisdictions, &error);

    if (in->geo == NULL
        || export_geo_build(in->geo, SIZE_MAX, &error) != EXPORT_OK)
    {
        inspect_die(error);
    }

    in->atlas.jurisdictions = &in->jurisdictions;
    in->atlas.geo[0] = in->geo;
    in->atlas.n = 1;

    for (i = 0; i < 3; i++) {
        in->policy.protect |= export_jurisdictions_find(&in->jurisdictions,
                                                        &protect[i]);
    }

    inspect_rules(in);

    in->scratch = export_match_scratch_create();
    in->seed = 88172645463325252ull;

    in->conf.limits.record = 1024 * 1024;
    in->conf.limits.depth = 64;
    in->conf.inflate.size = 64 * 1024 * 1024;
    in->conf.inflate.ratio = 200;
    in->conf.unread = 16384;
    in->conf.work = malloc(export_inflate_work_size());
    in->conf.alloc = inspect_alloc;
    in->conf.data = in;
}


static void
inspect_free(inspect_t *in)
{
    export_geo_close(in->geo);
    export_match_free(&in->match[0]);
    export_match_free(&in->match[1]);
    export_match_scratch_free(in->scratch);
    free(in->conf.work);
}


/* 0 at the end of input */

static int
inspect_length(size_t *len)
{
    u_char  b[4];

    if (fread(b, 1, 4, stdin) != 4) {
        return 0;
    }

    *len = b[0] | (size_t) b[1] << 8 | (size_t) b[2] << 16
           | (size_t) b[3] << 24;

    return *len <= INSPECT_LENGTH;
}


static int
inspect_text(export_str_t *s)
{
    s->data = malloc(s->len + 1);

    return s->data && fread(s->data, 1, s->len, stdin) == s->len;
}


static int
inspect_read(inspect_request_t *request)
{
    int  flags;

    memset(request, 0, sizeof(inspect_request_t));

    flags = getchar();

    if (flags == EOF) {
        return 0;
    }

    request->head.malformed = (flags == 1);
    request->head.decoded = -1;

    if (!inspect_length(&request->head.type.len)
        || !inspect_length(&request->head.encoding.len)
        || !inspect_length(&request->body.len)
        || !inspect_text(&request->head.type)
        || !inspect_text(&request->head.encoding)
        || !inspect_text(&request->body))
    {
        inspect_die("broken input");
    }

    return 1;
}


static void
inspect_feed(inspect_t *in, export_body_t *body, const u_char *p, size_t len,
    size_t most)
{
    size_t   n;
    u_char  *piece;

    while (len) {
        n = most ? 1 + inspect_draw(in, most) : len;
        n = n < len ? n : len;

        piece = malloc(n);
        if (piece == NULL) {
            inspect_die("no memory");
        }

        memcpy(piece, p, n);

        if (export_body_feed(body, piece, n) != EXPORT_OK) {
            inspect_die("stopped");
        }

        free(piece);

        p += n;
        len -= n;
    }
}


/* in pieces of at most "most" bytes, or whole if that is 0 */

static void
inspect_body(inspect_t *in, const inspect_request_t *request, size_t most)
{
    export_body_t        *body;
    export_facts_t        facts;
    export_inspection_t   inspection;

    memset(&facts, 0, sizeof(export_facts_t));
    memset(&inspection, 0, sizeof(export_inspection_t));

    facts.hidden = 1;

    inspection.rules = &in->rules;
    inspection.policy = &in->policy;
    inspection.atlas = &in->atlas;
    inspection.scratch = in->scratch;
    inspection.facts = &facts;

    body = malloc(sizeof(export_body_t));

    if (body == NULL
        || export_body_init(body, &inspection, &in->conf, &request->head)
           != EXPORT_OK)
    {
        inspect_die("no memory");
    }

    inspect_feed(in, body, request->body.data, request->body.len, most);
    export_body_finish(body, 1);

    printf("%s purpose=%x records=%u subjects=%u refused=%u reasons=%x "
           "places=%x error=%u\n", inspect_states[facts.body], facts.purpose,
           (unsigned) facts.records.n, (unsigned) facts.records.subjects,
           (unsigned) facts.records.refused, facts.records.reasons,
           facts.records.places, facts.error);

    while (in->nblocks) {
        free(in->block[--in->nblocks]);
    }

    free(body);
}


int
main(int argc, char **argv)
{
    int                times, i;
    inspect_t          in;
    inspect_request_t  request;

    if (argc != 3) {
        inspect_die("usage: inspect DATABASE TIMES");
    }

    times = atoi(argv[2]);
    inspect_init(&in, argv[1]);

    while (inspect_read(&request)) {

        for (i = 0; i <= times; i++) {
            inspect_body(&in, &request,
                         i ? (size_t) 1 << inspect_draw(&in, 14) : 0);
        }

        free(request.head.type.data);
        free(request.head.encoding.data);
        free(request.body.data);
    }

    inspect_free(&in);

    return 0;
}
