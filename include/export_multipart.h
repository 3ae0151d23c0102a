
/*
 * multipart/form-data (RFC 7578) and other multipart bodies (RFC 2046,
 * section 5.1), strictly, streaming: gives out each part's headers and data.
 * What is in a part is for others to read.
 *
 * Accepted: before the first boundary nothing or one CRLF; after the last one
 * nothing, CRLF, or two of them (a known encoder sends that); lines end in
 * CRLF; no part at all is "--boundary--".  The delimiter is the CRLF before a
 * boundary and the boundary; a boundary in the middle of a line is data.
 *
 * Malformed, since others see other parts there: any other text before or
 * after, white space after a boundary, a line that begins with the boundary
 * and goes on, a boundary after a bare LF or CR, a boundary right after the
 * headers, a body that ends before the last boundary.  In headers: a bare LF
 * or CR, NUL and other control characters but tab, no UTF-8, folded lines,
 * white space before the colon, and one of the headers below twice.
 */


#ifndef _EXPORT_MULTIPART_H_INCLUDED_
#define _EXPORT_MULTIPART_H_INCLUDED_


#include "export_field.h"
#include "export_media.h"


#define EXPORT_MULTIPART_MAX_HEADER    2048     /* bytes of a part's headers;
                                                   clients send about 150 */
#define EXPORT_MULTIPART_MAX_PARTS     10000    /* peers stop at 1000 or so */
#define EXPORT_MULTIPART_MAX_PARAMS    8        /* of Content-Disposition */
#define EXPORT_MULTIPART_MAX_FILENAME  1024     /* file systems have 255 */


/*
 * Texts that are absent have data == NULL.  All live until begin() returns.
 *
 * Content-Disposition is a token, and parameters that are tokens or quoted
 * strings in which \", \\ and %22 are undone and no other backslash may
 * occur.  Malformed are a parameter twice, one with a "*" (RFC 7578, section
 * 4.2) but for a filename* that says the same as filename, any other one in
 * multipart/form-data, "name=" in a value, a header whose name only ends like
 * a known one, and a single quote in another token (CVE-2009-5031).  A name of
 * more than EXPORT_MAX_NAME bytes, or a file name over its limit, is
 * EXPORT_LIMIT.
 *
 * A form field "_charset_" (RFC 7578, section 4.6) is reported as any other.
 */

typedef struct {
    export_str_t   name;
    export_str_t   filename;
    export_str_t   type;            /* Content-Type, as sent */
    export_str_t   encoding;        /* Content-Encoding, as sent */
    uint64_t       start;           /* offset of the data */
    unsigned       known;           /* bytes of those headers, with line ends */
    unsigned       unknown;         /* ... and of others */
    unsigned       opaque:1;        /* a Content-Transfer-Encoding other than
                                       7bit, 8bit and binary */
    unsigned       other:1;         /* other headers, or other parameters of
                                       Content-Disposition: perhaps a length */
} export_part_t;


/*
 * begin() after a part's headers, body() for each piece of its data, of which
 * there may be none, end() with the offset where the data ended.  Pieces are
 * in the input, or in the reader if a piece of input ended in what looked
 * like a boundary.  All return EXPORT_OK, or what feed() is to return at once.
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
    EXPORT_MULTIPART_BOUNDARY,      /* after one */
    EXPORT_MULTIPART_BOUNDARY_CR,
    EXPORT_MULTIPART_BOUNDARY_DASH,
    EXPORT_MULTIPART_HEADER,
    EXPORT_MULTIPART_DATA,
    EXPORT_MULTIPART_EPILOGUE
} export_multipart_state_e;


/* what data ended in that is not given out yet, before "matched" bytes */

typedef enum {
    EXPORT_MULTIPART_NONE = 0,
    EXPORT_MULTIPART_START,         /* nothing: the first line of data */
    EXPORT_MULTIPART_CR,
    EXPORT_MULTIPART_LF,
    EXPORT_MULTIPART_CRLF
} export_multipart_line_e;


typedef struct {
    uint64_t                    offset;     /* of this input */
    const u_char               *input;
    const export_part_sink_t   *sink;
    u_char                     *header;

    export_part_t               part;
    export_str_t                extended;   /* filename*, as sent */

    int                         rc;
    unsigned                    parts;
    unsigned                    header_len;
    unsigned                    header_line;    /* where it begins */
    unsigned                    len;        /* of delimiter[] */
    unsigned                    matched;    /* of the boundary, or the end */

    u_char                      state;      /* export_multipart_state_e */
    u_char                      line;       /* export_multipart_line_e */
    u_char                      seen;       /* the known headers, a bit each */
    u_char                      form;
    u_char                      delimiter[4 + EXPORT_MAX_BOUNDARY];
} export_multipart_t;


/* multipart/form-data: each part has Content-Disposition: form-data; name= */

#define EXPORT_MULTIPART_FORM  1


/*
 * "boundary" is copied.  "header" is EXPORT_MULTIPART_MAX_HEADER bytes, which
 * hold something only up to where begin() returns: a multipart in a part may
 * have the same.  "flags" is 0 or EXPORT_MULTIPART_FORM.  EXPORT_ERROR, here
 * and from every later call, if the boundary is none
 * (export_media_is_boundary()).
 */

int export_multipart_init(export_multipart_t *mp,
    const export_part_sink_t *sink, const export_str_t *boundary,
    u_char *header, unsigned flags);

int export_multipart_feed(export_multipart_t *mp, const u_char *p,
    size_t len);
int export_multipart_finish(export_multipart_t *mp);


#endif /* _EXPORT_MULTIPART_H_INCLUDED_ */
