
/*
 * The reader byte by byte: one handler a state.  It is the reference for the
 * block scanner, takes over from it whenever something is unusual, and says
 * all the refusals.
 */


#include "export_json.h"
#include "export_json_scan.h"


#define EXPORT_JSON_RS  0x1e


typedef const u_char *(*export_json_state_pt)(export_json_t *json,
    const u_char *p);


static unsigned export_json_is_complete(const export_json_t *json);
static const u_char *export_json_fail(export_json_t *json, int rc);
static int export_json_space(export_json_t *json, u_char c);
static const u_char *export_json_run(export_json_t *json, const u_char *p,
    const u_char *enough);

static const u_char *export_json_begin(export_json_t *json, const u_char *p);
static const u_char *export_json_trailer(export_json_t *json,
    const u_char *p);
static const u_char *export_json_mark(export_json_t *json, const u_char *p);
static const u_char *export_json_key(export_json_t *json, const u_char *p);
static const u_char *export_json_colon(export_json_t *json, const u_char *p);
static const u_char *export_json_value(export_json_t *json, const u_char *p);
static const u_char *export_json_after(export_json_t *json, const u_char *p);

static const u_char *export_json_open(export_json_t *json, const u_char *p);
static const u_char *export_json_close(export_json_t *json, const u_char *p);
static const u_char *export_json_records_open(export_json_t *json,
    const u_char *p);
static const u_char *export_json_records_close(export_json_t *json,
    const u_char *p);
static const u_char *export_json_scalar(export_json_t *json,
    const u_char *p);
static const u_char *export_json_value_end(export_json_t *json,
    const u_char *p);

static const u_char *export_json_string(export_json_t *json,
    const u_char *p);
static const u_char *export_json_string_end(export_json_t *json,
    const u_char *p);
static const u_char *export_json_lead(export_json_t *json, const u_char *p);
static const u_char *export_json_trail(export_json_t *json, const u_char *p);
static const u_char *export_json_escape(export_json_t *json,
    const u_char *p);
static const u_char *export_json_hex(export_json_t *json, const u_char *p);
static const u_char *export_json_pair(export_json_t *json, const u_char *p);
static const u_char *export_json_literal(export_json_t *json,
    const u_char *p);
static const u_char *export_json_number(export_json_t *json,
    const u_char *p);

static void export_json_put(export_json_t *json, const u_char *p,
    size_t len);
static void export_json_fold(export_json_t *json);
static void export_json_put_code(export_json_t *json, unsigned code);
static int export_json_report(export_json_t *json, export_value_e type);
static uint32_t export_json_none(export_json_t *json);
static int export_json_member(export_json_t *json);
static int export_json_long(export_json_t *json);
static int export_json_near_core(const export_json_t *json,
    const export_str_t *core);
static void export_json_item(export_json_t *json);
static uint32_t export_json_find(export_json_t *json, uint32_t fields);
static void export_json_add_end(export_json_t *json,
    const export_str_t *name);


static const export_json_state_pt  export_json_states[] = {
    export_json_begin,              /* BEGIN */
    export_json_begin,              /* BETWEEN */
    export_json_trailer,            /* TRAILER */
    export_json_mark,               /* FIRST_MARK */
    export_json_mark,               /* MARK */
    export_json_key,                /* FIRST_KEY */
    export_json_key,                /* KEY */
    export_json_colon,              /* COLON */
    export_json_value,              /* FIRST_ITEM */
    export_json_value,              /* VALUE */
    export_json_after,              /* AFTER */
    export_json_string,             /* STRING */
    export_json_trail,              /* TRAIL */
    export_json_escape,             /* ESCAPE */
    export_json_hex,                /* HEX */
    export_json_pair,               /* PAIR */
    export_json_escape,             /* PAIR_ESCAPE */
    export_json_literal,            /* LITERAL */
    export_json_number,             /* MINUS */
    export_json_number,             /* ZERO */
    export_json_number,             /* INT */
    export_json_number,             /* POINT */
    export_json_number,             /* FRACTION */
    export_json_number,             /* EXPONENT */
    export_json_number,             /* EXPONENT_SIGN */
    export_json_number,             /* EXPONENT_INT */
};


/* what comes after a record at the top */

