
#include "export_forwarded.h"
#include "export_token.h"


#define EXPORT_FORWARDED_PORT  5        /* digits */


typedef struct {
    export_str_t   name[EXPORT_MAX_PAIRS];
    unsigned       n;
    export_str_t   node;                /* data is NULL without for= */
} export_forwarded_element_t;


static int export_forwarded_element(export_forwarded_t *forwarded,
    export_forwarded_element_t *element);
static int export_forwarded_pair(export_forwarded_t *forwarded,
    export_forwarded_element_t *element);
static int export_forwarded_value(export_forwarded_t *forwarded,
    export_str_t *value);
static int export_forwarded_quoted(export_forwarded_t *forwarded,
    export_str_t *value);
static void export_forwarded_token(export_forwarded_t *forwarded,
    export_str_t *token);
static void export_forwarded_space(export_forwarded_t *forwarded);
static int export_forwarded_unescape(const export_str_t *value, u_char *buf,
    export_str_t *node);
static int export_forwarded_node(const export_str_t *node,
    export_address_t *address);
static size_t export_forwarded_until(const u_char *p, const u_char *last,
    u_char ch);
static int export_forwarded_v6(const export_str_t *name,
    export_address_t *address);
static int export_forwarded_name(const export_str_t *name,
    export_address_t *address);
static int export_forwarded_port(const u_char *p, const u_char *last);
static int export_forwarded_obfuscated(const u_char *p, const u_char *last);
static int export_forwarded_in(const uint32_t *set, u_char ch);


static const uint32_t  export_forwarded_obfuscation[] = {
    0x00000000,
    0x03ff6000,                         /* -. 0-9 */
    0x87fffffe,                         /* A-Z _ */
    0x07fffffe                          /* a-z */
};


static const export_str_t  export_forwarded_for = export_string("for");
static const export_str_t  export_forwarded_unknown =
    export_string("unknown");


void
export_forwarded_init(export_forwarded_t *forwarded, const export_str_t *line)
{
    forwarded->pos = line->data;
    forwarded->last = line->data + line->len;
}


