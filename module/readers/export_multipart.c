
/*
 * A boundary holds neither CR nor LF, so each can begin only where a line
 * does.
 */

#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE             /* memmem() */
#endif

#include "export_multipart.h"
#include "export_token.h"
#include "export_utf8.h"


#define EXPORT_MULTIPART_DISPOSITION  0x01      /* the first known header */


typedef struct {
    export_str_t    name;
    int           (*parse)(export_multipart_t *mp, export_str_t *value);
} export_multipart_header_t;


static int export_multipart_frame(export_multipart_t *mp, u_char c);
static int export_multipart_first(export_multipart_t *mp, u_char c);
static int export_multipart_part(export_multipart_t *mp, u_char c);
static int export_multipart_headers(export_multipart_t *mp, const u_char **pp,
    const u_char *last);
static int export_multipart_begin(export_multipart_t *mp, const u_char *p);
static int export_multipart_header(export_multipart_t *mp,
    export_str_t *line);
static int export_multipart_text(const export_str_t *line);
static int export_multipart_disposition(export_multipart_t *mp,
    export_str_t *value);
static int export_multipart_param(export_multipart_t *mp, export_str_t *rest,
    export_str_t *name);
static int export_multipart_value(const export_str_t *name,
    export_str_t *rest, export_str_t *value);
static int export_multipart_set(export_multipart_t *mp,
    const export_str_t *name, const export_str_t *value);
static int export_multipart_has_name(const export_str_t *value);
static int export_multipart_extended(const export_str_t *extended,
    const export_str_t *filename);
static int export_multipart_type(export_multipart_t *mp,
    export_str_t *value);
static int export_multipart_encoding(export_multipart_t *mp,
    export_str_t *value);
static int export_multipart_transfer(export_multipart_t *mp,
    export_str_t *value);
static int export_multipart_token(export_str_t *rest, export_str_t *token);
static int export_multipart_coded(export_str_t *rest, export_str_t *value);
static int export_multipart_quoted(export_str_t *rest, export_str_t *value);
static int export_multipart_data(export_multipart_t *mp, const u_char **pp,
    const u_char *last);
static int export_multipart_resume(export_multipart_t *mp, const u_char **pp,
    const u_char *last);
static int export_multipart_release(export_multipart_t *mp);
static int export_multipart_search(export_multipart_t *mp, const u_char **pp,
    const u_char *last);
static const u_char *export_multipart_find(const export_multipart_t *mp,
    const u_char *p, const u_char *last);
static int export_multipart_hold(export_multipart_t *mp, const u_char *p,
    const u_char *last);
static int export_multipart_give(export_multipart_t *mp, const u_char *p,
    const u_char *last);
static int export_multipart_end(export_multipart_t *mp, const u_char *p);


static const export_multipart_header_t  export_multipart_known[] = {
    { export_string("content-disposition"), export_multipart_disposition },
    { export_string("content-type"), export_multipart_type },
    { export_string("content-encoding"), export_multipart_encoding },
    { export_string("content-transfer-encoding"), export_multipart_transfer },
    { { 0, NULL }, NULL }
};


static const export_str_t  export_multipart_plain[] = {
    export_string("7bit"),
    export_string("8bit"),
    export_string("binary"),
    { 0, NULL }
};


static const export_str_t  export_multipart_filename_star =
    export_string("filename*");


int
export_multipart_init(export_multipart_t *mp, const export_part_sink_t *sink,
    const export_str_t *boundary, u_char *header, unsigned flags)
{
    memset(mp, 0, sizeof(export_multipart_t));

    mp->sink = sink;
    mp->header = header;
    mp->form = (flags & EXPORT_MULTIPART_FORM) != 0;
    mp->rc = EXPORT_ERROR;

    if (!export_media_is_boundary(boundary)) {
        return EXPORT_ERROR;
    }

    memcpy(mp->delimiter, "\r\n--", 4);
    memcpy(mp->delimiter + 4, boundary->data, boundary->len);

    mp->len = (unsigned) boundary->len + 4;
    mp->state = EXPORT_MULTIPART_PREAMBLE;
    mp->rc = EXPORT_OK;

    return EXPORT_OK;
}


