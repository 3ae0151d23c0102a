
/*
 * The reader byte by byte, with one handler for each state.  The reader takes
 * over from the block scanner where a block is unusual.  Only the reader
 * refuses, and the scanner is tested against it.
 */


#include "export_json.h"
#include "export_json_scan.h"


#define EXPORT_JSON_RS  0x1e


typedef const u_char *(*export_json_state_pt)(export_json_t *json,
    const u_char *p);


static unsigned export_json_is_complete(const export_json_t *json);
static const u_char *export_json_fail(export_json_t *json, int rc);
static int export_json_is_space(export_json_t *json, u_char c);
static const u_char *export_json_read_bytes(export_json_t *json,
    const u_char *p, const u_char *enough);

static const u_char *export_json_begin(export_json_t *json, const u_char *p);
static const u_char *export_json_begin_object(export_json_t *json,
    const u_char *p);
static const u_char *export_json_begin_array(export_json_t *json,
    const u_char *p);
static const u_char *export_json_trailer(export_json_t *json,
    const u_char *p);
static const u_char *export_json_mark(export_json_t *json, const u_char *p);
static const u_char *export_json_key(export_json_t *json, const u_char *p);
static const u_char *export_json_colon(export_json_t *json, const u_char *p);
static const u_char *export_json_value(export_json_t *json, const u_char *p);
static const u_char *export_json_after(export_json_t *json, const u_char *p);

static const u_char *export_json_open_container(export_json_t *json,
    const u_char *p);
static unsigned export_json_holds_records(const export_json_t *json);
static void export_json_push(export_json_t *json, unsigned array);
static void export_json_enter_pointers(export_json_t *json, unsigned array);
static const u_char *export_json_close_container(export_json_t *json,
    const u_char *p);
static const u_char *export_json_records_open(export_json_t *json,
    const u_char *p);
static const u_char *export_json_records_close(export_json_t *json,
    const u_char *p);
