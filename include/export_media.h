
/*
 * What a body or a part says of its own format: Content-Type,
 * Content-Encoding, and a file's name.
 *
 * Types lie, and readers of lying types differ.  Therefore the syntax is
 * exactly that of RFC 9110 (sections 5.6.6 and 8.3.1), and what is not on a
 * list here is opaque.
 */


#ifndef _EXPORT_MEDIA_H_INCLUDED_
#define _EXPORT_MEDIA_H_INCLUDED_


#include "export.h"


#define EXPORT_MAX_MEDIA_PARAMS  16     /* parameters of a type; real types
                                           have one or two */
#define EXPORT_MAX_BOUNDARY      70     /* bytes (RFC 2046, section 5.1.1) */


typedef enum {
    EXPORT_MEDIA_NONE = 0,          /* the type says nothing: the bytes
                                       decide */
    EXPORT_MEDIA_JSON,
    EXPORT_MEDIA_LINES,             /* JSON Lines: a text on each line */
    EXPORT_MEDIA_SEQ,               /* JSON text sequences (RFC 7464) */
    EXPORT_MEDIA_CSV,               /* RFC 4180 */
    EXPORT_MEDIA_FORM,              /* application/x-www-form-urlencoded */
    EXPORT_MEDIA_MULTIPART_FORM,    /* RFC 7578 */
    EXPORT_MEDIA_MULTIPART_MIXED,   /* multipart/mixed and /related */

    EXPORT_MEDIA_FORMATS,           /* number of the formats above, each of
                                       which has a reader */

    EXPORT_MEDIA_FOREIGN = EXPORT_MEDIA_FORMATS,
                                    /* a type that has no fields */
    EXPORT_MEDIA_OPAQUE             /* a type that has fields, and is not
                                       understood */
} export_media_e;


typedef struct {
    export_media_e   format;
    unsigned         headless:1;    /* CSV without a header row:
                                       "header=absent" */
    unsigned         latin:1;       /* foreign only because its charset is ISO
                                       8859-1 */
    export_str_t     boundary;      /* a slice of the parsed value; never empty
                                       for multipart types, empty for others */
} export_media_t;


/*
 * Parses a Content-Type.  An empty value, which stands for an absent header
 * too, is EXPORT_MEDIA_NONE.  A charset other than utf-8 (or utf8) and
 * us-ascii makes a type with fields opaque, and a type that says nothing
 * foreign.  Unknown parameters are checked and ignored, but for a multipart
 * they are malformed, and so is "boundary" in another parameter's value, since
 * some recipients look for a boundary anywhere.
 *
 * EXPORT_ERROR if the value is malformed: no subtype, a list, white space
 * around "=", a parameter twice, more than EXPORT_MAX_MEDIA_PARAMS, a
 * multipart without boundary, a boundary of other bytes than RFC 2046 has,
 * charset, boundary or header in the extended form of RFC 2231
 * ("boundary*0="), and for CSV a header that is neither "present" nor
 * "absent".  After EXPORT_ERROR "media" must not be used.
 *
 * A message with two Content-Type lines is the caller's to refuse.
 */

int export_media_parse(const export_str_t *value, export_media_t *media);


/*
 * 1 if "value" can be a multipart's boundary: 1 to 70 of RFC 2046's characters
 * (section 5.1.1), the last one not a space.
 */

int export_media_is_boundary(const export_str_t *value);


/*
 * The format that a file's name stands for: .csv, .json, .jsonl and .ndjson in
 * any case, or else EXPORT_MEDIA_NONE.  For use only where the type says
 * nothing.  Many files named .json hold JSON Lines.
 */

export_media_e export_media_extension(const export_str_t *filename);


typedef enum {
    EXPORT_CODING_IDENTITY = 0,
    EXPORT_CODING_GZIP,
    EXPORT_CODING_DEFLATE,
    EXPORT_CODING_OPAQUE            /* not understood */
} export_coding_e;


typedef struct {
    export_coding_e   coding;
    unsigned          aws_chunked:1;    /* the coded bytes are framed as
                                           aws-chunked */
} export_coding_t;


/*
 * Parses a Content-Encoding.  An empty value, which stands for an absent
 * header too, is EXPORT_CODING_IDENTITY.  Understood are "identity", "gzip",
 * "x-gzip" and "deflate" alone, "aws-chunked" alone, and "aws-chunked"
 * together with "gzip", "x-gzip" or "deflate", in either order.  By RFC 9110,
 * section 8.4, codings are listed in the order in which they were applied, but
 * S3 documents "aws-chunked,gzip" and SDKs send "gzip,aws-chunked", for the
 * same bytes, whose outer layer is always aws-chunked.
 *
 * Two Content-Encoding lines are the caller's to join with ",".
 */

export_coding_t export_coding_parse(const export_str_t *value);


#endif /* _EXPORT_MEDIA_H_INCLUDED_ */
