
#include "export_form.h"


static int export_form_end(export_form_t *form);
static unsigned export_form_is_bytewise(const export_form_t *form);
static int export_form_byte(export_form_t *form, u_char c);
static int export_form_head(export_form_t *form, u_char c);
static int export_form_raw_byte(export_form_t *form, u_char c);
static int export_form_looks(export_form_t *form, export_looks_e looks);
static unsigned export_form_inside(const export_form_t *form);
static int export_form_escape(export_form_t *form, u_char c);
static int export_form_text(export_form_t *form, u_char c);
static size_t export_form_take_plain(export_form_t *form, const u_char *p,
    size_t len);
static size_t export_form_skip(const export_form_t *form, const u_char *p,
    size_t len);
static int export_form_other_byte(export_form_t *form, u_char c);
static int export_form_other_begin(export_form_t *form, u_char c);
static int export_form_json_put(export_form_t *form, u_char c);
static int export_form_json(export_form_t *form, u_char c);
static int export_form_inner(export_form_t *form, unsigned valued);
static int export_form_name(export_form_t *form);
static int export_form_wanted(export_form_t *form, const export_str_t *name);
static unsigned export_form_odd_name(const export_str_t *name);
static unsigned export_form_odd_start(const u_char *p, const u_char *last);
static int export_form_pair(export_form_t *form);
static int export_form_value(export_form_t *form);


/* printable ASCII, but for "%", "&", "+", ";" and "=" */

static const u_char  export_form_plain[256] = {
    [' ' ... '$'] = 1, ['\'' ... '*'] = 1, [',' ... ':'] = 1, ['<'] = 1,
    ['>' ... '~'] = 1
};


/* the bytes of a word in the sense of export_sniff.h */

static const u_char  export_form_word[256] = {
    ['-' ... '.'] = 1, ['0' ... '9'] = 1, ['A' ... 'Z'] = 1, ['_'] = 1,
    ['a' ... 'z'] = 1
};


static const u_char  export_form_blank[256] = {
    ['\t'] = 1, ['\n'] = 1, ['\r'] = 1, [' '] = 1
};


/* the format that a body looks like whose first byte is one of these */

static const u_char  export_form_heads[256] = {
    ['{'] = EXPORT_LOOKS_JSON, ['['] = EXPORT_LOOKS_JSON,
    ['"'] = EXPORT_LOOKS_JSON, ['<'] = EXPORT_LOOKS_XML,
    [0x1e] = EXPORT_LOOKS_SEQ
};


/*
 * In JSON, the first half of "text" holds JSON for the reader, and the second
 * half names inside the JSON.
 */

#define EXPORT_FORM_HALF  (EXPORT_MAX_VALUE / 2)


void
export_form_init(export_form_t *form, const export_fields_t *fields,
    const export_sink_t *sink, const export_limits_t *limits,
    const export_form_json_t *json, u_char *text)
{
    memset(form, 0, sizeof(export_form_t));

    form->fields = fields;
    form->sink = sink;
    form->json = json;
    form->text = text;
    form->limit = limits->record;
    form->rc = EXPORT_OK;
}


void
export_form_where(export_form_t *form, export_where_t *where)
{
    form->where = where;
}


int
export_form_feed(export_form_t *form, const u_char *p, size_t len)
{
    int            rc;
    size_t         n;
    const u_char  *last;

    rc = form->rc;

    for (last = p + len; p < last && rc == EXPORT_OK; p += n) {

        if (form->offset == form->limit) {
            rc = EXPORT_LIMIT;
            break;
        }

        n = export_form_take_plain(form, p, (size_t) (last - p));

        if (n == 0) {
            rc = export_form_byte(form, *p);
            n = 1;
        }

        form->offset += n;
    }

    form->rc = rc;

    return rc;
}


int
export_form_finish(export_form_t *form)
{
    if (form->rc == EXPORT_OK) {
        form->rc = export_form_end(form);
    }

    return form->rc;
}


