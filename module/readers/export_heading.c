
#include "export_heading.h"


static unsigned export_heading_is_decided(const export_heading_t *heading);
static void export_heading_line(export_heading_t *heading, u_char c);
static void export_heading_pair(export_heading_t *heading);
static void export_heading_below(export_heading_t *heading, u_char c);
static void export_heading_line_end(export_heading_t *heading);
static void export_heading_next(export_heading_t *heading);
static int export_heading_count(export_heading_t *heading, u_char c);
static void export_heading_cell(export_heading_t *heading, unsigned pair);
static unsigned export_heading_wanted(const export_heading_t *heading);
static void export_heading_unescape(export_str_t *name);


void
export_heading_init(export_heading_t *heading, const export_fields_t *fields,
    uint32_t wanted)
{
    memset(heading, 0, sizeof(export_heading_t));

    heading->fields = fields;
    heading->wanted = wanted;
    heading->pair = 1;
    heading->state = wanted ? EXPORT_HEADING_LINE : EXPORT_HEADING_NONE;
}


void
export_heading_feed(export_heading_t *heading, const u_char *p, size_t len)
{
    u_char         c;
    const u_char  *last;

    for (last = p + len; p < last; p++) {

        if (export_heading_is_decided(heading)) {
            return;
        }

        if (heading->bytes++ == EXPORT_HEADING_BYTES) {
            heading->state = EXPORT_HEADING_NONE;
            return;
        }

        c = *p;

        /*
         * UTF-16 has NUL between ASCII letters, and its byte order mark has
         * 0xFE and 0xFF, which are in no UTF-8.
         */

        if (c == '\0' || c >= 0xfe) {
            continue;
        }

        if ((c == '\r' || c == '\n') && !heading->quoted) {
            export_heading_line_end(heading);
            continue;
        }

        heading->begun = 1;

        if (heading->state == EXPORT_HEADING_LINE) {
            export_heading_line(heading, c);

        } else {
            export_heading_below(heading, c);
        }
    }
}


static unsigned
export_heading_is_decided(const export_heading_t *heading)
{
    return heading->state == EXPORT_HEADING_FOUND
           || heading->state == EXPORT_HEADING_NONE;
}


void
export_heading_end(export_heading_t *heading)
{
    if (heading->state == EXPORT_HEADING_BELOW) {
        export_heading_line_end(heading);
    }
}


static void
export_heading_line(export_heading_t *heading, u_char c)
{
    if (heading->quoted || (c == '"' && heading->len == 0)) {

        if (c == '"') {
            heading->quoted = !heading->quoted;
            return;
        }

    } else if (c == '&') {
        heading->len = 0;
        heading->pair = 1;
        return;

    } else if (export_heading_count(heading, c) == EXPORT_OK) {
        export_heading_cell(heading, c == ';');
        return;

    } else if (c == '=' && heading->pair) {
        export_heading_pair(heading);
    }

    if (heading->len < EXPORT_MAX_NAME) {
        heading->name[heading->len] = c;
    }

    heading->len++;
}


static void
export_heading_pair(export_heading_t *heading)
{
    if (export_heading_wanted(heading)) {
        heading->state = EXPORT_HEADING_FOUND;
    }

    heading->pair = 0;
}


static void
export_heading_below(export_heading_t *heading, u_char c)
{
    if (c == '"') {
        heading->quoted = !heading->quoted;
        return;
    }

    if (!heading->quoted) {
        (void) export_heading_count(heading, c);
    }
}


static void
export_heading_line_end(export_heading_t *heading)
{
    unsigned  i, parts;

    if (!heading->begun) {
        return;
    }

    parts = 0;

    if (heading->state == EXPORT_HEADING_BELOW) {

        for (i = 0; i < EXPORT_HEADING_KINDS; i++) {
            parts |= heading->above[i]
                     && heading->here[i] >= heading->above[i];
        }

        if (parts) {
            heading->state = EXPORT_HEADING_FOUND;
            return;
        }

        heading->state = EXPORT_HEADING_LINE;
        export_heading_next(heading);

        return;
    }

    export_heading_cell(heading, 1);

    for (i = 0; i < EXPORT_HEADING_KINDS; i++) {
        heading->above[i] = heading->here[i];
        parts |= heading->here[i] != 0;
    }

    if (heading->cell && parts) {
        heading->state = EXPORT_HEADING_BELOW;
    }

    export_heading_next(heading);
}


static void
export_heading_next(export_heading_t *heading)
{
    memset(heading->here, 0, sizeof(heading->here));

    heading->quoted = 0;
    heading->cell = 0;
    heading->begun = 0;
    heading->len = 0;
    heading->pair = 1;

    if (heading->state == EXPORT_HEADING_LINE
        && ++heading->lines == EXPORT_HEADING_LINES)
    {
        heading->state = EXPORT_HEADING_NONE;
    }
}


static int
export_heading_count(export_heading_t *heading, u_char c)
{
    const u_char  *at;

    static const u_char  separators[EXPORT_HEADING_KINDS] = {
        ',', ';', '\t', '|'
    };

    at = memchr(separators, c, sizeof(separators));

    if (at == NULL) {
        return EXPORT_DECLINED;
    }

    heading->here[at - separators]++;

    return EXPORT_OK;
}


static void
export_heading_cell(export_heading_t *heading, unsigned pair)
{
    heading->cell |= export_heading_wanted(heading) & 1;
    heading->len = 0;
    heading->pair = pair & 1;
}


static unsigned
export_heading_wanted(const export_heading_t *heading)
{
    int           field;
    u_char        name[EXPORT_MAX_NAME];
    export_str_t  text;

    if (heading->len > EXPORT_MAX_NAME) {
        return 0;
    }

    memcpy(name, heading->name, heading->len);

    text.data = name;
    text.len = heading->len;

    if (heading->pair) {
        export_heading_unescape(&text);
    }

    text = export_str_trim(text);

    if (text.len == 0) {
        return 0;
    }

    field = export_field_find(heading->fields, &text);

    return field >= 0 ? heading->wanted >> field & 1 : field == EXPORT_ERROR;
}


static void
export_heading_unescape(export_str_t *name)
{
    int      c;
    size_t   i;
    u_char  *p;

    p = name->data;

    for (i = 0; i < name->len; i++) {

        if (name->data[i] == '%' && name->len - i > 2) {
            c = export_hex_pair(name->data + i + 1);

            if (c >= 0) {
                *p++ = (u_char) c;
                i += 2;
                continue;
            }
        }

        *p++ = name->data[i];
    }

    name->len = (size_t) (p - name->data);
}