static const u_char *export_json_scalar_start(export_json_t *json,
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
static const u_char *export_json_code_end(export_json_t *json,
    const u_char *p);
static const u_char *export_json_pair(export_json_t *json, const u_char *p);
static const u_char *export_json_literal(export_json_t *json,
    const u_char *p);
static const u_char *export_json_number(export_json_t *json,
    const u_char *p);

static void export_json_text_add(export_json_t *json, const u_char *p,
    size_t len);
static void export_json_fold_name(export_json_t *json);
static size_t export_json_cut_character(const u_char *p, size_t len);
static void export_json_text_add_code(export_json_t *json, unsigned code);
static int export_json_report_value(export_json_t *json, export_value_e type);
static uint32_t export_json_want_nothing(export_json_t *json);
static int export_json_match_member(export_json_t *json);
static int export_json_check_long_name(export_json_t *json);
static void export_json_match_element(export_json_t *json);
static uint32_t export_json_match_text(export_json_t *json, uint32_t fields);
static void export_json_add_last_byte(export_json_t *json,
    const export_str_t *name);


static const export_json_state_pt  export_json_states[] = {
    [EXPORT_JSON_BEGIN]         = export_json_begin,
    [EXPORT_JSON_BETWEEN]       = export_json_begin,
    [EXPORT_JSON_TRAILER]       = export_json_trailer,
    [EXPORT_JSON_FIRST_MARK]    = export_json_mark,
    [EXPORT_JSON_MARK]          = export_json_mark,
    [EXPORT_JSON_FIRST_KEY]     = export_json_key,
    [EXPORT_JSON_KEY]           = export_json_key,
    [EXPORT_JSON_COLON]         = export_json_colon,
    [EXPORT_JSON_FIRST_ITEM]    = export_json_value,
    [EXPORT_JSON_VALUE]         = export_json_value,
    [EXPORT_JSON_AFTER]         = export_json_after,
    [EXPORT_JSON_STRING]        = export_json_string,
    [EXPORT_JSON_TRAIL]         = export_json_trail,
    [EXPORT_JSON_ESCAPE]        = export_json_escape,
    [EXPORT_JSON_HEX]           = export_json_hex,
    [EXPORT_JSON_PAIR]          = export_json_pair,
    [EXPORT_JSON_PAIR_ESCAPE]   = export_json_escape,
    [EXPORT_JSON_LITERAL]       = export_json_literal,
    [EXPORT_JSON_MINUS]         = export_json_number,
    [EXPORT_JSON_ZERO]          = export_json_number,
    [EXPORT_JSON_INT]           = export_json_number,
    [EXPORT_JSON_POINT]         = export_json_number,
    [EXPORT_JSON_FRACTION]      = export_json_number,
    [EXPORT_JSON_EXPONENT]      = export_json_number,
    [EXPORT_JSON_EXPONENT_SIGN] = export_json_number,
    [EXPORT_JSON_EXPONENT_INT]  = export_json_number
};

export_assert_rows(export_json_states, EXPORT_JSON_STATES);


/* the state behind a record that is not in an array, by mode */

static const unsigned char  export_json_record_ends[] = {
    [EXPORT_JSON_TEXT]  = EXPORT_JSON_TRAILER,
    [EXPORT_JSON_LINES] = EXPORT_JSON_BETWEEN,
    [EXPORT_JSON_SEQ]   = EXPORT_JSON_MARK,
    [EXPORT_JSON_GUESS] = EXPORT_JSON_BETWEEN
};

export_assert_rows(export_json_record_ends, EXPORT_JSON_MODES);


/* the kinds of bytes that the grammar of numbers tells apart */

enum { OTHER = 0, D19, D0, DOT, EXP, PLUS, MINUS };

static const u_char  export_json_kind[256] = {
    ['0'] = D0, ['1'] = D19, ['2'] = D19, ['3'] = D19, ['4'] = D19,
    ['5'] = D19, ['6'] = D19, ['7'] = D19, ['8'] = D19, ['9'] = D19,
    ['.'] = DOT, ['e'] = EXP, ['E'] = EXP, ['+'] = PLUS, ['-'] = MINUS
};


/*
 * The state of a number after a byte of each kind.  BAD is malformed; END is
 * a byte behind the number.
 */

static const unsigned char  export_json_numbers[][MINUS + 1] = {
#define ROW(name)  [EXPORT_JSON_##name - EXPORT_JSON_MINUS]
#define TO(name)   EXPORT_JSON_##name
#define BAD        0
#define END        1
    /* OTHER, D19, D0, DOT, EXP, PLUS, MINUS */
    ROW(MINUS)         = { BAD, TO(INT), TO(ZERO), BAD, BAD, BAD, BAD },
    ROW(ZERO)          = { END, BAD, BAD, TO(POINT), TO(EXPONENT), BAD, BAD },
    ROW(INT)           = { END, TO(INT), TO(INT), TO(POINT), TO(EXPONENT),
                           BAD, BAD },
    ROW(POINT)         = { BAD, TO(FRACTION), TO(FRACTION), BAD, BAD, BAD,
                           BAD },
    ROW(FRACTION)      = { END, TO(FRACTION), TO(FRACTION), BAD, TO(EXPONENT),
                           BAD, BAD },
    ROW(EXPONENT)      = { BAD, TO(EXPONENT_INT), TO(EXPONENT_INT), BAD, BAD,
                           TO(EXPONENT_SIGN), TO(EXPONENT_SIGN) },
    ROW(EXPONENT_SIGN) = { BAD, TO(EXPONENT_INT), TO(EXPONENT_INT), BAD, BAD,
                           BAD, BAD },
    ROW(EXPONENT_INT)  = { END, TO(EXPONENT_INT), TO(EXPONENT_INT), BAD, BAD,
                           BAD, BAD }
#undef ROW
#undef TO
};

export_assert_rows(export_json_numbers,
                   EXPORT_JSON_STATES - EXPORT_JSON_MINUS);


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
    json->mode = (u_char) mode;
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
            export_json_add_last_byte(json, &field->name);
            continue;
        }

        json->roots |= (uint32_t) 1 << i;

        for (n = 0; n < field->ntokens; n++) {
            export_json_add_last_byte(json, &field->token[n]);
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
    size_t         remaining, first;
    const u_char  *p;

    if (json->rc != EXPORT_OK || len == 0) {
        return json->rc;
    }

    p = data;

    json->base = data;
    json->end = data + len;
    export_json_set_last(json);

    /*
     * How many bytes the reader takes before the scanner may take over.  Where
     * the scanner has stopped, the next block is the reader's.  The reader
     * also takes whatever is too short for the scanner, and everything if
     * there is no scanner.
     */

    first = json->scan ? 0 : len;

    while (p && p < json->end) {
        remaining = (size_t) (json->end - p);

        if (remaining < first + EXPORT_JSON_SCAN_AHEAD) {
            first = remaining;
        }

        p = export_json_read_bytes(json, p, p + first);

        if (p && p < json->end) {
            /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): read whole */
            p = json->scan(json, p);
        }

        first = EXPORT_JSON_BLOCK;
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
 * over, or to the end of the feed.
 */

static const u_char *
export_json_read_bytes(export_json_t *json, const u_char *p,
    const u_char *enough)
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


/*
 * 1 if "c" is white space that may be inside a text.  A newline is none in
 * LINES, and shows a GUESS to be a TEXT.
 */

static int
export_json_is_space(export_json_t *json, u_char c)
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


/* The place is in front of the first record, or between two lines. */

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
        return export_json_begin_object(json, p);

    case '[':
        return export_json_begin_array(json, p);

    default:
        return export_json_fail(json, EXPORT_ERROR);
    }
}