static int
export_form_end(export_form_t *form)
{
    int  rc;

    if (form->escape) {
        return EXPORT_ERROR;
    }

    rc = export_form_pair(form);

    if (rc != EXPORT_OK) {
        return rc;
    }

    return form->sink->record(form->sink->data, 0, form->offset);
}


/* Takes bytes that stand for themselves, and returns their number. */

static size_t
export_form_take_plain(export_form_t *form, const u_char *p, size_t len)
{
    size_t  n, room;

    if (export_form_is_bytewise(form)) {
        return 0;
    }

    if (len > form->limit - form->offset) {
        len = (size_t) (form->limit - form->offset);
    }

    for (n = 0; n < len && export_form_plain[p[n]]; n++) { /* void */ }

    if (form->value && form->field < 0) {
        return export_form_skip(form, p, n);
    }

    if (form->len < EXPORT_MAX_VALUE) {
        room = EXPORT_MAX_VALUE - form->len;
        memcpy(form->text + form->len, p, n < room ? n : room);
    }

    form->len += n;

    return n;
}


/* 1 if even a plain byte has to be looked at alone */

static unsigned
export_form_is_bytewise(const export_form_t *form)
{
    return form->escape || form->utf8.remaining || form->blank || form->open
           || !form->begun || form->line;
}


/*
 * The number of bytes, in a value without a wanted name, that the sniffer
 * would make nothing of.
 */

static size_t
export_form_skip(const export_form_t *form, const u_char *p, size_t len)
{
    size_t  n;

    if (form->json == NULL || form->sniff.state == EXPORT_SNIFF_PROSE) {
        return len;
    }

    if (form->sniff.state != EXPORT_SNIFF_WORD) {
        return 0;
    }

    for (n = 0; n < len && export_form_word[p[n]]; n++) { /* void */ }

    return n;
}


