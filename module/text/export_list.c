
#include "export_list.h"


static export_str_t export_list_cut(export_str_t *rest, size_t len);
static size_t export_list_quoted(const export_str_t *s, size_t i);
static export_str_t export_list_unquote(export_str_t s);


#define export_list_space(c)  ((c) == ' ' || (c) == '\t')


int
export_list_next(export_str_t *rest, export_str_t *item)
{
    u_char  *p, *end, *last;

    p = rest->data;
    last = p + rest->len;

    while (p < last && (*p == ',' || export_list_space(*p))) {
        p++;
    }

    end = p < last ? memchr(p, ',', (size_t) (last - p)) : NULL;
    end = end ? end : last;

    rest->data = end;
    rest->len = (size_t) (last - end);

    while (end > p && export_list_space(end[-1])) {
        end--;
    }

    item->data = p;
    item->len = (size_t) (end - p);

    return item->len ? EXPORT_OK : EXPORT_DONE;
}


int
export_list_next_token(export_str_t *rest, export_str_t *item,
    unsigned *open)
{
    u_char  last;
    size_t  i, end, quote;

    while (rest->len) {

        last = '=';
        end = rest->len;

        for (i = 0; i < rest->len && rest->data[i] != ','; i++) {

            if (rest->data[i] == ';' && end == rest->len) {
                end = i;
            }

            if (rest->data[i] != '"' || *open) {
                last = export_list_space(rest->data[i]) ? last
                                                        : rest->data[i];
                continue;
            }

            /* a string is an item or a parameter's value, and nothing else */

            quote = last == '=' ? export_list_quoted(rest, i) : rest->len;

            if (quote < rest->len) {
                i = quote;
                last = '"';
                continue;
            }

            *open = 1;
        }

        *item = export_list_cut(rest, i);
        item->len = end < i ? end : i;
        *item = export_list_unquote(export_str_trim(*item));

        if (item->len) {
            return EXPORT_OK;
        }
    }

    return EXPORT_DONE;
}


int
export_list_next_arg(export_str_t *rest, export_str_t *name,
    export_str_t *value)
{
    const u_char  *p;

    while (rest->len) {
        p = memchr(rest->data, '&', rest->len);

        *name = export_list_cut(rest, p ? (size_t) (p - rest->data)
                                        : rest->len);
        if (name->len == 0) {
            continue;
        }

        value->len = 0;
        value->data = name->data + name->len;

        p = memchr(name->data, '=', name->len);

        if (p) {
            value->len = (size_t) (value->data - p) - 1;
            value->data -= value->len;
            name->len = (size_t) (p - name->data);
        }

        return EXPORT_OK;
    }

    return EXPORT_DONE;
}


export_str_t
export_list_decode(const export_str_t *s, u_char *buf)
{
    int            high, low;
    size_t         i;
    u_char        *p;
    export_str_t   decoded;

    p = buf;

    for (i = 0; i < s->len; i++) {

        *p = s->data[i];

        if (*p == '+') {
            *p = ' ';

        } else if (*p == '%' && s->len - i > 2) {
            high = export_hex(s->data[i + 1]);
            low = export_hex(s->data[i + 2]);

            if (high >= 0 && low >= 0) {
                *p = (u_char) (high << 4 | low);
                i += 2;
            }
        }

        p++;
    }

    decoded.len = (size_t) (p - buf);
    decoded.data = buf;

    return decoded;
}


/* takes len bytes and the separator after them off the front */

static export_str_t
export_list_cut(export_str_t *rest, size_t len)
{
    export_str_t  front;

    front.len = len;
    front.data = rest->data;

    if (len < rest->len) {
        len++;
    }

    rest->data += len;
    rest->len -= len;

    return front;
}


/* the closing quote of the string that opens at i, or the end if none */

static size_t
export_list_quoted(const export_str_t *s, size_t i)
{
    for (i++; i < s->len && s->data[i] != '"'; i++) {
        if (s->data[i] == '\\' && i + 1 < s->len) {
            i++;
        }
    }

    return i;
}


static export_str_t
export_list_unquote(export_str_t s)
{
    if (s.len < 2 || s.data[0] != '"' || s.data[s.len - 1] != '"') {
        return s;
    }

    s.data++;
    s.len -= 2;

    return export_str_trim(s);
}