int
export_multipart_feed(export_multipart_t *mp, const u_char *p, size_t len)
{
    int            rc;
    const u_char  *last;

    if (mp->rc != EXPORT_OK || len == 0) {
        return mp->rc;
    }

    rc = EXPORT_OK;
    last = p + len;
    mp->input = p;

    while (p < last && rc == EXPORT_OK) {

        switch (mp->state) {

        case EXPORT_MULTIPART_HEADER:
            rc = export_multipart_headers(mp, &p, last);
            break;

        case EXPORT_MULTIPART_DATA:
            rc = export_multipart_data(mp, &p, last);
            break;

        default:
            rc = export_multipart_frame(mp, *p++);
            break;
        }
    }

    mp->offset += len;
    mp->rc = rc;

    return rc;
}


/* Behind the last boundary are no, one or two CRLFs, each of them whole. */

int
export_multipart_finish(export_multipart_t *mp)
{
    if (mp->rc == EXPORT_OK
        && (mp->state != EXPORT_MULTIPART_EPILOGUE || mp->matched % 2))
    {
        mp->rc = EXPORT_ERROR;
    }

    return mp->rc;
}


/* Takes a byte of a boundary, or of the line ends around boundaries. */

static int
export_multipart_frame(export_multipart_t *mp, u_char c)
{
    static const u_char  epilogue[] = "\r\n\r\n";

    switch (mp->state) {

    case EXPORT_MULTIPART_PREAMBLE:

        if (c != '\r') {
            return export_multipart_first(mp, c);
        }

        mp->state = EXPORT_MULTIPART_PREAMBLE_CR;
        return EXPORT_OK;

    case EXPORT_MULTIPART_PREAMBLE_CR:
        mp->state = EXPORT_MULTIPART_FIRST;
        return c == '\n' ? EXPORT_OK : EXPORT_ERROR;

    case EXPORT_MULTIPART_FIRST:
        return export_multipart_first(mp, c);

    case EXPORT_MULTIPART_BOUNDARY:
        mp->state = c == '-' ? EXPORT_MULTIPART_BOUNDARY_DASH
                             : EXPORT_MULTIPART_BOUNDARY_CR;
        return c == '-' || c == '\r' ? EXPORT_OK : EXPORT_ERROR;

    case EXPORT_MULTIPART_BOUNDARY_CR:
        return export_multipart_part(mp, c);

    case EXPORT_MULTIPART_BOUNDARY_DASH:
        mp->matched = 0;
        mp->state = EXPORT_MULTIPART_EPILOGUE;
        return c == '-' ? EXPORT_OK : EXPORT_ERROR;

    default: /* EXPORT_MULTIPART_EPILOGUE */
        return mp->matched < 4 && c == epilogue[mp->matched++]
               ? EXPORT_OK : EXPORT_ERROR;
    }
}


/* Takes a byte of the first boundary, which needs no CRLF in front. */

static int
export_multipart_first(export_multipart_t *mp, u_char c)
{
    mp->state = EXPORT_MULTIPART_FIRST;

    if (c != mp->delimiter[2 + mp->matched]) {
        return EXPORT_ERROR;
    }

    if (++mp->matched == mp->len - 2) {
        mp->state = EXPORT_MULTIPART_BOUNDARY;
    }

    return EXPORT_OK;
}


/* Takes the LF behind a boundary, after which the next part's headers come. */

static int
export_multipart_part(export_multipart_t *mp, u_char c)
{
    if (mp->parts++ == EXPORT_MULTIPART_MAX_PARTS) {
        return EXPORT_LIMIT;
    }

    memset(&mp->part, 0, sizeof(export_part_t));
    memset(&mp->extended, 0, sizeof(export_str_t));
    mp->seen = 0;
    mp->header_len = 0;
    mp->header_line = 0;
    mp->state = EXPORT_MULTIPART_HEADER;

    return c == '\n' ? EXPORT_OK : EXPORT_ERROR;
}


