
/*
 * multipart/form-data (RFC 7578) and other multipart bodies (RFC 2046, section
 * 5.1), read strictly and as they arrive.  The reader gives out each part's
 * headers and data; the data of a part are for another reader.
 *
 * Accepted before the first boundary is nothing or one CRLF, and after the
 * last one nothing, CRLF, or two of them, which a known encoder sends.  Lines
 * end in CRLF.  A body without any part is "--boundary--".  The delimiter is
 * the CRLF before a boundary together with the boundary; a boundary in the
 * middle of a line is data.
 *
 * Recipients see other parts in the following, so they are malformed: any
 * other text before the first or after the last boundary, white space after a
 * boundary, a line that begins with the boundary and goes on, a boundary after
 * a bare LF or CR, a boundary right after the headers, and a body that ends
 * before the last boundary.  In headers: a bare LF or CR, NUL and other
 * control characters but tab, bytes that are no UTF-8, folded lines, white
 * space before the colon, and a Content-Disposition, Content-Type,
 * Content-Encoding or Content-Transfer-Encoding twice.
 */


#ifndef _EXPORT_MULTIPART_H_INCLUDED_
#define _EXPORT_MULTIPART_H_INCLUDED_


#include "export_field.h"
#include "export_media.h"


#define EXPORT_MULTIPART_MAX_HEADER    2048     /* bytes of a part's headers;
                                                   clients send about 150 */
#define EXPORT_MULTIPART_MAX_PARTS     10000    /* peers stop at 1000 or so */
#define EXPORT_MULTIPART_MAX_PARAMS    8        /* parameters of
                                                   Content-Disposition */
#define EXPORT_MULTIPART_MAX_FILENAME  1024     /* bytes; file systems allow
                                                   255 */


/*
 * The head of a part.  A text that is absent has data == NULL.  All texts live
 * until begin() returns.
 *
 * Content-Disposition is a token, and parameters that are tokens or quoted
 * strings.  In a quoted string \", \\ and %22 are unescaped, and no other
 * backslash may occur.  Malformed are a parameter twice; a parameter with a
 * "*" (RFC 7578, section 4.2) but for a filename* that says the same as
 * filename; in multipart/form-data any parameter but name and filename;
 * "name=" in a value; a header whose name only ends like a known one; and a
 * single quote in an unquoted token (CVE-2009-5031).  A name of more than
 * EXPORT_MAX_NAME bytes, or a file name over its limit, is EXPORT_LIMIT.
 *
 * A form field "_charset_" (RFC 7578, section 4.6) is reported as any other.
 */

typedef struct {
    export_str_t   name;
    export_str_t   filename;
    export_str_t   type;            /* value of Content-Type, as sent */
    export_str_t   encoding;        /* value of Content-Encoding, as sent */
    uint64_t       start;           /* offset in the body of the part's data */
    unsigned       known;           /* bytes of the headers that are read here,
                                       with line ends */
    unsigned       unknown;         /* bytes of all other headers */
    unsigned       opaque:1;        /* Content-Transfer-Encoding is another
                                       than 7bit, 8bit and binary */
    unsigned       other:1;         /* the part has other headers, or other
                                       parameters of Content-Disposition, one
                                       of which may be a length */
} export_part_t;


/*
 * begin() is called after a part's headers, body() for each piece of the
 * part's data, of which there may be none, and end() with the offset where the
 * data ended.  A piece lies in the input, or in the reader if the input before
 * ended in what looked like a boundary.  All return EXPORT_OK, or what feed()
 * is to return at once.
 */

typedef struct {
    void  *data;
    int  (*begin)(void *data, const export_part_t *part);
    int  (*body)(void *data, const u_char *p, size_t len);
    int  (*end)(void *data, uint64_t end);
} export_part_sink_t;


typedef enum {
    EXPORT_MULTIPART_PREAMBLE = 0,
    EXPORT_MULTIPART_PREAMBLE_CR,
    EXPORT_MULTIPART_FIRST,         /* in the first boundary */
    EXPORT_MULTIPART_BOUNDARY,      /* behind a boundary */
    EXPORT_MULTIPART_BOUNDARY_CR,
    EXPORT_MULTIPART_BOUNDARY_DASH,
    EXPORT_MULTIPART_HEADER,
    EXPORT_MULTIPART_DATA,
    EXPORT_MULTIPART_EPILOGUE
} export_multipart_state_e;


/*
 * The line end that the data so far ended in, and that is not given out yet: a
 * boundary may follow, of which "matched" bytes have been seen.
 */

typedef enum {
    EXPORT_MULTIPART_NONE = 0,
    EXPORT_MULTIPART_START,         /* no line end, but the first line of
                                       data */
    EXPORT_MULTIPART_CR,
    EXPORT_MULTIPART_LF,
    EXPORT_MULTIPART_CRLF
} export_multipart_line_e;


typedef struct {
    uint64_t                    offset;     /* offset in the body of this
                                               input */
    const u_char               *input;
    const export_part_sink_t   *sink;
    u_char                     *header;

    export_part_t               part;
    export_str_t                extended;   /* value of filename*, as sent */

    int                         rc;
    unsigned                    parts;
    unsigned                    header_len;
    unsigned                    header_line;    /* where in "header" the line
                                                   under way begins */
    unsigned                    len;        /* bytes of delimiter[] */
    unsigned                    matched;    /* bytes of the delimiter, or of
                                               the epilogue's CRLFs */

    u_char                      state;      /* export_multipart_state_e */
    u_char                      line;       /* export_multipart_line_e */
    u_char                      seen;       /* the known headers so far, a bit
                                               each */
    u_char                      form;
    u_char                      delimiter[4 + EXPORT_MAX_BOUNDARY];
} export_multipart_t;


/*
 * Flag for multipart/form-data: each part must have Content-Disposition:
 * form-data with a name.
 */

#define EXPORT_MULTIPART_FORM  1


/*
 * "boundary" is copied.  "header" is a buffer of EXPORT_MULTIPART_MAX_HEADER
 * bytes, in use only up to where begin() returns, so that the reader of a
 * multipart inside a part may share the buffer.  "flags" is 0 or
 * EXPORT_MULTIPART_FORM.  If "boundary" is not a valid one
 * (export_media_is_boundary()), this call and every later one return
 * EXPORT_ERROR.
 */

int export_multipart_init(export_multipart_t *mp,
    const export_part_sink_t *sink, const export_str_t *boundary,
    u_char *header, unsigned flags);

int export_multipart_feed(export_multipart_t *mp, const u_char *p,
    size_t len);
int export_multipart_finish(export_multipart_t *mp);


#endif /* _EXPORT_MULTIPART_H_INCLUDED_ */