int
export_forwarded_next(export_forwarded_t *forwarded, export_str_t *node,
    export_address_t *address)
{
    int                         rc;
    u_char                      buf[EXPORT_MAX_NODE];
    export_str_t                text;
    export_forwarded_t          rest;
    export_forwarded_element_t  element;

    rest = *forwarded;

    do {
        rc = export_forwarded_element(&rest, &element);

        if (rc != EXPORT_OK) {
            return rc;
        }

    } while (element.node.data == NULL);

    if (export_forwarded_unescape(&element.node, buf, &text) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    rc = export_forwarded_node(&text, address);

    if (rc != EXPORT_ERROR) {
        *forwarded = rest;
        *node = element.node;
    }

    return rc;
}


/* reads an element and the comma behind it */

static int
export_forwarded_element(export_forwarded_t *forwarded,
    export_forwarded_element_t *element)
{
    int  rc;

    element->n = 0;
    element->node.data = NULL;

    if (forwarded->pos == forwarded->last) {
        return EXPORT_DONE;
    }

    for ( ;; ) {
        export_forwarded_space(forwarded);

        rc = export_forwarded_pair(forwarded, element);

        if (rc != EXPORT_OK) {
            return rc;
        }

        export_forwarded_space(forwarded);

        if (forwarded->pos == forwarded->last) {
            return EXPORT_OK;
        }

        switch (*forwarded->pos++) {

        case ';':
            break;

        case ',':
            return EXPORT_OK;

        default:
            return EXPORT_ERROR;
        }
    }
}


/* a pair may be empty; the caller checks the byte that follows the pair */

static int
export_forwarded_pair(export_forwarded_t *forwarded,
    export_forwarded_element_t *element)
{
    unsigned       i;
    export_str_t   name, value;

    export_forwarded_token(forwarded, &name);

    if (name.len == 0) {
        return EXPORT_OK;
    }

    if (forwarded->pos == forwarded->last || *forwarded->pos++ != '=') {
        return EXPORT_ERROR;
    }

    if (export_forwarded_value(forwarded, &value) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    for (i = 0; i < element->n; i++) {
        if (export_str_same(&element->name[i], &name)) {
            return EXPORT_ERROR;
        }
    }

    if (element->n == EXPORT_MAX_PAIRS) {
        return EXPORT_ERROR;
    }

    element->name[element->n++] = name;

    if (export_str_same(&name, &export_forwarded_for)) {
        element->node = value;
    }

    return EXPORT_OK;
}


static int
export_forwarded_value(export_forwarded_t *forwarded, export_str_t *value)
{
    if (forwarded->pos < forwarded->last && *forwarded->pos == '"') {
        return export_forwarded_quoted(forwarded, value);
    }

    export_forwarded_token(forwarded, value);

    return value->len ? EXPORT_OK : EXPORT_ERROR;
}


static int
export_forwarded_quoted(export_forwarded_t *forwarded, export_str_t *value)
{
    u_char         ch;
    unsigned       escaped;
    const u_char  *p;

    escaped = 0;

    for (p = forwarded->pos + 1; p < forwarded->last; p++) {
        ch = *p;

        if ((ch < ' ' && ch != '\t') || ch == 0x7f) {
            return EXPORT_ERROR;
        }

        if (escaped) {
            escaped = 0;

        } else if (ch == '\\') {
            escaped = 1;

        } else if (ch == '"') {
            value->data = (u_char *) forwarded->pos + 1;
            value->len = (size_t) (p - value->data);
            forwarded->pos = p + 1;

            return EXPORT_OK;
        }
    }

    return EXPORT_ERROR;
}


static void
export_forwarded_token(export_forwarded_t *forwarded, export_str_t *token)
{
    *token = export_token(&forwarded->pos, forwarded->last);
}


static void
export_forwarded_space(export_forwarded_t *forwarded)
{
    while (forwarded->pos < forwarded->last
           && (*forwarded->pos == ' ' || *forwarded->pos == '\t'))
    {
        forwarded->pos++;
    }
}


static int
export_forwarded_unescape(const export_str_t *value, u_char *buf,
    export_str_t *node)
{
    size_t  i, n;

    n = 0;

    for (i = 0; i < value->len; i++) {

        if (value->data[i] == '\\') {
            i++;
        }

        if (n == EXPORT_MAX_NODE) {
            return EXPORT_ERROR;
        }

        buf[n++] = value->data[i];
    }

    node->data = buf;
    node->len = n;

    return EXPORT_OK;
}


static int
export_forwarded_node(const export_str_t *node, export_address_t *address)
{
    int            rc;
    export_str_t   name;
    const u_char  *p, *last;

    p = node->data;
    last = node->data + node->len;

    if (p < last && *p == '[') {
        name.data = node->data + 1;
        name.len = export_forwarded_until(name.data, last, ']');

        p = name.data + name.len;

        if (p == last) {
            return EXPORT_ERROR;
        }

        p++;
        rc = export_forwarded_v6(&name, address);

    } else {
        name.data = node->data;
        name.len = export_forwarded_until(name.data, last, ':');

        p = name.data + name.len;

        rc = export_forwarded_name(&name, address);
    }

    if (rc == EXPORT_ERROR || p == last) {
        return rc;
    }

    if (*p != ':' || export_forwarded_port(p + 1, last) != EXPORT_OK) {
        return EXPORT_ERROR;
    }

    return rc;
}


static size_t
export_forwarded_until(const u_char *p, const u_char *last, u_char ch)
{
    const u_char  *end;

    end = memchr(p, ch, (size_t) (last - p));

    return (size_t) ((end ? end : last) - p);
}


/* an IPv6 text has a colon; once parsed, the address inside may be IPv4 */

static int
export_forwarded_v6(const export_str_t *name, export_address_t *address)
{
    if (memchr(name->data, ':', name->len) == NULL) {
        return EXPORT_ERROR;
    }

    return export_address_parse(name, address) == EXPORT_OK ? EXPORT_OK
                                                            : EXPORT_ERROR;
}


static int
export_forwarded_name(const export_str_t *name, export_address_t *address)
{
    if (export_str_same(name, &export_forwarded_unknown)) {
        return EXPORT_DECLINED;
    }

    if (export_forwarded_obfuscated(name->data, name->data + name->len)) {
        return EXPORT_DECLINED;
    }

    return export_address_parse(name, address) == EXPORT_OK ? EXPORT_OK
                                                            : EXPORT_ERROR;
}


static int
export_forwarded_port(const u_char *p, const u_char *last)
{
    unsigned  port;

    if (export_forwarded_obfuscated(p, last)) {
        return EXPORT_OK;
    }

    if (p == last || last - p > EXPORT_FORWARDED_PORT) {
        return EXPORT_ERROR;
    }

    for (port = 0; p < last; p++) {

        if (*p < '0' || *p > '9') {
            return EXPORT_ERROR;
        }

        port = port * 10 + *p - '0';
    }

    return port <= 65535 ? EXPORT_OK : EXPORT_ERROR;
}


static int
export_forwarded_obfuscated(const u_char *p, const u_char *last)
{
    if (last - p < 2 || *p != '_') {
        return 0;
    }

    while (++p < last) {
        if (!export_forwarded_in(export_forwarded_obfuscation, *p)) {
            return 0;
        }
    }

    return 1;
}


static int
export_forwarded_in(const uint32_t *set, u_char ch)
{
    return ch < 128 && (set[ch / 32] >> ch % 32 & 1);
}
