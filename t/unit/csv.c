
#include <ctype.h>

#include "tap.h"

#include "../../module/readers/export_csv.c"

#include "reader.h"


#define CELL_MAX  (1 << 16)


typedef struct {
    const char  *name;
    const char  *body;
    size_t       len;
    int          rc;
    const char  *trace;
} case_t;


typedef struct {
    const u_char  *body;
    size_t         len;
    uint64_t       limit;
    unsigned       stop;
    unsigned       level;
    unsigned       counted;     /* bytes unread are reported too */
} input_t;


#define BODY(s)  s, sizeof(s) - 1


static export_fields_t  fields;
static export_unread_t  unread = { 0, UINT64_MAX, 0, 0 };
static unsigned         flags;


static const case_t  cases[] = {

    { "rows that end in LF", BODY("id,ip\n1,a\n2,b\n"), EXPORT_OK,
      "ip=a;6-9;ip=b;10-13;" },
    { "rows that end in CRLF", BODY("id,ip\r\n1,a\r\n2,b\r\n"), EXPORT_OK,
      "ip=a;7-10;ip=b;12-15;" },
    { "LF and CRLF", BODY("id,ip\r\n1,a\n2,b\r\n"), EXPORT_OK,
      "ip=a;7-10;ip=b;11-14;" },
    { "no last line end", BODY("id,ip\n1,a\n2,b"), EXPORT_OK,
      "ip=a;6-9;ip=b;10-13;" },
    { "the wanted column first", BODY("ip,id\na,1\n"), EXPORT_OK,
      "ip=a;6-9;" },
    { "one column", BODY("ip\na\nb\n"), EXPORT_OK,
      "ip=a;3-4;ip=b;5-6;" },
    { "two wanted columns side by side", BODY("ip,country,x\na,GB,1\n"),
      EXPORT_OK, "ip=a;country=GB;13-19;" },
    { "two wanted columns apart", BODY("country,x,ip\nGB,1,a\n"), EXPORT_OK,
      "country=GB;ip=a;13-19;" },
    { "no wanted column", BODY("a,b\n1,2\n3,4\n"), EXPORT_OK,
      "4-7;8-11;" },
    { "a header only", BODY("id,ip\n"), EXPORT_OK, "" },
    { "a header without line end", BODY("id,ip"), EXPORT_OK, "" },
    { "an empty cell", BODY("id,ip\n1,\n,b\n,\n"), EXPORT_OK,
      "ip=;6-8;ip=b;9-11;ip=;12-13;" },
    { "an empty last cell without line end", BODY("id,ip\n1,"), EXPORT_OK,
      "ip=;6-8;" },
    { "an empty quoted cell", BODY("ip\n\"\"\n\"\"\n"), EXPORT_OK,
      "ip=;3-5;ip=;6-8;" },
    { "quotes", BODY("\"id\",\"ip\"\n\"1\",\"a\"\n"), EXPORT_OK,
      "ip=a;10-17;" },
    { "quotes and CRLF", BODY("\"id\",\"ip\"\r\n\"1\",\"a\"\r\n"), EXPORT_OK,
      "ip=a;11-18;" },
    { "a comma in quotes", BODY("id,ip\n\"1,2\",\"a,b\"\n"), EXPORT_OK,
      "ip=a,b;6-17;" },
    { "line ends in quotes", BODY("ip,x\n\"a\nb\r\nc\rd\",\"\n\"\n"), EXPORT_OK,
      "ip=a\nb\r\nc\rd;5-19;" },
    { "a quoted row that looks like a record",
      BODY("id,note,ip\n1,\"x\n2,y,c\n\",g\n"), EXPORT_OK, "ip=g;11-25;" },
    { "doubled quotes", BODY("ip\n\"a\"\"b\"\n\"\"\"\"\n\"\"\"\"\"\"\n"),
      EXPORT_OK, "ip=a\"b;3-9;ip=\";10-14;ip=\"\";15-21;" },
    { "doubled quotes in a name", BODY("\"i\"\"p\",ip\n1,a\n"), EXPORT_OK,
      "ip=a;10-13;" },
    { "a wanted name with a quote", BODY("\"q\"\"t\"\na\n"), EXPORT_OK,
      "q\"t=a;7-8;" },
    { "spaces belong to the cell", BODY("id,ip\n1, a \n"), EXPORT_OK,
      "ip= a ;6-11;" },
    { "a tab belongs to the cell", BODY("id,ip\n1,\ta\n"), EXPORT_OK,
      "ip=\ta;6-10;" },
    { "names are exact", BODY("ips,i,,ip\n1,2,3,4\n"), EXPORT_OK,
      "ip=4;10-17;" },
    { "a name in two cases", BODY("IP,ip\n1,2\n"), EXPORT_OK,
      "ip=1;ip=2;6-9;" },
    { "... in one of them twice", BODY("IP,ip,IP\n1,2,3\n"), EXPORT_ERROR,
      "" },
    { "a name for some, by a prefix", BODY("id,#ip\n1,2\n"), EXPORT_ERROR,
      "" },
    { "... by a blank", BODY("id, ip\n1,2\n"), EXPORT_ERROR, "" },
    { "... by a tab in quotes", BODY("\"ip\t\"\n1\n"), EXPORT_ERROR, "" },
    { "another delimiter", BODY("id;ip\n1;2\n"), EXPORT_ERROR, "" },
    { "a tab for one", BODY("id\tip\n1\t2\n"), EXPORT_ERROR, "" },
    { "a bar for one", BODY("id|ip\n1|2\n"), EXPORT_ERROR, "" },
    { "another delimiter, beside commas", BODY("ip;x,ip\na;1,b\n"),
      EXPORT_ERROR, "" },
    { "... a wanted name at the end", BODY("ip,x\tip\na,1\tb\n"),
      EXPORT_ERROR, "" },
    { "... in the middle", BODY("x,x|IP|y\na,1|b|c\n"), EXPORT_ERROR, "" },
    { "... no wanted name", BODY("a;b,ip\n1;2,c\n"), EXPORT_OK,
      "ip=c;7-12;" },
    { "... in quotes: to some the name is what is behind it",
      BODY("\"x;ip\",ip\n1,a\n"), EXPORT_ERROR, "" },
    { "... and what is in front of it is not",
      BODY("\"ip;x\",ip\n1,a\n"), EXPORT_OK, "ip=a;10-13;" },
    { "... or a blank between", BODY("\"x; ip\",ip\n1,a\n"), EXPORT_ERROR,
      "" },
    { "an unwanted name twice", BODY("x,x,ip\n1,2,a\n"), EXPORT_OK,
      "ip=a;7-12;" },
    { "a pointer is no name", BODY("/x/y,ip\n1,a\n"), EXPORT_OK,
      "ip=a;8-11;" },
    { "UTF-8", BODY("n\xc3\xa4me,ip\n\xe2\x82\xac,\xf0\x9f\x98\x80\n"),
      EXPORT_OK, "ip=\xf0\x9f\x98\x80;9-17;" },
    { "a blank last line", BODY("id,ip\n1,a\n\n"), EXPORT_OK, "ip=a;6-9;" },
    { "a blank last line, CRLF", BODY("id,ip\r\n1,a\r\n\r\n"), EXPORT_OK,
      "ip=a;7-10;" },
    { "a blank line after the header", BODY("id,ip\n\n"), EXPORT_OK, "" },

    { "nothing", BODY(""), EXPORT_ERROR, "" },
    { "a blank first line", BODY("\nid,ip\n1,a\n"), EXPORT_ERROR, "" },
    { "only a line end", BODY("\n"), EXPORT_ERROR, "" },
    { "only a CRLF", BODY("\r\n"), EXPORT_ERROR, "" },
    { "a blank line between rows", BODY("id,ip\n1,a\n\n2,b\n"), EXPORT_ERROR,
      "ip=a;6-9;" },
    { "a blank line between cells of one column", BODY("ip\na\n\nb\n"),
      EXPORT_ERROR, "ip=a;3-4;" },
    { "two blank lines at the end", BODY("id,ip\n1,a\n\n\n"), EXPORT_ERROR,
      "ip=a;6-9;" },
    { "the same wanted name twice", BODY("ip,ip\na,b\n"), EXPORT_ERROR, "" },
    { "the same, once in quotes", BODY("ip,\"ip\"\na,b\n"), EXPORT_ERROR,
      "" },
    { "a short row", BODY("id,ip\n1,a\n2\n"), EXPORT_ERROR, "ip=a;6-9;" },
    { "a short last row", BODY("id,ip\n1,a\n2"), EXPORT_ERROR, "ip=a;6-9;" },
    { "a long row", BODY("id,ip\n1,a\n2,b,c\n"), EXPORT_ERROR,
      "ip=a;6-9;ip=b;" },
    { "a sep= line", BODY("sep=;\nid;ip\n1;a\n"), EXPORT_ERROR, "" },
    { "... that says a comma", BODY("sep=,\nid,ip\n"), EXPORT_ERROR, "" },
    { "a comment line", BODY("# export\nid,ip\n1,a\n"), EXPORT_ERROR, "" },
    { "a bare CR", BODY("id,ip\n1,a\r2,b\n"), EXPORT_ERROR, "" },
    { "CR as line end", BODY("id,ip\r1,a\r2,b\r"), EXPORT_ERROR, "" },
    { "a CR at the end", BODY("id,ip\n1,a\r"), EXPORT_ERROR, "" },
    { "two CR before an LF", BODY("id,ip\n1,a\r\r\n"), EXPORT_ERROR, "" },
    { "a CR before a comma", BODY("ip,id\na\r,1\n"), EXPORT_ERROR, "" },
    { "a CR before a quote", BODY("ip,id\n\"a\"\r\"\",1\n"), EXPORT_ERROR,
      "" },
    { "a quote in a bare cell", BODY("id,ip\n1,8\".\"9\n"), EXPORT_ERROR,
      "" },
    { "a quote at the end of a bare cell", BODY("id,ip\n1,8\"\n"),
      EXPORT_ERROR, "" },
    { "a quote after a space", BODY("id,ip\n1, \"a\"\n"), EXPORT_ERROR, "" },
    { "text after a closing quote", BODY("id,ip\n1,\"a\"b\n"), EXPORT_ERROR,
      "" },
    { "a space after a closing quote", BODY("id,ip\n1,\"a\" \n"),
      EXPORT_ERROR, "" },
    { "a backslash before a quote", BODY("id,ip\n1,\"a\\\"b\"\n"),
      EXPORT_ERROR, "" },
    { "a quote never closed", BODY("id,ip,x\n1,a,\"x\n2,b,y\n"), EXPORT_ERROR,
      "ip=a;" },
    { "a body that ends after an opening quote", BODY("id,ip\n1,\""),
      EXPORT_ERROR, "" },
    { "a header never closed", BODY("id,\"ip\n1,a\n"), EXPORT_ERROR, "" },
    { "NUL", BODY("id,ip\n1,a\0b\n"), EXPORT_ERROR, "" },
    { "NUL in quotes", BODY("id,ip\n1,\"a\0b\"\n"), EXPORT_ERROR, "" },
    { "NUL in the header", BODY("id,ip\0\n1,a\n"), EXPORT_ERROR, "" },
    { "a vertical tab", BODY("id,ip\n1,a\vb\n"), EXPORT_ERROR, "" },
    { "0x1f", BODY("id,ip\n1,a\x1f\n"), EXPORT_ERROR, "" },
    { "DEL", BODY("id,ip\n1,a\x7f\n"), EXPORT_ERROR, "" },
    { "a byte order mark", BODY("\xef\xbb\xbfip,id\na,1\n"), EXPORT_ERROR,
      "" },
    { "a byte order mark and quotes", BODY("\xef\xbb\xbf\"ip\",id\na,1\n"),
      EXPORT_ERROR, "" },
    { "a byte order mark alone", BODY("\xef\xbb\xbf"), EXPORT_ERROR, "" },
    { "UTF-16", BODY("\xff\xfei\0p\0\n\0a\0\n\0"), EXPORT_ERROR, "" },
    { "Latin-1", BODY("id,ip\nM\xfcller,a\n"), EXPORT_ERROR, "" },
    { "an overlong comma", BODY("id,ip\n1\xc0\xac,a\n"), EXPORT_ERROR, "" },
    { "a surrogate", BODY("id,ip\n\xed\xa0\x80,a\n"), EXPORT_ERROR, "" },
    { "past U+10FFFF", BODY("id,ip\n\xf4\x90\x80\x80,a\n"), EXPORT_ERROR,
      "" },
    { "a character cut by a comma", BODY("ip,id\n\xe2\x82,1\n"), EXPORT_ERROR,
      "" },
    { "a character cut by the end", BODY("id,ip\n1,\xe2\x82"), EXPORT_ERROR,
      "" },
    { "JSON", BODY("{\"id\":1,\"ip\":\"175.16.199.1\"}"), EXPORT_ERROR, "" },
};