static const unsigned char  export_json_ends[] = {
    EXPORT_JSON_TRAILER,            /* TEXT */
    EXPORT_JSON_BETWEEN,            /* LINES */
    EXPORT_JSON_MARK,               /* SEQ */
    EXPORT_JSON_BETWEEN             /* GUESS */
};


/*
 * What a number is after a byte of each kind: any other, a digit 1-9, a zero,
 * ".", "e", "+", "-"; 0 is malformed, and E ends the number.
 */

#define E  1

enum { OTHER = 0, D19, D0, DOT, EXP, PLUS, MINUS };

static const u_char  export_json_kind[256] = {
    ['0'] = D0, ['1'] = D19, ['2'] = D19, ['3'] = D19, ['4'] = D19,
    ['5'] = D19, ['6'] = D19, ['7'] = D19, ['8'] = D19, ['9'] = D19,
    ['.'] = DOT, ['e'] = EXP, ['E'] = EXP, ['+'] = PLUS, ['-'] = MINUS
};

static const unsigned char  export_json_numbers[][MINUS + 1] = {
#define S(name)  EXPORT_JSON_##name
    /* MINUS */         { 0, S(INT), S(ZERO), 0, 0, 0, 0 },
    /* ZERO */          { E, 0, 0, S(POINT), S(EXPONENT), 0, 0 },
    /* INT */           { E, S(INT), S(INT), S(POINT), S(EXPONENT), 0, 0 },
    /* POINT */         { 0, S(FRACTION), S(FRACTION), 0, 0, 0, 0 },
    /* FRACTION */      { E, S(FRACTION), S(FRACTION), 0, S(EXPONENT), 0, 0 },
    /* EXPONENT */      { 0, S(EXPONENT_INT), S(EXPONENT_INT), 0, 0,
                          S(EXPONENT_SIGN), S(EXPONENT_SIGN) },
    /* EXPONENT_SIGN */ { 0, S(EXPONENT_INT), S(EXPONENT_INT), 0, 0, 0, 0 },
    /* EXPONENT_INT */  { E, S(EXPONENT_INT), S(EXPONENT_INT), 0, 0, 0, 0 },
#undef S
};


void
export_json_init(export_json_t *json, const export_fields_t *fields,
    const export_sink_t *sink, const export_limits_t *limits,
    export_json_mode_e mode)
{
    unsigned               i, n;
    const export_field_t  *field;

    memset(json, 0, sizeof(export_json_t));

    json->fields = fields;
    json->sink = sink;
    json->limits = *limits;
    json->rc = EXPORT_OK;
    json->mode = mode;
    json->stop = UINT64_MAX;
    json->newline = 1;
    json->state = mode == EXPORT_JSON_SEQ ? EXPORT_JSON_FIRST_MARK
                                          : EXPORT_JSON_BEGIN;

    if (json->limits.depth > EXPORT_JSON_MAX_DEPTH) {
        json->limits.depth = EXPORT_JSON_MAX_DEPTH;
    }

    if (json->limits.record > EXPORT_JSON_MAX_RECORD) {
        json->limits.record = EXPORT_JSON_MAX_RECORD;
    }

    for (i = 0; i < fields->n; i++) {
        field = &fields->field[i];

        if (field->ntokens == 0) {
            json->plain |= (uint32_t) 1 << i;
            export_json_add_end(json, &field->name);
            continue;
        }

        json->roots |= (uint32_t) 1 << i;

        for (n = 0; n < field->ntokens; n++) {
            export_json_add_end(json, &field->token[n]);
        }
    }

    json->match[0] = json->roots;
    json->scan = export_json_scanner(json);
}


void
export_json_records(export_json_t *json, unsigned index)
{
    json->records = (uint32_t) 1 << index;
}


void
export_json_where(export_json_t *json, export_where_t *where)
{
    json->where = where;
}


int
export_json_feed(export_json_t *json, const u_char *data, size_t len)
{
    size_t         left, near;
    const u_char  *p;

    if (json->rc != EXPORT_OK || len == 0) {
        return json->rc;
    }

    p = data;

    json->base = data;
    json->end = data + len;
    export_json_set_last(json);

    near = json->scan ? 0 : len;

    while (p && p < json->end) {
        left = (size_t) (json->end - p);

        if (left < near + EXPORT_JSON_SCAN_AHEAD) {
            near = left;
        }

        p = export_json_run(json, p, p + near);

        if (p && p < json->end) {
            /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): near = len */
            p = json->scan(json, p);
        }

        near = EXPORT_JSON_BLOCK;
    }

    json->offset += len;
    json->base = NULL;
    json->end = NULL;
    json->last = NULL;

    return json->rc;
}