/* Collects a line of a part's headers, up to its LF. */

static int
export_multipart_headers(export_multipart_t *mp, const u_char **pp,
    const u_char *last)
{
    int            rc;
    size_t         n;
    unsigned       len, seen;
    export_str_t   line;
    const u_char  *lf;

    lf = memchr(*pp, '\n', (size_t) (last - *pp));
    n = (size_t) ((lf ? lf + 1 : last) - *pp);

    if (n > EXPORT_MULTIPART_MAX_HEADER - mp->header_len) {
        return EXPORT_LIMIT;
    }

    memcpy(mp->header + mp->header_len, *pp, n);
    mp->header_len += (unsigned) n;
    *pp += n;

    if (lf == NULL) {
        return EXPORT_OK;
    }

    line.data = mp->header + mp->header_line;
    line.len = mp->header_len - mp->header_line - 1;

    if (line.len == 0 || line.data[line.len - 1] != '\r') {
        return EXPORT_ERROR;
    }

    if (--line.len == 0) {
        return export_multipart_begin(mp, *pp);
    }

    seen = mp->seen;
    rc = export_multipart_header(mp, &line);
    len = mp->header_len - mp->header_line;

    mp->part.known += mp->seen != seen ? len : 0;
    mp->part.unknown += mp->seen == seen ? len : 0;
    mp->header_line = mp->header_len;

    return rc;
}


static int
export_multipart_begin(export_multipart_t *mp, const u_char *p)
{
    if (mp->form && mp->part.name.data == NULL) {
        return EXPORT_ERROR;
    }

    mp->part.start = mp->offset + (uint64_t) (p - mp->input);
    mp->state = EXPORT_MULTIPART_DATA;
    mp->line = EXPORT_MULTIPART_START;
    mp->matched = 0;

    return mp->sink->begin(mp->sink->data, &mp->part);
}


static int
export_multipart_header(export_multipart_t *mp, export_str_t *line)
{
    unsigned             i;
    export_str_t         name, value, end;
    const export_str_t  *known;

    if (export_multipart_text(line) != EXPORT_OK
        || export_multipart_token(line, &name) != EXPORT_OK
        || line->len == 0 || line->data[0] != ':')
    {
        return EXPORT_ERROR;
    }

    line->data++;
    line->len--;
    value = export_str_trim(*line);

    for (i = 0; export_multipart_known[i].parse; i++) {

        /* Some recipients look for a header's name anywhere in a line. */

        known = &export_multipart_known[i].name;
        end = name;

        if (name.len > known->len) {
            end.data += name.len - known->len;
            end.len = known->len;
        }

        if (!export_str_same(&end, known)) {
            continue;
        }

        if (name.len != known->len) {
            return EXPORT_ERROR;
        }

        if (mp->seen & 1u << i) {
            return EXPORT_ERROR;
        }

        mp->seen |= (u_char) (1u << i);

        return export_multipart_known[i].parse(mp, &value);
    }

    mp->part.other = 1;

    return EXPORT_OK;
}


static int
export_multipart_text(const export_str_t *line)
{
    size_t  i;
    u_char  c;

    for (i = 0; i < line->len; i++) {
        c = line->data[i];

        if ((c < ' ' && c != '\t') || c == 0x7f) {
            return EXPORT_ERROR;
        }
    }

    return export_utf8_is_whole(line) ? EXPORT_OK : EXPORT_ERROR;
}


static int
export_multipart_disposition(export_multipart_t *mp, export_str_t *value)
{
    int                  rc;
    unsigned             i, n;
    export_str_t         type, names[EXPORT_MULTIPART_MAX_PARAMS];
    static export_str_t  form = export_string("form-data");

    if (export_multipart_token(value, &type) != EXPORT_OK
        || (mp->form && !export_str_same(&type, &form)))
    {
        return EXPORT_ERROR;
    }

    for (n = 0; value->len; n++) {

        if (n == EXPORT_MULTIPART_MAX_PARAMS) {
            return EXPORT_LIMIT;
        }

        rc = export_multipart_param(mp, value, &names[n]);

        if (rc != EXPORT_OK) {
            return rc;
        }

        for (i = 0; i < n; i++) {
            if (export_str_same(&names[i], &names[n])) {
                return EXPORT_ERROR;
            }
        }

        *value = export_str_trim(*value);
    }

    return mp->extended.data
           ? export_multipart_extended(&mp->extended, &mp->part.filename)
           : EXPORT_OK;
}