/* the reader under test, and the sink it reports to */

static export_csv_t     csv;
static export_sink_t    sink;
static export_limits_t  limits;


static int
begin(void *data, trace_t *trace)
{
    input_t  *in;

    in = data;

    trace->fields = &fields;
    trace->stop = in->stop;

    sink = (export_sink_t) { trace, trace_field, trace_record, NULL };
    limits = (export_limits_t) { in->limit, 0 };

    memset(&csv, 0xa5, sizeof(csv));
    unread.n = 0;
    unread.columns = 0;
    export_csv_init(&csv, &fields, &sink, &limits, &unread, flags);
    csv.level = in->level;

    return EXPORT_OK;
}


static int
feed(void *data, const u_char *p, size_t len)
{
    (void) data;

    return export_csv_feed(&csv, p, len);
}


static int
end(void *data, int rc)
{
    input_t  *in;

    in = data;

    if (rc != EXPORT_OK) {
        return rc;
    }

    rc = export_csv_finish(&csv);

    if (rc == EXPORT_OK && in->counted) {
        trace_add(sink.data, "%d unread", (int) unread.n);
    }

    return rc;
}


static reader_t
reader(input_t *in)
{
    return (reader_t) { begin, feed, end, in };
}


/* how a text is compared: what those who tidy names up take for each other */