int
export_json_finish(export_json_t *json)
{
    if (json->rc == EXPORT_OK && !export_json_is_complete(json)) {
        json->rc = EXPORT_ERROR;
    }

    return json->rc;
}


static unsigned
export_json_is_complete(const export_json_t *json)
{
    switch (json->state) {

    case EXPORT_JSON_BEGIN:
        return json->mode == EXPORT_JSON_LINES
               || json->mode == EXPORT_JSON_GUESS;

    case EXPORT_JSON_BETWEEN:
    case EXPORT_JSON_TRAILER:
    case EXPORT_JSON_FIRST_MARK:
        return 1;

    case EXPORT_JSON_MARK:
        return json->newline;

    default:
        return 0;
    }
}


static const u_char *
export_json_fail(export_json_t *json, int rc)
{
    json->rc = rc;

    return NULL;
}


/*
 * Reads up to the first place from "enough" on where the scanner may take
 * over, or to the end.
 */

static const u_char *
export_json_run(export_json_t *json, const u_char *p, const u_char *enough)
{
    while (p < json->end) {

        if (p >= enough && export_json_scannable(json)) {
            return p;
        }

        if (p >= json->last) {
            return export_json_fail(json, EXPORT_LIMIT);
        }

        p = export_json_states[json->state](json, p);

        if (p == NULL) {
            return NULL;
        }
    }

    return p;
}


/* whether white space is right here, inside a text */

static int
export_json_space(export_json_t *json, u_char c)
{
    switch (c) {

    case ' ':
    case '\t':
    case '\r':
        return 1;

    case '\n':
        if (json->mode == EXPORT_JSON_LINES) {
            return 0;
        }

        if (json->mode == EXPORT_JSON_GUESS) {
            json->mode = EXPORT_JSON_TEXT;
        }

        return 1;

    default:
        return 0;
    }
}


/* before the first record, and in lines between two */

static const u_char *
export_json_begin(export_json_t *json, const u_char *p)
{
    switch (*p) {

    case ' ':
    case '\t':
    case '\r':
        return p + 1;

    case '\n':
        json->newline = 1;
        return p + 1;

    case '{':
        if (!json->newline) {
            return export_json_fail(json, EXPORT_ERROR);
        }

        if (json->state == EXPORT_JSON_BETWEEN) {
            json->mode = EXPORT_JSON_LINES;
        }

        return export_json_value(json, p);

    case '[':
        if (json->state == EXPORT_JSON_BEGIN
            && (json->mode == EXPORT_JSON_TEXT
                || json->mode == EXPORT_JSON_GUESS))
        {
            json->mode = EXPORT_JSON_TEXT;
            return export_json_open(json, p);
        }

        /* fall through */

    default:
        return export_json_fail(json, EXPORT_ERROR);
    }
}


/* after the only text */

static const u_char *
export_json_trailer(export_json_t *json, const u_char *p)
{
    return export_json_space(json, *p) ? p + 1
                                       : export_json_fail(json, EXPORT_ERROR);
}


/* before the first text of a sequence, and after each */

static const u_char *
export_json_mark(export_json_t *json, const u_char *p)
{
    if (*p == EXPORT_JSON_RS && json->newline) {
        json->state = EXPORT_JSON_BEGIN;
        return p + 1;
    }

    if (json->state == EXPORT_JSON_FIRST_MARK) {
        return export_json_fail(json, EXPORT_ERROR);
    }

    json->newline = (*p == '\n');

    return export_json_trailer(json, p);
}


static const u_char *
export_json_key(export_json_t *json, const u_char *p)
{
    if (export_json_space(json, *p)) {
        return p + 1;
    }

    if (*p == '}' && json->state == EXPORT_JSON_FIRST_KEY) {
        return export_json_close(json, p);
    }

    if (*p != '"') {
        return export_json_fail(json, EXPORT_ERROR);
    }

    json->state = EXPORT_JSON_STRING;
    json->key = 1;
    json->room = EXPORT_MAX_VALUE;          /* near names may be long */
    json->ntext = 0;
    json->over = 0;

    return p + 1;
}


