
/* Link with -lisal, and with -lz: compressed bodies are made by another
   implementation. */

#include <zlib.h>

#include "tap.h"

#include "export_body.h"

#include "../../module/body/export_cutter.c"

#include "reader.h"


#define BODIES    400           /* of each kind */
#define SPLITTED  20            /* of these, at every place */
#define CHANCES   40            /* cuttings at random, of each body */
#define RECORDS   9             /* at most, of a group */
#define TEXT_MAX  16384


typedef struct {
    size_t  len;
    u_char  p[TEXT_MAX];
} text_t;


/* a body, what is to be left of it, and how many records were dropped */

typedef struct {
    text_t    in;
    text_t    out;
    unsigned  n;
    unsigned  dropped;
} made_t;


typedef struct {
    const char  *name;
    const char  *type;
    const char  *encoding;
    void       (*make)(made_t *made);
} kind_t;


static export_jurisdictions_t    jurisdictions;
static export_match_scratch_t   *scratch;
static export_inflate_work_t    *work;
static export_atlas_t            atlas;
static export_policy_t           policy;
static export_field_rule_t       rule;
static export_field_rules_t      rules;


static void
add(text_t *text, const char *s)
{
    size_t  len;

    len = strlen(s);

    if (len > TEXT_MAX - text->len) {
        abort();
    }

    memcpy(text->p + text->len, s, len);
    text->len += len;
}


/* to both */

static void
both(made_t *made, const char *s)
{
    add(&made->in, s);
    add(&made->out, s);
}


static const char *
space(void)
{
    static const char *spaces[] = { "", "", " ", "\n", " \r\n\t", "  " };

    return spaces[draw(6)];
}


/* an object whose text is its own, and whether it must go */

static unsigned
object(made_t *made, char *to)
{
    unsigned            drop;
    static const char  *pad[] = {
        "", "x", "\\u007d\\\"},{", "\xc3\xa9, \xe2\x82\xac", "[1,[2]]"
    };

    drop = draw(2);

    sprintf(to, "{\"n\":%u,%s\"a\":\"%s\",\"c\":{\"country\":\"%s\"}%s}",
            made->n, draw(2) ? " " : "", pad[draw(5)], drop ? "GB" : "US",
            draw(2) ? ",\"z\":[{},\"GB\"]" : "");

    made->n++;
    made->dropped += drop;

    return drop;
}


static void
lines(made_t *made)
{
    char                record[256];
    unsigned            i, n, drop;
    const char         *end;
    static const char  *ends[] = { "\n", "\r\n", " \n" };

    n = draw(RECORDS) + 1;

    for (i = 0; i < n; i++) {

        if (draw(5) == 0) {
            both(made, draw(2) ? "\n" : "\r\n");
        }

        drop = object(made, record);
        end = i == n - 1 && draw(2) ? "" : ends[draw(3)];

        add(&made->in, record);
        add(&made->in, end);

        if (!drop) {
            add(&made->out, record);
            add(&made->out, end);
        }
    }
}


static void
sequence(made_t *made)
{
    char      record[256];
    unsigned  i, n, drop;

    n = draw(RECORDS) + 1;

    for (i = 0; i < n; i++) {
        drop = object(made, record);

        add(&made->in, "\x1e");
        add(&made->in, record);
        add(&made->in, "\n");

        if (!drop) {
            add(&made->out, "\x1e");
            add(&made->out, record);
            add(&made->out, "\n");
        }
    }
}


static void
array(made_t *made)
{
    char         record[256], gap[64];
    unsigned     i, n, drop, kept;
    const char  *scalar;

    n = draw(RECORDS) + 1;
    kept = 0;

    both(made, space());
    both(made, "[");
    both(made, space());

    for (i = 0; i < n; i++) {
        gap[0] = '\0';

        if (i) {
            sprintf(gap, "%s,%s", space(), space());
        }

        drop = object(made, record);

        /* nobody's, and so dropped */

        if (!drop && draw(6) == 0) {
            scalar = draw(2) ? "-12.5e3" : "[\"a\", null]";
            strcpy(record, scalar);
            made->dropped++;
            drop = 1;
        }

        add(&made->in, gap);
        add(&made->in, record);

        if (!drop) {
            add(&made->out, kept ? gap : "");
            add(&made->out, record);
            kept = 1;
        }
    }

    both(made, space());
    both(made, "]");
    both(made, space());
}


