
#include "export_media.h"
#include "export_token.h"


typedef struct {
    export_str_t     name;
    export_media_e   format;
} export_media_name_t;


typedef struct {
    export_str_t     name;
    int            (*set)(export_media_t *media, const export_str_t *value);
} export_media_param_t;


typedef struct {
    export_str_t     name;
    unsigned         bit;
} export_coding_name_t;


static int export_media_params(export_media_t *media, const u_char *p,
    const u_char *last);
static int export_media_has(const export_str_t *names, unsigned n,
    const export_str_t *name);
static int export_media_param(const u_char **pos, const u_char *last,
    export_str_t *name, export_str_t *value);
static int export_media_quoted(const u_char **pos, const u_char *last,
    export_str_t *value);
static const u_char *export_media_skip(const u_char *p, const u_char *last);
static int export_media_set(export_media_t *media, const export_str_t *name,
    const export_str_t *value);
static int export_media_is_multipart(const export_media_t *media);
static int export_media_related(export_media_t *media,
    const export_str_t *value);
static int export_media_charset(export_media_t *media,
    const export_str_t *value);
static int export_media_boundary(export_media_t *media,
    const export_str_t *value);
static int export_media_header(export_media_t *media,
    const export_str_t *value);
static export_media_e export_media_format(const export_str_t *type);
static int export_media_ends(const export_str_t *s, const export_str_t *end);
static unsigned export_coding_seen(const export_str_t *value);
static unsigned export_coding_bit(export_str_t name);


static const export_media_name_t  export_media_types[] = {

    { export_string("application/octet-stream"), EXPORT_MEDIA_NONE },
    { export_string("binary/octet-stream"), EXPORT_MEDIA_NONE },
    { export_string("text/plain"), EXPORT_MEDIA_NONE },

    { export_string("application/json"), EXPORT_MEDIA_JSON },
    { export_string("application/x-json"), EXPORT_MEDIA_JSON },
    { export_string("application/x-amz-json-1.0"), EXPORT_MEDIA_JSON },
    { export_string("application/x-amz-json-1.1"), EXPORT_MEDIA_JSON },
    { export_string("application/csp-report"), EXPORT_MEDIA_JSON },
    { export_string("application/json-rpc"), EXPORT_MEDIA_JSON },
    { export_string("application/jsonrequest"), EXPORT_MEDIA_JSON },
    { export_string("text/json"), EXPORT_MEDIA_JSON },
    { export_string("text/x-json"), EXPORT_MEDIA_JSON },

    { export_string("application/json-lines"), EXPORT_MEDIA_LINES },
    { export_string("application/jsonl"), EXPORT_MEDIA_LINES },
    { export_string("application/jsonlines"), EXPORT_MEDIA_LINES },
    { export_string("application/ldjson"), EXPORT_MEDIA_LINES },
    { export_string("application/ndjson"), EXPORT_MEDIA_LINES },
    { export_string("application/stream+json"), EXPORT_MEDIA_LINES },
    { export_string("application/x-json-lines"), EXPORT_MEDIA_LINES },
    { export_string("application/x-jsonl"), EXPORT_MEDIA_LINES },
    { export_string("application/x-jsonlines"), EXPORT_MEDIA_LINES },
    { export_string("application/x-ldjson"), EXPORT_MEDIA_LINES },
    { export_string("application/x-ndjson"), EXPORT_MEDIA_LINES },
    { export_string("text/json-lines"), EXPORT_MEDIA_LINES },
    { export_string("text/jsonl"), EXPORT_MEDIA_LINES },
    { export_string("text/jsonlines"), EXPORT_MEDIA_LINES },
    { export_string("text/ldjson"), EXPORT_MEDIA_LINES },
    { export_string("text/ndjson"), EXPORT_MEDIA_LINES },
    { export_string("text/x-json-lines"), EXPORT_MEDIA_LINES },
    { export_string("text/x-jsonl"), EXPORT_MEDIA_LINES },
    { export_string("text/x-jsonlines"), EXPORT_MEDIA_LINES },
    { export_string("text/x-ldjson"), EXPORT_MEDIA_LINES },
    { export_string("text/x-ndjson"), EXPORT_MEDIA_LINES },

    { export_string("application/json-seq"), EXPORT_MEDIA_SEQ },

    { export_string("application/csv"), EXPORT_MEDIA_CSV },
    { export_string("application/x-csv"), EXPORT_MEDIA_CSV },
    { export_string("text/comma-separated-values"), EXPORT_MEDIA_CSV },
    { export_string("text/csv"), EXPORT_MEDIA_CSV },
    { export_string("text/x-comma-separated-values"), EXPORT_MEDIA_CSV },
    { export_string("text/x-csv"), EXPORT_MEDIA_CSV },

    { export_string("application/x-www-form-urlencoded"),
      EXPORT_MEDIA_FORM },
    { export_string("multipart/form-data"), EXPORT_MEDIA_MULTIPART_FORM },
    { export_string("multipart/mixed"), EXPORT_MEDIA_MULTIPART_MIXED },
    { export_string("multipart/related"), EXPORT_MEDIA_MULTIPART_MIXED },

    { { 0, NULL }, EXPORT_MEDIA_FOREIGN }
};


