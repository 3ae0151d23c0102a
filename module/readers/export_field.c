
#include "export_field.h"
#include "export_utf8.h"


/* how comparing names treats a character */

typedef enum {
    EXPORT_LETTER_PLAIN = 0,
    EXPORT_LETTER_AROUND,           /* taken off at either end of a name */
    EXPORT_LETTER_NONE              /* taken off everywhere */
} export_letter_e;


static uint32_t export_field_place(const u_char *p, const u_char *last);
static int export_field_exact(const export_fields_t *fields,
    const export_str_t *name);
static void export_field_core_clear(export_core_t *core);
static unsigned export_field_core_drops(export_core_t *core, unsigned code,
    export_letter_e letter);
static void export_field_core_bracket(export_core_t *core, unsigned code,
    export_letter_e letter);
static void export_field_core_put(export_core_t *core, unsigned code,
    const u_char *p, size_t len);
static unsigned export_field_code(const export_str_t *name, size_t *i);
static export_letter_e export_field_letter(unsigned *code);
static export_letter_e export_field_ascii(unsigned *code);
static u_char export_field_fold(u_char c);
static int export_field_compile(export_field_t *field,
    const export_str_t *name);
static int export_field_unescape(export_str_t *token);
static int export_field_equal(const export_field_t *a,
    const export_field_t *b);


/*
 * Characters past ASCII that are treated otherwise than EXPORT_LETTER_PLAIN,
 * or compared as ASCII; in order.  Sources: Unicode's properties White_Space,
 * Cc and Default_Ignorable_Code_Point, its quotation marks, and
 * CaseFolding.txt.
 */

static const struct {
    unsigned         first;
    unsigned         last;
    export_letter_e  letter;
    u_char           ascii;         /* the ASCII that "first" is compared as,
                                       or 0 */
} export_field_letters[] = {
    { 0x80, 0xa0, EXPORT_LETTER_AROUND, 0 },        /* C1, no-break space */
    { 0xab, 0xab, EXPORT_LETTER_AROUND, 0 },
    { 0xad, 0xad, EXPORT_LETTER_NONE, 0 },          /* soft hyphen */
    { 0xbb, 0xbb, EXPORT_LETTER_AROUND, 0 },
    { 0x130, 0x130, EXPORT_LETTER_PLAIN, 'i' },
    { 0x131, 0x131, EXPORT_LETTER_PLAIN, 'i' },
    { 0x17f, 0x17f, EXPORT_LETTER_PLAIN, 's' },
    { 0x307, 0x307, EXPORT_LETTER_NONE, 0 },        /* part of U+0130 when
                                                       folded */
    { 0x34f, 0x34f, EXPORT_LETTER_NONE, 0 },
    { 0x61c, 0x61c, EXPORT_LETTER_NONE, 0 },
    { 0x115f, 0x1160, EXPORT_LETTER_NONE, 0 },      /* Hangul fillers */
    { 0x1680, 0x1680, EXPORT_LETTER_AROUND, 0 },
    { 0x17b4, 0x17b5, EXPORT_LETTER_NONE, 0 },
    { 0x180b, 0x180f, EXPORT_LETTER_NONE, 0 },
    { 0x2000, 0x200a, EXPORT_LETTER_AROUND, 0 },
    { 0x200b, 0x200f, EXPORT_LETTER_NONE, 0 },      /* zero width */
    { 0x2010, 0x2015, EXPORT_LETTER_PLAIN, 0 },     /* hyphens and dashes */
    { 0x2018, 0x201f, EXPORT_LETTER_AROUND, 0 },
    { 0x2028, 0x2029, EXPORT_LETTER_AROUND, 0 },
    { 0x202a, 0x202e, EXPORT_LETTER_NONE, 0 },
    { 0x202f, 0x202f, EXPORT_LETTER_AROUND, 0 },
    { 0x2039, 0x203a, EXPORT_LETTER_AROUND, 0 },
    { 0x205f, 0x205f, EXPORT_LETTER_AROUND, 0 },
    { 0x2060, 0x206f, EXPORT_LETTER_NONE, 0 },
    { 0x212a, 0x212a, EXPORT_LETTER_PLAIN, 'k' },   /* Kelvin */
    { 0x2800, 0x2800, EXPORT_LETTER_AROUND, 0 },    /* a blank of Braille */
    { 0x2e42, 0x2e42, EXPORT_LETTER_AROUND, 0 },
    { 0x3000, 0x3000, EXPORT_LETTER_AROUND, 0 },
    { 0x300c, 0x300f, EXPORT_LETTER_AROUND, 0 },
    { 0x301d, 0x301f, EXPORT_LETTER_AROUND, 0 },
    { 0x3164, 0x3164, EXPORT_LETTER_NONE, 0 },
    { 0xfe00, 0xfe0f, EXPORT_LETTER_NONE, 0 },      /* variation selectors */
    { 0xfe41, 0xfe44, EXPORT_LETTER_AROUND, 0 },
    { 0xfeff, 0xfeff, EXPORT_LETTER_NONE, 0 },      /* byte order mark */
    { 0xff01, 0xff5e, EXPORT_LETTER_PLAIN, '!' },   /* full width */
    { 0xff62, 0xff63, EXPORT_LETTER_AROUND, 0 },
    { 0xffa0, 0xffa0, EXPORT_LETTER_NONE, 0 },
    { 0xfff0, 0xfffb, EXPORT_LETTER_NONE, 0 },
    { 0x1bca0, 0x1bca3, EXPORT_LETTER_NONE, 0 },    /* shorthand format
                                                       controls */
    { 0x1d173, 0x1d17a, EXPORT_LETTER_NONE, 0 },
    { 0xe0000, 0xe0fff, EXPORT_LETTER_NONE, 0 }     /* tags, selectors */
};