static int
export_multipart_param(export_multipart_t *mp, export_str_t *rest,
    export_str_t *name)
{
    int           rc;
    export_str_t  value;

    *rest = export_str_trim(*rest);

    if (rest->data[0] != ';') {
        return EXPORT_ERROR;
    }

    rest->data++;
    rest->len--;
    *rest = export_str_trim(*rest);

    if (export_multipart_token(rest, name) != EXPORT_OK
        || rest->len < 2 || rest->data[0] != '=')
    {
        return EXPORT_ERROR;
    }

    rest->data++;
    rest->len--;

    rc = export_multipart_value(name, rest, &value);

    return rc == EXPORT_OK ? export_multipart_set(mp, name, &value) : rc;
}


/* Takes a parameter's value off the front of "rest". */

static int
export_multipart_value(const export_str_t *name, export_str_t *rest,
    export_str_t *value)
{
    if (rest->data[0] == '"') {
        return export_multipart_quoted(rest, value);
    }

    return export_str_same(name, &export_multipart_filename_star)
           ? export_multipart_coded(rest, value)
           : export_multipart_token(rest, value);
}


static int
export_multipart_set(export_multipart_t *mp, const export_str_t *name,
    const export_str_t *value)
{
    size_t                     max;
    static const export_str_t  name_is = export_string("name");
    static const export_str_t  filename_is = export_string("filename");

    max = EXPORT_MULTIPART_MAX_HEADER;

    if (export_str_same(name, &name_is)) {
        mp->part.name = *value;
        max = EXPORT_MAX_NAME;

    } else if (export_str_same(name, &filename_is)) {
        mp->part.filename = *value;
        max = EXPORT_MULTIPART_MAX_FILENAME;

    } else if (export_str_same(name, &export_multipart_filename_star)) {
        mp->extended = *value;

    } else if (mp->form || memchr(name->data, '*', name->len)) {
        return EXPORT_ERROR;

    } else {
        mp->part.other = 1;
    }

    /* Some recipients look for "name=" anywhere in the header. */

    if (export_multipart_has_name(value)) {
        return EXPORT_ERROR;
    }

    return value->len > max ? EXPORT_LIMIT : EXPORT_OK;
}


static int
export_multipart_has_name(const export_str_t *value)
{
    size_t                     i;
    export_str_t               at;
    static const export_str_t  names = export_string("name=");

    at.len = names.len;

    for (i = 0; i + names.len <= value->len; i++) {
        at.data = value->data + i;

        if (export_str_same(&at, &names)) {
            return 1;
        }
    }

    return 0;
}


/* "filename*" (RFC 8187) must say what "filename" says; .NET sends both. */

static int
export_multipart_extended(const export_str_t *extended,
    const export_str_t *filename)
{
    int            c;
    size_t         i, n;
    export_str_t   charset;
    const u_char  *p, *last;

    static const export_str_t  utf8 = export_string("utf-8''");

    charset.data = extended->data;
    charset.len = utf8.len;

    if (extended->len < utf8.len || !export_str_same(&charset, &utf8)) {
        return EXPORT_ERROR;
    }

    p = extended->data + utf8.len;
    last = extended->data + extended->len;
    n = 0;

    for (i = 0; p < last; i++) {
        c = *p++;

        if (c == '%') {

            c = last - p < 2 ? -1 : export_hex_pair(p);

            if (c < 0) {
                return EXPORT_ERROR;
            }

            p += 2;
        }

        n += i < filename->len && filename->data[i] == c;
    }

    return n == i && n == filename->len ? EXPORT_OK : EXPORT_ERROR;
}