/* a second object, on a line of its own, shows a GUESS to be LINES */

static const u_char *
export_json_begin_object(export_json_t *json, const u_char *p)
{
    if (!json->newline) {
        return export_json_fail(json, EXPORT_ERROR);
    }

    if (json->state == EXPORT_JSON_BETWEEN) {
        json->mode = EXPORT_JSON_LINES;
    }

    return export_json_value(json, p);
}


/* an array is no record: if it comes first, its elements are */

static const u_char *
export_json_begin_array(export_json_t *json, const u_char *p)
{
    if (json->state != EXPORT_JSON_BEGIN
        || (json->mode != EXPORT_JSON_TEXT && json->mode != EXPORT_JSON_GUESS))
    {
        return export_json_fail(json, EXPORT_ERROR);
    }

    json->mode = EXPORT_JSON_TEXT;

    return export_json_open_container(json, p);
}


/* Behind a TEXT only white space may come. */

static const u_char *
export_json_trailer(export_json_t *json, const u_char *p)
{
    return export_json_is_space(json, *p) ? p + 1
                                       : export_json_fail(json, EXPORT_ERROR);
}


/*
 * In front of the first text of a sequence, and behind each text.  A text is
 * whole, and RS may follow, if the byte before is a newline (RFC 7464, 2.4).
 */

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
    if (export_json_is_space(json, *p)) {
        return p + 1;
    }

    if (*p == '}' && json->state == EXPORT_JSON_FIRST_KEY) {
        return export_json_close_container(json, p);
    }

    if (*p != '"') {
        return export_json_fail(json, EXPORT_ERROR);
    }

    json->state = EXPORT_JSON_STRING;
    json->key = 1;
    json->room = EXPORT_MAX_VALUE;
    json->ntext = 0;
    json->over = 0;

    return p + 1;
}