static int
export_form_byte(export_form_t *form, u_char c)
{
    if (form->escape) {
        return export_form_escape(form, c);
    }

    if (export_form_raw_byte(form, c) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    if (export_form_inside(form)) {
        return export_form_json(form, c);
    }

    switch (c) {

    case '%':
        form->escape = 2;
        return EXPORT_OK;

    case '&':
        return export_form_pair(form);

    case '+':
        return export_form_text(form, ' ');

    case '=':
        return form->value ? export_form_text(form, '=')
                           : export_form_name(form);

    case ';':
        form->semicolon = 1;
        break;
    }

    return export_form_text(form, c);
}


/* Finds bytes that every encoder would have encoded. */

static int
export_form_raw_byte(export_form_t *form, u_char c)
{
    if (!form->begun) {
        return export_form_head(form, c);
    }

    if (c == '\r' || c == '\n') {
        form->line = form->line
                     || (!form->blank && !export_form_inside(form));
        return EXPORT_OK;
    }

    return form->line ? export_form_looks(form, EXPORT_LOOKS_CSV) : EXPORT_OK;
}


/*
 * Takes one of the blanks that the body begins with, or the first byte behind
 * them.
 */

static int
export_form_head(export_form_t *form, u_char c)
{
    if (export_form_blank[c]) {
        form->line = form->line || c == '\r' || c == '\n';
        return EXPORT_OK;
    }

    form->begun = 1;

    if (export_form_heads[c]) {
        return export_form_looks(form, export_form_heads[c]);
    }

    return form->line ? export_form_looks(form, EXPORT_LOOKS_CSV) : EXPORT_OK;
}


static int
export_form_looks(export_form_t *form, export_looks_e looks)
{
    form->looks = looks;

    return EXPORT_ERROR;
}


/* 1 inside of JSON that was not encoded, up to the bracket that closes it */

static unsigned
export_form_inside(const export_form_t *form)
{
    return form->raw && form->sniff.depth;
}


/*
 * Takes a byte of JSON that was not encoded.  "&", ";" and "=" are data here,
 * but some recipients take what is behind a separator for a pair's name.
 */

static int
export_form_json(export_form_t *form, u_char c)
{
    int  rc;

    switch (c) {

    case '%':
        form->escape = 2;
        return EXPORT_OK;

    case '&':
    case ';':
    case '=':
        if (export_form_inner(form, c == '=') != EXPORT_OK) {
            return EXPORT_ERROR;
        }

        rc = export_form_text(form, c);

        form->inner = (c != '=');
        form->inner_len = 0;

        return rc;

    case '+':
        c = ' ';
    }

    return export_form_text(form, c);
}


/*
 * Ends a name inside of raw JSON that some recipients take for a pair's.  A
 * name longer than the buffer is malformed only with a value behind it
 * ("valued"): prose is as long as it likes.
 */

static int
export_form_inner(export_form_t *form, unsigned valued)
{
    export_str_t  name;

    if (!form->inner) {
        return EXPORT_OK;
    }

    form->inner = 0;

    name.data = form->text + EXPORT_FORM_HALF;
    name.len = form->inner_len;

    if (name.len > EXPORT_FORM_HALF) {
        return valued ? EXPORT_ERROR : EXPORT_OK;
    }

    return export_form_wanted(form, &name) == EXPORT_DECLINED ? EXPORT_OK
                                                              : EXPORT_ERROR;
}


static int
export_form_escape(export_form_t *form, u_char c)
{
    int  rc, digit;

    digit = export_hex(c);

    if (digit < 0) {
        return EXPORT_ERROR;
    }

    if (--form->escape) {
        form->digit = (u_char) digit;
        return EXPORT_OK;
    }

    c = (u_char) (form->digit << 4 | digit);

    /*
     * A recipient that does not decode the JSON would end a string elsewhere.
     */

    if (export_form_inside(form) && (c == '"' || c == '\\')) {
        return EXPORT_ERROR;
    }

    form->coded = 1;
    rc = export_form_text(form, c);
    form->coded = 0;

    return rc;
}


/* Takes one decoded byte of a name or a value. */

static int
export_form_text(export_form_t *form, u_char c)
{
    if (c == '\0' || export_utf8_byte(&form->utf8, c) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    if (form->value && form->field < 0) {
        return export_form_other_byte(form, c);
    }

    if (form->len < EXPORT_MAX_VALUE) {
        form->text[form->len] = c;
    }

    form->len++;

    return EXPORT_OK;
}


/*
 * Takes a byte of a value that no rule looks at.  The value may be JSON all
 * the same.
 */

static int
export_form_other_byte(export_form_t *form, u_char c)
{
    int  rc;

    if (form->json == NULL) {
        return EXPORT_OK;
    }

    export_sniff(&form->sniff, &c, 1);

    if (form->blank) {

        if (export_form_blank[c]) {
            return EXPORT_OK;
        }

        rc = export_form_other_begin(form, c);

        if (rc != EXPORT_OK) {
            return rc;
        }
    }

    if (!form->open) {
        return form->sniff.member ? EXPORT_ERROR : EXPORT_OK;
    }

    return export_form_json_put(form, c);
}


/* Takes the first byte, blanks aside, of a value that no rule looks at. */

static int
export_form_other_begin(export_form_t *form, u_char c)
{
    form->blank = 0;

    if (c != '{' && c != '[') {
        return EXPORT_OK;
    }

    form->open = 1;
    form->raw = !form->coded;

    return form->json->begin(form->json->data);
}


/*
 * Keeps a byte of JSON for the JSON reader, which is given half a buffer at a
 * time.  Behind a separator the byte is also kept for the name that it may
 * belong to.
 */

static int
export_form_json_put(export_form_t *form, u_char c)
{
    if (form->inner) {

        if (form->inner_len < EXPORT_FORM_HALF) {
            form->text[EXPORT_FORM_HALF + form->inner_len] = c;
        }

        form->inner_len++;
    }

    form->text[form->len++] = c;

    if (form->len < EXPORT_FORM_HALF) {
        return EXPORT_OK;
    }

    form->len = 0;

    return form->json->text(form->json->data, form->text, EXPORT_FORM_HALF);
}


/* Ends a pair's name, and finds out whether it is a wanted one. */

static int
export_form_name(export_form_t *form)
{
    export_str_t         name;
    const export_str_t  *wanted;

    if (form->utf8.remaining) {
        return EXPORT_ERROR;
    }

    name.len = form->len;
    name.data = form->text;

    if (export_form_odd_name(&name)) {
        return export_form_looks(form, EXPORT_LOOKS_JSON);
    }

    if (memchr(name.data, '\n', name.len < EXPORT_MAX_VALUE
                                ? name.len : EXPORT_MAX_VALUE))
    {
        return export_form_looks(form, EXPORT_LOOKS_CSV);
    }

    if (name.len > EXPORT_MAX_VALUE) {
        return EXPORT_ERROR;
    }

    form->field = export_form_wanted(form, &name);
    form->named = name.len;
    form->value = 1;
    form->len = 0;

    memset(&form->sniff, 0, sizeof(export_sniff_t));

    if (form->field < 0) {
        form->blank = form->json != NULL;
        return form->field == EXPORT_ERROR ? EXPORT_ERROR : EXPORT_OK;
    }

    wanted = &form->fields->field[form->field].name;

    if (name.len != wanted->len) {
        return EXPORT_OK;
    }

    return export_field_meet(&form->met, (uint32_t) 1 << form->field,
                             export_field_spelt(wanted, &name));
}


static int
export_form_wanted(export_form_t *form, const export_str_t *name)
{
    int  field;

    form->place = EXPORT_PLACE_TOP;
    field = export_field_find(form->fields, name);

    if (field == EXPORT_DECLINED) {
        field = export_field_nested(form->fields, name, &form->place);
    }

    return field;
}


/*
 * 1 if to a parser of JSON the name is a whole text, or may be one together
 * with the part of the name that the buffer does not hold.
 */

static unsigned
export_form_odd_name(const export_str_t *name)
{
    const u_char    *p, *last;
    export_sniff_t   sniff;

    p = name->data;
    last = p + (name->len < EXPORT_MAX_VALUE ? name->len : EXPORT_MAX_VALUE);

    memset(&sniff, 0, sizeof(export_sniff_t));
    export_sniff(&sniff, p, (size_t) (last - p));

    if (sniff.member || (name->len > EXPORT_MAX_VALUE
                         && sniff.state != EXPORT_SNIFF_PROSE
                         && sniff.state != EXPORT_SNIFF_WORD))
    {
        return 1;
    }

    return export_form_odd_start(p, last);
}


/* 1 if the text begins, after blanks, with "{" or a byte order mark */

static unsigned
export_form_odd_start(const u_char *p, const u_char *last)
{
    static const export_str_t  mark = export_string("\xef\xbb\xbf");

    while (p < last && *p <= ' ') {
        p++;
    }

    return (p < last && *p == '{')
           || ((size_t) (last - p) >= mark.len
               && memcmp(p, mark.data, mark.len) == 0);
}


static int
export_form_pair(export_form_t *form)
{
    int  rc;

    if (form->pairs++ == EXPORT_FORM_MAX_PAIRS) {
        return EXPORT_LIMIT;
    }

    if (!form->value) {

        if (form->len == 0) {
            return EXPORT_OK;
        }

        rc = export_form_name(form);

        if (rc != EXPORT_OK) {
            return rc;
        }
    }

    if (form->utf8.remaining || export_form_inner(form, 0) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    rc = export_form_value(form);

    form->value = 0;
    form->blank = 0;
    form->open = 0;
    form->raw = 0;
    form->len = 0;

    return rc;
}


static int
export_form_value(export_form_t *form)
{
    int           rc;
    export_str_t  value;

    if (form->open) {
        rc = form->json->text(form->json->data, form->text, form->len);

        return rc == EXPORT_OK ? form->json->end(form->json->data) : rc;
    }

    if (form->field < 0) {
        return EXPORT_OK;
    }

    value.len = form->len <= EXPORT_MAX_VALUE ? form->len : 0;
    value.data = form->text;

    if (form->where) {
        form->where->place = form->place;
    }

    return form->sink->field(form->sink->data, (unsigned) form->field,
                             form->len <= EXPORT_MAX_VALUE
                             ? EXPORT_VALUE_STRING : EXPORT_VALUE_LONG,
                             &value);
}