/* an array in an object, with people of no concern beside it */

static void
nested(made_t *made)
{
    both(made, space());
    both(made, "{\"a\":[{\"c\":1}], \"data\": {\"x\":[2],\"list\":");
    array(made);
    both(made, draw(2) ? "}" : ",\"lists\":[{\"b\":[]}]}");
    both(made, draw(2) ? "}" : ",\"list\":[{}], \"z\" : null }");
    both(made, space());
}


static void
table(made_t *made)
{
    char                record[256];
    unsigned            i, n, drop;
    const char         *end;
    static const char  *cell[] = { "", "x", "\"a\r\n\"\"b\"\"\n,GB\"" };

    n = draw(RECORDS) + 1;

    both(made, "id,\"country\",note");
    both(made, draw(2) ? "\n" : "\r\n");

    for (i = 0; i < n; i++) {
        drop = draw(2);
        sprintf(record, "%u,%s,%s", i, drop ? "\"GB\"" : "US", cell[draw(3)]);
        end = i == n - 1 && draw(2) ? "" : draw(2) ? "\n" : "\r\n";

        made->n++;
        made->dropped += drop;

        add(&made->in, record);
        add(&made->in, end);

        if (!drop) {
            add(&made->out, record);
            add(&made->out, end);
        }
    }
}


static void
part(made_t *made, const char *head, void (*make)(made_t *made))
{
    both(made, "--B\r\nContent-Disposition: form-data; name=\"f\"; ");
    both(made, head);
    both(made, "\r\n\r\n");
    make(made);
    both(made, "\r\n");
}


static void
parts(made_t *made)
{
    both(made, "--B\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n"
         "country\r\n--b\r\n");

    if (draw(2)) {
        part(made, "filename=\"a.jsonl\"", lines);
    }

    if (draw(2)) {
        part(made, "filename=a\r\nContent-Type: application/json", array);
    }

    part(made, "filename=\"a.csv\"", table);

    if (draw(2)) {
        part(made, "filename=\"a\"\r\nContent-Type: application/json-seq",
             sequence);
    }

    both(made, "--B--\r\n");
}


static void
pack(made_t *made)
{
    text_t    text;
    z_stream  z;

    lines(made);

    text = made->in;
    memset(&z, 0, sizeof(z));

    if (deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        abort();
    }

    z.next_in = text.p;
    z.avail_in = (uInt) text.len;
    z.next_out = made->in.p;
    z.avail_out = TEXT_MAX;

    if (deflate(&z, Z_FINISH) != Z_STREAM_END) {
        abort();
    }

    deflateEnd(&z);

    made->in.len = TEXT_MAX - z.avail_out;
}


static const kind_t  kinds[] = {
    { "lines", "application/x-ndjson", "", lines },
    { "a sequence", "application/json-seq", "", sequence },
    { "an array", "application/json", "", array },
    { "an array in an object", "application/json", "", nested },
    { "a table", "text/csv", "", table },
    { "octets, lines", "application/octet-stream", "", lines },
    { "octets, an array", "application/octet-stream", "", array },
    { "parts", "multipart/form-data; boundary=B", "", parts },
    { "compressed lines", "application/x-ndjson", "gzip", pack }
};


static int
take(void *data, const u_char *p, size_t len)
{
    text_t *text = data;

    if (len > TEXT_MAX - text->len) {
        return EXPORT_ERROR;
    }

    memcpy(text->p + text->len, p, len);
    text->len += len;

    return EXPORT_OK;
}


static void
prepare(void)
{
    export_str_t  s;
    static char   list[] = "/data/list";    /* unescaped in place */

    s = str("country");
    (void) export_field_add(&rules.fields, &s);

    s = str(list);
    rules.records = 1 + (unsigned) export_field_add(&rules.fields, &s);

    rule.role = EXPORT_FIELD_SUBJECT;
    rule.as = EXPORT_SUBJECT_COUNTRY;
    rules.rule = &rule;
    rules.first[1] = 1;
    rules.first[2] = 1;
    rules.asks = EXPORT_ASKS_SUBJECT;

    export_jurisdictions_init(&jurisdictions);
    atlas.jurisdictions = &jurisdictions;

    s = str("uk");
    policy.protect = export_jurisdictions_find(&jurisdictions, &s);
    policy.redact = 1;

    scratch = export_match_scratch_create();
    work = malloc(export_inflate_work_size());
}