static int
reference_fold(int c)
{
    return c && strchr(" \t-.", c) ? '_' : tolower(c);
}


static int
reference_equal(const export_str_t *name, const char *text,
    int (*fold)(int c))
{
    size_t  i;

    for (i = 0; i < name->len; i++) {
        if (fold(name->data[i]) != fold((u_char) text[i])) {
            return 0;
        }
    }

    return text[i] == '\0';
}


/* without what some take off at the ends */

static char *
reference_trim(char *text)
{
    char  *last;

    static const char  around[] =
        "\1\2\3\4\5\6\a\b\t\n\v\f\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16"
        "\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f \"'+,#";

    text += strspn(text, around);

    for (last = text + strlen(text); last > text; *last = '\0') {
        if (strchr(around, *--last) == NULL) {
            break;
        }
    }

    return text;
}


/* the field of that name, or -1 */

static int
reference_field(const char *cell, size_t n)
{
    char      text[EXPORT_MAX_NAME + 1];
    unsigned  i;

    if (n > EXPORT_MAX_NAME) {
        return -1;
    }

    memcpy(text, cell, n);
    text[n] = '\0';

    for (i = 0; i < fields.n; i++) {
        if (fields.field[i].ntokens == 0
            && reference_equal(&fields.field[i].name, text, tolower))
        {
            return (int) i;
        }
    }

    return -1;
}


/* whether a cell is a wanted name to somebody */

static int
reference_near(const char *cell, size_t n)
{
    char      text[EXPORT_MAX_NAME + 1], *p;
    unsigned  i, opened, closed;

    if (n > EXPORT_MAX_NAME) {
        return 0;
    }

    memcpy(text, cell, n);
    text[n] = '\0';

    /* a byte order mark is seen by nobody */

    while ((p = strstr(text, "\xef\xbb\xbf")) != NULL) {
        memmove(p, p + 3, strlen(p + 3) + 1);
    }

    p = reference_trim(text);

    while (*p && strchr(";&", p[strlen(p) - 1])) {
        p[strlen(p) - 1] = '\0';
        p = reference_trim(p);
    }

    while (strpbrk(p, ";&")) {
        p = strpbrk(p, ";&") + 1;
    }

    p = reference_trim(p);

    closed = *p && p[strlen(p) - 1] == ']';
    opened = *p == '[';

    while (*p == '[') {
        p = reference_trim(p + 1);
    }

    if (closed && strchr(p, '[')) {
        *strchr(p, '[') = '\0';
        p = reference_trim(p);
        opened = 1;
    }

    while (opened && *p && p[strlen(p) - 1] == ']') {
        p[strlen(p) - 1] = '\0';
        p = reference_trim(p);
    }

    for (i = 0; i < fields.n; i++) {
        if (fields.field[i].ntokens == 0
            && reference_equal(&fields.field[i].name, p, reference_fold))
        {
            return 1;
        }
    }

    return 0;
}