#define EXPORT_LETTERS                                                        \
    (sizeof(export_field_letters) / sizeof(export_field_letters[0]))


int
export_field_add(export_fields_t *fields, const export_str_t *name)
{
    unsigned        i;
    export_field_t  field;

    if (export_field_compile(&field, name) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    for (i = 0; i < fields->n; i++) {
        if (export_field_equal(&fields->field[i], &field)) {
            return (int) i;
        }
    }

    if (i == EXPORT_MAX_FIELDS) {
        return EXPORT_ERROR;
    }

    fields->field[i] = field;
    fields->n++;

    return (int) i;
}


int
export_field_find(const export_fields_t *fields, const export_str_t *name)
{
    int                    found;
    u_char                 buf[EXPORT_MAX_NAME];
    unsigned               i;
    export_str_t           core;
    const export_field_t  *field;

    found = export_field_exact(fields, name);

    if (found >= 0) {
        return found;
    }

    core = export_field_core(name, buf);

    for (i = 0; i < fields->n; i++) {
        field = &fields->field[i];

        if (field->ntokens == 0 && export_field_near(&field->name, &core)) {
            return EXPORT_ERROR;
        }
    }

    return EXPORT_DECLINED;
}


int
export_field_nested(const export_fields_t *fields, const export_str_t *name,
    uint32_t *place)
{
    int            found;
    export_str_t   rest, item;
    const u_char  *p, *last;

    if (name->len == 0) {
        return EXPORT_DECLINED;
    }

    last = name->data + name->len;
    rest = *name;

    while ((p = memchr(rest.data, '[', rest.len)) != NULL) {
        item.data = (u_char *) p + 1;
        p = memchr(item.data, ']', (size_t) (last - item.data));

        if (p == NULL) {
            break;
        }

        item.len = (size_t) (p - item.data);
        found = export_field_find(fields, &item);

        if (found != EXPORT_DECLINED) {
            *place = export_field_place(name->data, item.data - 1);
            return found;
        }

        rest.data = (u_char *) p;
        rest.len = (size_t) (last - p);
    }

    return EXPORT_DECLINED;
}


/*
 * A hash is enough as an object's number: whoever can choose names that
 * collide could choose equal names as well.
 */

static uint32_t
export_field_place(const u_char *p, const u_char *last)
{
    u_char    before;
    uint32_t  place;

    before = 0;
    place = 2166136261u;                /* FNV-1a, 32 bits */

    for ( /* void */ ; p < last; p++) {

        if (*p == ']' && before == '[') {
            return EXPORT_PLACE_NEW;
        }

        place = (place ^ *p) * 16777619u;
        before = *p;
    }

    return place > EXPORT_PLACE_NEW ? place : EXPORT_PLACE_NEW + 1;
}


static int
export_field_exact(const export_fields_t *fields, const export_str_t *name)
{
    unsigned               i;
    const export_field_t  *field;

    for (i = 0; i < fields->n; i++) {
        field = &fields->field[i];

        if (field->ntokens == 0 && export_str_same(&field->name, name)) {
            return (int) i;
        }
    }

    return EXPORT_DECLINED;
}


int
export_field_compare(const export_str_t *wanted, const export_str_t *name)
{
    u_char        buf[EXPORT_MAX_NAME];
    export_str_t  core;

    if (export_str_same(wanted, name)) {
        return EXPORT_OK;
    }

    core = export_field_core(name, buf);

    return export_field_near(wanted, &core) ? EXPORT_ERROR : EXPORT_DECLINED;
}


int
export_field_near(const export_str_t *wanted, const export_str_t *core)
{
    size_t  i;

    if (core->len != wanted->len || core->len == 0) {
        return 0;
    }

    for (i = 0; i < core->len; i++) {
        if (core->data[i] != export_field_fold(wanted->data[i])) {
            return 0;
        }
    }

    return 1;
}


int
export_field_word(const export_str_t *name)
{
    size_t  i;
    u_char  c;

    for (i = 0; i < name->len; i++) {
        c = export_lower(name->data[i]);

        if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) {
            return 0;
        }
    }

    return 1;
}


