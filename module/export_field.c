
#include "export_field.h"


#define EXPORT_UTF8_ASCII  0x8080808080808080ull    /* none of these bits */


static int export_field_exact(const export_fields_t *fields,
    const export_str_t *name);
static export_str_t export_field_near(const export_str_t *name);
static int export_field_compile(export_field_t *field,
    const export_str_t *name);
static int export_field_unescape(export_str_t *token);
static int export_field_equal(const export_field_t *a,
    const export_field_t *b);
static int export_utf8_lead(export_utf8_t *utf8, u_char c);
static size_t export_utf8_ascii(const u_char *p, size_t len);


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
    unsigned               i;
    export_str_t           near;
    const export_field_t  *field;

    found = export_field_exact(fields, name);

    if (found >= 0) {
        return found;
    }

    near = export_field_near(name);

    for (i = 0; i < fields->n; i++) {
        field = &fields->field[i];

        if (field->ntokens == 0 && export_str_same(&field->name, &near)) {
            return EXPORT_ERROR;
        }
    }

    return EXPORT_DECLINED;
}


int
export_field_nested(const export_fields_t *fields, const export_str_t *name)
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
        found = export_field_exact(fields, &item);

        if (found >= 0) {
            return found;
        }

        rest.data = (u_char *) p;
        rest.len = (size_t) (last - p);
    }

    return EXPORT_DECLINED;
}


static int
export_field_exact(const export_fields_t *fields, const export_str_t *name)
{
    unsigned               i;
    const export_field_t  *field;

    for (i = 0; i < fields->n; i++) {
        field = &fields->field[i];

        if (field->ntokens == 0
            && field->name.len == name->len
            && memcmp(field->name.data, name->data, name->len) == 0)
        {
            return (int) i;
        }
    }

    return EXPORT_DECLINED;
}


/* what is left of a name if blanks around it and an index are taken off */

static export_str_t
export_field_near(const export_str_t *name)
{
    u_char        *bracket;
    export_str_t   near;

    near = export_str_trim(*name);

    if (near.len && near.data[near.len - 1] == ']') {
        bracket = memchr(near.data, '[', near.len);

        if (bracket) {
            near.len = (size_t) (bracket - near.data);
            near = export_str_trim(near);
        }
    }

    return near;
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


/* a pointer's name is no longer what was configured once it is unescaped */

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
        if (s[i].len != t[i].len
            || memcmp(s[i].data, t[i].data, s[i].len) != 0)
        {
            return 0;
        }
    }

    return 1;
}


size_t
export_utf8(export_utf8_t *utf8, const u_char *p, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {

        if (utf8->left) {

            if (p[i] < utf8->low || p[i] > utf8->high) {
                return i;
            }

            utf8->low = 0x80;
            utf8->high = 0xbf;
            utf8->left--;

            continue;
        }

        i += export_utf8_ascii(p + i, len - i);

        if (i == len) {
            break;
        }

        if (export_utf8_lead(utf8, p[i]) != EXPORT_OK) {
            return i;
        }
    }

    return len;
}


static int
export_utf8_lead(export_utf8_t *utf8, u_char c)
{
    if (c < 0xc2 || c > 0xf4) {
        return EXPORT_ERROR;
    }

    utf8->left = (u_char) (1 + (c >= 0xe0) + (c >= 0xf0));

    /* no overlong forms, no surrogates, nothing past U+10FFFF */

    utf8->low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
    utf8->high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;

    return EXPORT_OK;
}


/* the number of ASCII bytes in front */

static size_t
export_utf8_ascii(const u_char *p, size_t len)
{
    size_t    i;
    uint64_t  word;

    for (i = 0; i + 8 <= len; i += 8) {

        memcpy(&word, p + i, 8);

        if (word & EXPORT_UTF8_ASCII) {
            break;
        }
    }

    while (i < len && p[i] < 0x80) {
        i++;
    }

    return i;
}