static int
export_multipart_type(export_multipart_t *mp, export_str_t *value)
{
    mp->part.type = *value;

    return EXPORT_OK;
}


static int
export_multipart_encoding(export_multipart_t *mp, export_str_t *value)
{
    mp->part.encoding = *value;

    return EXPORT_OK;
}


static int
export_multipart_transfer(export_multipart_t *mp, export_str_t *value)
{
    unsigned  i;

    mp->part.opaque = 1;

    for (i = 0; export_multipart_plain[i].len; i++) {
        if (export_str_same(value, &export_multipart_plain[i])) {
            mp->part.opaque = 0;
        }
    }

    return EXPORT_OK;
}


/* Takes a token off the front of "rest".  A single quote ends it. */

static int
export_multipart_token(export_str_t *rest, export_str_t *token)
{
    u_char        *quote;
    const u_char  *p;

    p = rest->data;
    *token = export_token(&p, p + rest->len);

    quote = memchr(token->data, '\'', token->len);

    if (quote) {
        token->len = (size_t) (quote - token->data);
    }

    rest->data += token->len;
    rest->len -= token->len;

    return token->len ? EXPORT_OK : EXPORT_ERROR;
}


/*
 * Takes a value of RFC 8187, whose parts single quotes separate, off the front
 * of "rest".
 */

static int
export_multipart_coded(export_str_t *rest, export_str_t *value)
{
    int           rc;
    export_str_t  token;

    *value = *rest;

    do {
        rc = export_multipart_token(rest, &token);

        if (rest->len == 0 || rest->data[0] != '\'') {
            break;
        }

        rest->data++;
        rest->len--;

    } while (rest->len);

    value->len -= rest->len;

    return rc;
}


/*
 * Takes a quoted string off the front of "rest", and unescapes the string in
 * place.
 */

static int
export_multipart_quoted(export_str_t *rest, export_str_t *value)
{
    size_t   i;
    u_char  *p, *s;

    s = rest->data;
    p = s + 1;
    value->data = p;

    for (i = 1; i < rest->len && s[i] != '"'; i++) {

        if (s[i] == '\\') {

            if (++i == rest->len || (s[i] != '"' && s[i] != '\\')) {
                return EXPORT_ERROR;
            }

            *p++ = s[i];

        } else if (rest->len - i > 2 && memcmp(s + i, "%22", 3) == 0) {
            *p++ = '"';
            i += 2;

        } else {
            *p++ = s[i];
        }
    }

    if (i == rest->len) {
        return EXPORT_ERROR;
    }

    value->len = (size_t) (p - value->data);
    rest->data += i + 1;
    rest->len -= i + 1;

    return EXPORT_OK;
}


static int
export_multipart_data(export_multipart_t *mp, const u_char **pp,
    const u_char *last)
{
    int  rc;

    if (mp->line != EXPORT_MULTIPART_NONE) {
        rc = export_multipart_resume(mp, pp, last);

        if (rc != EXPORT_OK
            || mp->line != EXPORT_MULTIPART_NONE
            || mp->state != EXPORT_MULTIPART_DATA)
        {
            return rc;
        }
    }

    return export_multipart_search(mp, pp, last);
}


/*
 * Goes on in bytes that may become a boundary, until they are one or are data.
 */

static int
export_multipart_resume(export_multipart_t *mp, const u_char **pp,
    const u_char *last)
{
    const u_char  *p;

    for (p = *pp; p < last; p++) {

        if (*p == '\n' && mp->line == EXPORT_MULTIPART_CR
            && mp->matched == 0)
        {
            mp->line = EXPORT_MULTIPART_CRLF;
            continue;
        }

        if (*p != mp->delimiter[2 + mp->matched]) {
            *pp = p;
            return export_multipart_release(mp);
        }

        if (++mp->matched == mp->len - 2) {
            *pp = p + 1;
            return mp->line == EXPORT_MULTIPART_CRLF
                   ? export_multipart_end(mp, *pp) : EXPORT_ERROR;
        }
    }

    *pp = p;

    return EXPORT_OK;
}


