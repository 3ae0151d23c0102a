
#include "export_list.h"


static size_t export_list_find_comma(const export_str_t *list, size_t *len,
    unsigned *open);
static export_str_t export_list_cut(export_str_t *rest, size_t len);
static size_t export_list_find_quote(const export_str_t *s, size_t i);
static export_str_t export_list_unquote(export_str_t s);


#define export_list_is_space(c)  ((c) == ' ' || (c) == '\t')


int
export_list_next(export_str_t *rest, export_str_t *item)
{
    u_char  *p, *end, *last;

    p = rest->data;
    last = p + rest->len;

    while (p < last && (*p == ',' || export_list_is_space(*p))) {
        p++;
    }

    end = p < last ? memchr(p, ',', (size_t) (last - p)) : NULL;
    end = end ? end : last;

    rest->data = end;
    rest->len = (size_t) (last - end);

    while (end > p && export_list_is_space(end[-1])) {
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
    size_t  end, len;

    while (rest->len) {
        end = export_list_find_comma(rest, &len, open);

        *item = export_list_cut(rest, end);
        item->len = len < end ? len : end;
        *item = export_list_unquote(export_str_trim(*item));

        if (item->len) {
            return EXPORT_OK;
        }
    }

    return EXPORT_DONE;
}


/*
 * Where the first item of a list ends: at a comma outside of quotes, or at the
 * end of the list.  *len is where the item's parameters begin, and past its
 * end if the item has none.
 */

static size_t
export_list_find_comma(const export_str_t *list, size_t *len, unsigned *open)
{
    u_char  c, last;
    size_t  i, quote;

    last = '=';
    *len = list->len;

    for (i = 0; i < list->len && list->data[i] != ','; i++) {
        c = list->data[i];

        if (c == '"' && !*open) {

            /* a string is an item or a parameter's value, and nothing else */

            quote = last == '=' ? export_list_find_quote(list, i) : list->len;

            if (quote < list->len) {
                i = quote;
                last = '"';

            } else {
                *open = 1;
            }

            continue;
        }

        if (c == ';' && *len == list->len) {
            *len = i;
        }

        last = export_list_is_space(c) ? last : c;
    }

    return i;
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


/* takes "len" bytes off the front, and the separator behind them */

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


/* where the string that opens at "i" is closed; the end of "s" if it is not */

static size_t
export_list_find_quote(const export_str_t *s, size_t i)
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