static const u_char *
export_json_colon(export_json_t *json, const u_char *p)
{
    if (export_json_space(json, *p)) {
        return p + 1;
    }

    if (*p != ':') {
        return export_json_fail(json, EXPORT_ERROR);
    }

    json->state = EXPORT_JSON_VALUE;

    return p + 1;
}


static const u_char *
export_json_value(export_json_t *json, const u_char *p)
{
    if (json->depth && export_json_space(json, *p)) {
        return p + 1;
    }

    if (*p == ']' && json->state == EXPORT_JSON_FIRST_ITEM) {
        return export_json_close(json, p);
    }

    if (json->depth == json->top) {
        json->wanted = 0;
        json->into = json->roots;
        export_json_record_start(json, p);

    } else if (export_json_in_array(json)) {
        export_json_item(json);
    }

    return (*p == '{' || *p == '[') ? export_json_open(json, p)
                                    : export_json_scalar(json, p);
}


static const u_char *
export_json_after(export_json_t *json, const u_char *p)
{
    if (export_json_space(json, *p)) {
        return p + 1;
    }

    if (*p == ',') {
        json->state = export_json_in_array(json) ? EXPORT_JSON_VALUE
                                                 : EXPORT_JSON_KEY;
        return p + 1;
    }

    return export_json_close(json, p);
}


static const u_char *
export_json_open(export_json_t *json, const u_char *p)
{
    uint64_t        bit;
    unsigned        array, level, records;
    export_value_e  type;

    if (json->depth >= json->limits.depth) {
        return export_json_fail(json, EXPORT_LIMIT);
    }

    array = (*p == '[');
    records = array && json->top == 0 && (json->wanted & json->records)
              && json->mode == EXPORT_JSON_TEXT;
    type = array ? EXPORT_VALUE_ARRAY : EXPORT_VALUE_OBJECT;

    json->ntext = 0;

    if (export_json_report(json, type) != EXPORT_OK) {
        return NULL;
    }

    bit = (uint64_t) 1 << (json->depth % 64);

    if (array) {
        json->arrays[json->depth / 64] |= bit;

    } else {
        json->arrays[json->depth / 64] &= ~bit;
    }

    json->seen[json->depth++] = 0;
    json->state = array ? EXPORT_JSON_FIRST_ITEM : EXPORT_JSON_FIRST_KEY;

    if (json->depth == 1 && array) {
        json->top = 1;
        return p + 1;
    }

    if (records) {
        return export_json_records_open(json, p + 1);
    }

    level = json->depth - json->top - 1;

    if (level < EXPORT_MAX_TOKENS) {
        json->match[level] = json->into;
        json->index[level] = 0;

        if (array && json->into && json->indexed == 0) {
            json->indexed = json->depth;
        }
    }

    return p + 1;
}


static const u_char *
export_json_close(export_json_t *json, const u_char *p)
{
    if (*p != (export_json_in_array(json) ? ']' : '}')) {
        return export_json_fail(json, EXPORT_ERROR);
    }

    if (json->indexed == json->depth) {
        json->indexed = 0;
    }

    json->depth--;

    if (json->depth && json->depth < json->top) {
        return export_json_records_close(json, p);
    }

    if (json->depth < json->top) {
        json->top = 0;
        json->state = EXPORT_JSON_TRAILER;
        return p + 1;
    }

    return export_json_value_end(json, p + 1);
}


/* into the array whose elements are the records */

static const u_char *
export_json_records_open(export_json_t *json, const u_char *p)
{
    export_json_outer_t  *outer;

    outer = &json->outer;

    outer->indexed = json->indexed;
    memcpy(outer->match, json->match, sizeof(outer->match));
    memcpy(outer->index, json->index, sizeof(outer->index));

    json->top = json->depth;
    json->indexed = 0;
    json->stop = UINT64_MAX;
    export_json_set_last(json);

    json->rc = json->sink->group(json->sink->data, 1,
                                 json->offset + (uint64_t) (p - json->base));

    return json->rc == EXPORT_OK ? p : NULL;
}


/* what is around the array has the limit of a record once more */