/* Gives out, as data, bytes that looked like the beginning of a boundary. */

static int
export_multipart_release(export_multipart_t *mp)
{
    int            rc;
    const u_char  *p, *boundary;

    p = mp->delimiter;
    boundary = p + 2;
    rc = EXPORT_OK;

    switch (mp->line) {

    case EXPORT_MULTIPART_CR:
        rc = export_multipart_give(mp, p, p + 1);
        p = boundary;
        break;

    case EXPORT_MULTIPART_LF:
        p++;
        break;

    case EXPORT_MULTIPART_CRLF:
        break;

    default: /* EXPORT_MULTIPART_START */
        p = boundary;
        break;
    }

    mp->line = EXPORT_MULTIPART_NONE;

    return rc == EXPORT_OK
           ? export_multipart_give(mp, p, boundary + mp->matched) : rc;
}


/*
 * Searches for a boundary; the byte in front of **pp is data and ends no line.
 */

static int
export_multipart_search(export_multipart_t *mp, const u_char **pp,
    const u_char *last)
{
    int            rc;
    const u_char  *p, *found;

    p = *pp;
    found = export_multipart_find(mp, p, last);

    if (found == NULL) {
        *pp = last;
        return export_multipart_hold(mp, p, last);
    }

    *pp = found + (mp->len - 2);

    if (found - p < 2 || found[-1] != '\n' || found[-2] != '\r') {
        rc = export_multipart_give(mp, p, found - 1);

        return rc == EXPORT_OK ? EXPORT_ERROR : rc;
    }

    rc = export_multipart_give(mp, p, found - 2);

    return rc == EXPORT_OK ? export_multipart_end(mp, *pp) : rc;
}


/* The first whole boundary at the beginning of a line, or NULL. */

static const u_char *
export_multipart_find(const export_multipart_t *mp, const u_char *p,
    const u_char *last)
{
    size_t         len;
    const u_char  *at, *found;

    len = mp->len - 2;

    for (at = p; /* void */ ; /* void */ ) {

        found = memmem(at, (size_t) (last - at), mp->delimiter + 2, len);

        if (found == NULL
            || (found > p && (found[-1] == '\n' || found[-1] == '\r')))
        {
            return found;
        }

        /* No other place in this line can be the beginning of a line. */

        at = found + len;

        while (at < last && *at != '\n' && *at != '\r') {
            at++;
        }
    }
}


/* Gives out all data but a line at the end that may become a boundary. */

static int
export_multipart_hold(export_multipart_t *mp, const u_char *p,
    const u_char *last)
{
    size_t         n;
    const u_char  *end;

    /* "n" is the number of bytes of the last line */

    for (n = 0; n < mp->len - 2 && n < (size_t) (last - p); n++) {

        end = last - n - 1;

        if (*end != '\n' && *end != '\r') {
            continue;
        }

        if (memcmp(end + 1, mp->delimiter + 2, n) != 0) {
            break;
        }

        mp->matched = (unsigned) n;
        mp->line = *end == '\n' ? EXPORT_MULTIPART_LF : EXPORT_MULTIPART_CR;

        if (*end == '\n' && end > p && end[-1] == '\r') {
            mp->line = EXPORT_MULTIPART_CRLF;
            end--;
        }

        return export_multipart_give(mp, p, end);
    }

    return export_multipart_give(mp, p, last);
}


static int
export_multipart_give(export_multipart_t *mp, const u_char *p,
    const u_char *last)
{
    if (p == last) {
        return EXPORT_OK;
    }

    return mp->sink->body(mp->sink->data, p, (size_t) (last - p));
}


/* Ends a part, whose data end in front of the delimiter that ends at "p". */

static int
export_multipart_end(export_multipart_t *mp, const u_char *p)
{
    mp->state = EXPORT_MULTIPART_BOUNDARY;
    mp->line = EXPORT_MULTIPART_NONE;

    return mp->sink->end(mp->sink->data, mp->offset - mp->len
                                         + (uint64_t) (p - mp->input));
}