export_str_t
export_field_core(const export_str_t *name, u_char *buf)
{
    export_str_t   whole;
    export_core_t  core;

    export_field_core_clear(&core);
    export_field_core_add(&core, name);
    whole = export_field_core_end(&core);

    memcpy(buf, whole.data, whole.len);
    whole.data = buf;

    return whole;
}


static void
export_field_core_clear(export_core_t *core)
{
    core->n = core->last = core->index = core->inner = 0;
    core->closed = core->around = core->cut = 0;
}


void
export_field_core_add(export_core_t *core, const export_str_t *piece)
{
    size_t            i, at;
    unsigned          code;
    export_letter_e   letter;

    for (i = 0; i < piece->len; /* void */ ) {
        at = i;
        code = export_field_code(piece, &i);
        letter = export_field_letter(&code);

        if (export_field_core_drops(core, code, letter)) {
            continue;
        }

        export_field_core_bracket(core, code, letter);
        export_field_core_put(core, code, piece->data + at, i - at);

        if (letter == EXPORT_LETTER_PLAIN) {
            core->last = core->n;
        }
    }
}


/* 1 if a character is no part of the core, whatever comes behind it */

static unsigned
export_field_core_drops(export_core_t *core, unsigned code,
    export_letter_e letter)
{
    if (code == ';' || code == '&') {
        core->cut = 1;
        return 1;
    }

    if (letter == EXPORT_LETTER_NONE
        || (core->n == 0 && letter != EXPORT_LETTER_PLAIN))
    {
        return 1;
    }

    if (core->cut) {

        if (letter != EXPORT_LETTER_PLAIN) {
            return 1;
        }

        export_field_core_clear(core);
    }

    if (core->n == 0 && code == '[') {
        core->around = 1;
        return 1;
    }

    return 0;
}


/* Notes the brackets that may be taken off at the end of the name. */

static void
export_field_core_bracket(export_core_t *core, unsigned code,
    export_letter_e letter)
{
    if (code == ']' && !core->closed) {
        core->inner = core->last;
        core->closed = 1;

    } else if (code == '[' && core->index == 0) {
        core->index = core->closed ? core->inner : core->last;
        core->closed = 0;

    } else if (code != ']' && letter == EXPORT_LETTER_PLAIN) {
        core->closed = 0;
    }
}


/*
 * Adds a character to the core: ASCII as "code", any other as its "len" bytes
 * at "p", unchanged.
 */

static void
export_field_core_put(export_core_t *core, unsigned code, const u_char *p,
    size_t len)
{
    u_char  c;

    if (code < 0x80) {
        c = (u_char) code;
        p = &c;
        len = 1;
    }

    if (core->n + len <= EXPORT_MAX_NAME) {
        memcpy(core->text + core->n, p, len);
    }

    core->n += len;
}


export_str_t
export_field_core_end(const export_core_t *core)
{
    size_t        last;
    export_str_t  whole;

    last = core->last;

    if (core->closed && (core->index || core->around)) {
        last = core->index ? core->index : core->inner;

    } else if (core->index && last > EXPORT_MAX_NAME) {
        last = core->index;
    }

    whole.data = (u_char *) core->text;
    whole.len = last <= EXPORT_MAX_NAME ? last : 0;

    return whole;
}


/*
 * Reads the character at *i and moves *i behind it.  Bytes that are no UTF-8
 * are read as Latin-1, as parsers do that do not know UTF-8.
 */

static unsigned
export_field_code(const export_str_t *name, size_t *i)
{
    size_t    n;
    unsigned  code;

    n = export_utf8_code(name->data + *i, name->len - *i, &code);

    if (n == 0) {
        code = name->data[*i];
        n = 1;
    }

    *i += n;

    return code;
}


/*
 * How a character of a name is treated; *code becomes what it is compared as.
 */