static int
reference_wanted(const char *cell, size_t n)
{
    return reference_field(cell, n) >= 0 || reference_near(cell, n);
}


/* whether it has several words, and one of them is a wanted name */

static int
reference_divided(const char *cell, size_t n)
{
    int     words, found;
    size_t  i, start;

    words = found = 0;

    for (i = 0, start = 0; i <= n; i++) {

        if (i < n && (isalnum((u_char) cell[i])
                      || strchr("\"%,-.[]_", cell[i])))
        {
            continue;
        }

        if (i > start) {
            words++;
            found |= reference_wanted(cell + start, i - start);
        }

        start = i + 1;
    }

    return words > 1 && found;
}


/* how a wanted name is spelt: as configured, in capitals, or otherwise */

static unsigned
reference_spelling(const export_str_t *name, const char *cell)
{
    size_t  i;

    if (memcmp(name->data, cell, name->len) == 0) {
        return 1;
    }

    for (i = 0; i < name->len; i++) {
        if (islower((u_char) cell[i])) {
            return 2;
        }
    }

    return 4;
}


/* ... or holds one, split at other separators */

static int
reference_split(const char *cell, size_t n)
{
    size_t       i, start;
    const char  *c;

    for (c = ";\t|"; *c; c++) {

        for (i = 0, start = 0; memchr(cell, *c, n) && i <= n; i++) {

            if (i < n && cell[i] != *c) {
                continue;
            }

            if (reference_wanted(cell + start, i - start)) {
                return 1;
            }

            start = i + 1;
        }
    }

    return 0;
}


/*
 * A second reader to compare with: a byte at a time, the whole body at hand,
 * nothing shared with the first but the contract.
 */

static size_t
reference_utf8(const u_char *p, size_t len)
{
    size_t    i, k, n;
    uint32_t  c, most, least;

    for (i = 0; i < len; i += n) {

        n = p[i] < 0x80 ? 1 : p[i] < 0xc0 ? 0 : p[i] < 0xe0 ? 2
            : p[i] < 0xf0 ? 3 : p[i] < 0xf8 ? 4 : 0;

        if (n == 0) {
            return i;
        }

        c = n == 1 ? p[i] : p[i] & (0x7fu >> n);

        for (k = 0; k < n; k++) {

            if (k && i + k == len) {
                return len;
            }

            if (k && (p[i + k] & 0xc0) != 0x80) {
                return i + k;
            }

            c = k ? c << 6 | (p[i + k] & 0x3f) : c;

            /* what the bytes still to come can make of it */

            least = c << 6 * (n - k - 1);
            most = least | ((1u << 6 * (n - k - 1)) - 1);

            if (n > 1
                && (most < (n == 2 ? 0x80u : n == 3 ? 0x800u : 0x10000u)
                    || least > 0x10ffff
                    || (least >= 0xd800 && most <= 0xdfff)))
            {
                return i + k;
            }
        }
    }

    return len;
}