static const u_char *
export_json_records_close(export_json_t *json, const u_char *p)
{
    export_json_outer_t  *outer;

    outer = &json->outer;

    json->rc = json->sink->group(json->sink->data, 0,
                                 json->offset + (uint64_t) (p - json->base));

    if (json->rc != EXPORT_OK) {
        return NULL;
    }

    json->top = 0;
    json->indexed = outer->indexed;
    memcpy(json->match, outer->match, sizeof(outer->match));
    memcpy(json->index, outer->index, sizeof(outer->index));

    export_json_record_start(json, p);

    return export_json_value_end(json, p + 1);
}


static const u_char *
export_json_scalar(export_json_t *json, const u_char *p)
{
    static const struct {
        u_char          c;
        unsigned char   state;
        unsigned char   type;
        const char     *rest;
    } *s, starts[] = {
        { '"', EXPORT_JSON_STRING,  EXPORT_VALUE_STRING, NULL },
        { '-', EXPORT_JSON_MINUS,   EXPORT_VALUE_NUMBER, NULL },
        { '0', EXPORT_JSON_ZERO,    EXPORT_VALUE_NUMBER, NULL },
        { 't', EXPORT_JSON_LITERAL, EXPORT_VALUE_TRUE,   "rue" },
        { 'f', EXPORT_JSON_LITERAL, EXPORT_VALUE_FALSE,  "alse" },
        { 'n', EXPORT_JSON_LITERAL, EXPORT_VALUE_NULL,   "ull" },
        { 0,   EXPORT_JSON_INT,     EXPORT_VALUE_NUMBER, NULL }
    };

    for (s = starts; s->c && s->c != *p; s++) { /* void */ }

    if (s->c == 0 && (*p < '1' || *p > '9')) {
        return export_json_fail(json, EXPORT_ERROR);
    }

    json->state = s->state;
    json->type = s->type;
    json->literal = s->rest;
    json->key = 0;
    json->room = json->wanted ? EXPORT_MAX_VALUE : 0;
    json->ntext = 0;
    json->over = 0;

    if (s->type != EXPORT_VALUE_STRING) {
        export_json_put(json, p, 1);
    }

    return p + 1;
}


/* a value has ended before "p" */

static const u_char *
export_json_value_end(export_json_t *json, const u_char *p)
{
    json->state = EXPORT_JSON_AFTER;

    if (json->depth > json->top) {
        return p;
    }

    if (json->top == 0) {
        json->state = export_json_ends[json->mode];
    }

    return export_json_record_end(json, p) == EXPORT_OK ? p : NULL;
}


static const u_char *
export_json_string(export_json_t *json, const u_char *p)
{
    const u_char  *start;

    start = p;
    p = export_json_skip(p, json->last);

    export_json_put(json, start, (size_t) (p - start));

    if (p == json->last) {
        return p;
    }

    if (*p == '"') {
        return export_json_string_end(json, p + 1);
    }

    if (*p == '\\') {
        json->state = EXPORT_JSON_ESCAPE;
        return p + 1;
    }

    return export_json_lead(json, p);
}


static const u_char *
export_json_string_end(export_json_t *json, const u_char *p)
{
    if (json->key) {
        json->state = EXPORT_JSON_COLON;

        return export_json_member(json) == EXPORT_OK ? p : NULL;
    }

    if (export_json_report(json, json->over ? EXPORT_VALUE_LONG
                                            : EXPORT_VALUE_STRING)
        != EXPORT_OK)
    {
        return NULL;
    }

    return export_json_value_end(json, p);
}


/*
 * RFC 3629: after some leads the second byte's range is narrower, to keep out
 * overlong forms, surrogates and what is past U+10FFFF.
 */

static const u_char *
export_json_lead(export_json_t *json, const u_char *p)
{
    static const struct {
        u_char  first;
        u_char  last;
        u_char  rest;
        u_char  low;
        u_char  high;
    } *l, leads[] = {
        { 0xc2, 0xdf, 1, 0x80, 0xbf },
        { 0xe0, 0xe0, 2, 0xa0, 0xbf },
        { 0xe1, 0xec, 2, 0x80, 0xbf },
        { 0xed, 0xed, 2, 0x80, 0x9f },
        { 0xee, 0xef, 2, 0x80, 0xbf },
        { 0xf0, 0xf0, 3, 0x90, 0xbf },
        { 0xf1, 0xf3, 3, 0x80, 0xbf },
        { 0xf4, 0xf4, 3, 0x80, 0x8f },
        { 0, 0, 0, 0, 0 }
    };

    for (l = leads; l->last; l++) {

        if (*p >= l->first && *p <= l->last) {
            json->state = EXPORT_JSON_TRAIL;
            json->rest = l->rest;
            json->low = l->low;
            json->high = l->high;
            export_json_put(json, p, 1);

            return p + 1;
        }
    }

    return export_json_fail(json, EXPORT_ERROR);
}