static export_letter_e
export_field_letter(unsigned *code)
{
    unsigned  i, c;

    c = *code;

    if (c < 0x80) {
        return export_field_ascii(code);
    }

    for (i = 0; i < EXPORT_LETTERS && c >= export_field_letters[i].first; i++)
    {
        if (c > export_field_letters[i].last) {
            continue;
        }

        *code = '_';

        if (export_field_letters[i].ascii) {
            *code = c - export_field_letters[i].first
                    + export_field_letters[i].ascii;

            return export_field_ascii(code);
        }

        return export_field_letters[i].letter;
    }

    return EXPORT_LETTER_PLAIN;
}


static export_letter_e
export_field_ascii(unsigned *code)
{
    unsigned  c;

    c = *code;
    *code = export_field_fold((u_char) c);

    return (c < ' ' || (c < '0' && memchr(" \"'+,#", (int) c, 6)))
           ? EXPORT_LETTER_AROUND : EXPORT_LETTER_PLAIN;
}


static u_char
export_field_fold(u_char c)
{
    return (c == ' ' || c == '\t' || c == '-' || c == '.') ? '_'
                                                          : export_lower(c);
}


export_spelt_e
export_field_spelt(const export_str_t *wanted, const export_str_t *name)
{
    size_t  i;

    if (memcmp(wanted->data, name->data, name->len) == 0) {
        return EXPORT_SPELT_SAME;
    }

    for (i = 0; i < name->len; i++) {
        if (name->data[i] >= 'a' && name->data[i] <= 'z') {
            return EXPORT_SPELT_OTHER;
        }
    }

    return EXPORT_SPELT_UPPER;
}


int
export_field_meet(export_met_t *met, uint32_t fields, export_spelt_e spelt)
{
    uint32_t  again, same, first;

    again = met->seen & fields;
    first = fields & ~again;

    same = spelt == EXPORT_SPELT_UPPER ? met->upper
           : spelt == EXPORT_SPELT_OTHER ? met->other
           : ~(met->upper | met->other);

    if (again & (same | (met->upper & met->other))) {
        return EXPORT_ERROR;
    }

    met->seen |= fields;
    met->upper |= again | (spelt == EXPORT_SPELT_UPPER ? first : 0);
    met->other |= again | (spelt == EXPORT_SPELT_OTHER ? first : 0);

    return EXPORT_OK;
}


static int
export_field_compile(export_field_t *field, const export_str_t *name)
{
    size_t         i;
    export_str_t  *token;

    if (name->len == 0 || name->len > EXPORT_MAX_NAME) {
        return EXPORT_ERROR;
    }

    field->name = *name;
    field->ntokens = 0;

    if (name->data[0] != '/') {
        return EXPORT_OK;
    }

    token = NULL;

    for (i = 0; i < name->len; i++) {

        if (name->data[i] != '/') {
            token->len++;
            continue;
        }

        if (field->ntokens == EXPORT_MAX_TOKENS) {
            return EXPORT_ERROR;
        }

        token = &field->token[field->ntokens++];
        token->len = 0;
        token->data = name->data + i + 1;
    }

    for (i = 0; i < field->ntokens; i++) {
        if (export_field_unescape(&field->token[i]) != EXPORT_OK) {
            return EXPORT_ERROR;
        }
    }

    return EXPORT_OK;
}


/* RFC 6901, section 4: "~1" is "/", "~0" is "~", no other "~" may occur */

static int
export_field_unescape(export_str_t *token)
{
    size_t   i;
    u_char  *p;

    p = token->data;

    for (i = 0; i < token->len; i++) {

        if (token->data[i] != '~') {
            *p++ = token->data[i];
            continue;
        }

        if (++i == token->len
            || (token->data[i] != '0' && token->data[i] != '1'))
        {
            return EXPORT_ERROR;
        }

        *p++ = token->data[i] == '0' ? '~' : '/';
    }

    token->len = (size_t) (p - token->data);

    return EXPORT_OK;
}


/*
 * Pointers are compared by their tokens, since unescaping has changed their
 * names.
 */

static int
export_field_equal(const export_field_t *a, const export_field_t *b)
{
    unsigned             i, n;
    const export_str_t  *s, *t;

    if (a->ntokens != b->ntokens) {
        return 0;
    }

    n = a->ntokens ? a->ntokens : 1;
    s = a->ntokens ? a->token : &a->name;
    t = b->ntokens ? b->token : &b->name;

    for (i = 0; i < n; i++) {
        if (!export_str_same(&s[i], &t[i])) {
            return 0;
        }
    }

    return 1;
}