static void
reference(const input_t *in, trace_t *trace)
{
    int         header, quoted, closed, cr, end, at, other;
    size_t      i, start, bad, n, row, cells, columns;
    u_char      c;
    unsigned    nwanted, spelling, met[EXPORT_MAX_FIELDS];
    static int  wanted[8192];
    static char cell[CELL_MAX];

    trace_reset(trace);
    trace->fields = &fields;
    trace->stop = in->stop;
    trace->rc = EXPORT_ERROR;

    bad = reference_utf8(in->body, in->len);

    memset(met, 0, sizeof(met));

    header = 1;
    other = 0;
    nwanted = 0;
    columns = 0;
    row = 0;
    cells = 0;
    n = 0;
    quoted = closed = cr = 0;
    start = 0;

    for (i = 0; i <= in->len; i++) {

        end = i == in->len;
        c = end ? '\n' : in->body[i];

        if (i - row - (size_t) cr > in->limit) {
            trace->rc = EXPORT_LIMIT;
            return;
        }

        if (end && (cr || (quoted && !closed) || i == 0)) {
            return;
        }

        if (end && i == row) {
            break;
        }

        if (end && reference_utf8(in->body, in->len) == in->len) {

            /* complete? a continuation byte must then be wrong */

            u_char  *copy = malloc(in->len + 1);
            size_t   k;

            memcpy(copy, in->body, in->len);
            copy[in->len] = 'x';
            k = reference_utf8(copy, in->len + 1);
            free(copy);

            if (k != in->len + 1) {
                return;
            }
        }

        if (!end && (i == bad || c == 0x7f
                     || (c < 0x20 && c != '\t' && c != '\r' && c != '\n')))
        {
            return;
        }

        if (cr && c != '\n') {
            return;
        }

        if (quoted && !closed) {

            if (c == '"') {
                closed = 1;

            } else {
                cell[n++] = (char) c;
            }

            continue;
        }

        if (closed && c == '"') {
            cell[n++] = '"';
            closed = 0;
            continue;
        }

        if (c == ',' || c == '\n') {

            if (c == '\n' && i - (size_t) cr == row) {

                if (header || i + 1 < in->len) {
                    return;
                }

                row = i + 1;
                cr = 0;
                continue;
            }

            if (c == '\n' && !header && cells + 1 != columns) {
                return;
            }

            if (header) {

                if (cells == EXPORT_CSV_MAX_COLUMNS) {
                    trace->rc = EXPORT_LIMIT;
                    return;
                }

                if (cells == 0 && !quoted
                    && ((n >= 3 && memcmp(cell, "\xef\xbb\xbf", 3) == 0)
                        || (n >= 4 && memcmp(cell, "sep=", 4) == 0)))
                {
                    return;
                }

                wanted[cells] = -1;
                other |= memchr(cell, ';', n) || memchr(cell, '\t', n)
                         || memchr(cell, '|', n);

                if (!quoted && reference_split(cell, n)) {
                    return;
                }

                at = reference_field(cell, n);

                if (at < 0 && reference_near(cell, n)) {
                    return;
                }

                if (at >= 0) {
                    spelling = reference_spelling(&fields.field[at].name,
                                                  cell);

                    /* two at most, and not spelt alike */

                    if (met[at] & spelling || met[at] & (met[at] - 1)) {
                        return;
                    }

                    met[at] |= spelling;
                    nwanted++;
                    wanted[cells] = at;
                }

                other |= !quoted && cells == 0 && reference_divided(cell, n);

                if (c == '\n' && cells == 0 && nwanted == 0 && other
                    && fields.n)
                {
                    return;
                }

            } else if (cells < columns && wanted[cells] >= 0) {

                export_str_t  value = { n, (u_char *) cell };

                if (n > EXPORT_MAX_VALUE) {
                    value.len = 0;
                }

                if (trace_field(trace, (unsigned) wanted[cells],
                                n > EXPORT_MAX_VALUE ? EXPORT_VALUE_LONG
                                                     : EXPORT_VALUE_STRING,
                                &value) != EXPORT_OK)
                {
                    trace->rc = EXPORT_DONE;
                    return;
                }
            }

            cells++;
            n = 0;
            quoted = closed = 0;
            start = i + 1;

            if (c == ',') {
                continue;
            }

            if (header) {
                columns = cells;
                header = 0;

            } else if (trace_record(trace, row, i - (size_t) cr) != EXPORT_OK) {
                trace->rc = EXPORT_DONE;
                return;
            }

            row = i + 1;
            cells = 0;
            cr = 0;

        } else if (c == '\r') {
            cr = 1;

        } else if (closed) {
            return;

        } else if (c == '"') {

            if (i != start) {
                return;
            }

            quoted = 1;

        } else {
            cell[n++] = (char) c;
        }
    }

    trace->rc = EXPORT_OK;
}


/* the same for every level of SIMD and every cut; 0 and a note if not */

static int
agree(input_t *in, const trace_t *want, size_t cuts)
{
    reader_t  r;

    r = reader(in);

    for (in->level = 0; in->level <= export_csv_level(); in->level++) {
        if (!reader_agree_in(&r, in->body, in->len, cuts, 1, want)) {
            printf("# level %u\n", in->level);
            return 0;
        }
    }

    return 1;
}


static void
test_cases(void)
{
    size_t          i;
    u_char         *p;
    input_t         in;
    static trace_t  want;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {

        p = guard_copy(cases[i].body, cases[i].len);
        in = (input_t) { p, cases[i].len, 1000, 0, 0, 0 };

        trace_want(&want, cases[i].rc, cases[i].trace,
                   strlen(cases[i].trace));

        ok(agree(&in, &want, SIZE_MAX), "%s", cases[i].name);

        reference(&in, &want);
        ok(want.rc == cases[i].rc
           && strcmp(want.text, cases[i].trace) == 0,
           "the second reader, %s", cases[i].name);

        guard_free(p, cases[i].len);
    }
}


/* each case again, moved by filler cells over the blocks' borders */

static void
test_blocks(void)
{
    int             failed;
    size_t          i, k, n;
    u_char         *p, body[512];
    input_t         in;
    static trace_t  want;

    failed = 0;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (k = 1; k < 140; k += 1 + draw(5)) {

            n = 0;
            memset(body, 'x', sizeof(body));
            memcpy(body + n, "id,ip\n", 6);
            n += 6 + k;
            memcpy(body + n, ",y\n", 3);
            n += 3;
            memcpy(body + n, cases[i].body, cases[i].len);
            n += cases[i].len;

            p = guard_copy(body, n);
            in = (input_t) { p, n, 1000, 0, 0, 0 };

            reference(&in, &want);
            failed += !agree(&in, &want, 0);

            guard_free(p, n);
        }
    }

    is_int(failed, 0, "the cases behind 1 to 139 bytes");
}


/* noise of the bytes that mean something */