static const u_char *
export_json_trail(export_json_t *json, const u_char *p)
{
    if (*p < json->low || *p > json->high) {
        return export_json_fail(json, EXPORT_ERROR);
    }

    json->low = 0x80;
    json->high = 0xbf;

    if (--json->rest == 0) {
        json->state = EXPORT_JSON_STRING;
    }

    export_json_put(json, p, 1);

    return p + 1;
}


/* after a backslash, which may have to be that of a pair's second half */

static const u_char *
export_json_escape(export_json_t *json, const u_char *p)
{
    u_char       c;
    const char  *s;

    static const char  from[] = "\"\\/bfnrt";
    static const char  to[] = "\"\\/\b\f\n\r\t";

    if (*p == 'u') {
        json->state = EXPORT_JSON_HEX;
        json->rest = 4;
        json->code = 0;
        return p + 1;
    }

    if (json->state == EXPORT_JSON_PAIR_ESCAPE || *p == '\0') {
        return export_json_fail(json, EXPORT_ERROR);
    }

    s = strchr(from, *p);

    if (s == NULL) {
        return export_json_fail(json, EXPORT_ERROR);
    }

    c = (u_char) to[s - from];

    json->state = EXPORT_JSON_STRING;
    export_json_put(json, &c, 1);

    return p + 1;
}


static const u_char *
export_json_hex(export_json_t *json, const u_char *p)
{
    unsigned  c, first;

    c = (unsigned) *p | 0x20;

    if (*p >= '0' && *p <= '9') {
        json->code = json->code * 16 + *p - '0';

    } else if (c >= 'a' && c <= 'f') {
        json->code = json->code * 16 + c - 'a' + 10;

    } else {
        return export_json_fail(json, EXPORT_ERROR);
    }

    if (--json->rest) {
        return p + 1;
    }

    first = json->surrogate;
    json->surrogate = 0;

    if ((json->code & 0xfc00) == 0xdc00) {

        if (first == 0) {
            return export_json_fail(json, EXPORT_ERROR);
        }

        json->code = 0x10000 + ((first & 0x3ff) << 10) + (json->code & 0x3ff);

    } else if (first) {
        return export_json_fail(json, EXPORT_ERROR);

    } else if ((json->code & 0xfc00) == 0xd800) {
        json->surrogate = json->code;
        json->state = EXPORT_JSON_PAIR;
        return p + 1;
    }

    json->state = EXPORT_JSON_STRING;
    export_json_put_code(json, json->code);

    return p + 1;
}


static const u_char *
export_json_pair(export_json_t *json, const u_char *p)
{
    if (*p != '\\') {
        return export_json_fail(json, EXPORT_ERROR);
    }

    json->state = EXPORT_JSON_PAIR_ESCAPE;

    return p + 1;
}


static const u_char *
export_json_literal(export_json_t *json, const u_char *p)
{
    if (*p != (u_char) *json->literal) {
        return export_json_fail(json, EXPORT_ERROR);
    }

    export_json_put(json, p, 1);

    if (*++json->literal) {
        return p + 1;
    }

    if (json->type == EXPORT_VALUE_NULL) {
        json->ntext = 0;
    }

    if (export_json_report(json, json->type) != EXPORT_OK) {
        return NULL;
    }

    return export_json_value_end(json, p + 1);
}


static const u_char *
export_json_number(export_json_t *json, const u_char *p)
{
    unsigned  next;

    next = export_json_numbers[json->state - EXPORT_JSON_MINUS]
                              [export_json_kind[*p]];

    switch (next) {

    case 0:
        return export_json_fail(json, EXPORT_ERROR);

    case E:
        if (json->ntext > EXPORT_JSON_MAX_NUMBER) {
            json->ntext = 0;
        }

        if (export_json_report(json, EXPORT_VALUE_NUMBER) != EXPORT_OK) {
            return NULL;
        }

        return export_json_value_end(json, p);

    default:
        json->state = next;
        export_json_put(json, p, 1);
        return p + 1;
    }
}