/* a body that is read; unless "cut" is 0, what is refused is cut out */

typedef struct {
    const kind_t          *kind;
    unsigned               cut;
    trace_t               *trace;
    text_t                 out;
    export_body_t         *body;
    export_body_conf_t     conf;
    export_facts_t         facts;
    export_cutter_t        cutter;
    export_cutter_sink_t   sink;
    export_inspection_t    inspection;
} reading_t;


static int
begin(void *data, trace_t *trace)
{
    reading_t           *r;
    export_body_head_t   head;

    r = data;

    memset(&r->facts, 0, sizeof(export_facts_t));
    memset(&r->inspection, 0, sizeof(export_inspection_t));
    memset(&r->conf, 0, sizeof(export_body_conf_t));
    memset(&head, 0, sizeof(head));

    r->trace = trace;
    r->out.len = 0;

    r->sink.out = take;
    r->sink.alloc = pool_alloc;
    r->sink.data = &r->out;

    export_cutter_init(&r->cutter, &r->sink, 4096);

    head.type = str(r->kind->type);
    head.encoding = str(r->kind->encoding);
    head.decoded = -1;

    r->facts.purpose = EXPORT_PURPOSE_TRAINING;

    r->conf.limits.record = 4096;
    r->conf.limits.depth = 64;
    r->conf.inflate.size = 1024 * 1024;
    r->conf.inflate.ratio = 200;
    r->conf.unread = 16384;
    r->conf.work = work;
    r->conf.alloc = pool_alloc;

    r->inspection.rules = &rules;
    r->inspection.policy = &policy;
    r->inspection.atlas = &atlas;
    r->inspection.scratch = scratch;
    r->inspection.facts = &r->facts;

    r->body = malloc(sizeof(export_body_t));
    memset(r->body, 0xa5, sizeof(export_body_t));

    (void) export_body_init(r->body, &r->inspection, &r->conf, &head);
    export_body_cut(r->body, r->cut ? &r->cutter : NULL);

    return EXPORT_OK;
}


static int
feed(void *data, const u_char *p, size_t len)
{
    reading_t  *r;

    r = data;
    (void) export_body_feed(r->body, p, len);

    return EXPORT_OK;
}


static void
report(trace_t *trace, unsigned n, unsigned dropped, unsigned whole)
{
    trace_add(trace, "%u records, %u refused, %u whole:", n, dropped, whole);
}


static int
end(void *data, int rc)
{
    reading_t  *r;

    r = data;

    export_body_finish(r->body, 1);

    report(r->trace, (unsigned) r->facts.records.n,
           (unsigned) r->facts.records.refused, r->facts.records.whole != 0);
    trace_put(r->trace, r->out.p, r->out.len);

    r->trace->wrong += r->facts.body != EXPORT_BODY_READ;

    free(r->body);
    pool_free();

    return rc;
}


/* 1 if something else is left than is to be, in any cutting of the body */

static unsigned
wrong(const kind_t *kind, const made_t *made, size_t cuts)
{
    static trace_t    want;
    static reading_t  r;
    const reader_t    reader = { begin, feed, end, &r };

    r.kind = kind;
    r.cut = 1;

    trace_reset(&want);
    report(&want, made->n, made->dropped, 0);
    trace_put(&want, made->out.p, made->out.len);

    return !reader_agree_in(&reader, made->in.p, made->in.len, cuts, CHANCES,
                            &want);
}


/* what is left is a body of that type, of which nothing is refused */

static unsigned
unreadable(const kind_t *kind, const made_t *made)
{
    kind_t            plain;
    static trace_t    want;
    static reading_t  r;
    const reader_t    reader = { begin, feed, end, &r };

    plain = *kind;
    plain.encoding = "";
    r.kind = &plain;

    trace_reset(&want);
    report(&want, made->n - made->dropped, 0, 0);

    return !reader_same(&reader, made->out.p, made->out.len, READER_CHANCE,
                        READER_CHANCE, &want);
}


static void
properties(const kind_t *kind)
{
    unsigned  i, bad, unread;
    made_t   *made;

    made = malloc(sizeof(made_t));
    bad = 0;
    unread = 0;

    for (i = 0; i < BODIES; i++) {
        memset(made, 0, sizeof(made_t));
        kind->make(made);

        bad += wrong(kind, made, i < SPLITTED ? SIZE_MAX : 0);
        unread += unreadable(kind, made);
    }

    is_int(bad, 0, "%s: less the dropped, byte for byte", kind->name);
    is_int(unread, 0, "%s: of the same type, and nothing refused",
           kind->name);

    free(made);
}