static const u_char *
export_json_colon(export_json_t *json, const u_char *p)
{
    if (export_json_is_space(json, *p)) {
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
    if (json->depth && export_json_is_space(json, *p)) {
        return p + 1;
    }

    if (*p == ']' && json->state == EXPORT_JSON_FIRST_ITEM) {
        return export_json_close_container(json, p);
    }

    if (json->depth == json->top) {
        json->wanted = 0;
        json->into = json->roots;
        export_json_record_start(json, p);

    } else if (export_json_in_array(json)) {
        export_json_match_element(json);
    }

    return (*p == '{' || *p == '[') ? export_json_open_container(json, p)
                                    : export_json_scalar_start(json, p);
}


static const u_char *
export_json_after(export_json_t *json, const u_char *p)
{
    if (export_json_is_space(json, *p)) {
        return p + 1;
    }

    if (*p == ',') {
        json->state = export_json_in_array(json) ? EXPORT_JSON_VALUE
                                                 : EXPORT_JSON_KEY;
        return p + 1;
    }

    return export_json_close_container(json, p);
}


static const u_char *
export_json_open_container(export_json_t *json, const u_char *p)
{
    unsigned  array, records;

    if (json->depth >= json->limits.depth) {
        return export_json_fail(json, EXPORT_LIMIT);
    }

    array = (*p == '[');
    records = array && export_json_holds_records(json);

    json->ntext = 0;

    if (export_json_report_value(json, array ? EXPORT_VALUE_ARRAY
                                             : EXPORT_VALUE_OBJECT)
        != EXPORT_OK)
    {
        return NULL;
    }

    export_json_push(json, array);

    if (json->depth == 1 && array) {
        json->top = 1;
        return p + 1;
    }

    if (records) {
        return export_json_records_open(json, p + 1);
    }

    export_json_enter_pointers(json, array);

    return p + 1;
}


/* 1 if the value that comes next is the member that holds the records */

static unsigned
export_json_holds_records(const export_json_t *json)
{
    return json->top == 0 && (json->wanted & json->records)
           && json->mode == EXPORT_JSON_TEXT;
}


static void
export_json_push(export_json_t *json, unsigned array)
{
    unsigned  level;
    uint64_t  bit;

    level = json->depth++;
    bit = (uint64_t) 1 << (level % 64);

    if (array) {
        json->arrays[level / 64] |= bit;
        json->state = EXPORT_JSON_FIRST_ITEM;

    } else {
        json->arrays[level / 64] &= ~bit;
        json->state = EXPORT_JSON_FIRST_KEY;
    }

    json->seen[level] = 0;
}


/* Finds the pointers that go on in the container that was just opened. */

static void
export_json_enter_pointers(export_json_t *json, unsigned array)
{
    unsigned  level;

    level = export_json_level(json);

    if (level >= EXPORT_MAX_TOKENS) {
        return;
    }

    json->match[level] = json->into;
    json->index[level] = 0;

    if (array && json->into && json->indexed == 0) {
        json->indexed = json->depth;
    }
}


static const u_char *
export_json_close_container(export_json_t *json, const u_char *p)
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


/* "p" is behind the "[" of the array whose elements are the records */

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
                                 export_json_offset(json, p));

    return json->rc == EXPORT_OK ? p : NULL;
}


/*
 * Takes the "]" at "p" that ends the array of records.  The text around the
 * array has a record's limit again.
 */