/* what is over the room is only noted, but for names: near ones may be long */

static void
export_json_put(export_json_t *json, const u_char *p, size_t len)
{
    size_t  n;

    if (json->room == 0) {
        return;
    }

    while (json->key && len > json->room - json->ntext) {
        n = json->room - json->ntext;
        memcpy(json->text + json->ntext, p, n);
        json->ntext += (unsigned) n;
        p += n;
        len -= n;

        export_json_fold(json);
    }

    if (len > json->room - json->ntext) {
        len = json->room - json->ntext;
        json->over = 1;
    }

    memcpy(json->text + json->ntext, p, len);
    json->ntext += (unsigned) len;
}


/*
 * The piece of a long name in "text" becomes its core, which is kept in front
 * of the next piece.  What is behind a NUL is not the name's to some.
 */

static void
export_json_fold(export_json_t *json)
{
    u_char         *p;
    size_t          n, len, tail;
    export_str_t    piece;
    export_core_t   core;

    memset(&core, 0, sizeof(core));
    p = json->text;
    len = json->ntext;

    if (json->over) {
        memcpy(&core, p, sizeof(core));
        p += sizeof(core);
        len -= sizeof(core);
    }

    if (core.ended) {
        json->ntext = sizeof(core);
        return;
    }

    /* a character that is not all here: its lead is among the last three */

    for (tail = 1; tail <= 3 && tail < len; tail++) {
        if (p[len - tail] >= 0xc0) {
            break;
        }
    }

    if (tail > 3 || tail >= len
        || tail >= (size_t) 2 + (p[len - tail] >= 0xe0)
                   + (p[len - tail] >= 0xf0))
    {
        tail = 0;
    }

    piece.data = p;
    piece.len = len - tail;

    p = memchr(piece.data, '\0', piece.len);

    if (p) {
        core.ended = 1;
        piece.len = (size_t) (p - piece.data);
    }

    export_field_core_add(&core, &piece);

    for (n = 0; n < tail; n++) {
        json->text[sizeof(core) + n] = piece.data[len - tail + n];
    }

    memcpy(json->text, &core, sizeof(core));
    json->ntext = (unsigned) (sizeof(core) + tail);
    json->over = 1;
}


static void
export_json_put_code(export_json_t *json, unsigned code)
{
    size_t  len;
    u_char  text[4];

    if (code < 0x80) {
        text[0] = (u_char) code;
        len = 1;

    } else if (code < 0x800) {
        text[0] = (u_char) (0xc0 | (code >> 6));
        text[1] = (u_char) (0x80 | (code & 0x3f));
        len = 2;

    } else if (code < 0x10000) {
        text[0] = (u_char) (0xe0 | (code >> 12));
        text[1] = (u_char) (0x80 | ((code >> 6) & 0x3f));
        text[2] = (u_char) (0x80 | (code & 0x3f));
        len = 3;

    } else {
        text[0] = (u_char) (0xf0 | (code >> 18));
        text[1] = (u_char) (0x80 | ((code >> 12) & 0x3f));
        text[2] = (u_char) (0x80 | ((code >> 6) & 0x3f));
        text[3] = (u_char) (0x80 | (code & 0x3f));
        len = 4;
    }

    export_json_put(json, text, len);
}


/* the value in "text", to whom it belongs */

static int
export_json_report(export_json_t *json, export_value_e type)
{
    export_str_t  value;

    value.data = json->text;
    value.len = type == EXPORT_VALUE_LONG ? 0 : json->ntext;

    return export_json_events(json, json->wanted, type, &value);
}


/* no field has this name */

static uint32_t
export_json_none(export_json_t *json)
{
    json->wanted = 0;
    json->into = 0;

    return 0;
}


/* the name in "text" is that of a member of the innermost object */