/*
 * suffixes of subtypes, with any type in front (RFC 6839, section 3.1; RFC
 * 8091)
 */

static const export_media_name_t  export_media_suffixes[] = {
    { export_string("+json"), EXPORT_MEDIA_JSON },
    { export_string("+json-seq"), EXPORT_MEDIA_SEQ },
    { { 0, NULL }, EXPORT_MEDIA_FOREIGN }
};


static const export_media_name_t  export_media_extensions[] = {
    { export_string(".csv"), EXPORT_MEDIA_CSV },
    { export_string(".json"), EXPORT_MEDIA_JSON },
    { export_string(".jsonl"), EXPORT_MEDIA_LINES },
    { export_string(".ndjson"), EXPORT_MEDIA_LINES },
    { { 0, NULL }, EXPORT_MEDIA_NONE }
};


static const export_media_param_t  export_media_known[] = {
    { export_string("boundary"), export_media_boundary },
    { export_string("charset"), export_media_charset },
    { export_string("type"), export_media_related },
    { export_string("start"), export_media_related },
    { export_string("start-info"), export_media_related },
    { export_string("header"), export_media_header },
    { { 0, NULL }, NULL }
};


/*
 * what may be in a Content-Encoding, as bits, since few sets of them make
 * sense
 */

#define EXPORT_CODING_BIT_IDENTITY  0x1
#define EXPORT_CODING_BIT_GZIP      0x2
#define EXPORT_CODING_BIT_DEFLATE   0x4
#define EXPORT_CODING_BIT_AWS       0x8
#define EXPORT_CODING_BIT_OTHER     0x10

static const export_coding_name_t  export_coding_names[] = {
    { export_string("aws-chunked"), EXPORT_CODING_BIT_AWS },
    { export_string("deflate"), EXPORT_CODING_BIT_DEFLATE },
    { export_string("gzip"), EXPORT_CODING_BIT_GZIP },
    { export_string("identity"), EXPORT_CODING_BIT_IDENTITY },
    { export_string("x-gzip"), EXPORT_CODING_BIT_GZIP },
    { { 0, NULL }, 0 }
};