static void
test_noise(void)
{
    int                  failed, bad[4] = { 0, 0, 0, 0 };
    size_t               k, n, at;
    u_char              *p, body[512];
    unsigned             i, style;
    input_t              in;
    static trace_t       want;
    static const char   *bits[] = {
        ",", ",", "\n", "\"", "\"", "\r\n", "a", "81.2.69.160", "\"\"", "x,",
        "\",\"", "\"\n\"", "\",\n", "\xc3\xa4", "\t", "long enough a text ",
        "\r", "\xe2", "\x82", "\x01", "\x7f", "\x80"
    };

    failed = 0;

    for (i = 0; i < 20000; i++) {

        n = 0;
        style = draw(3);
        memcpy(body, style ? "ip,b,\"country\"\n" : "ip\n", style ? 15 : 3);
        n = style ? 15 : 3;

        at = draw(300);

        while (n < at) {

            if (style == 2) {
                n += (size_t) sprintf((char *) body + n, "%s,%s,\"%s\"\n",
                                      bits[6 + draw(2)], bits[draw(16)],
                                      draw(4) ? "a, b\n" : bits[8]);
                continue;
            }

            k = draw(draw(4) ? 16 : 22);
            memcpy(body + n, bits[k], strlen(bits[k]));
            n += strlen(bits[k]);
        }

        p = guard_copy(body, n);
        in = (input_t) { p, n, draw(3) ? 1000 : draw(40), draw(4) ? 0
                         : 1 + draw(6), 0, 0 };

        reference(&in, &want);
        bad[want.rc == EXPORT_OK ? 0 : want.rc == EXPORT_ERROR ? 1
            : want.rc == EXPORT_LIMIT ? 2 : 3]++;

        failed += !agree(&in, &want, i % 100 ? 0 : SIZE_MAX);
        guard_free(p, n);
    }

    is_int(failed, 0, "20,000 random bodies: %d accepted, %d malformed, "
           "%d over the limit, %d stopped", bad[0], bad[1], bad[2], bad[3]);
}


/* headers of names that are wanted ones, near to one, or neither */

static void
test_names(void)
{
    int                  failed, accepted;
    char                 name[64];
    size_t               n, k, len;
    u_char              *p, body[1024];
    unsigned             i, c, columns;
    input_t              in;
    static trace_t       want;
    static const char   *around[] = {
        "", "", "", "", "", " ", "\t", "+", "#", "'", "\xef\xbb\xbf", "x;", ";",
        "&", "[", "]", "[]", "[0]", "x", ".", "-", "_", "|", " x"
    };
    static const char   *words[] = {
        "ip", "IP", "Ip", "iP", "country", "COUNTRY", "Country", "id", "x",
        "ips", "c-o", "client ip", "", "i\xef\xbb\xbfp", "i_p"
    };

    failed = accepted = 0;

    for (i = 0; i < 20000; i++) {

        columns = 1 + draw(4);
        n = 0;

        for (c = 0; c < 2 * columns; c++) {

            len = (size_t) sprintf(name, "%s%s%s%s",
                      around[draw(4) ? 0 : draw(24)], words[draw(15)],
                      around[draw(4) ? 0 : draw(24)],
                      around[draw(8) ? 0 : draw(24)]);

            k = draw(3) == 0;

            if (k) {
                body[n++] = '"';
            }

            memcpy(body + n, name, len);
            n += len;

            if (k) {
                body[n++] = '"';
            }

            body[n++] = c % columns + 1 == columns ? '\n' : ',';
        }

        p = guard_copy(body, n);
        in = (input_t) { p, n, 1000, 0, 0, 0 };

        reference(&in, &want);
        accepted += want.rc == EXPORT_OK;

        if (!agree(&in, &want, 0) && failed++ < 5) {
            printf("# %.*s", (int) n, body);
        }

        guard_free(p, n);
    }

    is_int(failed, 0, "20,000 headers, %d accepted", accepted);
}


/* documents whose cells are known because they were written from them */

static void
test_written(void)
{
    int             failed;
    size_t          n, row;
    char            value[64];
    u_char         *p;
    unsigned        i, k, c, r, q, columns, ip, len;
    input_t         in;
    static u_char   body[1 << 15];
    static trace_t  want;

    static const char  alphabet[] = "abc 0.:,,\"\"\n\r;\t'";

    failed = 0;

    for (i = 0; i < 1000; i++) {

        trace_reset(&want);
        columns = 1 + draw(12);
        ip = draw(columns);
        n = 0;

        for (r = 0; r < 12; r++) {
            row = n;

            for (c = 0; c < columns; c++) {

                len = draw(r ? 40 : 10);
                q = draw(2) || columns == 1;

                for (k = 0; k < len; k++) {
                    value[k] = alphabet[draw(sizeof(alphabet) - 1)];
                    q |= strchr(",\"\n\r", value[k]) != NULL;
                }

                value[k] = '\0';

                if (r == 0) {
                    strcpy(value, c == ip ? "ip" : "-");
                }

                if (q) {
                    body[n++] = '"';
                }

                for (k = 0; value[k]; k++) {
                    if (value[k] == '"') {
                        body[n++] = '"';
                    }
                    body[n++] = (u_char) value[k];
                }

                if (q) {
                    body[n++] = '"';
                }

                if (r && c == ip) {
                    trace_add(&want, "ip=%s;", value);
                }

                if (c + 1 < columns) {
                    body[n++] = ',';
                }
            }

            if (r) {
                trace_add(&want, "%d-%d;", (int) row, (int) n);
            }

            if (draw(2)) {
                body[n++] = '\r';
            }

            body[n++] = '\n';
        }

        p = guard_copy(body, n);
        in = (input_t) { p, n, 10000, 0, 0, 0 };
        failed += !agree(&in, &want, i % 100 ? 0 : 1000);
        guard_free(p, n);
    }

    is_int(failed, 0, "1,000 written documents of 11 rows");
}


/* values, records and headers at their limits and one past them */