/* what is refused and cannot be dropped */

static void
whole(void)
{
    kind_t            kind;
    unsigned          i;
    static trace_t    want;
    static reading_t  r;
    const reader_t    reader = { begin, feed, end, &r };

    static const struct {
        const char  *name;
        const char  *type;
        const char  *body;
        unsigned     whole;
    } cases[] = {
        { "an object", "application/json", "{\"country\":\"GB\"}", 1 },
        { "an array", "application/json", "[{\"country\":\"GB\"}]", 0 },
        { "an object around records", "application/json",
          "{\"country\":\"GB\",\"data\":{\"list\":[{\"country\":\"US\"}]}}", 1 },
        { "an object around records, told at its end", "application/json",
          "{\"data\":{\"list\":[{\"country\":\"US\"}]},\"country\":\"GB\"}", 1 },
        { "an object without them", "application/json",
          "{\"list\":[{\"country\":\"GB\"}]}", 1 },
        { "records in an object", "application/json",
          "{\"data\":{\"list\":[{\"country\":\"GB\"}]},\"a\":\"US\"}", 0 },
        { "a form", "application/x-www-form-urlencoded", "country=GB", 1 },
        { "a form of parts", "multipart/form-data; boundary=B",
          "--B\r\nContent-Disposition: form-data; name=country\r\n\r\nGB\r\n"
          "--B--", 1 },
        { "a part whose length is said", "multipart/form-data; boundary=B",
          "--B\r\nContent-Disposition: form-data; name=a; filename=b.json\r\n"
          "Content-Length: 18\r\n\r\n[{\"country\":\"GB\"}]\r\n--B--", 1 },
        { "a part", "multipart/form-data; boundary=B",
          "--B\r\nContent-Disposition: form-data; name=a; filename=b.json\r\n"
          "\r\n[{\"country\":\"GB\"}]\r\n--B--", 0 }
    };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        memset(&kind, 0, sizeof(kind));
        kind.type = cases[i].type;
        kind.encoding = "";
        r.kind = &kind;

        (void) reader_run(&reader, cases[i].body, strlen(cases[i].body),
                          READER_WHOLE, READER_WHOLE, &want);

        ok(r.facts.records.refused == 1 && r.facts.body == EXPORT_BODY_READ
           && reader_agree(&reader, cases[i].body, strlen(cases[i].body),
                           &want), "%s is refused", cases[i].name);
        is_int(r.facts.records.whole != 0, cases[i].whole, "... and %s",
               cases[i].whole ? "all with it" : "can be dropped");
    }
}


/* white space without an end, and memory that ran out */

static void
limits(void)
{
    int                   rc;
    size_t                i;
    u_char                blank[1024];
    text_t                out;
    export_cutter_t       cutter;
    export_cutter_sink_t  sink;

    out.len = 0;
    sink.out = take;
    sink.alloc = pool_alloc;
    sink.data = &out;
    memset(blank, ' ', sizeof(blank));

    export_cutter_init(&cutter, &sink, 4096);
    export_cutter_begin(&cutter, 0);

    rc = EXPORT_OK;

    for (i = 0; i < 1024 && rc == EXPORT_OK; i++) {
        export_cutter_before(&cutter, blank, sizeof(blank));
        rc = export_cutter_after(&cutter);
    }

    is_int(rc, EXPORT_LIMIT, "more is held than a record and a gap");
    is_int(i, 4 + EXPORT_CUTTER_GAP / 1024 + 1, "... at %d KB", (int) i);
    is_int(out.len, 0, "... and nothing has left");

    pool_free();
    pool_limit = 0;

    export_cutter_init(&cutter, &sink, 4096);
    export_cutter_begin(&cutter, 0);
    export_cutter_before(&cutter, blank, sizeof(blank));

    is_int(export_cutter_after(&cutter), EXPORT_ERROR, "no memory");

    pool_limit = POOL_MAX;
}


int
main(void)
{
    unsigned  i;

    prepare();

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        properties(&kinds[i]);
    }

    whole();
    limits();

    return done_testing();
}
