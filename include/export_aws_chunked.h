
/*
 * Takes the framing of AWS Signature Version 4 streaming uploads off a body
 * ("Content-Encoding: aws-chunked"):
 *
 *     *( size [ ";chunk-signature=" 64HEX ] CRLF data CRLF )
 *     0 [ ";chunk-signature=" 64HEX ] CRLF *( name ":" value CRLF ) CRLF
 *
 * Exactly this grammar is accepted.  Malformed are any other extension, white
 * space, a bare LF, a size of more than 16 digits, a trailer that is not one
 * of x-amz-checksum-* and x-amz-trailer-signature, anything after the end, and
 * a length other than the one in x-amz-decoded-content-length.  Signatures and
 * checksums are for the recipient to verify.  Their bytes are unread
 * (export_field.h), but for the signature of a chunk that has at least
 * EXPORT_AWS_SIGNED bytes.
 *
 * Source: Amazon S3 API reference, "Signature calculations: transferring
 * payload in multiple chunks", and the SDKs' own requests.
 */


#ifndef _EXPORT_AWS_CHUNKED_H_INCLUDED_
#define _EXPORT_AWS_CHUNKED_H_INCLUDED_


#include "export_field.h"


#define EXPORT_MAX_AWS_CHUNK    ((uint64_t) 1 << 40)    /* bytes of data; an
                                           upload has at most 5 GB */
#define EXPORT_AWS_SIGNED       8192    /* bytes of the smallest chunk that S3
                                           takes, the last chunk aside */
#define EXPORT_MAX_AWS_TRAILER  4096    /* bytes from the first trailer to the
                                           end; real trailers take 150 */
#define EXPORT_MAX_AWS_NAME     32      /* bytes of a trailer's name; the
                                           longest real name has 23 */


/* Takes decoded bytes, which lie in the input; "len" is never 0. */

typedef int (*export_aws_chunked_out_pt)(void *data, const u_char *p,
    size_t len);


typedef struct {
    export_aws_chunked_out_pt   out;
    void                       *data;
    export_unread_t            *unread;

    int64_t                     expected;   /* bytes of data in the whole body,
                                               or -1 */
    uint64_t                    decoded;    /* bytes of data so far */
    uint64_t                    size;       /* bytes of the chunk's data that
                                               are still to come */

    unsigned                    state;
    int                         rc;
    unsigned                    n;          /* bytes so far of the digits,
                                               signature or name */
    unsigned                    trailer;    /* bytes of trailers so far */
    u_char                      name[EXPORT_MAX_AWS_NAME];
} export_aws_chunked_t;


/*
 * "expected" is the number in x-amz-decoded-content-length, or -1 if there
 * is none.
 */

void export_aws_chunked_init(export_aws_chunked_t *aws, int64_t expected,
    export_unread_t *unread, export_aws_chunked_out_pt out, void *data);


/*
 * Both return EXPORT_OK, EXPORT_ERROR if the body is malformed or does not
 * have the expected length, EXPORT_LIMIT past a limit, or what out() returned.
 * Any result but EXPORT_OK is final, and every later call returns it again.
 * export_aws_chunked_finish() returns EXPORT_OK only if the body is complete.
 */

int export_aws_chunked_feed(export_aws_chunked_t *aws, const u_char *p,
    size_t len);
int export_aws_chunked_finish(export_aws_chunked_t *aws);


#endif /* _EXPORT_AWS_CHUNKED_H_INCLUDED_ */