static void
test_limits(void)
{
    size_t          i, k, n;
    input_t         in;
    static u_char   body[1 << 16];
    static trace_t  want;

    for (k = 0; k < 4; k++) {
        for (i = 1023; i <= 1026; i++) {

            n = 3;
            memcpy(body, "ip\n", 3);

            if (k) {
                body[n++] = '"';
            }

            memset(body + n, k == 2 ? '"' : 'v', k == 2 ? 2 * i : i);
            n += k == 2 ? 2 * i : i;

            if (k) {
                body[n++] = '"';
            }

            memcpy(body + n, k == 3 ? "\n" : "\r\n", 2);
            n += k == 3 ? 1 : 2;

            in = (input_t) { body, n, 10000, 0, 0, 0 };
            reference(&in, &want);
            ok(agree(&in, &want, 70)
               && (strstr(want.text, "(long)") != NULL) == (i > 1024),
               "a value of %d bytes, form %d", (int) i, (int) k);
        }
    }

    for (i = 0; i < 4100; i++) {
        memcpy(body + 2 * i, "x,", 2);
    }

    for (i = 4094; i <= 4097; i++) {
        body[2 * i + 1] = '\n';
        in = (input_t) { body, 2 * i + 2, 10000, 0, 0, 0 };
        reference(&in, &want);
        ok(agree(&in, &want, 130) && want.rc
           == (i + 1 > EXPORT_CSV_MAX_COLUMNS ? EXPORT_LIMIT : EXPORT_OK),
           "a header of %d columns", (int) i + 1);
        body[2 * i + 1] = ',';
    }

    for (i = 9; i <= 12; i++) {
        in = (input_t) { (const u_char *) "ip,id\r\n1234567890,\r\n", 20, i,
                         0, 0, 0 };
        reference(&in, &want);
        ok(agree(&in, &want, SIZE_MAX)
           && want.rc == (i < 11 ? EXPORT_LIMIT : EXPORT_OK),
           "a record of 11 bytes, limit %d", (int) i);
    }

    flags = EXPORT_CSV_NO_HEADER;
    trace_want(&want, EXPORT_ERROR, "", 0);

    in = (input_t) { (const u_char *) "1,a\n", 4, 1000, 0, 0, 0 };
    ok(agree(&in, &want, SIZE_MAX), "header=absent");

    in.len = 0;
    ok(agree(&in, &want, SIZE_MAX), "header=absent and no body");

    flags = 0;
    (void) begin(&in, &want);
    is_int(feed(&in, NULL, 0), EXPORT_OK, "no bytes");

    ok(sizeof(export_csv_t) <= 4096, "a reader has %d bytes",
       (int) sizeof(export_csv_t));
}


/* what is no header, and what is unread */

static void
test_headless(void)
{
    static const struct {
        const char  *name;
        const char  *body;
        int          rc;
        uint64_t     unread;
    } cases[] = {
        { "an address in the header", "81.2.69.160,hello\n", EXPORT_ERROR, 0 },
        { "IPv6", "hello,2001:db8::1\n", EXPORT_ERROR, 0 },
        { "a port", "hello,81.2.69.160:80\n", EXPORT_ERROR, 0 },
        { "brackets", "hello,[2001:db8::1]:80\n", EXPORT_ERROR, 0 },
        { "a prefix", "\"81.2.69.0/24\",hello\n", EXPORT_ERROR, 0 },
        { "mail", "a@example.org,hello\n", EXPORT_ERROR, 0 },
        { "an address beside a name", "ip,81.2.69.160\n", EXPORT_ERROR, 0 },
        { "countries", "GB,hello\nDE,you\n", EXPORT_ERROR, 0 },
        { "countries further down", "GB,a\n,b\n,c\nDE,d\n", EXPORT_ERROR, 0 },
        { "alpha-3", "GBR,hello\nDEU,you\n", EXPORT_ERROR, 0 },
        { "lower case", "gb,hello\nde,you\n", EXPORT_ERROR, 0 },
        { "a header alone", "GB,hello\n", EXPORT_ERROR, 0 },
        { "dates", "2026-11-28,a\n2026-11-29T10:00:00Z,b\n", EXPORT_ERROR, 0 },
        { "an address cut", "9.160,hello\n81.2.69.161,you\n", EXPORT_ERROR,
          0 },
        { "an address without a name", ",a\n81.2.69.160,b\n", EXPORT_ERROR,
          0 },
        { "columns divided by blanks", "ip country\n81.2.69.160 GB\n",
          EXPORT_ERROR, 0 },
        { "... several of them", "id   ip\n1   a\n", EXPORT_ERROR, 0 },
        { "... by a colon", "country;x\n", EXPORT_ERROR, 0 },
        { "... data", "81.2.69.160 GB\n", EXPORT_ERROR, 0 },

        { "an address below another name", "id,client\n1,81.2.69.160\n",
          EXPORT_ERROR, 0 },
        { "... in quotes, in the second row",
          "client\n-\n\"2001:db8::1\"\n", EXPORT_ERROR, 0 },
        { "a code below another name", "id,place\n1,GB\n", EXPORT_ERROR, 0 },
        { "... of three letters", "id,place\n1,GBR\n", EXPORT_ERROR, 0 },

        { "words below names", "id,answer\n1,NO\n2,no\n3,de\n", EXPORT_OK,
          0 },
        { "an address below a name beside a wanted one",
          "ip,via\na,81.2.69.160\nb,GB\n", EXPORT_OK, 0 },
        { "names", "ID,prompt\n1,a\n", EXPORT_OK, 0 },
        { "one of blanks", "some text\na b\n", EXPORT_OK, 0 },
        { "years", "2020,2021\n1,2\n", EXPORT_OK, 0 },
        { "a pivot", "year,US,GB\n2026,1,2\n", EXPORT_OK, 0 },
        { "words", "to,text\nde,hallo\n", EXPORT_OK, 0 },
        { "countries beside a name", "ip,US\na,GB\n", EXPORT_OK, 0 },
        { "an index", ",ip\n0,a\n1,b\n", EXPORT_OK, 0 },
        { "no name", "ip,\na,text\nb,\"te\"\"xt\"\n", EXPORT_OK, 12 },
        { "blanks for a name", "ip, \na,text\nb,\n", EXPORT_OK, 4 },
    };

    reader_t        r;
    input_t         in;
    unsigned        i;
    static trace_t  want;

    flags = EXPORT_CSV_SUBJECTS;
    r = reader(&in);

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {

        in = (input_t) { (const u_char *) cases[i].body,
                         strlen(cases[i].body), 10000, 0, 0, 1 };

        (void) reader_run(&r, in.body, in.len, READER_WHOLE, READER_WHOLE,
                          &want);

        ok(want.rc == cases[i].rc
           && (want.rc != EXPORT_OK || unread.n == cases[i].unread)
           && agree(&in, &want, SIZE_MAX), "%s", cases[i].name);

        if (cases[i].unread) {
            unread.max = cases[i].unread - 1;

            for (in.level = 0; in.level <= export_csv_level(); in.level++) {
                is_int(reader_run(&r, in.body, in.len, READER_WHOLE,
                                  READER_WHOLE, &want), EXPORT_LIMIT,
                       "... and no byte more");
            }

            unread.max = UINT64_MAX;
        }
    }

    flags = 0;
}