static const u_char *
export_json_records_close(export_json_t *json, const u_char *p)
{
    export_json_outer_t  *outer;

    outer = &json->outer;

    json->rc = json->sink->group(json->sink->data, 0,
                                 export_json_offset(json, p));

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
export_json_scalar_start(export_json_t *json, const u_char *p)
{
    static const struct {
        u_char          c;              /* 0: any digit but "0" */
        unsigned char   state;
        unsigned char   type;
        const char     *literal;        /* the letters that must follow */
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
    json->literal = s->literal;
    json->key = 0;
    json->room = json->wanted ? EXPORT_MAX_VALUE : 0;
    json->ntext = 0;
    json->over = 0;

    if (s->type != EXPORT_VALUE_STRING) {
        export_json_text_add(json, p, 1);
    }

    return p + 1;
}


/* a value's last byte is the one before "p" */

static const u_char *
export_json_value_end(export_json_t *json, const u_char *p)
{
    json->state = EXPORT_JSON_AFTER;

    if (json->depth > json->top) {
        return p;
    }

    if (json->top == 0) {
        json->state = export_json_record_ends[json->mode];
    }

    return export_json_record_end(json, p) == EXPORT_OK ? p : NULL;
}


static const u_char *
export_json_string(export_json_t *json, const u_char *p)
{
    const u_char  *start;

    start = p;
    p = export_json_skip(p, json->last);

    export_json_text_add(json, start, (size_t) (p - start));

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

        return export_json_match_member(json) == EXPORT_OK ? p : NULL;
    }

    if (export_json_report_value(json, json->over ? EXPORT_VALUE_LONG
                                            : EXPORT_VALUE_STRING)
        != EXPORT_OK)
    {
        return NULL;
    }

    return export_json_value_end(json, p);
}


static const u_char *
export_json_lead(export_json_t *json, const u_char *p)
{
    if (export_utf8_lead(&json->utf8, *p) != EXPORT_OK) {
        return export_json_fail(json, EXPORT_ERROR);
    }

    json->state = EXPORT_JSON_TRAIL;
    export_json_text_add(json, p, 1);

    return p + 1;
}


static const u_char *
export_json_trail(export_json_t *json, const u_char *p)
{
    if (export_utf8_trail(&json->utf8, *p) != EXPORT_OK) {
        return export_json_fail(json, EXPORT_ERROR);
    }

    if (json->utf8.remaining == 0) {
        json->state = EXPORT_JSON_STRING;
    }

    export_json_text_add(json, p, 1);

    return p + 1;
}


/*
 * Behind a backslash.  If the backslash is that of a pair's second half, only
 * "u" may come.
 */

static const u_char *
export_json_escape(export_json_t *json, const u_char *p)
{
    u_char       c;
    const char  *s;

    static const char  from[] = "\"\\/bfnrt";
    static const char  to[] = "\"\\/\b\f\n\r\t";

    if (*p == 'u') {
        json->state = EXPORT_JSON_HEX;
        json->digits = 4;
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
    export_json_text_add(json, &c, 1);

    return p + 1;
}


static const u_char *
export_json_hex(export_json_t *json, const u_char *p)
{
    unsigned  c;

    c = (unsigned) *p | 0x20;

    if (*p >= '0' && *p <= '9') {
        json->code = json->code * 16 + *p - '0';

    } else if (c >= 'a' && c <= 'f') {
        json->code = json->code * 16 + c - 'a' + 10;

    } else {
        return export_json_fail(json, EXPORT_ERROR);
    }

    if (--json->digits) {
        return p + 1;
    }

    return export_json_code_end(json, p + 1);
}


/* an escape's last digit is the one before "p"; surrogates come in pairs */

static const u_char *
export_json_code_end(export_json_t *json, const u_char *p)
{
    unsigned  first;

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
        return p;
    }

    json->state = EXPORT_JSON_STRING;
    export_json_text_add_code(json, json->code);

    return p;
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

    export_json_text_add(json, p, 1);

    if (*++json->literal) {
        return p + 1;
    }

    if (json->type == EXPORT_VALUE_NULL) {
        json->ntext = 0;
    }

    if (export_json_report_value(json, json->type) != EXPORT_OK) {
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

    case BAD:
        return export_json_fail(json, EXPORT_ERROR);

    case END:
        if (json->ntext > EXPORT_JSON_MAX_NUMBER) {
            json->ntext = 0;
        }

        if (export_json_report_value(json, EXPORT_VALUE_NUMBER) != EXPORT_OK) {
            return NULL;
        }

        return export_json_value_end(json, p);

    default:
        json->state = next;
        export_json_text_add(json, p, 1);
        return p + 1;
    }
}

#undef BAD
#undef END


/*
 * Adds bytes to "text" as far as there is room.  If a value has more bytes,
 * only "over" tells so.  A name may be near to a wanted one however long it
 * is, so each full "text" of a name is folded into the name's core.
 */

static void
export_json_text_add(export_json_t *json, const u_char *p, size_t len)
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

        export_json_fold_name(json);
    }

    if (len > json->room - json->ntext) {
        len = json->room - json->ntext;
        json->over = 1;
    }

    memcpy(json->text + json->ntext, p, len);
    json->ntext += (unsigned) len;
}


/*
 * Adds the piece of a long name that is in "text" to the name's core, which
 * then is in "text", with "over" set, in front of the next piece.  A NUL
 * ends the core, since some take the NUL for the name's end.
 */