static int
export_json_member(export_json_t *json)
{
    u_char        *nul;
    uint32_t       found;
    export_str_t   name;

    if (json->over) {
        return export_json_long(json);
    }

    /* to who takes it for a name's end, "ip\u0000" is "ip" */

    nul = memchr(json->text, '\0', json->ntext);

    if (nul) {
        json->ntext = (unsigned) (nul - json->text);
    }

    found = export_json_find(json, json->plain);

    name.data = json->text;
    name.len = json->ntext;

    if ((nul && found) || (found == 0 && export_json_near(json, &name))) {
        json->rc = EXPORT_ERROR;
        return EXPORT_ERROR;
    }

    if (found == 0) {
        return EXPORT_OK;
    }

    return export_json_meet(json, found,
        export_field_spelt(export_json_wanted_name(json,
                               (unsigned) __builtin_ctz(found)), &name));
}


/* no wanted name is that long, but it may be near to one */

static int
export_json_long(export_json_t *json)
{
    export_str_t   name;
    export_core_t  core;

    export_json_fold(json);
    (void) export_json_none(json);

    memcpy(&core, json->text, sizeof(core));
    name = export_field_core_end(&core);

    if (export_json_near_core(json, &name)) {
        json->rc = EXPORT_ERROR;
        return EXPORT_ERROR;
    }

    return EXPORT_OK;
}


int
export_json_near(const export_json_t *json, const export_str_t *name)
{
    u_char        buf[EXPORT_MAX_NAME];
    export_str_t  core;

    if (export_field_word(name)) {
        return 0;
    }

    core = export_field_core(name, buf);

    return export_json_near_core(json, &core);
}


static int
export_json_near_core(const export_json_t *json, const export_str_t *core)
{
    unsigned  level;
    uint32_t  fields;

    level = json->depth - json->top - 1;
    fields = json->plain;

    if (json->roots && level < EXPORT_MAX_TOKENS) {
        fields |= json->match[level];
    }

    for ( /* void */ ; fields; fields &= fields - 1) {
        if (export_field_near(export_json_wanted_name(json,
                                  (unsigned) __builtin_ctz(fields)), core))
        {
            return 1;
        }
    }

    return 0;
}


/* an array's element: its name for a pointer is its number */

static void
export_json_item(export_json_t *json)
{
    u_char    *p;
    uint32_t   n;
    unsigned   level;

    (void) export_json_none(json);
    level = json->depth - json->top - 1;

    if (level >= EXPORT_MAX_TOKENS || json->match[level] == 0) {
        return;
    }

    n = json->index[level]++;
    p = json->text + 10;                /* digits of 2^32 */

    do {
        *--p = (u_char) ('0' + n % 10);
        n /= 10;
    } while (n);

    json->ntext = (unsigned) (json->text + 10 - p);
    memmove(json->text, p, json->ntext);

    (void) export_json_find(json, 0);
}


/*
 * Which fields' name, or a pointer's name at this level, is in "text": sets
 * "wanted" to those whose value comes next, "into" to those inside of it, and
 * returns both.
 */

static uint32_t
export_json_find(export_json_t *json, uint32_t fields)
{
    uint32_t               bit;
    unsigned               i, level;
    export_str_t           text;
    const export_str_t    *name;
    const export_field_t  *field;

    text.data = json->text;
    text.len = json->ntext;

    (void) export_json_none(json);
    level = json->depth - json->top - 1;

    if (level < EXPORT_MAX_TOKENS) {
        fields |= json->match[level];
    }

    for (i = 0; fields >> i && i < EXPORT_MAX_FIELDS; i++) {
        bit = (uint32_t) 1 << i;

        if (!(fields & bit)) {
            continue;
        }

        field = &json->fields->field[i];
        name = export_json_wanted_name(json, i);

        if (!export_str_same(name, &text)) {
            continue;
        }

        if (field->ntokens > level + 1) {
            json->into |= bit;

        } else {
            json->wanted |= bit;
        }
    }

    return json->wanted | json->into;
}


/* the scanners' filter: the bytes wanted names end with, if these are few */

static void
export_json_add_end(export_json_t *json, const export_str_t *name)
{
    u_char  c;

    c = name->len ? name->data[name->len - 1] | EXPORT_JSON_CASE_BIT
                  : (u_char) ('"' | EXPORT_JSON_CASE_BIT);

    if (json->nends > EXPORT_JSON_MAX_ENDS
        || memchr(json->ends, c, json->nends) != NULL)
    {
        return;
    }

    if (json->nends < EXPORT_JSON_MAX_ENDS) {
        json->ends[json->nends] = c;
    }

    json->nends++;
}