/* every bit of every mask, against the plainest definition */

static void
test_classify(void)
{
    int                  failed;
    u_char               block[EXPORT_CSV_BLOCK];
    unsigned             i, k;
    export_csv_masks_t   m, want;

    failed = 0;

    for (i = 0; i < 256 * EXPORT_CSV_BLOCK; i++) {

        memset(&want, 0, sizeof(want));

        for (k = 0; k < EXPORT_CSV_BLOCK; k++) {

            block[k] = (u_char) (i < 256 ? i + k : draw(256));

            want.quote |= (uint64_t) (block[k] == '"') << k;
            want.comma |= (uint64_t) (block[k] == ',') << k;
            want.lf |= (uint64_t) (block[k] == '\n') << k;
            want.cr |= (uint64_t) (block[k] == '\r') << k;
            want.high |= (uint64_t) (block[k] > 0x7f) << k;
            want.bad |= (uint64_t) (block[k] == 0x7f
                                    || (block[k] < 0x20
                                        && !strchr("\t\r\n", block[k]))
                                    || block[k] == 0) << k;
        }

        export_csv_classify_plain(block, 1, &m);
        failed += memcmp(&m, &want, sizeof(m)) != 0;

#if (EXPORT_CSV_X86)
        export_csv_classify_sse2(block, 1, &m);
        failed += memcmp(&m, &want, sizeof(m)) != 0;

        if (export_csv_level() == 2) {
            export_csv_classify_avx2(block, 1, &m);
            failed += memcmp(&m, &want, sizeof(m)) != 0;
        }
#endif
    }

    is_int(failed, 0, "the masks of all bytes at all places");
}


/* mostly valid UTF-8 over the borders of blocks, now and then a wrong byte */

static void
test_utf8(void)
{
    int                  failed, accepted;
    size_t               n, at;
    u_char              *p, body[600];
    unsigned             i;
    const char          *c;
    input_t              in;
    static trace_t       want;
    static const char   *chars[] = {
        "a", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xe0\xbf\xbf",
        "\xe1\x80\x80", "\xec\xbf\xbf", "\xed\x80\x80", "\xed\x9f\xbf",
        "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80",
        "\xf3\xbf\xbf\xbf", "\xf4\x80\x80\x80", "\xf4\x8f\xbf\xbf",

        "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xe0\x9f\xbf",
        "\xe0\x80", "\xe1\x80", "\xed\xa0\x80", "\xed\xbf\xbf", "\xef\xbf",
        "\xf0\x8f\xbf\xbf", "\xf0\x90\x80", "\xf1\x80", "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80", "\xff", "\xe2\x82\x82\x82"
    };

    failed = 0;
    accepted = 0;

    for (i = 0; i < 20000; i++) {

        n = 5;
        memcpy(body, "x,ip\n", 5);

        at = 70 + draw(200);

        while (n < at) {
            c = chars[draw(15)];
            memcpy(body + n, c, strlen(c));
            n += strlen(c);
        }

        if (draw(4)) {
            c = chars[15 + draw(18)];
            memcpy(body + n, c, strlen(c));
            n += strlen(c);
        }

        at = n + draw(100);

        while (n < at) {
            c = chars[draw(15)];
            memcpy(body + n, c, strlen(c));
            n += strlen(c);
        }

        memcpy(body + n, ",b\n", 3);
        n += 3;

        p = guard_copy(body, n);
        in = (input_t) { p, n, draw(2) ? 1000 : draw(300), 0, 0, 0 };

        reference(&in, &want);
        accepted += want.rc == EXPORT_OK;
        failed += !agree(&in, &want, i % 200 ? 0 : SIZE_MAX);
        guard_free(p, n);
    }

    is_int(failed, 0, "20,000 texts of all kinds of characters, %d accepted",
           accepted);
}


int
main(void)
{
    size_t               i;
    static u_char        pointer[] = "/x/y";
    static export_str_t  names[] = {
        export_string("ip"), export_string("country"), export_string("q\"t"),
        { sizeof(pointer) - 1, pointer }
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        export_field_add(&fields, &names[i]);
    }

    test_headless();
    test_classify();
    test_cases();
    test_blocks();
    test_noise();
    test_names();
    test_utf8();
    test_written();
    test_limits();

    return done_testing();
}