static void
export_json_fold_name(export_json_t *json)
{
    u_char         *p;
    size_t          len, tail;
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

    tail = export_json_cut_character(p, len);

    piece.data = p;
    piece.len = len - tail;

    p = memchr(piece.data, '\0', piece.len);

    if (p) {
        core.ended = 1;
        piece.len = (size_t) (p - piece.data);
    }

    export_field_core_add(&core, &piece);

    memmove(json->text + sizeof(core), piece.data + len - tail, tail);
    memcpy(json->text, &core, sizeof(core));
    json->ntext = (unsigned) (sizeof(core) + tail);
    json->over = 1;
}


/*
 * How many bytes at the end belong to a character that is not all there: its
 * first byte is among the last three.
 */

static size_t
export_json_cut_character(const u_char *p, size_t len)
{
    u_char  lead;
    size_t  tail;

    for (tail = 1; tail <= 3 && tail < len; tail++) {
        lead = p[len - tail];

        if (lead >= 0xc0) {
            return tail < export_utf8_len(lead) ? tail : 0;
        }
    }

    return 0;
}


static void
export_json_text_add_code(export_json_t *json, unsigned code)
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

    export_json_text_add(json, text, len);
}


/* tells the sink of the value in "text", if the value is a wanted one */

static int
export_json_report_value(export_json_t *json, export_value_e type)
{
    export_str_t  value;

    value.data = json->text;
    value.len = type == EXPORT_VALUE_LONG ? 0 : json->ntext;

    return export_json_events(json, json->wanted, type, &value);
}


/* The value that comes next belongs to no field. */

static uint32_t
export_json_want_nothing(export_json_t *json)
{
    json->wanted = 0;
    json->into = 0;

    return 0;
}


/* "text" is the name of a member of the innermost object */

static int
export_json_match_member(export_json_t *json)
{
    u_char        *nul;
    uint32_t       found;
    export_str_t   name;

    if (json->over) {
        return export_json_check_long_name(json);
    }

    /*
     * Some recipients take a NUL for the name's end, and "ip\u0000" for "ip".
     */

    nul = memchr(json->text, '\0', json->ntext);

    if (nul) {
        json->ntext = (unsigned) (nul - json->text);
    }

    found = export_json_match_text(json, json->plain);

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


/* a name that "text" cannot take is no wanted one, but may be near to one */

static int
export_json_check_long_name(export_json_t *json)
{
    export_str_t   name;
    export_core_t  core;

    export_json_fold_name(json);
    (void) export_json_want_nothing(json);

    memcpy(&core, json->text, sizeof(core));
    name = export_field_core_end(&core);

    if (export_json_near_core(json, &name)) {
        json->rc = EXPORT_ERROR;
        return EXPORT_ERROR;
    }

    return EXPORT_OK;
}


/* Pointers name an element of an array by its index, in decimal digits. */

static void
export_json_match_element(export_json_t *json)
{
    u_char    *p;
    uint32_t   n;
    unsigned   level;

    (void) export_json_want_nothing(json);
    level = export_json_level(json);

    if (level >= EXPORT_MAX_TOKENS || json->match[level] == 0) {
        return;
    }

    n = json->index[level]++;
    p = json->text + 10;                /* as many digits as 2^32 has */

    do {
        *--p = (u_char) ('0' + n % 10);
        n /= 10;
    } while (n);

    json->ntext = (unsigned) (json->text + 10 - p);
    memmove(json->text, p, json->ntext);

    (void) export_json_match_text(json, 0);
}


/*
 * Compares "text" with the names of "fields", and with the tokens of pointers
 * at this level.  Sets "wanted" to the fields whose value comes next, and
 * "into" to the pointers that go on inside of the value; returns both.
 */

static uint32_t
export_json_match_text(export_json_t *json, uint32_t fields)
{
    uint32_t               bit;
    unsigned               i, level;
    export_str_t           text;
    const export_str_t    *name;
    const export_field_t  *field;

    text.data = json->text;
    text.len = json->ntext;

    (void) export_json_want_nothing(json);
    level = export_json_level(json);

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


/*
 * Scanners look only at names that end with a byte in "ends".  An empty name
 * ends with the quote that opens it.
 */

static void
export_json_add_last_byte(export_json_t *json, const export_str_t *name)
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