int
export_media_parse(const export_str_t *value, export_media_t *media)
{
    export_str_t   s, type, subtype;
    const u_char  *p, *last;

    memset(media, 0, sizeof(export_media_t));

    s = export_str_trim(*value);

    if (s.len == 0) {
        return EXPORT_OK;
    }

    p = s.data;
    last = s.data + s.len;

    type = export_token(&p, last);

    if (type.len == 0 || p == last || *p++ != '/') {
        return EXPORT_ERROR;
    }

    subtype = export_token(&p, last);

    if (subtype.len == 0) {
        return EXPORT_ERROR;
    }

    type.len += 1 + subtype.len;
    media->format = export_media_format(&type);

    if (export_media_params(media, p, last) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    return export_media_is_multipart(media) && media->boundary.len == 0
           ? EXPORT_ERROR : EXPORT_OK;
}


static int
export_media_params(export_media_t *media, const u_char *p,
    const u_char *last)
{
    unsigned      n;
    export_str_t  value, name[EXPORT_MAX_MEDIA_PARAMS];

    n = 0;

    for ( ;; ) {
        p = export_media_skip(p, last);

        if (p == last) {
            return EXPORT_OK;
        }

        if (*p++ != ';') {
            return EXPORT_ERROR;
        }

        p = export_media_skip(p, last);

        /* Parameters may be empty (RFC 9110, section 5.6.6). */

        if (p == last || *p == ';') {
            continue;
        }

        if (n == EXPORT_MAX_MEDIA_PARAMS
            || export_media_param(&p, last, &name[n], &value) != EXPORT_OK
            || export_media_set(media, &name[n], &value) != EXPORT_OK
            || export_media_has(name, n, &name[n]))
        {
            return EXPORT_ERROR;
        }

        n++;
    }
}


/* 1 if a name is one of the "n" others */

static int
export_media_has(const export_str_t *names, unsigned n,
    const export_str_t *name)
{
    unsigned  i;

    for (i = 0; i < n; i++) {
        if (export_str_same(&names[i], name)) {
            return 1;
        }
    }

    return 0;
}


static int
export_media_param(const u_char **pos, const u_char *last,
    export_str_t *name, export_str_t *value)
{
    *name = export_token(pos, last);

    if (name->len == 0 || *pos == last || *(*pos)++ != '=') {
        return EXPORT_ERROR;
    }

    if (*pos < last && **pos == '"') {
        return export_media_quoted(pos, last, value);
    }

    *value = export_token(pos, last);

    return value->len ? EXPORT_OK : EXPORT_ERROR;
}


/*
 * Takes the text between quotes, without undoing escapes: no known value needs
 * any, and a value that has one is unknown for that.
 */

static int
export_media_quoted(const u_char **pos, const u_char *last,
    export_str_t *value)
{
    const u_char  *p;

    p = *pos + 1;
    value->data = (u_char *) p;

    for ( /* void */ ; p < last && *p != '"'; p++) {

        if (*p == '\\' && ++p == last) {
            return EXPORT_ERROR;
        }

        if ((*p < ' ' && *p != '\t') || *p == 0x7f) {
            return EXPORT_ERROR;
        }
    }

    if (p == last) {
        return EXPORT_ERROR;
    }

    value->len = (size_t) (p - value->data);
    *pos = p + 1;

    return EXPORT_OK;
}


static const u_char *
export_media_skip(const u_char *p, const u_char *last)
{
    while (p < last && (*p == ' ' || *p == '\t')) {
        p++;
    }

    return p;
}


static int
export_media_set(export_media_t *media, const export_str_t *name,
    const export_str_t *value)
{
    export_str_t                 base;
    const u_char                *star;
    const export_media_param_t  *known;

    base = *name;
    star = memchr(name->data, '*', name->len);

    if (star) {
        base.len = (size_t) (star - name->data);
    }

    for (known = export_media_known; known->set; known++) {
        if (export_str_same(&known->name, &base)) {
            return star ? EXPORT_ERROR : known->set(media, value);
        }
    }

    /* Some recipients look for a boundary anywhere in the header. */

    return export_media_is_multipart(media) ? EXPORT_ERROR : EXPORT_OK;
}


static int
export_media_is_multipart(const export_media_t *media)
{
    return media->format == EXPORT_MEDIA_MULTIPART_FORM
           || media->format == EXPORT_MEDIA_MULTIPART_MIXED;
}


/*
 * Takes a parameter of multipart/related (RFC 2387): type, start or
 * start-info.  Some recipients look for a boundary in these values, too.
 */

static int
export_media_related(export_media_t *media, const export_str_t *value)
{
    size_t                     i;
    export_str_t               at;
    static const export_str_t  boundary = export_string("boundary");

    (void) media;

    at.len = boundary.len;

    for (i = 0; i + boundary.len <= value->len; i++) {
        at.data = value->data + i;

        if (export_str_same(&at, &boundary)) {
            return EXPORT_ERROR;
        }
    }

    return EXPORT_OK;
}


static int
export_media_charset(export_media_t *media, const export_str_t *value)
{
    static const export_str_t  utf8 = export_string("utf-8");
    static const export_str_t  label = export_string("utf8");
    static const export_str_t  ascii = export_string("us-ascii");
    static const export_str_t  latin = export_string("iso-8859-1");

    if (export_str_same(value, &utf8) || export_str_same(value, &label)
        || export_str_same(value, &ascii))
    {
        return EXPORT_OK;
    }

    media->latin = media->format == EXPORT_MEDIA_NONE
                   && export_str_same(value, &latin);

    media->format = media->format == EXPORT_MEDIA_NONE
                    || media->format == EXPORT_MEDIA_FOREIGN
                    ? EXPORT_MEDIA_FOREIGN : EXPORT_MEDIA_OPAQUE;

    return EXPORT_OK;
}


static int
export_media_boundary(export_media_t *media, const export_str_t *value)
{
    if (!export_media_is_boundary(value)) {
        return EXPORT_ERROR;
    }

    media->boundary = *value;

    return EXPORT_OK;
}


int
export_media_is_boundary(const export_str_t *value)
{
    size_t  i;

    static const u_char  allowed[256] = {
        [' '] = 1, ['\'' ... ')'] = 1, ['+' ... ':'] = 1, ['='] = 1,
        ['?'] = 1, ['A' ... 'Z'] = 1, ['_'] = 1, ['a' ... 'z'] = 1
    };

    if (value->len == 0
        || value->len > EXPORT_MAX_BOUNDARY
        || value->data[value->len - 1] == ' ')
    {
        return 0;
    }

    for (i = 0; i < value->len; i++) {
        if (!allowed[value->data[i]]) {
            return 0;
        }
    }

    return 1;
}


static int
export_media_header(export_media_t *media, const export_str_t *value)
{
    static const export_str_t  absent = export_string("absent");
    static const export_str_t  present = export_string("present");

    if (media->format != EXPORT_MEDIA_CSV) {
        return EXPORT_OK;
    }

    if (export_str_same(value, &absent)) {
        media->headless = 1;
        return EXPORT_OK;
    }

    return export_str_same(value, &present) ? EXPORT_OK : EXPORT_ERROR;
}


static export_media_e
export_media_format(const export_str_t *type)
{
    static const export_str_t  multipart = export_string("multipart/");

    export_str_t                top;
    const export_media_name_t  *row;

    for (row = export_media_types; row->name.len; row++) {
        if (export_str_same(&row->name, type)) {
            return row->format;
        }
    }

    top = *type;
    top.len = (top.len < multipart.len) ? top.len : multipart.len;

    if (export_str_same(&top, &multipart)) {
        return EXPORT_MEDIA_OPAQUE;
    }

    for (row = export_media_suffixes; row->name.len; row++) {
        if (export_media_ends(type, &row->name)
            && type->data[type->len - row->name.len - 1] != '/')
        {
            break;
        }
    }

    return row->format;
}


export_media_e
export_media_extension(const export_str_t *filename)
{
    const export_media_name_t  *row;

    for (row = export_media_extensions; row->name.len; row++) {
        if (export_media_ends(filename, &row->name)) {
            break;
        }
    }

    return row->format;
}


static int
export_media_ends(const export_str_t *s, const export_str_t *end)
{
    export_str_t  tail;

    if (s->len < end->len) {
        return 0;
    }

    tail.len = end->len;
    tail.data = s->data + s->len - end->len;

    return export_str_same(&tail, end);
}


export_coding_t
export_coding_parse(const export_str_t *value)
{
    unsigned         seen;
    export_coding_t  coding;

    seen = export_coding_seen(value);

    coding.aws_chunked = (seen & EXPORT_CODING_BIT_AWS) != 0;

    switch (seen) {

    case 0:
    case EXPORT_CODING_BIT_IDENTITY:
    case EXPORT_CODING_BIT_AWS:
        coding.coding = EXPORT_CODING_IDENTITY;
        break;

    case EXPORT_CODING_BIT_GZIP:
    case EXPORT_CODING_BIT_GZIP|EXPORT_CODING_BIT_AWS:
        coding.coding = EXPORT_CODING_GZIP;
        break;

    case EXPORT_CODING_BIT_DEFLATE:
    case EXPORT_CODING_BIT_DEFLATE|EXPORT_CODING_BIT_AWS:
        coding.coding = EXPORT_CODING_DEFLATE;
        break;

    default:
        coding.coding = EXPORT_CODING_OPAQUE;
        coding.aws_chunked = 0;
    }

    return coding;
}


/*
 * The bits of a list's items, which is EXPORT_CODING_BIT_OTHER if an item is
 * unknown, empty or given twice.
 */

static unsigned
export_coding_seen(const export_str_t *value)
{
    unsigned       seen, bit;
    export_str_t   rest, item;
    const u_char  *comma;

    rest = export_str_trim(*value);

    if (rest.len == 0) {
        return 0;
    }

    seen = 0;

    do {
        item = rest;
        comma = memchr(rest.data, ',', rest.len);

        if (comma) {
            item.len = (size_t) (comma - rest.data);
            rest.data += item.len + 1;
            rest.len -= item.len + 1;
        }

        bit = export_coding_bit(export_str_trim(item));

        if (bit == 0 || seen & bit) {
            return EXPORT_CODING_BIT_OTHER;
        }

        seen |= bit;

    } while (comma);

    return seen;
}


static unsigned
export_coding_bit(export_str_t name)
{
    const export_coding_name_t  *row;

    for (row = export_coding_names; row->name.len; row++) {
        if (export_str_same(&row->name, &name)) {
            break;
        }
    }

    return row->bit;
}
